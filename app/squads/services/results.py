"""Places at the higher games, and the medals that they make."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.crypto import blind_index
from app.core.db import db
from app.core.ids import uuid7
from app.core.keyed import InsertNew
from app.core.text import normalise_search
from app.core.transactions import act
from app.squads.models import SquadResult
from app.squads.rules.sheet import MEDALS, ResultRow
from app.squads.services.squads import groups_by_name, open_squad

_NEW_RESULT = InsertNew(SquadResult, "id")


@dataclass(frozen=True, slots=True)
class Placed:
    """What a sheet of results came to: new places, and those that were there or were corrected."""

    new: int
    there: int


@act
def add_results(*, squad_id: uuid.UUID, rows: Sequence[ResultRow], actor: Actor) -> Placed:
    """Take the places of a sheet; the same row again is no second medal, another place corrects it."""
    open_squad(squad_id, None)
    groups = groups_by_name(squad_id)
    good = [row for row in rows if not row.errors and row.group in groups]
    held = held_results(squad_id)
    fresh: dict[tuple[uuid.UUID, str, str], dict[str, Any]] = {}
    there = 0
    for row in good:
        key = (groups[row.group], row.event, key_of(row.name))
        medal = MEDALS[row.place].value if row.place in MEDALS else None
        if key in held:
            held[key].place, held[key].medal = row.place, medal
            there += 1
            continue
        there += key in fresh
        fresh[key] = {
            "id": uuid7(),
            "squad_id": squad_id,
            "group_id": key[0],
            "event": row.event,
            "name": row.name,
            "key": key[2],
            "place": row.place,
            "medal": medal,
        }
    new = len(_NEW_RESULT.run(list(fresh.values())).all()) if fresh else 0
    record(actor, "squads.results_added", subject_kind="squad", subject_id=squad_id, new=new, there=there)
    return Placed(new, there)


def held_results(squad_id: uuid.UUID) -> dict[tuple[uuid.UUID, str, str], SquadResult]:
    """(group, event, keyed name) → what is held."""
    rows = db.session.execute(select(SquadResult).where(SquadResult.squad_id == squad_id)).scalars()
    return {(one.group_id, one.event, one.key): one for one in rows}


def key_of(name: str) -> str:
    """What stands for a name in an equality search."""
    return blind_index(normalise_search(name), "squad_result").hex()[:64]
