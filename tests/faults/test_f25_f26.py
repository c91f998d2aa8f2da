"""F25: a phone with the previous release of the scanner. F26: the trail refuses a row."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.core.db import db

OLDER = {"id", "pass", "checkpoint", "scanned_at"}
"""What the first release sent; offset, number, what was shown and under which list came later."""
REFUSE = {
    "sqlite": (
        "CREATE TRIGGER refuse BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'full'); END",
        "DROP TRIGGER refuse",
    ),
    "postgresql": (
        """CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'full'; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER refuse BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse()""",
        "DROP TRIGGER refuse ON audit_entry; DROP FUNCTION refuse()",
    ),
}


def of_release(made, one: int, release: str) -> dict:
    item = made.scan(one)
    assert item.keys() == OLDER
    if release == "next":
        item |= {"offset_ms": 12, "seq": one, "shown": "a_word_of_tomorrow", "bundle": 7, "torch": True, "zone": "+08"}
    return item


@pytest.mark.parametrize("release", ["previous", "next"])
def test_f25_phones_of_the_previous_and_the_next_release_are_understood(client, ground, release):
    made = ground(20)
    token = made.device()[0]
    items = [of_release(made, one, release) for one in range(20)]
    answer = client.http.post("/api/v1/scans", json={"scans": items}, headers={"Authorization": f"Bearer {token}"})
    assert [one["verdict"] for one in answer.json["results"]] == ["accepted"] * 20
    assert made.stored_scans() == 20
    assert made.damages() == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v0/scans", b'{"scans": []}', {404}),
        ("/api/v1/scan", b'{"scans": []}', {404}),
        ("/api/v1/scans", b'{"items": []}', {422}),
        ("/api/v1/scans", b"not json", {400, 422}),
        ("/api/v1/scans", b'[{"id": 1}]', {422}),
    ],
)
def test_f25_what_is_not_understood_is_refused_in_a_way_that_no_phone_takes_for_the_word_to_delete(
    client, ground, path, body, status
):
    made = ground(1)
    token = made.device()[0]
    answer = client.http.post(
        path, data=body, headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    )
    assert answer.status_code in status
    assert answer.content_type == "application/problem+json"
    assert "results" not in answer.json


@pytest.mark.slow
def test_f25_control_a_server_strict_about_fields_loses_what_the_phone_then_deletes(ground):
    made = ground(20)
    token = made.device()[0]
    with made.served("strict_about_fields") as site:
        made.phone(site.port, token).send([of_release(made, one, "previous") for one in range(20)])
    assert sum(one.invariant == "I2" for one in made.damages()) == 20


def refuse_rows(store, *, on: bool) -> None:
    with db.engine.begin() as connection:
        connection.execute(text(REFUSE[store.name][0 if on else 1]))


def registered_while_the_trail_refuses(made, store, broken: str = "") -> list[int]:
    """Two people sign up while no audit row can be written, and again when it can."""
    key = made.key()
    statuses = []
    refuse_rows(store, on=True)
    try:
        with made.served(broken) as site:
            registrar = made.registrar(site.port, key)
            statuses += [registrar.once(made.body(one), f"unit {one}").status for one in range(2)]
            db.session.remove()
            refuse_rows(store, on=False)
            statuses += [registrar.once(made.body(one), f"unit {one}").status for one in range(2)]
    finally:
        db.session.remove()
        with db.engine.begin() as connection:
            drop = "DROP TRIGGER IF EXISTS refuse" + (" ON audit_entry" if store.name == "postgresql" else "")
            connection.execute(text(drop))
            if store.name == "postgresql":
                connection.execute(text("DROP FUNCTION IF EXISTS refuse()"))
    return statuses


def test_f26_where_the_trail_refuses_a_row_nothing_is_changed_and_the_retry_succeeds(ground, store):
    made = ground()
    assert registered_while_the_trail_refuses(made, store) == [500, 500, 201, 201]
    assert made.damages() == []


@pytest.mark.slow
def test_f26_control_a_trail_that_may_fail_is_found(ground, store):
    made = ground()
    assert registered_while_the_trail_refuses(made, store, "audit_when_it_can")[:2] == [201, 201]
    assert any(one.invariant == "I6" for one in made.damages())
