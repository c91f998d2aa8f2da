"""Times of a heat: from lines or a file, or from the check-ins of the event's activity."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.audit.services import Actor
from app.checkins.queries.presence import start_and_finish
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import EntryState, Irm, UnitKind
from app.games.models import Entry, EntryMember, Event, Unit
from app.games.queries.games import entries_of
from app.games.rules.registry import rule_set
from app.games.rules.timed import TimedRules
from app.games.rules.times import Times, read_times
from app.games.services.evaluation import named_entries
from app.games.services.gathering import by_members
from app.games.services.result_checks import field_of
from app.games.services.results import newest_result, open_unit, write_result

LAST_NAMED = 5


@act
def take_times(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    unit_id: uuid.UUID,
    text: str,
    actor: Actor,
    seen: int | None,
    publisher: bool = False,
    reason: str = "",
) -> int:
    """Store the times of the lines in `text` over what the heat has; returns the version.

    All of it or nothing: the first slip is refused with its line and column (see `times_of`).
    """
    event, unit = open_unit(games_id, event_id, unit_id)
    found = times_of(event, unit, text)
    for slip in found.slips:
        raise slip.refusal()
    rows = found.content(by_members=by_members(event))
    return write_result(
        games_id=games_id,
        event_id=event_id,
        unit_id=unit_id,
        content={"entries": _over(unit, rows)},
        actor=actor,
        seen=seen,
        publisher=publisher,
        reason=reason,
    )


@act
def take_checkins(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    unit_id: uuid.UUID,
    started_at: datetime | None,
    actor: Actor,
    seen: int | None,
    publisher: bool = False,
    reason: str = "",
) -> int:
    """Store the times that the check-ins of the event's activity give; returns the version.

    Gun time: from `started_at` to the check-in at the finish; net time: from one's own check-in at the start. Who was
    never there is DNS, who did not finish DNF, both for the referee to look at; marks already written stay.
    """
    event, unit = open_unit(games_id, event_id, unit_id)
    if event.activity_id is None or unit.kind != UnitKind.HEAT.value:
        raise Conflict("no_activity", N_("这个小项没有关联活动。"))
    entries = {str(one.id): one for one in entries_of(games_id, event_id)}
    sides = field_of(unit, list(entries.values()), {}).sides
    people = _people(games_id, [entries[one].id for one in sides if one in entries])
    times = start_and_finish(event.activity_id, [person for some in people.values() for person in some])
    rows: list[dict[str, Any]] = []
    for one in sides:
        if one not in entries or entries[one].state != EntryState.ENTERED.value:
            continue
        of = [_row(times.get(person), started_at) for person in people.get(one, [])]
        if of:
            rows.append({"id": one, "members": of} if by_members(event) else {"id": one, **of[-1]})
    if not any("gun" in row or "net" in row or row.get("members") for row in rows):
        raise DomainError("no_checkins", N_("这次活动还没有终点签到。"))
    return write_result(
        games_id=games_id,
        event_id=event_id,
        unit_id=unit_id,
        content={"entries": _over(unit, rows, keep_marks=True)},
        actor=actor,
        seen=seen,
        publisher=publisher,
        reason=reason,
    )


def times_of(event: Event, unit: Unit, text: str) -> Times:
    """What the lines say for this heat, with every slip. Joins whatever is open; writes nothing."""
    if unit.kind != UnitKind.HEAT.value:
        raise Conflict("not_timed", N_("这一场不是计时。"))
    entries = entries_of(event.games_id, event.id)
    mine = set(field_of(unit, entries, {}).sides)
    numbers = {one.number: str(one.id) for one in entries if one.number and str(one.id) in mine}
    if not numbers:
        names = ", ".join(list(named_entries(event.games_id, entries).values())[:LAST_NAMED])
        raise Conflict("no_numbers", N_("%(names)s 还没有号码，先编号码。"), names=names)
    rules = rule_set(event.rules) if event.rules else None
    net = isinstance(rules, TimedRules) and event.settings.get("rank_by", rules.rank_by) == "net"
    return read_times(text, numbers, net=net, members=event.team_max if by_members(event) else 1)


def _over(unit: Unit, rows: Sequence[Mapping[str, Any]], *, keep_marks: bool = False) -> list[Mapping[str, Any]]:
    """New rows over those that the heat has; rows of others stay."""
    newest = newest_result(unit)
    held = {row["id"]: row for row in (newest.content.get("entries", ()) if newest else ())}
    for row in rows:
        if not (keep_marks and held.get(row["id"], {}).get("irm")):
            held[row["id"]] = dict(row)
    return list(held.values())


def _people(games_id: uuid.UUID, entry_ids: Sequence[uuid.UUID]) -> dict[str, list[uuid.UUID]]:
    found: dict[str, list[uuid.UUID]] = {}
    for row in db.session.execute(
        select(EntryMember.entry_id, EntryMember.person_id)
        .join(Entry, (Entry.games_id == EntryMember.games_id) & (Entry.id == EntryMember.entry_id))
        .where(EntryMember.games_id == games_id, EntryMember.entry_id.in_(entry_ids), EntryMember.substitute.is_(False))
        .order_by(EntryMember.entry_id, EntryMember.position, EntryMember.person_id)
    ):
        found.setdefault(str(row.entry_id), []).append(row.person_id)
    return found


def _row(found: tuple[datetime | None, datetime | None] | None, started_at: datetime | None) -> dict[str, Any]:
    if found is None:
        return {"irm": Irm.DNS.value}
    start, finish = found
    if finish is None:
        return {"irm": Irm.DNF.value}
    net = finish - start if start is not None and finish > start else None
    gun = finish - started_at if started_at is not None and finish > started_at else net
    if net is not None and gun is not None and net > gun:
        net = None  # checked in before the start: the gun counts
    return {key: _clock(value) for key, value in (("gun", gun), ("net", net)) if value is not None} or {
        "irm": Irm.FIN.value
    }


def _clock(span: timedelta) -> str:
    """2:09:44.3, to the millisecond."""
    seconds, part = divmod(span, timedelta(seconds=1))
    text = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    thousandths = part // timedelta(milliseconds=1)
    return f"{text}.{thousandths:03}".rstrip("0") if thousandths else text
