"""Wrestling by UWW: elimination, repechage, finalists who fall out, and any tournament whatever."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.games.constants import Irm, Leaving, Victory
from app.games.rules.registry import UWW
from app.games.rules.wrestling.book import Book
from app.games.rules.wrestling.bracket import fight, slots_by_draw
from app.games.rules.wrestling.entries import Bout, Entry, Withdrawal
from app.games.rules.wrestling.places import rank
from tests.unit.games.matches import by_number, drawn, names, of, play, ranks, replaced, written


class TestBracket:
    def test_eight_seeds_stand_as_the_table_says(self):
        assert [slot[0] for slot in slots_by_draw(drawn(8, seeds=8))] == [
            f"W0{seed}" for seed in (1, 8, 5, 4, 3, 6, 7, 2)
        ]

    def test_qualification_bouts_stand_at_the_two_ends(self):
        assert [len(slot) for slot in slots_by_draw(drawn(10))] == [2, 1, 1, 1, 1, 1, 1, 2]

    def test_the_seeded_qualify_last(self):
        slots = slots_by_draw(drawn(12, seeds=4))
        assert all(len(slot) == 1 for slot in slots if slot[0] in {"W01", "W02", "W03", "W04"})
        slots = slots_by_draw(drawn(14, seeds=4))
        assert [slot[0] for slot in slots if len(slot) == 2 and slot[0] in {"W01", "W02", "W03", "W04"}] == [
            "W04",
            "W03",
        ]
        assert sum(len(slot) for slot in slots) == 14

    @pytest.mark.parametrize("n", range(8, 41))
    def test_places_are_1_2_3_3_5_5_then_each_for_itself(self, n):
        ranking, bouts = play(drawn(n), UWW, by_number)
        found = [placing.rank for placing in ranking.placings]
        assert found == [1, 2, 3, 3, 5, 5, *range(7, n + 1)]
        losers = {bout.b if bout.winner == bout.a else bout.a for bout in bouts}
        assert len(losers) == n - 1

    def test_the_repechage_goes_from_the_first_beaten_to_the_semi_final(self):
        _, bouts = play(drawn(8), UWW, by_number)
        fought = [(bout.a, bout.b) for bout in bouts]
        assert ("W01", "W02") in fought
        assert ("W02", "W03") in fought  # those beaten by the finalist W01 meet for bronze
        assert ("W06", "W07") in fought

    def test_a_qualification_loss_counts_as_the_first(self):
        _, bouts = play(drawn(9), UWW, by_number)
        pairs = [frozenset((bout.a, bout.b)) for bout in bouts]
        assert pairs[0] == {"W01", "W02"}
        assert frozenset(("W02", "W03")) in pairs  # L1 of the qualification against L2 of the quarter-final

    def test_nobody_meets_in_the_repechage_before_the_finalist_is_known(self):
        ranking = rank(drawn(8), written("W01-W02 VPO 1:0, W03-W04 VPO 1:0"), [], UWW)
        assert set(ranking.due) == {("W05", "W06"), ("W07", "W08"), ("W01", "W03")}
        assert set(ranks(ranking).values()) == {None}

    def test_from_the_seventh_by_classification_points_falls_superiority_points_seed_and_number(self):
        _, bouts = play(drawn(8), UWW, by_number)
        bouts = [
            replaced(bout, victory=Victory.VPO1, points_a=5, points_b=2) if {"W07", "W08"} == {bout.a, bout.b} else bout
            for bout in bouts
        ]
        assert ranks(rank(drawn(8), bouts, [], UWW))["W08"] == 7


class TestFinalist:
    HALF = ("W01", "W02", "W03", "W04")

    def semis_done(self, n=8):
        _, bouts = play(drawn(n), UWW, by_number)
        main = [bout for bout in bouts if {bout.a, bout.b} not in ({"W02", "W03"}, {"W06", "W07"}, {"W01", "W05"})]
        assert len(main) == 6
        return main

    def test_finalist_fails_the_weigh_in(self):
        main = self.semis_done()
        left = [Withdrawal("W01", Leaving.WEIGH_IN)]
        ranking = rank(drawn(8), main, left, UWW)
        assert {frozenset(pair) for pair in ranking.due} == {frozenset(("W03", "W05")), frozenset(("W06", "W07"))}
        ranking, _ = play(drawn(8), UWW, by_number, left, main)
        assert ranks(ranking)["W03"] == 1
        assert ranks(ranking)["W05"] == 2
        assert ranks(ranking)["W02"] == 3  # alone of those beaten earlier: bronze without a bout
        assert ranking.placings[-1].id == "W01"
        assert (ranking.placings[-1].rank, ranking.placings[-1].irm) == (None, Irm.WDR)

    def test_those_beaten_earlier_contest_the_bronze_of_that_half(self):
        _, bouts = play(drawn(16), UWW, by_number)
        final = {"W01", "W09"}
        main = [b for b in bouts if {b.a, b.b} != final][:14]
        ranking = rank(drawn(16), main, [Withdrawal("W01", Leaving.WEIGH_IN)], UWW)
        assert {frozenset(pair) for pair in ranking.due} >= {frozenset(("W05", "W09")), frozenset(("W02", "W03"))}
        done, _ = play(drawn(16), UWW, by_number, [Withdrawal("W01", Leaving.WEIGH_IN)], main)
        assert (ranks(done)["W05"], ranks(done)["W02"], ranks(done)["W03"]) == (1, 3, 5)

    def test_both_finalists_fail_the_weigh_in(self):
        left = [Withdrawal("W01", Leaving.WEIGH_IN), Withdrawal("W05", Leaving.WEIGH_IN)]
        ranking, _ = play(drawn(8), UWW, by_number, left, self.semis_done())
        assert [ranks(ranking)[one] for one in ("W03", "W07", "W02", "W06")] == [1, 2, 3, 3]

    def test_finalist_and_victim_both_out_leaves_the_other_champion(self):
        left = [Withdrawal("W01", Leaving.WEIGH_IN), Withdrawal("W03", Leaving.INJURY)]
        ranking, _ = play(drawn(8), UWW, by_number, left, self.semis_done())
        assert ranks(ranking)["W05"] == 1
        assert ranks(ranking)["W01"] is None

    def test_a_hurt_finalist_is_second(self):
        ranking, _ = play(drawn(8), UWW, by_number, [Withdrawal("W01", Leaving.INJURY)], self.semis_done())
        assert (ranks(ranking)["W05"], ranks(ranking)["W01"]) == (1, 2)

    def test_both_hurt_in_the_final_are_parted_by_the_list(self):
        bouts = [*self.semis_done(), Bout("W01", "W05", None, Victory.VIN2)]
        ranking, _ = play(drawn(8), UWW, by_number, [], bouts)
        assert (ranks(ranking)["W01"], ranks(ranking)["W05"]) == (1, 2)  # level but for the number drawn

    def test_both_finalists_out_for_doping_make_both_bronzes_gold(self):
        _, bouts = play(drawn(8), UWW, by_number)
        left = [Withdrawal("W01", Leaving.DOPING), Withdrawal("W05", Leaving.DOPING)]
        ranking = rank(drawn(8), bouts, left, UWW)
        assert [ranks(ranking)[one] for one in ("W02", "W06")] == [1, 1]
        assert 2 not in ranks(ranking).values()
        assert {ranking.placings[-1].id, ranking.placings[-2].id} == {"W01", "W05"}

    def test_both_disqualified_in_the_final(self):
        bouts = [*self.semis_done(), Bout("W01", "W05", None, Victory.DSQ2)]
        ranking, _ = play(drawn(8), UWW, by_number, [], bouts)
        assert [ranks(ranking)[one] for one in ("W02", "W06", "W01", "W05")] == [1, 1, None, None]

    def test_an_empty_repechage_half_has_no_bout_and_no_bronze(self):
        bouts = [replaced(b, victory=Victory.VFO) if b.winner == "W01" else b for b in self.semis_done()]
        ranking = rank(drawn(8), bouts, [], UWW)
        assert {frozenset(pair) for pair in ranking.due} == {frozenset(("W01", "W05")), frozenset(("W06", "W07"))}
        done, _ = play(drawn(8), UWW, by_number, [], bouts)
        assert list(ranks(done).values()).count(3) == 1
        assert [ranks(done)[one] for one in ("W02", "W03")] == [None, None]

    def test_a_withdrawal_in_the_repechage_is_a_walk_over(self):
        ranking, after = play(drawn(8), UWW, by_number, [Withdrawal("W02", Leaving.FORFEIT)], self.semis_done())
        assert ranks(ranking)["W03"] == 3
        assert {"W02", "W03"} not in [{bout.a, bout.b} for bout in after]
        assert of(ranking, "W03").figures["wins"] == 1  # no bout took place there

    def test_a_bronze_bout_that_neither_wins_leaves_the_medal_where_it_is(self):
        bouts = [*self.semis_done(), Bout("W02", "W03", None, Victory.VIN2), Bout("W06", "W07", None, Victory.VIN2)]
        ranking, _ = play(drawn(8), UWW, by_number, [], bouts)
        assert 3 not in ranks(ranking).values()
        assert [ranks(ranking)[one] for one in ("W02", "W03", "W06", "W07")] == [5, 5, 5, 5]

    def test_two_who_forfeit_a_bronze_bout_hold_no_place(self):
        left = [Withdrawal("W02", Leaving.FORFEIT), Withdrawal("W03", Leaving.FORFEIT)]
        ranking, _ = play(drawn(8), UWW, by_number, left, self.semis_done())
        assert [ranks(ranking)[one] for one in ("W06", "W07", "W02", "W03")] == [3, 4, None, None]

    def test_a_disqualification_in_a_bronze_bout(self):
        bouts = [*self.semis_done(), Bout("W02", "W03", "W02", Victory.DSQ)]
        ranking, _ = play(drawn(8), UWW, by_number, [], bouts)
        assert (ranks(ranking)["W02"], ranks(ranking)["W03"]) == (3, None)

    def test_both_semi_finalists_of_a_half_forfeit(self):
        bouts = [b for b in self.semis_done() if {b.a, b.b} != {"W01", "W03"}]
        bouts.append(Bout("W01", "W03", None, Victory.VFO2))
        ranking, _ = play(drawn(8), UWW, by_number, [], bouts)
        assert ranks(ranking)["W05"] == 1
        assert (ranks(ranking)["W01"], ranks(ranking)["W03"]) == (None, None)


class TestNoShow:
    def test_nothing_is_paired_anew_after_a_no_show(self):
        ranking = rank(drawn(8), [], [Withdrawal("W01", Leaving.FORFEIT)], UWW)
        assert set(ranking.due) == {("W03", "W04"), ("W05", "W06"), ("W07", "W08")}
        done, _ = play(drawn(8), UWW, by_number, [Withdrawal("W01", Leaving.FORFEIT)])
        assert (of(done, "W01").rank, of(done, "W01").irm) == (None, Irm.DNS)


class TestWithoutNumbers:
    def test_a_finished_bracket_is_read_from_its_bouts(self):
        _, bouts = play(drawn(13), UWW, by_number)
        shuffled = [Entry(entry.id) for entry in sorted(drawn(13), key=lambda entry: entry.id[::-1])]
        ranking = rank(shuffled, bouts, [], UWW)
        assert ranking.notes == {"bracket": ["bouts"]}
        expected = ranks(rank(drawn(13), bouts, [], UWW))
        # From the seventh the number drawn would part some; without one they share.
        assert {one: r for one, r in ranks(ranking).items() if r < 7} == {
            one: r for one, r in expected.items() if r < 7
        }
        assert min(r for r in ranks(ranking).values() if r > 6) == 7

    @pytest.mark.parametrize("n", range(8, 34))
    def test_a_bracket_with_other_places_is_read_from_its_bouts_once_it_is_fought(self, n):
        """As organisers draw by hand: qualification bouts elsewhere. Only the numbers are ours."""
        dice = Random(n)
        size = 1 << (n.bit_length() - 1)
        doubles = dice.sample(range(size), n - size)
        loose = iter(dice.sample(names(n), n))
        slots = [tuple(next(loose) for _ in range(2 if place in doubles else 1)) for place in range(size)]
        bouts: list[Bout] = []
        while True:
            book = Book(UWW, drawn(n), bouts, [])
            podium = fight(slots, book)
            if not book.due:
                break
            bouts += [Bout(a, b, dice.choice((a, b)), Victory.VPO) for a, b in book.due]
        found = ranks(rank(drawn(n), bouts, [], UWW))
        assert (found[podium.first], found[podium.second]) == (1, 2)
        assert {found[one] for one in podium.bronzes} == {3}
        assert {found[one] for one in podium.fifths} == {5}

    def test_who_never_fought_is_the_missing_opponent(self):
        _, bouts = play(drawn(8), UWW, by_number, [Withdrawal("W06", Leaving.FORFEIT)])
        moved = [Entry(entry.id, None, 9 - entry.draw) for entry in drawn(8)]
        moved[0], moved[2] = Entry("W01", None, 6), Entry("W03", None, 8)
        ranking = rank(moved, bouts, [Withdrawal("W06", Leaving.FORFEIT)], UWW)
        assert ranking.notes == {"bracket": ["bouts"]}
        assert (ranks(ranking)["W01"], ranks(ranking)["W05"], ranks(ranking)["W06"]) == (1, 2, None)

    def test_where_numbers_were_drawn_a_bout_outside_the_bracket_is_refused(self):
        with pytest.raises(DomainError) as refused:
            rank(drawn(8), written("W01-W03 VPO 1:0"), [], UWW)
        assert refused.value.code == "bout_not_in_bracket"


@st.composite
def tournaments(draw):
    n = draw(st.integers(1, 40))
    seeds = draw(st.integers(0, min(n, 8)))
    entries = drawn(n, seeds)
    leaving = draw(st.lists(st.sampled_from(names(n)), unique=True, max_size=min(n, 4)))
    reasons = [Withdrawal(one, draw(st.sampled_from(Leaving))) for one in leaving]
    when = draw(st.integers(0, 2 * n))
    return entries, reasons, when, draw(st.integers(0, 10**9))


def chance(seed):
    """A tournament in which anything may happen, the same for the same seed and pair."""
    import random

    def winner(a, b):
        dice = random.Random(f"{seed} {a} {b}")
        kind = dice.choices(
            ["a", "b", Victory.VIN2, Victory.DSQ2, Victory.VFO2, "dsq", "vfo"], [40, 40, 1, 1, 1, 2, 2]
        )[0]
        if isinstance(kind, Victory):
            return Bout(a, b, None, kind)
        if kind in {"dsq", "vfo"}:
            return Bout(a, b, a, Victory.DSQ if kind == "dsq" else Victory.VFO)
        points = dice.randint(0, 9), dice.randint(0, 9)
        return Bout(a, b, a if kind == "a" else b, Victory.VFA, *points)

    return winner


class TestAnyTournament:
    @settings(max_examples=300, deadline=None)
    @given(tournaments(), st.randoms(use_true_random=False))
    def test_it_ends_and_ranks_everybody_once_or_says_why_not(self, tournament, random):
        entries, leaving, when, seed = tournament
        _, bouts = play(entries, UWW, chance(seed), most=when)
        ranking, bouts = play(entries, UWW, chance(seed), leaving, bouts)
        assert sorted(placing.id for placing in ranking.placings) == sorted(entry.id for entry in entries)
        found = [placing.rank for placing in ranking.placings if placing.rank is not None]
        assert found == sorted(found)
        assert all(placing.irm for placing in ranking.placings if placing.rank is None)
        first = [placing for placing in ranking.placings if placing.rank == 1]
        assert len(first) <= 2
        random.shuffle(entries)
        if len(entries) < 6 or len(entries) > 7:  # in two groups a pair may meet twice, so the phases count
            random.shuffle(bouts)
        assert rank(entries, bouts, leaving, UWW) == ranking

    @settings(max_examples=100, deadline=None)
    @given(st.integers(8, 40), st.integers(0, 10**9))
    def test_a_bracket_without_incident_has_n_less_one_decided_losers(self, n, seed):
        _, bouts = play(drawn(n), UWW, lambda a, b: Random(f"{seed}{a}{b}").choice((a, b)))
        assert len({bout.a if bout.winner == bout.b else bout.b for bout in bouts}) == n - 1
