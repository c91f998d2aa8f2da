"""A citizen's own registrations, found through the directory of who is where."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import RowMapping, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.activities.models import Category
from app.core.db import db
from app.people.constants import PROVEN
from app.people.models import AccountPerson, PersonActivity
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class MyRegistration:
    """A registration as its owner's pages show it.

    `proven` False: made by this account for somebody whose link is not proven; then there is no bib
    and no name here, only what the account itself has sent.
    """

    activity_id: uuid.UUID
    id: uuid.UUID
    person_id: uuid.UUID
    category_id: uuid.UUID
    category: str
    state: RegistrationState
    bib: str | None
    position: int | None
    walk_in: bool
    proven: bool
    created_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None


_MINE = (
    select(
        Registration.activity_id,
        Registration.id,
        Registration.person_id,
        Registration.category_id,
        Category.name.label("category"),
        Registration.state,
        Registration.bib,
        Registration.walk_in,
        Registration.account_id,
        Registration.created_at,
        Registration.confirmed_at,
        Registration.cancelled_at,
    )
    .join(
        Category,
        (Category.activity_id == Registration.activity_id) & (Category.id == Registration.category_id),
    )
    .order_by(Registration.created_at, Registration.id)
)


def my_registrations(
    account_id: uuid.UUID, activity_ids: Collection[uuid.UUID] | None = None
) -> Sequence[MyRegistration]:
    """Every registration of the account's people (in `activity_ids`, if given), oldest first.

    Of somebody unproven only those that this very account has made. Three statements.
    """
    links = dict(
        db.session.execute(
            select(AccountPerson.person_id, AccountPerson.proof).where(AccountPerson.account_id == account_id)
        ).all()
    )
    if not links:
        return []
    where = select(PersonActivity.activity_id).where(PersonActivity.person_id.in_(list(links))).distinct()
    if activity_ids is not None:
        where = where.where(PersonActivity.activity_id.in_(list(activity_ids)))
    activities = list(db.session.execute(where).scalars())
    if not activities:
        return []
    proven = [person for person, proof in links.items() if proof in PROVEN]
    rows = db.session.execute(
        _MINE.where(
            Registration.activity_id.in_(activities),
            or_(
                Registration.person_id.in_(proven),
                and_(Registration.person_id.in_(list(links)), Registration.account_id == account_id),
            ),
        )
    ).mappings()
    return with_positions([_mine(row, proven=row["person_id"] in set(proven)) for row in rows])


def _mine(get: RowMapping, *, proven: bool) -> MyRegistration:
    return MyRegistration(
        activity_id=get["activity_id"],
        id=get["id"],
        person_id=get["person_id"],
        category_id=get["category_id"],
        category=get["category"],
        state=RegistrationState(get["state"]),
        bib=get["bib"] if proven else None,
        position=None,
        walk_in=get["walk_in"],
        proven=proven,
        created_at=get["created_at"],
        confirmed_at=get["confirmed_at"],
        cancelled_at=get["cancelled_at"],
    )


_AHEAD = aliased(Registration)


def with_positions(rows: Sequence[MyRegistration]) -> Sequence[MyRegistration]:
    """The same rows with their place in the queue (1 = next), where they wait. One statement."""
    waiting = [row for row in rows if row.state is RegistrationState.WAITLISTED]
    if not waiting:
        return rows
    places = _places({row.activity_id for row in waiting}, [row.id for row in waiting])
    return [replace(row, position=places.get(row.id)) if row.id in places else row for row in rows]


def positions(activity_id: uuid.UUID, registration_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Registration → its place in the queue (1 = next); who does not wait is left out."""
    return _places({activity_id}, registration_ids) if registration_ids else {}


def _places(activity_ids: Collection[uuid.UUID], registration_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    return dict(
        db.session.execute(
            select(Registration.id, func.count())
            .join(
                _AHEAD,
                (_AHEAD.activity_id == Registration.activity_id)
                & (_AHEAD.category_id == Registration.category_id)
                & (_AHEAD.state == RegistrationState.WAITLISTED.value)
                & (_AHEAD.queue_no <= Registration.queue_no),
            )
            .where(
                Registration.activity_id.in_(list(activity_ids)),
                Registration.id.in_(list(registration_ids)),
                Registration.state == RegistrationState.WAITLISTED.value,
            )
            .group_by(Registration.id)
        ).all()
    )


def confirmed_in(
    person_id: uuid.UUID, activity_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[str, int | None, str | None]]:
    """Activity → (category, its metres, bib) where this person has a place."""
    if not activity_ids:
        return {}
    rows = db.session.execute(
        select(Registration.activity_id, Category.name, Category.distance_m, Registration.bib)
        .join(
            Category,
            (Category.activity_id == Registration.activity_id) & (Category.id == Registration.category_id),
        )
        .where(
            Registration.activity_id.in_(list(activity_ids)),
            Registration.person_id == person_id,
            Registration.state == RegistrationState.CONFIRMED.value,
        )
    )
    return {row.activity_id: (row.name, row.distance_m, row.bib) for row in rows}
