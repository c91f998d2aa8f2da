"""Whom to tell: who has registered somebody, whoever that is with an account of their own, else a phone."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, exists, func, select, union

from app.accounts.queries import citizens_with, phones_of
from app.activities.constants import LIVE_STATUSES
from app.activities.models import Activity
from app.core.db import db
from app.notices.services.inbox import Recipient
from app.people.constants import PROVEN, Relation
from app.people.models import AccountPerson, Person
from app.registrations.constants import ACTIVE_STATES, RegistrationState
from app.registrations.models import Registration
from app.registrations.rules.audience import OF_AGE, Audience, Who
from app.registrations.rules.words import About, Concerned

EVERYBODY = Audience()


@dataclass(frozen=True, slots=True)
class Addressee:
    """A recipient; `own`: told of themselves, since another account (or the office) registered them."""

    recipient: Recipient
    own: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """How many are reached when everybody registered is told: people, accounts, phones without account."""

    people: int
    accounts: int
    phones: int


def about(activity_id: uuid.UUID) -> About | None:
    """What a notice says of an activity, as it is now."""
    row = db.session.execute(
        select(Activity.name, Activity.place, Activity.starts_at, Activity.ends_at).where(Activity.id == activity_id)
    ).one_or_none()
    return About(*row) if row else None


def _within(audience: Audience) -> list[ColumnElement[bool]]:
    """Which registrations of an activity belong to an audience."""
    wanted: list[ColumnElement[bool]] = []
    if audience.who is Who.CONFIRMED:
        wanted.append(Registration.state == RegistrationState.CONFIRMED.value)
    elif audience.who is Who.WAITLISTED:
        wanted.append(Registration.state == RegistrationState.WAITLISTED.value)
    elif audience.who is Who.MINORS:
        wanted.append(Registration.age < OF_AGE)
    if audience.town_id is not None:
        wanted.append(Registration.town_id == audience.town_id)
    return wanted


def ids_by_account(
    activity_id: uuid.UUID,
    states: Collection[str],
    ids: Collection[uuid.UUID] | None = None,
    audience: Audience = EVERYBODY,
) -> list[tuple[uuid.UUID, uuid.UUID | None]]:
    """(registration, who has made it) in these states (of `ids`, if given), the same account's together."""
    statement = (
        select(Registration.id, Registration.account_id)
        .where(
            Registration.activity_id == activity_id,
            Registration.state.in_([str(one) for one in states]),
            *_within(audience),
        )
        .order_by(Registration.account_id, Registration.id)
    )
    found = [(row.id, row.account_id) for row in db.session.execute(statement)]
    if ids is None:
        return found
    wanted = set(ids)
    return [row for row in found if row[0] in wanted]


_SELF = (AccountPerson.relation == Relation.SELF.value, AccountPerson.proof.in_([one.value for one in PROVEN]))


def grouped(
    activity_id: uuid.UUID,
    ids: Collection[uuid.UUID],
    states: Collection[str],
    *,
    one_key: bool,
    guardians: bool = False,
) -> dict[Addressee, list[tuple[uuid.UUID, Concerned]]]:
    """Addressee → the registrations of `ids` in these states that they are told of. Six statements at most.

    `one_key`: the words name nobody, so an account is told once, whoever has registered. `guardians`: not the
    child but who has registered it and the guardian's phone; the child where there is neither.
    """
    rows = db.session.execute(
        select(Registration.id, Registration.person_id, Registration.account_id, Registration.name, Registration.state)
        .where(
            Registration.activity_id == activity_id,
            Registration.id.in_(list(ids)),
            Registration.state.in_([str(one) for one in states]),
        )
        .order_by(Registration.id)
    ).all()
    selves = _accounts_of({row.person_id for row in rows})
    bare = {row.person_id for row in rows if row.account_id is None and row.person_id not in selves}
    phones = _phones(bare)
    reach = phones_of(
        {row.account_id for row in rows if row.account_id} | {a for ones in selves.values() for a in ones}
    )
    keepers = _guardians({row.person_id for row in rows}) if guardians else {}
    inboxes = citizens_with(set(keepers.values()))
    found: dict[Addressee, list[tuple[uuid.UUID, Concerned]]] = defaultdict(list)
    for row in rows:
        concerned = (row.id, Concerned(row.name or "", RegistrationState(row.state)))
        told = _of_guardian(row, selves, keepers, reach, inboxes) if guardians else []
        for one in told or _addressees(row, selves, phones, reach, one_key=one_key):
            found[one].append(concerned)
    return found


def _of_guardian(
    row: Row[uuid.UUID, uuid.UUID, uuid.UUID | None, str | None, str],
    selves: Mapping[uuid.UUID, Sequence[uuid.UUID]],
    keepers: Mapping[uuid.UUID, str],
    reach: Mapping[uuid.UUID, str | None],
    inboxes: Mapping[str, uuid.UUID],
) -> list[Addressee]:
    """Who has registered the child, unless it did so itself, and the guardian's phone unless it is the same."""
    found, phone = [], None
    if row.account_id is not None and row.account_id not in selves.get(row.person_id, ()):
        phone = reach.get(row.account_id)
        found.append(Addressee(Recipient(row.account_id, phone), own=False))
    keeper = keepers.get(row.person_id)
    if keeper is not None and keeper != phone:
        found.append(Addressee(Recipient(inboxes.get(keeper), keeper), own=False))
    return found


def _guardians(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Person → the phone that was given as the guardian's."""
    if not person_ids:
        return {}
    rows = db.session.execute(select(Person.id, Person.guardian_phone).where(Person.id.in_(list(person_ids))))
    return {row.id: row.guardian_phone for row in rows if row.guardian_phone}


def _addressees(
    row: Row[uuid.UUID, uuid.UUID, uuid.UUID | None, str | None, str],
    selves: Mapping[uuid.UUID, Sequence[uuid.UUID]],
    phones: Mapping[uuid.UUID, str],
    reach: Mapping[uuid.UUID, str | None],
    *,
    one_key: bool,
) -> list[Addressee]:
    found = []
    if row.account_id is not None:
        found.append(Addressee(Recipient(row.account_id, reach.get(row.account_id)), own=False))
    found += [
        Addressee(Recipient(account, reach.get(account)), own=not one_key)
        for account in selves.get(row.person_id, ())
        if account != row.account_id
    ]
    if not found and row.person_id in phones:
        found.append(Addressee(Recipient(None, phones[row.person_id]), own=False))
    return found


def _accounts_of(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Person → the accounts that are proven to be theirs."""
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    if person_ids:
        for row in db.session.execute(
            select(AccountPerson.person_id, AccountPerson.account_id).where(
                AccountPerson.person_id.in_(list(person_ids)), *_SELF
            )
        ):
            found[row.person_id].append(row.account_id)
    return found


def _phones(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Person → their phone, else their guardian's."""
    if not person_ids:
        return {}
    rows = db.session.execute(
        select(Person.id, Person.phone, Person.guardian_phone).where(Person.id.in_(list(person_ids)))
    )
    return {row.id: row.phone or row.guardian_phone for row in rows if row.phone or row.guardian_phone}


def reach_of(activity_id: uuid.UUID, audience: Audience = EVERYBODY) -> Reach:
    """How many are reached when these are told. Three statements, whatever their number (guardians: some per 500)."""
    if audience.who is Who.MINORS:
        return _reach_of_guardians(activity_id, audience)
    standing = (
        Registration.activity_id == activity_id,
        Registration.state.in_([one.value for one in ACTIVE_STATES]),
        *_within(audience),
    )
    people = db.session.execute(select(func.count()).select_from(Registration).where(*standing)).scalar_one()
    makers = select(Registration.account_id).where(*standing, Registration.account_id.is_not(None))
    selves = (
        select(AccountPerson.account_id)
        .join(Registration, Registration.person_id == AccountPerson.person_id)
        .where(*standing, *_SELF)
    )
    accounts = db.session.execute(select(func.count()).select_from(union(makers, selves).subquery())).scalar_one()
    own = exists().where(AccountPerson.person_id == Registration.person_id, *_SELF)
    of_children = func.count().filter(Person.phone.is_(None))
    phones = db.session.execute(
        select(func.count(func.distinct(Person.phone_index)) + of_children)
        .select_from(Registration)
        .join(Person, Person.id == Registration.person_id)
        .where(
            *standing,
            Registration.account_id.is_(None),
            ~own,
            (Person.phone.is_not(None)) | (Person.guardian_phone.is_not(None)),
        )
    ).scalar_one()
    return Reach(people, accounts, phones)


def _reach_of_guardians(activity_id: uuid.UUID, audience: Audience) -> Reach:
    states = [one.value for one in ACTIVE_STATES]
    ids = [one for one, _account in ids_by_account(activity_id, states, audience=audience)]
    told: set[Recipient] = set()
    for first in range(0, len(ids), 500):
        part = grouped(activity_id, ids[first : first + 500], states, one_key=True, guardians=True)
        told.update(one.recipient for one in part)
    accounts = {one.account_id: one.phone for one in told if one.account_id is not None}
    phones = {one.phone for one in told if one.account_id is None} - set(accounts.values())
    return Reach(len(ids), len(accounts), len(phones))


def starting(since: datetime, until: datetime) -> list[uuid.UUID]:
    """The activities that take place and start in [since, until)."""
    return list(
        db.session.execute(
            select(Activity.id).where(
                Activity.status.in_([one.value for one in LIVE_STATUSES]),
                Activity.starts_at >= since,
                Activity.starts_at < until,
            )
        ).scalars()
    )
