from dataclasses import replace
from datetime import timedelta

import pytest

from app.activities.constants import CheckpointKind, FinishRule
from app.activities.rules.drafts import (
    Basics,
    BlockDraft,
    CategoryDraft,
    StopDraft,
    WayFacts,
    Window,
    check_basics,
    check_block,
    check_category,
    check_code,
    check_stop,
    check_text,
    check_window,
    missing_for_publication,
)
from app.core.clock import office_time

GATE = office_time(2021, 9, 18, 7)
START = office_time(2021, 9, 18, 8)
END = office_time(2021, 9, 18, 17)
HOUR = timedelta(hours=1)
BASICS = Basics("xz-2021", "徐庄站", "徐庄镇文化广场", GATE, START, END)
WINDOW = Window(START - 10 * 24 * HOUR, START - HOUR)
WALK = CategoryDraft("A", "体验组", 100)
START_KIND, WAY, FINISH, PICKUP = CheckpointKind


def found(problems):
    return {(problem.field, problem.code) for problem in problems}


class TestCodes:
    @pytest.mark.parametrize("code", ["xuzhuang-2021", "XZ2021", "a", "5k_half"])
    def test_good(self, code):
        assert check_code("code", code, 40) == []

    @pytest.mark.parametrize(
        ("code", "why"),
        [
            ("", "required"),
            ("徐庄", "code_form"),
            ("a b", "code_form"),
            ("-a", "code_form"),
            ("a/b", "code_form"),
            ("x" * 41, "too_long"),
            ("new", "code_reserved"),
            ("NEW", "code_reserved"),
            ("f47ac10b-58cc-4372-a567-0e02b2c3d479", "code_form"),
            ("f47ac10b58cc4372a5670e02b2c3d479", "code_form"),
        ],
    )
    def test_bad(self, code, why):
        assert found(check_code("code", code, 40)) == {("code", why)}


class TestTexts:
    def test_lines_only_where_they_belong(self):
        assert check_text("intro", "一\r\n二\n三\t四", 100, lines=True) == []
        assert found(check_text("name", "一\n二", 100)) == {("name", "hidden_characters")}

    @pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u2066", "\ufeff", "\x7f"])
    def test_what_cannot_be_seen_is_refused(self, sign):
        assert found(check_text("name", f"徐{sign}庄", 100, lines=True)) == {("name", "hidden_characters")}

    def test_blank_is_empty(self):
        assert found(check_text("name", "  ", 100, required=True)) == {("name", "required")}


class TestBasics:
    def test_good(self):
        assert check_basics(BASICS) == []

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"gate_opens_at": START + HOUR}, ("gate_opens_at", "gate_after_start")),
            ({"ends_at": START}, ("ends_at", "ends_before_start")),
            ({"ends_at": START + timedelta(days=61)}, ("ends_at", "too_long")),
            ({"seal_text": "徐庄站"}, ("seal_text", "too_long")),
            ({"name": ""}, ("name", "required")),
            ({"place": "x" * 121}, ("place", "too_long")),
        ],
    )
    def test_bad(self, change, why):
        assert found(check_basics(replace(BASICS, **change))) == {why}

    def test_every_problem_is_told_at_once(self):
        wrong = replace(BASICS, name="", code="", ends_at=START - HOUR)
        assert {field for field, _ in found(check_basics(wrong))} == {"name", "code", "ends_at"}


class TestWindow:
    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"closes_at": WINDOW.opens_at}, ("closes_at", "closes_before_open")),
            ({"closes_at": END + HOUR}, ("closes_at", "closes_after_end")),
            ({"walkin_capacity": -1}, ("walkin_capacity", "out_of_range")),
            ({"walkin_category": "Z"}, ("walkin_category", "category_unknown")),
        ],
    )
    def test_bad(self, change, why):
        assert found(check_window(replace(WINDOW, **change), END, ["A"])) == {why}

    def test_open_until_the_very_end(self):
        assert check_window(replace(WINDOW, closes_at=END, walkin_category="A"), END, ["A"]) == []


class TestCategory:
    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"capacity": -1}, ("capacity", "out_of_range")),
            ({"capacity": 1_000_001}, ("capacity", "out_of_range")),
            ({"min_age": 60, "max_age": 16}, ("max_age", "ages_reversed")),
            ({"max_age": 121}, ("max_age", "out_of_range")),
            ({"distance_m": 1_000_001}, ("distance_m", "out_of_range")),
            ({"finish_rule": FinishRule.AT_LEAST}, ("finish_k", "finish_k_required")),
            ({"finish_rule": FinishRule.AT_LEAST, "finish_k": 0}, ("finish_k", "finish_k_required")),
        ],
    )
    def test_bad(self, change, why):
        assert found(check_category(replace(WALK, **change))) == {why}


class TestStop:
    def problems(self, kind=WAY, **hours):
        return found(check_stop(StopDraft("A", "K", **hours), kind=kind, gate_opens_at=GATE, ends_at=END))

    def test_without_hours_it_is_open_as_long_as_the_activity(self):
        assert self.problems() == set()

    @pytest.mark.parametrize(
        ("hours", "why"),
        [
            ({"opens_at": START, "cutoff_at": START}, ("cutoff_at", "cutoff_before_open")),
            ({"cutoff_at": END + HOUR}, ("cutoff_at", "cutoff_after_end")),
            ({"opens_at": END}, ("opens_at", "opens_after_end")),
            ({"opens_at": GATE - HOUR}, ("opens_at", "opens_before_gate")),
            ({"cutoff_at": GATE}, ("cutoff_at", "cutoff_before_gate")),
            ({"place": 0}, ("place", "out_of_range")),
        ],
    )
    def test_bad(self, hours, why):
        assert self.problems(**hours) == {why}

    def test_a_pickup_may_be_the_day_before(self):
        day_before = {"opens_at": GATE - 24 * HOUR, "cutoff_at": GATE - 16 * HOUR}
        assert self.problems(PICKUP, **day_before) == set()
        assert self.problems(START_KIND, **day_before) != set()

    def test_the_prefix_names_the_row(self):
        stop = StopDraft("A", "K", opens_at=END, cutoff_at=None)
        problems = check_stop(stop, kind=WAY, gate_opens_at=GATE, ends_at=END, prefix="stops-3-")
        assert found(problems) == {("stops-3-opens_at", "opens_after_end")}


class TestBlock:
    TAKEN = (("A", 1, 100), ("", 1, 50))

    @pytest.mark.parametrize(
        ("block", "why"),
        [
            (BlockDraft("A", 100, 200), ("first", "block_overlaps")),
            (BlockDraft("", 0, 1), ("first", "block_overlaps")),
            (BlockDraft("B", 9, 8), ("last", "last_before_first")),
            (BlockDraft("b", 1, 8), ("prefix", "prefix_form")),
            (BlockDraft("ABCDEFG", 1, 8), ("prefix", "prefix_form")),
            (BlockDraft("B", 1, 100_000_000), ("last", "out_of_range")),
            (BlockDraft("B", 1, 8, width=9), ("width", "out_of_range")),
        ],
    )
    def test_bad(self, block, why):
        assert found(check_block(block, self.TAKEN)) == {why}

    def test_side_by_side_is_fine(self):
        assert check_block(BlockDraft("A", 101, 200), self.TAKEN) == []
        assert check_block(BlockDraft("B", 1, 100), self.TAKEN) == []


class TestPublication:
    def missing(self, *ways, now=GATE):
        return {problem.code for problem in missing_for_publication(ways, ends_at=END, now=now)}

    def test_ready(self):
        assert self.missing(WayFacts(WALK, (START_KIND, PICKUP))) == set()

    def test_nothing_there(self):
        assert self.missing(now=END) == {"already_over", "no_category"}

    @pytest.mark.parametrize(
        ("category", "kinds", "why"),
        [
            (replace(WALK, capacity=0), (WAY,), "no_places"),
            (WALK, (PICKUP,), "no_checkpoint"),
            (replace(WALK, finish_rule=FinishRule.FINISH_LINE), (START_KIND, WAY), "no_finish"),
            (
                replace(WALK, finish_rule=FinishRule.AT_LEAST, finish_k=3),
                (START_KIND, WAY, PICKUP),
                "finish_k_too_many",
            ),
        ],
    )
    def test_each_way_can_be_finished(self, category, kinds, why):
        assert self.missing(WayFacts(category, kinds)) == {why}
