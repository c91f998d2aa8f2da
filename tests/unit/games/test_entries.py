"""Entries in the store: who may enter when, what two acts at once leave, what a decision changes."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.ids import uuid7
from app.core.transactions import act
from app.games.constants import DrawKind, EntryState, EventForm, EventFormat, EventSex, GamesStatus
from app.games.models import Draw, Entry, EntryMember
from app.games.rules.entering import OFFICE_DESK, Desk, EntryDraft, Member
from app.games.services.entries import enter, enter_many
from app.games.services.entry_changes import change_entry, reinstate, scratch, withdraw
from app.passes.models import Pass
from app.people.constants import OrganisationKind
from app.people.models import Consent, Person
from tests.factories import games as made
from tests.factories import people

BY_DECISION = Desk(office=True, decision="组委会 9月1日 会议决定")


@pytest.fixture(autouse=True)
def _time(clock, ctx):
    """In June, before the games."""


@pytest.fixture
def edition():
    return made.make_games(athlete_limit=2)


@pytest.fixture
def team(edition):
    return made.add_delegation_to(edition)


@pytest.fixture
def run(edition):
    return made.add_event_to(edition, format=EventFormat.TIMED, entry_limit=2)


@pytest.fixture
def dance(edition):
    return made.add_event_to(edition, format=EventFormat.JUDGED, form=EventForm.TEAM)


def member(raw=None, **facts):
    return Member(people.person_input(raw), **facts)


def go(games_id, delegation_id, event_id, *members, **facts):
    name = facts.pop("name", "")
    draft = EntryDraft(event_id, tuple(members or [member()]), name)
    return enter(
        games_id=games_id, delegation_id=delegation_id, draft=draft, **{"declared": True, "actor": SYSTEM} | facts
    )


def refused(*args, **facts):
    with pytest.raises(DomainError) as caught:
        go(*args, **facts)
    return caught.value.code


@contextmanager
def refuses(code):
    with pytest.raises(DomainError) as caught:
        yield caught
    assert caught.value.code == code


def stored(games_id, entry_id):
    db.session.expire_all()
    return db.session.get(Entry, (games_id, entry_id))


def behind(games_id, entry_id):
    return list(
        db.session.execute(
            select(EntryMember.person_id, EntryMember.name, EntryMember.substitute)
            .where(EntryMember.games_id == games_id, EntryMember.entry_id == entry_id)
            .order_by(EntryMember.position)
        )
    )


def count(model):
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


@act
def draw(games_id, event_id):
    db.session.add(
        Draw(games_id=games_id, id=uuid7(), event_id=event_id, kind=DrawKind.NUMBERS, version="paper", made_at=now())
    )


class TestEntering:
    def test_an_athlete_is_a_person_with_a_code_and_what_was_agreed(self, edition, team, run):
        one = member()
        entry = stored(edition, go(edition, team, run, one))
        assert (entry.name, entry.state, entry.strength) == (one.person.name, EntryState.ENTERED, 0)
        ((person, name, substitute),) = behind(edition, entry.id)
        assert (name, substitute) == (one.person.name, False)
        assert db.session.get(Person, person).name == one.person.name
        assert db.session.execute(select(Pass.person_id)).scalars().all() == [person]
        assert set(db.session.execute(select(Consent.kind)).scalars()) == {"privacy", "document_number"}

    def test_who_is_known_stays_one_person(self, edition, team, run, dance):
        raw = people.raw_person()
        known = people.person(raw)
        entry = go(edition, team, run, member(raw))
        other = go(edition, team, dance, member(raw), member())
        assert behind(edition, entry)[0].person_id == behind(edition, other)[0].person_id == known

    def test_a_team_bears_its_name_or_its_delegation_s(self, edition, team, dance):
        named = go(edition, team, dance, member(), member(), name=" 徐庄 舞蹈队 ")
        plain = go(edition, team, dance, member(), member())
        assert stored(edition, named).name == "徐庄 舞蹈队"
        assert stored(edition, plain).name.startswith("代表团")
        assert stored(edition, plain).strength == 1

    def test_a_pair_bears_both_names(self, edition, team):
        doubles = made.add_event_to(edition, format=EventFormat.KNOCKOUT, form=EventForm.PAIR, sex=EventSex.MIXED)
        he, she = member(), member(people.raw_person(document_number=people.document(male=False)))
        entry = go(edition, team, doubles, he, she)
        assert stored(edition, entry).name == f"{he.person.name}/{she.person.name}"

    def test_a_form_sent_twice_enters_once(self, edition, team, run):
        one, id_ = member(), uuid7()
        assert go(edition, team, run, one, entry_id=id_) == go(edition, team, run, one, entry_id=id_) == id_
        assert count(Entry) == 1

    def test_nobody_is_entered_without_the_declaration(self, edition, team, run):
        assert refused(edition, team, run, declared=False) == "consent_missing"
        assert (count(Person), count(Entry)) == (0, 0)

    def test_a_refusal_leaves_nothing(self, edition, team, dance):
        assert refused(edition, team, dance, member()) == "team_too_small"
        assert (count(Person), count(Entry)) == (0, 0)

    def test_a_known_document_under_another_name_is_refused(self, edition, team, run):
        raw = people.raw_person()
        people.person(raw)
        assert refused(edition, team, run, member(replace(raw, name="赵无名"))) == "person_mismatch"

    def test_nobody_starts_for_two_delegations_or_twice(self, edition, team, run, dance):
        raw, theirs = people.raw_person(), made.add_delegation_to(edition)
        go(edition, team, run, member(raw))
        assert refused(edition, team, run, member(raw)) == "entered_already"
        assert refused(edition, theirs, dance, member(raw), member()) == "other_delegation"

    def test_limits_hold_and_what_is_withdrawn_frees_a_place(self, edition, team, run):
        first = go(edition, team, run)
        go(edition, team, run)
        assert refused(edition, team, run) == "entry_limit"
        withdraw(games_id=edition, entry_id=first, actor=SYSTEM)
        go(edition, team, run)

    def test_a_person_who_was_withdrawn_may_come_back(self, edition, team, run):
        raw = people.raw_person()
        first = go(edition, team, run, member(raw))
        withdraw(games_id=edition, entry_id=first, actor=SYSTEM)
        assert go(edition, team, run, member(raw)) != first

    def test_pupils_belong_to_a_school_below_the_delegation_s_organisation(self, edition):
        town = people.organisation()
        ours = people.organisation("徐庄中学", kind=OrganisationKind.SCHOOL, parent_id=town)
        classroom = people.organisation("徐庄中学八班", kind=OrganisationKind.UNIT, parent_id=ours)
        theirs = people.organisation("山亭中学", kind=OrganisationKind.SCHOOL)
        works = people.organisation("徐庄供电所", kind=OrganisationKind.UNIT, parent_id=town)
        team = made.add_delegation_to(edition, organisation_id=town)
        event = made.add_event_to(edition, format=EventFormat.TIMED, needs_school=True)
        for unit in (ours, classroom):
            go(edition, team, event, member(people.raw_person(organisation_id=unit)))
        for unit in (theirs, works, None):
            raw = people.raw_person(organisation_id=unit)
            assert refused(edition, team, event, member(raw)) == "school_missing"

    def test_a_minor_s_guardian_is_noted(self, edition, team, run):
        go(edition, team, run, member(people.raw_person(birth=date(2016, 5, 1))))
        assert "guardian" in set(db.session.execute(select(Consent.kind)).scalars())

    def test_an_event_or_delegation_of_another_edition_is_not_there(self, edition, team, run):
        other = made.make_games()
        assert refused(other, team, made.add_event_to(other)) == "delegation_not_found"
        assert refused(edition, team, made.add_event_to(other)) == "event_not_found"


class TestWindow:
    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"status": GamesStatus.DRAFT}, "entries_not_open"),
            ({"status": GamesStatus.RUNNING}, "entries_closed"),
            ({"entries_open_at": 1}, "entries_not_open"),
            ({"entries_close_at": 0}, "entries_closed"),
            ({"entries_open_at": 0, "entries_close_at": 1}, None),
        ],
    )
    def test_a_leader_enters_while_entries_are_open(self, facts, code):
        facts = {
            key: now() + timedelta(hours=value) if isinstance(value, int) else value for key, value in facts.items()
        }
        games_id = made.make_games(**facts)
        args = games_id, made.add_delegation_to(games_id), made.add_event_to(games_id)
        if code is None:
            go(*args)
        else:
            assert refused(*args) == code
            assert count(Entry) == 0

    def test_the_office_enters_late_by_a_decision_that_is_kept(self):
        games_id = made.make_games(entries_close_at=now())
        args = games_id, made.add_delegation_to(games_id), made.add_event_to(games_id)
        assert refused(*args, desk=OFFICE_DESK) == "decision_missing"
        entry = go(*args, desk=BY_DECISION)
        assert stored(games_id, entry).reason == BY_DECISION.decision
        details = db.session.execute(
            select(AuditEntry.details).where(AuditEntry.action == "games.entered", AuditEntry.scope_id == games_id)
        ).scalar_one()
        assert details["decision"] == BY_DECISION.decision

    def test_the_office_enters_early_without_one(self):
        games_id = made.make_games(status=GamesStatus.DRAFT)
        entry = go(games_id, made.add_delegation_to(games_id), made.add_event_to(games_id), desk=OFFICE_DESK)
        assert stored(games_id, entry).state == EntryState.ENTERED


class TestAfterTheDraw:
    def test_nobody_comes_in_or_withdraws(self, edition, team, run):
        entry = go(edition, team, run)
        draw(edition, run)
        assert refused(edition, team, run) == "drawn_already"
        assert refused(edition, team, run, desk=BY_DECISION) == "drawn_already"
        with refuses("drawn_already"):
            withdraw(games_id=edition, entry_id=entry, actor=SYSTEM)

    def test_scratched_by_decision_with_its_reason_once(self, edition, team, run):
        entry = go(edition, team, run)
        draw(edition, run)
        for _ in range(2):
            scratch(games_id=edition, entry_id=entry, reason="受伤", actor=SYSTEM)
        found = stored(edition, entry)
        assert (found.state, found.reason) == (EntryState.SCRATCHED, "受伤")
        acts = (
            select(func.count())
            .select_from(AuditEntry)
            .where(AuditEntry.action == "games.entry_scratched", AuditEntry.scope_id == edition)
        )
        assert db.session.execute(acts).scalar_one() == 1

    def test_a_scratch_needs_its_reason(self, edition, team, run):
        entry = go(edition, team, run)
        with refuses("text_missing"):
            scratch(games_id=edition, entry_id=entry, reason=" ", actor=SYSTEM)

    def test_a_mistaken_scratch_is_put_back_by_decision(self, edition, team, run):
        entry = go(edition, team, run)
        draw(edition, run)
        scratch(games_id=edition, entry_id=entry, reason="受伤", actor=SYSTEM)
        reinstate(games_id=edition, entry_id=entry, reason="看错人", actor=SYSTEM)
        assert stored(edition, entry).state == EntryState.ENTERED

    def test_who_has_another_place_by_now_is_not_put_back(self, edition, team, run):
        raw = people.raw_person()
        entry = go(edition, team, run, member(raw))
        withdraw(games_id=edition, entry_id=entry, actor=SYSTEM)
        go(edition, team, run, member(raw))
        with refuses("entered_already"):
            reinstate(games_id=edition, entry_id=entry, reason="恢复", actor=SYSTEM)


class TestChanging:
    @pytest.fixture
    def entry(self, edition, team, dance):
        return go(edition, team, dance, member(), member(), name="一队")

    def change(self, edition, entry, **facts):
        there = [row.person_id for row in behind(edition, entry)]
        usual = {
            "name": "一队",
            "keep": dict.fromkeys(there, False),
            "add": [],
            "seen": there,
            "declared": True,
            "actor": SYSTEM,
        }
        change_entry(games_id=edition, entry_id=entry, **usual | facts)

    def test_one_goes_one_comes(self, edition, entry):
        first, second = behind(edition, entry)
        new = member(substitute=True)
        self.change(edition, entry, keep={second.person_id: True}, add=[new], name="二队")
        rows = behind(edition, entry)
        assert [row.name for row in rows] == [second.name, new.person.name]
        assert [row.substitute for row in rows] == [True, True]
        assert first.person_id not in {row.person_id for row in rows}
        assert stored(edition, entry).name == "二队"

    @pytest.mark.parametrize("keep", [0, 1])
    def test_a_team_stays_large_enough(self, edition, entry, keep):
        there = [row.person_id for row in behind(edition, entry)]
        with refuses("team_too_small"):
            self.change(edition, entry, keep=dict.fromkeys(there[:keep], False))
        assert len(behind(edition, entry)) == 2

    def test_a_newcomer_is_checked(self, edition, team, dance, entry):
        raw = people.raw_person()
        go(edition, team, dance, member(raw), member())
        with refuses("entered_already") as caught:
            self.change(edition, entry, add=[member(), member(raw)])
        assert caught.value.params["index"] == 1

    def test_a_stale_page_changes_nothing(self, edition, entry):
        before = [row.person_id for row in behind(edition, entry)]
        self.change(edition, entry, add=[member()])
        with refuses("changed_meanwhile"):
            self.change(edition, entry, keep={before[0]: False}, seen=before)
        assert len(behind(edition, entry)) == 3

    def test_after_the_draw_only_by_decision(self, edition, dance, entry):
        draw(edition, dance)
        with refuses("drawn_already"):
            self.change(edition, entry, add=[member()])
        self.change(edition, entry, add=[member()], desk=BY_DECISION)
        assert len(behind(edition, entry)) == 3
        assert stored(edition, entry).reason == BY_DECISION.decision

    def test_what_is_withdrawn_does_not_change(self, edition, entry):
        withdraw(games_id=edition, entry_id=entry, actor=SYSTEM)
        with refuses("not_taking_part"):
            self.change(edition, entry, add=[member()])


class TestMany:
    def test_what_fits_is_entered_and_the_rest_says_why(self, edition, team, run):
        drafts = [EntryDraft(run, (member(),)) for _ in range(3)]
        drafts.insert(1, replace(drafts[0]))
        outcomes = enter_many(games_id=edition, delegation_id=team, drafts=drafts, declared=True, actor=SYSTEM)
        assert [[error.code for error in one.errors] for one in outcomes] == [
            [],
            ["entered_already", "entry_limit"][:1],
            [],
            ["entry_limit"],
        ]
        assert count(Entry) == 2
        assert count(Person) == 2

    def test_the_number_of_statements_does_not_grow_with_the_rows(self, edition, team, statements):
        event = made.add_event_to(edition, format=EventFormat.TIMED)
        taken = []
        for size in (5, 50):
            drafts = [EntryDraft(event, (member(),)) for _ in range(size)]
            with statements() as seen:
                enter_many(games_id=edition, delegation_id=team, drafts=drafts, declared=True, actor=SYSTEM)
            taken.append(len(seen))
        assert taken[1] <= taken[0] + 2
