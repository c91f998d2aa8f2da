"""What one person's scan reads does not grow with the activity."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from app.checkins.services import load
from app.checkins.services.record import record_scans
from app.core.db import db
from tests.factories.walks import device, enrol, make_walk, person, scan

pytestmark = pytest.mark.usefixtures("ctx", "clock")
PEOPLE = 1_200
LOOKUPS = ("_SCANS", "_REGISTRATIONS", "_CHECK_INS")


def plan(store, statement, **parameters) -> list[str]:
    """The store's steps, a line each."""
    compiled = statement.params(**parameters).compile(db.engine, compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if store.name == "sqlite" else "EXPLAIN"
    return [str(row[-1]) for row in db.session.connection().exec_driver_sql(f"{explain} {compiled}")]


def test_each_goes_along_an_index_of_the_person(store):
    walk = make_walk(capacity=PEOPLE)
    people = enrol(walk, *(person() for _ in range(PEOPLE)))
    phone = device(walk)
    items = [scan(one, point, 5, walk=walk) for one in people for point in ("S", "K")]
    for first in range(0, len(items), 400):
        record_scans(device=phone, items=items[first : first + 400])
    if store.name == "postgresql":
        db.session.execute(text("ANALYZE scan, registration, check_in"))
    whole = re.compile(r"Seq Scan on (scan|registration|check_in)( |$)|\(activity_id=\?\)$")
    walked = [
        (lookup, step)
        for lookup in LOOKUPS
        for step in plan(store, getattr(load, lookup)._one, a=walk.id, key=people[0].person_id)
        if whole.search(step)
    ]
    assert walked == []
