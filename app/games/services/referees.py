"""Who officiates in which unit: the head referee, and judges with a number each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.queries import grants_of
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.permissions import Permission, Scope, ScopeKind, allows
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import UnitKind
from app.games.models import Sheet, Unit, UnitReferee
from app.games.services.opening import open_event
from app.games.services.sheets import component_of

MOST_JUDGES = 20


@act
def assign_referee(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    unit_ids: Sequence[uuid.UUID],
    account_id: uuid.UUID,
    number: int,
    panel: str = "",
    actor: Actor,
) -> int:
    """Give somebody a place in some units of an event: 0 is the head referee, judges count from 1.

    Returns how many units have changed. Raises DomainError `no_referee` (without the right to write results),
    Conflict `number_taken`, `has_sheet`.
    """
    event = open_event(games_id, event_id)
    if not may_referee(games_id, account_id):
        raise DomainError("no_referee", N_("这个账号没有裁判权限。"), field="account")
    if not 0 <= number <= MOST_JUDGES:
        raise DomainError("number_wrong", N_("裁判号从 0 到 %(most)s。"), field="number", most=MOST_JUDGES)
    units = _units(games_id, event_id, unit_ids)
    changed = 0
    for unit in units:
        if unit.kind == UnitKind.PERFORMANCES.value and number:
            component_of(event, panel)
        changed += _place(unit, account_id, number, panel if number else "")
    db.session.flush()
    if changed:
        record(
            actor,
            "games.referee_assigned",
            subject_kind="event",
            subject_id=event_id,
            scope_id=games_id,
            account=str(account_id),
            number=number,
            panel=panel,
            units=changed,
        )
    return changed


@act
def release_referee(
    *, games_id: uuid.UUID, event_id: uuid.UUID, unit_ids: Sequence[uuid.UUID], account_id: uuid.UUID, actor: Actor
) -> int:
    """Take somebody out of some units; returns of how many. Raises Conflict `has_sheet`."""
    open_event(games_id, event_id)
    gone = 0
    for unit in _units(games_id, event_id, unit_ids):
        held = db.session.get(UnitReferee, (games_id, unit.id, account_id))
        if held is None:
            continue
        _refuse_sheet(held)
        db.session.delete(held)
        gone += 1
    if gone:
        record(
            actor,
            "games.referee_released",
            subject_kind="event",
            subject_id=event_id,
            scope_id=games_id,
            account=str(account_id),
            units=gone,
        )
    return gone


def may_referee(games_id: uuid.UUID, account_id: uuid.UUID) -> bool:
    """Whether an account may write results of these games."""
    return allows(grants_of(account_id, at=now()), Permission.RESULT_WRITE, [Scope(ScopeKind.GAMES, games_id)])


def _units(games_id: uuid.UUID, event_id: uuid.UUID, unit_ids: Sequence[uuid.UUID]) -> Sequence[Unit]:
    found = (
        db.session.execute(
            select(Unit)
            .where(Unit.games_id == games_id, Unit.event_id == event_id, Unit.id.in_(list(unit_ids)))
            .order_by(Unit.number)
        )
        .scalars()
        .all()
    )
    if not found:
        raise DomainError("unit_missing", N_("先选场次。"), field="units")
    return found


def _place(unit: Unit, account_id: uuid.UUID, number: int, panel: str) -> int:
    """Put an account at a number of a unit; returns 1 when that changed something."""
    there = (
        db.session.execute(
            select(UnitReferee).where(UnitReferee.games_id == unit.games_id, UnitReferee.unit_id == unit.id)
        )
        .scalars()
        .all()
    )
    for one in there:
        if one.account_id != account_id and (one.number, one.panel) == (number, panel):
            raise Conflict("number_taken", N_("第 %(unit)s 场的这个裁判号已有人。"), field="number", unit=unit.number)
    held = next((one for one in there if one.account_id == account_id), None)
    if held is None:
        db.session.add(
            UnitReferee(games_id=unit.games_id, unit_id=unit.id, account_id=account_id, number=number, panel=panel)
        )
        return 1
    if (held.number, held.panel) == (number, panel):
        return 0
    _refuse_sheet(held)
    held.number, held.panel = number, panel
    return 1


def _refuse_sheet(held: UnitReferee) -> None:
    """A judge who has written keeps their number: the sheet bears it."""
    query = select(Sheet.entry_id).where(
        Sheet.games_id == held.games_id,
        Sheet.unit_id == held.unit_id,
        Sheet.panel == held.panel,
        Sheet.judge == held.number,
    )
    if held.number and db.session.execute(query.limit(1)).scalar_one_or_none() is not None:
        raise Conflict("has_sheet", N_("这位裁判已经打过分，不能换。"), field="account")
