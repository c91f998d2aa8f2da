"""The programme as the office puts it together: disciplines, events, delegations, copies, penalties."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.games.constants import EventForm, EventFormat, EventSex, EventStatus, GamesStatus
from app.games.models import Delegation, Discipline, Entry, Event, Games, Penalty
from app.games.queries.games import delegations, disciplines, events
from app.games.queries.tables import tables
from app.games.rules.programme import DelegationDraft, DisciplineDraft, EditionCopy
from app.games.services.copies import copy_games
from app.games.services.penalties import add_penalty, lift_penalty
from app.games.services.programme import (
    add_delegation,
    add_event,
    add_from_library,
    add_town_delegations,
    cancel_event,
    change_delegation,
    change_discipline,
    change_event,
    change_games,
    place_discipline,
    place_event,
    remove_delegation,
    remove_discipline,
    remove_event,
    restore_event,
    set_games_status,
)
from app.people.constants import OrganisationKind
from tests.factories import games as made
from tests.factories import people

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def games_id():
    return made.make_games()


def refused(act, **arguments):
    with pytest.raises(DomainError) as error:
        act(actor=SYSTEM, **arguments)
    return error.value


class TestEditions:
    def test_two_editions_never_share_a_code(self, games_id):
        code = db.session.get_one(Games, games_id).code
        error = refused(made.create_games, draft=made.games_draft(code=code))
        assert (error.code, error.field) == ("code_taken", "code")

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"ends_on": date(2030, 9, 19)}, "ends_on"),
            ({"name": " "}, "name"),
            ({"code": "第十二届"}, "code"),
            ({"athlete_limit": 0}, "athlete_limit"),
            (
                {
                    "entries_open_at": datetime(2030, 8, 2, tzinfo=UTC),
                    "entries_close_at": datetime(2030, 8, 1, tzinfo=UTC),
                },
                "entries_close_at",
            ),
            ({"medal_rules": "fiba-d"}, "medal_rules"),
            ({"points_rules": "medals-olympic"}, "points_rules"),
        ],
    )
    def test_what_makes_no_sense_is_refused_beside_its_field(self, facts, field):
        assert refused(made.create_games, draft=made.games_draft(**facts)).field == field

    def test_a_stale_edit_is_refused(self, games_id):
        change_games(games_id=games_id, draft=made.games_draft(name="新名"), actor=SYSTEM, version=2)
        error = refused(change_games, games_id=games_id, draft=made.games_draft(name="旧页"), version=2)
        assert error.code == "changed_meanwhile"
        assert db.session.get_one(Games, games_id).name == "新名"

    def test_a_press_that_arrives_twice_opens_the_entries_once(self):
        games_id = made.make_games(status=GamesStatus.DRAFT)
        for _ in range(2):
            set_games_status(games_id=games_id, status=GamesStatus.ENTRIES, actor=SYSTEM, version=1)
        assert db.session.get_one(Games, games_id).version == 2

    def test_an_edition_with_entries_does_not_hide_again(self, games_id):
        made.enter(games_id, made.add_event_to(games_id))
        assert refused(set_games_status, games_id=games_id, status=GamesStatus.DRAFT).code == "entries_there"


class TestDisciplines:
    def test_order_follows_the_last_press_and_not_their_number(self, games_id):
        ids = [made.add_discipline_to(games_id, code=code, name=code) for code in "ABC"]
        for _ in range(2):
            place_discipline(games_id=games_id, discipline_id=ids[2], place=0, actor=SYSTEM)
        assert [one.code for one in disciplines(games_id)] == ["C", "A", "B"]
        place_discipline(games_id=games_id, discipline_id=ids[2], place=99, actor=SYSTEM)
        assert [one.code for one in disciplines(games_id)] == ["A", "B", "C"]

    def test_names_and_codes_stand_once(self, games_id):
        made.add_discipline_to(games_id, code="WRE", name="摔跤")
        other = made.add_discipline_to(games_id, code="BKB", name="篮球")
        for draft, field in ((DisciplineDraft("WRE", "柔道"), "code"), (DisciplineDraft("JUD", "摔跤"), "name")):
            error = refused(change_discipline, games_id=games_id, discipline_id=other, draft=draft)
            assert (error.code, error.field) == ("code_taken", field)

    def test_one_with_events_is_not_removed(self, games_id):
        discipline_id = made.add_discipline_to(games_id)
        event_id = made.add_event_to(games_id, discipline_id)
        assert refused(remove_discipline, games_id=games_id, discipline_id=discipline_id).code == "discipline_in_use"
        remove_event(games_id=games_id, event_id=event_id, actor=SYSTEM)
        remove_discipline(games_id=games_id, discipline_id=discipline_id, actor=SYSTEM)
        assert db.session.get(Discipline, (games_id, discipline_id)) is None
        assert isinstance(refused(remove_discipline, games_id=games_id, discipline_id=discipline_id), NotFound)


class TestEvents:
    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"sex": EventSex.MEN, "weight_up_to": 57_000}, "WRE-M-57"),
            ({"sex": EventSex.MEN, "weight_over": 100_000}, "WRE-M-100UP"),
            ({"sex": EventSex.MIXED, "form": EventForm.PAIR}, "WRE-XD"),
            ({"sex": EventSex.WOMEN, "min_age": 40, "max_age": 59}, "WRE-W-40-59"),
            ({}, "WRE-1"),
        ],
    )
    def test_a_code_is_proposed_and_never_one_that_is_taken(self, games_id, facts, code):
        discipline_id = made.add_discipline_to(games_id, code="WRE")
        ids = [made.add_event_to(games_id, discipline_id, code="", **facts) for _ in range(2)]
        first, second = (db.session.get_one(Event, (games_id, one)).code for one in ids)
        assert first == code
        assert second == (f"{code}-2" if code != "WRE-1" else "WRE-2")

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"min_age": 40, "max_age": 39}, "max_age"),
            ({"min_age": 121}, "min_age"),
            ({"weight_over": 57_000, "weight_up_to": 57_000}, "weight_up_to"),
            ({"team_max": 3}, "team_max"),
            ({"form": EventForm.TEAM, "team_min": 1, "team_max": 1}, "team_max"),
            ({"form": EventForm.TEAM, "team_min": 5, "team_max": 4}, "team_max"),
            ({"sex": EventSex.MIXED}, "sex"),
            ({"entry_limit": 0}, "entry_limit"),
            ({"multiplier": "0"}, "multiplier"),
            ({"multiplier": "两倍"}, "multiplier"),
            ({"rules": "fiba-d"}, "rules"),
            ({"rules": None}, "rules"),
            ({"format": EventFormat.KNOCKOUT, "rules": "uww-2026-01"}, "rules"),
            ({"format": EventFormat.JUDGED, "rules": "judged-levels"}, "levels"),
            ({"settings": {"few": "sleep"}}, "few"),
            ({"code": "小项"}, "code"),
            ({"name": ""}, "name"),
        ],
    )
    def test_what_makes_no_sense_is_refused_beside_its_field(self, games_id, facts, field):
        discipline_id = made.add_discipline_to(games_id)
        error = refused(add_event, games_id=games_id, discipline_id=discipline_id, draft=made.event_draft(**facts))
        assert error.field == field
        assert events(games_id) == []

    def test_an_event_of_no_discipline(self, games_id):
        error = refused(add_event, games_id=games_id, discipline_id=uuid.uuid4(), draft=made.event_draft())
        assert error.code == "discipline_not_found"

    def test_a_stale_edit_is_refused(self, games_id):
        event_id = made.add_event_to(games_id)
        change_event(games_id=games_id, event_id=event_id, draft=made.event_draft(), actor=SYSTEM, version=1)
        error = refused(change_event, games_id=games_id, event_id=event_id, draft=made.event_draft(), version=1)
        assert error.code == "changed_meanwhile"

    def test_after_publication_the_rules_stay_and_the_words_do_not(self, games_id):
        event_id = made.add_event_to(games_id, code="E", sex=EventSex.MEN)
        db.session.get_one(Event, (games_id, event_id)).published_at = datetime(2030, 9, 21, tzinfo=UTC)
        db.session.commit()
        for facts in ({"multiplier": "2"}, {"rules": "uww-2026-01-h2h"}, {"settings": {"style": "GR"}}):
            error = refused(
                change_event, games_id=games_id, event_id=event_id, draft=made.event_draft(code="E", **facts)
            )
            assert error.code == "rules_fixed"
        change_event(games_id=games_id, event_id=event_id, draft=made.event_draft(code="E", name="改名"), actor=SYSTEM)
        assert db.session.get_one(Event, (games_id, event_id)).name == "改名"

    def test_one_that_is_entered_can_be_called_off_but_not_removed(self, games_id):
        event_id = made.add_event_to(games_id)
        made.enter(games_id, event_id)
        assert refused(remove_event, games_id=games_id, event_id=event_id).code == "event_in_use"
        assert refused(cancel_event, games_id=games_id, event_id=event_id, reason=" ").field == "reason"
        cancel_event(games_id=games_id, event_id=event_id, reason="不足三队", actor=SYSTEM)
        assert refused(cancel_event, games_id=games_id, event_id=event_id, reason="又").code == "cancelled_already"
        restore_event(games_id=games_id, event_id=event_id, actor=SYSTEM)
        event = db.session.get_one(Event, (games_id, event_id))
        assert (event.status, event.note) == (EventStatus.PLANNED.value, "")
        assert refused(restore_event, games_id=games_id, event_id=event_id).code == "not_cancelled"

    def test_order_inside_a_discipline(self, games_id):
        discipline_id = made.add_discipline_to(games_id)
        ids = [made.add_event_to(games_id, discipline_id, code=code) for code in ("E1", "E2", "E3")]
        place_event(games_id=games_id, event_id=ids[0], place=1, actor=SYSTEM)
        assert [one.code for one in events(games_id)] == ["E2", "E1", "E3"]


class TestLibrary:
    def test_chosen_events_come_with_their_discipline_and_only_once(self, games_id):
        def add(*codes):
            return add_from_library(games_id=games_id, discipline="BKB", events=codes, actor=SYSTEM)

        assert add("BKB-M") == 1
        assert add("BKB-M", "BKB-W") == 1
        assert add("BKB-M", "BKB-W") == 0
        assert [one.name for one in events(games_id)] == ["男子篮球", "女子篮球"]
        assert [one.name for one in disciplines(games_id)] == ["篮球"]

    def test_what_the_office_has_changed_stays(self, games_id):
        add_from_library(games_id=games_id, discipline="BKB", events=["BKB-M"], actor=SYSTEM)
        (event,) = events(games_id)
        draft = made.event_draft(code="BKB-M", name="男子三人篮球", format=EventFormat.KNOCKOUT, rules=None)
        change_event(games_id=games_id, event_id=event.id, draft=draft, actor=SYSTEM)
        add_from_library(games_id=games_id, discipline="BKB", events=["BKB-M"], actor=SYSTEM)
        assert [one.name for one in events(games_id)] == ["男子三人篮球"]

    def test_a_code_of_another_discipline_is_not_taken_over(self, games_id):
        made.add_event_to(games_id, code="BKB-M")
        error = refused(add_from_library, games_id=games_id, discipline="BKB", events=["BKB-W", "BKB-M"])
        assert error.code == "code_taken"
        assert [one.code for one in events(games_id)] == ["BKB-M"]

    @pytest.mark.parametrize("codes", [[], ["BKB-M", "BKB-X"]])
    def test_nothing_or_something_unknown(self, games_id, codes):
        assert refused(add_from_library, games_id=games_id, discipline="BKB", events=codes).code == "events_unknown"
        assert disciplines(games_id) == []

    def test_an_unknown_discipline(self, games_id):
        assert isinstance(refused(add_from_library, games_id=games_id, discipline="SKI", events=["x"]), NotFound)


class TestDelegations:
    def test_all_towns_at_once_and_never_twice(self, games_id):
        for n in range(10):
            people.organisation(f"镇{n}")
        people.organisation("实验小学", kind=OrganisationKind.SCHOOL)
        add_delegation(games_id=games_id, draft=DelegationDraft("OWN", "镇3"), actor=SYSTEM)
        assert add_town_delegations(games_id=games_id, actor=SYSTEM) == 9
        assert add_town_delegations(games_id=games_id, actor=SYSTEM) == 0
        assert sorted(one.name for one in delegations(games_id)) == [f"镇{n}" for n in range(10)]

    def test_a_leader_s_name_and_phone_are_sealed(self, games_id):
        draft = DelegationDraft("T", "徐庄镇", leader_name="王德福", leader_phone="138 0013 8000")
        delegation_id = add_delegation(games_id=games_id, draft=draft, actor=SYSTEM)
        stored = db.session.get_one(Delegation, (games_id, delegation_id))
        assert (stored.leader_name, stored.leader_phone) == ("王德福", "+8613800138000")
        raw = db.session.connection().exec_driver_sql("SELECT leader_name, leader_phone FROM games_delegation").one()
        assert "王德福" not in str(raw)
        assert "13800138000" not in str(raw)

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"code": "T"}, "code"),
            ({"name": "徐庄镇"}, "name"),
            ({"leader_phone": "1380013800"}, "leader_phone"),
            ({"organisation_id": uuid.uuid4()}, "organisation_id"),
        ],
    )
    def test_what_makes_no_sense_is_refused_beside_its_field(self, games_id, facts, field):
        made.add_delegation_to(games_id, code="T", name="徐庄镇")
        other = made.add_delegation_to(games_id)
        draft = DelegationDraft(**{"code": "X", "name": "水泉镇"} | facts)
        assert refused(change_delegation, games_id=games_id, delegation_id=other, draft=draft).field == field

    def test_one_with_entries_stays(self, games_id):
        delegation_id = made.add_delegation_to(games_id)
        made.enter(games_id, made.add_event_to(games_id), delegation_id)
        assert refused(remove_delegation, games_id=games_id, delegation_id=delegation_id).code == "delegation_in_use"
        free = made.add_delegation_to(games_id)
        remove_delegation(games_id=games_id, delegation_id=free, actor=SYSTEM)
        assert [one.id for one in delegations(games_id)] == [delegation_id]


class TestPenalties:
    def test_taken_once_and_given_back_once(self, games_id):
        delegation_id, penalty_id = made.add_delegation_to(games_id), uuid.uuid4()
        for _ in range(2):
            add_penalty(
                games_id=games_id,
                penalty_id=penalty_id,
                delegation_id=delegation_id,
                points="7.5",
                reason="冒名顶替",
                actor=SYSTEM,
            )
        (line,) = tables(db.session.get_one(Games, games_id)).scores
        assert (line.points, line.penalty) == (-7.5, 7.5)
        for _ in range(2):
            lift_penalty(games_id=games_id, penalty_id=penalty_id, actor=SYSTEM)
        (line,) = tables(db.session.get_one(Games, games_id)).scores
        assert line.points == 0
        assert db.session.get_one(Penalty, (games_id, penalty_id)).lifted_at is not None

    @pytest.mark.parametrize(
        ("points", "reason", "field"), [("0", "x", "points"), ("-1", "x", "points"), ("1", " ", "reason")]
    )
    def test_points_and_a_reason_are_needed(self, games_id, points, reason, field):
        error = refused(
            add_penalty,
            games_id=games_id,
            penalty_id=uuid.uuid4(),
            delegation_id=made.add_delegation_to(games_id),
            points=points,
            reason=reason,
        )
        assert error.field == field

    def test_one_of_another_edition_is_not_found(self, games_id):
        assert isinstance(refused(lift_penalty, games_id=games_id, penalty_id=uuid.uuid4()), NotFound)


class TestCopies:
    WANTED = EditionCopy("games-next", "第十三届全民健身运动会", date(2031, 9, 19), date(2031, 9, 22), 13, leaders=True)

    def test_programme_rules_and_delegations_come_along_and_nothing_else(self, games_id):
        draft = made.games_draft(
            code="before",
            entries_open_at=datetime(2030, 8, 1, tzinfo=UTC),
            entries_close_at=datetime(2030, 9, 1, tzinfo=UTC),
            points_settings={"minus_k": 1},
            paragraphs=(("附则", "由组委会解释。"),),
        )
        change_games(games_id=games_id, draft=draft, actor=SYSTEM)
        event_id = made.add_event_to(games_id, settings={"style": "FS", "entries_count": 9}, weight_up_to=57_000)
        off = made.add_event_to(games_id)
        cancel_event(games_id=games_id, event_id=off, reason="不足三队", actor=SYSTEM)
        delegation = DelegationDraft("T", "徐庄镇", leader_name="王德福")
        made.enter(games_id, event_id, add_delegation(games_id=games_id, draft=delegation, actor=SYSTEM))
        copied = copy_games(source_id=games_id, copy=self.WANTED, actor=SYSTEM)

        games = db.session.get_one(Games, copied)
        assert (games.status, games.version, games.copied_from) == ("draft", 1, games_id)
        assert games.entries_close_at == datetime(2031, 8, 31, tzinfo=UTC)
        assert (games.points_settings, games.paragraphs) == ({"minus_k": 1}, [["附则", "由组委会解释。"]])
        first, second = events(copied)
        assert (first.settings, first.weight_up_to) == ({"style": "FS"}, 57_000)
        assert {first.status, second.status} == {EventStatus.PLANNED.value}
        assert second.note == ""
        assert [(one.name, one.leader_name) for one in delegations(copied)] == [("徐庄镇", "王德福")]
        assert db.session.execute(select(Entry).where(Entry.games_id == copied)).first() is None

    def test_without_delegations(self, games_id):
        made.add_delegation_to(games_id)
        wanted = EditionCopy("alone", "单项赛", date(2031, 5, 1), date(2031, 5, 2), delegations=False)
        assert delegations(copy_games(source_id=games_id, copy=wanted, actor=SYSTEM)) == []

    def test_sent_twice_makes_one(self, games_id):
        copy_games(source_id=games_id, copy=self.WANTED, actor=SYSTEM)
        assert isinstance(refused(copy_games, source_id=games_id, copy=self.WANTED), Conflict)
        assert db.session.execute(select(Games.id).where(Games.code == "games-next")).all().__len__() == 1

    def test_of_nothing(self):
        assert isinstance(refused(copy_games, source_id=uuid.uuid4(), copy=self.WANTED), NotFound)
