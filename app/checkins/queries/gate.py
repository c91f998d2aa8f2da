"""Finding people at the gate, and what the volunteer's page shows of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from app.activities.models import Category
from app.checkins.models import CheckIn
from app.core.clock import today
from app.core.crypto import blind_index
from app.core.db import db
from app.core.text import fold_width, mask_name, pinyin_initials
from app.people.models import Person
from app.people.rules.ages import age_on
from app.registrations.models import Registration

LIMIT = 30
ADULT = 18


@dataclass(frozen=True, slots=True)
class Shown:
    """A registration as a volunteer sees it; minors by surname only."""

    registration_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    bib: str | None
    category: str
    state: str
    checked_in_at: datetime | None


def shown_name(name: str | None, age: int | None) -> str:
    """The name on a volunteer's screen: a minor's is masked even there."""
    if not name:
        return ""
    return mask_name(name) if age is not None and age < ADULT else name


_COLUMNS = (
    Registration.id,
    Registration.person_id,
    Registration.name,
    Registration.age,
    Registration.bib,
    Registration.state,
    Category.name.label("category"),
)


def _base() -> Any:
    return (
        select(*_COLUMNS)
        .join(
            Category,
            (Category.activity_id == Registration.activity_id) & (Category.id == Registration.category_id),
        )
        .where(Registration.activity_id == bindparam("a"))
    )


def search(activity_id: uuid.UUID, typed: str, *, checkpoint_id: uuid.UUID | None = None) -> Sequence[Shown]:
    """Up to 30 registrations by whole name, pinyin initials, bib, or the phone's last four digits."""
    text = fold_width(typed).strip()
    if not text or len(text) > 60:
        return []
    compact = text.replace(" ", "")
    wanted = [Registration.bib == compact.upper()]
    if compact.isdigit() and len(compact) == 4:
        wanted.append(Registration.phone_tail == blind_index(compact, "registration.phone_tail"))
    if compact.isascii() and compact.isalpha():
        low = compact.lower()
        wanted.append((Registration.initials >= low) & (Registration.initials < low + "{"))
    elif not compact.isascii():
        wanted.append(Registration.name_index == blind_index(text, "registration.name"))
        low = pinyin_initials(compact)
        wanted.append((Registration.initials >= low) & (Registration.initials < low + "{"))
    rows = db.session.execute(
        _base().where(or_(*wanted)).order_by(Registration.bib, Registration.id).limit(LIMIT * 10),
        {"a": activity_id},
    ).all()
    if not compact.isascii():
        rows = [row for row in rows if compact in (row.name or "").replace(" ", "")]
    return _shown(activity_id, rows[:LIMIT], checkpoint_id)


def by_persons(activity_id: uuid.UUID, person_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Shown]:
    """What to show of these persons, by person."""
    if not person_ids:
        return {}
    rows = db.session.execute(_base().where(Registration.person_id.in_(list(person_ids))), {"a": activity_id}).all()
    return {one.person_id: one for one in _shown(activity_id, rows, None)}


def strangers(person_ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """Names of people who are not registered here, minors by surname only."""
    if not person_ids:
        return {}
    rows = db.session.execute(select(Person.id, Person.name, Person.birth_date).where(Person.id.in_(list(person_ids))))
    on = today()
    return {row.id: shown_name(row.name, age_on(row.birth_date, on) if row.birth_date else None) for row in rows}


def team_members(activity_id: uuid.UUID, team_id: uuid.UUID, checkpoint_id: uuid.UUID | None) -> Sequence[Shown]:
    """The confirmed members of a team, by bib."""
    rows = db.session.execute(
        _base()
        .where(Registration.team_id == team_id, Registration.state == "confirmed")
        .order_by(Registration.bib, Registration.id)
        .limit(500),
        {"a": activity_id},
    ).all()
    return _shown(activity_id, rows, checkpoint_id)


def _shown(activity_id: uuid.UUID, rows: Sequence[Any], checkpoint_id: uuid.UUID | None) -> list[Shown]:
    there: dict[uuid.UUID, datetime] = {}
    if checkpoint_id is not None and rows:
        there = dict(
            db.session.execute(
                select(CheckIn.person_id, CheckIn.effective_at).where(
                    CheckIn.activity_id == activity_id,
                    CheckIn.checkpoint_id == checkpoint_id,
                    CheckIn.person_id.in_([row.person_id for row in rows]),
                )
            ).all()
        )
    return [
        Shown(
            registration_id=row.id,
            person_id=row.person_id,
            name=shown_name(row.name, row.age),
            bib=row.bib,
            category=row.category,
            state=row.state,
            checked_in_at=there.get(row.person_id),
        )
        for row in rows
    ]
