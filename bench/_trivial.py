"""The ceiling: a view that answers a constant, under the same server and the same client."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

app = Flask(__name__)


@app.get("/healthz")
def healthz() -> Response:
    """For the harness."""
    return jsonify(status="ok")


@app.route("/trivial", methods=["GET", "POST"])
def trivial() -> Response:
    """Read the body, answer a constant."""
    request.get_data()
    return jsonify(ok=True)
