"""Disciplines: added, changed, put in order, removed while they are empty."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.models import Discipline, Event
from app.games.rules.programme import DisciplineDraft, code_from
from app.games.services.opening import code_of, code_taken, next_position, open_games, put_at, refuse_text


@act
def add_discipline(*, games_id: uuid.UUID, draft: DisciplineDraft, actor: Actor) -> uuid.UUID:
    """Add a discipline at the end, with a code of the room's own where none is given; returns its id."""
    open_games(games_id)
    found = _all(games_id)
    made = Discipline(games_id=games_id, id=uuid7(), position=next_position([one.position for one in found]))
    _fill(made, draft, found)
    db.session.add(made)
    db.session.flush()
    record(
        actor,
        "games.discipline_added",
        subject_kind="discipline",
        subject_id=made.id,
        scope_id=games_id,
        code=made.code,
    )
    return made.id


@act
def change_discipline(*, games_id: uuid.UUID, discipline_id: uuid.UUID, draft: DisciplineDraft, actor: Actor) -> None:
    """Change a discipline's name and code."""
    open_games(games_id)
    found = _all(games_id)
    _fill(discipline_of(games_id, discipline_id), draft, [one for one in found if one.id != discipline_id])
    record(actor, "games.discipline_changed", subject_kind="discipline", subject_id=discipline_id, scope_id=games_id)


@act
def place_discipline(*, games_id: uuid.UUID, discipline_id: uuid.UUID, place: int, actor: Actor) -> None:
    """Put a discipline at `place`, counting from 0; the same once more changes nothing."""
    open_games(games_id)
    discipline_of(games_id, discipline_id)
    put_at(_all(games_id), discipline_id, place)
    record(
        actor,
        "games.discipline_placed",
        subject_kind="discipline",
        subject_id=discipline_id,
        scope_id=games_id,
        to=place,
    )


@act
def remove_discipline(*, games_id: uuid.UUID, discipline_id: uuid.UUID, actor: Actor) -> None:
    """Take a discipline out of the programme while it has no events."""
    open_games(games_id)
    found = discipline_of(games_id, discipline_id)
    inside = select(Event.id).where(Event.games_id == games_id, Event.discipline_id == discipline_id).limit(1)
    if db.session.execute(inside).scalar_one_or_none() is not None:
        raise Conflict("discipline_in_use", N_("大项里还有小项，先删小项。"))
    db.session.delete(found)
    record(
        actor,
        "games.discipline_removed",
        subject_kind="discipline",
        subject_id=discipline_id,
        scope_id=games_id,
        code=found.code,
    )


def discipline_of(games_id: uuid.UUID, discipline_id: uuid.UUID) -> Discipline:
    """The discipline. Raises NotFound."""
    found = db.session.get(Discipline, (games_id, discipline_id))
    if found is None:
        raise discipline_not_found()
    return found


def discipline_not_found() -> NotFound:
    """The refusal for a discipline that does not exist."""
    return NotFound("discipline_not_found", N_("没有找到这个大项。"))


def _all(games_id: uuid.UUID) -> list[Discipline]:
    query = select(Discipline).where(Discipline.games_id == games_id).order_by(Discipline.position, Discipline.code)
    return list(db.session.execute(query).scalars())


def _fill(one: Discipline, draft: DisciplineDraft, others: list[Discipline]) -> None:
    taken = {other.code for other in others}
    name = refuse_text("name", draft.name, 80)
    code = code_of(draft.code, 40) if draft.code.strip() else code_from(name, taken, most=40)
    if code in taken:
        raise code_taken()
    if name in {other.name for other in others}:
        raise code_taken("name")
    one.code, one.name = code, name
