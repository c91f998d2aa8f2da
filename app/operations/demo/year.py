"""Load the demo: places, people, stations, registrations, scans, accounts. Through the same acts as real life."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.activities.models import Activity
from app.activities.queries.plans import checkin_plan
from app.activities.rules.route import route_of
from app.activities.services.life import finish, publish
from app.activities.services.routes_gpx import set_route
from app.activities.services.seasons import SeasonDraft, SeriesDraft, create_season, create_series
from app.activities.services.stations import create_station
from app.audit.services import SYSTEM
from app.checkins.constants import DeviceKind
from app.checkins.rules.answers import DeviceRef
from app.checkins.services.devices import issue_device
from app.checkins.services.record import record_scans
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.text import N_
from app.operations.demo.crossing import Ticket, crossings, whole_ways
from app.operations.demo.crowd import Walker, make_crowd
from app.operations.demo.facilities import load_facilities
from app.operations.demo.family import GROWN_UP, family_of
from app.operations.demo.games import load_games
from app.operations.demo.games_open import load_open_games
from app.operations.demo.settling import settle
from app.operations.demo.squads import load_squads
from app.operations.demo.stations import (
    REGISTRATION_CLOSES_BEFORE,
    SEASON_2021,
    DemoStation,
    next_station,
    station_draft,
    today_station,
)
from app.operations.demo.volunteers import load_volunteers
from app.operations.demo.ways import gpx_of
from app.people.models import Organisation
from app.people.services.organisations import seed_places
from app.registrations.constants import RegistrationState, Source
from app.registrations.rules.admission import Entry
from app.registrations.services.register import Outcome, register_many

BATCH = 500
SCAN_BATCH = 1_000
ATTENDED = 0.93
"""Share of the registered who come."""

Say = Callable[[str], None]


@dataclass(slots=True)
class DemoReport:
    """What was made."""

    people: int = 0
    registrations: int = 0
    scans: int = 0
    activities: list[str] = field(default_factory=list)
    family: list[Walker] = field(default_factory=list)
    games: list[str] = field(default_factory=list)


def is_empty() -> bool:
    """Whether this installation holds no activity yet."""
    return db.session.execute(select(Activity.id).limit(1)).first() is None


def load_year(*, people: int, seed: int, say: Say) -> DemoReport:
    """The season of 2021 with `people` walkers, a station of today and one of next Saturday.

    DomainError `demo_exists` when the demo is there already: it is loaded once.
    """
    if db.session.execute(select(Activity.id).where(Activity.code == SEASON_2021[0].code)).first() is not None:
        raise DomainError("demo_exists", N_("演示数据已经在了。"))
    seed_places(actor=SYSTEM)
    towns, others = _places()
    crowd = make_crowd(people, seed=seed, towns=towns, others=others, born_before=SEASON_2021[0].starts_at.date())
    series = create_series(
        draft=SeriesDraft("yuepao", "相约星期六·悦跑新山亭", "山亭区的健步走系列活动，一年四站，走遍山亭。"),
        actor=SYSTEM,
    )
    report = DemoReport(people=people, family=family_of(seed, towns=towns, others=others))
    season = create_season(
        draft=SeasonDraft(series, "yuepao-2021", "悦跑新山亭 2021", 2021, "悦跑新山亭 2021 纪念奖牌"),
        actor=SYSTEM,
    )
    rng = random.Random(f"year:{seed}")
    for station in SEASON_2021:
        _past_station(station, season, crowd, rng, report, say)
    year = now().year
    current = create_season(
        draft=SeasonDraft(series, f"yuepao-{year}", f"悦跑新山亭 {year}", year, f"悦跑新山亭 {year} 纪念奖牌"),
        actor=SYSTEM,
    )
    _live_station(today_station(now()), current, crowd, rng, report, say)
    _coming_station(next_station(now()), current, crowd, rng, report, say)
    report.games = [*load_games(), load_open_games(crowd)]
    say(f"games: {', '.join(report.games)}")
    load_facilities(towns)
    load_squads(towns, others, seed=seed)
    load_volunteers(report.activities[-2:])
    return report


def _places() -> tuple[dict[str, uuid.UUID], list[uuid.UUID]]:
    rows = db.session.execute(select(Organisation.code, Organisation.id, Organisation.kind)).all()
    towns = {row.code: row.id for row in rows if row.kind == "town"}
    return towns, [row.id for row in rows if row.kind in {"district", "outside"} and row.code != "370406"]


def _make(
    station: DemoStation,
    season: uuid.UUID,
    capacity: int,
    *,
    opens_at: datetime,
    closes_at: datetime,
    walk_ins: int,
    at: datetime,
) -> uuid.UUID:
    draft = station_draft(station, season, capacity, opens_at=opens_at, closes_at=closes_at, walk_ins=walk_ins)
    activity_id = create_station(draft=draft, actor=SYSTEM, at=at)
    gpx = gpx_of(station.name, station.centre)
    set_route(activity_id=activity_id, version=None, gpx=gpx, route=route_of(gpx), actor=SYSTEM)
    publish(activity_id=activity_id, version=None, actor=SYSTEM, at=at)
    return activity_id


def _register(
    activity_id: uuid.UUID, walkers: Sequence[Walker], rng: random.Random, *, opened: datetime, days: int
) -> list[Outcome]:
    """Register a crowd in batches, spread over the days of the window."""
    plan = checkin_plan(activity_id)
    categories = {facts.code: facts.id for facts in plan.categories.values()}
    outcomes: list[Outcome] = []
    for first in range(0, len(walkers), BATCH):
        batch = walkers[first : first + BATCH]
        at = opened + timedelta(days=days * first / max(1, len(walkers)), minutes=rng.randint(1, 50))
        entries = [
            Entry(
                person=walker.person,
                category_id=categories["TZ" if _strong(walker, plan.starts_at, rng) else "TY"],
            )
            for walker in batch
        ]
        outcomes += register_many(activity_id=activity_id, entries=entries, source=Source.DEMO, actor=SYSTEM, at=at)
    settle(activity_id)
    return outcomes


def _strong(walker: Walker, day: datetime, rng: random.Random) -> bool:
    age = day.year - (walker.person.birth_date.year if walker.person.birth_date else day.year)
    return 18 <= age <= 70 and rng.random() < 0.2


def _tickets(activity_id: uuid.UUID, outcomes: Sequence[Outcome]) -> list[Ticket]:
    codes = {facts.id: facts.code for facts in checkin_plan(activity_id).categories.values()}
    return [
        Ticket(outcome.issued.text, codes[outcome.category_id])
        for outcome in outcomes
        if outcome.error is None
        and outcome.state is RegistrationState.CONFIRMED
        and outcome.issued is not None
        and outcome.category_id is not None
    ]


def _scan(activity_id: uuid.UUID, scans: Sequence[dict[str, Any]], *, late: timedelta) -> int:
    """Hand scans in as the phones of the day would, one batch after the other."""
    names = {
        "S": "起点 张敏",
        "K4": "4 公里 刘洋",
        "F8": "8 公里 陈静",
        "K12": "12 公里 王磊",
        "F18": "终点 赵芳",
    }
    devices: dict[str, DeviceRef] = {}
    points = {facts.code: facts.id for facts in checkin_plan(activity_id).checkpoints.values()}
    for code, name in names.items():
        devices[code] = issue_device(
            activity_id=activity_id,
            name=name,
            actor=SYSTEM,
            kind=DeviceKind.PHONE,
            checkpoint_id=points[code],
            at=datetime.fromisoformat(scans[0]["scanned_at"]) if scans else None,
        ).ref
    by_point: dict[str, list[dict[str, Any]]] = {code: [] for code in names}
    for scan in scans:
        by_point[scan["checkpoint"]].append(scan)
    for code, mine in by_point.items():
        for first in range(0, len(mine), SCAN_BATCH):
            batch = mine[first : first + SCAN_BATCH]
            at = datetime.fromisoformat(batch[-1]["scanned_at"]) + late
            record_scans(device=devices[code], items=batch, at=at)
    settle(activity_id)
    return len(scans)


def _past_station(
    station: DemoStation,
    season: uuid.UUID,
    crowd: Sequence[Walker],
    rng: random.Random,
    report: DemoReport,
    say: Say,
) -> None:
    walkers = [walker for walker in crowd if rng.random() < walker.keen]
    rng.shuffle(walkers)
    capacity = max(len(walkers), 20)
    opened = station.starts_at - timedelta(days=20)
    activity_id = _make(
        station,
        season,
        _rounded(capacity),
        opens_at=opened,
        closes_at=station.starts_at - timedelta(days=2),
        walk_ins=0,
        at=opened - timedelta(days=5),
    )
    outcomes = _register(activity_id, walkers, rng, opened=opened, days=17)
    tickets = [ticket for ticket in _tickets(activity_id, outcomes) if rng.random() < ATTENDED]
    ours = _register(activity_id, report.family[:GROWN_UP], rng, opened=opened, days=17)
    outcomes += ours
    scans = crossings(tickets, station.starts_at, rng=rng)
    scans += whole_ways(_tickets(activity_id, ours), station.starts_at + timedelta(hours=1))
    report.scans += _scan(activity_id, scans, late=timedelta(seconds=20))
    finish(activity_id=activity_id, version=None, actor=SYSTEM, at=station.starts_at + timedelta(days=1))
    report.registrations += sum(outcome.error is None for outcome in outcomes)
    report.activities.append(station.code)
    say(f"{station.name}: {len(outcomes)} registered, {len(tickets) + len(ours)} came")


def _rounded(capacity: int) -> int:
    """Room for everybody in both categories, as a round figure."""
    return (capacity * 5 // 4 // 50 + 1) * 50


def _live_station(
    station: DemoStation,
    season: uuid.UUID,
    crowd: Sequence[Walker],
    rng: random.Random,
    report: DemoReport,
    say: Say,
) -> None:
    """Under way at this hour: half of the crowd has passed the start, some the finish."""
    walkers = rng.sample(list(crowd), min(len(crowd) // 2, 1_500))
    opened = station.starts_at - timedelta(days=14)
    activity_id = _make(
        station,
        season,
        _rounded(len(walkers) * 2),
        opens_at=opened,
        closes_at=station.starts_at + timedelta(hours=8, minutes=50),
        walk_ins=100,
        at=opened - timedelta(days=2),
    )
    outcomes = _register(activity_id, walkers, rng, opened=opened, days=13)
    tickets = [ticket for ticket in _tickets(activity_id, outcomes) if rng.random() < 0.7]
    scans = crossings(tickets, station.starts_at, rng=rng, until=now())
    report.scans += _scan(activity_id, scans, late=timedelta(0))
    report.registrations += sum(outcome.error is None for outcome in outcomes)
    report.activities.append(station.code)
    say(f"{station.name}: live now, {len(scans)} scans so far")


def _coming_station(
    station: DemoStation,
    season: uuid.UUID,
    crowd: Sequence[Walker],
    rng: random.Random,
    report: DemoReport,
    say: Say,
) -> None:
    """Open for registration, one category nearly full."""
    walkers = rng.sample(list(crowd), min(len(crowd) // 2, 1_200))
    opened = now() - timedelta(days=6)
    activity_id = _make(
        station,
        season,
        _rounded(len(walkers)),
        opens_at=opened,
        closes_at=station.starts_at - REGISTRATION_CLOSES_BEFORE,
        walk_ins=100,
        at=opened - timedelta(days=2),
    )
    outcomes = _register(activity_id, walkers, rng, opened=opened, days=5)
    report.registrations += sum(outcome.error is None for outcome in outcomes)
    report.activities.append(station.code)
    say(f"{station.name}: open, {len(outcomes)} registered")
