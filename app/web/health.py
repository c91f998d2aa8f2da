"""Whether this server can serve."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess
from prometheus_client import REGISTRY as PROCESS
from sqlalchemy import text

from app.core.db import db
from app.core.outbox import waiting
from app.web.access import public
from app.web.metrics import multiprocess_folder

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public("for load balancers; tells nothing about anyone")
def healthz() -> Response:
    """200 when the database answers; what waits in the outbox beside it."""
    db.session.execute(text("SELECT 1"))
    pending, dead = waiting()
    return jsonify(status="ok", outbox={"waiting": pending, "dead": dead})


@blueprint.get("/metrics")
@public("counts of requests by endpoint; to be closed to the outside by the proxy")
def metrics() -> Response:
    """Prometheus text; over all processes when PROMETHEUS_MULTIPROC_DIR is set."""
    registry = PROCESS
    if multiprocess_folder():
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
