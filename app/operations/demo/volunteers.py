"""Volunteers of the demo: on their posts today, and still looked for next Saturday."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from app.activities.queries import Station, station
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.text import N_
from app.passes.services import issue
from app.people.models import Person
from app.registrations.models import Registration
from app.volunteers.rules.shifts import ShiftDraft
from app.volunteers.services.serving import put_on
from app.volunteers.services.shifts import save_shift
from app.volunteers.services.signing import sign

POSTS = (
    (N_("检录签到"), "起点拱门", 4),
    (N_("路口引导"), "4 km 路口", 3),
    (N_("补给"), "8 km 终点", 3),
)


def load_volunteers(codes: Sequence[str]) -> None:
    """Shifts of these activities: in the first one volunteers are there, the others still look for some."""
    for n, code in enumerate(codes):
        found = station(code)
        if found is not None:
            _fill(found, _adults(found.activity.id), here=n == 0)


def _fill(found: Station, named: Sequence[tuple[uuid.UUID, str]], *, here: bool) -> None:
    activity = found.activity
    people = iter(named)
    for post, place, needed in POSTS:
        draft = ShiftDraft(
            post=post,
            place=place,
            starts_at=activity.gate_opens_at,
            ends_at=activity.gate_opens_at + timedelta(hours=5),
            needed=needed,
            note="穿红马甲，自带水杯",
        )
        shift_id = save_shift(activity_id=activity.id, shift_id=None, draft=draft, actor=SYSTEM)
        # a demo of a handful has fewer people of age than posts
        for n, (person_id, code) in enumerate(islice(people, needed if here else needed - 2)):
            put_on(activity_id=activity.id, shift_id=shift_id, named=code, guardian=False, actor=SYSTEM)
            if here and n != 1:
                sign(activity_id=activity.id, shift_id=shift_id, person_id=person_id, actor=SYSTEM, at=now())


def _adults(activity_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """(person, text of the code) of people of age who are registered for an activity, as many as all posts need."""
    day = now().date()
    grown = day.replace(year=day.year - 60), day.replace(year=day.year - 20)
    rows = db.session.execute(
        select(Person.id)
        .join(Registration, Registration.person_id == Person.id)
        .where(Registration.activity_id == activity_id, Person.birth_date.between(*grown))
        .order_by(Person.id)
        .limit(2 * sum(needed for _post, _place, needed in POSTS))
    )
    return [(one, issue(person_id=one, actor=SYSTEM, at=now()).text) for one in rows.scalars()]
