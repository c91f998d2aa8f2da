"""The district's games of the demo: the 11th of 2021 with its results, and what was timed at the 10th."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from app.audit.services import SYSTEM, Actor
from app.core.clock import office_time
from app.core.ids import uuid7
from app.games.constants import EventForm, EventFormat, EventSex, GamesStatus
from app.games.queries.games import delegation_by_ref, event_by_ref
from app.games.rules.library import CYCLING, LIBRARY, RUNNING, Ready
from app.games.rules.programme import DelegationDraft, DisciplineDraft, EventDraft, GamesDraft, ResultRow
from app.games.services.honours import approve_honour, nominate_honour, publish_honour
from app.games.services.imports import import_results
from app.games.services.penalties import add_penalty
from app.games.services.programme import (
    add_delegation,
    add_discipline,
    add_event,
    add_from_library,
    add_town_delegations,
    cancel_event,
    create_games,
    set_games_status,
)
from app.operations.demo.crowd import FEMALE, MALE, SURNAMES

TENTH, ELEVENTH, HOSTED = "sd10", "sd11", "zz10-wrestling"
PLACE, HOST = "山亭区全民健身中心", "山亭区教育和体育局"
TOWNS = (
    ("370406001", "山城街道", 1.0),
    ("370406102", "西集镇", 0.86),
    ("370406108", "冯卯镇", 0.78),
    ("370406101", "店子镇", 0.72),
    ("370406103", "桑村镇", 0.62),
    ("370406105", "城头镇", 0.6),
    ("370406106", "徐庄镇", 0.5),
    ("370406107", "水泉镇", 0.42),
    ("370406104", "北庄镇", 0.36),
    ("370406109", "凫城镇", 0.3),
)
"""Code, name and strength of the delegations."""
FROM_LIBRARY = ("TAI", "CRD", "BKB", "CLI", "TTE", "BDM", "TOW", "ATH")
CHINESE_STYLE = ("WRE-CM", "WRE-CW")
OLYMPIC = ("WRE-FS-U17", "WRE-GR-U17", "WRE-WW-U17")
CITY = {"SDQ": "山亭区", "XCQ": "薛城区", "SZQ": "市中区", "YCQ": "峄城区", "TEZ": "台儿庄区", "TZS": "滕州市"}
"""The city's districts: who sends wrestlers to the city's games."""
Own = tuple[str, str, EventForm, tuple[str, ...]]
OWN: tuple[Own, ...] = (
    ("DANCE", "广场舞", EventForm.TEAM, ("规定套路", "自选套路", "健身腰鼓")),
    ("QIGONG", "健身气功", EventForm.TEAM, ("八段锦", "五禽戏", "易筋经")),
    ("AIRVB", "气排球", EventForm.TEAM, ("男子组", "女子组", "混合组")),
    ("ROPE", "跳绳", EventForm.INDIVIDUAL, ("男子 1 分钟单摇", "女子 1 分钟单摇")),
    ("ROPET", "集体跳绳", EventForm.TEAM, ("8 字跳", "同步跳")),
    ("SHUTTLE", "毽球", EventForm.TEAM, ("男子组", "女子组", "混合组")),
    ("WALK", "健步走", EventForm.TEAM, ("5 公里组", "10 公里组", "机关组")),
    ("CHESS", "象棋", EventForm.INDIVIDUAL, ("男子组", "女子组", "老年组")),
)
"""What this district holds beside the library: disciplines whose places come from their own judges."""
CALLED_OFF = ("WRE-CW-48", "WRE-CM-52")
DAYS = 4
SECONDS = {"100": 11.6, "400": 54.0, "1500": 262.0, "5000": 1_030.0, "4X100": 47.5, "CLI": 1_760.0, "CRD": 4_020.0}
"""A winner's usual time, by what stands in the event's code."""


def load_games() -> list[str]:
    """Both editions, through the same acts as real life; returns their codes."""
    rng = random.Random("games")
    _tenth(rng)
    _eleventh(rng)
    _hosted(rng)
    return [TENTH, ELEVENTH, HOSTED]


def edition(code: str, number: int, name: str, first: date, **more: Any) -> uuid.UUID:
    """An edition with the ten 镇街 as its delegations."""
    games_id = create_games(
        draft=GamesDraft(
            code=code,
            name=f"山亭区第{name}届全民健身运动会",
            edition=number,
            starts_on=first,
            ends_on=first + timedelta(days=DAYS - 1),
            place=PLACE,
            host=HOST,
            athlete_limit=3,
            **more,
        ),
        actor=SYSTEM,
    )
    add_town_delegations(games_id=games_id, actor=SYSTEM)
    return games_id


def choose(games_id: uuid.UUID, codes: Sequence[str]) -> None:
    """Ready disciplines, whole."""
    for code in codes:
        ready = LIBRARY[code]
        events = [event.code for event in ready.events]
        add_from_library(games_id=games_id, discipline=code, events=events, actor=SYSTEM)


def wrestle(games_id: uuid.UUID) -> None:
    """The classes of 中国式摔跤."""
    classes = [event.code for event in LIBRARY["WRE"].events if event.code.startswith(CHINESE_STYLE)]
    add_from_library(games_id=games_id, discipline="WRE", events=classes, actor=SYSTEM)


def _tenth(rng: random.Random) -> None:
    """Two years earlier, only what was timed: what the records of the games begin with."""
    games_id = edition(TENTH, 10, "十", date(2019, 9, 21))
    choose(games_id, ("CRD", "ATH"))
    rows = [
        row for ready in (CYCLING, RUNNING) for event in ready.events for row in _event_rows(ready, event, rng, 1.004)
    ]
    set_games_status(games_id=games_id, status=GamesStatus.RUNNING, actor=SYSTEM)
    import_results(games_id=games_id, rows=rows, create_missing=False, actor=SYSTEM, at=office_time(2019, 9, 23, 17))
    set_games_status(games_id=games_id, status=GamesStatus.FINISHED, actor=SYSTEM)


def _eleventh(rng: random.Random) -> None:
    games_id = edition(ELEVENTH, 11, "十一", date(2021, 10, 13))
    dance = [*_own_events(games_id, OWN[:1])]  # the first one that the work report names
    choose(games_id, FROM_LIBRARY)
    wrestle(games_id)
    programme = [*_ready_events(), *dance, *_own_events(games_id, OWN[1:])]
    set_games_status(games_id=games_id, status=GamesStatus.RUNNING, actor=SYSTEM)
    for code in CALLED_OFF:
        event = event_by_ref(games_id, code)
        if event is not None:
            cancel_event(games_id=games_id, event_id=event.id, reason="报项不足三队", actor=SYSTEM)
    held = [(ready, event) for ready, event in programme if event.code not in CALLED_OFF]
    rng.shuffle(held)
    for day in range(DAYS):
        rows = [row for ready, event in held[day::DAYS] for row in _event_rows(ready, event, rng, 1.0)]
        at = office_time(2021, 10, 13 + day, 16, 42)
        import_results(games_id=games_id, rows=rows, create_missing=False, actor=SYSTEM, at=at)
    _decide(games_id)
    set_games_status(games_id=games_id, status=GamesStatus.FINISHED, actor=SYSTEM)


def _hosted(rng: random.Random) -> None:
    """The wrestling of the city's games, which this district hosted: an event of its own, no edition."""
    first = date(2021, 7, 21)
    games_id = create_games(
        draft=GamesDraft(
            code=HOSTED,
            name="枣庄市第十届运动会摔跤比赛",
            edition=None,
            starts_on=first,
            ends_on=first + timedelta(days=2),
            place=PLACE,
            host=HOST,
        ),
        actor=SYSTEM,
    )
    classes = [event.code for event in LIBRARY["WRE"].events if event.code.startswith(OLYMPIC)]
    add_from_library(games_id=games_id, discipline="WRE", events=classes, actor=SYSTEM)
    for code, name in CITY.items():
        add_delegation(games_id=games_id, draft=DelegationDraft(code=code, name=name), actor=SYSTEM)
    set_games_status(games_id=games_id, status=GamesStatus.RUNNING, actor=SYSTEM)
    rows = []
    for event in LIBRARY["WRE"].events:
        if event.code in classes:
            order = rng.sample(list(CITY.values()), len(CITY))
            rows += [
                ResultRow(2, "WRE", event.code, place, name, _who(event, rng))
                for place, name in zip((1, 2, 3, 3, 5, 5), order, strict=True)
            ]
    at = office_time(2021, 7, 23, 17)
    import_results(games_id=games_id, rows=rows, create_missing=False, actor=SYSTEM, at=at)
    set_games_status(games_id=games_id, status=GamesStatus.FINISHED, actor=SYSTEM)


def _ready_events() -> Iterator[tuple[Ready, EventDraft]]:
    for code in FROM_LIBRARY:
        for event in LIBRARY[code].events:
            yield LIBRARY[code], event
    for event in LIBRARY["WRE"].events:
        if event.code.startswith(CHINESE_STYLE):
            yield LIBRARY["WRE"], event


def _own_events(games_id: uuid.UUID, own: Sequence[Own]) -> Iterator[tuple[Ready, EventDraft]]:
    for code, name, form, events in own:
        discipline_id = add_discipline(games_id=games_id, draft=DisciplineDraft(code, name), actor=SYSTEM)
        size: dict[str, Any] = {"team_min": 6, "team_max": 24} if form is EventForm.TEAM else {}
        drafts = [
            EventDraft(code=f"{code}-{n}", name=event, format=EventFormat.PLACES, form=form, **size)
            for n, event in enumerate(events, start=1)
        ]
        for draft in drafts:
            add_event(games_id=games_id, discipline_id=discipline_id, draft=draft, actor=SYSTEM)
            yield Ready(code, name, tuple(drafts)), draft


# --------------------------------------------------------------------------- results


def _event_rows(ready: Ready, event: EventDraft, rng: random.Random, slow: float) -> list[ResultRow]:
    """The first eight of an event: the stronger delegations more often in front, here and there a shared place."""
    order = sorted(TOWNS, key=lambda town: -town[2] - rng.gauss(0, 0.38))[:8]
    places = _places(event, rng)
    return [
        ResultRow(
            number=2,
            sport=ready.code,
            event=event.code,
            place=place,
            delegation=code,
            competitor=f"{name}队" if event.form is EventForm.TEAM else _who(event, rng),
            mark=mark,
        )
        for (code, name, _), place, mark in zip(order, places, _marks(event, places, rng, slow), strict=True)
    ]


def _places(event: EventDraft, rng: random.Random) -> list[int]:
    if event.format is EventFormat.WRESTLING:
        return [1, 2, 3, 3, 5, 5, 7, 8]
    if event.format is EventFormat.PLACES and rng.random() < 0.2:
        return [1, 2, 2, 4, 5, 6, 7, 8]
    return list(range(1, 9))


def _marks(event: EventDraft, places: Sequence[int], rng: random.Random, slow: float) -> list[str]:
    """Times that grow, scores that fall, nothing where only places were given."""
    if event.format is EventFormat.JUDGED:
        score, scores = 9.2 + rng.random() * 0.15, []
        for _ in places:
            scores.append(f"{score:.2f}")
            score -= rng.uniform(0.02, 0.1)
        return scores
    if event.format is not EventFormat.TIMED:
        return [""] * len(places)
    usual = next(value for word, value in SECONDS.items() if word in event.code)
    time = usual * slow * (1.12 if event.sex is EventSex.WOMEN else 1.0) * rng.uniform(0.985, 1.015)
    fine = usual < 600
    times = []
    for _ in places:
        times.append(_clock(time, fine=fine))
        time *= rng.uniform(1.004, 1.025)
    return times


def _clock(seconds: float, *, fine: bool) -> str:
    minutes, rest = divmod(round(seconds, 2) if fine else -(-seconds // 1), 60)
    hours, minutes = divmod(int(minutes), 60)
    tail = f"{rest:05.2f}" if fine else f"{int(rest):02}"
    if hours:
        return f"{hours}:{minutes:02}:{tail}"
    return f"{minutes}:{tail}" if minutes or not fine else f"{rest:.2f}"


def _who(event: EventDraft, rng: random.Random) -> str:
    sexes = {EventSex.MEN: (MALE,), EventSex.WOMEN: (FEMALE,), EventSex.MIXED: (MALE, FEMALE)}
    letters = sexes.get(event.sex, (rng.choice((MALE, FEMALE)),))
    pair = (letters * 2)[:2] if event.form is EventForm.PAIR else letters[:1]
    return "、".join(
        rng.choice(SURNAMES) + rng.choice(some) + (rng.choice(some) if rng.random() < 0.72 else "") for some in pair
    )


# --------------------------------------------------------------------------- decided, not computed


def _decide(games_id: uuid.UUID) -> None:
    """Honours by two people, and a penalty."""
    nominator, chief = Actor("system", uuid7()), Actor("system", uuid7())
    at = office_time(2021, 10, 16, 17)
    for title, code, name, reason in (
        ("优秀组织奖", "370406001", "", "承办登山和健步走，志愿者 210 人"),
        ("优秀组织奖", "370406102", "", "十二个大项全部组队参加"),
        ("体育道德风尚奖", "370406107", "", "比赛中主动让出有争议的一分"),
        ("体育道德风尚奖", "370406109", "", "全程无申诉，观赛有序"),
        ("体育道德风尚奖", "370406101", "赵秀芹", "登山途中停下照看摔伤的对手"),
        ("突出贡献奖", "", "区老年体协", "二十年组织晨练点健身气功"),
    ):
        found = delegation_by_ref(games_id, code) if code else None
        honour_id = nominate_honour(
            games_id=games_id,
            title=title,
            delegation_id=found.id if found else None,
            name=name,
            reason=reason,
            actor=nominator,
            at=at,
        )
        approve_honour(games_id=games_id, honour_id=honour_id, actor=chief, at=at)
        publish_honour(games_id=games_id, honour_id=honour_id, actor=chief, at=at)
    fined = delegation_by_ref(games_id, "370406106")
    if fined is not None:
        add_penalty(
            games_id=games_id,
            penalty_id=uuid7(),
            delegation_id=fined.id,
            points="3",
            reason="拔河换下未报名的队员，裁委会决定扣分",
            actor=chief,
            at=at,
        )
