"""An edition once more: its programme, rules and, if wished, its delegations; nothing of entries or results."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act
from app.games.constants import EventStatus
from app.games.models import Delegation, Discipline, Event, Games
from app.games.rules.programme import EditionCopy, GamesDraft
from app.games.services.opening import open_games
from app.games.services.programme import create_games

OF_ONE_EVENT = ("entries_count", "delegations_count")
"""Settings that say how many took part, not how it is done."""
_EVENT_COLUMNS = (
    "code",
    "name",
    "position",
    "sex",
    "form",
    "age_basis",
    "min_age",
    "max_age",
    "weight_over",
    "weight_up_to",
    "team_min",
    "team_max",
    "entry_limit",
    "needs_document",
    "needs_school",
    "format",
    "rules",
    "multiplier",
    "counts_medals",
    "counts_points",
)


@act
def copy_games(*, source_id: uuid.UUID, copy: EditionCopy, actor: Actor, at: datetime | None = None) -> uuid.UUID:
    """Copy an edition as a draft with a code, name and days of its own; returns the new id.

    The window of entries moves along with the first day. Events that were called off come back as planned,
    since the reason was that year's.
    """
    source = open_games(source_id)
    made = create_games(draft=_draft_of(source, copy), actor=actor, at=at or now())
    db.session.get_one(Games, made).copied_from = source_id
    _copy_programme(source_id, made)
    if copy.delegations:
        _copy_delegations(source_id, made, leaders=copy.leaders)
    db.session.flush()
    record(actor, "games.copied", subject_kind="games", subject_id=made, scope_id=made, source=str(source_id))
    return made


def _draft_of(source: Games, copy: EditionCopy) -> GamesDraft:
    by = copy.starts_on - source.starts_on
    return GamesDraft(
        code=copy.code,
        name=copy.name,
        edition=copy.edition,
        starts_on=copy.starts_on,
        ends_on=copy.ends_on,
        place=source.place,
        host=source.host,
        entries_open_at=_moved(source.entries_open_at, by),
        entries_close_at=_moved(source.entries_close_at, by),
        athlete_limit=source.athlete_limit,
        medal_rules=source.medal_rules,
        medal_settings=source.medal_settings,
        points_rules=source.points_rules,
        points_settings=source.points_settings,
        paragraphs=tuple((head, text) for head, text in source.paragraphs),
    )


def _moved(when: datetime | None, by: timedelta) -> datetime | None:
    return None if when is None else when + by


def _copy_programme(source_id: uuid.UUID, made: uuid.UUID) -> None:
    ids: dict[uuid.UUID, uuid.UUID] = {}
    for one in db.session.execute(select(Discipline).where(Discipline.games_id == source_id)).scalars().all():
        ids[one.id] = uuid7()
        db.session.add(Discipline(games_id=made, id=ids[one.id], code=one.code, name=one.name, position=one.position))
    db.session.flush()
    for event in db.session.execute(select(Event).where(Event.games_id == source_id)).scalars().all():
        called_off = event.status == EventStatus.CANCELLED.value
        db.session.add(
            Event(
                games_id=made,
                id=uuid7(),
                discipline_id=ids[event.discipline_id],
                status=EventStatus.PLANNED.value,
                settings={key: value for key, value in event.settings.items() if key not in OF_ONE_EVENT},
                note="" if called_off else event.note,  # a cancelled event's note is why
                **{column: getattr(event, column) for column in _EVENT_COLUMNS},
            )
        )


def _copy_delegations(source_id: uuid.UUID, made: uuid.UUID, *, leaders: bool) -> None:
    for one in db.session.execute(select(Delegation).where(Delegation.games_id == source_id)).scalars().all():
        db.session.add(
            Delegation(
                games_id=made,
                id=uuid7(),
                code=one.code,
                name=one.name,
                organisation_id=one.organisation_id,
                leader_name=one.leader_name if leaders else None,
                leader_phone=one.leader_phone if leaders else None,
                position=one.position,
            )
        )
