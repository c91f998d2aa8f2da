"""Leagues: FIBA's Appendix D, its restart, forfeits and defaults, and other sports as other lists."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.games.constants import Irm
from app.games.rules.league import Game, Team, rank
from app.games.rules.registry import AIR_VOLLEYBALL, BADMINTON, FIBA, FOOTBALL, TABLE_TENNIS, VOLLEYBALL


def teams(names: str) -> list[Team]:
    return [Team(name) for name in names]


def games(text: str) -> list[Game]:
    """`AB 70:60, CD 20:0` as games."""
    made = []
    for one in text.split(","):
        pair, score = one.split()
        a, b = score.split(":")
        made.append(Game(pair[0], pair[1], int(a), int(b)))
    return made


def ranks(ranking) -> dict[str, int | None]:
    return {placing.id: placing.rank for placing in ranking.placings}


def order(ranking) -> str:
    return "".join(placing.id for placing in ranking.placings)


def of(ranking, team):
    (found,) = [placing for placing in ranking.placings if placing.id == team]
    return found


CIRCLE = "AB 80:60, AC 80:60, AD 80:60, BC 75:60, CD 70:69, DB 65:60"
"""A wins all; B, C, D beat each other in a circle: B +15−5 = +10, D +5−1 = +4, C −15+1 = −14."""


class TestTies:
    def test_the_restart_of_d_1_4(self):
        """B, C, D 1-1 each, +10, −5, −5: B is 2nd; again for C and D alone, where C beat D, though D scored more."""
        played = games("AB 90:60, AC 90:60, AD 90:60, BC 80:65, DB 95:90, CD 60:50")
        tied = {"B": (80 - 65) + (90 - 95), "C": (65 - 80) + (60 - 50), "D": (95 - 90) + (50 - 60)}
        assert tied == {"B": 10, "C": -5, "D": -5}
        assert 95 + 50 > 65 + 60  # goals scored among the three would have put D first
        ranking = rank(teams("ABCD"), played, FIBA)
        assert order(ranking) == "ABCD"
        without = rank(teams("ABCD"), played, replace(FIBA, restart=False))
        assert order(without) == "ABDC"

    def test_three_level_are_parted_by_the_difference_among_them(self):
        assert order(rank(teams("ABCD"), games(CIRCLE), FIBA)) == "ABDC"

    def test_two_level_are_parted_by_their_game_whatever_the_difference(self):
        played = games("AB 61:60, AC 50:90, AD 60:50, BC 99:50, BD 99:50, CD 50:60")
        assert ranks(rank(teams("ABCD"), played, FIBA)) == {"A": 1, "B": 2, "D": 3, "C": 4}

    def test_when_the_games_among_them_say_nothing_all_games_do(self):
        played = games("AB 70:60, BC 70:60, CA 70:60, AD 90:60, BD 80:60, CD 70:60")
        assert order(rank(teams("ABCD"), played, FIBA)) == "ABCD"

    def test_what_nothing_parts_is_shared_and_asks_for_lots(self):
        played = games("AB 70:60, BC 70:60, CA 70:60")
        ranking = rank(teams("ABC"), played, FIBA)
        assert ranks(ranking) == {"A": 1, "B": 1, "C": 1}
        assert all(placing.figures["lots_needed"] for placing in ranking.placings)

    def test_lots_that_were_drawn_decide(self):
        lots = [Team("A", 3), Team("B", 1), Team("C", 2)]
        assert ranks(rank(lots, games("AB 70:60, BC 70:60, CA 70:60"), FIBA)) == {"B": 1, "C": 2, "A": 3}

    def test_while_games_remain_ties_share_the_rank(self):
        ranking = rank(teams("ABCD"), games("AB 80:60, CD 99:60"), FIBA)
        assert ranks(ranking) == {"A": 1, "C": 1, "B": 3, "D": 3}
        assert set(ranking.due) == {("A", "C"), ("A", "D"), ("B", "C"), ("B", "D")}
        assert "lots_needed" not in of(ranking, "A").figures


class TestRealGroups:
    """Groups as they were played, letters for teams, against the tables that were printed."""

    def test_basketball_at_rio_2016_group_b(self):
        """Croatia, Spain, Lithuania and Argentina 3-2: Spain has the best difference among the four, Croatia beat Spain."""
        played = games(
            "EC 70:72, BL 76:82, NA 66:94, LN 89:80, CA 82:90, EB 65:66, BC 76:80, AL 73:81, EN 96:87, NC 90:76, "
            "EL 109:59, AB 111:107, LC 81:90, BN 86:69, EA 92:73"
        )
        assert order(rank(teams("ABCELN"), played, FIBA)) == "CELABN"

    def test_football_in_portugal_2004_group_c(self):
        """Sweden, Denmark and Italy drew with each other: 3:3, 2:2, 1:1 among them."""
        played = games("DI 0:0, SB 5:0, BD 0:2, IS 1:1, IB 2:1, DS 2:2")
        assert order(rank(teams("BDIS"), played, FOOTBALL)) == "SDIB"

    def test_football_in_america_1994_group_e(self):
        """All four with four points; Ireland and Italy stay level to the end of the list, and Ireland beat Italy."""
        played = games("TR 0:1, NM 1:0, TN 1:0, MR 2:1, TM 1:1, RN 0:0")
        ranking = rank(teams("MNRT"), played, FOOTBALL)
        assert ranks(ranking) == {"M": 1, "R": 2, "T": 3, "N": 4}


class TestBadminton:
    def test_three_level_in_games_are_parted_by_points(self):
        """A, B, C beat each other 2:1; −2, +3 and −1 in points."""
        played = [
            Game("A", "B", 2, 1, sets=((21, 19), (10, 21), (21, 10))),
            Game("B", "C", 2, 1, sets=((21, 19), (15, 21), (21, 12))),
            Game("C", "A", 2, 1, sets=((21, 10), (12, 21), (21, 19))),
        ]
        points = {"A": (52 - 50) + (50 - 54), "B": (50 - 52) + (57 - 52), "C": (52 - 57) + (54 - 50)}
        assert points == {"A": -2, "B": 3, "C": -1}
        assert order(rank(teams("ABC"), played, BADMINTON)) == "BCA"

    def test_two_level_are_parted_by_their_match_whatever_the_points(self):
        played = games("AB 2:1, BC 2:0, CD 2:0, DA 2:1, AC 2:1, BD 2:0")
        assert order(rank(teams("ABCD"), played, BADMINTON))[:2] == "AB"


class TestForfeits:
    def test_a_forfeit_gives_none_and_a_default_one(self):
        played = [*games("AB 70:60"), Game("A", "C", forfeit=frozenset("C")), Game("B", "C", 30, 40, default="C")]
        ranking = rank(teams("ABC"), played, FIBA)
        assert of(ranking, "A").figures["difference"] == 30
        assert of(ranking, "C").figures["points"] == 1
        assert (of(ranking, "B").figures["scored"], of(ranking, "C").figures["scored"]) == (62, 0)

    def test_a_default_of_the_side_behind_keeps_the_score(self):
        ranking = rank(teams("AB"), [Game("A", "B", 41, 30, default="B")], FIBA)
        assert (of(ranking, "A").figures["scored"], of(ranking, "B").figures["points"]) == (41, 1)

    def test_a_second_forfeit_nullifies_all_that_team_s_games(self):
        played = [
            *games("AB 70:60, BD 70:60, DA 70:60"),
            *games("CA 99:10"),
            Game("B", "C", forfeit=frozenset("C")),
            Game("C", "D", forfeit=frozenset("C")),
        ]
        ranking = rank(teams("ABCD"), played, FIBA)
        assert (of(ranking, "C").rank, of(ranking, "C").irm) == (None, Irm.DSQ)
        assert of(ranking, "A").figures["played"] == 2
        assert {of(ranking, one).figures["difference"] for one in "ABD"} == {0}
        kept = rank(teams("ABCD"), played, replace(FIBA, nullify_at=None))
        assert of(kept, "C").rank is not None

    def test_both_may_forfeit(self):
        ranking = rank(teams("AB"), [Game("A", "B", forfeit=frozenset("AB"))], FIBA)
        assert [placing.figures["points"] for placing in ranking.placings] == [0, 0]
        assert [placing.figures["lost"] for placing in ranking.placings] == [1, 1]

    def test_who_withdraws_is_listed_without_a_rank_and_has_no_results(self):
        some = [Team("A"), Team("B"), Team("C", withdrawn=True)]
        ranking = rank(some, games("AC 99:1, AB 60:70"), FIBA)
        assert (ranks(ranking), ranking.due) == ({"B": 1, "A": 2, "C": None}, ())
        assert of(ranking, "C").irm == Irm.WDR
        assert of(ranking, "A").figures["played"] == 1
        stands = rank(some, games("AC 99:1, AB 60:70"), replace(FIBA, keep_results_of_withdrawn=True))
        assert of(stands, "A").figures["played"] == 2


class TestOtherSports:
    def test_football_parts_by_its_own_list(self):
        played = games("AB 1:1, AC 5:0, AD 0:0, BC 1:0, BD 0:0, CD 0:1")
        ranking = rank(teams("ABCD"), played, FOOTBALL)
        assert order(ranking) == "ABDC"  # among A, B, D all drawn; D scored none there; A +5, B +1 in all games
        assert [of(ranking, one).figures["points"] for one in "ABCD"] == [5, 5, 0, 5]

    def test_an_all_drawn_group_shares_the_first_place(self):
        played = [Game(a, b, 0, 0) for a, b in combinations("ABCD", 2)]
        assert set(ranks(rank(teams("ABCD"), played, FOOTBALL)).values()) == {1}

    def test_a_match_of_five_sets_gives_two_and_one(self):
        ranking = rank(teams("AB"), games("AB 3:2"), VOLLEYBALL)
        assert [placing.figures["points"] for placing in ranking.placings] == [2, 1]

    def test_table_tennis_by_ratios_among_the_tied(self):
        # A 3:0 and 2:3, B 0:3 and 3:1, C 1:3 and 3:2: ratios 5/3, 3/4, 4/5
        assert order(rank(teams("ABC"), games("AB 3:0, BC 3:1, CA 3:2"), TABLE_TENNIS)) == "ACB"

    def test_air_volleyball_by_c_then_by_z(self):
        played = [
            Game("A", "B", 2, 0, sets=((21, 10), (21, 10))),
            Game("B", "C", 2, 0, sets=((21, 19), (21, 19))),
            Game("C", "A", 2, 0, sets=((21, 19), (21, 19))),
        ]
        assert order(rank(teams("ABC"), played, AIR_VOLLEYBALL)) == "ACB"

    def test_nothing_lost_is_beyond_every_ratio(self):
        played = games("AB 2:0, AC 2:0, BC 2:0")
        assert order(rank(teams("ABC"), played, AIR_VOLLEYBALL)) == "ABC"


class TestRefusals:
    @pytest.mark.parametrize(
        ("played", "code"),
        [
            ([Game("A", "X", 1, 0)], "unknown_team"),
            ([Game("A", "A", 1, 0)], "game_of_itself"),
            ([Game("A", "B", 70, 70)], "score_level"),
            ([Game("A", "B", 70, None)], "score_missing"),
            ([Game("A", "B", 70, 60, forfeit=frozenset("C"))], "forfeit_of_other"),
        ],
    )
    def test_a_game_that_cannot_be(self, played, code):
        with pytest.raises(DomainError) as refused:
            rank(teams("ABC"), played, FIBA)
        assert refused.value.code == code

    def test_more_meetings_than_there_are(self):
        with pytest.raises(DomainError) as refused:
            rank(teams("AB"), games("AB 70:60, BA 70:60"), replace(FIBA, legs=1))
        assert refused.value.code == "met_too_often"

    def test_two_legs_are_seen_from_the_games(self):
        ranking = rank(teams("ABC"), games("AB 70:60, BA 70:60"), FIBA)
        assert sorted(ranking.due) == [("A", "C"), ("A", "C"), ("B", "C"), ("B", "C")]


@st.composite
def leagues(draw):
    names = "ABCDEFGH"[: draw(st.integers(1, 6))]
    scores = st.integers(0, 3)
    played = [Game(a, b, draw(scores), draw(scores)) for a, b in combinations(names, 2)]
    return teams(names), played


class TestAnyLeague:
    @given(leagues(), st.randoms(use_true_random=False))
    def test_everybody_is_ranked_once_and_the_order_of_the_input_changes_nothing(self, league, random):
        names, played = league
        before = rank(names, played, FOOTBALL)
        assert sorted(order(before)) == sorted(team.id for team in names)
        assert None not in ranks(before).values()
        assert not before.due
        random.shuffle(names)
        random.shuffle(played)
        turned = [
            game if random.random() < 0.5 else Game(game.b, game.a, game.score_b, game.score_a) for game in played
        ]
        assert rank(names, turned, FOOTBALL) == before

    @given(leagues())
    def test_a_rank_is_one_more_than_those_ahead(self, league):
        found = list(ranks(rank(*league, FOOTBALL)).values())
        assert all(rank_ == 1 + sum(other < rank_ for other in found) for rank_ in found)

    def test_every_circle_of_three_is_decided_the_same_in_every_order(self):
        for some in permutations(games(CIRCLE)):
            assert order(rank(teams("DCBA"), list(some), FIBA)) == "ABDC"
