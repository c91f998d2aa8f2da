"""What became of one event for each whom it was told: inbox and text, people masked."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select

from app.accounts.models import Account
from app.core.clock import now
from app.core.db import db
from app.core.text import mask_name, mask_phone
from app.notices.constants import NoticeKind, TextState
from app.notices.models import Notice, NoticeEvent, NoticeText
from app.notices.services.inbox import OWN
from app.people.models import Person
from app.registrations.models import Registration
from app.registrations.rules.words import TO_EVERYBODY

PAGE = 50
EVERYBODY_TOLD = [one.value for one in (*TO_EVERYBODY, NoticeKind.VOLUNTEER)]
FAILED = (TextState.DEAD.value, TextState.LATE.value)


@dataclass(frozen=True, slots=True)
class Told:
    """One recipient. `phone` and `names` are masked; `read_at` only with an inbox; `state` None without a phone."""

    phone: str
    names: tuple[str, ...]
    inbox: bool
    read_at: datetime | None
    state: TextState | None
    tries: int
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Event:
    """One event with its first words, as everybody of the activity was told of it."""

    key: str
    kind: NoticeKind
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page of recipients; `again`: how many texts that were given up may be sent again."""

    rows: tuple[Told, ...]
    number: int
    pages: int
    total: int
    again: int


def event_of(activity_id: uuid.UUID, key: str) -> Event | None:
    """The event of that key."""
    row = db.session.execute(
        select(NoticeEvent).where(NoticeEvent.scope_id == activity_id, NoticeEvent.key == key[:80])
    ).scalar_one_or_none()
    return Event(row.key, NoticeKind(row.kind), row.text or "", row.created_at) if row else None


def events_of(activity_id: uuid.UUID) -> list[Event]:
    """What everybody was told of, newest first, whoever wrote it."""
    rows = db.session.execute(
        select(NoticeEvent)
        .where(NoticeEvent.scope_id == activity_id, NoticeEvent.kind.in_(EVERYBODY_TOLD))
        .order_by(NoticeEvent.created_at.desc())
        .limit(100)
    ).scalars()
    return [Event(one.key, NoticeKind(one.kind), one.text or "", one.created_at) for one in rows]


def told_page(activity_id: uuid.UUID, key: str, number: int = 1, *, failed: bool = False) -> Page:
    """Recipients of an event, those with an inbox first; a number out of range gives the nearest. Seven statements."""
    boxes, bare = _boxes(activity_id, key, failed=failed), _bare(activity_id, key, failed=failed)
    first, second = (
        db.session.execute(select(func.count()).select_from(one.subquery())).scalar_one() for one in (boxes, bare)
    )
    total = first + second
    pages = max(1, -(-total // PAGE))
    number = min(max(number, 1), pages)
    start = (number - 1) * PAGE
    rows: list[Any] = list(db.session.execute(boxes.order_by(Notice.id).limit(PAGE).offset(start)))
    if len(rows) < PAGE and second:
        rest = bare.order_by(NoticeText.id).limit(PAGE - len(rows)).offset(max(0, start - first))
        rows += db.session.execute(rest).all()
    again = db.session.execute(
        select(func.count()).where(
            NoticeText.scope_id == activity_id,
            NoticeText.key == key,
            NoticeText.state == TextState.DEAD.value,
            NoticeText.phone.is_not(None),
            NoticeText.until > now(),
        )
    ).scalar_one()
    return Page(tuple(_told(activity_id, rows)), number, pages, total, again)


def _text_of(activity_id: uuid.UUID, key: str) -> ColumnElement[bool]:
    return and_(
        NoticeText.scope_id == activity_id, NoticeText.key == key, NoticeText.phone_index == Account.phone_index
    )


def _boxes(activity_id: uuid.UUID, key: str, *, failed: bool) -> Select[*tuple[Any, ...]]:
    found = (
        select(
            Notice.account_id,
            Notice.read_at,
            Account.phone,
            NoticeText.phone_index,
            NoticeText.state,
            NoticeText.tries,
            NoticeText.done_at,
        )
        .outerjoin(Account, Account.id == Notice.account_id)
        .outerjoin(NoticeText, _text_of(activity_id, key))
        .where(Notice.scope_id == activity_id, Notice.key.in_([key, key + OWN]))
    )
    return found.where(NoticeText.state.in_(FAILED)) if failed else found


def _bare(activity_id: uuid.UUID, key: str, *, failed: bool) -> Select[*tuple[Any, ...]]:
    boxed = exists().where(
        Notice.scope_id == activity_id,
        Notice.key.in_([key, key + OWN]),
        Account.id == Notice.account_id,
        Account.phone_index == NoticeText.phone_index,
    )
    found = select(
        NoticeText.phone,
        NoticeText.phone_index,
        NoticeText.state,
        NoticeText.tries,
        NoticeText.done_at,
    ).where(NoticeText.scope_id == activity_id, NoticeText.key == key, ~boxed)
    return found.where(NoticeText.state.in_(FAILED)) if failed else found


def _told(activity_id: uuid.UUID, rows: Sequence[Any]) -> list[Told]:
    accounts = {row.account_id for row in rows if hasattr(row, "account_id")}
    names = _names_by_account(activity_id, accounts)
    people = _people_by_phone({row.phone_index for row in rows if not hasattr(row, "account_id")})
    found = []
    for row in rows:
        boxed = hasattr(row, "account_id")
        phone, known = row.phone, names.get(row.account_id, ()) if boxed else ()
        if not boxed:
            known = tuple(name for name, _phone in people.get(row.phone_index, ()))
            phone = phone or next((one for _name, one in people.get(row.phone_index, ())), None)
        found.append(
            Told(
                phone=mask_phone(phone) if phone else "",
                names=tuple(mask_name(one) for one in known),
                inbox=boxed,
                read_at=row.read_at if boxed else None,
                state=TextState(row.state) if row.state else None,
                tries=row.tries or 0,
                done_at=row.done_at,
            )
        )
    return found


def _names_by_account(activity_id: uuid.UUID, account_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[str, ...]]:
    """Account → whom it has registered in this activity, the first three."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    if account_ids:
        for row in db.session.execute(
            select(Registration.account_id, Registration.name)
            .where(Registration.activity_id == activity_id, Registration.account_id.in_(list(account_ids)))
            .order_by(Registration.id)
        ):
            if row.account_id is not None and row.name:
                found[row.account_id].append(row.name)
    return {account: tuple(names[:3]) for account, names in found.items()}


def _people_by_phone(indexes: Collection[bytes]) -> dict[bytes, list[tuple[str, str]]]:
    """Keyed index of a phone → (name, phone) of who bears it, three at most."""
    found: dict[bytes, list[tuple[str, str]]] = defaultdict(list)
    if indexes:
        for row in db.session.execute(
            select(Person.phone_index, Person.name, Person.phone).where(Person.phone_index.in_(list(indexes)))
        ):
            if row.phone_index is not None and row.phone and len(found[row.phone_index]) < 3:
                found[row.phone_index].append((row.name, row.phone))
    return found
