"""Paper and files: what is entered afterwards counts once, and never more than a scan."""

from __future__ import annotations

import io
import json
import uuid
from typing import Any

import pytest
from sqlalchemy import select, update

from app.audit.models import AuditEntry
from app.checkins.models import CheckIn, Device, Scan
from app.checkins.rules.paper import read_bibs
from app.checkins.rules.queue_file import FORMAT, digest_of
from app.checkins.services.record import record_scans
from app.core.clock import now, office_time
from app.core.db import db
from app.core.errors import DomainError
from app.core.ids import uuid7
from app.core.permissions import Role
from tests.factories import accounts, activities, devices, registrations
from tooling.paths import ROOT

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def walk(ctx, clock):
    return activities.station(starts_at=now() + activities.HOUR / 2)


@pytest.fixture
def office(client, walk):
    client.login_as(accounts.staff(Role.EVENT_MANAGER))
    client.get(f"/office/activities/{walk.code}/fallbacks")
    return client


def scans(walk) -> list[Any]:
    db.session.rollback()
    return list(db.session.execute(select(Scan).where(Scan.activity_id == walk.id)).scalars())


def check_ins(walk) -> list[Any]:
    db.session.rollback()
    return list(db.session.execute(select(CheckIn.effective_at).where(CheckIn.activity_id == walk.id)).scalars())


# --------------------------------------------------------------------------- typed bibs


@pytest.mark.parametrize(
    ("typed", "bibs", "unread"),
    [
        ("A0001", ("A0001",), ()),
        ("a0001，A0002\n A0001", ("A0001", "A0002"), ()),
        ("A0008-A0011", ("A0008", "A0009", "A0010", "A0011"), ()),
        ("A0008 － 0009", ("A0008", "A0009"), ()),
        ("Ａ０００１", ("A0001",), ()),
        ("A0002-A0001 B?7", (), ("A0002-A0001", "B?7")),
        ("A0001-B0003", (), ("A0001-B0003",)),
    ],
)
def test_bibs_are_read_as_people_write_them(typed, bibs, unread):
    read = read_bibs(typed)
    assert (read.bibs, read.unread) == (bibs, unread)


@pytest.mark.parametrize("typed", ["", "  \n", "A1-A9999999", "A0001-A9999", "A" * 20_001])
def test_nothing_and_too_much_are_refused(typed):
    with pytest.raises(DomainError):
        read_bibs(typed)


def enter(office, bibs, *, point="K4", at="", record=True, status=200):
    facts = {"bibs": bibs, "checkpoint": point, "at": at} | ({"record": "1"} if record else {})
    return office.post(f"{office.page.url.rsplit('/', 1)[0]}/paper", facts, status=status)


def test_a_preview_names_each_and_stores_nothing(office, walk):
    one = registrations.registered(walk)
    page = enter(office, f"{one.bib}, A9998", record=False)
    assert "可以记" in page.main
    assert "没有这个号码" in page.main
    assert scans(walk) == []
    page = office.submit(form="[data-testid=paper]", button="记下")
    assert any("记了 1 人" in words for words in page.flash)
    assert len(check_ins(walk)) == 1


def test_entering_twice_counts_once(office, walk):
    one = registrations.registered(walk)
    enter(office, one.bib, at="09:15")
    office.get(f"/office/activities/{walk.code}/fallbacks")
    page = enter(office, one.bib, at="09:15")
    assert any("其中 1 人以前记过" in words for words in page.flash)
    assert len(scans(walk)) == 1
    assert check_ins(walk) == [office_time(2030, 6, 1, 9, 15)]
    actions = db.session.execute(select(AuditEntry.action).where(AuditEntry.scope_id == walk.id)).scalars()
    assert list(actions).count("paper.entered") == 2


def test_without_a_time_a_scan_keeps_its_own(office, walk):
    one = registrations.registered(walk)
    at = now() + activities.HOUR
    item = {"id": str(uuid7()), "bib": one.bib, "checkpoint": "K4", "scanned_at": at.isoformat()}
    record_scans(device=devices.device(walk).ref, items=[item])
    enter(office, one.bib)
    assert check_ins(walk) == [at]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"point": ""}, "请选签到点。"),
        ({"at": "noon"}, "时间请填成 8:30 这样。"),
        ({"bibs": ""}, "请填号码，一行一个，或用逗号隔开。"),
    ],
)
def test_what_cannot_be_read_is_told_and_what_was_typed_stays(office, walk, facts, told):
    page = enter(office, facts.pop("bibs", "A0001"), status=422, **facts)
    assert told in page.main
    assert scans(walk) == []


def test_the_list_to_tick_is_a_pdf_and_stands_in_the_trail(office, walk):
    registrations.registered(walk)
    page = office.get(f"/office/activities/{walk.code}/paper.pdf")
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.headers["Cache-Control"] == "no-store"
    assert "registration.exported" in db.session.execute(select(AuditEntry.action)).scalars().all()


# --------------------------------------------------------------------------- a phone's file


def exported(phone, *items, **more) -> bytes:
    rows = [{"device": str(phone.ref.id), **item} for item in items]
    return json.dumps({"format": FORMAT, "scans": rows, "rejected": [], **more}, ensure_ascii=False).encode()


def item_of(one, minutes=0):
    return {"id": str(uuid7()), "bib": one.bib, "checkpoint": "S", "scanned_at": now().isoformat(), "seq": 1}


def send(office, walk, data, status=200):
    return office.post(
        f"/office/activities/{walk.code}/queue-file",
        {"file": (io.BytesIO(data), "xiangyue.json")},
        status=status,
    )


def test_a_phone_s_file_is_taken_in_as_that_phone_and_twice_changes_nothing(office, walk):
    phone = devices.device(walk, "张敏")
    first, second = registrations.registered(walk), registrations.registered(walk)
    sent = item_of(first)
    record_scans(device=phone.ref, items=[sent])  # this one had gone through
    data = exported(phone, sent, item_of(second))
    page = send(office, walk, data)
    assert "新记 1 条，以前已有 1 条" in page.main
    assert {row.device_id for row in scans(walk)} == {phone.ref.id}
    office.get(f"/office/activities/{walk.code}/fallbacks")
    assert "新记 0 条，以前已有 2 条" in send(office, walk, data).main
    assert len(check_ins(walk)) == 2


def test_an_item_that_is_no_scan_is_answered_like_the_others(office, walk):
    phone, one = devices.device(walk), registrations.registered(walk)
    page = send(office, walk, exported(phone, {"id": "x"}, item_of(one)))
    assert "内容不全，已记下" in page.main
    assert len(check_ins(walk)) == 1


def test_a_digest_that_fits_is_taken_and_one_that_does_not_is_refused(office, walk):
    phone, one = devices.device(walk), registrations.registered(walk)
    rows = [{"device": str(phone.ref.id), **item_of(one)}]
    whole = {"format": FORMAT, "scans": rows, "sha256": digest_of(rows)}
    cut = {**whole, "scans": []}
    assert "文件不完整或被改过" in send(office, walk, json.dumps(cut).encode(), status=422).main
    office.get(f"/office/activities/{walk.code}/fallbacks")
    assert "新记 1 条" in send(office, walk, json.dumps(whole).encode()).main


def the_phone_s_own(walk) -> bytes:
    """What frontend/tests/scanner/export.test.ts had written, and the device that it names."""
    data = (ROOT / "tests/data/queue_file.json").read_bytes()
    own = uuid.UUID(json.loads(data)["devices"][0]["id"])
    db.session.execute(update(Device).where(Device.id == devices.device(walk).ref.id).values(id=own))
    db.session.commit()
    return data


def test_the_file_that_a_phone_writes_is_taken_to_the_last_scan(office, walk):
    data = the_phone_s_own(walk)
    sent = json.loads(data)["scans"]
    assert "新记 3 条" in send(office, walk, data).main
    actions = db.session.execute(select(AuditEntry.details).where(AuditEntry.action == "queue.imported")).scalars()
    assert [(one["new"], one["foreign"]) for one in actions] == [(len(sent), 0)]


@pytest.mark.parametrize(
    ("was", "now_is"),
    [
        (b'"code": "7K2M9QXA"', b'"code": "7K2M9QXB"'),
        (b'"seq": 2', b'"seq": 5'),
        (b'"sha256": "', b'"sha256": "0'),
    ],
)
def test_a_phone_s_file_that_was_damaged_is_refused_whole(office, walk, was, now_is):
    data = the_phone_s_own(walk)
    broken = data.replace(was, now_is, 1)
    assert broken != data
    page = send(office, walk, broken, status=422)
    assert "文件不完整或被改过，请在手机上重新导出。" in page.main
    assert scans(walk) == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "文件是空的"),
        (b"{", "文件不完整或被改过"),
        (b"\xff\xfe\x00", "文件不完整或被改过"),
        (b"[" * 200_000, "文件不完整或被改过"),
        (b"[]", "这不是扫码手机导出的文件"),
        (b'{"format": "other", "scans": []}', "这不是扫码手机导出的文件"),
        (json.dumps({"format": FORMAT, "scans": [1]}).encode(), "文件不完整或被改过"),
        (json.dumps({"format": FORMAT, "scans": [{"id": "x"}]}).encode(), "文件不完整或被改过"),
    ],
)
def test_a_damaged_or_foreign_file_gets_a_clear_sentence(office, walk, data, told):
    assert told in send(office, walk, data, status=422).main
    assert scans(walk) == []


def test_a_file_of_another_activity_is_refused(office, walk):
    phone = devices.device(activities.station())
    one = registrations.registered(walk)
    page = send(office, walk, exported(phone, item_of(one)), status=422)
    assert "这个文件是别的活动的" in page.main
    assert scans(walk) == []
