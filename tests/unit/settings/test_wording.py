"""A sentence that an office words itself keeps its places, and nothing that the code could trip over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.settings.rules.wording import shown_wording, worded

PLACES = {"活动": "activity", "时间": "when"}


def made(typed: str, *, needed=("activity",), longest=70) -> str:
    return worded(typed, PLACES, needed=needed, longest=longest, field="x")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("{活动}改到{时间}", "%(activity)s改到%(when)s"),
        ("  ｛ 活动 ｝\n 取消了 ", "%(activity)s 取消了"),
        ("{活动}满 100% 了", "%(activity)s满 100%% 了"),
        ("{活动}{活动}", "%(activity)s%(activity)s"),
        ("%(activity)s{活动}", "%%(activity)s%(activity)s"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_places_become_those_of_the_code(typed, kept):
    assert made(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("改到{时间}", "place_missing"),
        ("{活动}在{场馆}", "place_unknown"),
        ("{活动}{}", "place_unknown"),
        ("{活动}{时间", "place_open"),
        ("{活动}}", "place_open"),
        ("{{活动}}", "place_open"),
        ("{活动}\u202e", "text_odd"),
        ("{活动}" + "长" * 70, "text_long"),
    ],
)
def test_what_does_not_do_is_refused(typed, code):
    with pytest.raises(DomainError) as refused:
        made(typed)
    assert refused.value.code == code
    assert refused.value.field == "x"


@given(st.text(alphabet="好%(){}活动时间s \n", max_size=40))
def test_whatever_is_taken_can_be_filled_and_is_shown_as_it_was_typed(typed):
    try:
        kept = made(typed, needed=())
    except DomainError:
        return
    filled = kept % {"activity": "A", "when": "B"}
    line = " ".join(typed.split())
    assert filled == line.replace("{活动}", "A").replace("{时间}", "B") or "{ " in line or " }" in line
    assert made(shown_wording(kept, PLACES), needed=()) == kept
