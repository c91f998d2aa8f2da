"""Judged events: dropped scores, exact rounding, the ties of taolu, levels."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.games.constants import Irm
from app.games.rules.judged import PANEL as SCORES
from app.games.rules.judged import Component, Drops, Level, Performance, rank
from app.games.rules.ranking import half_up
from app.games.rules.registry import PANEL, TAOLU, TAOLU_PARTS
from tests.unit.games.matches import of, order, ranks, replaced


def shown(one: str, text: str, **more) -> Performance:
    return Performance(one, {SCORES: [Fraction(score) for score in text.split()]}, **more)


def score(text: str, **more) -> Decimal:
    return of(rank([shown("A", text, **more)], PANEL), "A").figures["score"]


class TestTotals:
    @pytest.mark.parametrize(
        ("scores", "total"),
        [
            ("9.0 8.8 8.8 8.8 8.5", "8.80"),
            ("9.9 8.7 8.8 8.9 1.0", "8.80"),
            ("9.0 8.8 8.6 8.0", "8.70"),  # four: the middle two
            ("9.0 8.0 7.0", "8.00"),  # three: all
            ("9.0 8.0", "8.50"),
            ("9.0", "9.00"),
            ("8.78 8.79", "8.79"),  # half up at 8.785
            ("8.784999 8.784999", "8.78"),
            ("8.7 8.7 8.8 8.8 8.8", "8.77"),  # 8.766…
        ],
    )
    def test_the_mean_of_what_is_left(self, scores, total):
        assert score(scores) == Decimal(total)
        assert str(score(scores)) == total

    def test_half_up_at_8_785(self):
        assert half_up(Fraction("8.785"), 2) == Decimal("8.79")
        assert half_up(Fraction("-8.785"), 2) == Decimal("-8.79")

    def test_it_is_rounded_once_at_the_end(self):
        # 8.7666… + 0.05 − 0.1 = 8.71666…; a mean rounded to 8.77 first would give 8.72 as well, but
        # 8.7633… + 0.002 = 8.7653… does not: 8.76 + 0.002 = 8.76
        assert score("8.7 8.76 8.76 8.77 8.8", adjustment=Fraction("0.002")) == Decimal("8.77")

    def test_adjustment_and_deduction(self):
        assert score("8.8 8.8 8.8", adjustment=Fraction("-0.1"), deduction=Fraction("0.3")) == Decimal("8.40")

    def test_components_have_panels_and_drops_of_their_own(self):
        rules = replaced(
            PANEL,
            components=(Component("A", (Drops(5, 1, 1),)), Component("B", (Drops(3, 0, 1),), weight=Fraction(1, 2))),
        )
        scores = {"A": [Fraction(x) for x in (1, 4, 4, 4, 9)], "B": [Fraction(x) for x in (2, 4, 9)]}
        ranking = rank([Performance("X", scores)], rules)
        assert of(ranking, "X").figures["score"] == Decimal("5.50")


class TestTies:
    def test_the_worked_example_of_traditional_taolu(self):
        ranking = rank([shown("A", "9.0 8.8 8.8 8.8 8.5"), shown("B", "8.9 8.8 8.8 8.8 8.7")], TAOLU)
        assert [of(ranking, one).figures["score"] for one in "AB"] == [Decimal("8.80")] * 2
        assert ranks(ranking) == {"B": 1, "A": 2}

    def test_as_near_on_both_sides_the_higher_mean_of_the_dropped_is_first(self):
        ranking = rank([shown("A", "8.8 8.8 8.8 8.8 8.6"), shown("B", "9.0 8.8 8.8 8.8 8.8")], TAOLU)
        assert order(ranking) == "BA"  # dropped means 8.70 and 8.90, both 0.10 from 8.80

    def test_with_the_same_mean_the_higher_of_the_low_dropped(self):
        ranking = rank([shown("A", "9.1 8.8 8.8 8.8 8.5"), shown("B", "9.0 8.8 8.8 8.8 8.6")], TAOLU)
        assert order(ranking) == "BA"

    def test_what_is_level_in_everything_is_shared(self):
        ranking = rank([shown(one, "9.0 8.8 8.8 8.8 8.6") for one in "ABC"] + [shown("D", "1 1 1")], TAOLU)
        assert ranks(ranking) == {"A": 1, "B": 1, "C": 1, "D": 4}

    def test_without_a_tie_break_all_share(self):
        ranking = rank([shown("A", "9.0 8.8 8.8 8.8 8.5"), shown("B", "8.9 8.8 8.8 8.8 8.7")], PANEL)
        assert ranks(ranking) == {"A": 1, "B": 1}

    def test_components_in_their_order(self):
        parts = {"A": [Fraction(4)] * 3, "B": [Fraction(3)] * 3}
        ranking = rank([Performance("X", parts), Performance("Y", {"A": parts["B"], "B": parts["A"]})], TAOLU_PARTS)
        assert order(ranking) == "XY"


class TestLevels:
    ENTRIES = [shown("A", "9"), shown("B", "8"), shown("C", "8"), shown("D", "7"), shown("E", "6")]

    def levels(self, **more):
        ranking = rank(self.ENTRIES, replaced(PANEL, **more))
        return {placing.id: placing.figures["level"] for placing in ranking.placings}

    def test_by_quota_those_level_with_the_last_have_it_too(self):
        found = self.levels(levels=(Level("一等奖", quota=2), Level("二等奖", quota=2), Level("优秀奖", quota=9)))
        assert list(found.values()) == ["一等奖", "一等奖", "一等奖", "二等奖", "优秀奖"]

    def test_or_the_whole_tie_goes_to_the_next(self):
        found = self.levels(levels=(Level("一等奖", quota=2), Level("二等奖", quota=2)), tie_at_cut=False)
        assert list(found.values()) == ["一等奖", "二等奖", "二等奖", "二等奖", None]

    def test_by_threshold_and_by_share(self):
        found = self.levels(levels=(Level("金", threshold=Fraction("8.5")), Level("银", threshold=Fraction(7))))
        assert list(found.values()) == ["金", "银", "银", "银", None]
        assert (
            list(self.levels(levels=(Level("金", share=Fraction("0.3")),)).values()).count("金") == 3
        )  # 1.5 → 2, tied

    def test_levels_may_stand_without_ranks(self):
        ranking = rank(self.ENTRIES, replaced(PANEL, ranked=False, levels=(Level("金", quota=5),)))
        assert set(ranks(ranking).values()) == {None}


class TestMissing:
    def test_a_missing_judge_is_not_a_zero(self):
        with pytest.raises(DomainError) as refused:
            rank([Performance("A", {SCORES: [Fraction(9), None, Fraction(8)]}, row="entries #1")], PANEL)
        assert refused.value.code == "judge_missing"
        assert "#2" in str(refused.value)

    def test_who_has_not_performed_waits_and_who_did_not_start_is_last(self):
        ranking = rank([Performance("A"), shown("B", "8"), Performance("C", irm=Irm.DNS)], PANEL)
        assert order(ranking) == "BAC"
        assert of(ranking, "A").figures == {"waiting": True}
        assert of(ranking, "C").irm == Irm.DNS

    @pytest.mark.parametrize(
        ("one", "code"),
        [
            (shown("A", "10.1 9 9"), "beyond_scale"),
            (shown("A", "-0.1 9 9"), "beyond_scale"),
            (shown("A", "9 9 9", adjustment=Fraction("0.11")), "adjustment_too_large"),
            (shown("A", "9 9 9", deduction=Fraction(-1)), "negative_deduction"),
            (Performance("A", {"X": [Fraction(1)]}), "unknown_component"),
        ],
    )
    def test_what_cannot_be(self, one, code):
        with pytest.raises(DomainError) as refused:
            rank([one], PANEL)
        assert refused.value.code == code

    def test_a_panel_of_five_has_five(self):
        with pytest.raises(DomainError) as refused:
            rank([shown("A", "9 9 9 9")], replaced(PANEL, judges=5))
        assert refused.value.code == "panel_incomplete"

    def test_drops_that_leave_nothing(self):
        with pytest.raises(DomainError) as refused:
            rank([shown("A", "9 9")], replaced(PANEL, components=(Component(SCORES, (Drops(1, 1, 1),)),)))
        assert refused.value.code == "too_few_judges"


@given(
    st.lists(st.lists(st.decimals(0, 10, places=2), min_size=1, max_size=9), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_everybody_once_and_neither_the_order_of_judges_nor_of_entries_matters(panels, random):
    entries = [Performance(f"E{n}", {SCORES: [Fraction(x) for x in panel]}) for n, panel in enumerate(panels)]
    before = rank(entries, TAOLU)
    assert sorted(ranks(before)) == sorted(one.id for one in entries)
    mixed = [
        Performance(one.id, {SCORES: random.sample(one.scores[SCORES], len(one.scores[SCORES]))}) for one in entries
    ]
    random.shuffle(mixed)
    assert rank(mixed, TAOLU) == before
    scores = [placing.figures["score"] for placing in before.placings]
    assert scores == sorted(scores, reverse=True)
