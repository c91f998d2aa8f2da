"""An edition: made, changed, opened, closed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import GamesStatus
from app.games.models import Entry, Event, Games
from app.games.rules.programme import GamesDraft, check_games
from app.games.services.opening import code_of, code_taken, open_games, refuse_text

MOST_PARAGRAPHS = 40


@act
def create_games(*, draft: GamesDraft, actor: Actor, at: datetime | None = None) -> uuid.UUID:
    """Make an edition, as a draft; returns its id."""
    games = Games(id=uuid7(), created_at=at or now(), status=GamesStatus.DRAFT.value)
    _fill_games(games, draft)
    db.session.add(games)
    db.session.flush()
    record(actor, "games.created", subject_kind="games", subject_id=games.id, code=games.code)
    return games.id


@act
def change_games(*, games_id: uuid.UUID, draft: GamesDraft, actor: Actor, version: int | None = None) -> None:
    """Change an edition. What medals and points follow from is fixed once an event is published."""
    games = open_games(games_id, version)
    before = _numbers(games)
    _fill_games(games, draft)
    if _numbers(games) != before and _published(games_id):
        raise Conflict("rules_fixed", N_("已有成绩公布，奖牌和总分的规则不能再改。"), field="points_rules")
    games.version += 1
    record(actor, "games.changed", subject_kind="games", subject_id=games_id, scope_id=games_id)


@act
def change_paragraphs(
    *, games_id: uuid.UUID, paragraphs: Sequence[tuple[str, str]], actor: Actor, version: int | None = None
) -> None:
    """Write the paragraphs of the 规程 that the data do not give."""
    games = open_games(games_id, version)
    games.paragraphs = _paragraphs(paragraphs)
    games.version += 1
    record(actor, "games.paragraphs", subject_kind="games", subject_id=games_id, scope_id=games_id)


@act
def set_games_status(*, games_id: uuid.UUID, status: GamesStatus, actor: Actor, version: int | None = None) -> None:
    """Open entries, begin, close. A draft is seen by nobody outside; back to a draft only without entries.

    The same once more changes nothing.
    """
    games = open_games(games_id)
    if games.status == status.value:
        return
    open_games(games_id, version)
    if status is GamesStatus.DRAFT and _has_entries(games_id):
        raise Conflict("entries_there", N_("已有人报项，不能退回筹备。"))
    was, games.status = games.status, status.value
    games.version += 1
    record(
        actor,
        "games.status",
        subject_kind="games",
        subject_id=games_id,
        scope_id=games_id,
        was=was,
        now=games.status,
    )


def _numbers(games: Games) -> tuple[object, ...]:
    return games.medal_rules, games.medal_settings, games.points_rules, games.points_settings


def _published(games_id: uuid.UUID) -> bool:
    query = select(Event.id).where(Event.games_id == games_id, Event.published_at.is_not(None)).limit(1)
    return db.session.execute(query).scalar_one_or_none() is not None


def _has_entries(games_id: uuid.UUID) -> bool:
    return (
        db.session.execute(select(Entry.id).where(Entry.games_id == games_id).limit(1)).scalar_one_or_none() is not None
    )


def _fill_games(games: Games, draft: GamesDraft) -> None:
    check_games(draft)
    code = code_of(draft.code, 40)
    with db.session.no_autoflush:
        taken = select(Games.id).where(Games.code == code, Games.id != games.id)
        if db.session.execute(taken).scalar_one_or_none() is not None:
            raise code_taken()
    games.code, games.name = code, refuse_text("name", draft.name, 80)
    games.place = refuse_text("place", draft.place, 120, required=False)
    games.host = refuse_text("host", draft.host, 200, required=False)
    games.edition, games.starts_on, games.ends_on = draft.edition, draft.starts_on, draft.ends_on
    games.entries_open_at, games.entries_close_at = draft.entries_open_at, draft.entries_close_at
    games.athlete_limit = draft.athlete_limit
    games.medal_rules, games.medal_settings = draft.medal_rules, dict(draft.medal_settings)
    games.points_rules, games.points_settings = draft.points_rules, dict(draft.points_settings)
    games.paragraphs = _paragraphs(draft.paragraphs)


def _paragraphs(paragraphs: Sequence[tuple[str, str]]) -> list[list[str]]:
    if len(paragraphs) > MOST_PARAGRAPHS:
        raise DomainError("too_many_paragraphs", N_("最多 %(most)s 段。"), most=MOST_PARAGRAPHS)
    return [
        [
            refuse_text(f"paragraphs-{n}-heading", head, 40),
            refuse_text(f"paragraphs-{n}-text", text, 5_000, required=False),
        ]
        for n, (head, text) in enumerate(paragraphs)
    ]
