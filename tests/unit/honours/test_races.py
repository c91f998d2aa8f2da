"""A record asked for twice at once has one number."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.honours.models import ServiceRecord
from app.honours.services.service_records import issue_record
from app.volunteers.services.signing import correct
from tests.factories import volunteers as made
from tests.factories import walks

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def test_one_number_however_many_ask_at_once(app):
    walk = walks.make_walk(starts_at=now() + timedelta(days=1))
    shift_id = made.add_shift(walk)
    _account, person_id = made.assigned(walk, shift_id)
    service_id = made.service_of(shift_id, person_id).id
    correct(activity_id=walk.id, shift_id=shift_id, service_id=service_id, minutes=60, reason="补记", actor=SYSTEM)
    db.session.rollback()
    gate, numbers = threading.Barrier(5), []

    def ask():
        with app.app_context():
            gate.wait(30)
            found = issue_record(person_id=person_id, year=walk.starts_at.year, actor=SYSTEM)
            numbers.append(found.record.number)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()
    (kept,) = db.session.execute(select(ServiceRecord.number)).scalars()
    assert numbers == [kept] * 5
