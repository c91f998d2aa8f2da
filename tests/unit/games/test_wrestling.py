"""Wrestling by UWW: one group, two groups, the list, and what cannot be."""

from __future__ import annotations

from itertools import permutations

import pytest

from app.core.errors import DomainError
from app.games.constants import Few, Irm, Leaving, Victory
from app.games.rules.registry import UWW, UWW_H2H
from app.games.rules.wrestling.entries import Bout, Entry, Withdrawal, leaving_of, phase_of
from app.games.rules.wrestling.groups import deal
from app.games.rules.wrestling.places import rank
from tests.unit.games.matches import by_number, drawn, names, of, order, play, ranks, replaced, written

FOUR = "A-B VPO1 5:3, B-C VFA 4:2, C-A VSU1 12:2, A-D VSU 10:0, B-D VPO 3:0, C-D VPO1 4:1"


class TestNordic:
    def test_the_worked_example_of_four(self):
        ranking = rank([Entry(one) for one in "ABCD"], written(FOUR), [], UWW)
        assert order(ranking) == "BACD"
        assert [of(ranking, one).figures["classification_points"] for one in "ABCD"] == [8, 9, 7, 1]
        assert ranking.due == ()

    def test_the_order_in_which_bouts_are_written_changes_nothing(self):
        for bouts in permutations(written(FOUR)):
            assert order(rank([Entry(one) for one in "DBCA"], bouts, [], UWW)) == "BACD"

    def test_two_with_as_many_victories_are_parted_by_their_bout(self):
        text = "A-B VPO 1:0, A-C VPO 1:0, D-A VPO 1:0, B-C VFA 4:0, B-D VFA 4:0, C-D VFA 4:0"
        ranking = rank([Entry(one) for one in "ABCD"], written(text), [], UWW)
        assert order(ranking) == "ABCD"  # A has 6 points against B's 10: the bout goes first

    def test_three_level_reduced_to_two_by_the_list_or_by_their_bout(self):
        # A, B, C in a circle. A has 3 + 1; B and C are level at 3 points, and B beat C but scored less.
        text = "A-B VPO1 5:4, B-C VPO 1:0, C-A VPO1 3:2, A-D VPO 2:0, B-D VPO 2:0, C-D VPO 9:0"
        literal = rank([Entry(one) for one in "ABCD"], written(text), [], UWW)
        assert [of(literal, one).figures["classification_points"] for one in "ABC"] == [7, 7, 6]
        level = "A-B VPO 1:0, B-C VPO 1:0, C-A VPO 9:0, A-D VFA 1:0, B-D VPO 2:0, C-D VPO 9:0"
        entries = [Entry(one) for one in "ABCD"]
        assert order(rank(entries, written(level), [], UWW)) == "ACBD"
        assert order(rank(entries, written(level), [], UWW_H2H)) == "ABCD"

    def test_what_is_level_in_everything_goes_by_number_drawn_and_without_one_is_shared(self):
        text = "A-B VPO 1:0, B-C VPO 1:0, C-A VPO 1:0"
        assert ranks(rank([Entry(one) for one in "ABC"], written(text), [], UWW)) == {"A": 1, "B": 1, "C": 1}
        numbered = [Entry("A", None, 3), Entry("B", None, 1), Entry("C", None, 2)]
        assert order(rank(numbered, written(text), [], UWW)) == "BCA"
        seeded = [Entry("A", 1), Entry("B", None, 1), Entry("C", None, 2)]
        assert order(rank(seeded, written(text), [], UWW)) == "ABC"

    def test_while_bouts_remain_ties_share_the_rank(self):
        ranking = rank([Entry(one) for one in "ABCD"], written("A-B VFA 1:0, C-D VPO 1:0"), [], UWW)
        assert ranks(ranking) == {"A": 1, "C": 1, "B": 3, "D": 3}
        assert {frozenset(pair) for pair in ranking.due} == {frozenset(p) for p in ("AC", "AD", "BC", "BD")}

    def test_who_withdraws_without_injury_is_last_and_the_others_win_by_forfeit(self):
        left = [Withdrawal("A", Leaving.FORFEIT)]
        ranking = rank([Entry(one) for one in "ABC"], written("A-B VFA 4:0, B-C VPO 2:0"), left, UWW)
        assert ranks(ranking) == {"B": 1, "C": 2, "A": None}
        assert of(ranking, "A").irm == Irm.WDR
        assert of(ranking, "C").figures["classification_points"] == 5
        assert ranking.due == ()

    def test_who_is_hurt_keeps_the_rank_of_the_bouts_fought(self):
        left = [Withdrawal("A", Leaving.INJURY)]
        ranking = rank([Entry(one) for one in "ABC"], written("A-B VFA 4:0, C-B VPO 2:0"), left, UWW)
        assert ranks(ranking) == {"C": 1, "A": 2, "B": 3}

    def test_who_is_hurt_before_the_first_bout_did_not_start(self):
        ranking = rank([Entry(one) for one in "ABC"], [], [Withdrawal("A", Leaving.INJURY)], UWW)
        assert (of(ranking, "A").rank, of(ranking, "A").irm) == (None, Irm.DNS)
        assert [set(pair) for pair in ranking.due] == [{"B", "C"}]

    def test_both_disqualified(self):
        bouts = [*written("A-C VPO 1:0, B-C VPO 1:0"), Bout("A", "B", None, Victory.DSQ2)]
        ranking = rank([Entry(one) for one in "ABC"], bouts, [], UWW)
        assert ranks(ranking) == {"C": 1, "A": None, "B": None}
        assert of(ranking, "A").irm == Irm.DSQ

    def test_all_withdraw(self):
        ranking = rank([Entry(one) for one in "ABC"], [], [Withdrawal(one, Leaving.FORFEIT) for one in "ABC"], UWW)
        assert (set(ranks(ranking).values()), ranking.due) == ({None}, ())

    def test_one_alone_gets_the_medal_or_what_the_regulations_say(self):
        assert ranks(rank([Entry("A")], [], [], UWW)) == {"A": 1}
        cancelled = rank([Entry("A"), Entry("B")], [], [], replaced(UWW, few=Few.CANCEL, few_up_to=2))
        assert ranks(cancelled) == {"A": None, "B": None}
        assert of(cancelled, "A").figures["note"] == "cancel"


class TestTwoGroups:
    def test_numbers_are_dealt_in_turn_and_seeds_by_the_table(self):
        assert [[one.id for one in group] for group in deal(drawn(7))] == [
            ["W01", "W03", "W05", "W07"],
            ["W02", "W04", "W06"],
        ]
        a, b = deal(drawn(7, seeds=7))
        assert [entry.seed for entry in a] == [1, 4, 5, 7]
        assert [entry.seed for entry in b] == [2, 3, 6]

    @pytest.mark.parametrize("n", [6, 7])
    def test_the_semi_finals_cross_and_the_losers_meet_for_bronze(self, n):
        ranking, bouts = play(drawn(n), UWW, by_number)
        assert [ranks(ranking)[name] for name in names(n)] == list(range(1, n + 1))
        a, b = deal(drawn(n))
        fights = len(a) * (len(a) - 1) // 2 + len(b) * (len(b) - 1) // 2
        pairs = [{bout.a, bout.b} for bout in bouts[fights:]]
        assert {"W01", "W04"} in pairs[:2]
        assert {"W03", "W02"} in pairs[:2]
        assert {"W04", "W03"} in pairs[2:]
        assert {"W01", "W02"} in pairs[2:]

    def test_two_of_one_group_may_meet_again_in_the_final(self):
        ranking, bouts = play(
            drawn(6), UWW, lambda a, b: min((a, b), key=["W01", "W03", "W05", "W02", "W04", "W06"].index)
        )
        assert [{bout.a, bout.b} for bout in bouts].count({"W01", "W03"}) == 2
        assert (ranks(ranking)["W01"], ranks(ranking)["W03"]) == (1, 2)

    def test_who_leaves_during_the_group_is_not_in_the_semi_final(self):
        ranking, bouts = play(drawn(6), UWW, by_number, [Withdrawal("W01", Leaving.FORFEIT)])
        assert ranks(ranking)["W01"] is None
        assert all("W01" not in {bout.a, bout.b} for bout in bouts)
        assert sorted(r for r in ranks(ranking).values() if r) == [1, 2, 3, 4, 5]

    def test_who_leaves_after_the_group_is_not_replaced(self):
        _, bouts = play(drawn(6), UWW, by_number)
        ranking, after = play(drawn(6), UWW, by_number, [Withdrawal("W01", Leaving.FORFEIT)], bouts[:6])
        assert ranks(ranking)["W01"] is None
        assert ranks(ranking)["W04"] == 2  # a walk-over into the final, no third of the group in it
        assert {"W05", "W04"} not in [{bout.a, bout.b} for bout in after[6:]]

    def test_disqualified_in_the_semi_final_keeps_the_group_as_it_was(self):
        _, bouts = play(drawn(6), UWW, by_number)
        bouts = [*bouts[:6], Bout("W01", "W04", "W04", Victory.DSQ)]
        ranking, _ = play(drawn(6), UWW, by_number, [], bouts)
        assert ranks(ranking) == {"W02": 1, "W04": 2, "W03": 3, "W05": 4, "W06": 5, "W01": None}

    def test_a_finalist_of_two_groups_who_fails_the_weigh_in(self):
        _, bouts = play(drawn(6), UWW, by_number)
        left = [Withdrawal("W01", Leaving.WEIGH_IN)]
        ranking, after = play(drawn(6), UWW, by_number, left, bouts[:8])
        assert {"W02", "W04"} in [{bout.a, bout.b} for bout in after[8:]]
        assert ranks(ranking) == {"W02": 1, "W04": 2, "W03": 3, "W05": 4, "W06": 5, "W01": None}


class TestRefusals:
    @pytest.mark.parametrize(
        ("bout", "code"),
        [
            (Bout("A", "X", "A"), "unknown_wrestler"),
            (Bout("A", "A", "A"), "bout_of_itself"),
            (Bout("A", "B", "C"), "winner_not_in_bout"),
            (Bout("A", "B", None), "winner_missing"),
            (Bout("A", "B", "A", Victory.DSQ2), "winner_missing"),
            (Bout("A", "B", "A", Victory.VPO, 2, 3), "winner_behind"),
            (Bout("A", "B", "B", None, 3, 2), "winner_behind"),
            (Bout("A", "B", "A", Victory.VSU, 7, 0), "lead_too_small"),
            (Bout("A", "B", "A", Victory.VPO1, 7, 0), "loser_did_not_score"),
        ],
    )
    def test_a_bout_that_cannot_be(self, bout, code):
        with pytest.raises(DomainError) as refused:
            rank([Entry(one) for one in "ABC"], [bout], [], UWW)
        assert refused.value.code == code

    def test_who_was_pinned_may_have_led(self):
        assert order(rank([Entry(one) for one in "BA"], [Bout("A", "B", "A", Victory.VFA, 0, 8)], [], UWW)) == "AB"

    def test_a_bout_twice(self):
        with pytest.raises(DomainError) as refused:
            rank([Entry(one) for one in "ABC"], [Bout("A", "B", "A"), Bout("B", "A", "A")], [], UWW)
        assert refused.value.code == "bout_not_in_bracket"

    def test_the_lead_is_that_of_the_style(self):
        bout = Bout("A", "B", "A", Victory.VSU, 8, 0)
        rank([Entry(one) for one in "AB"], [bout], [], replaced(UWW, style="GR"))
        with pytest.raises(DomainError):
            rank([Entry(one) for one in "AB"], [bout], [], replaced(UWW, style="FS"))

    @pytest.mark.parametrize(
        "entries",
        [[Entry("A", None, 1), Entry("B")], [Entry("A", None, 1), Entry("B", None, 1)], [Entry("A", 1), Entry("B", 1)]],
    )
    def test_numbers_that_are_incomplete_or_twice(self, entries):
        with pytest.raises(DomainError):
            rank(entries, [], [], UWW)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("failed the second weigh-in", Leaving.WEIGH_IN),
        ("weigh_in", Leaving.WEIGH_IN),
        ("VIN", Leaving.INJURY),
        ("injury", Leaving.INJURY),
        ("因伤退赛", Leaving.INJURY),
        ("VFO", Leaving.FORFEIT),
        ("no show", Leaving.FORFEIT),
        ("withdrawn", Leaving.FORFEIT),
        ("DSQ", Leaving.DISQUALIFIED),
        ("disqualified", Leaving.DISQUALIFIED),
        ("doping", Leaving.DOPING),
        ("tired", None),
    ],
)
def test_the_words_for_leaving(words, reason):
    assert leaving_of(words) is reason


def test_phases_have_their_order_whatever_they_are_called():
    told = [
        "Group A",
        "Qualification",
        "1/16",
        "1/8 Final",
        "Quarter-final",
        "1/2 决赛",
        "Repechage final",
        "Bronze",
        "决赛",
    ]
    orders = [phase_of(word) for word in told]
    assert orders == sorted(set(orders))
    assert phase_of("mat 2") is None
