"""Whose time is over: persons by when they were last needed, activities by their end."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, or_, select

from app.accounts.constants import AccountKind
from app.accounts.models import Account
from app.activities.models import Activity
from app.core.db import db
from app.games.models import EntryMember, Games
from app.people.models import AccountPerson, Person, PersonActivity, PersonAlias
from app.squads.models import Squad, SquadMember


@dataclass(frozen=True, slots=True)
class Look:
    """A stretch of the persons in the order of their ids: who is due, and where to look on; None at the end."""

    due: tuple[uuid.UUID, ...]
    last: uuid.UUID | None


def due_persons(after: uuid.UUID | None, *, before: datetime, limit: int) -> Look:
    """The next `limit` persons of whom something is left; due are those last needed before `before`.

    Needed: they were entered, an activity they were in ended, games or a squad they were in were held, or an
    account that looks after them signed in. Whoever was merged goes with whom they were merged into.
    """
    query = (
        select(Person.id, Person.created_at)
        .outerjoin(PersonAlias, PersonAlias.person_id == Person.id)
        .where(
            PersonAlias.person_id.is_(None),
            or_(
                Person.document_index.is_not(None),
                Person.birth_date.is_not(None),
                Person.phone_index.is_not(None),
                Person.sex.is_not(None),
            ),
        )
        .order_by(Person.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Person.id > after)
    rows = db.session.execute(query).all()
    if not rows:
        return Look((), None)
    needed = _needed([row.id for row in rows], {row.id: row.created_at for row in rows})
    due = tuple(row.id for row in rows if needed[row.id] < before)
    return Look(due, rows[-1].id if len(rows) == limit else None)


def _needed(ids: Sequence[uuid.UUID], since: Mapping[uuid.UUID, datetime]) -> Mapping[uuid.UUID, datetime]:
    """Person → when they were last needed."""
    last = dict(since)

    def raise_to(rows: Iterable[tuple[uuid.UUID, datetime | None]]) -> None:
        for person_id, at in rows:
            if at is not None and at > last[person_id]:
                last[person_id] = at

    raise_to(
        db.session.execute(
            select(PersonActivity.person_id, func.max(Activity.ends_at))
            .join(Activity, Activity.id == PersonActivity.activity_id)
            .where(PersonActivity.person_id.in_(ids))
            .group_by(PersonActivity.person_id)
        )
    )
    raise_to(
        db.session.execute(
            select(AccountPerson.person_id, func.max(Account.last_login_at))
            .join(Account, Account.id == AccountPerson.account_id)
            .where(AccountPerson.person_id.in_(ids))
            .group_by(AccountPerson.person_id)
        )
    )
    games = db.session.execute(
        select(EntryMember.person_id, func.max(Games.ends_on))
        .join(Games, Games.id == EntryMember.games_id)
        .where(EntryMember.person_id.in_(ids))
        .group_by(EntryMember.person_id)
    )
    raise_to((person_id, _end_of(day)) for person_id, day in games)
    squads = db.session.execute(
        select(SquadMember.person_id, func.max(Squad.year))
        .join(Squad, Squad.id == SquadMember.squad_id)
        .where(SquadMember.person_id.in_(ids))
        .group_by(SquadMember.person_id)
    )
    raise_to((person_id, _end_of(date(year, 12, 31))) for person_id, year in squads)
    return last


def _end_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)


def idle_accounts(*, before: datetime, limit: int) -> list[uuid.UUID]:
    """Citizens' accounts with a phone that nobody has signed in with since, and that look after nobody any more."""
    rows = db.session.execute(
        select(Account.id)
        .outerjoin(AccountPerson, AccountPerson.account_id == Account.id)
        .where(
            Account.kind == AccountKind.CITIZEN.value,
            Account.phone_index.is_not(None),
            func.coalesce(Account.last_login_at, Account.created_at) < before,
            AccountPerson.person_id.is_(None),
        )
        .order_by(Account.id)
        .limit(limit)
    )
    return list(rows.scalars())


def ended_activities(*, before: datetime, unwiped: str) -> list[uuid.UUID]:
    """Activities that ended before, and of which retention has not taken `unwiped` (a column) yet."""
    column = getattr(Activity, unwiped)
    rows = db.session.execute(
        select(Activity.id).where(Activity.ends_at < before, column.is_(None)).order_by(Activity.ends_at, Activity.id)
    )
    return list(rows.scalars())
