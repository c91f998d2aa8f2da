"""The checker of statements is itself checked: it must let pass what is bound and stop what is not."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from app.activities.models import Activity, Category, Tally
from app.checkins.models import CheckIn, Scan
from app.core.db import ACROSS, db
from app.core.ids import NIL
from app.core.outbox import Outbox
from app.core.transactions import act
from app.registrations.models import Registration
from tests.support.hot_tables import APP, changed_facts, unbound

BOUND = [
    "SELECT scan.id FROM scan WHERE scan.activity_id = ? AND scan.id = ?",
    "SELECT scan.id FROM scan WHERE ? = scan.activity_id",
    "SELECT id FROM scan WHERE activity_id IN (?, ?, ?)",
    "SELECT id FROM scan WHERE scan.activity_id = ANY (%(ids)s)",
    "SELECT s.id FROM scan AS s WHERE s.activity_id = %(a)s::UUID",
    'SELECT "s".id FROM scan "s" WHERE "s".activity_id = ?',
    "SELECT 1 FROM scan WHERE (scan.activity_id, scan.id) IN ((?, ?), (?, ?))",
    "SELECT 1 FROM scan WHERE (activity_id = ? AND id = ?) OR (activity_id = ? AND id > ?)",
    "SELECT 1 FROM scan JOIN check_in c ON c.activity_id = scan.activity_id WHERE scan.activity_id = ?",
    "SELECT 1 FROM scan, check_in WHERE check_in.activity_id = scan.activity_id AND scan.activity_id = ?",
    "SELECT 1 FROM registration r JOIN category c ON c.activity_id = r.activity_id WHERE c.activity_id = ?",
    "SELECT 1 FROM activity a JOIN registration r ON r.activity_id = a.id WHERE a.id = ?",
    (
        "SELECT 1 FROM (SELECT activity_id FROM scan WHERE activity_id = ?) AS s"
        " JOIN check_in ON check_in.activity_id = s.activity_id"
    ),
    (
        "SELECT 1 FROM registration r WHERE r.activity_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM check_in WHERE check_in.activity_id = r.activity_id)"
    ),
    (
        "WITH s AS (SELECT activity_id, id FROM scan WHERE activity_id = ?)"
        " SELECT 1 FROM s JOIN check_in c ON c.activity_id = s.activity_id"
    ),
    "SELECT 1 FROM scan JOIN (VALUES (?, ?)) AS v(activity_id, id) ON v.activity_id = scan.activity_id",
    "SELECT n FROM tally WHERE activity_id = ? UNION ALL SELECT n FROM tally_delta WHERE activity_id = ?",
    "INSERT INTO scan (activity_id, id) VALUES (?, ?) ON CONFLICT (activity_id, id) DO NOTHING RETURNING id",
    (
        "INSERT INTO tally (activity_id, n) SELECT activity_id, sum(n) FROM tally_delta WHERE activity_id = ?"
        " GROUP BY 1 ON CONFLICT (activity_id) DO UPDATE SET n = tally.n + excluded.n"
    ),
    "UPDATE scan SET verdict = ? WHERE scan.activity_id = ? AND scan.id = ?",
    "DELETE FROM outbox WHERE outbox.scope_id = ? AND outbox.id = ? RETURNING outbox.job",
    "SELECT id FROM activity WHERE status = ?",
    "SELECT count(*) FILTER (WHERE finished_at IS NOT NULL) FROM attendance WHERE activity_id = ?",
    "SELECT CASE WHEN x = 1 AND y THEN 1 END FROM scan WHERE activity_id = ? -- FROM device",
    "BEGIN IMMEDIATE",
    "PRAGMA journal_mode=WAL",
]
SCATTERED = [
    ("SELECT scan.id FROM scan WHERE scan.id = ?", "scan"),
    ("SELECT count(*) FROM registration", "registration"),
    ("SELECT 1 FROM scan WHERE scan.activity_id = ? OR scan.id = ?", "scan"),
    ("SELECT 1 FROM scan WHERE NOT (scan.activity_id = ?)", "scan"),
    ("SELECT 1 FROM scan WHERE scan.activity_id != ?", "scan"),
    ("SELECT 1 FROM scan WHERE scan.activity_id IN (SELECT id FROM activity)", "scan"),
    ("SELECT 1 FROM scan JOIN check_in ON check_in.activity_id = scan.activity_id", "check_in"),
    (
        "SELECT 1 FROM scan JOIN check_in ON check_in.person_id = scan.person_id WHERE scan.activity_id = ?",
        "check_in",
    ),
    (
        "SELECT 1 FROM activity a JOIN registration r ON r.activity_id = a.id WHERE a.season_id = ?",
        "registration",
    ),
    (
        "SELECT (SELECT count(*) FROM registration r WHERE r.activity_id = a.id) FROM activity a",
        "registration",
    ),
    ("SELECT 1 FROM (SELECT id FROM activity) AS a JOIN tally ON tally.activity_id = a.id", "tally"),
    ("SELECT 1 FROM category WHERE EXISTS (SELECT 1 FROM team WHERE team.id = ?)", "team"),
    ("WITH s AS (SELECT activity_id FROM scan) SELECT 1 FROM s", "scan"),
    ("SELECT n FROM tally WHERE activity_id = ? UNION ALL SELECT n FROM tally_delta", "tally_delta"),
    ("INSERT INTO scan (id) VALUES (?)", "scan"),
    ("INSERT INTO tally (activity_id, n) SELECT activity_id, n FROM tally_delta", "tally_delta"),
    ("UPDATE registration SET state = ? WHERE registration.person_id = ?", "registration"),
    ("UPDATE registration SET activity_id = ? WHERE id = ?", "registration"),
    ("DELETE FROM device WHERE device.expires_at < ?", "device"),
    ("DELETE FROM outbox", "outbox"),
    ("SELECT 1 FROM audit_entry WHERE subject_id = ?", "audit_entry"),
]


@pytest.mark.parametrize("sql", BOUND)
def test_a_bound_statement_passes(sql):
    assert unbound(sql) == ()


@pytest.mark.parametrize(("sql", "table"), SCATTERED)
def test_a_statement_without_its_activity_is_named(sql, table):
    assert table in unbound(sql)


R2 = aliased(Registration)
WRITTEN = {
    "get": (select(Scan).where(Scan.activity_id == NIL, Scan.id == NIL), ()),
    "list": (select(Scan.id).where(Scan.activity_id.in_([NIL, NIL])), ()),
    "join": (
        select(Registration, CheckIn)
        .join(
            CheckIn,
            (CheckIn.activity_id == Registration.activity_id) & (CheckIn.registration_id == Registration.id),
        )
        .where(Registration.activity_id == NIL),
        (),
    ),
    "alias": (select(R2.id).where(R2.activity_id == NIL), ()),
    "rows": (select(Scan.verdict).where(tuple_(Scan.activity_id, Scan.id).in_([(NIL, NIL)])), ()),
    "exists": (
        select(Registration.id).where(
            Registration.activity_id == NIL,
            ~select(CheckIn.person_id)
            .where(
                CheckIn.activity_id == Registration.activity_id,
                CheckIn.registration_id == Registration.id,
            )
            .exists(),
        ),
        (),
    ),
    "count": (select(func.count()).select_from(Registration), ("registration",)),
    "season": (
        select(func.sum(Tally.n)).join(Activity, Activity.id == Tally.activity_id).where(Activity.season_id == NIL),
        ("tally",),
    ),
    "other side": (
        select(R2.id).join(Category, Category.id == R2.category_id).where(Category.activity_id == NIL),
        ("registration",),
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.psycopg.dialect()], ids=["sqlite", "postgresql"])
def test_it_reads_what_sqlalchemy_writes(name, dialect):
    statement, expected = WRITTEN[name]
    sql = str(statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True}))
    assert unbound(sql) == expected


def test_the_hook_sees_statements_of_the_application_alone(app: Flask, watch):
    with app.app_context():
        db.session.execute(select(Outbox.id)).all()
        assert watch.take() == []
        _as_application("db.session.execute(select(Outbox.id)).all()")
        assert "outbox without scope_id" in watch.take()[0]
        _as_application("db.session.execute(select(Outbox.id), execution_options={ACROSS: 'a reason'}).all()")
        assert watch.take() == []


def test_the_hook_sees_writes_outside_an_act(app: Flask, watch):
    with app.app_context():
        _as_application("db.session.execute(db.delete(Outbox).where(Outbox.scope_id == NIL))")
        assert "a write outside an act" in watch.take()[0]
        act(lambda: _as_application("db.session.execute(db.delete(Outbox).where(Outbox.scope_id == NIL))"))()
        assert watch.take() == []


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("UPDATE scan SET verdict=?, judged_at=? WHERE scan.activity_id = ? AND scan.id = ?", ""),
        ("UPDATE scan SET verdict=? WHERE activity_id = ? RETURNING id", ""),
        ("UPDATE scan SET verdict=?, person_id=? WHERE activity_id = ?", "person_id"),
        ('UPDATE "scan" SET "effective_at"=(effective_at + ?) WHERE activity_id = ?', "effective_at"),
        ("UPDATE scan SET first_verdict=v.x FROM (VALUES (?)) AS v(x) WHERE activity_id = ?", "first_verdict"),
        ("DELETE FROM scan WHERE activity_id = ?", "all of scan"),
        ("UPDATE registration SET state=? WHERE activity_id = ?", ""),
        ("DELETE FROM tally_delta WHERE activity_id = ?", ""),
        ("INSERT INTO scan (activity_id) VALUES (?)", ""),
    ],
)
def test_a_scan_keeps_all_but_its_verdict(sql, columns):
    assert changed_facts(sql) == columns


def _as_application(line: str) -> None:
    """Run `line` as if it stood in a service."""
    names = {"db": db, "select": select, "Outbox": Outbox, "ACROSS": ACROSS, "NIL": NIL}
    exec(compile(line, f"{APP}checkins/services.py", "exec"), names)
