"""Registrations as the office lists, finds and exports them; minors by surname only.

A page is three statements, however long the list is: how many, the rows, the names of their places.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app.activities.models import Category
from app.core.crypto import blind_index
from app.core.db import db
from app.core.text import fold_width, mask_name, normalise_search
from app.people.models import Organisation
from app.people.rules.ages import MINOR_UNTIL
from app.registrations.constants import RegistrationState, Source
from app.registrations.models import Registration, RegistrationEvent

PAGE = 50
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A registration of a list, with the facts of that day."""

    id: uuid.UUID
    bib: str | None
    name: str
    sex: str | None
    age: int | None
    category: str
    state: RegistrationState
    town: str
    organisation: str
    source: Source
    walk_in: bool
    queue_no: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for; everything empty is the whole list."""

    state: RegistrationState | None = None
    category_id: uuid.UUID | None = None
    town_id: uuid.UUID | None = None
    walk_in: bool | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: `number` of `pages`, of `total` rows."""

    rows: tuple[Row, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Event:
    """A change of a registration's state."""

    state: RegistrationState
    at: datetime
    actor_kind: str
    actor_id: uuid.UUID | None


def shown_name(name: str | None, age: int | None) -> str:
    """A name on the office's lists: a minor's is masked until an approval is noted (未成年人网络保护条例 36)."""
    if not name:
        return ""
    return mask_name(name) if age is not None and age < MINOR_UNTIL else name


def _conditions(activity_id: uuid.UUID, wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Registration.activity_id == activity_id]
    if wanted.state is not None:
        found.append(Registration.state == wanted.state.value)
    if wanted.category_id is not None:
        found.append(Registration.category_id == wanted.category_id)
    if wanted.town_id is not None:
        found.append(Registration.town_id == wanted.town_id)
    if wanted.walk_in is not None:
        found.append(Registration.walk_in.is_(wanted.walk_in))
    if wanted.words.strip():
        found.append(or_(*_matches(wanted.words)))
    return found


def _matches(words: str) -> list[ColumnElement[bool]]:
    """A whole name, pinyin initials, a bib, or the last four digits of a phone."""
    name = fold_width(words).strip()
    compact = normalise_search(words)
    found = [
        Registration.name_index == blind_index(name, "registration.name"),
        Registration.bib == compact.upper(),
    ]
    if compact.isascii() and compact.isalpha():
        found.append((Registration.initials >= compact) & (Registration.initials < compact + "{"))
    if len(compact) == 4 and compact.isdecimal():
        found.append(Registration.phone_tail == blind_index(compact, "registration.phone_tail"))
    return found


def _select(activity_id: uuid.UUID, wanted: Filter) -> Any:
    return (
        select(
            Registration.id,
            Registration.bib,
            Registration.name,
            Registration.sex,
            Registration.age,
            Category.name.label("category"),
            Registration.state,
            Registration.town_id,
            Registration.organisation_id,
            Registration.source,
            Registration.walk_in,
            Registration.queue_no,
            Registration.created_at,
        )
        .join(
            Category,
            (Category.activity_id == Registration.activity_id) & (Category.id == Registration.category_id),
        )
        .where(*_conditions(activity_id, wanted))
        .order_by(Registration.created_at.desc(), Registration.id.desc())
    )


def _names(ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    if not ids:
        return {}
    rows = db.session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _rows(found: Sequence[Any]) -> Iterator[Row]:
    ids = {one for row in found for one in (row.town_id, row.organisation_id) if one is not None}
    names = _names(ids)
    for row in found:
        yield Row(
            id=row.id,
            bib=row.bib,
            name=shown_name(row.name, row.age),
            sex=row.sex,
            age=row.age,
            category=row.category,
            state=RegistrationState(row.state),
            town=names.get(row.town_id, ""),
            organisation=names.get(row.organisation_id, ""),
            source=Source(row.source),
            walk_in=row.walk_in,
            queue_no=row.queue_no,
            created_at=row.created_at,
        )


def page_of(activity_id: uuid.UUID, wanted: Filter, number: int) -> Page:
    """One page, the newest first; a page past the end shows the last one."""
    total = db.session.execute(
        select(func.count()).select_from(Registration).where(*_conditions(activity_id, wanted))
    ).scalar_one()
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    found = db.session.execute(_select(activity_id, wanted).limit(PAGE).offset((number - 1) * PAGE)).all()
    return Page(tuple(_rows(found)), number, pages, total)


def all_rows(activity_id: uuid.UUID, wanted: Filter) -> Iterator[Row]:
    """Every row of a filtered list, for a file: read and opened by the thousand."""
    for part in db.session.execute(_select(activity_id, wanted)).partitions(CHUNK):
        yield from _rows(part)


def counts(activity_id: uuid.UUID) -> dict[RegistrationState, int]:
    """How many registrations are in each state, walk-ins included."""
    rows = db.session.execute(
        select(Registration.state, func.count())
        .where(Registration.activity_id == activity_id)
        .group_by(Registration.state)
    ).all()
    return {RegistrationState(state): n for state, n in rows}


# --------------------------------------------------------------------------- one


@dataclass(frozen=True, slots=True)
class Detail:
    """One registration with its history, still masked."""

    row: Row
    person_id: uuid.UUID
    category_id: uuid.UUID
    reason: str | None
    confirmed_at: datetime | None
    cancelled_at: datetime | None
    minor: bool
    events: tuple[Event, ...]


def detail(activity_id: uuid.UUID, registration_id: uuid.UUID) -> Detail | None:
    """One registration of this activity; None for any other."""
    found = db.session.execute(
        _select(activity_id, Filter())
        .add_columns(
            Registration.person_id,
            Registration.category_id,
            Registration.reason,
            Registration.confirmed_at,
            Registration.cancelled_at,
        )
        .where(Registration.id == registration_id)
    ).one_or_none()
    if found is None:
        return None
    events = db.session.execute(
        select(RegistrationEvent.state, RegistrationEvent.at, RegistrationEvent.actor_kind, RegistrationEvent.actor_id)
        .where(RegistrationEvent.activity_id == activity_id, RegistrationEvent.registration_id == registration_id)
        .order_by(RegistrationEvent.at, RegistrationEvent.id)
    ).all()
    return Detail(
        row=next(_rows([found])),
        person_id=found.person_id,
        category_id=found.category_id,
        reason=found.reason,
        confirmed_at=found.confirmed_at,
        cancelled_at=found.cancelled_at,
        minor=found.age is not None and found.age < MINOR_UNTIL,
        events=tuple(Event(RegistrationState(one.state), one.at, one.actor_kind, one.actor_id) for one in events),
    )


def next_submitted(activity_id: uuid.UUID) -> uuid.UUID | None:
    """The registration that has waited longest to be looked at."""
    return db.session.execute(
        select(Registration.id)
        .where(Registration.activity_id == activity_id, Registration.state == RegistrationState.SUBMITTED.value)
        .order_by(Registration.created_at, Registration.id)
        .limit(1)
    ).scalar_one_or_none()
