"""Events: added, changed, put in order, called off, removed while nobody has entered."""

from __future__ import annotations

import uuid
from dataclasses import replace

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import EventStatus
from app.games.models import Draw, Entry, Event, Protest, Unit
from app.games.rules.programme import EventDraft, check_event, fraction_of, proposed_code
from app.games.services.opening import (
    code_of,
    code_taken,
    next_position,
    open_event,
    open_games,
    put_at,
    refuse_text,
)
from app.games.services.programme.disciplines import discipline_of


@act
def add_event(*, games_id: uuid.UUID, discipline_id: uuid.UUID, draft: EventDraft, actor: Actor) -> uuid.UUID:
    """Add an event to a discipline, at its end, with a proposed code where none is given; returns its id."""
    open_games(games_id)
    discipline = discipline_of(games_id, discipline_id)
    event = Event(
        games_id=games_id,
        id=uuid7(),
        discipline_id=discipline.id,
        position=next_position([one.position for one in _beside(games_id, discipline.id)]),
        status=EventStatus.PLANNED.value,
    )
    if not draft.code.strip():
        draft = replace(draft, code=proposed_code(discipline.code, draft, _codes(games_id)))
    _fill_event(event, draft)
    db.session.add(event)
    db.session.flush()
    record(actor, "games.event_added", subject_kind="event", subject_id=event.id, scope_id=games_id, code=event.code)
    return event.id


@act
def change_event(
    *, games_id: uuid.UUID, event_id: uuid.UUID, draft: EventDraft, actor: Actor, version: int | None = None
) -> None:
    """Change an event. After publication its rules, format and multiplier stay; after the draw its format too."""
    open_games(games_id)
    event = open_event(games_id, event_id, version)
    before = _decides(event)
    format_before = event.format
    _fill_event(event, draft)
    if event.published_at is not None and _decides(event) != before:
        raise Conflict("rules_fixed", N_("成绩已公布，规则和倍数不能再改。"), field="rules")
    if event.format != format_before and _is_drawn(games_id, event_id):
        raise Conflict("drawn_already", N_("已经抽签，赛制不能再改。"), field="format")
    event.version += 1
    record(actor, "games.event_changed", subject_kind="event", subject_id=event_id, scope_id=games_id)


@act
def place_event(*, games_id: uuid.UUID, event_id: uuid.UUID, place: int, actor: Actor) -> None:
    """Put an event at `place` in its discipline, counting from 0; the same once more changes nothing."""
    open_games(games_id)
    event = open_event(games_id, event_id)
    put_at(_beside(games_id, event.discipline_id), event_id, place)
    record(actor, "games.event_placed", subject_kind="event", subject_id=event_id, scope_id=games_id, to=place)


@act
def cancel_event(*, games_id: uuid.UUID, event_id: uuid.UUID, reason: str, actor: Actor) -> None:
    """Call an event off (too few delegations, weather). What was published of it counts no more."""
    event = open_event(games_id, event_id)
    if event.status == EventStatus.CANCELLED.value:
        raise Conflict("cancelled_already", N_("这个小项已经取消。"))
    event.status = EventStatus.CANCELLED.value
    event.note = refuse_text("reason", reason, 500)
    event.version += 1
    record(actor, "games.event_cancelled", subject_kind="event", subject_id=event_id, scope_id=games_id)


@act
def restore_event(*, games_id: uuid.UUID, event_id: uuid.UUID, actor: Actor) -> None:
    """Take back that an event was called off. A result that was published has to be published again."""
    event = open_event(games_id, event_id)
    if event.status != EventStatus.CANCELLED.value:
        raise Conflict("not_cancelled", N_("这个小项没有取消。"))
    drawn = _is_drawn(games_id, event_id)
    event.status = (
        EventStatus.LIVE if event.published_at else EventStatus.START_LIST if drawn else EventStatus.PLANNED
    ).value
    event.note = ""
    event.version += 1
    record(actor, "games.event_restored", subject_kind="event", subject_id=event_id, scope_id=games_id)


@act
def remove_event(*, games_id: uuid.UUID, event_id: uuid.UUID, actor: Actor) -> None:
    """Take an event out of the programme while nobody has entered it and nothing was drawn or protested."""
    event = open_event(games_id, event_id)
    if _in_use(games_id, event_id):
        raise Conflict("event_in_use", N_("已有人报项或已抽签，只能取消，不能删除。"))
    db.session.delete(event)
    record(actor, "games.event_removed", subject_kind="event", subject_id=event_id, scope_id=games_id, code=event.code)


def _decides(event: Event) -> tuple[object, ...]:
    return event.format, event.rules, event.settings, event.multiplier, event.counts_medals, event.counts_points


def _is_drawn(games_id: uuid.UUID, event_id: uuid.UUID) -> bool:
    drawn = select(Draw.id).where(Draw.games_id == games_id, Draw.event_id == event_id).limit(1)
    units = select(Unit.id).where(Unit.games_id == games_id, Unit.event_id == event_id).limit(1)
    return any(db.session.execute(query).scalar_one_or_none() is not None for query in (drawn, units))


def _in_use(games_id: uuid.UUID, event_id: uuid.UUID) -> bool:
    entries = select(Entry.id).where(Entry.games_id == games_id, Entry.event_id == event_id).limit(1)
    protests = select(Protest.id).where(Protest.games_id == games_id, Protest.event_id == event_id).limit(1)
    return _is_drawn(games_id, event_id) or any(
        db.session.execute(query).scalar_one_or_none() is not None for query in (entries, protests)
    )


def _beside(games_id: uuid.UUID, discipline_id: uuid.UUID) -> list[Event]:
    """The events of a discipline in their order."""
    query = (
        select(Event)
        .where(Event.games_id == games_id, Event.discipline_id == discipline_id)
        .order_by(Event.position, Event.code)
    )
    return list(db.session.execute(query).scalars())


def _codes(games_id: uuid.UUID) -> set[str]:
    return set(db.session.execute(select(Event.code).where(Event.games_id == games_id)).scalars())


def _fill_event(event: Event, draft: EventDraft) -> None:
    check_event(draft)
    code = draft.code.strip()
    if code != event.code:  # one that came with a file of results may be longer
        code = code_of(code, 40)
    with db.session.no_autoflush:
        taken = select(Event.id).where(Event.games_id == event.games_id, Event.code == code, Event.id != event.id)
        if db.session.execute(taken).scalar_one_or_none() is not None:
            raise code_taken()
    event.code, event.name = code, refuse_text("name", draft.name, 80)
    event.sex, event.form, event.age_basis = draft.sex.value, draft.form.value, draft.age_basis.value
    event.min_age, event.max_age = draft.min_age, draft.max_age
    event.weight_over, event.weight_up_to = draft.weight_over, draft.weight_up_to
    event.team_min, event.team_max, event.entry_limit = draft.team_min, draft.team_max, draft.entry_limit
    event.needs_document, event.needs_school = draft.needs_document, draft.needs_school
    event.format, event.rules, event.settings = draft.format.value, draft.rules, dict(draft.settings)
    event.multiplier = str(fraction_of(draft.multiplier, "multiplier"))
    event.counts_medals, event.counts_points = draft.counts_medals, draft.counts_points
    event.note = refuse_text("note", draft.note, 2_000, required=False)
