"""The ready-made disciplines: every one of them is a programme that could be stored as it stands."""

from __future__ import annotations

import pytest

from app.games.constants import EventFormat, EventSex
from app.games.rules.library import LIBRARY
from app.games.rules.programme import check_event
from app.games.rules.registry import rule_set

EVENTS = [(ready.code, event) for ready in LIBRARY.values() for event in ready.events]


def test_the_ten_disciplines_are_there():
    assert [one.name for one in LIBRARY.values()] == [
        "广场舞",
        "太极拳",
        "自行车",
        "篮球",
        "登山",
        "摔跤",
        "乒乓球",
        "羽毛球",
        "拔河",
        "跑步",
    ]


@pytest.mark.parametrize(("discipline", "event"), EVENTS, ids=[event.code for _, event in EVENTS])
def test_every_event_passes_what_the_office_s_own_must_pass(discipline, event):
    check_event(event)
    assert event.code.startswith(f"{discipline}-")
    assert len(event.code) <= 40


def test_codes_and_names_stand_once():
    assert len({event.code for _, event in EVENTS}) == len(EVENTS)
    for ready in LIBRARY.values():
        names = [event.name for event in ready.events]
        assert len(set(names)) == len(names), ready.name


def classes(style, sex, *, young=False):
    return [
        (event.weight_over, event.weight_up_to)
        for event in LIBRARY["WRE"].events
        if event.settings["style"] == style and event.sex is sex and (event.max_age == 17) == young
    ]


@pytest.mark.parametrize(
    ("style", "sex", "kilograms"),
    [
        ("FS", EventSex.MEN, [57, 65, 74, 86, 97, 125]),
        ("GR", EventSex.MEN, [60, 67, 77, 87, 97, 130]),
        ("WW", EventSex.WOMEN, [50, 53, 57, 62, 68, 76]),
    ],
)
def test_olympic_weight_classes_follow_each_other_without_a_hole(style, sex, kilograms):
    assert [up_to for _, up_to in classes(style, sex)] == [kg * 1000 for kg in kilograms]
    assert [over for over, _ in classes(style, sex)] == [None, *(kg * 1000 for kg in kilograms[:-1])]


def test_the_first_class_of_u17_takes_41_kg_itself():
    over, up_to = classes("FS", EventSex.MEN, young=True)[0]
    assert over < 41_000 <= up_to == 45_000
    assert over == 40_999


def test_the_last_class_of_chinese_wrestling_is_open():
    assert classes("CN", EventSex.MEN)[-1] == (100_000, None)


def test_what_awards_levels_counts_for_no_table():
    for _, event in EVENTS:
        if event.rules and not getattr(rule_set(event.rules), "ranked", True):
            assert not event.counts_medals
            assert not event.counts_points
    assert any(event.format is EventFormat.JUDGED and event.settings.get("levels") for _, event in EVENTS)
