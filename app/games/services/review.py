"""An event before it is published: the places as they would come out, and what is missing. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.db import db
from app.core.errors import DomainError
from app.games.constants import EventFormat, UnitKind
from app.games.models import Entry, Event, Games, Unit
from app.games.queries.games import entries_of
from app.games.rules.files.ranking import plain_figures
from app.games.services.evaluation import Standing, named_entries, standing, written_units
from app.games.services.publishing import mark_of, open_protests, worth_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line as it would be published."""

    entry: Entry
    name: str
    rank: int | None
    irm: str | None
    level: str
    mark: str
    medal: int | None
    points: Any
    waiting: bool


@dataclass(frozen=True, slots=True)
class Review:
    """What publication would show, and what stands against it."""

    outcomes: tuple[Outcome, ...]
    open_units: tuple[Unit, ...]
    due: tuple[tuple[str, str], ...]
    waiting: tuple[str, ...]
    protests: int
    refusal: DomainError | None

    @property
    def ready(self) -> bool:
        """Whether it can be published now."""
        return bool(self.outcomes) and not (self.open_units or self.due or self.waiting or self.refusal)


def review(event: Event) -> Review:
    """How an event stands by what is confirmed."""
    entries = entries_of(event.games_id, event.id)
    written = written_units(event.games_id, event.id)
    protests = open_protests(event.games_id, event.id)
    labels = named_entries(event.games_id, entries)
    try:
        found = standing(event, entries, written)
        outside = any(one.unit.kind == UnitKind.PLACES.value for one in written)
        outcomes = _outcomes(event, {str(one.id): one for one in entries}, found, labels, outside=outside)
    except DomainError as refused:
        open_units = tuple(one.unit for one in written if not one.confirmed)
        return Review((), open_units, (), (), protests, refused)
    return Review(
        outcomes=outcomes,
        open_units=found.open_units,
        due=tuple((labels.get(a, a), labels.get(b, b)) for a, b in found.ranking.due),
        waiting=tuple(one.name for one in outcomes if one.waiting),
        protests=protests,
        refusal=None,
    )


def _outcomes(
    event: Event, entries: Mapping[str, Entry], found: Standing, labels: Mapping[str, str], *, outside: bool
) -> tuple[Outcome, ...]:
    games = db.session.get_one(Games, event.games_id)
    worth = worth_of(games, event, entries, found.ranking.placings, outside=outside)
    lines = []
    for one in found.ranking.placings:
        if one.id not in entries:
            continue
        figures = plain_figures(one)
        lines.append(
            Outcome(
                entry=entries[one.id],
                name=labels.get(one.id, entries[one.id].name),
                rank=one.rank,
                irm=one.irm,
                level=str(figures.get("level") or ""),
                mark=mark_of(EventFormat(event.format), figures),
                medal=worth.medals.get(one.id, (None, 0))[0],
                points=worth.points.get(one.id, 0),
                waiting=bool(figures.get("waiting")),
            )
        )
    return tuple(lines)
