"""The files of each family, as other software writes them, through the readers that the command uses."""

from __future__ import annotations

import json

import pytest

from app.core.errors import DomainError
from app.games.rules.files.ranking import rank_file


def ranked(name: str, **document):
    return rank_file(name, json.dumps(document).encode())


def lines(answer, *keys):
    return [tuple(line.get(key) for key in ("id", "rank", *keys)) for line in answer["ranking"]]


class TestFamilies:
    def test_wrestling(self):
        bouts = [
            {"a": "A", "b": "B", "winner": "A", "victory": "VPO1", "points_a": 5, "points_b": 3},
            {"a": "B", "b": "C", "winner": "B", "victory": "vfa", "points_a": 4, "points_b": 2},
            {"a": "C", "b": "A", "winner": "C", "victory": "VSU1", "points_a": 12, "points_b": 2},
            {"a": "A", "b": "D", "winner": "A", "victory": "VSU", "points_a": 10, "points_b": 0},
            {"a": "B", "b": "D", "winner": "B", "victory": "VPO", "points_a": 3, "points_b": 0},
        ]
        entries = [{"id": one} for one in "ABCD"]
        open_class = ranked("wrestling", entries=entries, bouts=bouts)
        assert [set(pair) for pair in open_class["due"]] == [{"C", "D"}]
        bouts.append({"a": "C", "b": "D", "winner": "C", "victory": "VPO1", "points_a": 4, "points_b": 1})
        answer = ranked("uww-2026-01", entries=entries, bouts=bouts)
        assert lines(answer, "classification_points") == [("B", 1, 9), ("A", 2, 8), ("C", 3, 7), ("D", 4, 1)]
        assert answer["due"] == []

    def test_a_victory_without_its_code_follows_from_the_points(self):
        bouts = [{"a": "A", "b": "B", "winner": "A", "points_a": 10, "points_b": 0}]
        answer = ranked("wrestling", entries=["A", "B"], bouts=bouts)
        assert lines(answer, "classification_points") == [("A", 1, 4), ("B", 2, 0)]

    def test_wrestling_withdrawn(self):
        answer = ranked(
            "wrestling",
            entries=[{"id": f"W{n}", "draw": n} for n in range(1, 9)],
            withdrawn=[{"id": "W1", "reason": "VFO", "after": None}, {"id": "W2", "reason": "injury"}],
        )
        assert len(answer["due"]) == 3
        assert lines(answer, "irm")[-2:] == [("W1", None, "DNS"), ("W2", None, "DNS")]

    def test_judged(self):
        entries = [
            {"id": "A", "scores": ["9.0", "8.8", "8.8", "8.8", "8.5"]},
            {"id": "B", "scores": [8.9, 8.8, 8.8, 8.8, 8.7], "adjustment": "0", "deduction": 0},
            {"id": "C", "scores": []},
            {"id": "D", "irm": "dns"},
        ]
        answer = ranked("taolu-traditional", entries=entries)
        assert lines(answer, "score") == [("B", 1, "8.80"), ("A", 2, "8.80"), ("C", None, None), ("D", None, None)]

    def test_numbers_in_a_file_are_exact(self):
        # As a float 8.785 is 8.7850000000000001421… and 2.675 is 2.67499…; neither may decide.
        for score, total in (("8.785", "8.79"), ("2.675", "2.68"), ("1.005", "1.01")):
            content = b'{"entries": [{"id": "A", "scores": [%s]}]}' % score.encode()
            assert lines(rank_file("judged", content), "score") == [("A", 1, total)]

    def test_judged_components_drops_and_levels_from_the_file(self):
        answer = ranked(
            "judged",
            components=[{"name": "A", "drops": [{"judges": 5, "low": 1, "high": 1}]}, {"name": "B", "weight": "0.5"}],
            levels=[{"name": "一等奖", "quota": 1}],
            entries=[{"id": "x", "scores": {"A": [1, 4, 4, 4, 9], "B": [4, 4]}}],
        )
        assert lines(answer, "score", "level") == [("x", 1, "6.00", "一等奖")]

    def test_timed(self):
        entries = [
            {"id": 12, "gun": "2:09:44.3", "net": "2:09:40"},
            {"id": 7, "gun": 7784, "net": 7783.5},
            {"id": 3, "irm": "DNF"},
        ]
        answer = ranked("timed", entries=entries, rank_by="net")
        assert lines(answer, "time", "irm") == [
            ("12", 1, "2:09:40", None),
            ("7", 2, "2:09:44", None),
            ("3", None, None, "DNF"),
        ]

    def test_medals(self):
        rows = [("跑", 1, "甲"), ("跑", 1, "乙"), ("跑", 3, "甲")]
        places = [{"event": event, "place": place, "delegation": one} for event, place, one in rows]
        answer = ranked("medals", places=places)
        assert lines(answer, "gold", "silver", "bronze", "total") == [("甲", 1, 1, 0, 1, 2), ("乙", 2, 1, 0, 0, 1)]
        assert ranked("medals", places=[]) == {"ranking": [], "due": []}

    def test_team_points(self):
        places = [
            {"event": "E", "place": place, "delegation": one} for place, one in ((1, "A"), (2, "B"), (2, "C"), (4, "D"))
        ]
        answer = ranked(
            "team_points",
            scale=[9, 7, 6, 5, 4, 3, 2, 1],
            multipliers={"E": 2},
            penalties=[{"delegation": "A", "points": "0.5", "reason": "弃权"}],
            places=places,
        )
        assert lines(answer, "points") == [("A", 1, 17.5), ("B", 2, 13), ("C", 2, 13), ("D", 4, 10)]

    def test_a_third_is_shown_rounded_and_exactly(self):
        places = [{"event": "E", "place": 1, "delegation": one} for one in "ABC"]
        (first, *_) = ranked("zonghe-8", places=places)["ranking"]
        assert (first["points"], first["points_exact"]) == (7.333333, "22/3")


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "document", "words"),
        [
            ("wrestling", {"entries": []}, "entries：一项也没有"),
            ("wrestling", {"entries": ["A", "A"]}, "A 重复"),
            ("wrestling", {"entries": ["A"], "bouts": [{"a": "A", "b": "A", "winner": "A"}]}, "与自己"),
            ("wrestling", {"entries": ["A", "B"], "bouts": [{"a": "A", "b": "B"}]}, "bouts #1：胜者与取胜方式"),
            ("wrestling", {"entries": ["A"], "withdrawn": [{"id": "B", "reason": "dsq"}]}, "没有 B"),
            ("wrestling", {"entries": ["A"], "withdrawn": [{"id": "A", "reason": "tired"}]}, "只能是"),
            ("wrestling", {"entries": [f"W{n}" for n in range(600)]}, "多于 512"),
            (
                "wrestling",
                {"entries": ["A", "B"], "bouts": [{"a": "A", "b": "B", "winner": "A", "victory": "KO"}]},
                "VFA",
            ),
            ("league", {"teams": [f"T{n}" for n in range(513)]}, "teams：多于 512"),
            ("judged", {"entries": [{"id": "A", "scores": ["9"] * 51}]}, "scores：多于 50"),
            ("judged", {"entries": [{"id": "A", "scores": ["9", None]}]}, "缺一名裁判"),
            (
                "judged",
                {"entries": [{"id": "A", "scores": ["9", "11"]}]},
                "entries #1 scores #2：分数应在 0.00 与 10.00",
            ),
            ("judged", {"entries": [{"id": "A", "scores": ["nine"]}]}, "scores #1：应为数"),
            ("judged", {"entries": [{"id": "A", "scores": "9.0"}]}, "scores：应为列表"),
            ("judged", {"entries": [{"id": "A", "scores": ["9"], "irm": "GONE"}]}, "irm：只能是"),
            ("judged", {"entries": ["A"]}, "entries #1：应为对象"),
            ("judged", {"entries": [{"id": "A", "scores": [9]}], "levels": [{"name": "x"}]}, "只填一个"),
            ("timed", {"entries": [{"id": "A", "gun": "1:75"}]}, "gun：应为时间"),
            ("timed", {"entries": [{"id": "A", "gun": -1}]}, "gun：应在 0"),
            ("timed", {"entries": [{"id": "A", "gun": True}]}, "gun：应为数"),
            ("timed", {"entries": [{"id": "A", "gun": 9}], "rank_by": "luck"}, "rank_by：只能是 gun, net"),
            ("medals", {"places": [{"event": "E", "place": 0, "delegation": "A"}]}, "place：应在 1"),
            ("medals", {"places": [{"event": "E", "place": "1", "delegation": "A"}]}, "place：应为整数"),
            ("medals", {"places": [{"event": "E", "place": 1}]}, "delegation：没有填"),
            (
                "medals",
                {"places": [{"event": "E", "place": n, "delegation": "A"} for n in (1, 1, 2)]},
                "places #3：E 的第 2 名",
            ),
            ("medals", {}, "places：没有填"),
            ("team_points", {"places": [], "scale": [9, -7]}, "scale #2：应在 0"),
            ("team_points", {"places": [], "multipliers": {"E": "x"}}, "multipliers E：应为数"),
            ("team_points", {"places": [], "minus_k": 1.5}, "minus_k：应为整数"),
        ],
    )
    def test_the_place_of_what_is_wrong_is_named(self, name, document, words):
        with pytest.raises(DomainError) as refused:
            ranked(name, **document)
        assert words in str(refused.value)
