"""Merges, scans and registrations at once: one outcome, whoever is quicker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.audit.models import AuditEntry
from app.checkins.models import CheckIn
from app.core.db import db
from app.core.errors import DomainError
from app.people.queries.aliases import aliases_of, canonical_id
from tests.factories.merges import holds, merge
from tests.factories.walks import Walk, device, enrol, make_walk, person, read, scan

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def at_once(app: Flask, calls: Sequence[Callable[[], object]]) -> list[Exception]:
    """Run all calls together, each with a session of its own; what went wrong."""
    gate = threading.Barrier(len(calls))
    wrong: list[Exception] = []

    def run(call: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait(30)
            try:
                call()
            except (DomainError, SQLAlchemyError) as error:
                wrong.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return wrong


def one_check_in(walk: Walk) -> bool:
    db.session.rollback()
    return len(db.session.execute(select(CheckIn).where(CheckIn.activity_id == walk.id)).all()) == 1


def test_both_ways_at_once_is_one_merge(app):
    walk = make_walk()
    a, b = enrol(walk, person(), person())
    read(device(walk), scan(a, "S", 1, walk=walk), scan(b, "S", 2, walk=walk))
    db.session.rollback()
    assert at_once(app, [lambda: merge(a, b), lambda: merge(b, a)] * 2) == []
    holds(walk)
    assert canonical_id(a.person_id) == canonical_id(b.person_id)
    assert len(db.session.execute(select(AuditEntry.id).where(AuditEntry.action == "person.merged")).all()) == 1
    assert one_check_in(walk)


def test_a_chain_made_at_once_is_flat(app):
    walk = make_walk()
    a, b, c, d = enrol(walk, *(person() for _ in range(4)))
    db.session.rollback()
    wrong = at_once(app, [lambda: merge(a, b), lambda: merge(b, c), lambda: merge(c, d)])
    assert wrong == []
    holds(walk)
    assert set(aliases_of([d.person_id])) == {one.person_id for one in (a, b, c)}


def test_scans_and_a_merge_at_once_leave_one_check_in(app):
    walk = make_walk()
    stays, gone = enrol(walk, person(), person())
    phones = [device(walk, name) for name in ("甲", "乙")]
    items = [scan(gone, "S", 1, walk=walk), scan(stays, "S", 2, walk=walk)]
    db.session.rollback()
    wrong = at_once(
        app,
        [lambda: read(phones[0], items[0]), lambda: merge(gone, stays), lambda: read(phones[1], items[1])],
    )
    assert wrong == []
    holds(walk)
    assert one_check_in(walk)


def test_registering_elsewhere_while_being_merged_ends_with_the_person_who_stays(app):
    walk, later = make_walk(), make_walk()
    known = person()
    stays, gone = enrol(walk, person(), known)
    phone = device(later)
    item = scan(gone, "S", 1, walk=later)
    db.session.rollback()
    assert at_once(app, [lambda: merge(gone, stays), lambda: enrol(later, known)]) == []
    read(phone, item)
    holds(later)
    found = db.session.execute(select(CheckIn.person_id).where(CheckIn.activity_id == later.id)).scalars().all()
    assert found == [stays.person_id]
