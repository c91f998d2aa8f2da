"""Sessions and the units in them; what would stand twice at once is refused unless it is confirmed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import SessionStatus, UnitStatus
from app.games.models import Session, Unit
from app.games.queries.schedule import clashes_of
from app.games.rules.schedule import ScheduleClash, SessionDraft, fill
from app.games.services.opening import check_version, open_event, open_games, refuse_text

LONGEST = 600
"""Minutes of one unit at most."""
COURTS = 60
OVER = frozenset({UnitStatus.DRAFT.value, UnitStatus.CONFIRMED.value})
"""What has been played is not moved any more: its time is a fact."""


@act
def add_session(*, games_id: uuid.UUID, draft: SessionDraft, actor: Actor) -> uuid.UUID:
    """Add a session at a venue; returns its id. Raises DomainError `ends_before_start`."""
    open_games(games_id)
    session = Session(games_id=games_id, id=uuid7(), version=1, status=SessionStatus.SCHEDULED.value)
    _fill(session, draft)
    db.session.add(session)
    db.session.flush()
    record(actor, "games.session_added", subject_kind="session", subject_id=session.id, scope_id=games_id)
    return session.id


@act
def change_session(
    *, games_id: uuid.UUID, session_id: uuid.UUID, draft: SessionDraft, actor: Actor, version: int | None = None
) -> None:
    """Change a session; when its start moves, what is in it and has not been played moves along.

    Calendars show the session's name and venue with each unit: a change of either is a new version of it too.
    """
    session = _open(games_id, session_id, version)
    shift, before = draft.starts_at - session.starts_at, (session.name, session.venue)
    _fill(session, draft)
    session.version += 1
    if shift or before != (session.name, session.venue):
        for unit in _of_session(games_id, session_id):
            if unit.starts_at is not None and unit.status not in OVER:
                unit.starts_at += shift
                unit.version += 1
    record(actor, "games.session_changed", subject_kind="session", subject_id=session_id, scope_id=games_id)


@act
def put_off_session(
    *,
    games_id: uuid.UUID,
    session_id: uuid.UUID,
    status: SessionStatus,
    reason: str,
    actor: Actor,
    version: int | None = None,
) -> None:
    """Postpone a session, call it off, or let it take place after all; what was played in it stays.

    When it takes place after all, only what was put off together with it comes back.

    Raises DomainError when no reason is given for putting it off.
    """
    session = _open(games_id, session_id, version)
    why = refuse_text("reason", reason, 200) if status is not SessionStatus.SCHEDULED else reason.strip()[:200]
    before, session.status = session.status, status.value
    session.version += 1
    for unit in _of_session(games_id, session_id):
        if unit.status in {UnitStatus.SCHEDULED.value, before}:
            unit.status = status.value
            unit.version += 1
    record(
        actor,
        "games.session_put_off",
        subject_kind="session",
        subject_id=session_id,
        scope_id=games_id,
        status=status.value,
        reason=why,
    )


@act
def remove_session(*, games_id: uuid.UUID, session_id: uuid.UUID, actor: Actor) -> None:
    """Remove a session that is empty. Raises Conflict `session_in_use`."""
    session = _open(games_id, session_id, None)
    if session.activity_id is not None or _units(games_id, Unit.session_id == session_id):
        raise Conflict("session_in_use", N_("这个单元里还有场次或签到，不能删。"))
    db.session.delete(session)
    record(actor, "games.session_removed", subject_kind="session", subject_id=session_id, scope_id=games_id)


@act
def place_units(
    *,
    games_id: uuid.UUID,
    session_id: uuid.UUID,
    unit_ids: Sequence[uuid.UUID],
    minutes: int,
    courts: Sequence[str],
    actor: Actor,
    confirmed: bool = False,
    starts_at: datetime | None = None,
) -> int:
    """Put units into a session one after another, from `starts_at` (its own start); returns how many.

    Raises Conflict `schedule_clash` with the number of overlaps, unless `confirmed`.
    """
    session = _open(games_id, session_id, None)
    courts = [name for court in courts if (name := court.strip()[:40])]
    _check_length(minutes)
    if not 1 <= len(courts) <= COURTS:
        raise DomainError("courts_wrong", N_("至少填一块场地，一行一块。"), field="courts")
    if len(set(courts)) < len(courts):
        raise DomainError("courts_wrong", N_("有两块场地同名。"), field="courts")
    found = _locked(games_id, unit_ids)
    for one, at, court in fill(unit_ids, starts_at or session.starts_at, minutes, courts):
        _move(found[one], session_id, at, minutes, court)
    _refuse_clashes(games_id, unit_ids, confirmed=confirmed)
    record(
        actor, "games.units_placed", subject_kind="session", subject_id=session_id, scope_id=games_id, units=len(found)
    )
    return len(found)


@act
def move_unit(
    *,
    games_id: uuid.UUID,
    unit_id: uuid.UUID,
    session_id: uuid.UUID,
    starts_at: datetime,
    minutes: int,
    court: str,
    actor: Actor,
    confirmed: bool = False,
    version: int | None = None,
) -> None:
    """Give one unit another time, court or session. Raises Conflict `schedule_clash` unless `confirmed`."""
    _open(games_id, session_id, None)
    _check_length(minutes)
    unit = _locked(games_id, [unit_id])[unit_id]
    check_version(unit.version, version)
    before = unit.starts_at
    _move(unit, session_id, starts_at, minutes, court.strip()[:40])
    _refuse_clashes(games_id, [unit_id], confirmed=confirmed)
    record(
        actor,
        "games.unit_moved",
        subject_kind="unit",
        subject_id=unit_id,
        scope_id=games_id,
        before=before.isoformat() if before else "",
        after=starts_at.isoformat(),
    )


@act
def take_out_units(*, games_id: uuid.UUID, unit_ids: Sequence[uuid.UUID], actor: Actor) -> int:
    """Take units out of the schedule again; returns how many. What was played stays where it was."""
    found = _locked(games_id, unit_ids)
    for unit in found.values():
        _refuse_played(unit)
        unit.session_id, unit.starts_at, unit.court, unit.minutes = None, None, "", None
        unit.status = UnitStatus.SCHEDULED.value
        unit.version += 1
    record(
        actor, "games.units_taken_out", subject_kind="games", subject_id=games_id, scope_id=games_id, units=len(found)
    )
    return len(found)


# --------------------------------------------------------------------------- joining the act


def _open(games_id: uuid.UUID, session_id: uuid.UUID, version: int | None) -> Session:
    """The locked session: whoever fills it takes turns. The edition is left free for results elsewhere."""
    session = db.session.execute(
        select(Session)
        .where(Session.games_id == games_id, Session.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if session is None:
        raise NotFound("session_not_found", N_("没有找到这个单元。"))
    check_version(session.version, version)
    return session


def _locked(games_id: uuid.UUID, unit_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Unit]:
    """The units, after their events are locked in one order, so that draws and results take turns with this."""
    events = db.session.execute(
        select(Unit.event_id).where(Unit.games_id == games_id, Unit.id.in_(unit_ids)).distinct()
    ).scalars()
    for event_id in sorted(events):
        open_event(games_id, event_id)
    found = {unit.id: unit for unit in _units(games_id, Unit.id.in_(unit_ids))}
    if not unit_ids or len(found) < len(set(unit_ids)):
        raise NotFound("unit_not_found", N_("没有找到这一场。"))
    return found


def _of_session(games_id: uuid.UUID, session_id: uuid.UUID) -> Sequence[Unit]:
    ids = (
        db.session.execute(select(Unit.id).where(Unit.games_id == games_id, Unit.session_id == session_id))
        .scalars()
        .all()
    )
    return list(_locked(games_id, ids).values()) if ids else []


def _units(games_id: uuid.UUID, which: ColumnElement[bool]) -> Sequence[Unit]:
    return (
        db.session.execute(
            select(Unit)
            .where(Unit.games_id == games_id, which)
            .order_by(Unit.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def _fill(session: Session, draft: SessionDraft) -> None:
    if draft.ends_at <= draft.starts_at:
        raise DomainError("ends_before_start", N_("结束应晚于开始。"), field="ends_at")
    session.name = refuse_text("name", draft.name, 80)
    session.venue = refuse_text("venue", draft.venue, 80)
    session.starts_at, session.ends_at = draft.starts_at, draft.ends_at


def _check_length(minutes: int) -> None:
    if not 1 <= minutes <= LONGEST:
        raise DomainError("minutes_wrong", N_("每场应为 1 到 600 分钟。"), field="minutes")


def _refuse_played(unit: Unit) -> None:
    if unit.status in OVER:
        raise Conflict("unit_played", N_("第 %(n)s 场已有成绩，不能再改时间。"), n=unit.number)


def _move(unit: Unit, session_id: uuid.UUID, starts_at: datetime, minutes: int, court: str) -> None:
    _refuse_played(unit)
    unit.session_id, unit.starts_at, unit.minutes, unit.court = session_id, starts_at, minutes, court
    if unit.status in {UnitStatus.POSTPONED.value, UnitStatus.CANCELLED.value}:
        unit.status = UnitStatus.SCHEDULED.value
    unit.version += 1


def _refuse_clashes(games_id: uuid.UUID, unit_ids: Iterable[uuid.UUID], *, confirmed: bool) -> None:
    db.session.flush()
    mine = set(unit_ids)
    found = [one for one in clashes_of(games_id) if mine & {one.a.unit, one.b.unit}]
    if found and not confirmed:
        raise ScheduleClash(found)
