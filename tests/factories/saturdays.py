"""A Saturday in which everything happens that a count can stumble over, and the numbers it must come to."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.audit.services import SYSTEM
from app.checkins.rules.answers import DeviceRef
from app.checkins.services.rejudge import judge_pending
from app.core.clock import now
from app.core.db import db
from app.people.models import Organisation
from app.people.rules.intake import PersonInput
from app.people.services.organisations import seed_places
from app.registrations.constants import Source
from app.registrations.services.changes import cancel
from app.registrations.services.register import Outcome, register_many
from tests.factories.notices import accept_notice
from tests.factories.walks import Walk, device, entry, make_walk, person, read, scan

WEST, EAST = "370406102", "370406106"
"""Codes of 西集镇 and 徐庄镇."""


@dataclass(frozen=True)
class Saturday:
    """The walk, a phone of it, and who is who by a letter."""

    walk: Walk
    phone: DeviceRef
    people: dict[str, Outcome]
    towns: dict[str, uuid.UUID]


def towns() -> dict[str, uuid.UUID]:
    """The 镇街 by code."""
    seed_places(actor=SYSTEM)
    return {row.code: row.id for row in db.session.execute(select(Organisation.code, Organisation.id))}


def somebody(n: int, **facts: Any) -> PersonInput:
    """The n-th of a crowd, who shares a birthday with few: 499 documents a day are all that a factory makes."""
    return person(birth=date(1960, 1, 1) + timedelta(days=n % 300), **facts)


def make_saturday(*, season_id: uuid.UUID | None = None) -> Saturday:
    """Ten who may come, seven who came, three who finished, one of them by a way with a gap.

    a finishes · b is read twice and misses K · c, ten years old, is read by mistake and taken back ·
    d comes five hours early · e fetches the pack alone · f cancels but is let in by a phone that does not know ·
    g walks the long way · h stays at home · i cancels · j waits for a place · v walks in by the code alone,
    w by the form.
    """
    places = towns()
    walk = make_walk(
        capacity=8,
        ways={"TY": ("S", "K", "F", "P"), "TZ": ("S", "F")},
        finish={"TY": ("finish_line", None)},
        starts_at=now() - timedelta(hours=3),
        walkin_category="TY",
        walkin_capacity=10,
        season_id=season_id,
    )
    west, east = places[WEST], places[EAST]
    child = {"guardian_name": "陈建国", "guardian_phone": "+8613912345678", "guardian_relation": "parent"}
    who = {
        "a": person(name="王德福", town_id=west),
        "b": person(name="李秀英", birth=date(1990, 5, 4), male=False, town_id=west),
        "c": person(name="陈小雨", birth=date(2020, 1, 9), town_id=east, phone=None, **child),
        "d": person(name="张玉兰", birth=date(1990, 7, 8), male=False),
        "e": person(name="刘洋", birth=date(1985, 2, 3), town_id=east),
        "f": person(name="赵磊", birth=date(1985, 2, 4), town_id=east),
        "h": person(name="周强", birth=date(1970, 1, 1), town_id=west),
        "i": person(name="吴芳", birth=date(1970, 1, 2), male=False, town_id=west),
        "j": person(name="郑爽", birth=date(2001, 1, 2), male=False, town_id=west),
    }
    made = dict(zip(who, _enrol(walk, list(who.values())), strict=True))
    (made["g"],) = _enrol(walk, [person(name="孙静", birth=date(1990, 1, 1), male=False, town_id=west)], "TZ")
    (made["w"],) = _enrol(walk, [person(name="马超", town_id=east)], source=Source.WALK_IN)
    made["v"] = _stranger()
    assert [name for name, one in made.items() if one.error] == [], made
    day = Saturday(walk, device(walk), made, places)
    _happen(day)
    return day


def _enrol(walk: Walk, people: list[object], category: str = "TY", source: Source = Source.WEB) -> list[Outcome]:
    entries = [entry(walk, one, category=category) for one in people]
    at = None if source is Source.WALK_IN else min(now(), walk.starts_at - timedelta(days=1))
    return register_many(activity_id=walk.id, entries=entries, source=source, actor=SYSTEM, at=at)


def _stranger() -> Outcome:
    """Somebody with a code who has not registered here."""
    elsewhere = make_walk(starts_at=now() + timedelta(days=7))
    (found,) = _enrol(elsewhere, [person(name="何林", birth=date(1962, 3, 3))])
    accept_notice(found.person_id)
    return found


def _happen(day: Saturday) -> None:
    walk, one = day.walk, day.people
    for letter, minutes in (("f", 30), ("i", 31)):
        cancel(
            activity_id=walk.id,
            registration_id=one[letter].registration_id,
            actor=SYSTEM,
            checked_in=False,
            at=walk.starts_at + timedelta(minutes=minutes),
        )
    mistaken = scan(one["c"], "S", 20, walk=walk)
    old_list = int(walk.starts_at.timestamp())
    read(
        day.phone,
        scan(one["a"], "S", 10, walk=walk),
        scan(one["a"], "K", 60, walk=walk),
        scan(one["a"], "F", 120, walk=walk),
        scan(one["b"], "S", 12, walk=walk),
        scan(one["b"], "S", 14, walk=walk),
        scan(one["b"], "F", 130, walk=walk),
        mistaken,
        {"id": str(uuid.uuid4()), "undoes": mistaken["id"], "scanned_at": mistaken["scanned_at"]},
        scan(one["d"], "S", -300, walk=walk),
        scan(one["e"], "P", 5, walk=walk),
        scan(one["f"], "S", 40, walk=walk, shown="accepted", bundle=old_list),
        scan(one["g"], "S", 25, walk=walk),
        scan(one["g"], "F", 150, walk=walk),
        scan(one["v"], "S", 45, walk=walk),
        scan(one["w"], "S", 50, walk=walk),
    )
    judge_pending(walk.id)


TOTAL = {
    "registered": 8,
    "walk_ins": 2,
    "waitlisted": 1,
    "came": 7,
    "finished": 3,
    "incomplete": 1,
    "expected": 10,
    "missing": 3,
}
"""What the whole comes to."""
POINTS = {"S": (7, 1, 9), "K": (1, 0, 1), "F": (3, 0, 3), "P": (1, 0, 1)}
"""People, those of them outside the hours, scans, by checkpoint."""
