"""Giving a number to a record of service hours, and taking it back."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update

from app.audit.services import Actor, record
from app.core.clock import local, now
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.ids import uuid7
from app.core.keyed import InsertNew
from app.core.text import N_
from app.core.transactions import Again, act
from app.honours.models import ServiceRecord
from app.honours.queries.certificates import checked
from app.honours.queries.service_records import Served, record_of, served_with
from app.honours.rules.certificates import new_number
from app.people.queries.aliases import canonical_id
from app.volunteers.queries.hours import served_by

_NEW = InsertNew(ServiceRecord, "id")


@act
def issue_record(*, person_id: uuid.UUID, year: int, actor: Actor, at: datetime | None = None) -> Served:
    """Somebody's record of a year, numbered when it is asked for first; the number stays, the hours are those of now.

    Raises NotFound `nothing_served`, Conflict `record_withdrawn`.
    """
    at = at or now()
    who = canonical_id(person_id)
    if not served_by(who, year):
        raise NotFound("nothing_served", N_("这一年还没有服务记录。"))
    found = record_of(who, year)
    if found is None:
        number = new_number(local(at).year)
        if checked(number) is not None:
            raise Again  # certificates are checked on the same page: one number, one paper
        new = {
            "id": uuid7(),
            "number": number,
            "person_id": who,
            "year": year,
            "issued_at": at,
            "withdrawn_at": None,
        }
        if not _NEW.run([new]).scalars().all():
            raise Again  # somebody was quicker, or the number is taken
        found = db.session.get_one(ServiceRecord, new["id"])
    if found.withdrawn_at is not None:
        raise Conflict("record_withdrawn", N_("这份记录已作废，有疑问请拨打办公室电话。"))
    record(actor, "honours.service_record", subject_kind="person", subject_id=who, year=year)
    served = served_with(found.number)
    if served is None:
        raise Again
    return served


def withdraw_records_of(person_ids: Collection[uuid.UUID], *, at: datetime) -> None:
    """Take back those of people who had themselves deleted. Joins the open act."""
    db.session.execute(
        update(ServiceRecord)
        .where(ServiceRecord.person_id.in_(list(person_ids)), ServiceRecord.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
        .execution_options(synchronize_session=False)
    )
