"""The stations of the demo: four of 2021 by the work report, one today, one next Saturday."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.activities.constants import CheckpointKind
from app.activities.rules.drafts import (
    Basics,
    BlockDraft,
    CategoryDraft,
    CheckpointDraft,
    StationDraft,
    StopDraft,
    Window,
)
from app.core.clock import local, office_time

REGISTRATION_CLOSES_BEFORE = timedelta(hours=12)
OPEN_AT_LEAST = timedelta(days=1)
SERVICE_PHONE = "0632-8811606"
TERMS = """一、请按自己的身体情况选择组别，患有心脏病、高血压等不宜运动的，请选体验组或陪同观看。
二、全程步行，不要奔跑，听从志愿者指引。
三、请带好个人码，每个签到点扫一次，全部签到才算完成。
四、14 岁以下由监护人陪同。
五、遇大雨、雷电等天气，活动可能改期，以短信和本站通知为准。"""


@dataclass(frozen=True, slots=True)
class DemoStation:
    """A station and the facts that its crowd is made by. Distances in metres."""

    code: str
    name: str
    place: str
    seal: str
    starts_at: datetime
    centre: tuple[float, float]


SEASON_2021 = (
    DemoStation("XJ2021", "西集站", "西集镇伏里村土陶文化广场", "西集", office_time(2021, 4, 17, 8), (34.958, 117.328)),
    DemoStation("FM2021", "冯卯站", "冯卯镇岩马湖北岸广场", "冯卯", office_time(2021, 5, 22, 8), (35.236, 117.382)),
    DemoStation("XZ2021", "徐庄站", "徐庄镇文化广场", "徐庄", office_time(2021, 9, 18, 8), (35.059, 117.571)),
    DemoStation("SQ2021", "水泉站", "水泉镇火樱桃广场", "水泉", office_time(2021, 10, 23, 8), (35.225, 117.539)),
)


def today_station(now: datetime) -> DemoStation:
    """A station that is under way at `now`, whatever the hour."""
    started = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    return DemoStation("BZ-TODAY", "北庄站", "北庄镇抱犊崮广场", "北庄", started, (34.985, 117.702))


def next_station(now: datetime) -> DemoStation:
    """A station on a coming Saturday at 8:00 that takes registrations for a day at the least.

    From Thursday evening on that is the Saturday after the coming one: a demo opened on a Friday night would
    otherwise show a station that nobody can register for any more.
    """
    earliest = local(now + REGISTRATION_CLOSES_BEFORE + OPEN_AT_LEAST)
    day = earliest.date()
    saturday = day + timedelta(days=(5 - day.weekday()) % 7)
    starts = office_time(saturday.year, saturday.month, saturday.day, 8)
    if starts < earliest:
        starts += timedelta(days=7)
    return DemoStation("CT-NEXT", "城头站", "城头镇翼云湖码头", "城头", starts, (35.159, 117.254))


def station_draft(
    station: DemoStation, season_id: uuid.UUID, capacity: int, *, opens_at: datetime, closes_at: datetime, walk_ins: int
) -> StationDraft:
    """The whole station: two categories on one way, six checkpoints, a pickup, bibs and terms."""
    start, share = station.starts_at, max(10, capacity * 4 // 5)
    hour = timedelta(hours=1)
    stops = [
        StopDraft("TY", "S", 1, 0, start - hour, start + 4 * hour),
        StopDraft("TY", "K4", 2, 4_000, start, start + 4 * hour),
        StopDraft("TY", "F8", 3, 8_000, start + hour / 2, start + 6 * hour),
        StopDraft("TY", "P", 4, None, start - hour, start + 8 * hour),
        StopDraft("TZ", "S", 1, 0, start - hour, start + 4 * hour),
        StopDraft("TZ", "K4", 2, 4_000, start, start + 4 * hour),
        StopDraft("TZ", "K12", 3, 12_000, start + hour, start + 6 * hour),
        StopDraft("TZ", "F18", 4, 18_000, start + 2 * hour, start + 8 * hour),
        StopDraft("TZ", "P", 5, None, start - hour, start + 8 * hour),
    ]
    return StationDraft(
        basics=Basics(
            code=station.code,
            name=station.name,
            place=station.place,
            gate_opens_at=start - hour,
            starts_at=start,
            ends_at=start + 9 * hour,
            season_id=season_id,
            address=f"枣庄市山亭区{station.place}",
            seal_text=station.seal,
            intro=f"从{station.place}出发，沿乡村绿道步行。体验组 8 km，挑战组 18 km，沿途有饮水点和医疗点。",
            service_phone=SERVICE_PHONE,
        ),
        window=Window(
            opens_at=opens_at,
            closes_at=closes_at,
            walkin_capacity=walk_ins,
            walkin_category="TY" if walk_ins else "",
        ),
        categories=(
            CategoryDraft("TY", "体验组", share, 8_000),
            CategoryDraft("TZ", "挑战组", capacity - share, 18_000, 16, 75),
        ),
        checkpoints=(
            CheckpointDraft("S", "起点", CheckpointKind.START),
            CheckpointDraft("K4", "4 km 签到点", CheckpointKind.WAYPOINT),
            CheckpointDraft("F8", "8 km 终点", CheckpointKind.FINISH),
            CheckpointDraft("K12", "12 km 签到点", CheckpointKind.WAYPOINT),
            CheckpointDraft("F18", "18 km 终点", CheckpointKind.FINISH),
            CheckpointDraft("P", "领物处", CheckpointKind.PICKUP),
        ),
        stops=tuple(stops),
        blocks=(
            BlockDraft("A", 1, max(share * 2, 100), 5, "TY"),
            BlockDraft("B", 1, max((capacity - share) * 2, 100), 5, "TZ"),
        ),
        terms=TERMS,
    )
