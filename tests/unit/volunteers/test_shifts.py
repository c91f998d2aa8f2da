"""Volunteers: offers, assignments that hold their number, signing in and out, hours; whoever must hear hears."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from app.audit.queries import history
from app.audit.services import SYSTEM
from app.core import outbox
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.transactions import act
from app.notices.models import Notice
from app.notices.queries import inbox
from app.passes.services import ensure_passes
from app.volunteers.constants import ServiceState
from app.volunteers.queries.hours import hours_in, hours_of, years
from app.volunteers.queries.shifts import line_of, own_services, posts_open, services_in, shift_of, shifts_of
from app.volunteers.queries.year import service_figures
from app.volunteers.rules.shifts import STEPS, check_shift, check_step, minutes_served, overlap
from app.volunteers.services.offers import offer, withdraw
from app.volunteers.services.serving import decide, named_person, put_on
from app.volunteers.services.shifts import cancel_shift, save_shift
from app.volunteers.services.signing import close_shift, correct, sign
from app.volunteers.services.telling import tell_volunteers
from tests.factories import people, walks
from tests.factories import volunteers as made

HOUR = timedelta(hours=1)


@pytest.fixture
def walk(ctx, clock):
    return walks.make_walk(starts_at=now() + 7 * 24 * HOUR)


def facts(walk, shift_id):
    return {"activity_id": walk.id, "shift_id": shift_id, "actor": SYSTEM}


def assign(walk, shift_id, *persons, to=ServiceState.ASSIGNED, reason=""):
    ids = [made.service_of(shift_id, one).id for one in persons]
    return decide(**facts(walk, shift_id), service_ids=ids, to=to, reason=reason)


@act
def code_of(person_id):
    return ensure_passes([person_id], at=now())[person_id]


def told(account_id):
    outbox.drain()
    db.session.commit()
    return [one.message for one in inbox(account_id).letters]


class TestRules:
    @pytest.mark.parametrize("before", list(ServiceState))
    @pytest.mark.parametrize("after", list(ServiceState))
    def test_only_the_steps_that_follow(self, before, after):
        if after in STEPS[before]:
            check_step(before, after, "因为")
        else:
            with pytest.raises(Conflict):
                check_step(before, after, "因为")

    def test_a_refusal_says_why(self):
        with pytest.raises(DomainError) as refused:
            check_step(ServiceState.APPLIED, ServiceState.REFUSED, " ")
        assert refused.value.field == "reason"

    @pytest.mark.parametrize(
        ("more", "field"),
        [
            ({"post": " "}, "post"),
            ({"post": "长" * 41}, "post"),
            ({"place": "长" * 81}, "place"),
            ({"needed": 0}, "needed"),
            ({"needed": 501}, "needed"),
            ({"min_age": 13}, "min_age"),
        ],
    )
    def test_what_is_no_shift(self, more, field):
        with pytest.raises(DomainError) as refused:
            check_shift(made.draft(now(), **more))
        assert refused.value.field == field

    @pytest.mark.parametrize("hours", [0, -1, 25])
    def test_it_ends_after_its_start_and_within_a_day(self, hours):
        start = now()
        with pytest.raises(DomainError) as refused:
            check_shift(made.draft(start, ends_at=start + hours * HOUR))
        assert refused.value.field == "ends_at"

    @pytest.mark.parametrize(
        ("came", "left", "minutes"),
        [(0, 3, 180), (-0.25, 3, 195), (-2, 3, 210), (0, 9, 210), (1, 1, 0), (2.5, 3.25, 45), (5, 6, 0)],
    )
    def test_minutes_count_around_the_shift(self, came, left, minutes):
        start = now()
        assert minutes_served(start + came * HOUR, start + left * HOUR, start, start + 3 * HOUR) == minutes

    def test_one_shift_after_another_is_no_overlap(self):
        start = now()
        held = [(start, start + HOUR)]
        assert not overlap(start + HOUR, start + 2 * HOUR, held)
        assert overlap(start + 0.5 * HOUR, start + 2 * HOUR, held)

    @pytest.mark.parametrize(("minutes", "hours"), [(0, "0.0"), (100, "1.7"), (63, "1.1"), (57, "1.0")])
    def test_hours_are_rounded_once(self, minutes, hours):
        assert hours_of(minutes) == Decimal(hours)


class TestOffering:
    def test_an_offer_waits_for_the_office_and_twice_is_once(self, walk):
        shift_id = made.add_shift(walk)
        account_id, person_id = made.somebody()
        offers = {"activity_id": walk.id, "shift_ids": [shift_id], "person_id": person_id, "guardian": False}
        assert offer(**offers, account_id=account_id, actor=SYSTEM) == 1
        assert offer(**offers, account_id=account_id, actor=SYSTEM) == 0
        assert [one.state for one in own_services([person_id])] == [ServiceState.APPLIED]

    def test_several_at_once_all_or_none(self, walk):
        first = made.add_shift(walk)
        clash = made.add_shift(walk, starts_at=walk.starts_at + HOUR)
        with pytest.raises(Conflict) as refused:
            made.offered(walk, first, clash)
        assert refused.value.code == "times_clash"
        assert services_in(first) == []
        later = made.add_shift(walk, starts_at=walk.starts_at + 3 * HOUR)
        _account, person = made.offered(walk, first, later)
        assert len(own_services([person])) == 2

    def test_another_activity_at_the_same_time_clashes_too(self, walk):
        other = walks.make_walk(starts_at=walk.starts_at + HOUR)
        shift_id, elsewhere = made.add_shift(walk), made.add_shift(other)
        account_id, person_id = made.offered(walk, shift_id)
        with pytest.raises(Conflict):
            offer(
                activity_id=other.id, shift_ids=[elsewhere], person_id=person_id, account_id=account_id,
                guardian=False, actor=SYSTEM,
            )  # fmt: skip

    def test_too_young_and_a_minor_without_the_guardian_s_word(self, walk):
        grown, young = made.add_shift(walk), made.add_shift(walk, min_age=14)
        born = date(2014, 1, 1)
        with pytest.raises(DomainError) as refused:
            made.offered(walk, grown, birth=born)
        assert refused.value.code == "too_young"
        with pytest.raises(DomainError) as refused:
            made.offered(walk, young, birth=born)
        assert refused.value.code == "guardian_missing"
        _account, person = made.offered(walk, young, birth=born, guardian=True)
        assert made.service_of(young, person).agreed_on is not None

    def test_not_for_strangers_nothing_chosen_and_not_after_the_start(self, walk, clock):
        shift_id = made.add_shift(walk)
        account_id, person_id = made.somebody()
        usual = {"activity_id": walk.id, "guardian": False, "actor": SYSTEM, "account_id": account_id}
        with pytest.raises(NotFound):
            offer(**usual, shift_ids=[shift_id], person_id=people.person())
        with pytest.raises(DomainError):
            offer(**usual, shift_ids=[], person_id=person_id)
        with pytest.raises(NotFound):
            offer(**usual, shift_ids=[uuid7()], person_id=person_id)
        clock.shift(days=8)
        with pytest.raises(Conflict) as refused:
            offer(**usual, shift_ids=[shift_id], person_id=person_id)
        assert refused.value.code == "shift_over"

    def test_taken_back_and_offered_again(self, walk):
        shift_id = made.add_shift(walk)
        account_id, person_id = made.offered(walk, shift_id)
        service = made.service_of(shift_id, person_id)
        for _ in range(2):
            withdraw(service_id=service.id, account_id=account_id, actor=SYSTEM)
        assert services_in(shift_id)[0].state is ServiceState.WITHDREW
        other, _person = made.somebody()
        with pytest.raises(NotFound):
            withdraw(service_id=service.id, account_id=other, actor=SYSTEM)
        offer(
            activity_id=walk.id, shift_ids=[shift_id], person_id=person_id, account_id=account_id, guardian=False,
            actor=SYSTEM,
        )  # fmt: skip
        assert services_in(shift_id)[0].state is ServiceState.APPLIED


class TestAssigning:
    def test_the_number_holds_for_all_or_none(self, walk):
        shift_id = made.add_shift(walk, needed=1)
        (_, first), (_, second) = made.offered(walk, shift_id), made.offered(walk, shift_id)
        with pytest.raises(Conflict) as refused:
            assign(walk, shift_id, first, second)
        assert refused.value.code == "shift_full"
        assert line_of(shift_of(walk.id, shift_id)).assigned == 0
        assert assign(walk, shift_id, first) == 1
        assert assign(walk, shift_id, first) == 0  # pressed twice
        assert line_of(shift_of(walk.id, shift_id)).free == 0

    def test_who_was_assigned_hears_where_and_when(self, walk):
        account_id, _person = made.assigned(walk, made.add_shift(walk))
        (message,) = told(account_id)
        assert "安排好了" in message

    def test_a_refusal_says_why_and_is_told(self, walk):
        shift_id = made.add_shift(walk)
        account_id, person_id = made.offered(walk, shift_id)
        assign(walk, shift_id, person_id, to=ServiceState.REFUSED, reason="人满了")
        assert "没有安排" in told(account_id)[0]
        stored = db.session.execute(text("SELECT reason FROM shift_service")).scalar_one()
        assert "人满了".encode() not in bytes(stored)

    def test_by_the_office_with_a_code(self, walk):
        shift_id, person_id = made.add_shift(walk, needed=1), people.person()
        code = code_of(person_id)
        put_on(**facts(walk, shift_id), guardian=False, named=code.text)
        put_on(**facts(walk, shift_id), guardian=False, named=code.short_code)
        assert [line.state for line in services_in(shift_id)] == [ServiceState.ASSIGNED]
        with pytest.raises(Conflict):
            put_on(**facts(walk, shift_id), guardian=False, named=code_of(people.person()).text)

    @pytest.mark.parametrize("named", ["", "  ", "nonsense", "x" * 300, "ABCD2345"])
    def test_a_code_of_nobody(self, walk, named):
        with pytest.raises(DomainError) as refused:
            named_person(walk.id, named)
        assert refused.value.code == "nobody_named"

    def test_nobody_chosen_and_somebody_of_another_shift(self, walk):
        shift_id, other = made.add_shift(walk), made.add_shift(walk)
        _account, person_id = made.offered(walk, other)
        with pytest.raises(DomainError):
            assign(walk, shift_id)
        stranger = made.service_of(other, person_id).id
        with pytest.raises(NotFound):
            decide(**facts(walk, shift_id), service_ids=[stranger], to=ServiceState.ASSIGNED, reason="")


class TestShifts:
    def test_another_time_is_told_and_another_name_is_not(self, walk):
        shift_id = made.add_shift(walk)
        account_id, _person = made.assigned(walk, shift_id)
        before = len(told(account_id))
        later = made.draft(walk.starts_at + HOUR)
        save_shift(**facts(walk, shift_id), draft=later, version=1)
        assert len(told(account_id)) == before + 1
        renamed = made.draft(walk.starts_at + HOUR, post="补给")
        save_shift(**facts(walk, shift_id), draft=renamed, version=2)
        assert len(told(account_id)) == before + 1

    def test_an_editor_who_saw_an_older_one_is_told(self, walk):
        shift_id = made.add_shift(walk)
        save_shift(**facts(walk, shift_id), draft=made.draft(walk.starts_at), version=1)
        with pytest.raises(Conflict):
            save_shift(**facts(walk, shift_id), draft=made.draft(walk.starts_at), version=1)

    def test_called_off_once_and_nothing_goes_on_in_it(self, walk):
        shift_id = made.add_shift(walk)
        account_id, person_id = made.assigned(walk, shift_id)
        for _ in range(2):
            cancel_shift(**facts(walk, shift_id))
        assert sum("取消" in one for one in told(account_id)) == 1
        with pytest.raises(Conflict) as refused:
            sign(**facts(walk, shift_id), person_id=person_id)
        assert refused.value.code == "shift_cancelled"
        assert posts_open([walk.id], now()) == set()

    def test_a_shift_of_another_activity_does_not_exist(self, walk):
        other = walks.make_walk()
        with pytest.raises(NotFound):
            shift_of(other.id, made.add_shift(walk))

    def test_who_is_still_looked_for(self, walk):
        assert posts_open([walk.id], now()) == set()
        shift_id = made.add_shift(walk, needed=1)
        assert posts_open([walk.id], now()) == {walk.id}
        made.assigned(walk, shift_id)
        assert posts_open([walk.id], now()) == set()
        assert [line.assigned for line in shifts_of(walk.id)] == [1]


class TestServing:
    @pytest.fixture
    def shift_id(self, walk):
        return made.add_shift(walk)

    @pytest.fixture
    def on_it(self, walk, shift_id, clock):
        _account, person_id = made.assigned(walk, shift_id)
        clock.shift(seconds=(walk.starts_at - now()).total_seconds())
        return person_id

    def test_in_and_out_by_the_same_act(self, walk, shift_id, on_it, clock):
        first = sign(**facts(walk, shift_id), person_id=on_it)
        assert (first.at, first.out, first.minutes) == (now(), False, None)
        with pytest.raises(Conflict) as refused:
            sign(**facts(walk, shift_id), person_id=on_it)
        assert refused.value.code == "just_signed"
        clock.shift(hours=2)
        assert sign(**facts(walk, shift_id), person_id=on_it).minutes == 120
        with pytest.raises(Conflict) as refused:
            sign(**facts(walk, shift_id), person_id=on_it)
        assert refused.value.code == "signed_out"

    def test_only_those_on_the_shift_and_only_around_its_time(self, walk, shift_id, on_it, clock):
        with pytest.raises(Conflict) as refused:
            sign(**facts(walk, shift_id), person_id=people.person())
        assert refused.value.code == "not_on_shift"
        clock.shift(hours=6)
        with pytest.raises(Conflict) as refused:
            sign(**facts(walk, shift_id), person_id=on_it)
        assert refused.value.code == "not_the_time"

    def test_who_has_signed_in_is_not_sent_away(self, walk, shift_id, on_it):
        sign(**facts(walk, shift_id), person_id=on_it)
        with pytest.raises(Conflict) as refused:
            assign(walk, shift_id, on_it, to=ServiceState.REFUSED, reason="x")
        assert refused.value.code == "signed_in"

    def test_whoever_did_not_sign_out_served_to_the_end(self, walk, shift_id, on_it, clock):
        sign(**facts(walk, shift_id), person_id=on_it)
        with pytest.raises(Conflict):
            close_shift(**facts(walk, shift_id))
        clock.shift(hours=4)
        assert close_shift(**facts(walk, shift_id)) == 1
        assert close_shift(**facts(walk, shift_id)) == 0
        assert made.service_of(shift_id, on_it).minutes == 180

    def test_the_office_corrects_with_a_reason_that_is_in_the_trail(self, walk, shift_id, on_it):
        service = made.service_of(shift_id, on_it)
        usual = facts(walk, shift_id) | {"service_id": service.id}
        for minutes, reason in ((-1, "x"), (1_441, "x"), (90, " ")):
            with pytest.raises(DomainError):
                correct(**usual, minutes=minutes, reason=reason)
        correct(**usual, minutes=90, reason="忘了签退")
        assert made.service_of(shift_id, on_it).minutes == 90
        (noted,) = [one for one in history(walk.id) if one.action == "volunteers.corrected"]
        assert (noted.details["before"], noted.details["minutes"]) == (None, 90)

    def test_hours_of_a_year_by_person(self, walk, shift_id, on_it):
        year = walk.starts_at.year
        assert service_figures(year) is None
        correct(**facts(walk, shift_id), service_id=made.service_of(shift_id, on_it).id, minutes=100, reason="补记")
        (line,) = hours_in(year)
        assert (line.person_id, line.shifts, line.hours) == (on_it, 1, Decimal("1.7"))
        figures = service_figures(year)
        assert (figures.people, figures.hours) == (1, Decimal("1.7"))
        assert hours_in(year - 1) == []
        assert years() == [year]


class TestTelling:
    def test_everybody_on_a_shift_once_however_often_it_is_sent(self, walk):
        first, second = made.add_shift(walk), made.add_shift(walk, starts_at=walk.starts_at + 4 * HOUR)
        account_id, person_id = made.offered(walk, first, second)
        assign(walk, first, person_id)
        assign(walk, second, person_id)
        before = len(told(account_id))
        usual = {"activity_id": walk.id, "text": "改在北门集合", "actor": SYSTEM, "at": now()}
        token = uuid7()
        assert tell_volunteers(**usual, token=token) == 1
        with pytest.raises(Conflict):
            tell_volunteers(**usual, token=token)
        assert len(told(account_id)) == before + 1
        (row,) = [one for one in db.session.execute(select(Notice)).scalars() if "北门" in one.params]
        assert row.account_id == account_id

    @pytest.mark.parametrize("words", ["", " ", "长" * 71])
    def test_nothing_and_too_much(self, walk, words):
        made.assigned(walk, made.add_shift(walk))
        with pytest.raises(DomainError):
            tell_volunteers(activity_id=walk.id, text=words, token=uuid7(), actor=SYSTEM, at=now())

    def test_nobody_there(self, walk):
        made.offered(walk, made.add_shift(walk))
        with pytest.raises(DomainError) as refused:
            tell_volunteers(activity_id=walk.id, text="集合", token=uuid7(), actor=SYSTEM, at=now())
        assert refused.value.code == "nobody_there"
