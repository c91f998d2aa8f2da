"""The weigh-in of a class: weights are noted; who misses the class is taken out by decision, not by itself."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import EntryState
from app.games.models import Entry
from app.games.queries.entering import event_facts
from app.games.rules.eligibility import weight_refusal
from app.games.services.opening import open_event


@act
def weigh(*, games_id: uuid.UUID, event_id: uuid.UUID, weights: Mapping[uuid.UUID, int | None], actor: Actor) -> int:
    """Note weights in grams (None: not weighed); returns how many of them miss the class.

    Conflict `no_class` for an event without weights, DomainError `entry_not_taking_part` for an entry that
    is not in it, or no longer.
    """
    event = open_event(games_id, event_id)
    facts = event_facts(event)
    if not facts.weighed:
        raise Conflict("no_class", N_("%(event)s不分体重级别。"), event=event.name)
    found = {
        entry.id: entry
        for entry in db.session.execute(
            select(Entry).where(
                Entry.games_id == games_id, Entry.event_id == event_id, Entry.state == EntryState.ENTERED.value
            )
        ).scalars()
    }
    missed = changed = 0
    for entry_id, weight in weights.items():
        entry = found.get(entry_id)
        if entry is None:
            raise DomainError("entry_not_taking_part", N_("有人已撤项或退赛，请重新打开本页。"))
        changed += entry.weight != weight
        entry.weight = weight
        missed += weight is not None and weight_refusal(facts, weight) is not None
    if changed:
        record(
            actor,
            "games.weighed",
            subject_kind="event",
            subject_id=event_id,
            scope_id=games_id,
            count=changed,
            missed=missed,
        )
    return missed


@act
def note_entry_file(*, games_id: uuid.UUID, what: str, rows: int, actor: Actor) -> None:
    """Who took which list of names out of the house."""
    record(
        actor,
        "games.entries_exported",
        subject_kind="games",
        subject_id=games_id,
        scope_id=games_id,
        what=what,
        count=rows,
    )
