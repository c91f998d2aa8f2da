"""The trail: one row an act, chained in order, and nobody takes a row away unseen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from app.audit import queries, services
from app.audit.models import AuditEntry, AuditSeal, AuditSealItem
from app.audit.rules import entry_digest, link_hash
from app.audit.services import ANONYMOUS, SYSTEM, Actor, record, record_refusal, seal
from app.core.clock import now
from app.core.db import WRITE, db
from app.core.errors import Conflict
from app.core.ids import NIL, uuid7
from app.core.transactions import act
from tests.support.stores import engine_of

pytestmark = pytest.mark.usefixtures("ctx")
SCOPE, OTHER = uuid7(), uuid7()


@act
def note(*actions: str, scope_id: uuid.UUID = SCOPE, **details: object) -> None:
    for action in actions:
        record(SYSTEM, action, subject_kind="station", subject_id=NIL, scope_id=scope_id, **details)


def entries(scope_id: uuid.UUID = SCOPE) -> list[AuditEntry]:
    statement = select(AuditEntry).where(AuditEntry.scope_id == scope_id).order_by(AuditEntry.id)
    db.session.rollback()
    return list(db.session.execute(statement).scalars())


# --------------------------------------------------------------------------- writing


def test_a_row_says_who_did_what_to_which_and_when(clock):
    who, subject = Actor("account", uuid7()), uuid7()

    @act
    def publish() -> None:
        record(
            who,
            "activities.publish",
            subject_kind="activity",
            subject_id=subject,
            scope_id=SCOPE,
            fields=["name"],
        )

    publish()
    (row,) = entries()
    assert (row.actor_kind, row.actor_id) == ("account", who.id)
    assert (row.action, row.subject_kind, row.subject_id) == ("activities.publish", "activity", subject)
    assert (row.outcome, row.details, row.at) == ("done", {"fields": ["name"]}, now())


def test_outside_an_act_nothing_is_recorded():
    with pytest.raises(RuntimeError, match="transaction of its act"):
        record(SYSTEM, "x", subject_kind="y", subject_id=None)
    assert entries(NIL) == []


def test_the_row_goes_with_its_act():
    @act
    def refuse() -> None:
        record(SYSTEM, "x", subject_kind="y", subject_id=None, scope_id=SCOPE)
        raise Conflict("no", "不行。")

    with pytest.raises(Conflict):
        refuse()
    assert entries() == []


def test_the_act_goes_with_its_row(monkeypatch):
    """When the trail cannot be written, neither is the change (F26)."""

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the trail is full")

    @act
    def change() -> None:
        note("first")
        services.record(SYSTEM, "x", subject_kind="y", subject_id=None)

    monkeypatch.setattr(services, "record", broken)
    with pytest.raises(RuntimeError, match="the trail is full"):
        change()
    assert entries() == []


def test_a_refusal_is_kept_in_a_transaction_of_its_own():
    record_refusal(actor=ANONYMOUS, action="registrations.services.register", code="full", scope_id=SCOPE)
    (row,) = entries()
    assert (row.outcome, row.subject_kind, row.actor_kind) == ("full", "refusal", "anonymous")


def test_long_names_keep_their_end():
    record_refusal(actor=ANONYMOUS, action="a" * 100 + ".register", code="c" * 100, scope_id=SCOPE)
    (row,) = entries()
    assert (len(row.action), row.action[-9:], len(row.outcome)) == (60, ".register", 60)


# --------------------------------------------------------------------------- the chain


def test_an_empty_scope_verifies():
    assert queries.verify(SCOPE) == queries.Verification(SCOPE, 0, 0, 0, None)
    assert seal(scope_id=SCOPE) == 0


def test_seals_cover_what_came_since_the_last_one():
    note("a", "b")
    assert seal(scope_id=SCOPE) == 2
    note("c")
    assert seal(scope_id=SCOPE) == 1
    note("d")
    assert queries.verify(SCOPE) == queries.Verification(SCOPE, links=2, sealed=3, unsealed=1, broken_at=None)


def test_a_long_tail_is_sealed_in_pieces(monkeypatch):
    monkeypatch.setattr(services, "SEAL_BATCH", 2)
    note("a", "b", "c")
    assert [seal(scope_id=SCOPE) for _ in range(3)] == [2, 1, 0]
    assert queries.verify(SCOPE).broken_at is None
    assert queries.verify(SCOPE).links == 2


def test_each_scope_has_its_own_chain():
    note("a")
    note("b", scope_id=OTHER)
    seal(scope_id=SCOPE)
    assert queries.verify(SCOPE).sealed == 1
    assert (queries.verify(OTHER).sealed, queries.verify(OTHER).unsealed) == (0, 1)
    assert set(queries.scopes()) == {SCOPE, OTHER}
    assert queries.scopes_with_unsealed() == [OTHER]


def test_the_chain_is_made_of_what_the_rules_say():
    note("a", "b", n=1)
    seal(scope_id=SCOPE)
    note("c")
    seal(scope_id=SCOPE)
    first, second, third = entries()
    one = link_hash(bytes(32), 1, [entry_digest(first), entry_digest(second)])
    two = link_hash(one, 2, [entry_digest(third)])
    links = db.session.execute(
        select(AuditSeal.hash).where(AuditSeal.scope_id == SCOPE).order_by(AuditSeal.n)
    ).scalars()
    assert list(links) == [one, two]


def test_history_is_newest_first_and_of_one_subject_if_asked():
    note("a", "b")

    @act
    def other() -> None:
        record(SYSTEM, "c", subject_kind="x", subject_id=OTHER, scope_id=SCOPE)

    other()
    assert [row.action for row in queries.history(SCOPE)] == ["c", "b", "a"]
    assert [row.action for row in queries.history(SCOPE, limit=1)] == ["c"]
    assert [row.action for row in queries.history(SCOPE, subject_id=OTHER)] == ["c"]


# --------------------------------------------------------------------------- tampering

CHANGES = {
    "a changed action": "UPDATE audit_entry SET action = 'z' WHERE action = 'b'",
    "a changed outcome": "UPDATE audit_entry SET outcome = 'done!' WHERE action = 'b'",
    "a changed time": "UPDATE audit_entry SET at = at + 1 WHERE action = 'b'",
    "another actor": "UPDATE audit_entry SET actor_kind = 'account' WHERE action = 'b'",
    "other details": """UPDATE audit_entry SET details = '{"n": 2}' WHERE action = 'b'""",
    "a row taken away": "DELETE FROM audit_entry WHERE action = 'b'",
    "a row and its item taken away": "DELETE FROM audit_entry WHERE action = 'b';"
    "DELETE FROM audit_seal_item WHERE entry_id NOT IN (SELECT id FROM audit_entry)",
    "an item moved to the next link": "UPDATE audit_seal_item SET n = 2",
    "a link taken away": "DELETE FROM audit_seal WHERE n = 1",
    "a link's count": "UPDATE audit_seal SET rows = rows + 1 WHERE n = 1",
    "a link's hash": "UPDATE audit_seal SET hash = prev WHERE n = 1",
    "a link's number": "UPDATE audit_seal SET n = 3 WHERE n = 2",
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_behind_the_counter_is_found(app, change):
    note("a", "b", n=1)
    seal(scope_id=SCOPE)
    note("c")
    seal(scope_id=SCOPE)
    assert queries.verify(SCOPE).broken_at is None
    with unguarded(app) as connection:
        for statement in CHANGES[change].split(";"):
            connection.execute(text(statement))
    db.session.rollback()
    assert queries.verify(SCOPE).broken_at is not None


def test_a_scope_whose_rows_are_all_gone_is_still_looked_at(app):
    note("a")
    seal(scope_id=SCOPE)
    with unguarded(app) as connection:
        connection.execute(text("DELETE FROM audit_entry"))
    db.session.rollback()
    assert queries.scopes() == [SCOPE]
    assert queries.verify(SCOPE).broken_at == 1


@contextmanager
def unguarded(app: Any) -> Iterator[Connection]:
    """A connection of somebody who owns the database and has switched the triggers off."""
    engine = engine_of(app)
    with engine.connect().execution_options(**{WRITE: True}) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
            yield connection
            connection.execute(text("SET session_replication_role = origin"))
        else:
            made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
            for trigger in made:
                connection.execute(text(f"DROP TRIGGER {trigger.name}"))
            yield connection
            for trigger in made:
                connection.exec_driver_sql(trigger.sql)
        connection.commit()


# --------------------------------------------------------------------------- insert only


@pytest.mark.parametrize("model", [AuditEntry, AuditSeal, AuditSealItem], ids=lambda model: model.__tablename__)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_the_database_refuses_to_change_the_trail(model, verb):
    note("a")
    seal(scope_id=SCOPE)
    table = model.__tablename__
    statement = f"UPDATE {table} SET scope_id = scope_id" if verb == "UPDATE" else f"DELETE FROM {table}"

    @act
    def tamper() -> None:
        db.session.execute(text(statement))

    with pytest.raises(DBAPIError, match="insert-only"):
        tamper()
    assert queries.verify(SCOPE).sealed == 1


# --------------------------------------------------------------------------- digests

FIELDS: dict[str, Callable[[Any], object]] = {
    "scope_id": lambda _: uuid7(),
    "id": lambda _: uuid7(),
    "at": lambda entry: entry.at.replace(microsecond=(entry.at.microsecond + 1) % 1_000_000),
    "actor_kind": lambda _: "account",
    "actor_id": lambda _: uuid7(),
    "action": lambda _: "b",
    "subject_kind": lambda _: "person",
    "subject_id": lambda _: uuid7(),
    "outcome": lambda _: "refused",
    "details": lambda _: {"n": 2},
}


def test_every_field_is_in_the_digest():
    assert set(FIELDS) == {column.name for column in AuditEntry.__table__.columns}
    entry = made()
    before = entry_digest(entry)
    assert entry_digest(entry) == before
    for field, change in FIELDS.items():
        other = made(id=entry.id, at=entry.at)
        setattr(other, field, change(other))
        assert entry_digest(other) != before, field


def made(**values: Any) -> AuditEntry:
    facts: dict[str, Any] = {
        "scope_id": SCOPE,
        "id": uuid7(),
        "at": now(),
        "actor_kind": "system",
        "actor_id": None,
        "action": "a",
        "subject_kind": "station",
        "subject_id": None,
        "outcome": "done",
        "details": {"n": 1},
    }
    return AuditEntry(**(facts | values))
