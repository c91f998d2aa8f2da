"""One citizen signs up: two pages, and what comes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.activities.constants import AskField
from app.activities.services.life import cancel as call_off
from app.activities.services.life import pause
from app.audit.services import SYSTEM
from app.core.db import db
from app.people.models import Consent, Person
from app.registrations.models import Draft, Registration
from tests.factories import activities, people, registrations, sessions
from tests.web.registrations.conftest import page_one, rows, sign_up, typed

pytestmark = pytest.mark.usefixtures("clock")


def one_row(station):
    db.session.rollback()
    return db.session.execute(select(Registration).where(Registration.activity_id == station.id)).scalar_one()


def test_two_pages_lead_to_a_place(visitor, open_station):
    station = open_station()
    page = sign_up(visitor, station)
    assert page.h1 == "报上了。"
    assert "6月3日 8:00，徐庄镇文化广场见。" in page.main
    row = one_row(station)
    assert (row.state, row.bib, row.source) == ("confirmed", "A0001", "web")
    assert f'data-draft-done="registration-{station.code}"' in page.html


def test_each_box_leaves_its_own_consent(visitor, open_station):
    station = open_station()
    sign_up(visitor, station)
    db.session.rollback()
    kinds = db.session.execute(select(Consent.kind, Consent.version)).all()
    assert sorted(kinds) == [("document_number", 0), ("privacy", 1), ("terms", 1)]


def test_who_has_not_signed_in_comes_back_to_the_form(client, open_station):
    station = open_station()
    page = client.get(f"/activities/{station.code}/register", status=302)
    assert page.location == f"/login?next=/activities/{station.code}/register"


def test_the_result_is_the_same_for_whoever_was_known_before(visitor, open_station, client):
    station = open_station()
    known = people.raw_person()
    people.person(known)
    unknown = people.raw_person()
    first = sign_up(visitor, station, known)
    second_browser = client.another()
    sessions.citizen(second_browser)
    second = sign_up(second_browser, station, unknown)
    assert first.main.replace(known.name, "N") == second.main.replace(unknown.name, "N")
    assert "A000" not in first.main


def test_somebody_else_s_registration_is_not_told(visitor, open_station):
    station = open_station()
    known = people.raw_person()
    registrations.registered(station, known)
    page = sign_up(visitor, station, known)
    assert page.h1 == "报上了。"
    assert rows(station) == 1
    assert known.name not in visitor.get("/my").main
    assert visitor.get("/my/code").main.count("验证手机后") == 1


def test_nothing_but_page_one_s_two_boxes_is_asked_of_a_walk(visitor, open_station):
    page = page_one(visitor, open_station())
    labels = {tag["name"] for tag in page.soup.select("main form input[type=checkbox]")}
    assert labels == {"consent_terms"}


def test_a_second_time_says_so_and_shows_the_way(visitor, open_station):
    station = open_station()
    raw = people.raw_person()
    sign_up(visitor, station, raw)
    page = visitor.get(f"/activities/{station.code}/register")
    assert f"{raw.name}已经报过" in page.main
    page = page_one(visitor, station, raw)
    page = visitor.submit({"consent_terms": "y"}, status=409)
    assert "已经报过" in page.main
    assert any(link.startswith("/my/registrations/") for link in page.links)
    assert rows(station) == 1


def test_full_means_a_place_in_the_queue(visitor, open_station):
    station = open_station(capacity=1)
    registrations.registered(station)
    page = visitor.get(f"/activities/{station.code}/register")
    assert "候补" in page.main
    page = sign_up(visitor, station)
    assert page.h1 == "已排候补第 1 位。"
    assert "有名额会通知您，无需再报。" in page.main


def test_a_full_group_without_queue_cannot_be_chosen(visitor, open_station):
    station = open_station(capacity=1, window={"waiting_list": False})
    registrations.registered(station)
    page = visitor.get(f"/activities/{station.code}/register")
    assert page.soup.select_one(f'input[value="{station.category}"]').has_attr("disabled")
    page = page_one(visitor, station, category=str(station.category))
    page = visitor.submit({"consent_terms": "y"}, status=409)
    assert "体验组已满。" in page.main
    assert rows(station) == 1


def test_an_activity_with_review_says_what_comes(visitor, open_station):
    page = sign_up(visitor, open_station(window={"needs_review": True}))
    assert page.h1 == "已提交，等待审核。"


# --------------------------------------------------------------------------- bad input


TODAY = date(2030, 6, 1)
BAD = {
    "check digit": ({"document_number": "370499198503120019"}, "最后一位对不上，请核对身份证。"),
    "15 digits": ({"document_number": "370499850312001"}, "15位旧号不能用了，请填18位身份证号。"),
    "02-29": ({"document_number": "37049919850229001X"}, "1985年2月没有29日，请改日期。"),
    "future": ({"document_number": "370499203106010016"}, "出生日期在今天之后，请核对。"),
    "no name": ({"name": ""}, "请填姓名。"),
    "hidden sign": ({"name": "王\u200b德福"}, "姓名里有看不见的字符，请重新输入。"),
    "phone": ({"phone": "1234"}, "手机号"),
    "no notice": ({"consent_notice": None}, "请先阅读并同意隐私告知。"),
    "no document consent": ({"consent_document": None}, "请勾选同意使用证件号，或选择没有证件。"),
    "sex": ({"document_number": people.document(n=3), "sex": "female"}, "性别和证件号不一致，请核对。"),
    "age": (
        {"document_number": people.document(n=3), "birth_date": "1990-01-01"},
        "出生日期和证件号不一致，请核对。",
    ),
    "no birth date": (
        {"document_type": "none", "document_number": ""},
        "没有证件时，需要填出生日期。",
    ),
}


@pytest.mark.parametrize("case", list(BAD))
def test_each_mistake_has_a_sentence_and_what_was_typed_stays(visitor, open_station, case):
    station = open_station()
    change, sentence = BAD[case]
    page = page_one(visitor, station, **change)
    assert page.status == 422
    assert any(sentence in error for error in page.errors), page.errors
    assert "还有 1 处要改" in page.main
    kept = {tag["name"]: tag.get("value") for tag in page.soup.select("main form input[name]")}
    if case != "no name":
        assert kept["name"]
    assert rows(station) == 0


def test_several_mistakes_are_told_at_once(visitor, open_station):
    page = page_one(visitor, open_station(), document_number="370499198503120019", consent_notice=None, name="")
    assert "还有 3 处要改" in page.main


def test_a_passport_tells_no_birth_date_so_it_is_asked(visitor, open_station):
    page = page_one(
        visitor,
        open_station(),
        document_type="passport",
        document_number="E12345678",
        birth_date="1985-02-30",
        sex="male",
    )
    assert any("2月没有30日" in error for error in page.errors)


def test_too_young_for_the_group_is_said_on_page_one(visitor, open_station):
    station = open_station()
    raw = people.raw_person(birth=date(2020, 1, 1))
    page = page_one(visitor, station, raw, category=str(station.categories["TZ"]))
    assert any("挑战组要满16岁。" in error for error in page.errors)


def test_nobody_at_all_is_no_registration(visitor, open_station):
    page = page_one(visitor, open_station(), name="", document_number="", phone="")
    assert any("请填姓名。" in error for error in page.errors)


def test_the_terms_are_asked_on_page_two(visitor, open_station):
    station = open_station()
    page_one(visitor, station)
    page = visitor.submit({}, status=422)
    assert any("请先阅读并同意参加须知。" in error for error in page.errors)
    assert rows(station) == 0


def test_a_name_that_contradicts_a_known_document_is_refused_neutrally(visitor, open_station):
    station = open_station()
    known = people.raw_person(name="王建国")
    people.person(known)
    page_one(visitor, station, known, name="李秀英")
    page = visitor.submit({"consent_terms": "y"})
    assert page.h1.startswith("报名")
    assert "姓名和证件对不上，请核对。" in page.main
    assert page.soup.select_one("#name")["value"] == "李秀英"
    assert "王建国" not in page.html
    assert rows(station) == 0


# --------------------------------------------------------------------------- minors


def child_page(visitor, station, born):
    return page_one(visitor, station, people.raw_person(birth=born, phone=None))


def test_a_child_needs_a_guardian_and_the_separate_box(visitor, open_station):
    station = open_station()
    page = child_page(visitor, station, date(2020, 1, 1))
    assert "未满 14 岁，要有监护人同意。" in page.main
    page = visitor.submit({"consent_terms": "y"}, status=422)
    assert len(page.errors) == 2
    guardian = {"p0-guardian_name": "王建国", "p0-guardian_phone": "13800005678"}
    page = visitor.submit({**guardian, "consent_terms": "y"}, status=422)
    assert any("请监护人勾选同意。" in error for error in page.errors)
    assert rows(station) == 0
    page = visitor.submit({**guardian, "p0-guardian_consent": "y", "consent_terms": "y"})
    assert page.h1 == "报上了。"
    db.session.rollback()
    person = db.session.execute(select(Person)).scalar_one()
    assert (person.guardian_name, person.guardian_phone) == ("王建国", "+8613800005678")


@pytest.mark.parametrize(
    ("born", "asked"),
    [
        (date(2016, 6, 4), "未满 14 岁，要有监护人同意。"),
        (date(2016, 6, 3), "未满 18 岁，要留监护人的联系方式。"),
        (date(2012, 6, 4), "未满 18 岁，要留监护人的联系方式。"),
        (date(2012, 6, 3), ""),
    ],
)
def test_ages_count_on_the_first_day_of_the_activity(visitor, open_station, born, asked):
    page = child_page(visitor, open_station(), born)
    assert ("监护人" in page.main) == bool(asked)
    assert asked in page.main


# --------------------------------------------------------------------------- doors


@pytest.mark.parametrize(
    ("window", "says"),
    [
        ({"opens": 1}, "6月2日 8:00 开始报名"),
        ({"closes": -1}, "报名已截止"),
    ],
)
def test_outside_the_window_the_page_says_why(visitor, open_station, clock, window, says):
    opens = clock.now + timedelta(days=window.get("opens", -7))
    closes = clock.now + timedelta(days=window.get("closes", 1.5))
    station = open_station(window={"opens_at": opens, "closes_at": closes})
    page = visitor.get(f"/activities/{station.code}/register")
    assert page.h1 == says
    page = visitor.post(f"/activities/{station.code}/register", typed(people.raw_person()))
    assert page.h1 == says
    assert rows(station) == 0


def test_a_paused_activity_says_so(visitor, open_station):
    station = open_station()
    pause(activity_id=station.id, version=None, actor=SYSTEM)
    assert visitor.get(f"/activities/{station.code}/register").h1 == "报名暂停了"


def test_a_cancelled_activity_says_so(visitor, open_station):
    station = open_station()
    call_off(activity_id=station.id, version=None, actor=SYSTEM)
    assert visitor.get(f"/activities/{station.code}/register").h1.endswith("已取消")


def test_it_closes_between_the_pages(visitor, open_station):
    station = open_station()
    page_one(visitor, station)
    pause(activity_id=station.id, version=None, actor=SYSTEM)
    page = visitor.submit({"consent_terms": "y"})
    assert page.h1 == "报名暂停了"
    assert rows(station) == 0


@pytest.mark.parametrize("path", ["", "/confirm", "/done"])
def test_a_draft_or_unknown_activity_is_not_found(visitor, ctx, path):
    hidden = activities.station(published=False)
    here = visitor.get(f"/activities/{hidden.code}/register{path}", status=404)
    nowhere = visitor.get(f"/activities/nowhere/register{path}", status=404)
    assert here.main == nowhere.main


# --------------------------------------------------------------------------- what an activity asks


def test_what_the_activity_asks_stands_on_page_two(visitor, open_station):
    asks = (AskField.EMERGENCY, AskField.SHIRT, AskField.HEALTH)
    station = open_station(window={"asks": asks})
    page_one(visitor, station)
    page = visitor.submit({"consent_terms": "y"}, status=422)
    assert len([error for error in page.errors if "紧急联系人" in error]) == 2
    sent = {
        "emergency_name": "张玉兰",
        "emergency_phone": "139 0000 1234",
        "p0-shirt": "L",
        "p0-health": "高血压",
        "consent_terms": "y",
    }
    page = visitor.submit(sent, status=422)
    assert any("请勾选同意使用健康声明，或留空。" in error for error in page.errors)
    page = visitor.submit({**sent, "p0-consent_health": "y"})
    assert page.h1 == "报上了。"
    answers = one_row(station).answers
    assert '"shirt": "L"' in answers
    assert "+8613900001234" in answers
    assert "高血压" in answers


def test_empty_optional_answers_never_block(visitor, open_station):
    station = open_station(window={"asks": (AskField.SHIRT, AskField.HEALTH, AskField.ORGANISATION)})
    assert sign_up(visitor, station).h1 == "报上了。"


def test_the_draft_is_gone_once_it_is_sent(visitor, open_station):
    station = open_station()
    sign_up(visitor, station)
    db.session.rollback()
    assert db.session.execute(select(Draft)).first() is None
