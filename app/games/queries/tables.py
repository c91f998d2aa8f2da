"""The medal table and the team scores, and what stands behind each of their figures."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlalchemy import func, literal_column, or_, select

from app.core.db import db
from app.games.constants import COUNTED, SHOWN
from app.games.models import Delegation, Discipline, Entry, Event, Games, Penalty, Place
from app.games.rules.standings import Credit, MedalLine, ScoreLine, medal_table, score_table

_COUNTED = [status.value for status in COUNTED]
_WORTH = or_(Place.medal.is_not(None), Place.points != literal_column("'0'"))
"""Places that bring anything, in the words of the index that holds only those."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Both tables of an edition; `names` and `codes` by the delegation's id as text."""

    medals: list[MedalLine]
    scores: list[ScoreLine]
    names: dict[str, str]
    codes: dict[str, str]
    as_of: datetime | None
    """When an event was published last."""


def tables(games: Games) -> Tables:
    """From the places of all events that count, in three aggregate statements."""
    found = db.session.execute(
        select(Delegation.id, Delegation.code, Delegation.name).where(Delegation.games_id == games.id)
    ).all()
    weighted = bool(games.points_settings.get("weighted_firsts"))
    given = _credits(games.id, weighted=weighted)
    ids = [str(row.id) for row in sorted(found, key=lambda row: row.code)]
    as_of = db.session.execute(
        select(func.max(Event.published_at)).where(Event.games_id == games.id)
    ).scalar_one_or_none()
    return Tables(
        medals=medal_table(given, ids),
        scores=score_table(given, _penalties(games.id), ids, weighted_firsts=weighted),
        names={str(row.id): row.name for row in found},
        codes={str(row.id): row.code for row in found},
        as_of=as_of,
    )


def _credits(games_id: uuid.UUID, *, weighted: bool) -> list[Credit]:
    """What was given, counted by kind; `weighted`: with the multiplier of the events, which parts the kinds further."""
    kind = [Place.delegation_id, Place.rank, Place.medal, Place.medals, Place.points]
    times = [Event.multiplier] if weighted else []
    counted = (
        select(*kind, *times, func.count().label("n"))
        .join_from(Place, Event, (Event.games_id == Place.games_id) & (Event.id == Place.event_id))
        .where(Place.games_id == games_id, Event.status.in_(_COUNTED), _WORTH)
        .group_by(*kind, *times)
    )
    given = [_credit(str(row.delegation_id), row, row.n) for row in db.session.execute(counted)]
    also = (
        select(*kind[1:], *times, Entry.also)
        .join_from(Place, Event, (Event.games_id == Place.games_id) & (Event.id == Place.event_id))
        .join(Entry, (Entry.games_id == Place.games_id) & (Entry.id == Place.entry_id))
        .where(Place.games_id == games_id, Event.status.in_(_COUNTED), Place.shared.is_(True), _WORTH)
    )
    for row in db.session.execute(also):
        given += [_credit(one, row, 1) for one in row.also]
    return given


@lru_cache(maxsize=4096)
def _exact(text: str) -> Fraction:
    """A stored number; an edition has few different ones."""
    return Fraction(text)


def _credit(delegation: str, row: Any, count: int) -> Credit:
    return Credit(
        delegation,
        row.rank,
        row.medal,
        _exact(row.medals),
        _exact(row.points),
        _exact(getattr(row, "multiplier", "1")),
        count,
    )


def _penalties(games_id: uuid.UUID) -> dict[str, Fraction]:
    taken: dict[str, Fraction] = defaultdict(Fraction)
    for row in db.session.execute(
        select(Penalty.delegation_id, Penalty.points).where(Penalty.games_id == games_id, Penalty.lifted_at.is_(None))
    ):
        taken[str(row.delegation_id)] += Fraction(row.points)
    return dict(taken)


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One place with the words that stand beside it."""

    event_id: uuid.UUID
    event_code: str
    event_name: str
    discipline: str
    entry_id: uuid.UUID
    name: str
    delegation_id: uuid.UUID
    delegation: str
    rank: int | None
    irm: str | None
    mark: str
    figures: dict[str, Any]
    medal: int | None
    level: str
    points: Fraction
    published_at: datetime | None


_LINE = (
    select(
        Event.id.label("event_id"),
        Event.code.label("event_code"),
        Event.name.label("event_name"),
        Event.published_at,
        Discipline.name.label("discipline"),
        Entry.id.label("entry_id"),
        Entry.name,
        Delegation.id.label("delegation_id"),
        Delegation.name.label("delegation"),
        Place.rank,
        Place.irm,
        Place.mark,
        Place.figures,
        Place.medal,
        Place.level,
        Place.points,
    )
    .join_from(Place, Event, (Event.games_id == Place.games_id) & (Event.id == Place.event_id))
    .join(Discipline, (Discipline.games_id == Event.games_id) & (Discipline.id == Event.discipline_id))
    .join(Entry, (Entry.games_id == Place.games_id) & (Entry.id == Place.entry_id))
    .join(Delegation, (Delegation.games_id == Place.games_id) & (Delegation.id == Place.delegation_id))
)


def _lines(query: Any) -> list[PlaceLine]:
    return [
        PlaceLine(**{**row._mapping, "points": Fraction(row.points)})  # noqa: SLF001 - a row's public mapping
        for row in db.session.execute(query)
    ]


def places_of_event(games_id: uuid.UUID, event_id: uuid.UUID) -> list[PlaceLine]:
    """The list of an event, in its order."""
    return _lines(_LINE.where(Place.games_id == games_id, Place.event_id == event_id).order_by(Place.position))


def places_of_delegation(games_id: uuid.UUID, delegation_id: uuid.UUID, *, medals: bool = False) -> list[PlaceLine]:
    """What a delegation has come to in events that count; `medals`: only those."""
    query = _LINE.where(
        Place.games_id == games_id, Place.delegation_id == delegation_id, Event.status.in_(_COUNTED)
    ).order_by(Place.rank.is_(None), Place.rank, Discipline.position, Event.position, Place.position)
    return _lines(query.where(Place.medal.is_not(None)) if medals else query)


def latest_medals(games_id: uuid.UUID, events: int = 2) -> list[list[PlaceLine]]:
    """The medals of the events that were published last, event by event."""
    newest: Sequence[uuid.UUID] = (
        db.session.execute(
            select(Event.id)
            .where(Event.games_id == games_id, Event.status.in_(_COUNTED))
            .order_by(Event.published_at.desc(), Event.id)
            .limit(events)
        )
        .scalars()
        .all()
    )
    if not newest:
        return []
    lines = _lines(
        _LINE.where(Place.games_id == games_id, Place.event_id.in_(newest), Place.medal.is_not(None)).order_by(
            Place.position
        )
    )
    return [some for one in newest if (some := [line for line in lines if line.event_id == one])]


def places_of_entries(games_id: uuid.UUID, entry_ids: Collection[uuid.UUID]) -> list[PlaceLine]:
    """What these entries have come to in events that are shown, the best first."""
    return _lines(
        _LINE.where(
            Place.games_id == games_id,
            Place.entry_id.in_(list(entry_ids)),
            Event.status.in_([status.value for status in SHOWN]),
        ).order_by(Place.rank.is_(None), Place.rank, Discipline.position, Event.position)
    )
