"""What belongs to an account, across rooms: people, registrations, presence, stamps."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from app.activities.constants import LIVE_STATUSES, PUBLIC_STATUSES
from app.activities.queries import Card, cards, season_stations
from app.checkins.models import Attendance
from app.core.db import db
from app.people.constants import Relation
from app.people.queries.directory import activities_of
from app.people.queries.family import Relative, relatives
from app.registrations.constants import ACTIVE_STATES
from app.registrations.queries.mine import MyRegistration, confirmed_in, my_registrations


@dataclass(frozen=True, slots=True)
class Presence:
    """When somebody came, and finished, if they did."""

    first_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mine:
    """One reading of everything that an account may see. `presence` by (activity, person)."""

    people: tuple[Relative, ...] = ()
    registrations: tuple[MyRegistration, ...] = ()
    presence: Mapping[tuple[uuid.UUID, uuid.UUID], Presence] = field(default_factory=dict)

    def of(self, activity_id: uuid.UUID) -> list[MyRegistration]:
        """The registrations for one activity, oldest first."""
        return [one for one in self.registrations if one.activity_id == activity_id]

    def active(self, activity_id: uuid.UUID) -> list[MyRegistration]:
        """Those of them that stand."""
        return [one for one in self.of(activity_id) if one.state in ACTIVE_STATES]

    def presence_of(self, row: MyRegistration) -> Presence | None:
        """Whether the person of a registration came; nothing of the unproven."""
        return self.presence.get((row.activity_id, row.person_id)) if row.proven else None

    def name_of(self, person_id: uuid.UUID) -> str:
        """What the account may call a person."""
        return next((one.name for one in self.people if one.id == person_id), "")

    @property
    def first(self) -> Relative | None:
        """Whose stamps a page shows first: oneself, else the first proven person."""
        proven = [one for one in self.people if one.proven]
        own = [one for one in proven if one.relation is Relation.SELF]
        return next(iter(own or proven), None)


NOTHING = Mine()
"""Of whoever has not signed in."""


def mine(account_id: uuid.UUID, activity_ids: Sequence[uuid.UUID] | None = None) -> Mine:
    """Read an account's things, in `activity_ids` only if given; five statements, however many there are."""
    people = relatives(account_id)
    if not people:
        return NOTHING
    rows = my_registrations(account_id, activity_ids)
    proven = [one.id for one in people if one.proven]
    return Mine(tuple(people), tuple(rows), _presence(proven, {row.activity_id for row in rows}))


def _presence(
    person_ids: Sequence[uuid.UUID], activity_ids: set[uuid.UUID]
) -> dict[tuple[uuid.UUID, uuid.UUID], Presence]:
    if not person_ids or not activity_ids:
        return {}
    rows = db.session.execute(
        select(Attendance.activity_id, Attendance.person_id, Attendance.first_at, Attendance.finished_at).where(
            Attendance.activity_id.in_(list(activity_ids)), Attendance.person_id.in_(list(person_ids))
        )
    )
    return {(row.activity_id, row.person_id): Presence(row.first_at, row.finished_at) for row in rows}


# --------------------------------------------------------------------------- stamps


@dataclass(frozen=True, slots=True)
class Stamp:
    """A station of a season and whether somebody has finished it."""

    card: Card
    earned: bool

    @property
    def name(self) -> str:
        """The letters of the seal."""
        return self.card.seal_text or self.card.name.removesuffix("站")[:2]


def stamps(season_id: uuid.UUID, person_id: uuid.UUID | None) -> list[Stamp]:
    """The stations of a season that citizens can see, with what this person has earned."""
    seen = [card for card in season_stations(season_id) if card.status in PUBLIC_STATUSES]
    done = {
        activity
        for (activity, _person), presence in _presence(
            [person_id] if person_id else [], {card.id for card in seen}
        ).items()
        if presence.finished_at is not None
    }
    return [Stamp(card, card.id in done) for card in seen]


# --------------------------------------------------------------------------- beside a code


@dataclass(frozen=True, slots=True)
class Next:
    """The next activity of a person, with their category and number."""

    card: Card
    category: str
    distance_m: int | None
    bib: str | None


def next_registration(person_id: uuid.UUID, at: datetime) -> Next | None:
    """The first activity that is not over and has a place for this person."""
    ahead = _ahead(person_id, at)
    found = confirmed_in(person_id, [card.id for card in ahead])
    return next((Next(card, *found[card.id]) for card in ahead if card.id in found), None)


def live_activities(person_id: uuid.UUID, at: datetime) -> list[uuid.UUID]:
    """Where a code of this person still matters: scans may come, or be uploaded later."""
    return [card.id for card in _ahead(person_id, at)]


def _ahead(person_id: uuid.UUID, at: datetime) -> list[Card]:
    ids = activities_of([person_id]).get(person_id, frozenset())
    found = [card for card in cards(ids).values() if card.status in LIVE_STATUSES and card.ends_at > at]
    return sorted(found, key=lambda card: card.starts_at)
