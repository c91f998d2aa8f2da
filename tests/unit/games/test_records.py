"""Records of the games: the best mark of an event across editions."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.services import SYSTEM
from app.games.constants import EventFormat, GamesStatus
from app.games.queries.games import event_by_ref
from app.games.queries.records import broken_by, records
from app.games.rules.programme import ResultRow
from app.games.rules.records import Mark, record_of, value_of
from app.games.services.imports import import_results
from app.games.services.publishing import reopen_result
from tests.factories import games as made

TIMED, JUDGED = EventFormat.TIMED, EventFormat.JUDGED


def mark(year, text, entry="a", format_=TIMED):
    return Mark("100", str(year), date(year, 9, 1), entry, value_of(format_, text), text)


@pytest.mark.parametrize(
    ("format_", "text", "value"),
    [
        (TIMED, "11.52", Fraction("11.52")),
        (TIMED, "1:02:03", Fraction(3723)),
        (TIMED, "DNF", None),
        (TIMED, "", None),
        (JUDGED, "9.20", Fraction("9.2")),
        (JUDGED, "一等奖", None),
        (EventFormat.LEAGUE, "9", None),
    ],
)
def test_which_marks_compare(format_, text, value):
    assert value_of(format_, text) == value


def test_the_first_edition_sets_a_record_and_breaks_none():
    found = record_of([mark(2019, "11.60"), mark(2019, "11.52", "b")], TIMED)
    assert ([one.entry for one in found.marks], found.beaten) == (["b"], None)


def test_a_better_time_breaks_it_and_a_worse_one_does_not():
    both = [mark(2019, "11.60"), mark(2021, "11.59", "b")]
    assert record_of(both, TIMED).beaten == Fraction("11.60")
    assert [one.entry for one in record_of(both[::-1], TIMED).marks] == ["b"]
    assert [one.entry for one in record_of([both[0], mark(2021, "11.61", "b")], TIMED).marks] == ["a"]


def test_of_scores_more_is_better():
    found = record_of([mark(2019, "9.20", format_=JUDGED), mark(2021, "9.21", "b", JUDGED)], JUDGED)
    assert ([one.entry for one in found.marks], found.beaten) == (["b"], Fraction("9.2"))


def test_an_equal_mark_holds_the_record_too():
    found = record_of([mark(2019, "11.60"), mark(2021, "11.6", "b")], TIMED)
    assert ([one.entry for one in found.marks], found.beaten) == (["a", "b"], None)


@given(st.lists(st.tuples(st.integers(2000, 2009), st.integers(1, 30)), min_size=1, max_size=20), st.randoms())
def test_the_record_is_the_best_of_all_whatever_the_order_they_are_read_in(drawn, rng):
    marks = [mark(year, str(seconds), str(n)) for n, (year, seconds) in enumerate(drawn)]
    found = record_of(marks, TIMED)
    assert {one.value for one in found.marks} == {min(one.value for one in marks)}
    rng.shuffle(marks)
    again = record_of(marks, TIMED)
    assert ({one.entry for one in again.marks}, again.beaten) == ({one.entry for one in found.marks}, found.beaten)


def held(year, time, *, code="sprint", status=GamesStatus.RUNNING):
    games_id = made.make_games(starts_on=date(year, 9, 1), ends_on=date(year, 9, 2), status=status)
    discipline = made.add_discipline_to(games_id, code="ATH", name="跑步")
    made.add_event_to(games_id, discipline, code=code, name="男子 100 米", format=TIMED)
    rows = [
        ResultRow(2, "ATH", code, 1, "西集镇", "王德福", time),
        ResultRow(3, "ATH", code, 2, "城头镇", "李敏", "20.00"),
    ]
    import_results(games_id=games_id, rows=rows, create_missing=True, actor=SYSTEM)
    return games_id


@pytest.mark.usefixtures("ctx")
class TestEditions:
    def test_a_record_is_broken_two_years_later(self):
        first, second = held(2019, "11.60"), held(2021, "11.52")
        (old,) = records(first)
        (new,) = records(second)
        assert (old.mark, old.broken, old.beaten) == ("11.60", False, None)  # as it stood then
        assert (new.mark, new.broken, new.beaten, new.name) == ("11.52", True, "11.60", "王德福")
        assert broken_by(second) == {new.entry_id}
        assert broken_by(first) == frozenset()

    def test_the_older_one_stays_where_nobody_was_faster(self):
        held(2019, "11.60")
        (line,) = records(held(2021, "11.61"))
        assert (line.mark, line.broken, line.held_on.year) == ("11.60", False, 2019)

    def test_another_event_is_no_measure(self):
        held(2019, "10.00", code="other")
        (line,) = records(held(2021, "11.52"))
        assert (line.mark, line.broken) == ("11.52", False)

    def test_a_result_that_is_open_again_counts_for_nothing(self):
        first, second = held(2019, "11.60"), held(2021, "11.52")
        event = event_by_ref(second, "sprint")
        reopen_result(games_id=second, event_id=event.id, reason="手计时误差", actor=SYSTEM)
        (line,) = records(second)
        assert (line.mark, line.broken) == ("11.60", False)
        assert records(first)[0].mark == "11.60"

    def test_two_statements_whatever_there_is(self, statements):
        held(2019, "11.60")
        second = held(2021, "11.52")
        with statements() as seen:
            records(second)
        assert len(seen) == 2
