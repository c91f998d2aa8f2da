"""Ready-made disciplines to start a programme from: data, nothing else. The sources stand in docs/algorithms/games.md.

An edition takes a copy: what is changed there changes nothing here. Names are data in Chinese, as the
office would type them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from app.games.constants import EventForm, EventFormat, EventSex
from app.games.rules.programme import EventDraft

MEN, WOMEN, MIXED, OPEN = EventSex.MEN, EventSex.WOMEN, EventSex.MIXED, EventSex.OPEN
PAIR, TEAM = EventForm.PAIR, EventForm.TEAM
WORDS: Final = {MEN: ("M", "男子"), WOMEN: ("W", "女子"), MIXED: ("X", "混合"), OPEN: ("O", "")}


@dataclass(frozen=True, slots=True)
class Ready:
    """A discipline with the events that an office can choose from."""

    code: str
    name: str
    events: tuple[EventDraft, ...]


# --------------------------------------------------------------------------- wrestling

FREESTYLE: Final = (57, 65, 74, 86, 97, 125)
GRECO: Final = (60, 67, 77, 87, 97, 130)
WOMENS: Final = (50, 53, 57, 62, 68, 76)
"""The Olympic classes in kg."""
U17_MEN: Final = (45, 48, 51, 55, 60, 65, 71, 80, 92, 110)
U17_WOMEN: Final = (40, 43, 46, 49, 53, 57, 61, 65, 69, 73)
"""The first of each begins at 41 and 36 kg, those weights included."""
U17_FROM: Final = {MEN: 41, WOMEN: 36}
CHINESE_MEN: Final = (52, 56, 60, 65, 70, 75, 82, 90, 100)
CHINESE_WOMEN: Final = (48, 52, 56, 60, 65, 70)
"""Usual classes of 中国式摔跤; above the last one is open. Each 规程 names its own."""
U17_AGES: Final = (15, 17)


def _wrestling(code: str, style: str, sex: EventSex, name: str, classes: tuple[int, ...]) -> Iterator[EventDraft]:
    for over, up_to in pairwise((None, *classes)):
        yield _class(f"{code}-{up_to}", f"{name} {up_to} kg", style, sex, over and over * 1000, up_to)


def _u17(code: str, style: str, sex: EventSex, name: str, classes: tuple[int, ...]) -> Iterator[EventDraft]:
    floor = U17_FROM[sex] * 1000 - 1
    for over, up_to in pairwise((None, *classes)):
        label = f"{U17_FROM[sex]}—{up_to}" if over is None else str(up_to)
        yield _class(
            f"{code}-U17-{up_to}",
            f"U17 {name} {label} kg",
            style,
            sex,
            floor if over is None else over * 1000,
            up_to,
            min_age=U17_AGES[0],
            max_age=U17_AGES[1],
        )


def _chinese(code: str, sex: EventSex, name: str, classes: tuple[int, ...]) -> Iterator[EventDraft]:
    yield from _wrestling(code, "CN", sex, name, classes)
    yield _class(f"{code}-{classes[-1]}UP", f"{name} {classes[-1]} kg 以上", "CN", sex, classes[-1] * 1000, None)


def _class(
    code: str, name: str, style: str, sex: EventSex, over: int | None, up_to: int | None, **more: Any
) -> EventDraft:
    return EventDraft(
        code=f"WRE-{code}",
        name=name,
        format=EventFormat.WRESTLING,
        rules="uww-2026-01",
        sex=sex,
        weight_over=over,
        weight_up_to=None if up_to is None else up_to * 1000,
        entry_limit=2,
        settings={"style": style},
        **more,
    )


WRESTLING: Final = Ready(
    "WRE",
    "摔跤",
    (
        *_wrestling("FS", "FS", MEN, "男子自由式", FREESTYLE),
        *_wrestling("GR", "GR", MEN, "男子古典式", GRECO),
        *_wrestling("WW", "WW", WOMEN, "女子自由式", WOMENS),
        *_u17("FS", "FS", MEN, "男子自由式", U17_MEN),
        *_u17("GR", "GR", MEN, "男子古典式", U17_MEN),
        *_u17("WW", "WW", WOMEN, "女子自由式", U17_WOMEN),
        *_chinese("CM", MEN, "男子中国式", CHINESE_MEN),
        *_chinese("CW", WOMEN, "女子中国式", CHINESE_WOMEN),
    ),
)

# --------------------------------------------------------------------------- judged

_LEVELS: Final = [
    {"name": "一等奖", "share": "0.2"},
    {"name": "二等奖", "share": "0.3"},
    {"name": "三等奖", "share": "0.3"},
    {"name": "优秀奖", "threshold": "0"},
]


def _dance(code: str, name: str) -> EventDraft:
    return EventDraft(
        code=f"DAN-{code}",
        name=name,
        format=EventFormat.JUDGED,
        rules="judged-levels",
        form=TEAM,
        team_min=8,
        team_max=24,
        entry_limit=1,
        settings={"levels": _LEVELS},
        counts_medals=False,
        counts_points=False,
    )


DANCE: Final = Ready("DAN", "广场舞", (_dance("SET", "规定套路"), _dance("OWN", "自选套路")))


def _taiji(code: str, name: str, sex: EventSex, *, team: bool = False) -> EventDraft:
    size: dict[str, Any] = {"form": TEAM, "team_min": 6, "team_max": 12} if team else {}
    return EventDraft(
        code=f"TAI-{code}",
        name=name,
        format=EventFormat.JUDGED,
        rules="taolu-traditional",
        sex=sex,
        entry_limit=1 if team else 2,
        **size,
    )


TAIJI: Final = Ready(
    "TAI",
    "太极拳",
    (
        *(
            _taiji(f"{sex_code}-{code}", f"{word}{name}", sex)
            for code, name in (("24", "二十四式太极拳"), ("42", "四十二式太极拳"), ("SWORD", "太极剑"))
            for sex, (sex_code, word) in ((MEN, WORDS[MEN]), (WOMEN, WORDS[WOMEN]))
        ),
        _taiji("T-24", "集体二十四式太极拳", OPEN, team=True),
    ),
)

# --------------------------------------------------------------------------- timed

AGES: Final = (("18-39", "青年组", 18, 39), ("40-59", "中年组", 40, 59), ("60-69", "老年组", 60, 69))


def _timed(code: str, name: str, sex: EventSex, **more: Any) -> EventDraft:
    facts: dict[str, Any] = {"rules": "timed-gun", "entry_limit": 3, **more}
    return EventDraft(code=code, name=name, format=EventFormat.TIMED, sex=sex, **facts)


CYCLING: Final = Ready(
    "CRD",
    "自行车",
    tuple(
        _timed(f"CRD-{code}-{way}", f"{word}{name}", sex, min_age=18, max_age=60)
        for way, name in (("ROAD", "公路车大组赛"), ("MTB", "山地车大组赛"))
        for sex, (code, word) in ((MEN, WORDS[MEN]), (WOMEN, WORDS[WOMEN]))
    ),
)
CLIMBING: Final = Ready(
    "CLI",
    "登山",
    (
        *(
            _timed(f"CLI-{code}-{ages}", f"{word}{group}", sex, min_age=low, max_age=high)
            for sex, (code, word) in ((MEN, WORDS[MEN]), (WOMEN, WORDS[WOMEN]))
            for ages, group, low, high in AGES
        ),
        _timed(
            "CLI-T",
            "团体登山",
            OPEN,
            rules="hill-climb-team",
            form=TEAM,
            team_min=4,
            team_max=6,
            entry_limit=1,
            settings={"counted": 4},
        ),
    ),
)
RUNNING: Final = Ready(
    "ATH",
    "跑步",
    (
        *(
            _timed(f"ATH-{code}-{metres}", f"{word} {metres} 米", sex, settings={"resolution": resolution})
            for metres, resolution in ((100, "0.01"), (400, "0.01"), (1500, "0.01"), (5000, "1"))
            for sex, (code, word) in ((MEN, WORDS[MEN]), (WOMEN, WORDS[WOMEN]))
        ),
        *(
            _timed(
                f"ATH-{code}-4X100",
                f"{word} 4×100 米接力",
                sex,
                form=TEAM,
                team_min=4,
                team_max=6,
                entry_limit=1,
                settings={"resolution": "0.01"},
            )
            for sex, (code, word) in ((MEN, WORDS[MEN]), (WOMEN, WORDS[WOMEN]))
        ),
    ),
)

# --------------------------------------------------------------------------- matches

_SIZES: Final[Mapping[EventForm, dict[str, int]]] = {
    EventForm.INDIVIDUAL: {},
    PAIR: {"team_min": 2, "team_max": 2},
}


def _match(code: str, name: str, sex: EventSex, form: EventForm = EventForm.INDIVIDUAL, **more: Any) -> EventDraft:
    facts: dict[str, Any] = {"format": EventFormat.KNOCKOUT, "entry_limit": 2, **_SIZES.get(form, {}), **more}
    return EventDraft(code=code, name=name, sex=sex, form=form, **facts)


def _rackets(code: str, name: str, rules: str) -> Ready:
    group: dict[str, Any] = {"format": EventFormat.LEAGUE, "rules": rules, "entry_limit": 1, "multiplier": "2"}
    return Ready(
        code,
        name,
        (
            _match(f"{code}-MS", "男子单打", MEN),
            _match(f"{code}-WS", "女子单打", WOMEN),
            _match(f"{code}-MD", "男子双打", MEN, PAIR),
            _match(f"{code}-WD", "女子双打", WOMEN, PAIR),
            _match(f"{code}-XD", "混合双打", MIXED, PAIR),
            _match(f"{code}-MT", "男子团体", MEN, TEAM, team_min=3, team_max=5, **group),
            _match(f"{code}-WT", "女子团体", WOMEN, TEAM, team_min=3, team_max=5, **group),
        ),
    )


TABLE_TENNIS: Final = _rackets("TTE", "乒乓球", "ittf-3.7.5")
BADMINTON: Final = _rackets("BDM", "羽毛球", "badminton-group")
BASKETBALL: Final = Ready(
    "BKB",
    "篮球",
    tuple(
        _match(
            f"BKB-{code}",
            f"{word}篮球",
            sex,
            TEAM,
            format=EventFormat.LEAGUE,
            rules="fiba-d",
            team_min=8,
            team_max=12,
            entry_limit=1,
            multiplier="4",
        )
        for sex, (code, word) in ((MEN, WORDS[MEN]), (WOMEN, WORDS[WOMEN]))
    ),
)
TUG_OF_WAR: Final = Ready(
    "TOW",
    "拔河",
    tuple(
        _match(f"TOW-{code}", f"{word}拔河", sex, TEAM, team_min=8, team_max=12, entry_limit=1, multiplier="2")
        for sex, (code, word) in ((MEN, WORDS[MEN]), (WOMEN, WORDS[WOMEN]), (MIXED, WORDS[MIXED]))
    ),
)

LIBRARY: Final[Mapping[str, Ready]] = {
    one.code: one
    for one in (
        DANCE,
        TAIJI,
        CYCLING,
        BASKETBALL,
        CLIMBING,
        WRESTLING,
        TABLE_TENNIS,
        BADMINTON,
        TUG_OF_WAR,
        RUNNING,
    )
}
"""In the order in which a district names them."""
