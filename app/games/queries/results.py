"""Units with their results as pages show them: a referee's list, one unit, its versions, the state of all events."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.accounts.queries import names_of
from app.core.db import db
from app.games.constants import EntryState, EventStatus, UnitKind, UnitStatus
from app.games.models import Delegation, Discipline, Entry, Event, Protest, Result, Unit, UnitReferee


@dataclass(frozen=True, slots=True)
class Competitor:
    """An entry as it stands in a unit."""

    id: str
    name: str
    delegation: str
    number: str | None
    state: EntryState
    reason: str

    @property
    def gone(self) -> bool:
        """Whether it takes no further part."""
        return self.state is not EntryState.ENTERED


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit on a list."""

    id: uuid.UUID
    event_id: uuid.UUID
    event_code: str
    event_name: str
    discipline: str
    discipline_code: str
    event_status: EventStatus
    kind: UnitKind
    phase: str
    group: str
    number: int
    names: tuple[str, ...]
    """The two who meet; empty for a heat or a running order."""
    count: int
    starts_at: datetime | None
    court: str
    status: UnitStatus
    my_number: int | None = None
    session_id: uuid.UUID | None = None
    minutes: int | None = None
    version: int = 1


_UNITS = (
    select(Unit, Event, Discipline.name.label("discipline"), Discipline.code.label("discipline_code"))
    .join(Event, (Event.games_id == Unit.games_id) & (Event.id == Unit.event_id))
    .join(Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
)


def referee_units(games_id: uuid.UUID, account_id: uuid.UUID) -> list[UnitLine]:
    """The units that an account officiates in, by time and court; those without a time last."""
    rows = db.session.execute(
        _UNITS.add_columns(UnitReferee.number.label("mine"))
        .join(UnitReferee, (UnitReferee.games_id == Unit.games_id) & (UnitReferee.unit_id == Unit.id))
        .where(Unit.games_id == games_id, UnitReferee.account_id == account_id)
        .order_by(Unit.starts_at.is_(None), Unit.starts_at, Unit.court, Event.position, Unit.number)
    ).all()
    return _lines(games_id, rows)


def units_of_event(games_id: uuid.UUID, event_id: uuid.UUID) -> list[UnitLine]:
    """Every unit of an event, in its order."""
    rows = db.session.execute(
        _UNITS.where(Unit.games_id == games_id, Unit.event_id == event_id).order_by(Unit.number)
    ).all()
    return _lines(games_id, rows)


def units_where(games_id: uuid.UUID, which: ColumnElement[bool]) -> list[UnitLine]:
    """The units of which `which` holds, by time and court."""
    rows = db.session.execute(
        _UNITS.where(Unit.games_id == games_id, which).order_by(
            Unit.starts_at.is_(None), Unit.starts_at, Unit.court, Event.position, Unit.number
        )
    ).all()
    return _lines(games_id, rows)


def _lines(games_id: uuid.UUID, rows: Sequence[Any]) -> list[UnitLine]:
    wanted = {one for row in rows for one in (row.Unit.a_id, row.Unit.b_id) if one is not None}
    found = _names(games_id, wanted)
    return [
        UnitLine(
            id=unit.id,
            event_id=event.id,
            event_code=event.code,
            event_name=event.name,
            discipline=row.discipline,
            discipline_code=row.discipline_code,
            event_status=EventStatus(event.status),
            kind=UnitKind(unit.kind),
            phase=unit.phase,
            group=unit.group,
            number=unit.number,
            names=tuple(found.get(one, "") if one else "" for one in (unit.a_id, unit.b_id)) if _paired(unit) else (),
            count=len(unit.field),
            starts_at=unit.starts_at,
            court=unit.court,
            status=UnitStatus(unit.status),
            my_number=row._mapping.get("mine"),  # noqa: SLF001 - SQLAlchemy's own way to what may be there
            session_id=unit.session_id,
            minutes=unit.minutes,
            version=unit.version,
        )
        for row in rows
        for unit, event in ((row.Unit, row.Event),)
    ]


def _paired(unit: Unit) -> bool:
    return unit.kind in {UnitKind.BOUT.value, UnitKind.MATCH.value}


def _names(games_id: uuid.UUID, entry_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    if not entry_ids:
        return {}
    rows = db.session.execute(
        select(Entry.id, Entry.name).where(Entry.games_id == games_id, Entry.id.in_(list(entry_ids)))
    )
    return {row.id: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class Official:
    """Who officiates in a unit."""

    account_id: uuid.UUID
    name: str
    number: int
    panel: str


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One unit with everybody in it and the version that holds."""

    unit: Unit
    event: Event
    discipline: str
    competitors: tuple[Competitor, ...]
    """The two sides, or the field in its order."""
    result: Result | None
    officials: tuple[Official, ...]

    @property
    def version(self) -> int:
        """The version that holds, 0 without one."""
        return self.result.version if self.result else 0

    @property
    def kind(self) -> UnitKind:
        """What is played."""
        return UnitKind(self.unit.kind)

    @property
    def status(self) -> UnitStatus:
        """Of the unit."""
        return UnitStatus(self.unit.status)

    @property
    def event_status(self) -> EventStatus:
        """Of the event."""
        return EventStatus(self.event.status)

    @property
    def judges(self) -> list[Official]:
        """Those with a sheet of their own."""
        return [one for one in self.officials if one.number]

    def officer(self, account_id: uuid.UUID | None) -> Official | None:
        """What an account is in this unit."""
        return next((one for one in self.officials if one.account_id == account_id), None)

    def competitor(self, entry_id: str | None) -> Competitor | None:
        """Somebody in it."""
        return next((one for one in self.competitors if one.id == entry_id), None)


def unit_facts(games_id: uuid.UUID, unit_id: uuid.UUID) -> UnitFacts | None:
    """All that the page of one unit shows."""
    row = db.session.execute(_UNITS.where(Unit.games_id == games_id, Unit.id == unit_id)).one_or_none()
    if row is None:
        return None
    unit, event = row[0], row[1]
    result = db.session.execute(
        select(Result)
        .where(Result.games_id == games_id, Result.unit_id == unit_id)
        .order_by(Result.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    return UnitFacts(
        unit, event, row.discipline, _competitors(unit), result, officials_of(games_id, [unit_id])[unit_id]
    )


def _competitors(unit: Unit) -> tuple[Competitor, ...]:
    query = (
        select(Entry, Delegation.name.label("delegation"))
        .join(Delegation, (Delegation.games_id == Entry.games_id) & (Delegation.id == Entry.delegation_id))
        .where(Entry.games_id == unit.games_id, Entry.event_id == unit.event_id)
        .order_by(Entry.draw.is_(None), Entry.draw, Delegation.position, Entry.strength, Entry.id)
    )
    found = {
        str(row[0].id): Competitor(
            str(row[0].id), row[0].name, row.delegation, row[0].number, EntryState(row[0].state), row[0].reason
        )
        for row in db.session.execute(query)
    }
    if _paired(unit):
        order = [str(one) for one in (unit.a_id, unit.b_id) if one is not None]
    else:
        order = list(unit.field) or [key for key, one in found.items() if one.state is not EntryState.WITHDRAWN]
    return tuple(found[one] for one in order if one in found)


def officials_of(games_id: uuid.UUID, unit_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[Official, ...]]:
    """Head referee and judges of some units, by number."""
    rows = (
        db.session.execute(
            select(UnitReferee)
            .where(UnitReferee.games_id == games_id, UnitReferee.unit_id.in_(list(unit_ids)))
            .order_by(UnitReferee.panel, UnitReferee.number)
        )
        .scalars()
        .all()
    )
    names = names_of({row.account_id for row in rows})
    found: dict[uuid.UUID, list[Official]] = {one: [] for one in unit_ids}
    for row in rows:
        found[row.unit_id].append(Official(row.account_id, names.get(row.account_id, ""), row.number, row.panel))
    return {one: tuple(some) for one, some in found.items()}


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a unit's result, with who wrote it."""

    result: Result
    who: str


def versions_of(games_id: uuid.UUID, unit_id: uuid.UUID) -> list[VersionLine]:
    """Every version of a unit's result, the newest first."""
    rows = (
        db.session.execute(
            select(Result).where(Result.games_id == games_id, Result.unit_id == unit_id).order_by(Result.version.desc())
        )
        .scalars()
        .all()
    )
    names = names_of({row.written_by for row in rows if row.written_by})
    return [VersionLine(row, names.get(row.written_by, "") if row.written_by else "") for row in rows]


@dataclass(frozen=True, slots=True)
class EventState:
    """How far one event is."""

    event: Event
    discipline: str
    units: int
    drafts: int
    confirmed: int
    entries: int
    protests: int


def event_states(games_id: uuid.UUID) -> list[EventState]:
    """Every event in the order of the programme, in four aggregate statements."""
    rows = db.session.execute(
        select(Event, Discipline.name.label("discipline"))
        .join(Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
        .where(Event.games_id == games_id)
        .order_by(Discipline.position, Discipline.code, Event.position, Event.code)
    ).all()
    units: dict[uuid.UUID, dict[str, int]] = {}
    for row in db.session.execute(
        select(Unit.event_id, Unit.status, func.count().label("n"))
        .where(Unit.games_id == games_id, Unit.status != UnitStatus.CANCELLED.value)
        .group_by(Unit.event_id, Unit.status)
    ):
        units.setdefault(row.event_id, {})[row.status] = row.n
    entries = _counts(
        select(Entry.event_id, func.count().label("n"))
        .where(Entry.games_id == games_id, Entry.state == EntryState.ENTERED.value)
        .group_by(Entry.event_id)
    )
    protests = _counts(
        select(Protest.event_id, func.count().label("n"))
        .where(Protest.games_id == games_id, Protest.decided_at.is_(None))
        .group_by(Protest.event_id)
    )
    return [
        EventState(
            event=row[0],
            discipline=row.discipline,
            units=sum(units.get(row[0].id, {}).values()),
            drafts=units.get(row[0].id, {}).get(UnitStatus.DRAFT.value, 0),
            confirmed=units.get(row[0].id, {}).get(UnitStatus.CONFIRMED.value, 0),
            entries=entries.get(row[0].id, 0),
            protests=protests.get(row[0].id, 0),
        )
        for row in rows
    ]


def _counts(query: object) -> dict[uuid.UUID, int]:
    return {row.event_id: row.n for row in db.session.execute(query)}  # type: ignore[call-overload]


@dataclass(frozen=True, slots=True)
class ProtestLine:
    """A protest with the words of its page."""

    protest: Protest
    delegation: str


def protests_of(games_id: uuid.UUID, event_id: uuid.UUID) -> list[ProtestLine]:
    """Every protest against an event, the newest first."""
    rows = db.session.execute(
        select(Protest, Delegation.name.label("delegation"))
        .outerjoin(Delegation, (Delegation.games_id == Protest.games_id) & (Delegation.id == Protest.delegation_id))
        .where(Protest.games_id == games_id, Protest.event_id == event_id)
        .order_by(Protest.made_at.desc(), Protest.id)
    )
    return [ProtestLine(row[0], row.delegation or "") for row in rows]
