"""Rehearsals of the display troupe: activities, to which its people are checked in by the same code."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.activities.constants import ActivityKind, CheckpointKind
from app.activities.queries.plans import checkin_plan
from app.activities.rules.drafts import Basics, CategoryDraft, CheckpointDraft, StationDraft, StopDraft, Window
from app.activities.services.life import finish, publish
from app.activities.services.stations import create_station
from app.audit.services import SYSTEM
from app.checkins.constants import DeviceKind
from app.checkins.services.devices import issue_device
from app.checkins.services.record import record_scans
from app.core.clock import office_time
from app.core.ids import uuid7
from app.operations.demo.settling import settle
from app.passes.services import issue
from app.squads.queries.squads import members
from app.squads.services.squads import link_rehearsal

REHEARSED = (
    ("PL-0814", "分队排练", office_time(2021, 8, 14, 15)),
    ("PL-0828", "合练", office_time(2021, 8, 28, 15)),
    ("PL-0911", "带妆彩排", office_time(2021, 9, 11, 15)),
)
PLACE = "山亭区体育场"
THERE = 0.94
"""Share of the troupe that comes to a rehearsal."""


def load_rehearsals(troupe_id: uuid.UUID, *, seed: int) -> None:
    """Each with its own check-in, finished the day after."""
    rng = random.Random(f"rehearsals:{seed}")
    people = [line.member.person_id for line in members(troupe_id, chosen=True)]
    codes = {one: issue(person_id=one, actor=SYSTEM, at=REHEARSED[0][2]).text for one in people}
    for code, name, starts in REHEARSED:
        activity_id = create_station(draft=_draft(code, name, starts), actor=SYSTEM, at=starts - timedelta(days=7))
        publish(activity_id=activity_id, version=None, actor=SYSTEM, at=starts - timedelta(days=7))
        link_rehearsal(squad_id=troupe_id, activity_id=activity_id, actor=SYSTEM)
        _check_in(activity_id, codes, starts, rng)
        settle(activity_id)
        finish(activity_id=activity_id, version=None, actor=SYSTEM, at=starts + timedelta(days=1))


def _draft(code: str, name: str, starts: datetime) -> StationDraft:
    hour = timedelta(hours=1)
    return StationDraft(
        basics=Basics(
            code=code,
            name=f"展演队{name}",
            place=PLACE,
            gate_opens_at=starts - hour,
            starts_at=starts,
            ends_at=starts + 3 * hour,
            kind=ActivityKind.REHEARSAL,
        ),
        window=Window(opens_at=starts - timedelta(days=6), closes_at=starts - hour),
        categories=(CategoryDraft("DY", "队员", 400),),
        checkpoints=(CheckpointDraft("S", "签到处", CheckpointKind.START),),
        stops=(StopDraft("DY", "S", 1, None, starts - hour, starts + 2 * hour),),
    )


def _check_in(activity_id: uuid.UUID, codes: Mapping[uuid.UUID, str], starts: datetime, rng: random.Random) -> None:
    point = next(iter(checkin_plan(activity_id).checkpoints.values()))
    device = issue_device(
        activity_id=activity_id, name="排练签到", actor=SYSTEM, kind=DeviceKind.PHONE, checkpoint_id=point.id, at=starts
    ).ref
    scans = [
        {
            "id": str(uuid7()),
            "pass": code,
            "checkpoint": point.code,
            "scanned_at": (starts - timedelta(seconds=rng.randint(30, 2_400))).isoformat(),
        }
        for code in codes.values()
        if rng.random() < THERE
    ]
    record_scans(device=device, items=scans, at=starts)
