"""Counts and times of requests by endpoint."""

from __future__ import annotations

import os
import time

from flask import Flask, Response, g, request
from prometheus_client import Counter, Histogram

REQUESTS = Counter("xiangyue_requests", "Requests by endpoint and status", ["endpoint", "status"])
SECONDS = Histogram(
    "xiangyue_request_seconds",
    "Time to answer, by endpoint",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


def multiprocess_folder() -> str | None:
    """Where the processes of one server share their counts, if they do."""
    return os.environ.get("PROMETHEUS_MULTIPROC_DIR")


def prepare_metrics(app: Flask) -> None:
    """Measure every request that reaches an endpoint."""

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        began = g.pop("began", None)
        if began is not None and request.endpoint:
            REQUESTS.labels(request.endpoint, response.status_code).inc()
            SECONDS.labels(request.endpoint).observe(time.perf_counter() - began)
        return response
