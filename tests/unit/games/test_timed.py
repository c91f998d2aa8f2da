"""Timed events: rounding up, gun and net, marks, ties, and the team's hill climb."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.games.constants import Clock, Irm
from app.games.rules.registry import GUN, HILL_CLIMB_TEAM, NET
from app.games.rules.timed import Finish, official, printed, rank, seconds_of
from tests.unit.games.matches import of, order, ranks, replaced


def at(one: str, gun: str | None, **more) -> Finish:
    net = more.pop("net", None)
    return Finish(one, seconds_of(gun) if gun else None, seconds_of(net) if net else None, **more)


class TestTimes:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("2:09:44.3", Fraction(77843, 10)),
            ("9:44", 584),
            ("44.25", Fraction(177, 4)),
            ("0", 0),
            ("90:00", 5400),
            ("1:75", None),
            ("1:60:00", None),
            ("1:2:3:4", None),
            ("-5", None),
            ("", None),
            ("1e3", None),
            ("１:00", 60),
        ],
    )
    def test_reading(self, text, seconds):
        assert seconds_of(text) == seconds

    def test_official_time_is_rounded_up_to_the_whole_second(self):
        assert printed(official(seconds_of("2:09:44.3"), Fraction(1))) == "2:09:45"
        assert printed(official(seconds_of("2:09:44"), Fraction(1))) == "2:09:44"
        assert printed(official(seconds_of("59:59.01"), Fraction(1))) == "1:00:00"
        assert printed(official(seconds_of("12.341"), Fraction(1, 10))) == "0:12.4"


class TestRanking:
    def test_the_same_printed_time_may_have_different_ranks(self):
        ranking = rank([at("A", "1:00.4"), at("B", "1:00.2")], GUN)
        assert ranks(ranking) == {"B": 1, "A": 2}
        assert {placing.figures["time"] for placing in ranking.placings} == {"1:01"}
        shared = rank([at("A", "1:00.4"), at("B", "1:00.2")], replaced(GUN, ties_by_printed=True))
        assert ranks(shared) == {"A": 1, "B": 1}

    def test_ties_are_1_2_2_4(self):
        ranking = rank([at("A", "9"), at("B", "10"), at("C", "10"), at("D", "11")], GUN)
        assert ranks(ranking) == {"A": 1, "B": 2, "C": 2, "D": 4}

    def test_gun_and_net_are_both_kept_and_either_may_rank(self):
        entries = [at("A", "10:00", net="9:58"), at("B", "10:30", net="9:00")]
        assert order(rank(entries, GUN)) == "AB"
        assert order(rank(entries, NET)) == "BA"
        assert of(rank(entries, NET), "A").figures["gun"] == "10:00"

    def test_after_the_ranked_come_dnf_dns_dsq(self):
        entries = [
            at(name, None, irm=irm) for name, irm in (("W", Irm.DSQ), ("X", Irm.DNS), ("Y", Irm.DNF), ("Z", Irm.OTL))
        ]
        ranking = rank([*entries, at("V", "9"), at("U", None), at("T", None, irm=Irm.FIN)], GUN)
        assert order(ranking) == "VTZYXWU"
        assert of(ranking, "U").figures["waiting"] is True

    def test_a_time_does_not_help_who_is_disqualified(self):
        assert ranks(rank([at("A", "9", irm=Irm.DSQ), at("B", "10")], GUN)) == {"B": 1, "A": None}

    def test_over_the_cut_off(self):
        ranking = rank([at("A", "1:00:00"), at("B", "1:00:00.1")], replaced(GUN, cutoff=Fraction(3600)))
        assert (of(ranking, "B").rank, of(ranking, "B").irm) == (None, Irm.OTL)
        assert of(ranking, "A").rank == 1

    def test_a_missed_checkpoint_is_for_the_referee(self):
        ranking = rank([at("A", "9", missed=True), at("B", "10")], GUN)
        assert ranks(ranking) == {"A": 1, "B": 2}
        assert of(ranking, "A").figures["incomplete_route"] is True

    def test_a_net_time_beyond_the_gun_time(self):
        with pytest.raises(DomainError) as refused:
            rank([at("A", "9", net="10")], GUN)
        assert refused.value.code == "net_beyond_gun"


class TestHillClimb:
    def team(self, name, *times, **more):
        return [at(f"{name}{n}", time, team=name, **more) for n, time in enumerate(times)]

    def test_the_time_is_that_of_the_last_counted_member(self):
        entries = [*self.team("A", "10", "20", "99"), *self.team("B", "5", "21", "22")]
        assert ranks(rank(entries, HILL_CLIMB_TEAM)) == {"B": 1, "A": 2}
        assert ranks(rank(entries, replaced(HILL_CLIMB_TEAM, counted=2))) == {"A": 1, "B": 2}

    def test_a_missing_checkpoint_voids_it(self):
        entries = [*self.team("A", "10", "20"), *self.team("B", "5"), at("B9", "6", team="B", missed=True)]
        ranking = rank(entries, HILL_CLIMB_TEAM)
        assert (of(ranking, "B").rank, of(ranking, "B").irm) == (None, Irm.DNF)
        assert of(ranking, "B").figures["incomplete_route"] == ["B9"]
        mild = rank(entries, replaced(HILL_CLIMB_TEAM, counted=1, missed_voids_team=False))
        assert ranks(mild) == {"B": 1, "A": 2}

    def test_a_team_on_its_way_waits_and_one_that_lost_a_member_is_out(self):
        entries = [*self.team("A", "10", None), *self.team("B", "10"), at("B9", None, team="B", irm=Irm.DSQ)]
        ranking = rank(entries, HILL_CLIMB_TEAM)
        assert of(ranking, "A").figures["waiting"] is True
        assert of(ranking, "B").irm == Irm.DSQ

    def test_a_member_without_a_team(self):
        with pytest.raises(DomainError) as refused:
            rank([at("A", "9")], HILL_CLIMB_TEAM)
        assert refused.value.code == "team_missing"


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 20), st.none() | st.sampled_from(Irm)), max_size=20),
    st.randoms(use_true_random=False),
    st.sampled_from(Clock),
)
def test_everybody_once_whatever_the_order(times, random, clock):
    entries = [
        Finish(f"E{n:02}", Fraction(time) if time is not None else None, None, irm)
        for n, (time, irm) in enumerate(times)
    ]
    rules = replaced(GUN, rank_by=clock)
    before = rank(entries, rules)
    assert sorted(ranks(before)) == [one.id for one in entries]
    assert all(placing.rank or placing.irm or placing.figures["waiting"] for placing in before.placings)
    random.shuffle(entries)
    assert rank(entries, rules) == before
