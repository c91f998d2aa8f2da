"""The coordinator's pages about devices: what each said, its name, revoking, quarantine."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.checkins.models import Device, Scan
from app.checkins.rules.state import DeviceState
from app.checkins.services.devices import revoke_device
from app.checkins.services.record import record_scans
from app.checkins.services.states import report_state
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.permissions import Role
from tests.factories import accounts, activities, devices, registrations

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def walk(ctx, clock):
    return activities.station(starts_at=now() + activities.HOUR / 2)


@pytest.fixture
def office(client):
    return client.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))


def page_of(walk, phone=None) -> str:
    return f"/office/activities/{walk.code}/devices" + (f"/{phone.ref.id}" if phone else "")


def scanned(walk, phone, outcome):
    item = {"id": str(uuid7()), "bib": outcome.bib, "checkpoint": "S", "scanned_at": now().isoformat()}
    return record_scans(device=phone.ref, items=[item])[0]


def test_each_device_shows_what_it_last_said(office, walk, clock):
    phone = devices.device(walk, "张敏")
    state = DeviceState(queue=23, oldest=now(), battery=15, checkpoint="K4", offset_ms=-150_000, release="1.4.0")
    report_state(device=phone.ref, state=state, at=now())
    page = office.get(page_of(walk))
    assert "说还有 23 条未传" in page.main
    assert "4 km 签到点" in page.main
    assert "15% 快没电" in page.main
    assert "钟差超过 2 分钟" in page.main
    clock.shift(minutes=6)
    page = office.get(page_of(walk, phone))
    assert "超过 5 分钟没联系" in page.main
    assert "-150.0 秒" in page.main
    assert "1.4.0" in page.main


def test_a_device_is_renamed(office, walk):
    phone = devices.device(walk, "张敏")
    office.get(page_of(walk, phone))
    page = office.submit({"name": "二号桌 刘洋"}, form="form[action$='/name']")
    assert page.h1 == "二号桌 刘洋"
    page = office.submit({"name": "  "}, form="form[action$='/name']")
    assert page.flash == ["请填您的名字，方便办公室联系。"]
    assert page.h1 == "二号桌 刘洋"


def test_revoking_asks_once_more(office, walk):
    phone = devices.device(walk)
    report_state(device=phone.ref, state=DeviceState(queue=4), at=now())
    page = office.get(page_of(walk, phone) + "/revoke")
    assert "还有 4 条没传" in page.main
    db.session.rollback()
    assert stored(walk, phone).revoked_at is None
    page = office.submit(form="form[action$='/revoke']")
    assert "已停用这台设备。" in page.flash
    assert stored(walk, phone).revoked_at is not None


def stored(walk, phone):
    db.session.rollback()
    return db.session.execute(
        select(Device).where(Device.activity_id == walk.id, Device.id == phone.ref.id)
    ).scalar_one()


def verdicts(walk):
    db.session.rollback()
    return list(db.session.execute(select(Scan.verdict).where(Scan.activity_id == walk.id).order_by(Scan.id)).scalars())


def test_quarantine_is_released_one_by_one_or_all_at_once(office, walk):
    phone = devices.device(walk)
    people = [registrations.registered(walk) for _ in range(3)]
    revoke_device(activity_id=walk.id, device_id=phone.ref.id, actor=SYSTEM)
    for one in people:
        scanned(walk, phone, one)
    assert "待核对 3 条" in office.get(page_of(walk)).main
    page = office.get(page_of(walk, phone))
    assert page.main.count("待核对") == 1 + 3
    first = page.soup.select_one("input[name=scan]")["value"]
    page = office.post(page_of(walk, phone) + "/quarantine", {"decision": "release", "scan": first})
    assert "已放行，按平常的规则计入。" in page.flash
    assert sorted(verdicts(walk)) == ["accepted", "quarantined", "quarantined"]
    page = office.submit(form="form:has(input[value=keep]):not(:has(input[name=scan]))")
    assert "已记下，不计入。" in page.flash
    assert "待核对" not in page.main
    actions = db.session.execute(select(AuditEntry.action).where(AuditEntry.scope_id == walk.id)).scalars()
    assert {"quarantine.release", "quarantine.keep"} <= set(actions)


@pytest.mark.parametrize("scan", ["nonsense", "00000000-0000-7000-8000-000000000000"])
def test_a_scan_that_is_none_of_the_quarantine_is_not_found(office, walk, scan):
    phone = devices.device(walk)
    office.get(page_of(walk, phone))
    office.post(page_of(walk, phone) + "/quarantine", {"decision": "release", "scan": scan}, status=404)


def test_a_word_that_is_none_changes_nothing(office, walk):
    phone = devices.device(walk)
    one = registrations.registered(walk)
    revoke_device(activity_id=walk.id, device_id=phone.ref.id, actor=SYSTEM)
    scanned(walk, phone, one)
    office.get(page_of(walk, phone))
    page = office.post(page_of(walk, phone) + "/quarantine", {"decision": "burn"})
    assert page.flash == ["请选放行或不放行。"]
    assert verdicts(walk) == ["quarantined"]


def test_a_device_of_another_activity_is_not_found(office, walk):
    phone = devices.device(activities.station())
    office.get(page_of(walk, phone), status=404)
    office.get(page_of(walk, phone) + "/revoke", status=404)


def test_the_list_takes_as_many_statements_for_many_as_for_few(office, walk, statements):
    counted = []
    for many in (1, 30):
        for n in range(many):
            devices.device(walk, f"手机 {n}")
        office.get(page_of(walk))
        with statements() as seen:
            office.get(page_of(walk))
        counted.append(len(seen))
    assert counted[0] == counted[1]
