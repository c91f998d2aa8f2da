"""A unit's result: written as a draft, confirmed by the head referee. Each version stays.

What is impossible is refused by the rules in the names of the start list; nothing half stored.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.audit.services import SYSTEM, Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, Forbidden, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import (
    SHOWN,
    EntryState,
    EventFormat,
    EventStatus,
    ResultState,
    UnitKind,
    UnitStatus,
)
from app.games.models import Event, Result, Unit, UnitReferee
from app.games.queries.games import entries_of
from app.games.rules.sheet_contents import (
    Content,
    Field,
    check_gone,
    check_whole,
    content_of,
    is_empty,
)
from app.games.services.evaluation import named_entries, standing, written_units
from app.games.services.opening import open_event, refuse_text
from app.games.services.result_checks import BESIDE, check_alone, field_of, refuse_old_sheets
from app.games.services.units import next_units


@act
def write_result(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    unit_id: uuid.UUID,
    content: Mapping[str, Any],
    actor: Actor,
    seen: int | None,
    publisher: bool = False,
    reason: str = "",
    at: datetime | None = None,
) -> int:
    """Store a unit's result as a draft, as the next version; returns its number. The same content changes nothing.

    `seen` is the version that the page showed (0: none; None: whatever there is). `publisher`: the actor may publish
    results, so may write any unit. A confirmed version is replaced with a reason only, by whoever may confirm it.
    Raises Conflict `changed_meanwhile`, `published_already`, and what contradicts itself, with the names.
    """
    event, unit = open_unit(games_id, event_id, unit_id)
    newest = newest_result(unit)
    field, gone = _field(event, unit)
    _refuse_open_sides(unit)
    kept = content_of(UnitKind(unit.kind), content, field)
    if newest is not None and newest.content == kept:
        return newest.version
    refuse_stale(newest, seen)
    confirmed = newest is not None and newest.state == ResultState.CONFIRMED.value
    refuse_stranger(unit, actor, publisher=publisher, head=confirmed or _has_judges(unit))
    why = refuse_text("reason", reason, 500, required=confirmed)
    if is_empty(kept):
        raise DomainError("result_missing", N_("还没有填成绩。"))
    if not confirmed:
        check_gone(UnitKind(unit.kind), kept, gone, field)
    made = add_version(unit, kept, newest, actor, why, at or now())
    check_alone(event, unit, made)
    unit.status = UnitStatus.DRAFT.value
    _goes_on(event)
    record(
        actor,
        "games.result_written",
        subject_kind="unit",
        subject_id=unit_id,
        scope_id=games_id,
        event=str(event_id),
        version=made.version,
        corrected=confirmed,
    )
    return made.version


@act
def confirm_result(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    unit_id: uuid.UUID,
    version: int,
    actor: Actor,
    publisher: bool = False,
) -> list[uuid.UUID]:
    """The head referee's word for one version of a result; returns the ids of the units that follow from it.

    Confirming the same version again changes nothing. Raises Forbidden `not_head_referee`, Conflict
    `changed_meanwhile`, DomainError `result_missing`, and whatever the event's rules refuse.
    """
    event, unit = open_unit(games_id, event_id, unit_id)
    newest = newest_result(unit)
    if newest is None:
        raise Conflict("result_missing", N_("还没有成绩可以确认。"))
    refuse_stale(newest, version)
    refuse_stranger(unit, actor, publisher=publisher, head=True)
    if newest.state == ResultState.CONFIRMED.value:
        return []
    field, gone = _field(event, unit)
    _refuse_open_sides(unit)
    content_of(UnitKind(unit.kind), newest.content, field)  # an earlier correction may have put others into it
    check_whole(UnitKind(unit.kind), newest.content, field, gone)
    refuse_old_sheets(unit, newest.content)
    newest.state, unit.status = ResultState.CONFIRMED.value, UnitStatus.CONFIRMED.value
    unit.version += 1
    db.session.flush()
    entries, written = entries_of(games_id, event_id), written_units(games_id, event_id)
    try:
        standing(event, entries, written)
    except DomainError as refused:
        refused.field = refused.field or BESIDE.get(refused.code)
        raise
    following = [one.id for one in next_units(event, entries, written)]
    _goes_on(event)
    record(
        actor,
        "games.result_confirmed",
        subject_kind="unit",
        subject_id=unit_id,
        scope_id=games_id,
        event=str(event_id),
        version=newest.version,
        following=len(following),
    )
    return following


@act
def take_back_result(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    unit_id: uuid.UUID,
    version: int,
    reason: str,
    actor: Actor,
    publisher: bool = False,
    at: datetime | None = None,
) -> int:
    """Take the head referee's word back: the result is a draft again, as a version of its own, until the earlier
    bout from which its sides come has been put right. Returns the version; of a draft nothing changes.
    """
    event, unit = open_unit(games_id, event_id, unit_id)
    newest = newest_result(unit)
    if newest is None:
        raise Conflict("result_missing", N_("还没有成绩可以确认。"))
    refuse_stale(newest, version)
    refuse_stranger(unit, actor, publisher=publisher, head=True)
    if newest.state == ResultState.DRAFT.value:
        return newest.version
    why = refuse_text("reason", reason, 500)
    made = add_version(unit, dict(newest.content), newest, actor, why, at or now())
    unit.status = UnitStatus.DRAFT.value
    _goes_on(event)
    record(
        actor,
        "games.result_taken_back",
        subject_kind="unit",
        subject_id=unit_id,
        scope_id=games_id,
        event=str(event_id),
        version=made.version,
    )
    return made.version


@act
def begin_unit(
    *, games_id: uuid.UUID, event_id: uuid.UUID, unit_id: uuid.UUID, actor: Actor, publisher: bool = False
) -> None:
    """Say that a unit is being played now. Saying it twice, or after its result, changes nothing."""
    event, unit = open_unit(games_id, event_id, unit_id)
    refuse_stranger(unit, actor, publisher=publisher)
    if unit.status not in {UnitStatus.SCHEDULED.value, UnitStatus.POSTPONED.value}:
        return
    unit.status = UnitStatus.RUNNING.value
    unit.version += 1
    _goes_on(event)
    record(actor, "games.unit_begun", subject_kind="unit", subject_id=unit_id, scope_id=games_id, event=str(event_id))


@act
def open_list_of_places(*, games_id: uuid.UUID, event_id: uuid.UUID, actor: Actor) -> uuid.UUID:
    """The unit in which an event's places are typed in; made when there is none. Returns its id."""
    event = open_event(games_id, event_id)
    units = [one.unit for one in written_units(games_id, event_id)]
    listed = [one for one in units if one.kind == UnitKind.PLACES.value]
    if listed:
        return listed[0].id
    if event.format != EventFormat.PLACES.value and units:
        raise Conflict("units_there", N_("这个小项已经排了场次，按场次填成绩。"))
    if EventStatus(event.status) in SHOWN | {EventStatus.CANCELLED}:
        raise published_already()
    made = Unit(
        games_id=games_id,
        id=uuid7(),
        event_id=event_id,
        kind=UnitKind.PLACES.value,
        number=1,
        field=[],
        status=UnitStatus.SCHEDULED.value,
    )
    db.session.add(made)
    db.session.flush()
    record(
        actor, "games.places_opened", subject_kind="unit", subject_id=made.id, scope_id=games_id, event=str(event_id)
    )
    return made.id


# --------------------------------------------------------------------------- steps that other acts share


def open_unit(games_id: uuid.UUID, event_id: uuid.UUID, unit_id: uuid.UUID) -> tuple[Event, Unit]:
    """The locked event and one of its units, while results may be written. Joins the open act."""
    event = open_event(games_id, event_id)
    unit = db.session.execute(
        select(Unit)
        .where(Unit.games_id == games_id, Unit.event_id == event_id, Unit.id == unit_id)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if unit is None:
        raise NotFound("unit_not_found", N_("没有找到这一场。"))
    if EventStatus(event.status) in SHOWN:
        raise published_already()
    if event.status == EventStatus.CANCELLED.value or unit.status == UnitStatus.CANCELLED.value:
        raise Conflict("unit_cancelled", N_("这一场已取消，不能填成绩。"))
    return event, unit


def published_already() -> Conflict:
    """The refusal to write into what the public sees."""
    return Conflict("published_already", N_("成绩已经公布，先由编排记录组重新打开。"))


def newest_result(unit: Unit) -> Result | None:
    """The version that holds."""
    return db.session.execute(
        select(Result)
        .where(Result.games_id == unit.games_id, Result.unit_id == unit.id)
        .order_by(Result.version.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def refuse_stale(newest: Result | None, seen: int | None) -> None:
    """Refuse what rests on an earlier version."""
    if seen is not None and seen != (newest.version if newest else 0):
        raise Conflict("changed_meanwhile", N_("这一场的成绩刚被改过，核对后再提交。"))


def refuse_stranger(unit: Unit, actor: Actor, *, publisher: bool, head: bool = False) -> None:
    """Refuse whoever does not officiate here; `head`: whoever is not the head referee."""
    if publisher or actor == SYSTEM:
        return
    assigned = (
        db.session.execute(
            select(UnitReferee).where(UnitReferee.games_id == unit.games_id, UnitReferee.unit_id == unit.id)
        )
        .scalars()
        .all()
    )
    mine = [one for one in assigned if one.account_id == actor.id and actor.kind == "account"]
    if head and not any(one.number == 0 for one in mine):
        raise Forbidden("not_head_referee", N_("要由这一场的裁判长确认。"))
    if assigned and not mine:
        raise Forbidden("not_my_unit", N_("这一场没有派给您。"))


def _has_judges(unit: Unit) -> bool:
    """Whether scores come from judges' own sheets: then only the head judge brings them together."""
    query = select(UnitReferee.number).where(
        UnitReferee.games_id == unit.games_id, UnitReferee.unit_id == unit.id, UnitReferee.number > 0
    )
    return (
        unit.kind == UnitKind.PERFORMANCES.value and db.session.execute(query.limit(1)).scalar_one_or_none() is not None
    )


def add_version(unit: Unit, content: Content, newest: Result | None, actor: Actor, reason: str, at: datetime) -> Result:
    """Store the next version of a unit's result, as a draft."""
    made = Result(
        games_id=unit.games_id,
        id=uuid7(),
        event_id=unit.event_id,
        unit_id=unit.id,
        version=(newest.version if newest else 0) + 1,
        state=ResultState.DRAFT.value,
        content=content,
        reason=reason,
        written_at=at,
        written_by=actor.id,
    )
    db.session.add(made)
    unit.version += 1
    db.session.flush()
    return made


def _field(event: Event, unit: Unit) -> tuple[Field, set[str]]:
    entries = entries_of(event.games_id, event.id)
    gone = {str(one.id) for one in entries if one.state != EntryState.ENTERED.value}
    return field_of(unit, entries, named_entries(event.games_id, entries)), gone


def _refuse_open_sides(unit: Unit) -> None:
    """Two who meet are known before they can have a result."""
    if unit.kind in {UnitKind.BOUT.value, UnitKind.MATCH.value} and None in {unit.a_id, unit.b_id}:
        raise Conflict("sides_open", N_("双方还没有都产生，先确认前面的场次。"))


def _goes_on(event: Event) -> None:
    if EventStatus(event.status) in {EventStatus.PLANNED, EventStatus.START_LIST}:
        event.status = EventStatus.LIVE.value
        event.version += 1
