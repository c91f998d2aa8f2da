"""Sessions and the units in them; what would stand twice at once is refused unless it is confirmed."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import parse_uuid, uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.models import EntryMember, Session, Unit, UnitReferee
from app.games.rules.schedule import Clash, Slot, clashes, fill
from app.games.services.opening import open_games, refuse_text


@act
def add_session(
    *, games_id: uuid.UUID, name: str, venue: str, starts_at: datetime, ends_at: datetime, actor: Actor
) -> uuid.UUID:
    """Add a session at a venue; returns its id. Raises DomainError `ends_before_start`."""
    open_games(games_id)
    if ends_at <= starts_at:
        raise DomainError("ends_before_start", N_("结束应晚于开始。"), field="ends_at")
    session = Session(
        games_id=games_id,
        id=uuid7(),
        name=refuse_text("name", name, 80),
        venue=refuse_text("venue", venue, 80),
        starts_at=starts_at,
        ends_at=ends_at,
    )
    db.session.add(session)
    db.session.flush()
    record(actor, "games.session_added", subject_kind="session", subject_id=session.id, scope_id=games_id)
    return session.id


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
) -> int:
    """Put units into a session one after another, from its start on; returns how many.

    Raises Conflict `schedule_clash` with the kinds and counts, unless `confirmed`.
    """
    open_games(games_id)
    session = db.session.get(Session, (games_id, session_id))
    if session is None:
        raise NotFound("session_not_found", N_("没有找到这个单元。"))
    if not 1 <= minutes <= 600 or not courts:
        raise DomainError("minutes_wrong", N_("每场应为 1 到 600 分钟，至少一块场地。"), field="minutes")
    found = {
        unit.id: unit
        for unit in db.session.execute(
            select(Unit).where(Unit.games_id == games_id, Unit.id.in_(unit_ids)).with_for_update()
        ).scalars()
    }
    if len(found) < len(set(unit_ids)):
        raise NotFound("unit_not_found", N_("没有找到这一场。"))
    for one, starts_at, court in fill(unit_ids, session.starts_at, minutes, courts):
        unit = found[one]
        unit.session_id, unit.starts_at, unit.court = session_id, starts_at, court[:40]
        unit.version += 1
    db.session.flush()
    twice = clashes_of(games_id, minutes)
    mine = [(kind, a, b) for kind, a, b in twice if {a.unit, b.unit} & set(unit_ids)]
    if mine and not confirmed:
        raise Conflict("schedule_clash", N_("有 %(n)s 处同时重叠，核对后再确认保存。"), n=len(mine))
    record(
        actor, "games.units_placed", subject_kind="session", subject_id=session_id, scope_id=games_id, units=len(found)
    )
    return len(found)


def clashes_of(games_id: uuid.UUID, minutes: int) -> list[tuple[Clash, Slot, Slot]]:
    """What stands twice at once in the schedule as it is, each unit taking `minutes`."""
    people: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for entry_id, person_id in db.session.execute(
        select(EntryMember.entry_id, EntryMember.person_id).where(EntryMember.games_id == games_id)
    ):
        people[entry_id].add(person_id)
    referees: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for unit_id, account_id in db.session.execute(
        select(UnitReferee.unit_id, UnitReferee.account_id).where(UnitReferee.games_id == games_id)
    ):
        referees[unit_id].add(account_id)
    rows = db.session.execute(
        select(Unit, Session.venue)
        .join(Session, (Session.games_id == Unit.games_id) & (Session.id == Unit.session_id))
        .where(Unit.games_id == games_id, Unit.starts_at.is_not(None), Unit.status != "cancelled")
    )
    slots = []
    for unit, venue in rows:
        if unit.starts_at is None:
            continue
        sides = [one for one in (unit.a_id, unit.b_id, *map(parse_uuid, unit.field)) if one is not None]
        who = frozenset(person for one in sides for person in people.get(one, ()))
        slots.append(
            Slot(unit.id, unit.starts_at, minutes, (venue, unit.court), who, frozenset(referees.get(unit.id, ())))
        )
    return list(clashes(slots))
