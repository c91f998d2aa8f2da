"""The people behind the figures of an activity: who is counted, list by list.

Each list is defined by the same facts as its tally, so that figure and list agree (I5). A list has
one row a person, by bib; it takes two statements, however long it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, not_, null, or_, select

from app.checkins.constants import DeviceKind
from app.checkins.models import Attendance, CheckIn, Device
from app.checkins.queries.gate import shown_name
from app.core.clock import from_micros
from app.core.db import db, table
from app.core.ids import NIL
from app.core.keyed import execute
from app.core.text import N_
from app.people.rules.ages import AGE_BANDS, age_band
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration

PAGE = 50
QUARTER_MICROS = 15 * 60 * 1_000_000
CHUNK = 1_000
QUIET = 20
"""How many silent phones are named; more are only counted by whoever reads the list of devices."""


class Who(StrEnum):
    """Which people of an activity."""

    REGISTERED = "registered"
    WALK_IN = "walk_in"
    WAITLISTED = "waitlisted"
    CAME = "came"
    MISSING = "missing"
    FINISHED = "finished"
    INCOMPLETE = "incomplete"
    CHECKED_IN = "checked_in"
    OUTSIDE = "outside"

    @property
    def label(self) -> str:
        """The list's name as a msgid."""
        return {
            Who.REGISTERED: N_("报名"),
            Who.WALK_IN: N_("现场加入"),
            Who.WAITLISTED: N_("候补"),
            Who.CAME: N_("到场"),
            Who.MISSING: N_("未到"),
            Who.FINISHED: N_("走完全程"),
            Who.INCOMPLETE: N_("路线不全"),
            Who.CHECKED_IN: N_("签过到"),
            Who.OUTSIDE: N_("时间外签到"),
        }[self]


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What is asked for; every part narrows the list further, None asks for nothing.

    `town_id` NIL, `age_band` "" and `sex` "": not known. `quarter` is the quarter of an hour since
    1970 UTC of the check-in at the checkpoint, inside its hours; without a checkpoint, of the arrival.
    """

    who: Who
    checkpoint_id: uuid.UUID | None = None
    category_id: uuid.UUID | None = None
    town_id: uuid.UUID | None = None
    age_band: str | None = None
    sex: str | None = None
    quarter: int | None = None


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person of a list, with the facts of that day; a minor by surname only.

    `at` and `inside` tell of the check-in at the checkpoint that the list asks for.
    """

    registration_id: uuid.UUID
    bib: str | None
    name: str
    category_id: uuid.UUID
    state: RegistrationState
    walk_in: bool
    sex: str
    age_band: str
    town_id: uuid.UUID | None
    first_at: datetime | None
    points: int
    finished_at: datetime | None
    incomplete: bool
    at: datetime | None
    inside: bool | None


@dataclass(frozen=True, slots=True)
class AttendeePage:
    """One page of a list: `number` of `pages`, from `total` people."""

    rows: tuple[Attendee, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class QuietPhone:
    """A phone that has not been heard of for a while."""

    name: str
    last_seen_at: datetime


_COLUMNS = (
    Registration.id,
    Registration.bib,
    Registration.name,
    Registration.age,
    Registration.category_id,
    Registration.state,
    Registration.walk_in,
    Registration.sex,
    Registration.town_id,
    Attendance.first_at,
    Attendance.points,
    Attendance.finished_at,
    Attendance.incomplete,
)
_d = table(Device).c
_QUIET = (
    select(_d.name, _d.last_seen_at)
    .where(
        _d.activity_id == bindparam("a"),
        _d.kind.in_((DeviceKind.PHONE.value, DeviceKind.GUN.value)),
        _d.revoked_at.is_(None),
        _d.last_seen_at < bindparam("before"),
    )
    .order_by(_d.last_seen_at.desc(), _d.id)
    .limit(QUIET)
)
_BY_BIB = (Registration.bib.is_(None), Registration.bib, Registration.id)


def count_people(activity_id: uuid.UUID, asked: PeopleFilter) -> int:
    """How many people the list has."""
    found = _list(activity_id, asked, func.count())
    return int(db.session.execute(found).scalar_one())


def people_page(activity_id: uuid.UUID, asked: PeopleFilter, number: int) -> AttendeePage:
    """One page of the list by bib, in two statements; a page past the end shows the last one."""
    total = count_people(activity_id, asked)
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    statement = _rows(activity_id, asked).limit(PAGE).offset((number - 1) * PAGE)
    rows = tuple(_attendee(row) for row in db.session.execute(statement))
    return AttendeePage(rows=rows, number=number, pages=pages, total=total)


def all_people(activity_id: uuid.UUID, asked: PeopleFilter, *, limit: int | None = None) -> Iterator[Attendee]:
    """The whole list by bib, those without one after them, read in pieces.

    SQLite sorts in memory (no name is to lie in a file of its own), so it is asked twice, each time in the order
    of an index, within the one snapshot of this read; other stores sort beside us, in one statement.
    """
    statements = [_rows(activity_id, asked)]
    if db.session.connection().dialect.name == "sqlite":
        plain = _unsorted(activity_id, asked)
        statements = [
            plain.where(Registration.bib.is_not(None)).order_by(Registration.bib),
            plain.where(Registration.bib.is_(None)).order_by(Registration.id),
        ]
    left = limit
    for statement in statements:  # each is read to its end, which closes its cursor
        for row in db.session.execute(statement.limit(left).execution_options(yield_per=CHUNK)):
            yield _attendee(row)
            left = None if left is None else left - 1


def quiet_phones(activity_id: uuid.UUID, *, before: datetime) -> list[QuietPhone]:
    """Phones and guns in use that were last heard of before `before`, the latest first, at most QUIET."""
    rows = execute(_QUIET, {"a": activity_id, "before": before})
    return [QuietPhone(row.name, row.last_seen_at) for row in rows]


# --------------------------------------------------------------------------- the statement


def _rows(activity_id: uuid.UUID, asked: PeopleFilter) -> Select[Any]:
    return _unsorted(activity_id, asked).order_by(*_BY_BIB)


def _unsorted(activity_id: uuid.UUID, asked: PeopleFilter) -> Select[Any]:
    here = asked.checkpoint_id is not None
    columns = (
        (CheckIn.effective_at.label("at"), CheckIn.inside.label("inside"))
        if here
        else (null().label("at"), null().label("inside"))
    )
    return _list(activity_id, asked, *_COLUMNS, *columns)


def _list(activity_id: uuid.UUID, asked: PeopleFilter, *columns: Any) -> Select[Any]:
    """Registrations with their attendance, and the check-in at the checkpoint asked for."""
    statement = (
        select(*columns)
        .select_from(Registration)
        .outerjoin(
            Attendance,
            and_(
                Attendance.activity_id == Registration.activity_id,
                Attendance.person_id == Registration.person_id,
            ),
        )
        .where(Registration.activity_id == bindparam("a", activity_id), _who(asked))
    )
    if asked.checkpoint_id is not None:
        statement = statement.join(
            CheckIn,
            and_(
                CheckIn.activity_id == Registration.activity_id,
                CheckIn.person_id == Registration.person_id,
                CheckIn.checkpoint_id == asked.checkpoint_id,
            ),
        )
    return statement.where(*_narrowed(asked))


def _who(asked: PeopleFilter) -> ColumnElement[bool]:
    came = Attendance.person_id.is_not(None)
    place = _has_place()
    match asked.who:
        case Who.REGISTERED:
            return and_(not_(Registration.walk_in), place)
        case Who.WALK_IN:
            return and_(Registration.walk_in, place)
        case Who.WAITLISTED:
            return Registration.state == RegistrationState.WAITLISTED.value
        case Who.CAME:
            return came
        case Who.MISSING:
            return and_(place, not_(came))
        case Who.FINISHED:
            return Attendance.finished_at.is_not(None)
        case Who.INCOMPLETE:
            return Attendance.incomplete.is_(True)
        case Who.CHECKED_IN:
            return _checked_in(asked)
        case Who.OUTSIDE:
            return _checked_in(asked, CheckIn.inside.is_(False))


def _has_place() -> ColumnElement[bool]:
    """Confirmed, or cancelled with a check-in that stands."""
    confirmed = Registration.state == RegistrationState.CONFIRMED.value
    stands = exists().where(
        CheckIn.activity_id == Registration.activity_id, CheckIn.person_id == Registration.person_id
    )
    return or_(confirmed, stands)


def _checked_in(asked: PeopleFilter, *more: ColumnElement[bool]) -> ColumnElement[bool]:
    """At the checkpoint asked for, which the statement has joined, or at any at all."""
    if asked.checkpoint_id is not None:
        return and_(CheckIn.person_id == Registration.person_id, *more)
    return exists().where(
        CheckIn.activity_id == Registration.activity_id, CheckIn.person_id == Registration.person_id, *more
    )


def _narrowed(asked: PeopleFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.category_id is not None:
        found.append(Registration.category_id == asked.category_id)
    if asked.town_id is not None:
        town = Registration.town_id
        found.append(town.is_(None) if asked.town_id == NIL else town == asked.town_id)
    if asked.sex is not None:
        found.append(Registration.sex == asked.sex if asked.sex else Registration.sex.is_(None))
    if asked.age_band is not None:
        found.append(_in_band(asked.age_band))
    if asked.quarter is not None:
        found.append(_in_quarter(asked.quarter, at_checkpoint=asked.checkpoint_id is not None))
    return found


def _in_band(band: str) -> ColumnElement[bool]:
    """A band as `people.rules.ages` names it: 0-13, 70+; "" for an unknown age. ValueError for any other."""
    if not band:
        return Registration.age.is_(None)
    if band not in AGE_BANDS:
        raise ValueError(f"{band!r} is no age band")
    low, _, high = band.rstrip("+").partition("-")
    least = Registration.age >= int(low) if int(low) else Registration.age.is_not(None)
    return and_(least, Registration.age <= int(high)) if high else least


def _in_quarter(quarter: int, *, at_checkpoint: bool) -> ColumnElement[bool]:
    begin = from_micros(quarter * QUARTER_MICROS)
    end = from_micros((quarter + 1) * QUARTER_MICROS)
    if at_checkpoint:
        return and_(CheckIn.inside.is_(True), CheckIn.effective_at >= begin, CheckIn.effective_at < end)
    return and_(Attendance.first_at >= begin, Attendance.first_at < end)


def _attendee(row: Any) -> Attendee:
    return Attendee(
        registration_id=row.id,
        bib=row.bib,
        name=shown_name(row.name, row.age),
        category_id=row.category_id,
        state=RegistrationState(row.state),
        walk_in=row.walk_in,
        sex=row.sex or "",
        age_band=age_band(row.age) if row.age is not None else "",
        town_id=row.town_id,
        first_at=row.first_at,
        points=row.points or 0,
        finished_at=row.finished_at,
        incomplete=bool(row.incomplete),
        at=row.at,
        inside=row.inside,
    )
