"""What goes by its age: each kind on the day after its term and not before; counts and medals stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.activities.models import Activity
from app.audit.queries import history
from app.checkins.models import Device, Reject, Scan, Settlement
from app.core.clock import now
from app.core.db import db
from app.core.ids import NIL
from app.core.permissions import Role
from app.core.transactions import act
from app.facilities.models import EquipmentSet, SetReport
from app.games.models import Delegation, Entry, Games
from app.notices.models import NoticeEvent
from app.people.constants import ProofLevel, Relation
from app.people.models import Person
from app.people.services.persons import link
from app.privacy.queries.holdings import ERASED
from app.privacy.rules.terms import Terms, terms_from
from app.privacy.services import retention
from app.privacy.services.retention import run
from app.registrations.models import Draw, Registration
from app.squads.models import SquadMember
from tests.factories import accounts, people, walks
from tests.factories.merges import merge
from tests.factories.privacy import CANARY, NAME, known_everywhere
from tests.support.recount import counts_hold
from tests.unit.privacy.test_erase import canaries, left_on_disk, sealed_now

pytestmark = pytest.mark.usefixtures("ctx", "clock")
DAY = timedelta(days=1)


@pytest.fixture
def known():
    return known_everywhere()


def registration(known):
    return db.session.get_one(Registration, (known.walk.id, known.registration), populate_existing=True)


def end_of(known):
    return db.session.get_one(Activity, known.walk.id).ends_at


def after(clock, moment):
    """A second past a moment."""
    clock.shift(seconds=(moment - now()).total_seconds() + 1)
    return now()


class TestActivities:
    def test_health_and_emergency_contacts_go_a_month_after_the_activity(self, known, clock):
        run(at=end_of(known) + 30 * DAY)
        assert CANARY in registration(known).answers
        found = run(at=end_of(known) + 30 * DAY + timedelta(seconds=1))
        assert found["answers"] == 1
        row = registration(known)
        assert (row.answers, row.name) == (None, NAME)

    def test_names_of_an_activity_go_a_year_after_it(self, known):
        at = end_of(known) + 365 * DAY + timedelta(seconds=1)
        assert run(at=at)["registrations"] > 0
        row = registration(known)
        assert (row.name, row.initials, row.name_index, row.phone_tail, row.birth_year) == (None,) * 5
        assert (row.state, row.sex) == ("confirmed", "male")
        for model, column in ((Scan, "raw"), (Settlement, "note")):
            assert set(db.session.execute(select(getattr(model, column))).scalars()) == {None}
        assert set(db.session.execute(select(Device.name)).scalars()) == {ERASED}
        assert set(db.session.execute(select(Draw.witnesses)).scalars()) == {""}
        assert db.session.execute(select(Reject)).all() == []
        assert set(db.session.execute(select(NoticeEvent.text)).scalars()) == {None}
        counts_hold(known.walk.id)

    def test_an_activity_that_was_looked_through_is_not_looked_at_again(self, known, statements):
        at = end_of(known) + 400 * DAY
        run(at=at)
        with statements() as taken:
            run(at=at)
        assert not [one for one in taken if "UPDATE registration" in one or "FROM scan " in one]

    def test_more_rows_than_one_act_takes(self, monkeypatch):
        monkeypatch.setattr(retention, "CHUNK", 4)
        walk = walks.make_walk()
        walks.enrol(walk, *(walks.person(name=f"王{n}") for n in "一二三四五六七八九十"))
        run(at=now() + 500 * DAY)
        assert set(db.session.execute(select(Registration.name)).scalars()) == {None}


class TestPersons:
    def test_two_years_after_they_were_last_needed(self, known, clock):
        last = max(end_of(known), known_until(known))
        run(at=last + 730 * DAY)
        assert db.session.get(Person, known.person, populate_existing=True).name == NAME
        run(at=last + 731 * DAY)
        assert db.session.get(Person, known.person, populate_existing=True).name == ERASED

    def test_whoever_looks_after_them_and_signs_in_keeps_them(self):
        account, person_id = accounts.account(last_login_at=now() + 700 * DAY), people.person()
        tie(account.id, person_id)
        run(at=now() + 1_000 * DAY)
        assert db.session.get(Person, person_id, populate_existing=True).name != ERASED
        run(at=now() + 1_431 * DAY)
        assert db.session.get(Person, person_id, populate_existing=True).name == ERASED

    def test_nobody_who_is_registered_for_what_is_still_to_come(self):
        walk = walks.make_walk(starts_at=now() + 800 * DAY, registration_opens_at=now() - DAY)
        (outcome,) = walks.enrol(walk, walks.person())
        run(at=now() + 790 * DAY)
        assert db.session.get(Person, outcome.person_id, populate_existing=True).name != ERASED

    def test_whoever_was_merged_goes_with_whom_they_became(self):
        walk = walks.make_walk(starts_at=now() + 100 * DAY, registration_opens_at=now() - DAY)
        stays, gone = walks.enrol(walk, walks.person(), walks.person(name="王德富"))
        merge(gone, stays)
        run(at=now() + 800 * DAY)
        assert ERASED not in set(db.session.execute(select(Person.name)).scalars())
        run(at=now() + 900 * DAY)
        assert set(db.session.execute(select(Person.name)).scalars()) == {ERASED}

    def test_in_stretches_and_again_finds_nobody(self, monkeypatch):
        monkeypatch.setattr(retention, "CHUNK", 4)
        for _ in range(11):
            people.person()
        assert run(at=now() + 731 * DAY)["persons"] == 11
        assert run(at=now() + 731 * DAY)["persons"] == 0

    def test_accounts_that_nobody_uses(self):
        account = accounts.account(phone="+8613800138000", phone_index=bytes(16))
        assert run(at=now() + 729 * DAY)["accounts"] == 0
        assert run(at=now() + 731 * DAY)["accounts"] == 1
        assert db.session.get(Account, account.id, populate_existing=True).phone is None
        assert run(at=now() + 731 * DAY)["accounts"] == 0

    def test_staff_that_did_not_sign_in_are_shut_out(self):
        staff = accounts.staff(Role.EVENT_MANAGER)
        run(at=now() + 181 * DAY)
        assert db.session.get(Account, staff.id, populate_existing=True).state == "disabled"


class TestOtherRooms:
    @pytest.mark.parametrize(
        ("model", "column", "days", "left"),
        [
            (Entry, "weight", 366, None),
            (Delegation, "leader_phone", 366, None),
            (SetReport, "phone", 181, None),
            (EquipmentSet, "receiver", 1_900, None),
            (EquipmentSet, "signature", 1_900, None),
            (SquadMember, "guardian", 731 + 366, None),
        ],
    )
    def test_each_after_its_term(self, known, model, column, days, left):
        games_end = db.session.get_one(Games, known.games).ends_on
        start = max(now(), now() + timedelta(days=(games_end - now().date()).days))
        run(at=now() + 29 * DAY)
        values = set(db.session.execute(select(getattr(model, column))).scalars())
        assert values - {None}
        run(at=start + (days + 1) * DAY)
        assert set(db.session.execute(select(getattr(model, column))).scalars()) == {left}

    @pytest.mark.parametrize(("hours", "kept"), [(23, True), (25, False)])
    def test_by_what_a_sender_s_reports_are_counted_is_kept_for_a_day(self, known, hours, kept):
        made_at = db.session.execute(select(SetReport.made_at)).scalar_one()
        run(at=made_at + timedelta(hours=hours))
        assert (db.session.execute(select(SetReport.address_index)).scalar_one() is not None) is kept


def test_after_all_terms_nothing_is_left_anywhere(known):
    before = sealed_now()
    run(at=now() + 3_000 * DAY)
    assert canaries() == set()
    gone = before - sealed_now()
    assert len(gone) > 15
    assert left_on_disk(gone | {CANARY.encode()}) == []
    (noted,) = [one for one in history(NIL) if one.action == "privacy.retention"]
    assert noted.details["rows"]["persons"] >= 1


class TestTerms:
    def test_an_installation_sets_its_own(self):
        assert terms_from({"RETENTION_DAYS": {"answers": 7}}).answers == timedelta(days=7)
        assert terms_from({}) == Terms()

    @pytest.mark.parametrize("given", [{"answers": 0}, {"nothing": 3}])
    def test_nonsense_is_refused_at_the_start(self, given):
        with pytest.raises(ValueError, match="RETENTION_DAYS"):
            terms_from({"RETENTION_DAYS": given})


def known_until(known):
    """When the person of the fixture is last needed: the end of the squad's year."""
    return now().replace(month=12, day=31, hour=23, minute=59)


@act
def tie(account_id, person_id):
    link(account_id=account_id, person_id=person_id, relation=Relation.SELF, proof=ProofLevel.OFFICE, at=now())
