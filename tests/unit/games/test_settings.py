"""What the office types of an event's rule set and of an edition's medals and points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.games.constants import EventFormat
from app.games.rules.settings import (
    Standards,
    check_settings,
    drops_of,
    levels_of,
    levels_text,
    merged,
    scale_of,
    standards_of,
    standards_settings,
)

OLYMPIC, EIGHT = "medals-olympic", "zonghe-8"


class TestLevels:
    def test_by_number_share_mark_and_the_rest(self):
        typed = "一等奖 前2名\n二等奖 12.5%\n三等奖 8.50 分\n优秀奖 其余"
        assert levels_of(typed) == [
            {"name": "一等奖", "quota": 2},
            {"name": "二等奖", "share": "0.125"},
            {"name": "三等奖", "threshold": "8.50"},
            {"name": "优秀奖", "threshold": "0"},
        ]

    def test_full_width_digits_and_empty_lines_are_fine(self):
        assert levels_of("\n一等奖　２名\n\n") == [{"name": "一等奖", "quota": 2}]

    @pytest.mark.parametrize("line", ["一等奖", "一等奖 很多", "一等奖 120%", "2 名", "一等奖 -1 名"])
    def test_a_line_that_says_nothing_is_named(self, line):
        with pytest.raises(DomainError) as refused:
            levels_of(f"特等奖 1 名\n{line}")
        assert refused.value.code == "level_wrong"
        assert line in str(refused.value)

    def test_a_level_stands_once(self):
        with pytest.raises(DomainError) as refused:
            levels_of("一等奖 1 名\n一等奖 2 名")
        assert refused.value.code == "level_twice"

    @given(
        st.lists(
            st.one_of(
                st.integers(0, 999).map(lambda n: f"{n} 名"),
                st.integers(0, 1000).map(lambda n: f"{n // 10}.{n % 10}%"),
                st.integers(1, 1000).map(lambda n: f"{n // 100}.{n % 100:02} 分"),
            ),
            max_size=10,
        )
    )
    def test_what_is_shown_is_read_as_it_was_stored(self, rooms):
        stored = levels_of("\n".join(f"奖{n} {room}" for n, room in enumerate(rooms)))
        assert levels_of(levels_text(stored)) == stored


class TestSettings:
    def test_an_edit_keeps_what_the_form_does_not_show(self):
        stored = {"style": "FS", "lanes": 8, "entries_count": 9}
        assert merged(EventFormat.WRESTLING, stored, {"style": "GR"}) == {
            "style": "GR",
            "lanes": 8,
            "entries_count": 9,
        }

    def test_another_format_drops_the_keys_of_the_old_one(self):
        assert merged(EventFormat.TIMED, {"style": "FS"}, {"rank_by": "net"}) == {"rank_by": "net"}

    def test_levels_are_needed_where_there_are_no_ranks(self):
        with pytest.raises(DomainError) as refused:
            check_settings(EventFormat.JUDGED, "judged-levels", {})
        assert (refused.value.code, refused.value.field) == ("levels_missing", "levels")

    @pytest.mark.parametrize(
        ("kind", "rules", "settings", "field"),
        [
            (EventFormat.TIMED, "timed-gun", {"rank_by": "sun"}, "rank_by"),
            (EventFormat.TIMED, "timed-gun", {"cutoff": "1:75"}, "cutoff"),
            (EventFormat.TIMED, "timed-gun", {"resolution": "0"}, "resolution"),
            (EventFormat.TIMED, "hill-climb-team", {"counted": 0}, "counted"),
            (EventFormat.JUDGED, "judged-panel", {"judges": 90}, "judges"),
            (EventFormat.LEAGUE, "fiba-d", {"legs": 0}, "legs"),
            (EventFormat.WRESTLING, "uww-2026-01", {"few": "sleep"}, "few"),
            (EventFormat.WRESTLING, "uww-2026-01", {"leads": 3}, "rules"),
        ],
    )
    def test_what_no_result_could_be_ranked_by_is_refused(self, kind, rules, settings, field):
        with pytest.raises(DomainError) as refused:
            check_settings(kind, rules, settings)
        assert refused.value.field == field

    def test_as_many_judges_are_needed_as_leave_one_score(self):
        assert drops_of(1, 1) == [{"judges": 3, "low": 1, "high": 1}]
        assert drops_of(0, 0) == [{"judges": 1, "low": 0, "high": 0}]
        assert drops_of(None, None) is None


class TestStandards:
    def test_the_rule_set_s_own_numbers_are_not_stored(self):
        usual = standards_of(OLYMPIC, {}, EIGHT, {})
        assert usual.scale == "9-7-6-5-4-3-2-1"
        assert standards_settings(usual, OLYMPIC, EIGHT) == ({}, {})

    def test_what_differs_is_stored_and_read_back(self):
        typed = Standards("13-11-10-9", 1, 3, 2, follow_minus_k=False, weighted_firsts=True)
        medals, points = standards_settings(typed, OLYMPIC, EIGHT)
        assert medals == {"minus_k": 1, "minimum_entries": 3, "minimum_delegations": 2, "follow_minus_k": False}
        assert points["scale"] == ["13", "11", "10", "9"]
        assert standards_of(OLYMPIC, medals, EIGHT, points) == typed

    @pytest.mark.parametrize("text", ["九-七", "9-7-8", "-", "9--x", "1/2"])
    def test_a_scale_that_is_none(self, text):
        with pytest.raises(DomainError) as refused:
            scale_of(text)
        assert (refused.value.code, refused.value.field) == ("scale_wrong", "scale")

    def test_a_scale_is_read_with_any_of_the_usual_signs(self):
        assert scale_of("９、7 6，5.5") == ["9", "7", "6", "5.5"]

    @pytest.mark.parametrize("name", ["minus_k", "minimum_entries", "minimum_delegations"])
    def test_a_number_beyond_sense(self, name):
        with pytest.raises(DomainError) as refused:
            standards_settings(Standards(**{name: 41}), OLYMPIC, EIGHT)
        assert refused.value.field == name
