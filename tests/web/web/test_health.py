"""Whether this server can serve, and how it has served."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from app.core.db import db
from app.core.ids import NIL
from app.core.outbox import send
from app.core.transactions import act


@act
def tell() -> None:
    send(NIL, "nobody_hears_this")


@pytest.mark.usefixtures("ctx")
def test_it_answers_and_says_what_waits(client):
    assert client.get("/healthz").json == {"status": "ok", "outbox": {"waiting": 0, "dead": 0}}
    tell()
    assert client.get("/healthz").json["outbox"] == {"waiting": 1, "dead": 0}


def test_without_its_database_it_is_not_healthy(visit, monkeypatch):
    def gone(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(db.session, "execute", gone)
    answer = visit.open("/healthz")
    assert answer.status == 503
    assert "refused" not in answer.html


def test_it_begins_no_session(client):
    assert client.get("/healthz").cookies == []


def test_requests_are_counted_by_endpoint(client):
    before = counted(client)
    client.get("/healthz")
    assert counted(client) == before + 1


def counted(client) -> float:
    answer = client.get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain")
    line = 'xiangyue_requests_total{endpoint="health.healthz",status="200"} '
    return sum(float(row.removeprefix(line)) for row in answer.html.splitlines() if row.startswith(line))


def test_the_counts_name_no_address(visit):
    """An address may hold a name or a code; an endpoint cannot."""
    visit.get("/probe/page?words=13800005678")
    visit.get("/nowhere/13800005678", status=404)
    text = visit.get("/metrics").html
    assert 'endpoint="probe.page"' in text
    assert "13800005678" not in text
