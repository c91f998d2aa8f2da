"""Results of events held elsewhere, from a file: the whole result of an event is replaced, as official.

The same file again changes nothing. Delegations and events match by code or name (NFC, case and spaces folded).
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import EntryState, EventFormat, EventStatus, ResultState, UnitKind, UnitStatus
from app.games.models import Delegation, Discipline, Entry, EntryMember, Event, Place, Result, Unit
from app.games.queries.games import delegations, disciplines, entries_of, events
from app.games.rules.programme import ResultRow, code_from, folded
from app.games.services.opening import event_not_found, next_position, open_games
from app.games.services.publishing import publish_result


@dataclass(slots=True)
class ResultsReport:
    """What an import has done, in events."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    delegations_made: list[str] = field(default_factory=list)
    events_made: list[str] = field(default_factory=list)


@act
def import_results(
    *, games_id: uuid.UUID, rows: Sequence[ResultRow], create_missing: bool, actor: Actor, at: datetime | None = None
) -> ResultsReport:
    """Store the places of `rows`, event by event, in one act: all of it or nothing.

    Raises DomainError `delegation_unknown`, `event_unknown` (with row and column; not with `create_missing`) and
    what contradicts itself in an event's places.
    """
    open_games(games_id)
    desk = _Desk(games_id, create_missing=create_missing, actor=actor, at=at or now())
    report = desk.report
    report.rows = len(rows)
    by_event: dict[uuid.UUID, list[tuple[ResultRow, uuid.UUID]]] = {}
    for row in rows:
        by_event.setdefault(desk.event(row), []).append((row, desk.delegation(row)))
    db.session.flush()
    for event_id, some in by_event.items():
        _replace(desk, event_id, some)
    record(
        actor,
        "games.imported",
        subject_kind="games",
        subject_id=games_id,
        scope_id=games_id,
        rows=report.rows,
        events=len(by_event),
        changed=report.changed + report.new,
    )
    return report


class _Desk:
    """What the file's words mean in these games; makes what is missing, where that is wanted."""

    def __init__(self, games_id: uuid.UUID, *, create_missing: bool, actor: Actor, at: datetime) -> None:
        self.games_id, self.create_missing, self.actor, self.at = games_id, create_missing, actor, at
        self.report = ResultsReport()
        self._delegations = list(delegations(games_id))
        self._disciplines = list(disciplines(games_id))
        self._events = list(events(games_id))
        self._by_delegation = _index(self._delegations)
        self._by_discipline = _index(self._disciplines)
        self._by_event = {(event.discipline_id, word): event.id for event in self._events for word in _words(event)}

    def delegation(self, row: ResultRow) -> uuid.UUID:
        """The delegation that a row names."""
        found = self._by_delegation.get(folded(row.delegation))
        if found is not None:
            return found
        if not self.create_missing:
            raise DomainError(
                "delegation_unknown",
                N_("第 %(row)s 行 delegation 列：没有代表团“%(name)s”。"),
                row=row.number,
                name=row.delegation,
            )
        made = Delegation(
            games_id=self.games_id,
            id=uuid7(),
            code=_code(row.delegation, [one.code for one in self._delegations], 40),
            name=row.delegation,
            position=next_position([one.position for one in self._delegations]),
        )
        self._delegations.append(made)
        self._by_delegation |= dict.fromkeys(_words(made), made.id)
        self.report.delegations_made.append(made.name)
        db.session.add(made)
        return made.id

    def event(self, row: ResultRow) -> uuid.UUID:
        """The event that a row names."""
        discipline = self._by_discipline.get(folded(row.sport))
        found = self._by_event.get((discipline, folded(row.event))) if discipline else None
        if found is not None:
            return found
        if not self.create_missing:
            raise DomainError(
                "event_unknown",
                N_("第 %(row)s 行 event 列：没有小项“%(name)s”。"),
                row=row.number,
                name=f"{row.sport} {row.event}",
            )
        discipline = discipline or self._make_discipline(row.sport)
        made = Event(
            games_id=self.games_id,
            id=uuid7(),
            discipline_id=discipline,
            code=_code(f"{row.sport} {row.event}", [one.code for one in self._events], 60),
            name=row.event,
            position=next_position([one.position for one in self._events if one.discipline_id == discipline]),
            format=EventFormat.PLACES.value,
            status=EventStatus.PLANNED.value,
        )
        self._events.append(made)
        self._by_event |= {(discipline, word): made.id for word in _words(made)}
        self.report.events_made.append(f"{row.sport} {row.event}")
        db.session.add(made)
        return made.id

    def _make_discipline(self, name: str) -> uuid.UUID:
        made = Discipline(
            games_id=self.games_id,
            id=uuid7(),
            code=_code(name, [one.code for one in self._disciplines], 40),
            name=name,
            position=next_position([one.position for one in self._disciplines]),
        )
        self._disciplines.append(made)
        self._by_discipline |= dict.fromkeys(_words(made), made.id)
        db.session.add(made)
        db.session.flush()
        return made.id


def _words(one: Delegation | Discipline | Event) -> set[str]:
    return {folded(one.code), folded(one.name)}


def _index(found: Sequence[Delegation] | Sequence[Discipline]) -> dict[str, uuid.UUID]:
    return {word: one.id for one in found for word in _words(one)}


def _code(name: str, taken: Sequence[str], most: int) -> str:
    return code_from(name, taken, most=most)


# --------------------------------------------------------------------------- one event


def _replace(desk: _Desk, event_id: uuid.UUID, rows: Sequence[tuple[ResultRow, uuid.UUID]]) -> None:
    event = db.session.get(Event, (desk.games_id, event_id))
    if event is None:
        raise event_not_found()
    if event.status == EventStatus.CANCELLED.value:
        row = rows[0][0].number
        raise DomainError("event_cancelled", N_("第 %(row)s 行：%(name)s 已取消。"), row=row, name=event.name)
    _check_places(event, [row for row, _ in rows])
    entries = _entries(desk, event, rows)
    content = {
        "places": [
            {"entry": str(entry_id), "place": row.place} | ({"mark": row.mark} if row.mark else {})
            for (row, _), entry_id in zip(rows, entries, strict=True)
        ]
    }
    unit, newest = _places_unit(desk.games_id, event_id)
    if newest is not None and newest.content == content and event.status == EventStatus.OFFICIAL.value:
        desk.report.unchanged += 1
        return
    if newest is None:
        desk.report.new += 1
    else:
        desk.report.changed += 1
    db.session.add(
        Result(
            games_id=desk.games_id,
            id=uuid7(),
            event_id=event_id,
            unit_id=unit.id,
            version=newest.version + 1 if newest else 1,
            state=ResultState.CONFIRMED.value,
            content=content,
            reason="",
            written_at=desk.at,
            written_by=desk.actor.id,
        )
    )
    db.session.flush()
    if event.published_at is not None:
        event.status = EventStatus.LIVE.value
    publish_result(games_id=desk.games_id, event_id=event_id, to=EventStatus.OFFICIAL, actor=desk.actor, at=desk.at)
    _drop_unplaced(desk.games_id, event_id, set(entries))


def _check_places(event: Event, rows: Sequence[ResultRow]) -> None:
    """Two firsts leave no second: the first row that cannot be is named."""
    count = Counter(row.place for row in rows)
    for row in sorted(rows, key=lambda one: one.place):
        ahead = sum(n for place, n in count.items() if place < row.place)
        if row.place <= ahead:
            raise DomainError(
                "places_contradict",
                N_("第 %(row)s 行 place 列：%(event)s 的第 %(place)s 名前已有 %(ahead)s 个，名次矛盾。"),
                row=row.number,
                event=event.name,
                place=row.place,
                ahead=ahead,
            )


def _entries(desk: _Desk, event: Event, rows: Sequence[tuple[ResultRow, uuid.UUID]]) -> list[uuid.UUID]:
    """An entry for each row: the one that is there by delegation and name, else a new one."""
    free: dict[tuple[uuid.UUID, str], list[Entry]] = {}
    for entry in entries_of(desk.games_id, event.id):
        free.setdefault((entry.delegation_id, folded(entry.name)), []).append(entry)
    names = {one.id: one.name for one in desk._delegations}  # noqa: SLF001 - the same module's own
    found = []
    for row, delegation_id in rows:
        name = row.competitor or names[delegation_id]
        held = free.get((delegation_id, folded(name)), [])
        if held:
            found.append(held.pop(0).id)
            continue
        made = Entry(
            games_id=desk.games_id,
            id=uuid7(),
            event_id=event.id,
            delegation_id=delegation_id,
            name=name,
            also=[],
            state=EntryState.ENTERED.value,
            created_at=desk.at,
            created_by=desk.actor.id,
        )
        db.session.add(made)
        found.append(made.id)
    db.session.flush()
    return found


def _places_unit(games_id: uuid.UUID, event_id: uuid.UUID) -> tuple[Unit, Result | None]:
    """The unit that stands for the whole event, and its newest result."""
    unit = db.session.execute(
        select(Unit).where(Unit.games_id == games_id, Unit.event_id == event_id, Unit.kind == UnitKind.PLACES.value)
    ).scalar_one_or_none()
    if unit is None:
        last = db.session.execute(
            select(func.max(Unit.number)).where(Unit.games_id == games_id, Unit.event_id == event_id)
        ).scalar_one()
        unit = Unit(
            games_id=games_id,
            id=uuid7(),
            event_id=event_id,
            kind=UnitKind.PLACES.value,
            phase="only",
            number=(last or 0) + 1,
            field=[],
            status=UnitStatus.CONFIRMED.value,
        )
        db.session.add(unit)
        db.session.flush()
        return unit, None
    newest = db.session.execute(
        select(Result)
        .where(Result.games_id == games_id, Result.unit_id == unit.id)
        .order_by(Result.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    return unit, newest


def _drop_unplaced(games_id: uuid.UUID, event_id: uuid.UUID, placed: set[uuid.UUID]) -> None:
    """Entries that an earlier file made and this one no longer names: nobody stands behind them."""
    members = select(EntryMember.entry_id).where(EntryMember.games_id == games_id)
    loose = (
        db.session.execute(
            select(Entry.id).where(
                Entry.games_id == games_id,
                Entry.event_id == event_id,
                Entry.id.not_in(members),
                Entry.id.not_in(select(Place.entry_id).where(Place.games_id == games_id)),
            )
        )
        .scalars()
        .all()
    )
    gone = [one for one in loose if one not in placed]
    if gone:
        db.session.execute(
            delete(Entry)
            .where(Entry.games_id == games_id, Entry.id.in_(gone))
            .execution_options(synchronize_session=False)
        )
