"""Editions, their programme and delegations as frozen facts. Ids and codes are both accepted."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.scopes import Place as ScopePlace
from app.activities.rules.drafts import is_code
from app.core.db import db
from app.core.errors import NotFound
from app.core.ids import parse_uuid
from app.core.permissions import Scope, ScopeKind
from app.core.text import N_
from app.games.constants import COUNTED, EntryState, EventStatus, GamesStatus
from app.games.models import Delegation, Discipline, Entry, Event, Games


def games_not_found() -> NotFound:
    """The one answer for games that do not exist, or are not for this caller."""
    return NotFound("games_not_found", N_("没有找到这届运动会。"))


def games_by_ref(ref: uuid.UUID | str) -> Games | None:
    """The games that an id or a code names, for reading."""
    as_id = parse_uuid(ref)
    if as_id is not None:
        return db.session.get(Games, as_id)
    if not is_code(str(ref)):
        return None
    return db.session.execute(select(Games).where(Games.code == str(ref))).scalar_one_or_none()


def all_games(scopes: Collection[Scope] | None = None) -> Sequence[Games]:
    """Every edition, the newest first; limited to those in `scopes` unless None."""
    query = select(Games).order_by(Games.starts_on.desc(), Games.code)
    if scopes is not None:
        query = query.where(Games.id.in_([one.id for one in scopes if one.kind is ScopeKind.GAMES]))
    return db.session.execute(query).scalars().all()


def public_games() -> Sequence[Games]:
    """What the public sees: everything but drafts, the newest first."""
    query = select(Games).where(Games.status != GamesStatus.DRAFT.value).order_by(Games.starts_on.desc(), Games.code)
    return db.session.execute(query).scalars().all()


def disciplines(games_id: uuid.UUID) -> Sequence[Discipline]:
    """In the order of the programme."""
    return (
        db.session.execute(
            select(Discipline).where(Discipline.games_id == games_id).order_by(Discipline.position, Discipline.code)
        )
        .scalars()
        .all()
    )


def events(games_id: uuid.UUID, discipline_id: uuid.UUID | None = None) -> Sequence[Event]:
    """In the order of the programme."""
    query = (
        select(Event)
        .join(Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
        .where(Event.games_id == games_id)
        .order_by(Discipline.position, Discipline.code, Event.position, Event.code)
    )
    if discipline_id is not None:
        query = query.where(Event.discipline_id == discipline_id)
    return db.session.execute(query).scalars().all()


def event_by_ref(games_id: uuid.UUID, ref: uuid.UUID | str) -> Event | None:
    """An event by id or code."""
    as_id = parse_uuid(ref)
    wanted = Event.id == as_id if as_id is not None else Event.code == str(ref)
    return db.session.execute(select(Event).where(Event.games_id == games_id, wanted)).scalar_one_or_none()


def delegations(games_id: uuid.UUID) -> Sequence[Delegation]:
    """In their order."""
    return (
        db.session.execute(
            select(Delegation).where(Delegation.games_id == games_id).order_by(Delegation.position, Delegation.code)
        )
        .scalars()
        .all()
    )


def delegation_by_ref(games_id: uuid.UUID, ref: uuid.UUID | str) -> Delegation | None:
    """A delegation by id or code."""
    as_id = parse_uuid(ref)
    wanted = Delegation.id == as_id if as_id is not None else Delegation.code == str(ref)
    return db.session.execute(select(Delegation).where(Delegation.games_id == games_id, wanted)).scalar_one_or_none()


def entries_of(games_id: uuid.UUID, event_id: uuid.UUID) -> Sequence[Entry]:
    """Every entry of an event, withdrawn ones too, in the order of seed, number drawn, delegation, strength."""
    return db.session.execute(_ENTRIES.where(Entry.games_id == games_id, Entry.event_id == event_id)).scalars().all()


def entries_by_event(games_id: uuid.UUID) -> dict[uuid.UUID, list[Entry]]:
    """The same for all events of an edition, in one statement."""
    found: dict[uuid.UUID, list[Entry]] = defaultdict(list)
    for entry in db.session.execute(_ENTRIES.where(Entry.games_id == games_id)).scalars():
        found[entry.event_id].append(entry)
    return found


_ENTRIES = (
    select(Entry)
    .join(Delegation, (Delegation.games_id == Entry.games_id) & (Delegation.id == Entry.delegation_id))
    .order_by(
        Entry.seed.is_(None),
        Entry.seed,
        Entry.draw.is_(None),
        Entry.draw,
        Delegation.position,
        Entry.strength,
        Entry.id,
    )
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an edition is."""

    events: int
    decided: int
    delegations: int
    entries: int


def progress(games_id: uuid.UUID) -> Progress:
    """Events (cancelled ones apart), those whose result counts, delegations, live entries."""
    counted = select(Event.status, func.count().label("n")).where(Event.games_id == games_id).group_by(Event.status)
    by_status = {row.status: row.n for row in db.session.execute(counted)}
    by_status.pop(EventStatus.CANCELLED.value, None)
    return Progress(
        events=sum(by_status.values()),
        decided=sum(by_status.get(status.value, 0) for status in COUNTED),
        delegations=db.session.execute(
            select(func.count()).select_from(Delegation).where(Delegation.games_id == games_id)
        ).scalar_one(),
        entries=db.session.execute(
            select(func.count())
            .select_from(Entry)
            .where(Entry.games_id == games_id, Entry.state == EntryState.ENTERED.value)
        ).scalar_one(),
    )


def places() -> list[ScopePlace]:
    """Editions in which a role can be granted."""
    return [ScopePlace(id=one.id, code=one.code, label=one.name) for one in all_games()]
