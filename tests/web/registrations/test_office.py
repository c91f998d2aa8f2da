"""The office's list, one registration, files, places, review."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.activities.models import Category
from app.audit.models import AuditEntry
from app.core.db import db
from app.core.permissions import Role, Scope, ScopeKind
from app.registrations.constants import Source
from app.registrations.models import Registration
from tests.factories import accounts, people, registrations, sessions

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def desk(client, open_station):
    """An event manager at the list of a station, a second one who can approve."""
    station = open_station()
    sessions.official(client)
    return station


def at(station, path=""):
    return f"/office/activities/{station.code}/registrations{path}"


def audits(action):
    db.session.rollback()
    return db.session.execute(select(AuditEntry).where(AuditEntry.action == action)).scalars().all()


def state_of(outcome, station):
    db.session.rollback()
    found = select(Registration.state).where(
        Registration.activity_id == station.id, Registration.id == outcome.registration_id
    )
    return db.session.execute(found).scalar_one()


# --------------------------------------------------------------------------- the list


def test_an_empty_list_says_when_it_begins(client, desk):
    assert "还没有人报名" in client.get(at(desk)).main


def test_the_list_masks_minors_and_nothing_else(client, desk):
    registrations.registered(desk, people.raw_person(name="王德福"))
    registrations.registered(desk, people.child(name="张一诺", birth=date(2018, 1, 1)))
    page = client.get(at(desk))
    assert "王德福" in page.main
    assert "张**" in page.main
    assert "张一诺" not in page.html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=王德福", "王德福"),
        ("q=wdf", "王德福"),
        ("q=A0002", "李秀英"),
        ("q=a0002", "李秀英"),
        ("q=5678", "王德福"),
        ("state=waitlisted", None),
        ("category=TZ", None),
        ("q=无此人", None),
        ("walk_in=1", None),
    ],
)
def test_people_are_found(client, desk, query, found):
    registrations.registered(desk, people.raw_person(name="王德福", phone="13800005678"))
    registrations.registered(desk, people.raw_person(name="李秀英", phone="13900001234"))
    query = query.replace("TZ", str(desk.categories["TZ"]))
    page = client.get(f"{at(desk)}?{query}")
    names = {name for name in ("王德福", "李秀英") if name in page.main}
    assert names == ({found} if found else set())
    if found is None:
        assert "没有符合条件的人" in page.main


def test_a_list_of_many_takes_as_many_statements_as_one_of_few(client, desk, statements):
    for _ in range(2):
        registrations.registered(desk)
    client.get(at(desk))
    with statements() as few:
        client.get(at(desk))
    for _ in range(30):
        registrations.registered(desk)
    with statements() as many:
        client.get(at(desk))
    assert len(many) == len(few)


def test_pages_of_fifty(client, desk):
    for _ in range(51):
        registrations.registered(desk)
    page = client.get(at(desk))
    assert len(page.soup.select("main tbody tr")) == 50
    page = client.get(f"{at(desk)}?page=2")
    assert len(page.soup.select("main tbody tr")) == 1
    assert "第 2 / 2 页" in page.main
    assert len(client.get(f"{at(desk)}?page=99").soup.select("main tbody tr")) == 1


# --------------------------------------------------------------------------- files


def test_the_files_hold_what_is_filtered(client, desk):
    registrations.registered(desk, people.raw_person(name="王德福"))
    registrations.registered(desk, people.child(name="张一诺", birth=date(2018, 1, 1)))
    answer = client.get(f"{at(desk, '.csv')}?q=王德福")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:2] == ["号码", "姓名"]
    assert [row[1] for row in rows[1:]] == ["王德福"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(at(desk, ".xlsx")).data))
    names = [row[1] for row in book.get_sheet_by_index(0).to_python()[1:]]
    assert sorted(names) == ["张**", "王德福"]
    assert [entry.details["count"] for entry in audits("registration.exported")] == [1, 2]


def test_the_insurer_s_list_is_unmasked_and_noted(client, desk):
    raw = people.raw_person(name="王德福", phone="13800005678")
    registrations.registered(desk, raw)
    registrations.registered(desk, people.child(name="张一诺", birth=date(2018, 1, 1)))
    client.get(f"/office/activities/{desk.code}/insurance")
    answer = client.submit({}, button="CSV")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["姓名", "证件类型", "证件号", "性别", "出生日期", "手机"]
    assert rows[1:] == [["王德福", "居民身份证", raw.document_number, "男", "1985-03-12", "'+8613800005678"]]
    (entry,) = audits("registration.insurance_listed")
    assert (entry.details["count"], entry.details["minors"]) == (1, False)


def test_minors_stand_on_it_only_by_somebody_else_s_approval(client, desk):
    registrations.registered(desk, people.child(name="张一诺", birth=date(2018, 1, 1)))
    address = f"/office/activities/{desk.code}/insurance"
    client.get(address)
    page = client.submit({"minors": "y"}, button="CSV", status=422)
    assert any("有未成年人，请选批准的负责人，不能是自己。" in error for error in page.errors)
    head = accounts.staff(Role.EVENT_MANAGER)
    client.get(address)
    answer = client.submit({"minors": "y", "approver": str(head.id)}, button="CSV")
    assert "张一诺" in answer.data.decode("utf-8-sig")
    assert audits("registration.insurance_listed")[0].details["approver"] == str(head.id)


def test_somebody_without_the_right_cannot_approve(client, desk):
    registrations.registered(desk, people.child(birth=date(2018, 1, 1)))
    auditor = accounts.staff(Role.AUDITOR)
    page = client.post(
        f"/office/activities/{desk.code}/insurance", {"minors": "y", "approver": str(auditor.id)}, status=422
    )
    assert audits("registration.insurance_listed") == []
    assert page.errors


# --------------------------------------------------------------------------- one


def show(client, desk, outcome, **sent):
    client.get(at(desk, f"/{outcome.registration_id}"))
    return client.submit(sent, form="form[action$='/show']")


def test_what_is_masked_is_shown_for_a_reason_once(client, desk):
    raw = people.raw_person(phone="13800005678")
    outcome = registrations.registered(desk, raw)
    page = client.get(at(desk, f"/{outcome.registration_id}"))
    assert raw.document_number not in page.html
    assert "13800005678" not in page.html
    page = show(client, desk, outcome)
    assert page.status == 422
    assert raw.document_number not in page.html
    page = show(client, desk, outcome, reason="emergency")
    assert raw.document_number in page.main
    assert page.headers["Cache-Control"] == "no-store"
    (entry,) = audits("registration.disclosed")
    assert entry.details == {"reason": "emergency", "minor": False, "approver": None}


def test_a_minor_is_shown_only_by_approval(client, desk):
    outcome = registrations.registered(desk, people.child(name="张一诺", birth=date(2018, 1, 1)))
    page = show(client, desk, outcome, reason="emergency")
    assert page.status == 422
    assert "张一诺" not in page.html
    head = accounts.staff(Role.EVENT_MANAGER)
    page = show(client, desk, outcome, reason="emergency", approver=str(head.id))
    assert "张一诺" in page.main
    assert audits("registration.disclosed")[0].details["approver"] == str(head.id)


def test_another_activity_s_registration_is_not_found(client, desk, open_station):
    elsewhere = open_station()
    outcome = registrations.registered(elsewhere)
    there = client.get(at(desk, f"/{outcome.registration_id}"), status=404)
    nowhere = client.get(at(desk, "/00000000-0000-0000-0000-000000000001"), status=404)
    assert there.main == nowhere.main


def test_a_manager_of_another_activity_is_refused(client, desk, open_station):
    elsewhere = open_station()
    sessions.official(client, scope=Scope(ScopeKind.ACTIVITY, elsewhere.id))
    client.get(at(elsewhere))
    client.open(at(desk), method="GET", status=404)


def test_the_office_cancels_after_asking(client, desk):
    outcome = registrations.registered(desk)
    client.get(at(desk, f"/{outcome.registration_id}/cancel"))
    page = client.submit({}, button="取消报名")
    assert "已取消" in page.main
    assert state_of(outcome, desk) == "cancelled"


def test_review_accepts_and_goes_on_to_the_next(client, open_station):
    station = open_station(window={"needs_review": True})
    sessions.official(client)
    first, second = (registrations.registered(station, source=Source.WEB) for _ in range(2))
    client.get(at(station, f"/{first.registration_id}"))
    page = client.submit({}, form="form:has([value=accept])")
    assert str(second.registration_id) in page.url
    assert state_of(first, station) == "confirmed"
    client.submit({}, form="form:has([value=reject])")
    assert state_of(second, station) == "rejected"


def test_a_decision_is_taken_once(client, open_station):
    station = open_station(window={"needs_review": True})
    sessions.official(client)
    outcome = registrations.registered(station, source=Source.WEB)
    address = at(station, f"/{outcome.registration_id}/review")
    client.post(address, {"decision": "accept"})
    page = client.post(address, {"decision": "reject"})
    assert page.flash == ["这条报名不在待审核。"]
    assert state_of(outcome, station) == "confirmed"


# --------------------------------------------------------------------------- places


def test_more_places_promote_the_waiting(client, open_station):
    station = open_station(capacity=1)
    registrations.registered(station)
    waiting = registrations.registered(station)
    sessions.official(client)
    address = f"/office/activities/{station.code}/capacity"
    page = client.post(address, {"category": str(station.category), f"{station.category}-capacity": "2"})
    assert page.flash == ["已保存，递补了 1 人。"]
    assert state_of(waiting, station) == "confirmed"


@pytest.mark.parametrize(("places", "says"), [("0", "不能少于这个数"), ("x", "名额"), ("200001", "0 到 200,000")])
def test_places_that_cannot_be_are_refused(client, open_station, places, says):
    station = open_station(capacity=5)
    registrations.registered(station)
    sessions.official(client)
    address = f"/office/activities/{station.code}/capacity"
    page = client.post(address, {"category": str(station.category), f"{station.category}-capacity": places}, status=422)
    assert any(says in error for error in [*page.errors, page.main])
    db.session.rollback()
    category = db.session.execute(select(Category).where(Category.id == station.category)).scalar_one()
    assert category.capacity == 5
