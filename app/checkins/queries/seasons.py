"""Different people over several activities: who did how many stations of a season.

A person counts once however many activities they attend (and however many records they once had:
aliases are followed to the canonical person).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from app.activities.models import Activity
from app.checkins.models import Attendance
from app.checkins.queries.attendance import PAGE
from app.checkins.queries.gate import shown_name
from app.core.db import db
from app.people.models import PersonAlias
from app.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class Spread:
    """How people spread over stations: (stations attended, stations finished) → people."""

    cells: Mapping[tuple[int, int], int]

    @property
    def people(self) -> int:
        """人数: different people."""
        return sum(self.cells.values())

    @property
    def attendances(self) -> int:
        """人次: one for each person and station."""
        return sum(stations * n for (stations, _), n in self.cells.items())

    def by_stations(self) -> dict[int, int]:
        """Stations attended → people."""
        return self._by(0)

    def by_finished(self) -> dict[int, int]:
        """Stations finished → people, nobody's zero left out."""
        return {finished: n for finished, n in self._by(1).items() if finished}

    def _by(self, which: int) -> dict[int, int]:
        found: Counter[int] = Counter()
        for key, n in self.cells.items():
            found[key[which]] += n
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at one station."""

    activity_id: uuid.UUID
    bib: str | None
    first_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Walker:
    """A person of a season, with their stations in order; a minor by surname only."""

    person_id: uuid.UUID
    name: str
    town_id: uuid.UUID | None
    visits: tuple[Visit, ...] = field(default=())

    @property
    def last_at(self) -> datetime:
        """When they came last."""
        return max(visit.finished_at or visit.first_at for visit in self.visits)

    def visit(self, activity_id: uuid.UUID) -> Visit | None:
        """Their visit to one station."""
        return next((visit for visit in self.visits if visit.activity_id == activity_id), None)


@dataclass(frozen=True, slots=True)
class WalkerPage:
    """One page of a list: `number` of `pages`, from `total` people."""

    rows: tuple[Walker, ...]
    number: int
    pages: int
    total: int


_person = func.coalesce(PersonAlias.canonical_id, Attendance.person_id)
_stations: ColumnElement[int] = func.count(Attendance.activity_id.distinct())
_finished: ColumnElement[int] = func.count(
    case((Attendance.finished_at.is_not(None), Attendance.activity_id), else_=None).distinct()
)
_last = func.max(func.coalesce(Attendance.finished_at, Attendance.first_at))


def spread(activity_ids: Collection[uuid.UUID]) -> Spread:
    """How different people spread over these activities, in one statement."""
    if not activity_ids:
        return Spread({})
    each = _people(activity_ids, _stations.label("stations"), _finished.label("finished")).subquery()
    rows = db.session.execute(
        select(each.c.stations, each.c.finished, func.count().label("n")).group_by(each.c.stations, each.c.finished)
    )
    return Spread({(row.stations, row.finished): row.n for row in rows})


def people_by_season(activity_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Season → different people over those of these activities that are its own, in one statement."""
    if not activity_ids:
        return {}
    rows = db.session.execute(
        select(Activity.season_id, func.count(_person.distinct()).label("n"))
        .select_from(Attendance)
        .join(Activity, Activity.id == Attendance.activity_id)
        .outerjoin(PersonAlias, PersonAlias.person_id == Attendance.person_id)
        .where(Attendance.activity_id.in_(list(activity_ids)), Activity.season_id.is_not(None))
        .group_by(Activity.season_id)
    )
    return {row.season_id: row.n for row in rows}


def walkers_page(
    activity_ids: Collection[uuid.UUID],
    *,
    number: int,
    stations: int | None = None,
    finished: int | None = None,
) -> WalkerPage:
    """People who attended (finished) exactly so many of these stations, who was first done first.

    Two statements, however many people there are.
    """
    chosen = _chosen(activity_ids, stations, finished)
    total = db.session.execute(select(func.count()).select_from(chosen.subquery())).scalar_one() if activity_ids else 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    page = chosen.order_by(_last, _person).limit(PAGE).offset((number - 1) * PAGE)
    rows = _walkers(activity_ids, page) if total else ()
    return WalkerPage(rows=rows, number=number, pages=pages, total=total)


def all_walkers(
    activity_ids: Collection[uuid.UUID], *, stations: int | None = None, finished: int | None = None
) -> tuple[Walker, ...]:
    """The whole list in one statement."""
    return _walkers(activity_ids, _chosen(activity_ids, stations, finished)) if activity_ids else ()


def _people(activity_ids: Collection[uuid.UUID], *columns: Any) -> Select[Any]:
    return (
        select(_person.label("person"), *columns)
        .select_from(Attendance)
        .outerjoin(PersonAlias, PersonAlias.person_id == Attendance.person_id)
        .where(Attendance.activity_id.in_(list(activity_ids)))
        .group_by(_person)
    )


def _chosen(activity_ids: Collection[uuid.UUID], stations: int | None, finished: int | None) -> Select[Any]:
    found = _people(activity_ids, _last.label("last_at"))
    if stations is not None:
        found = found.having(_stations == stations)
    if finished is not None:
        found = found.having(_finished == finished)
    return found


def _walkers(activity_ids: Collection[uuid.UUID], chosen: Select[Any]) -> tuple[Walker, ...]:
    people = chosen.subquery()
    rows = db.session.execute(
        select(
            people.c.person,
            Attendance.activity_id,
            Attendance.first_at,
            Attendance.finished_at,
            Registration.bib,
            Registration.name,
            Registration.age,
            Registration.town_id,
        )
        .select_from(Attendance)
        .outerjoin(PersonAlias, PersonAlias.person_id == Attendance.person_id)
        .join(people, people.c.person == _person)
        .join(
            Registration,
            and_(
                Registration.activity_id == Attendance.activity_id,
                Registration.person_id == Attendance.person_id,
            ),
        )
        .where(Attendance.activity_id.in_(list(activity_ids)))
        .order_by(people.c.last_at, people.c.person, Attendance.first_at)
    )
    return tuple(_walker(person, list(found)) for person, found in groupby(rows, key=lambda row: row.person))


def _walker(person_id: uuid.UUID, rows: Sequence[Any]) -> Walker:
    """The name is the newest that retention has left, masked by the age of that day."""
    named = _newest([row for row in rows if row.name]) or rows[-1]
    return Walker(
        person_id=person_id,
        name=shown_name(named.name, named.age),
        town_id=named.town_id,
        visits=tuple(Visit(row.activity_id, row.bib, row.first_at, row.finished_at) for row in rows),
    )


def _newest(rows: Iterable[Any]) -> Any:
    return max(rows, key=lambda row: row.first_at, default=None)
