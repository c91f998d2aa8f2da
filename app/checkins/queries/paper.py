"""Who stands on the paper list, and whom typed bibs name."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from app.activities.models import Category
from app.checkins.models import CheckIn
from app.checkins.queries.gate import shown_name
from app.core.db import db
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One line of the list; a minor's name is masked."""

    bib: str
    name: str
    initials: str
    category: str


def paper_rows(activity_id: uuid.UUID) -> list[PaperRow]:
    """Everybody who is confirmed, by bib; one statement."""
    rows = db.session.execute(
        select(
            Registration.bib,
            Registration.name,
            Registration.age,
            Registration.initials,
            Category.name.label("category"),
        )
        .join(
            Category,
            and_(Category.activity_id == Registration.activity_id, Category.id == Registration.category_id),
        )
        .where(Registration.activity_id == activity_id, Registration.state == RegistrationState.CONFIRMED.value)
        .order_by(Registration.bib, Registration.id)
    )
    return [
        PaperRow(row.bib or "", shown_name(row.name, row.age), (row.initials or "").upper(), row.category)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a bib names, and when that person was read at the checkpoint already."""

    name: str
    state: str
    checked_in_at: datetime | None


def bearers(activity_id: uuid.UUID, checkpoint_id: uuid.UUID, bibs: Sequence[str]) -> Mapping[str, Bearer]:
    """By bib; one statement."""
    rows = db.session.execute(
        select(Registration.bib, Registration.name, Registration.age, Registration.state, CheckIn.effective_at)
        .outerjoin(
            CheckIn,
            and_(
                CheckIn.activity_id == Registration.activity_id,
                CheckIn.person_id == Registration.person_id,
                CheckIn.checkpoint_id == checkpoint_id,
            ),
        )
        .where(Registration.activity_id == activity_id, Registration.bib.in_(list(bibs)))
    )
    return {row.bib: Bearer(shown_name(row.name, row.age), row.state, row.effective_at) for row in rows}
