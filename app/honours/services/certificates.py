"""Issuing certificates and taking them back."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from app.audit.services import Actor, record
from app.core import wishes
from app.core.clock import local, now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.keyed import InsertNew
from app.core.text import N_
from app.core.transactions import act
from app.honours.models import Certificate
from app.honours.queries.certificates import Finisher, counts, finisher, finishers
from app.honours.rules.certificates import WITHDRAWN, new_number

NAME = "certificates"
"""The wish for the file of everybody."""
_NEW = InsertNew(Certificate, "id")


@act
def issue_own(*, activity_id: uuid.UUID, person_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> Finisher:
    """The certificate of one who has finished, made when there is none yet.

    Raises NotFound `not_finished`, Conflict `certificate_withdrawn`.
    """
    found = finisher(activity_id, person_id)
    if found is None:
        raise NotFound("not_finished", N_("走完全程才有证书。"))
    if found.withdrawn_at is not None:
        raise Conflict("certificate_withdrawn", N_("这张证书已作废，有疑问请拨打办公室电话。"))
    if found.number is not None:
        return found
    if issue([found], activity_id, at=at or now()):
        record(actor, "honours.issued", subject_kind="person", subject_id=person_id, scope_id=activity_id, number=1)
    again = finisher(activity_id, person_id)
    if again is None:
        raise NotFound("not_finished", N_("走完全程才有证书。"))
    return again


def issue(rows: Sequence[Finisher], activity_id: uuid.UUID, *, at: datetime) -> int:
    """Give a number to those of `rows` who have none; returns how many are new. Joins the open act."""
    without = [row for row in rows if row.number is None]
    made = 0
    for _ in range(3):  # a number that is taken already is drawn again
        if not without:
            break
        new: list[dict[str, Any]] = [
            {
                "id": uuid7(),
                "number": new_number(local(at).year),
                "issued_for": activity_id,
                "person_id": row.person_id,
                "issued_at": at,
                "withdrawn_at": None,
                "reason": "",
            }
            for row in without
        ]
        done = set(_NEW.run(new).scalars())
        made += len(done)
        held = {one["person_id"] for one in new if one["id"] in done}
        there = _holders(activity_id, [row.person_id for row in without if row.person_id not in held])
        without = [row for row in without if row.person_id not in held | there]
    return made


def _holders(activity_id: uuid.UUID, person_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    if not person_ids:
        return set()
    rows = db.session.execute(
        select(Certificate.person_id).where(
            Certificate.issued_for == activity_id, Certificate.person_id.in_(list(person_ids))
        )
    )
    return set(rows.scalars())


@act
def issue_stretch(*, activity_id: uuid.UUID, after: str | None, at: datetime) -> tuple[int, str | None]:
    """Issue for the next stretch of those who finished: (how many are new, where to go on; None at the end)."""
    rows = finishers(activity_id, after)
    made = issue(rows, activity_id, at=at)
    return made, rows[-1].person_id.hex if rows else None


@act
def ask_for_all(*, activity_id: uuid.UUID, folder: Path, base: str, actor: Actor) -> None:
    """Wish for the certificates of everybody who has finished, as one file; while one is under way nothing changes.

    `base`: the address below which numbers are checked. Raises Conflict `nobody_finished`.
    """
    done, _issued = counts(activity_id)
    if not done:
        raise Conflict("nobody_finished", N_("还没有人走完全程。"))
    if wishes.state_of(folder, activity_id, NAME).busy:
        return
    record(
        actor, "honours.all_asked", subject_kind="activity", subject_id=activity_id, scope_id=activity_id, people=done
    )
    wishes.wish_after_commit(folder, activity_id, NAME, {"base": base})


@act
def withdraw(*, activity_id: uuid.UUID, number: str, reason: str, actor: Actor, at: datetime | None = None) -> None:
    """Take a certificate back; its public page says so. Twice changes nothing. Raises NotFound, DomainError."""
    if reason not in WITHDRAWN:
        raise DomainError("reason_required", N_("请选一个原因。"), field="reason")
    found = db.session.execute(
        select(Certificate)
        .where(Certificate.number == number, Certificate.issued_for == activity_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("certificate_not_found", N_("没有找到这张证书。"))
    if found.withdrawn_at is not None:
        return
    found.withdrawn_at, found.reason = at or now(), reason
    record(
        actor,
        "honours.withdrawn",
        subject_kind="certificate",
        subject_id=found.id,
        scope_id=activity_id,
        reason=reason,
    )


def withdraw_of(person_ids: Collection[uuid.UUID], *, at: datetime) -> None:
    """Take back those of people who had themselves deleted. Joins the open act."""
    db.session.execute(
        update(Certificate)
        .where(Certificate.person_id.in_(list(person_ids)), Certificate.withdrawn_at.is_(None))
        .values(withdrawn_at=at, reason="erased")
        .execution_options(synchronize_session=False)
    )
