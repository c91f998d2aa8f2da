"""Somebody else has the volunteer's phone: a token of one activity, which ends and can be revoked; nothing is dropped."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.checkins.models import Scan
from app.checkins.principals import forget_devices
from app.checkins.services.devices import revoke_device
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from tests.factories import activities, devices, people, registrations

pytestmark = pytest.mark.usefixtures("ctx", "clock")
SEES = (
    "/api/v1/device",
    "/api/v1/activities/{0}/bundle",
    "/api/v1/activities/{0}/search?q=1",
    "/api/v1/activities/{0}/tally",
)


@pytest.fixture
def station():
    people.notice()
    return activities.station()


@pytest.fixture
def phone(station):
    return devices.device(station, checkpoint="S")


def statuses(client, station, phone):
    forget_devices()
    return [client.api("GET", url.format(station.code), token=phone.token).status for url in SEES]


def scan_of(outcome):
    return {"id": str(uuid7()), "pass": outcome.issued.text, "checkpoint": "S", "scanned_at": now().isoformat()}


def test_a_token_ends_with_its_activity(client, station, phone, clock):
    assert statuses(client, station, phone) == [200, 200, 200, 200]
    clock.shift(days=30)
    assert set(statuses(client, station, phone)[:3]) == {401}


def test_a_token_of_one_activity_reads_nothing_of_another(client, station, phone):
    other = activities.station()
    registrations.registered(other)
    assert set(statuses(client, other, phone)[1:]) <= {401, 403, 404}


def test_after_the_revocation_it_sees_nothing_and_what_it_sends_waits(client, station, phone, clock):
    clock.shift(days=2, minutes=5)
    early, late = registrations.registered(station), registrations.registered(station)
    sent = client.api("POST", "/api/v1/scans", {"scans": [scan_of(early)]}, token=phone.token, status=200).json
    assert sent["results"][0]["verdict"] == "accepted"
    revoke_device(activity_id=station.id, device_id=phone.ref.id, actor=SYSTEM)
    assert set(statuses(client, station, phone)[:3]) == {401}
    sent = client.api("POST", "/api/v1/scans", {"scans": [scan_of(late)]}, token=phone.token, status=200).json
    assert sent["results"][0]["verdict"] == "quarantined"
    db.session.rollback()
    kept = db.session.execute(select(Scan.verdict).where(Scan.device_id == phone.ref.id)).scalars().all()
    assert sorted(kept) == ["accepted", "quarantined"], "kept, not dropped"


def test_a_token_is_stored_as_its_digest_alone(phone):
    from app.checkins.models import Device

    row = db.session.execute(select(Device).where(Device.id == phone.ref.id)).scalar_one()
    stored = " ".join(repr(getattr(row, column.key)) for column in Device.__table__.columns)
    assert phone.token not in stored
