"""Who is honoured in which event: the places of official results with the people behind them."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select

from app.core.clock import local
from app.core.db import db
from app.games.constants import EventForm, EventStatus
from app.games.models import Delegation, Discipline, Entry, EntryMember, Event, Place
from app.games.rules.awards import Award

_HELD = (
    select(
        Place.entry_id,
        Place.event_id,
        Place.rank,
        Place.medal,
        Place.level,
        Place.mark,
        Place.position,
        Entry.name,
        Event.code.label("event_code"),
        Event.name.label("event"),
        Event.form,
        Event.settings,
        Event.published_at,
        Discipline.name.label("discipline"),
        Delegation.name.label("delegation"),
        Delegation.code.label("delegation_code"),
    )
    .join_from(Place, Event, (Event.games_id == Place.games_id) & (Event.id == Place.event_id))
    .join(Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
    .join(Entry, (Entry.games_id == Place.games_id) & (Entry.id == Place.entry_id))
    .join(Delegation, (Delegation.games_id == Place.games_id) & (Delegation.id == Place.delegation_id))
    .where(Event.status == EventStatus.OFFICIAL.value)
    .order_by(Discipline.position, Discipline.code, Event.position, Event.code, Place.position)
)


def awards(
    games_id: uuid.UUID,
    *,
    event_id: uuid.UUID | None = None,
    delegation_id: uuid.UUID | None = None,
    discipline_id: uuid.UUID | None = None,
    up_to: int = 3,
    medals_only: bool = False,
) -> list[Award]:
    """Places up to `up_to`, medals and levels of official results, in the order of programme and list.

    Two statements. A result under protest gives nothing until it is decided.
    """
    held = _HELD.where(Place.games_id == games_id)
    held = held.where(
        Place.medal.is_not(None)
        if medals_only
        else or_(Place.medal.is_not(None), Place.level != "", Place.rank <= up_to)
    )
    for column, wanted in (
        (Place.event_id, event_id),
        (Place.delegation_id, delegation_id),
        (Event.discipline_id, discipline_id),
    ):
        if wanted is not None:
            held = held.where(column == wanted)
    rows = db.session.execute(held).all()
    members = _members(games_id, held)
    ranks = Counter((row.event_id, row.rank) for row in rows)
    return [_award(row, members.get(row.entry_id, ()), shared=ranks[row.event_id, row.rank] > 1) for row in rows]


def _award(row: Any, members: Sequence[tuple[str, bool]], *, shared: bool) -> Award:
    return Award(
        event_code=row.event_code,
        event=row.event,
        discipline=row.discipline,
        delegation=row.delegation,
        delegation_code=row.delegation_code,
        name=row.name,
        members=tuple(name for name, substitute in members if not substitute or row.settings.get("substitutes")),
        rank=row.rank,
        shared=shared,
        medal=row.medal,
        level=row.level,
        mark=row.mark,
        position=row.position,
        decided_on=local(row.published_at).date() if row.published_at else None,
        alone=row.form == EventForm.INDIVIDUAL.value,
    )


def _members(games_id: uuid.UUID, held: object) -> dict[uuid.UUID, list[tuple[str, bool]]]:
    """Names of those behind the entries that `held` selects, substitutes marked."""
    chosen = held.with_only_columns(Place.entry_id).order_by(None)  # type: ignore[attr-defined]
    found: dict[uuid.UUID, list[tuple[str, bool]]] = defaultdict(list)
    for row in db.session.execute(
        select(EntryMember.entry_id, EntryMember.name, EntryMember.substitute)
        .where(EntryMember.games_id == games_id, EntryMember.entry_id.in_(chosen))
        .order_by(EntryMember.position)
    ):
        found[row.entry_id].append((row.name, row.substitute))
    return found


@dataclass(frozen=True, slots=True)
class AwardedEvent:
    """An event with an official result, and how many of its entries get a certificate."""

    code: str
    name: str
    discipline: str
    certificates: int
    medals: int


def awarded_events(games_id: uuid.UUID, *, up_to: int) -> list[AwardedEvent]:
    """In the order of the programme."""
    honoured = or_(Place.medal.is_not(None), Place.level != "", Place.rank <= up_to)
    rows = db.session.execute(
        select(
            Event.code,
            Event.name,
            Discipline.name.label("discipline"),
            func.count().label("certificates"),
            func.count(Place.medal).label("medals"),
        )
        .join_from(Place, Event, (Event.games_id == Place.games_id) & (Event.id == Place.event_id))
        .join(Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
        .where(Place.games_id == games_id, Event.status == EventStatus.OFFICIAL.value, honoured)
        .group_by(Event.code, Event.name, Event.position, Discipline.name, Discipline.position, Discipline.code)
        .order_by(Discipline.position, Discipline.code, Event.position, Event.code)
    )
    return [AwardedEvent(row.code, row.name, row.discipline, row.certificates, row.medals) for row in rows]
