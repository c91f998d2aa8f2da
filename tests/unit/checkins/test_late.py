"""How SQLite looks for what is judged late: by the verdict, whatever else an activity has."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import sqlite

from app.checkins.models import Scan
from app.checkins.services.rejudge import LATE
from app.core.db import table
from app.people.models import PersonAlias
from app.registrations.models import Registration


@pytest.mark.parametrize("counted", ["no statistics", "statistics"])
def test_at_12500_people_the_scans_are_not_walked(counted):
    """Once it did: with DISTINCT it read all 38,000 scans in the order of their persons, on each page."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        for model in (Scan, PersonAlias, Registration):
            table(model).create(connection)
        if counted == "statistics":
            connection.execute(text("ANALYZE"))
            for index, shape in (("ix_scan_person", "38000 38000 3"), ("ix_scan_verdict", "38000 38000 19000")):
                connection.execute(text("INSERT INTO sqlite_stat1 VALUES ('scan', :i, :s)"), {"i": index, "s": shape})
            connection.execute(text("ANALYZE sqlite_schema"))
        asked = str(LATE.compile(dialect=sqlite.dialect()))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", ("x",) * asked.count("?")).all()
    assert "scan USING INDEX ix_scan_verdict (activity_id=? AND verdict=?)" in plan[0][3]
