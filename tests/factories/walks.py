"""A walk with people: stations, entries, registrations, devices, scans. Through the services, as in life."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from app.activities.models import Activity, Category, CategoryCheckpoint, Checkpoint
from app.audit.services import SYSTEM
from app.checkins.constants import DeviceKind
from app.checkins.rules.answers import DeviceRef, ScanResult
from app.checkins.services.devices import issue_device
from app.checkins.services.record import record_scans
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act
from app.people.constants import DocumentType
from app.people.rules.documents import valid_resident_id
from app.people.rules.intake import PersonInput
from app.registrations.constants import Source
from app.registrations.rules.admission import Consents, Entry
from app.registrations.services.register import Outcome, register_many

AREA = "370499"
_numbers = count(1)


@dataclass(frozen=True)
class Walk:
    """An activity with its parts by code."""

    id: uuid.UUID
    code: str
    starts_at: datetime
    categories: dict[str, uuid.UUID]
    checkpoints: dict[str, uuid.UUID]
    ways: dict[str, Sequence[str]] = field(default_factory=dict)


KINDS = {"S": "start", "K": "waypoint", "M": "waypoint", "F": "finish", "P": "pickup"}


@act
def make_walk(
    *,
    capacity: int = 100,
    ways: dict[str, Sequence[str]] | None = None,
    starts_at: datetime | None = None,
    status: str = "published",
    finish: dict[str, tuple[str, int | None]] | None = None,
    season_id: uuid.UUID | None = None,
    cutoffs: dict[str, datetime] | None = None,
    **columns: Any,
) -> Walk:
    """A station that began an hour ago unless told; `ways`: category code → checkpoint codes in order."""
    ways = ways or {"TY": ("S", "K", "F")}
    starts = starts_at or now() - timedelta(hours=1)
    walk_in = columns.pop("walkin_category", None)
    activity = _activity(starts, status=status, season_id=season_id, **columns)
    categories = {code: uuid7() for code in ways}
    points = {code: uuid7() for code in dict.fromkeys(point for way in ways.values() for point in way)}
    _add_parts(activity.id, categories, points, capacity, finish or {})
    for code, way in ways.items():
        for position, point in enumerate(way):
            db.session.add(
                CategoryCheckpoint(
                    activity_id=activity.id,
                    category_id=categories[code],
                    checkpoint_id=points[point],
                    position=position,
                    cutoff_at=(cutoffs or {}).get(point),
                )
            )
    if walk_in:
        activity.walkin_category_id = categories[walk_in]
    db.session.flush()
    return Walk(activity.id, activity.code, starts, categories, points, ways)


def _activity(starts: datetime, **columns: Any) -> Activity:
    values: dict[str, Any] = {
        "kind": "walk",
        "name": "西集站",
        "place": "西集镇广场",
        "gate_opens_at": starts - timedelta(hours=1),
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=8),
        "registration_opens_at": starts - timedelta(days=10),
        "registration_closes_at": starts + timedelta(hours=8),
        "asks": [],
        "created_at": starts - timedelta(days=20),
    }
    activity = Activity(id=uuid7(), code=f"T{next(_numbers)}", **(values | columns))
    db.session.add(activity)
    db.session.flush()
    return activity


def _add_parts(
    activity_id: uuid.UUID,
    categories: dict[str, uuid.UUID],
    points: dict[str, uuid.UUID],
    capacity: int,
    finish: dict[str, tuple[str, int | None]],
) -> None:
    for position, (code, category_id) in enumerate(categories.items()):
        rule, k = finish.get(code, ("all", None))
        db.session.add(
            Category(
                activity_id=activity_id,
                id=category_id,
                code=code,
                name={"TY": "体验组", "TZ": "挑战组"}.get(code, code),
                capacity=capacity,
                finish_rule=rule,
                finish_k=k,
                position=position,
            )
        )
    for position, (code, point_id) in enumerate(points.items()):
        kind = KINDS[code[0]]
        db.session.add(
            Checkpoint(activity_id=activity_id, id=point_id, code=code, name=f"{code} 点", kind=kind, position=position)
        )
    db.session.flush()


def person(
    *,
    name: str = "王德福",
    birth: date = date(1955, 3, 9),
    male: bool = True,
    phone: str | None = "+8613812345678",
    **more: Any,
) -> PersonInput:
    """Somebody with a document of their own."""
    number = valid_resident_id(AREA, birth, (next(_numbers) * 2) % 998 + (1 if male else 0))
    return PersonInput(
        name=name,
        document_type=DocumentType.RESIDENT_ID,
        document_number=number,
        sex="male" if male else "female",
        birth_date=birth,
        phone=phone,
        **more,
    )


def entry(walk: Walk, who: PersonInput | None = None, *, category: str | None = None, **more: Any) -> Entry:
    """An entry with every box ticked."""
    chosen = walk.categories[category or next(iter(walk.categories))]
    consents = more.pop("consents", Consents(document_number=True, guardian=True))
    return Entry(person=who or person(), category_id=chosen, consents=consents, **more)


def enrol(walk: Walk, *people: PersonInput, source: Source = Source.WEB, **more: Any) -> list[Outcome]:
    """Register these people (three of them if none is named)."""
    entries = [entry(walk, one) for one in people or (person(), person(), person())]
    return register_many(activity_id=walk.id, entries=entries, source=source, actor=SYSTEM, **more)


def device(walk: Walk, name: str = "张敏", kind: DeviceKind = DeviceKind.PHONE) -> DeviceRef:
    """A phone of this walk."""
    return issue_device(activity_id=walk.id, name=name, actor=SYSTEM, kind=kind).ref


def scan(outcome: Outcome, point: str, minutes: float = 0, *, walk: Walk, **more: Any) -> dict[str, Any]:
    """An item as a phone sends it, `minutes` after the start."""
    at = walk.starts_at + timedelta(minutes=minutes)
    text = outcome.issued.text if outcome.issued else ""
    return {"id": str(uuid7()), "pass": text, "checkpoint": point, "scanned_at": at.isoformat()} | more


def read(phone: DeviceRef, *items: Any, **more: Any) -> list[ScanResult]:
    """Hand items in and get the answers."""
    return record_scans(device=phone, items=list(items), **more)


def words(results: Sequence[ScanResult]) -> list[str]:
    """The verdicts alone."""
    return [result.verdict.value for result in results]
