"""Whom a stolen login has reached (PIPL 57): by what it was shown, took out, did, looks after, read."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from app.audit.services import SYSTEM, Actor, record
from app.checkins.services.merge import merge_persons
from app.checkins.services.record import record_scans
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.ids import NIL, uuid7
from app.core.transactions import act
from app.dashboards.queries.breach import breach_of, culprit_named, reached
from app.dashboards.rules.breach import Of, Way, check_window, latest, touch_of
from app.people.services.disclosure import disclose_person
from app.registrations.services.disclosure import disclose, insurance_list, note_export
from app.volunteers.services.export import note_activity_export
from app.volunteers.services.export import note_export as note_hours
from app.volunteers.services.signing import correct
from tests.factories import accounts, activities, devices, games, people, registrations, squads, volunteers, walks
from tests.support.world import tie

pytestmark = pytest.mark.usefixtures("ctx", "clock")
HOUR = timedelta(hours=1)


@pytest.fixture
def thief():
    return accounts.staff()


@pytest.fixture
def station():
    people.notice()
    return activities.station()


def by(account) -> Actor:
    return Actor("account", account.id)


def found_for(account, since=None, until=None):
    return breach_of(culprit_named(str(account.id)), since or now() - HOUR, until or now() + HOUR)


@act
def note(
    actor: Actor, action: str, *, kind: str, subject: uuid.UUID, scope: uuid.UUID = NIL, **details: object
) -> None:
    record(actor, action, subject_kind=kind, subject_id=subject, scope_id=scope, **details)


class TestRule:
    def asked(self, action, kind, **details):
        facts = {"scope_id": uuid.UUID(int=4), "subject_id": uuid.UUID(int=5), "at": now()}
        return touch_of(action, subject_kind=kind, details=details, **facts)

    @pytest.mark.parametrize(
        ("action", "kind", "of", "way"),
        [
            ("person.disclosed", "person", Of.PERSON, Way.SHOWN),
            ("registration.disclosed", "registration", Of.REGISTRATION, Way.SHOWN),
            ("person.changed", "person", Of.PERSON, Way.ACT),
            ("registration.cancelled", "registration", Of.REGISTRATION, Way.ACT),
            ("team.registered", "team", Of.TEAM, Way.ACT),
            ("registration.insurance_listed", "activity", Of.ACTIVITY, Way.FILE),
            ("attendance.exported", "activity", Of.ACTIVITY, Way.FILE),
            ("attendance.exported", "season", Of.SEASON, Way.FILE),
            ("games.printed", "games", Of.GAMES, Way.FILE),
            ("squads.exported", "squad", Of.SQUAD, Way.FILE),
            ("volunteers.listed", "activity", Of.VOLUNTEERS, Way.FILE),
            ("honours.service_record", "person", Of.PERSON, Way.SHOWN),
        ],
    )
    def test_what_an_act_gives_away(self, action, kind, of, way):
        touch = self.asked(action, kind)
        assert (touch.of, touch.way, touch.id) == (of, way, uuid.UUID(int=5))

    @pytest.mark.parametrize(
        ("action", "kind", "details"),
        [
            ("attendance.exported", "activity", {"what": "figures"}),
            ("attendance.exported", "season", {"what": "figures"}),
            ("attendance.exported", "activity", {"what": "towns"}),
            ("activity.changed", "activity", {}),
            ("accounts.grant_role", "account", {}),
        ],
    )
    def test_what_is_about_nobody(self, action, kind, details):
        assert self.asked(action, kind, **details) is None

    def test_a_thousand_exports_of_one_list_are_one_look(self):
        touches = [self.asked("registration.exported", "activity") for _ in range(1_000)]
        assert len(latest(touches, Of.ACTIVITY)) == 1

    def test_a_window_ends_after_it_begins(self):
        with pytest.raises(DomainError) as refused:
            check_window(now(), now())
        assert (refused.value.code, refused.value.field) == ("window_wrong", "until")


class TestActs:
    def test_whoever_was_shown_unmasked(self, thief, station):
        seen, other = registrations.registered(station), registrations.registered(station)
        disclose(
            activity_id=station.id, registration_id=seen.registration_id, reason="insurance", approver_id=None,
            actor=by(thief),
        )  # fmt: skip
        disclose_person(person_id=other.person_id, reason="insurance", approver_id=None, actor=by(thief))
        found = found_for(thief)
        assert found.persons == {seen.person_id: {Way.SHOWN}, other.person_id: {Way.SHOWN}}
        assert found.acts == {"registration.disclosed": 1, "person.disclosed": 1}

    def test_a_list_holds_who_was_registered_when_it_left(self, thief, station, clock):
        before = [registrations.registered(station).person_id for _ in range(3)]
        clock.shift(minutes=1)
        insurance_list(activity_id=station.id, minors=False, approver_id=None, actor=by(thief))
        clock.shift(minutes=1)
        registrations.registered(station)
        found = found_for(thief)
        assert found.persons == {one: {Way.FILE} for one in before}
        assert found.count(Way.FILE) == 3

    def test_lists_of_volunteers_hold_who_was_on_them(self, thief, station, clock):
        walk = walks.make_walk(starts_at=now() + timedelta(days=7))
        shift_id = volunteers.add_shift(walk)
        _account, listed = volunteers.offered(walk, shift_id)
        clock.shift(minutes=1)
        note_activity_export(activity_id=walk.id, form="csv", rows=1, actor=by(thief))
        clock.shift(minutes=1)
        _account, served = volunteers.assigned(walk, shift_id)
        assert found_for(thief).persons == {listed: {Way.FILE}}
        service_id = volunteers.service_of(shift_id, served).id
        correct(activity_id=walk.id, shift_id=shift_id, service_id=service_id, minutes=5, reason="x", actor=SYSTEM)
        clock.shift(minutes=1)
        note_hours(year=walk.starts_at.year, rows=1, actor=by(thief))
        assert set(found_for(thief).persons) == {listed, served}

    def test_another_s_acts_and_another_time_s_are_not_counted(self, thief, station, clock):
        registrations.registered(station)
        begun = now()
        note_export(activity_id=station.id, what="registrations", form="csv", rows=1, actor=by(accounts.staff()))
        assert found_for(thief).persons == {}
        clock.shift(minutes=5)
        note_export(activity_id=station.id, what="registrations", form="csv", rows=1, actor=by(thief))
        assert len(found_for(thief, begun, now()).persons) == 0, "the end itself is outside"
        assert len(found_for(thief, now(), now() + HOUR).persons) == 1, "the beginning is inside"

    def test_what_was_refused_has_shown_nothing(self, thief, station):
        person_id = people.person()
        note(by(thief), "person.disclosed", kind="person", subject=person_id, outcome="approval_required")
        assert found_for(thief).persons == {}

    def test_seasons_games_and_squads(self, thief):
        people.notice()
        season_id = activities.season()
        walker = registrations.registered(activities.station(season_id=season_id)).person_id
        note(by(thief), "attendance.exported", kind="season", subject=season_id, what="walkers")
        games_id, athlete = games.make_games(), people.person()
        games.enter(games_id, games.add_event_to(games_id), person_id=athlete)
        note(by(thief), "games.printed", kind="games", subject=games_id, scope=games_id, what="entries")
        squad_id = squads.make_squad()
        squads.add_group_to(squad_id)
        squads.candidate(squad_id, 900)
        note(by(thief), "squads.exported", kind="squad", subject=squad_id)
        found = found_for(thief)
        assert {walker, athlete} < set(found.persons)
        assert len(found.persons) == 3
        assert found.count(Way.FILE) == 3

    def test_whoever_was_merged_is_told_as_whom_they_became(self, thief):
        gone, stays = people.person(), people.person()
        note(by(thief), "person.disclosed", kind="person", subject=gone)
        merge_persons(gone=gone, stays=stays, reason="document_seen", actor=SYSTEM, at=now())
        assert set(found_for(thief).persons) == {stays}


class TestWhoseLogin:
    def test_a_citizen_s_family(self):
        citizen, person_id = accounts.account(), people.person()
        tie(citizen.id, person_id)
        assert found_for(citizen).persons == {person_id: {Way.OWN}}

    def test_a_device_has_seen_whom_it_read(self, station, clock):
        one, other = registrations.registered(station), registrations.registered(station)
        phone = devices.device(station, checkpoint="S")
        scan = {"id": str(uuid7()), "pass": one.issued.text, "checkpoint": "S", "scanned_at": now().isoformat()}
        record_scans(device=phone.ref, items=[scan])
        found = breach_of(culprit_named(str(phone.ref.id)), now() - HOUR, now() + HOUR)
        assert found.persons == {one.person_id: {Way.SCAN}}
        assert other.person_id not in found.persons

    def test_by_login_name_or_id(self, thief, station):
        assert culprit_named(thief.login_name).id == thief.id
        assert culprit_named(f" {thief.id} ").kind == "account"
        assert culprit_named(str(devices.device(station).ref.id)).kind == "device"

    @pytest.mark.parametrize("text", ["", "nobody", str(uuid.UUID(int=9)), "x" * 500])
    def test_nobody_s(self, text):
        with pytest.raises(NotFound) as refused:
            culprit_named(text)
        assert refused.value.code == "actor_unknown"


def test_the_list_has_names_and_phones(thief):
    person_id = people.person(people.raw_person(name="王德福", phone="13800005678"))
    note(by(thief), "person.disclosed", kind="person", subject=person_id)
    (row,) = reached(found_for(thief))
    assert (row.id, row.name, row.phone, row.ways) == (person_id, "王德福", "+8613800005678", {Way.SHOWN})


def test_it_takes_the_same_statements_for_ten_and_for_hundreds(thief, station, statements):
    """One walk along the trail and one statement for each kind of thing, so that a million rows are some seconds."""
    seen = []
    for size in (10, 200):
        for _ in range(size):
            outcome = registrations.registered(station)
            note(by(thief), "person.disclosed", kind="person", subject=outcome.person_id)
            note(by(thief), "registration.exported", kind="activity", subject=station.id, scope=station.id)
        with statements() as ran:
            found = found_for(thief)
            assert len(list(reached(found))) == len(found.persons) >= size
        seen.append(len(ran))
    assert seen[0] == seen[1]
