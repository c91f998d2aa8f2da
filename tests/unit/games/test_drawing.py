"""Draws of an event through the office: seeds, lots, paper, again with a reason; the units that follow from them."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.core.transactions import act
from app.games.constants import EntryState, EventFormat, EventStatus, ResultState, UnitKind, UnitStatus
from app.games.models import Draw, Entry, Event, Result, Unit
from app.games.queries.draws import draw_that_holds, draws_of
from app.games.queries.games import entries_of
from app.games.rules.draws import berger
from app.games.services.draws import hold_draw, record_paper_draw, replay_of, set_seeds
from app.games.services.evaluation import standing, written_units
from app.games.services.opening import open_event
from app.games.services.units import next_units
from tests.factories import games as made

pytestmark = pytest.mark.usefixtures("ctx")


def event_of(form, entries, *, delegations=None, **facts):
    """An event with so many entries, each of a delegation of its own unless there are fewer."""
    games_id = made.make_games()
    event_id = made.add_event_to(games_id, format=form, **facts)
    of = [made.add_delegation_to(games_id) for _ in range(delegations or entries)]
    ids = [made.enter(games_id, event_id, of[n % len(of)], name=f"选手{n + 1}") for n in range(entries)]
    return games_id, event_id, ids


def units_of(games_id, event_id):
    query = select(Unit).where(Unit.games_id == games_id, Unit.event_id == event_id).order_by(Unit.number)
    return db.session.execute(query.execution_options(populate_existing=True)).scalars().all()


def drawn(games_id, event_id, **facts):
    draw_id = hold_draw(games_id=games_id, event_id=event_id, actor=SYSTEM, **{"seed": "福彩 472", **facts})
    return db.session.get_one(Draw, (games_id, draw_id))


@act
def write(games_id, unit, content, state=ResultState.CONFIRMED):
    """A result as the head referee confirms it, and what follows from it; returns the new units."""
    event = open_event(games_id, unit.event_id)
    before = [one.result.version for one in written_units(games_id, event.id) if one.result and one.unit is unit]
    db.session.add(
        Result(
            games_id=games_id,
            id=uuid7(),
            event_id=event.id,
            unit_id=unit.id,
            version=max(before, default=0) + 1,
            state=state.value,
            content=content,
            written_at=event_time(),
        )
    )
    unit.status = UnitStatus.CONFIRMED.value
    db.session.flush()
    return next_units(event, entries_of(games_id, event.id), written_units(games_id, event.id))


def event_time():
    from app.core.clock import now

    return now()


@act
def follow(games_id, event_id):
    event = open_event(games_id, event_id)
    return next_units(event, entries_of(games_id, event_id), written_units(games_id, event_id))


@act
def scratch(games_id, entry_id):
    db.session.get_one(Entry, (games_id, entry_id)).state = EntryState.SCRATCHED.value


def ranking_of(games_id, event_id):
    event = db.session.get_one(Event, (games_id, event_id))
    return standing(event, entries_of(games_id, event_id), written_units(games_id, event_id)).ranking


class TestDraw:
    @pytest.mark.parametrize(
        ("form", "facts"),
        [
            (EventFormat.KNOCKOUT, {}),
            (EventFormat.KNOCKOUT, {"rules": "fiba-d", "settings": {"groups": 3, "advance": 2}}),
            (EventFormat.LEAGUE, {}),
            (EventFormat.JUDGED, {}),
            (EventFormat.TIMED, {"settings": {"heat_size": 4}}),
        ],
    )
    def test_it_replays_from_its_seed_and_fixes_numbers_and_start_list(self, form, facts):
        games_id, event_id, ids = event_of(form, 9, delegations=4, **facts)
        draw = drawn(games_id, event_id, witnesses="李敏、各队领队")
        assert replay_of(draw) is True
        numbers = [entry.draw for entry in entries_of(games_id, event_id)]
        assert len(set(numbers)) == len(ids)
        assert None not in numbers
        assert db.session.get_one(Event, (games_id, event_id)).status == EventStatus.START_LIST.value
        assert draw.witnesses == "李敏、各队领队"
        draw.outcome = [*draw.outcome[1:], draw.outcome[0]]
        assert replay_of(draw) is False
        db.session.rollback()

    def test_without_a_seed_one_is_made_that_nobody_knew(self):
        seeds = set()
        for _ in range(2):
            games_id, event_id, _ids = event_of(EventFormat.LEAGUE, 4)
            seeds.add(drawn(games_id, event_id, seed="").seed)
        assert len(seeds) == 2
        assert all(len(seed) == 32 for seed in seeds)

    def test_it_does_not_depend_on_what_was_drawn_before(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 8)
        first = drawn(games_id, event_id).outcome
        drawn(games_id, event_id, seed="别的", reason="领队要求")
        assert drawn(games_id, event_id, reason="再一次").outcome == first

    def test_again_only_with_a_reason(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        with pytest.raises(Conflict) as refused:
            drawn(games_id, event_id)
        assert (refused.value.code, refused.value.field) == ("drawn_already", "reason")
        drawn(games_id, event_id, reason="漏了一队")
        assert [draw.reason for draw in draws_of(games_id, event_id)] == ["漏了一队", ""]
        assert len(units_of(games_id, event_id)) == 4

    def test_not_once_a_result_is_written(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        write(games_id, units_of(games_id, event_id)[0], {"score_a": 2, "score_b": 0}, ResultState.DRAFT)
        with pytest.raises(Conflict) as refused:
            drawn(games_id, event_id, reason="重抽")
        assert refused.value.code == "result_there"

    @pytest.mark.parametrize(
        ("form", "entries", "facts", "code"),
        [
            (EventFormat.PLACES, 3, {"rules": None}, "nothing_to_draw"),
            (EventFormat.KNOCKOUT, 1, {}, "too_few"),
            (EventFormat.KNOCKOUT, 5, {"rules": "fiba-d", "settings": {"groups": 3}}, "too_few"),
            (EventFormat.LEAGUE, 0, {}, "too_few"),
        ],
    )
    def test_what_cannot_be_drawn(self, form, entries, facts, code):
        games_id, event_id, _ids = event_of(form, entries, **facts)
        with pytest.raises(DomainError) as refused:
            drawn(games_id, event_id)
        assert refused.value.code == code
        assert draw_that_holds(games_id, event_id) is None

    def test_a_stale_page_does_not_draw(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id, version=1)
        with pytest.raises(Conflict) as refused:
            drawn(games_id, event_id, version=1, reason="重抽")
        assert refused.value.code == "changed_meanwhile"

    def test_who_withdrew_before_is_not_drawn(self):
        games_id, event_id, ids = event_of(EventFormat.KNOCKOUT, 5)
        with_state(games_id, ids[0], EntryState.WITHDRAWN)
        assert str(ids[0]) not in drawn(games_id, event_id).outcome

    def test_two_of_one_delegation_stand_in_different_halves(self):
        games_id, event_id, ids = event_of(EventFormat.KNOCKOUT, 8, delegations=4)
        outcome = drawn(games_id, event_id).outcome
        for n in range(4):
            halves = {outcome.index(str(one)) // 4 for one in (ids[n], ids[n + 4])}
            assert halves == {0, 1}


@act
def with_state(games_id, entry_id, state):
    db.session.get_one(Entry, (games_id, entry_id)).state = state.value


class TestSeeds:
    def test_the_first_two_seeds_stand_at_both_ends_and_get_the_byes(self):
        games_id, event_id, ids = event_of(EventFormat.KNOCKOUT, 6)
        set_seeds(games_id=games_id, event_id=event_id, seeds={ids[3]: 1, ids[5]: 2}, actor=SYSTEM)
        outcome = drawn(games_id, event_id).outcome
        assert (outcome[0], outcome[1]) == (str(ids[3]), None)
        assert (outcome[7], outcome[6]) == (str(ids[5]), None)

    def test_the_first_seed_performs_last(self):
        games_id, event_id, ids = event_of(EventFormat.JUDGED, 5)
        set_seeds(games_id=games_id, event_id=event_id, seeds={ids[0]: 1, ids[1]: 2}, actor=SYSTEM)
        assert drawn(games_id, event_id).outcome[-2:] == [str(ids[1]), str(ids[0])]

    @pytest.mark.parametrize("numbers", [(2, 3), (1, 1), (0, 1), (1, 3)])
    def test_seeds_without_a_gap(self, numbers):
        games_id, event_id, ids = event_of(EventFormat.KNOCKOUT, 4)
        with pytest.raises(DomainError, match="连续"):
            set_seeds(games_id=games_id, event_id=event_id, seeds=dict(zip(ids, numbers, strict=False)), actor=SYSTEM)

    def test_not_after_the_draw_and_not_of_others(self):
        games_id, event_id, ids = event_of(EventFormat.KNOCKOUT, 4)
        with pytest.raises(DomainError, match="不在名单"):
            set_seeds(games_id=games_id, event_id=event_id, seeds={uuid7(): 1}, actor=SYSTEM)
        drawn(games_id, event_id)
        with pytest.raises(Conflict, match="种子不能再改"):
            set_seeds(games_id=games_id, event_id=event_id, seeds={ids[0]: 1}, actor=SYSTEM)


class TestPaper:
    def paper(self, games_id, event_id, typed):
        return record_paper_draw(games_id=games_id, event_id=event_id, typed=typed, actor=SYSTEM, witnesses="各队领队")

    def test_places_of_a_bracket_with_byes(self):
        games_id, event_id, ids = event_of(EventFormat.KNOCKOUT, 3)
        self.paper(games_id, event_id, dict(zip(ids, ["1", "4", "3"], strict=True)))
        draw = draw_that_holds(games_id, event_id)
        assert draw.outcome == [str(ids[0]), None, str(ids[2]), str(ids[1])]
        assert replay_of(draw) is None
        assert [(unit.phase, unit.a_id) for unit in units_of(games_id, event_id)] == [
            ("1/2", ids[2]),
            ("final", ids[0]),
        ]

    def test_groups(self):
        games_id, event_id, ids = event_of(EventFormat.KNOCKOUT, 4, rules="fiba-d", settings={"groups": 2})
        self.paper(games_id, event_id, dict(zip(ids, ["A1", "b1", "B2", "A2"], strict=True)))
        assert draw_that_holds(games_id, event_id).outcome == [
            [str(ids[0]), str(ids[3])],
            [str(ids[1]), str(ids[2])],
        ]

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            (["1", "2", "2", "4"], "number_twice"),
            (["1", "2", "3", "9"], "number_wrong"),
            (["1", "2", "3", "x"], "number_wrong"),
            (["1", "2", "3", "０"], "number_wrong"),
            (["1", "2", "3", " "], "number_missing"),
        ],
    )
    def test_numbers_that_cannot_be(self, typed, code):
        games_id, event_id, ids = event_of(EventFormat.LEAGUE, 4)
        with pytest.raises(DomainError) as refused:
            self.paper(games_id, event_id, dict(zip(ids, typed, strict=True)))
        assert refused.value.code == code
        assert refused.value.field in {str(ids[2]), str(ids[3])}
        assert not units_of(games_id, event_id)

    def test_two_byes_do_not_meet(self):
        games_id, event_id, ids = event_of(EventFormat.KNOCKOUT, 5)
        with pytest.raises(DomainError) as refused:
            self.paper(games_id, event_id, dict(zip(ids, "12345", strict=True)))
        assert refused.value.code == "two_byes"

    @pytest.mark.parametrize("typed", [["A1", "A2", "C1", "C2"], ["A1", "A3", "B1", "B2"], ["A1", "A2", "A3", "A4"]])
    def test_groups_with_a_gap_or_too_few(self, typed):
        games_id, event_id, ids = event_of(EventFormat.KNOCKOUT, 4, rules="fiba-d", settings={"groups": 2})
        with pytest.raises(DomainError, match="组"):
            self.paper(games_id, event_id, dict(zip(ids, typed, strict=True)))


class TestUnits:
    def test_a_bracket_has_all_its_units_from_the_start_the_final_last(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 8)
        drawn(games_id, event_id)
        units = units_of(games_id, event_id)
        phases = [unit.phase for unit in units]
        assert phases == ["1/4"] * 4 + ["1/2"] * 2 + ["bronze", "final"]
        assert [unit.number for unit in units] == list(range(1, 9))
        assert [unit.a_id is None for unit in units] == [False] * 4 + [True] * 4
        assert {unit.kind for unit in units} == {UnitKind.MATCH.value}

    def test_sides_are_filled_as_results_are_confirmed_up_to_the_ranks(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        first, second, bronze, final = units_of(games_id, event_id)
        assert write(games_id, first, {"score_a": 3, "score_b": 1}) == []
        assert (final.a_id, final.b_id, bronze.a_id) == (first.a_id, None, first.b_id)
        assert set(write(games_id, second, {"score_a": 0, "score_b": 1})) == {bronze, final}
        assert (final.a_id, final.b_id) == (first.a_id, second.b_id)
        assert follow(games_id, event_id) == []
        write(games_id, bronze, {"score_a": 2, "score_b": 0})
        write(games_id, final, {"score_a": 0, "score_b": 2})
        ranking = ranking_of(games_id, event_id)
        assert [(one.id, one.rank) for one in ranking.placings] == [
            (str(second.b_id), 1),
            (str(first.a_id), 2),
            (str(first.b_id), 3),
            (str(second.a_id), 4),
        ]
        assert not ranking.due

    def test_a_correction_changes_who_goes_on(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        first, _second, bronze, final = units_of(games_id, event_id)
        write(games_id, first, {"score_a": 3, "score_b": 1})
        write(games_id, first, {"score_a": 1, "score_b": 3})
        assert (final.a_id, bronze.a_id) == (first.b_id, first.a_id)

    def test_a_scratched_entry_is_walked_over_and_its_unit_called_off(self):
        games_id, event_id, _ids = event_of(EventFormat.KNOCKOUT, 4)
        drawn(games_id, event_id)
        first, _second, _bronze, final = units_of(games_id, event_id)
        scratch(games_id, first.a_id)
        follow(games_id, event_id)
        assert first.status == UnitStatus.CANCELLED.value
        assert final.a_id == first.b_id
        with_state(games_id, first.a_id, EntryState.ENTERED)
        follow(games_id, event_id)
        assert (first.status, final.a_id) == (UnitStatus.SCHEDULED.value, None)

    def test_a_league_meets_by_the_berger_table_or_the_other(self):
        for table, rounds in (("berger", berger(4)), ("counterclockwise", None)):
            games_id, event_id, _ids = event_of(EventFormat.LEAGUE, 4, settings={"table": table})
            numbers = [str(one) for one in drawn(games_id, event_id).outcome]
            units = units_of(games_id, event_id)
            met = [(numbers.index(str(u.a_id)) + 1, numbers.index(str(u.b_id)) + 1) for u in units]
            assert [unit.round for unit in units] == [1, 1, 2, 2, 3, 3]
            if rounds:
                assert met == [pair for one in rounds for pair in one]
            else:
                assert met[:2] == [(1, 4), (2, 3)]

    def test_with_two_legs_each_pair_meets_at_home_and_away(self):
        games_id, event_id, _ids = event_of(EventFormat.LEAGUE, 3, settings={"legs": 2})
        drawn(games_id, event_id)
        pairs = Counter((unit.a_id, unit.b_id) for unit in units_of(games_id, event_id))
        assert len(pairs) == 6

    def test_groups_then_the_bracket(self):
        games_id, event_id, _ids = event_of(
            EventFormat.KNOCKOUT, 6, rules="fiba-d", settings={"groups": 2, "advance": 2, "third": "shared"}
        )
        drawn(games_id, event_id)
        units = units_of(games_id, event_id)
        groups = [unit for unit in units if unit.phase == "group"]
        assert Counter(unit.group for unit in groups) == {"A": 3, "B": 3}
        assert [unit.phase for unit in units[6:]] == ["1/2", "1/2", "final"]
        for unit in groups:
            write(games_id, unit, {"score_a": 60, "score_b": 40 + unit.number})
        assert None not in {units[6].a_id, units[6].b_id, units[7].a_id, units[7].b_id}
        for unit in units[6:]:
            write(games_id, unit, {"score_a": 60, "score_b": 40})
        assert sorted(one.rank for one in ranking_of(games_id, event_id).placings) == [1, 2, 3, 3, 5, 5]

    def test_heats_are_as_equal_as_can_be_and_a_panel_sees_all_in_one(self):
        games_id, event_id, _ids = event_of(EventFormat.TIMED, 10, settings={"heat_size": 4})
        drawn(games_id, event_id)
        units = units_of(games_id, event_id)
        assert [(unit.kind, unit.phase, unit.round, len(unit.field)) for unit in units] == [
            ("heat", "heat", 1, 4),
            ("heat", "heat", 2, 3),
            ("heat", "heat", 3, 3),
        ]
        games_id, event_id, ids = event_of(EventFormat.JUDGED, 5)
        drawn(games_id, event_id)
        (unit,) = units_of(games_id, event_id)
        assert (unit.kind, unit.phase) == ("performances", "only")
        assert set(unit.field) == {str(one) for one in ids}
        numbers = {str(entry.id): entry.number for entry in entries_of(games_id, event_id)}
        assert [numbers[one] for one in unit.field] == ["1", "2", "3", "4", "5"]
