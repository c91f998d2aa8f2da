"""What a whole activity is told: another time, no activity, the day before, and what the office writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.activities.models import Activity
from app.activities.rules.drafts import Basics
from app.activities.services.life import cancel as call_off
from app.activities.services.stations import change_basics
from app.audit.services import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.notices.constants import NoticeKind
from app.notices.models import NoticeText
from app.notices.queries import written
from app.notices.rules import plain
from app.notices.services.queue import send_texts
from app.registrations.constants import RegistrationState, Source
from app.registrations.queries.addressees import Reach, reach_of
from app.registrations.rules.audience import Audience, Who, audience_of
from app.registrations.rules.words import About, Concerned, who, words
from app.registrations.services.register import register
from app.registrations.services.telling import tell_registered
from app.registrations.tasks import remind, use_reminders
from tests.factories import accounts, activities, people, registrations
from tests.factories.tellings import DAY, citizen, signed_up, told, walk, work
from tests.factories.texts import drained

pytestmark = pytest.mark.usefixtures("ctx", "clock", "no_limits")


# --------------------------------------------------------------------------- the whole activity


def moved(where: activities.Station, **changes: Any) -> None:
    found = db.session.get_one(Activity, where.id)
    names = (
        "code",
        "name",
        "place",
        "gate_opens_at",
        "starts_at",
        "ends_at",
        "season_id",
        "seal_text",
        "service_phone",
    )
    basics = Basics(**{name: getattr(found, name) for name in names})
    db.session.rollback()
    change_basics(activity_id=where.id, version=None, basics=replace(basics, **changes), move_hours=True, actor=SYSTEM)
    work()


def station() -> tuple[activities.Station, Account]:
    people.notice()
    where, one = activities.station(starts_at=now() + 5 * DAY, basics={"name": "水泉站"}), citizen()
    registrations.registered(where, account_id=one.id)
    return where, one


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"place": "水泉小学"}, "水泉站改了地点：6月6日 8:00，水泉小学见。报名还在。"),
        ({"starts_at": timedelta(hours=1)}, "水泉站改了时间：6月6日 9:00，徐庄镇文化广场见。报名还在。"),
        (
            {"starts_at": timedelta(hours=1), "place": "水泉小学"},
            "水泉站改了时间和地点：6月6日 9:00，水泉小学见。报名还在。",
        ),
    ],
)
def test_another_time_or_place_is_told_to_everybody(sent, changes, said):
    where, one = station()
    at = now() + 5 * DAY
    by = changes.get("starts_at")
    times = {"gate_opens_at": at, "starts_at": at + by, "ends_at": at + timedelta(hours=10)} if by else {}
    moved(where, **(changes | times))
    assert told(one) == sent.words == [said]


def test_another_word_in_the_introduction_is_told_to_nobody(sent):
    where, one = station()
    moved(where, seal_text="水泉")
    assert told(one) == []


def test_each_move_is_told(sent):
    where, one = station()
    moved(where, place="水泉小学")
    moved(where, place="徐庄镇文化广场")
    assert len(told(one)) == 2


def test_an_activity_that_is_called_off_is_told_once_to_everybody_who_stands(sent):
    where, one = station()
    call_off(activity_id=where.id, version=None, actor=SYSTEM)
    work()
    assert told(one) == sent.words == ["水泉站取消了，6月6日 8:00不用到场。"]


def test_the_day_before_each_is_reminded_once(sent, clock):
    where, one, waiting = walk(capacity=1), citizen(), citizen()
    signed_up(where, one, "王德福")
    signed_up(where, waiting, "李秀英")
    clock.at(2030, 6, 5, 17, 59)
    assert remind() == 0
    clock.at(2030, 6, 5, 18, 0)
    assert remind() == 1
    assert remind() == 0
    work()
    clock.shift(minutes=5)
    assert remind() == 0
    work()
    assert told(one) == sent.words == ["徐庄站快到了：6月6日 8:00，文化广场见。请带好您的码。"]
    assert told(waiting) == []


def test_a_reminder_that_waits_past_the_start_is_not_sent(sent, clock):
    where, one = walk(), citizen()
    signed_up(where, one, "王德福")
    clock.at(2030, 6, 5, 18, 0)
    remind()
    drained()
    clock.at(2030, 6, 6, 8, 0)
    assert send_texts() == 0
    assert sent.texts == []
    fresh = {"populate_existing": True}
    assert db.session.execute(select(NoticeText), execution_options=fresh).scalar_one().state == "late"


def test_an_office_may_do_without_reminders(sent, clock):
    signed_up(walk(), citizen(), "王德福")
    use_reminders(None)
    try:
        clock.at(2030, 6, 5, 20, 0)
        assert remind() == 0
    finally:
        use_reminders(18)


# --------------------------------------------------------------------------- what the office writes


def test_the_office_tells_everybody_registered(sent):
    where, parent, waiting = walk(capacity=2), citizen(), citizen()
    signed_up(where, parent, "王一", "王二")
    signed_up(where, waiting, "李秀英")
    signed_up(where, None, "张三")
    staff = accounts.staff()
    actor = Actor("account", staff.id)
    reach = tell_registered(activity_id=where.id, text=" 早上有雨，\n请带伞 ", token=uuid7(), actor=actor)
    work()
    assert reach == reach_of(where.id) == Reach(people=4, accounts=2, phones=1)
    assert told(parent) == told(waiting) == ["徐庄站：早上有雨， 请带伞"]
    assert len(sent.texts) == 3
    (one,) = written(where.id)
    assert (one.text, one.by, one.counts.told, one.counts.sent) == ("早上有雨， 请带伞", staff.id, 2, 3)


def test_sent_twice_it_is_told_once(sent):
    where, one, token = walk(), citizen(), uuid7()
    signed_up(where, one, "王德福")
    tell_registered(activity_id=where.id, text="请带伞", token=token, actor=SYSTEM)
    with pytest.raises(Conflict) as refused:
        tell_registered(activity_id=where.id, text="请带伞", token=token, actor=SYSTEM)
    work()
    assert refused.value.code == "told_already"
    assert len(sent.texts) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text_missing"),
        (" \n ", "text_missing"),
        ("雨" * 71, "text_long"),
        ("请\u202e带伞", "text_odd"),
        ("推迟到{几点}开始", "text_unfilled"),
        ("推迟到｛几点｝开始", "text_unfilled"),
    ],
)
def test_a_text_that_cannot_be_sent_says_why(text, code):
    where = walk()
    signed_up(where, citizen(), "王德福")
    with pytest.raises(DomainError) as refused:
        tell_registered(activity_id=where.id, text=text, token=uuid7(), actor=SYSTEM)
    assert refused.value.code == code
    assert written(where.id) == []


def test_seventy_characters_are_taken_and_nobody_is_nobody():
    where = walk()
    with pytest.raises(Conflict) as refused:
        tell_registered(activity_id=where.id, text="请带伞", token=uuid7(), actor=SYSTEM)
    assert refused.value.code == "nobody_registered"
    signed_up(where, citizen(), "王德福")
    assert tell_registered(activity_id=where.id, text="雨" * 70, token=uuid7(), actor=SYSTEM).accounts == 1


class TestAudience:
    """A part of the registered that can be named in a word; whoever is left out hears nothing."""

    @pytest.fixture
    def people_of(self):
        """One of each: confirmed, a confirmed child, waitlisted, confirmed from another town."""
        people.notice()
        where, town = activities.station(starts_at=now() + 5 * DAY, basics={"name": "水泉站"}), people.organisation()
        found = {name: citizen() for name in ("adult", "parent", "other")}
        registrations.registered(where, people.raw_person(town_id=town), account_id=found["adult"].id)
        of_child = registrations.entry(where, people.child(birth=date(2020, 1, 9)), relation="child")
        one = {"activity_id": where.id, "entry": of_child, "source": Source.OFFICE, "actor": SYSTEM}
        register(**one, account_id=found["parent"].id)
        registrations.registered(where, account_id=found["other"].id)
        return where, town, found

    def heard(self, where, found, **facts):
        audience = Audience(**facts)
        reach = tell_registered(activity_id=where.id, text="请带伞", token=uuid7(), audience=audience, actor=SYSTEM)
        work()
        names = {name for name, one in found.items() if told(one)}
        assert reach.accounts == len(names), "as many as were announced"
        return names

    def test_the_guardians_of_minors(self, people_of, sent):
        where, _town, found = people_of
        assert self.heard(where, found, who=Who.MINORS) == {"parent"}

    def test_one_town(self, people_of, sent):
        where, town, found = people_of
        assert self.heard(where, found, town_id=town) == {"adult"}

    def test_everybody_is_everybody(self, people_of, sent):
        where, _town, found = people_of
        assert self.heard(where, found) == set(found)

    def test_who_waits_and_who_is_in(self, sent):
        where, first, second = walk(capacity=1), citizen(), citizen()
        signed_up(where, first, "王德福")
        signed_up(where, second, "李秀英")
        assert self.heard(where, {"first": first, "second": second}, who=Who.WAITLISTED) == {"second"}
        assert reach_of(where.id, Audience(Who.CONFIRMED)).people == 1

    def test_an_audience_of_nobody_is_refused(self, people_of):
        where, _town, _found = people_of
        with pytest.raises(Conflict) as refused:
            self.heard(where, {}, who=Who.WAITLISTED)
        assert (refused.value.code, refused.value.field) == ("nobody_of_these", "who")

    def test_a_child_that_registered_itself_is_not_told_in_its_guardian_s_place(self, sent):
        people.notice()
        where, own, guardian = activities.station(starts_at=now() + 5 * DAY), citizen(), citizen()
        raw = people.child(birth=date(2014, 1, 9), guardian_phone=guardian.phone)
        registrations.registered(where, raw, account_id=own.id)
        assert self.heard(where, {"own": own, "guardian": guardian}, who=Who.MINORS) == {"guardian"}
        assert [phone for phone, _text in sent.texts] == [guardian.phone]

    def test_a_guardian_without_an_account_gets_the_text(self, sent):
        people.notice()
        where = activities.station(starts_at=now() + 5 * DAY)
        raw = people.child(birth=date(2020, 1, 9))
        registrations.registered(where, raw)
        reach = tell_registered(
            activity_id=where.id, text="请带伞", token=uuid7(), audience=Audience(Who.MINORS), actor=SYSTEM
        )
        work()
        assert reach == Reach(people=1, accounts=0, phones=1)
        assert [phone[-11:] for phone, _text in sent.texts] == [raw.guardian_phone[-11:]]

    @pytest.mark.parametrize("audience", [Audience(), Audience(Who.MINORS), Audience(Who.CONFIRMED, uuid7())])
    def test_it_passes_through_a_message(self, audience):
        assert audience_of(audience.packed()) == audience
        assert audience_of(None).is_all


# --------------------------------------------------------------------------- the words, and their size


def test_names_in_a_sentence():
    assert [who(["王一"]), who(["王一", "王二"]), who(["王一", "王二", "王三"])] == [
        "王一",
        "王一、王二",
        "王一等 3 人",
    ]


@pytest.mark.parametrize("kind", [one for one in NoticeKind if one not in {NoticeKind.REISSUED, NoticeKind.LINKED}])
def test_every_sentence_fits_one_text(kind):
    about = About("相约徐庄站", "徐庄镇文化广场", now(), now() + DAY)
    for state in RegistrationState:
        message, params = words(kind, about, [Concerned("欧阳德福", state)], parts={"time", "place"}, text="请带伞")
        assert len(plain(message, params)) <= 70


def test_the_cost_of_telling_does_not_grow_with_the_activity(sent, statements):
    counts = []
    for size in (3, 30):
        where = walk(capacity=100)
        for _ in range(size):
            signed_up(where, citizen(), "王德福")
        drained()
        tell_registered(activity_id=where.id, text="请带伞", token=uuid7(), actor=SYSTEM)
        with statements() as seen:
            drained()
        counts.append(len(seen))
    assert counts[0] == counts[1]
