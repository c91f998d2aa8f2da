"""The trials of a squad's candidates."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from app.core.db import db
from app.squads.models import SquadMember, SquadTrial


def trials_by_member(
    squad_id: uuid.UUID, group_id: uuid.UUID | None = None
) -> Mapping[uuid.UUID, Sequence[SquadTrial]]:
    """Member → their trials in the order of the days, those without a day first; of one group, if it is given."""
    query = select(SquadTrial).where(SquadTrial.squad_id == squad_id)
    if group_id is not None:
        query = query.join(SquadMember, SquadMember.id == SquadTrial.member_id).where(SquadMember.group_id == group_id)
    found: dict[uuid.UUID, list[SquadTrial]] = defaultdict(list)
    rows = db.session.execute(query).scalars()
    for one in sorted(rows, key=lambda row: (row.tried_on or date.min, row.noted_at, row.id)):
        found[one.member_id].append(one)
    return found
