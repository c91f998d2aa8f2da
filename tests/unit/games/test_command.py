"""`flask games rank`: any file gives a ranking or a clear sentence, never a traceback."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.games.rules.files.ranking import rank_file
from app.games.rules.registry import NEWEST, RULE_SETS, rule_set

LEAGUE = {
    "teams": ["甲", "乙", {"id": "丙"}],
    "games": [
        {"a": "甲", "b": "乙", "score_a": 70, "score_b": 60},
        {"a": "甲", "b": "丙", "forfeit": "丙"},
        {"a": "乙", "b": "丙", "score_a": 50, "score_b": 40, "default": "b"},
    ],
}


@pytest.fixture
def run(runner, tmp_path):
    def invoke(name, content):
        path = tmp_path / "file.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return runner.invoke(args=["games", "rank", "--rules", name, str(path)])

    return invoke


class TestCommand:
    def test_it_prints_the_ranking_as_json(self, run):
        done = run("fiba-d", LEAGUE)
        assert done.exit_code == 0
        printed = json.loads(done.output)
        assert [(line["id"], line["rank"], line["points"]) for line in printed["ranking"]] == [
            ("甲", 1, 4),
            ("乙", 2, 3),
            ("丙", 3, 1),
        ]
        assert printed["due"] == []

    def test_what_it_does_not_read_is_named(self, run):
        printed = json.loads(run("fiba-d", LEAGUE | {"tie": []}).output)
        assert printed["ignored"] == ["tie"]

    def test_a_number_of_the_rules_is_overridden_by_the_file(self, run):
        printed = json.loads(run("fiba-d", LEAGUE | {"win": "1.5", "loss": "0.333333333"}).output)
        assert [line["points"] for line in printed["ranking"]][0] == 3
        assert printed["ranking"][1]["points"] == 1.833333
        assert printed["ranking"][1]["points_exact"] == "1833333333/1000000000"

    @pytest.mark.parametrize("name", ["", "fiba", "../../etc", "FIBA D", "x" * 500])
    def test_an_unknown_rule_set_is_refused_with_the_list(self, run, name):
        done = run(name, LEAGUE)
        assert done.exit_code != 0
        assert "fiba-d" in done.output
        assert "Traceback" not in done.output

    def test_a_family_s_name_is_its_newest_rule_set(self):
        assert all(rule_set(family).name == name for family, name in NEWEST.items())
        assert all(rule_set(name.upper()) is rules for name, rules in RULE_SETS.items())

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "JSON"),
            (b"\xff\xfe\x00", "JSON"),
            (b"[]", "对象"),
            (b"{", "JSON"),
            (b'{"teams": NaN}', "NaN"),
            (b'{"teams": -Infinity}', "Infinity"),
            (b"[" * 100_000, "嵌套"),
            (b'{"teams": [], "teams": []}', "teams 出现两次"),
            (b'{"teams": [' + b"9" * 5000 + b"]}", "JSON"),
            ({}, "teams：没有填"),
            ({"teams": None}, "teams：没有填"),
            ({"teams": []}, "teams：一项也没有"),
            ({"teams": "AB"}, "teams：应为列表"),
            ({"teams": [True]}, "teams #1：应为文字"),
            ({"teams": [""]}, "teams #1：应为 1 到 200 个字"),
            ({"teams": ["A\u0000"]}, "teams #1：应为 1 到 200 个字"),
            ({"teams": ["\ud800"]}, "teams #1：应为 1 到 200 个字"),
            ({"teams": ["A", "B", "A"]}, "teams #3：A 重复"),
            ({"teams": ["A", "B"], "games": {}}, "games：应为列表"),
            ({"teams": ["A", "B"], "games": [7]}, "games #1：应为对象"),
            ({"teams": ["A", "B"], "games": [{"a": "A"}]}, "games #1 b：没有填"),
            ({"teams": ["A", "B"], "games": [{"a": "A", "b": "C", "score_a": 1, "score_b": 0}]}, "没有 C"),
            ({"teams": ["A", "B"], "games": [{"a": "A", "b": "B", "score_a": 1.5, "score_b": 0}]}, "score_a：应为整数"),
            ({"teams": ["A", "B"], "games": [{"a": "A", "b": "B", "score_a": "1", "score_b": 0}]}, "score_a：应为整数"),
            ({"teams": ["A", "B"], "games": [{"a": "A", "b": "B", "score_a": -1, "score_b": 0}]}, "应在 0 与"),
            ({"teams": ["A", "B"], "games": [{"a": "A", "b": "B", "score_a": 10**40, "score_b": 0}]}, "应在 0 与"),
            ({"teams": ["A", "B"], "games": [{"a": "A", "b": "B", "score_a": 5, "score_b": 5}]}, "没有平局"),
            ({"teams": ["A"], "win": "1e999999999"}, "win：应为数"),
            (b'{"teams": ["A"], "win": 1e999999999}', "win：应在"),
            (b'{"teams": ["A"], "win": 1e-999999999}', "win：小数最多"),
            ({"teams": ["A"], "ties": [{"measure": "luck", "among": "all"}]}, "只能是 points"),
            ({"teams": ["A"], "withdrawn": [{"id": "Z"}]}, "没有 Z"),
        ],
    )
    def test_a_wrong_file_gets_a_sentence(self, run, content, words):
        done = run("league", content)
        assert done.exit_code != 0
        assert words in done.output
        assert "Traceback" not in done.output
        assert isinstance(done.exception, SystemExit)

    def test_a_file_that_is_not_there_or_a_folder(self, runner, tmp_path):
        for path in (tmp_path, tmp_path / "none.json"):
            assert runner.invoke(args=["games", "rank", "--rules", "league", str(path)]).exit_code != 0

    def test_a_huge_file_is_refused_before_it_is_parsed(self, run):
        done = run("league", b" " * 20_000_001)
        assert done.exit_code != 0
        assert "20 MB" in done.output


WORDS = (
    "teams games entries bouts places scale a b id score_a score_b scores winner event place delegation victory "
    "withdrawn reason multipliers penalties points gun net irm draw seed phase components levels after members"
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "A", "B", "9.0", "gun"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(WORDS.split()),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@pytest.mark.parametrize("name", sorted(RULE_SETS))
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(value=JSON_VALUES)
def test_whatever_the_file_holds_the_answer_is_a_ranking_or_a_refusal(name, value):
    try:
        answer = rank_file(name, json.dumps(value).encode())
    except DomainError:
        return
    json.dumps(answer)
    ids = [line["id"] for line in answer["ranking"]]
    assert len(ids) == len(set(ids))
