"""Stations as the office makes them: through the service, published and open unless asked otherwise."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from app.activities.constants import CheckpointKind
from app.activities.models import Category, Checkpoint, Season, Series
from app.activities.rules.drafts import (
    Basics,
    BlockDraft,
    CategoryDraft,
    CheckpointDraft,
    StationDraft,
    StopDraft,
    Window,
)
from app.activities.services.life import publish
from app.activities.services.stations import create_station
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_numbers = count(1)


@dataclass(frozen=True)
class Station:
    """What a test needs to name of a station."""

    id: uuid.UUID
    code: str
    starts_at: datetime
    categories: dict[str, uuid.UUID]
    checkpoints: dict[str, uuid.UUID]

    @property
    def category(self) -> uuid.UUID:
        """Its first category, 体验组."""
        return self.categories["TY"]

    @property
    def start(self) -> uuid.UUID:
        """Its start, where a walk is first read."""
        return self.checkpoints["S"]


@act
def season(*, year: int = 2021, code: str | None = None) -> uuid.UUID:
    """A season in a series of its own."""
    number = next(_numbers)
    series = Series(id=uuid7(), code=f"series{number}", name="相约星期六·悦跑新山亭", created_at=now())
    db.session.add(series)
    db.session.flush()
    row = Season(
        id=uuid7(),
        series_id=series.id,
        code=code or f"season{number}",
        year=year,
        name=f"{year} 赛季",
        keepsake="纪念奖牌",
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def draft(
    *,
    starts_at: datetime | None = None,
    capacity: int = 100,
    hard_capacity: int = 20,
    season_id: uuid.UUID | None = None,
    basics: dict[str, Any] | None = None,
    window: dict[str, Any] | None = None,
) -> StationDraft:
    """A walk of two categories: 体验组 (S, K4, F) and 挑战组 from 16 (S, K4, K12, F), a pickup, bibs, terms.

    It begins in two days unless `starts_at` says when; its sign-up has been open for a week.
    """
    number = next(_numbers)
    start = starts_at or now() + 2 * DAY
    before = replace(
        Window(opens_at=min(now(), start) - 7 * DAY, closes_at=start - HOUR, walkin_capacity=10), **(window or {})
    )
    return StationDraft(
        basics=replace(
            Basics(
                code=f"ST{number}",
                name=f"徐庄站 {number}",
                place="徐庄镇文化广场",
                gate_opens_at=start - HOUR,
                starts_at=start,
                ends_at=start + 9 * HOUR,
                season_id=season_id,
                seal_text="徐庄",
                service_phone="0632-8811606",
            ),
            **(basics or {}),
        ),
        window=before,
        categories=(
            CategoryDraft("TY", "体验组", capacity, 8_000),
            CategoryDraft("TZ", "挑战组", hard_capacity, 18_000, 16, 75),
        ),
        checkpoints=(
            CheckpointDraft("S", "起点", CheckpointKind.START),
            CheckpointDraft("K4", "4 km 签到点", CheckpointKind.WAYPOINT),
            CheckpointDraft("K12", "12 km 签到点", CheckpointKind.WAYPOINT),
            CheckpointDraft("F", "终点", CheckpointKind.FINISH),
            CheckpointDraft("P", "领物处", CheckpointKind.PICKUP),
        ),
        stops=tuple(_stops(start)),
        blocks=(BlockDraft("A", 1, 9_999, 4, "TY"), BlockDraft("B", 1, 9_999, 4, "TZ")),
        terms="请按自己的身体情况选择组别，听从志愿者指引。",
    )


def _stops(start: datetime) -> list[StopDraft]:
    whole = (start - HOUR, start + 9 * HOUR)
    ways = {"TY": ("S", "K4", "F", "P"), "TZ": ("S", "K4", "K12", "F", "P")}
    return [
        StopDraft(category, checkpoint, place, None, *whole)
        for category, way in ways.items()
        for place, checkpoint in enumerate(way, start=1)
    ]


def station(*, published: bool = True, **facts: Any) -> Station:
    """A stored station (see `draft`), open to sign up unless `published` is off."""
    wanted = draft(**facts)
    activity_id = create_station(draft=wanted, actor=SYSTEM)
    if published:
        publish(activity_id=activity_id, version=None, actor=SYSTEM)
    return Station(
        id=activity_id,
        code=wanted.basics.code,
        starts_at=wanted.basics.starts_at,
        categories=_ids(Category, activity_id),
        checkpoints=_ids(Checkpoint, activity_id),
    )


def _ids(model: type[Category | Checkpoint], activity_id: uuid.UUID) -> dict[str, uuid.UUID]:
    rows = db.session.execute(select(model.code, model.id).where(model.activity_id == activity_id)).all()
    return {row.code: row.id for row in rows}
