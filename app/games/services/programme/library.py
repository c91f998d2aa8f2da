"""Disciplines that stand ready in the library, with the events that are chosen from them, in one act."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.text import N_
from app.core.transactions import act
from app.games.models import Discipline, Event
from app.games.rules.library import LIBRARY, Ready
from app.games.rules.programme import DisciplineDraft
from app.games.services.opening import open_games
from app.games.services.programme.disciplines import add_discipline
from app.games.services.programme.events import add_event


@act
def add_from_library(*, games_id: uuid.UUID, discipline: str, events: Collection[str], actor: Actor) -> int:
    """Add the chosen events of a ready discipline, and the discipline itself where it is missing.

    What is there already, by its code, stays as it is; returns how many events were added. Raises
    Conflict `code_taken` when another discipline holds an event of that code.
    """
    open_games(games_id)
    ready = ready_discipline(discipline)
    wanted = [draft for draft in ready.events if draft.code in set(events)]
    if len(wanted) != len(set(events)) or not wanted:
        raise DomainError("events_unknown", N_("请至少选一个小项。"), field="events")
    found = db.session.execute(
        select(Discipline).where(Discipline.games_id == games_id, Discipline.code == ready.code)
    ).scalar_one_or_none()
    if found is None:
        draft = DisciplineDraft(ready.code, ready.name)
        discipline_id = add_discipline(games_id=games_id, draft=draft, actor=actor)
    else:
        discipline_id = found.id
    rows = db.session.execute(select(Event.code, Event.discipline_id).where(Event.games_id == games_id))
    there = {row.code: row.discipline_id for row in rows}
    added = 0
    for draft_event in wanted:
        if draft_event.code not in there:
            add_event(games_id=games_id, discipline_id=discipline_id, draft=draft_event, actor=actor)
            added += 1
        elif there[draft_event.code] != discipline_id:
            raise Conflict("code_taken", N_("别的大项已用代号 %(event)s。"), field="events", event=draft_event.code)
    record(
        actor,
        "games.library_used",
        subject_kind="discipline",
        subject_id=discipline_id,
        scope_id=games_id,
        code=ready.code,
        events=added,
    )
    return added


def ready_discipline(code: str) -> Ready:
    """The discipline of that code in the library. Raises NotFound."""
    found = LIBRARY.get(code)
    if found is None:
        raise NotFound("ready_not_found", N_("项目库里没有这个大项。"))
    return found
