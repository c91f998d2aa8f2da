"""Entries as pages, files and the entry book list them; whose delegations somebody may enter for."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select

from app.core.db import db
from app.core.permissions import Scope, ScopeKind
from app.games.constants import EntryState, EventForm, EventStatus
from app.games.models import Delegation, Discipline, Entry, EntryMember, Event
from app.games.queries.entering import TAKING_PART, event_facts
from app.games.queries.games import delegations
from app.games.rules.entry_file import EventLine
from app.people.models import Organisation, PersonAlias


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody behind an entry."""

    person_id: uuid.UUID
    name: str
    substitute: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry with the words that stand beside it; `weight` in grams."""

    id: uuid.UUID
    event_id: uuid.UUID
    event: str
    event_code: str
    form: EventForm
    discipline: str
    delegation_id: uuid.UUID
    delegation: str
    name: str
    number: str | None
    state: EntryState
    reason: str
    weight: int | None
    members: tuple[MemberLine, ...]

    @property
    def taking_part(self) -> bool:
        """Neither withdrawn nor scratched."""
        return self.state is EntryState.ENTERED

    @property
    def others(self) -> str:
        """The members' names where the entry's own does not say them."""
        names = [one.name for one in self.members]
        return "" if self.name in {*names, "/".join(names)} else "/".join(names)


def entry_lines(
    games_id: uuid.UUID,
    *,
    event_id: uuid.UUID | None = None,
    delegation_id: uuid.UUID | None = None,
    entry_id: uuid.UUID | None = None,
    states: Collection[EntryState] = tuple(EntryState),
    part: tuple[int, int] | None = None,
) -> list[EntryLine]:
    """Entries with their members, by programme, delegation, then strength. Two statements.

    `part`: (from, how many) of them.
    """
    wanted = _wanted(games_id, event_id, delegation_id, entry_id, states)
    query = (
        select(
            Entry.id,
            Entry.event_id,
            Event.name.label("event"),
            Event.code.label("event_code"),
            Event.form,
            Discipline.name.label("discipline"),
            Entry.delegation_id,
            Delegation.name.label("delegation"),
            Entry.name,
            Entry.number,
            Entry.state,
            Entry.reason,
            Entry.weight,
        )
        .join_from(Entry, Event, (Event.games_id == Entry.games_id) & (Event.id == Entry.event_id))
        .join(Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
        .join(Delegation, (Delegation.games_id == Entry.games_id) & (Delegation.id == Entry.delegation_id))
        .where(*wanted)
        .order_by(
            Discipline.position,
            Discipline.code,
            Event.position,
            Event.code,
            Delegation.position,
            Delegation.code,
            Entry.strength,
            Entry.id,
        )
    )
    rows = db.session.execute(query.offset(part[0]).limit(part[1]) if part else query).all()
    members = _members([Entry.games_id == games_id, Entry.id.in_([row.id for row in rows])] if part else wanted)
    return [_line(row, members) for row in rows]


def entry_count(
    games_id: uuid.UUID,
    *,
    event_id: uuid.UUID | None = None,
    delegation_id: uuid.UUID | None = None,
    states: Collection[EntryState] = tuple(EntryState),
) -> int:
    """How many entries `entry_lines` lists."""
    wanted = _wanted(games_id, event_id, delegation_id, None, states)
    return db.session.execute(select(func.count()).select_from(Entry).where(*wanted)).scalar_one()


def _wanted(
    games_id: uuid.UUID,
    event_id: uuid.UUID | None,
    delegation_id: uuid.UUID | None,
    entry_id: uuid.UUID | None,
    states: Collection[EntryState],
) -> list[Any]:
    wanted = [Entry.games_id == games_id, Entry.state.in_([state.value for state in states])]
    chosen = ((Entry.event_id, event_id), (Entry.delegation_id, delegation_id), (Entry.id, entry_id))
    return wanted + [column == value for column, value in chosen if value is not None]


def _line(row: Any, members: dict[uuid.UUID, list[MemberLine]]) -> EntryLine:
    facts = {
        **row._mapping,  # noqa: SLF001 - a row's public mapping
        "form": EventForm(row.form),
        "state": EntryState(row.state),
        "members": tuple(members.get(row.id, ())),
    }
    return EntryLine(**facts)


def _members(wanted: Sequence[Any]) -> dict[uuid.UUID, list[MemberLine]]:
    found: dict[uuid.UUID, list[MemberLine]] = defaultdict(list)
    for row in db.session.execute(
        select(EntryMember.entry_id, EntryMember.person_id, EntryMember.name, EntryMember.substitute)
        .join_from(EntryMember, Entry, (Entry.games_id == EntryMember.games_id) & (Entry.id == EntryMember.entry_id))
        .where(*wanted)
        .order_by(EntryMember.entry_id, EntryMember.position)
    ):
        found[row.entry_id].append(MemberLine(row.person_id, row.name, row.substitute))
    return found


def line_ups(games_id: uuid.UUID, delegation_id: uuid.UUID) -> dict[uuid.UUID, set[frozenset[uuid.UUID | None]]]:
    """Event → who stands behind each of the delegation's entries: a sheet sent again is known by it."""
    person = func.coalesce(PersonAlias.canonical_id, EntryMember.person_id).label("person")
    rows = db.session.execute(
        select(Entry.event_id, Entry.id, person)
        .join_from(EntryMember, Entry, (Entry.games_id == EntryMember.games_id) & (Entry.id == EntryMember.entry_id))
        .outerjoin(PersonAlias, PersonAlias.person_id == EntryMember.person_id)
        .where(Entry.games_id == games_id, Entry.delegation_id == delegation_id, Entry.state.in_(TAKING_PART))
    )
    by_entry: dict[tuple[uuid.UUID, uuid.UUID], set[uuid.UUID | None]] = defaultdict(set)
    for row in rows:
        by_entry[row.event_id, row.id].add(row.person)
    found: dict[uuid.UUID, set[frozenset[uuid.UUID | None]]] = defaultdict(set)
    for (event_id, _), persons in by_entry.items():
        found[event_id].add(frozenset(persons))
    return found


def event_lines(games_id: uuid.UUID) -> list[EventLine]:
    """The events that can be entered, in the order of the programme."""
    rows = db.session.execute(
        select(Event, Discipline.name.label("discipline"))
        .join(Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
        .where(Event.games_id == games_id, Event.status != EventStatus.CANCELLED.value)
        .order_by(Discipline.position, Discipline.code, Event.position, Event.code)
    )
    return [EventLine(event.id, event.code, discipline, event_facts(event)) for event, discipline in rows]


@dataclass(frozen=True, slots=True)
class Count:
    """How much is entered: entries taking part, people behind them, and entries withdrawn or scratched."""

    entries: int = 0
    athletes: int = 0
    gone: int = 0


def counts(games_id: uuid.UUID, *, by_delegation: bool = False) -> dict[uuid.UUID, Count]:
    """By event, or by delegation; a person is counted once in each. Two aggregate statements."""
    key = Entry.delegation_id if by_delegation else Entry.event_id
    live = Entry.state == EntryState.ENTERED.value
    entries = select(
        key.label("key"),
        func.sum(case((live, 1), else_=0)).label("n"),
        func.sum(case((live, 0), else_=1)).label("gone"),
    )
    people = (
        select(key.label("key"), func.count(EntryMember.person_id.distinct()).label("n"))
        .join_from(EntryMember, Entry, (Entry.games_id == EntryMember.games_id) & (Entry.id == EntryMember.entry_id))
        .where(Entry.games_id == games_id, live)
        .group_by(key)
    )
    athletes = {row.key: row.n for row in db.session.execute(people)}
    return {
        row.key: Count(int(row.n), athletes.get(row.key, 0), int(row.gone))
        for row in db.session.execute(entries.where(Entry.games_id == games_id).group_by(key))
    }


def athlete_total(games_id: uuid.UUID) -> int:
    """People in at least one entry that takes part."""
    return db.session.execute(
        select(func.count(EntryMember.person_id.distinct()))
        .join_from(EntryMember, Entry, (Entry.games_id == EntryMember.games_id) & (Entry.id == EntryMember.entry_id))
        .where(Entry.games_id == games_id, Entry.state == EntryState.ENTERED.value)
    ).scalar_one()


# --------------------------------------------------------------------------- whose delegations


def scopes_of_delegation(delegation_id: uuid.UUID) -> list[Scope]:
    """The games, the organisation, and everything above it; an unknown one lies nowhere."""
    row = db.session.execute(
        select(Delegation.games_id, Delegation.organisation_id).where(Delegation.id == delegation_id)
    ).one_or_none()
    if row is None:
        return []
    above = _above([row.organisation_id]) if row.organisation_id else {}
    return [
        Scope(ScopeKind.GAMES, row.games_id),
        *(Scope(ScopeKind.ORGANISATION, id_) for id_ in above.get(row.organisation_id, ())),
    ]


def delegations_in(games_id: uuid.UUID, scopes: Collection[Scope] | None) -> list[Delegation]:
    """The delegations that lie in `scopes` (None: all), in their order."""
    found = list(delegations(games_id))
    if scopes is None or Scope(ScopeKind.GAMES, games_id) in scopes:
        return found
    held = {scope.id for scope in scopes if scope.kind is ScopeKind.ORGANISATION}
    above = _above({one.organisation_id for one in found if one.organisation_id}) if held else {}
    return [one for one in found if one.organisation_id and held.intersection(above[one.organisation_id])]


def _above(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Each organisation with everything above it, itself first."""
    parents = {row.id: row.parent_id for row in db.session.execute(select(Organisation.id, Organisation.parent_id))}
    found = {}
    for id_ in ids:
        way: list[uuid.UUID] = []
        here: uuid.UUID | None = id_
        while here is not None and here not in way:
            way.append(here)
            here = parents.get(here)
        found[id_] = way
    return found
