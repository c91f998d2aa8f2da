"""What somebody has come to in one edition: a person by their entries, an entry without persons by name."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from app.core.db import db
from app.games.constants import SHOWN, EventForm, EventStatus
from app.games.models import Delegation, Entry, EntryMember, Event
from app.games.queries.tables import PlaceLine, places_of_entries
from app.games.rules.programme import folded
from app.people.queries.aliases import aliases_of, canonical_id

_LISTED = [one.value for one in (*SHOWN, EventStatus.START_LIST, EventStatus.LIVE)]
"""Events whose entries the public can read: whoever stands in none has no page."""


@dataclass(frozen=True, slots=True)
class Athlete:
    """Somebody as the start lists have them. `members`: those behind a team, in their order."""

    entry_id: uuid.UUID
    name: str
    delegation: str
    delegation_code: str
    members: tuple[str, ...]
    places: tuple[PlaceLine, ...]
    """In events that are shown, the best rank first."""
    ahead: tuple[tuple[str, str], ...]
    """(code, name) of events whose result is not shown yet."""


def athlete(games_id: uuid.UUID, entry_id: uuid.UUID, member: int | None = None) -> Athlete | None:
    """The athlete or team of an entry, or its n-th member (from 1); None where nothing of it is public."""
    row = db.session.execute(
        select(Entry.name, Event.form, Delegation.id, Delegation.name.label("delegation"), Delegation.code)
        .join_from(Entry, Event, (Event.games_id == Entry.games_id) & (Event.id == Entry.event_id))
        .join(Delegation, (Delegation.games_id == Entry.games_id) & (Delegation.id == Entry.delegation_id))
        .where(Entry.games_id == games_id, Entry.id == entry_id)
    ).one_or_none()
    if row is None:
        return None
    behind = db.session.execute(
        select(EntryMember.person_id, EntryMember.name)
        .where(EntryMember.games_id == games_id, EntryMember.entry_id == entry_id)
        .order_by(EntryMember.position, EntryMember.person_id)
    ).all()
    alone = row.form == EventForm.INDIVIDUAL.value
    if member is not None and not 1 <= member <= len(behind):
        return None
    if alone and behind:
        member = 1
    if member is not None:
        name, entries = behind[member - 1].name, _of_person(games_id, behind[member - 1].person_id)
    elif behind or not alone:
        name, entries = row.name, [entry_id]
    else:
        name, entries = row.name, _of_name(games_id, row.id, row.name)
    events = db.session.execute(
        select(Event.code, Event.name, Event.status)
        .join_from(Entry, Event, (Event.games_id == Entry.games_id) & (Event.id == Entry.event_id))
        .where(Entry.games_id == games_id, Entry.id.in_(entries), Event.status.in_(_LISTED))
        .order_by(Event.position, Event.code)
    ).all()
    if not events:
        return None
    shown = {one.value for one in SHOWN}
    return Athlete(
        entry_id=entry_id,
        name=name,
        delegation=row.delegation,
        delegation_code=row.code,
        members=() if member is not None else tuple(one.name for one in behind),
        places=tuple(places_of_entries(games_id, entries)),
        ahead=tuple((one.code, one.name) for one in events if one.status not in shown),
    )


def _of_person(games_id: uuid.UUID, person_id: uuid.UUID) -> list[uuid.UUID]:
    """Entries of a person, under whatever entry of theirs in the directory they were made."""
    canonical = canonical_id(person_id)
    known = {canonical, *aliases_of([canonical])}
    return list(
        db.session.execute(
            select(EntryMember.entry_id).where(EntryMember.games_id == games_id, EntryMember.person_id.in_(known))
        ).scalars()
    )


def _of_name(games_id: uuid.UUID, delegation_id: uuid.UUID, name: str) -> list[uuid.UUID]:
    """Entries of a delegation with the same name behind which no person stands: they came from a file of results."""
    members = select(EntryMember.entry_id).where(EntryMember.games_id == games_id)
    rows = db.session.execute(
        select(Entry.id, Entry.name)
        .join_from(Entry, Event, (Event.games_id == Entry.games_id) & (Event.id == Entry.event_id))
        .where(
            Entry.games_id == games_id,
            Entry.delegation_id == delegation_id,
            Event.form == EventForm.INDIVIDUAL.value,
            Entry.id.not_in(members),
        )
    )
    return [row.id for row in rows if folded(row.name) == folded(name)]
