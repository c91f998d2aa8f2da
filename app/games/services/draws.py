"""Draws: seeds, the draw itself, one from paper, all of it again with a reason. After that no pairing changes."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import DrawKind, EventFormat, EventStatus
from app.games.models import Draw, Entry, Event
from app.games.queries.draws import draw_that_holds, is_written, to_draw
from app.games.queries.games import entries_of
from app.games.rules.drawing import (
    PAPER,
    Outcome,
    Plan,
    carry_out,
    check_seeds,
    flat,
    from_paper,
    groups_in,
    plan_of,
    replays,
)
from app.games.rules.draws import Entrant
from app.games.services.opening import open_event, refuse_text
from app.games.services.units import clear_units, lay_units

NUMBERED = frozenset({EventFormat.JUDGED, EventFormat.TIMED})
"""Formats in which the number drawn is the one on the back, unless another has been given."""


@act
def set_seeds(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    seeds: Mapping[uuid.UUID, int],
    actor: Actor,
    version: int | None = None,
) -> None:
    """Set the seeds of an event, 1, 2, 3, …; who is not named has none. Only before the draw.

    Raises DomainError `seeds_wrong`, `entry_unknown`, Conflict `drawn_already`.
    """
    event = open_event(games_id, event_id, version)
    if draw_that_holds(games_id, event_id) is not None:
        raise Conflict("drawn_already", N_("已经抽签，种子不能再改；要改请写明原因重抽。"))
    entries = to_draw(games_id, event_id)
    _seed(entries, seeds)
    event.version += 1
    record(actor, "games.seeded", subject_kind="event", subject_id=event_id, scope_id=games_id, seeds=len(seeds))


def _seed(entries: Sequence[Entry], seeds: Mapping[uuid.UUID, int]) -> None:
    check_seeds(list(seeds.values()))
    if not set(seeds) <= {entry.id for entry in entries}:
        raise DomainError("entry_unknown", N_("种子里有人不在名单上。"))
    for entry in entries:
        entry.seed = seeds.get(entry.id)
    db.session.flush()


@act
def hold_draw(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    actor: Actor,
    seed: str = "",
    witnesses: str = "",
    reason: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> uuid.UUID:
    """Draw an event by lots from `seed` (empty: one that nobody could know); returns the draw's id.

    The numbers of the entries, the units and the start list follow. Again only with a `reason`, and only while no
    result is written. Raises Conflict `nothing_to_draw`, `result_there`, `drawn_already`, DomainError `too_few`.
    """
    event, plan, entries = _open(games_id, event_id, version, reason)
    entrants = _entrants(entries)
    typed = refuse_text("seed", seed, 200, required=False) or secrets.token_hex(16)
    outcome = carry_out(plan.version, entrants, typed)
    draw = _keep(event, plan.kind, plan.version, typed, entrants, outcome)
    return _finish(event, draw, entries, actor=actor, witnesses=witnesses, reason=reason, at=at)


@act
def record_paper_draw(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    typed: Mapping[uuid.UUID, str],
    actor: Actor,
    witnesses: str = "",
    reason: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> uuid.UUID:
    """Keep a draw that was held on paper (领队会抽签): each entry with its number, place, or group and number.

    Raises what `hold_draw` and `rules.drawing.from_paper` raise, the entry's id as field, and `number_missing`.
    """
    event, plan, entries = _open(games_id, event_id, version, reason)
    numbers = {str(entry.id): typed.get(entry.id, "").strip() for entry in entries}
    missing = next((one for one, text in numbers.items() if not text), None)
    if missing is not None:
        raise DomainError("number_missing", N_("这里要填抽到的号。"), field=missing)
    outcome = from_paper(plan.kind, numbers)
    groups = groups_in(event.settings)
    if plan.kind is DrawKind.GROUPS and len(outcome) != groups:
        raise DomainError("no_groups_so", N_("规程定了 %(n)s 组，填的是 %(found)s 组。"), n=groups, found=len(outcome))
    draw = _keep(event, plan.kind, PAPER, "", _entrants(entries), outcome)
    return _finish(event, draw, entries, actor=actor, witnesses=witnesses, reason=reason, at=at)


def replay_of(draw: Draw) -> bool | None:
    """Whether a stored draw is what its seed and its entrants give; None for a draw on paper."""
    entrants = [Entrant(one["id"], one.get("seed"), one.get("unit")) for one in draw.entrants]
    return replays(draw.version, entrants, draw.seed, draw.outcome)


def _open(
    games_id: uuid.UUID, event_id: uuid.UUID, version: int | None, reason: str
) -> tuple[Event, Plan, Sequence[Entry]]:
    event = open_event(games_id, event_id, version)
    plan = plan_of(EventFormat(event.format), event.settings)
    if plan is None or event.status == EventStatus.CANCELLED.value:
        raise Conflict("nothing_to_draw", N_("这个小项不用抽签。"))
    if is_written(games_id, event_id) or EventStatus(event.status) not in {EventStatus.PLANNED, EventStatus.START_LIST}:
        raise Conflict("result_there", N_("已有成绩，不能再抽签。"))
    if draw_that_holds(games_id, event_id) is not None and not reason.strip():
        raise Conflict("drawn_already", N_("已经抽过签。要重抽，请写明原因。"), field="reason")
    entries = to_draw(games_id, event_id)
    least = max(plan.least, groups_in(event.settings) * 2 if plan.kind is DrawKind.GROUPS else 0)
    if len(entries) < least:
        raise DomainError("too_few", N_("至少要 %(n)s 项报项才能抽签。"), n=least)
    return event, plan, entries


def _entrants(entries: Sequence[Entry]) -> list[Entrant]:
    return [Entrant(str(entry.id), entry.seed, str(entry.delegation_id)) for entry in entries]


def _keep(event: Event, kind: DrawKind, version: str, seed: str, entrants: Sequence[Entrant], outcome: Outcome) -> Draw:
    return Draw(
        games_id=event.games_id,
        id=uuid7(),
        event_id=event.id,
        kind=kind.value,
        version=version,
        seed=seed,
        entrants=[asdict(one) for one in entrants],
        outcome=outcome,
    )


def _finish(
    event: Event,
    draw: Draw,
    entries: Sequence[Entry],
    *,
    actor: Actor,
    witnesses: str,
    reason: str,
    at: datetime | None,
) -> uuid.UUID:
    """The draw fixes the numbers, the units and the start list."""
    draw.witnesses = refuse_text("witnesses", witnesses, 200, required=False)
    draw.reason = refuse_text("reason", reason, 500, required=False)
    draw.made_at, draw.made_by = at or now(), actor.id if actor.kind == "account" else None
    db.session.add(draw)
    _number(event, draw, entries)
    db.session.flush()
    clear_units(event)
    lay_units(event, entries_of(event.games_id, event.id), draw)
    event.status = EventStatus.START_LIST.value
    event.version += 1
    record(
        actor,
        "games.drawn",
        subject_kind="event",
        subject_id=event.id,
        scope_id=event.games_id,
        draw=str(draw.id),
        version=draw.version,
        entries=len(entries),
        **({"reason": draw.reason} if draw.reason else {}),
    )
    return draw.id


def _number(event: Event, draw: Draw, entries: Sequence[Entry]) -> None:
    row: list[Any] = draw.outcome if draw.kind == DrawKind.BRACKET.value else flat(draw.outcome)
    number_of = {one: n for n, one in enumerate(row, 1) if one is not None}
    for entry in entries:
        if EventFormat(event.format) in NUMBERED and entry.number in {None, str(entry.draw)}:
            entry.number = str(number_of[str(entry.id)])
        entry.draw = number_of[str(entry.id)]
