"""The factories make what the services accept, so that a test may begin anywhere."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.checkins.models import Device
from app.core.clock import today
from app.core.db import db
from app.core.permissions import Role
from app.people.constants import DocumentType
from app.people.rules.documents import parse_document
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration
from tests.factories import accounts, activities, devices, people, registrations

pytestmark = pytest.mark.usefixtures("ctx")


def test_documents_are_valid_and_belong_to_nobody():
    for n in range(50):
        number = people.document(date(1950 + n, 1 + n % 12, 28), n=n, male=n % 2 == 0)
        parsed = parse_document(DocumentType.RESIDENT_ID, number, today())
        assert parsed.birth_date == date(1950 + n, 1 + n % 12, 28)
        assert number.startswith("370499")


def test_people_of_every_kind_are_read():
    assert people.person() != people.person()
    assert people.person_input(people.child(birth=date(2020, 5, 1))).guardian_phone
    assert people.person_input(people.without_document()).document_number is None


def test_somebody_registers_and_is_scanned_by_a_device():
    people.notice()
    station = activities.station(season_id=activities.season())
    outcome = registrations.registered(station)
    assert (outcome.state, outcome.bib) == (RegistrationState.CONFIRMED, "A0001")
    row = db.session.execute(
        select(Registration).where(Registration.activity_id == station.id, Registration.id == outcome.registration_id)
    ).scalar_one()
    assert row.category_id == station.category
    made = devices.device(station, checkpoint="S")
    stored = db.session.get(Device, (station.id, made.ref.id))
    assert stored.checkpoint_id == station.start


def test_an_unpublished_station_is_a_draft():
    assert activities.station(published=False).checkpoints.keys() == {"S", "K4", "K12", "F", "P"}


def test_staff_and_citizens(client):
    citizen, auditor = accounts.account(), accounts.staff(Role.AUDITOR)
    assert (citizen.kind, auditor.kind) == ("citizen", "staff")
    assert client.login_as(auditor).session()["_user_id"].startswith(str(auditor.id))
