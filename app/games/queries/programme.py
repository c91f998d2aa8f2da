"""The programme, the delegations and the decisions as the office's pages and the 规程 show them."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select

from app.core.db import db
from app.games.constants import AgeBasis, EntryState, EventFormat, EventSex, EventStatus
from app.games.models import Delegation, Discipline, Entry, Event, Games, Penalty
from app.games.queries.games import disciplines, events
from app.games.rules.regulations import EventFacts, Facts
from app.games.rules.settings import standards_of

_TAKING_PART = [EntryState.ENTERED.value, EntryState.SCRATCHED.value]


@dataclass(frozen=True, slots=True)
class DisciplineLine:
    """A discipline, its events in order, and how many entries each has."""

    discipline: Discipline
    events: tuple[Event, ...]
    entries: dict[uuid.UUID, int]


def programme(games_id: uuid.UUID) -> list[DisciplineLine]:
    """The whole programme in three statements."""
    inside: dict[uuid.UUID, list[Event]] = defaultdict(list)
    for event in events(games_id):
        inside[event.discipline_id].append(event)
    counted = db.session.execute(
        select(Entry.event_id, func.count().label("n"))
        .where(Entry.games_id == games_id, Entry.state.in_(_TAKING_PART))
        .group_by(Entry.event_id)
    )
    entries = {row.event_id: row.n for row in counted}
    return [DisciplineLine(one, tuple(inside[one.id]), entries) for one in disciplines(games_id)]


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """A delegation on the office's list. No phone: that stands in its form alone."""

    id: uuid.UUID
    code: str
    name: str
    organisation_id: uuid.UUID | None
    leader_name: str | None
    entries: int


def delegation_lines(games_id: uuid.UUID) -> list[DelegationLine]:
    """Every delegation in its order, with its live entries."""
    counted = (
        select(Entry.delegation_id, func.count().label("n"))
        .where(Entry.games_id == games_id, Entry.state.in_(_TAKING_PART))
        .group_by(Entry.delegation_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Delegation.id,
            Delegation.code,
            Delegation.name,
            Delegation.organisation_id,
            Delegation.leader_name,
            func.coalesce(counted.c.n, 0).label("entries"),
        )
        .outerjoin(counted, counted.c.delegation_id == Delegation.id)
        .where(Delegation.games_id == games_id)
        .order_by(Delegation.position, Delegation.code)
    )
    return [DelegationLine(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class PenaltyLine:
    """Points taken from a delegation."""

    id: uuid.UUID
    delegation: str
    points: Fraction
    reason: str
    made_at: datetime
    lifted_at: datetime | None


def penalty_lines(games_id: uuid.UUID) -> list[PenaltyLine]:
    """Every decision, the newest first; those that were lifted too."""
    rows = db.session.execute(
        select(Penalty.id, Delegation.name, Penalty.points, Penalty.reason, Penalty.made_at, Penalty.lifted_at)
        .join(Delegation, (Delegation.games_id == Penalty.games_id) & (Delegation.id == Penalty.delegation_id))
        .where(Penalty.games_id == games_id)
        .order_by(Penalty.made_at.desc(), Penalty.id)
    )
    return [PenaltyLine(row.id, row.name, Fraction(row.points), row.reason, row.made_at, row.lifted_at) for row in rows]


def event_facts(event: Event) -> EventFacts:
    """An event as the 规程 speaks of it."""
    return EventFacts(
        name=event.name,
        sex=EventSex(event.sex),
        min_age=event.min_age,
        max_age=event.max_age,
        age_basis=AgeBasis(event.age_basis),
        weight_over=event.weight_over,
        weight_up_to=event.weight_up_to,
        team_min=event.team_min,
        team_max=event.team_max,
        entry_limit=event.entry_limit,
        needs_document=event.needs_document,
        needs_school=event.needs_school,
        format=EventFormat(event.format),
        rules=event.rules,
        settings=event.settings,
        multiplier=event.multiplier,
        counts_medals=event.counts_medals,
        counts_points=event.counts_points,
    )


def regulations_facts(games: Games, *, when: str, window: str) -> Facts:
    """What the 规程 of an edition is written from; events that were called off are not in it."""
    return Facts(
        name=games.name,
        when=when,
        place=games.place,
        host=games.host,
        window=window,
        athlete_limit=games.athlete_limit,
        standards=standards_of(games.medal_rules, games.medal_settings, games.points_rules, games.points_settings),
        delegations=tuple(one.name for one in delegation_lines(games.id)),
        disciplines=tuple(
            (
                line.discipline.name,
                tuple(event_facts(one) for one in line.events if one.status != EventStatus.CANCELLED.value),
            )
            for line in programme(games.id)
        ),
        paragraphs=tuple((head, text) for head, text in games.paragraphs),
    )
