"""How every act on games begins. These helpers join the open act."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import select

from app.activities.rules.drafts import is_code
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.text import N_
from app.games.models import Delegation, Event, Games
from app.games.queries.games import games_not_found


def open_games(games_id: uuid.UUID, version: int | None = None) -> Games:
    """The locked row, if it still is as the editor has seen it (`version` None: whatever it is)."""
    games = db.session.execute(
        select(Games).where(Games.id == games_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if games is None:
        raise games_not_found()
    check_version(games.version, version)
    return games


def open_event(games_id: uuid.UUID, event_id: uuid.UUID, version: int | None = None) -> Event:
    """The locked event; every act on its draw, units, results and places locks it first."""
    event = db.session.execute(
        select(Event)
        .where(Event.games_id == games_id, Event.id == event_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if event is None:
        raise event_not_found()
    check_version(event.version, version)
    return event


def open_delegation(games_id: uuid.UUID, delegation_id: uuid.UUID) -> Delegation:
    """The locked delegation: its entries take turns, so that limits hold."""
    found = db.session.execute(
        select(Delegation)
        .where(Delegation.games_id == games_id, Delegation.id == delegation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise delegation_not_found()
    return found


def check_version(stored: int, seen: int | None) -> None:
    """Refuse a change that rests on what has been changed since."""
    if seen is not None and stored != seen:
        raise Conflict("changed_meanwhile", N_("刚被别人改过，填的都还在，核对后再保存。"))


def event_not_found() -> NotFound:
    """The refusal for an event that does not exist."""
    return NotFound("event_not_found", N_("没有找到这个小项。"))


def delegation_not_found() -> NotFound:
    """The refusal for a delegation that does not exist."""
    return NotFound("delegation_not_found", N_("没有找到这个代表团。"))


def code_taken(field: str = "code") -> Conflict:
    """The refusal for a code or name that another one bears."""
    return Conflict("code_taken", N_("已经有同样的，请换一个。"), field=field)


def refuse_text(name: str, text: str, most: int, *, required: bool = True) -> str:
    """The text without outer spaces. Raises DomainError `text_missing`, `text_long`."""
    kept = text.strip()
    if required and not kept:
        raise DomainError("text_missing", N_("请填写。"), field=name)
    if len(kept) > most:
        raise DomainError("text_long", N_("最多 %(most)s 个字，请改短。"), field=name, most=most)
    return kept


def next_position(taken: Sequence[int]) -> int:
    """After the last."""
    return max(taken, default=-1) + 1


def code_of(code: str, most: int) -> str:
    """A code without outer spaces. Raises DomainError `code_wrong`."""
    kept = code.strip()
    if not is_code(kept) or len(kept) > most:
        raise DomainError("code_wrong", N_("代号用字母、数字和短横，最多 %(most)s 个。"), field="code", most=most)
    return kept


class Placed(Protocol):
    """A row of a list that people put in order."""

    id: uuid.UUID
    position: int


def put_at(rows: Sequence[Placed], moved: uuid.UUID, place: int) -> None:
    """Number `rows`, given in their order, anew with the row `moved` at `place`, counting from 0."""
    order = [one for one in rows if one.id != moved]
    (row,) = (one for one in rows if one.id == moved)
    order.insert(min(max(place, 0), len(order)), row)
    for position, one in enumerate(order):
        if one.position != position:
            one.position = position
