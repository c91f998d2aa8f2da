"""The list that phones take along: made at most once a minute, for however many phones ask.

It is stored, so that every process and every machine hands out the same one,
with a number that only rises. Phones that ask while it is being made get the
one before.
"""

from __future__ import annotations

import secrets
import threading
import uuid
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, update

from app.activities.queries.plans import checkin_plan
from app.checkins.models import StoredBundle
from app.checkins.queries.bundle import Kept, header_of, kept_bundle, roster_of
from app.checkins.rules.bundle import SALT_LENGTH, encode, fingerprint, seal
from app.core import signing
from app.core.clock import now
from app.core.db import db, table
from app.core.keyed import execute
from app.core.transactions import act

EVERY = timedelta(seconds=60)
"""How old a list may be before it is made again. [P]"""
MARGIN = 15
"""Seconds. A number says up to when the list is complete: a cancellation may have waited up to ten seconds
for the store after it took its time, and a phone that could not know of it must not be blamed."""

_b = table(StoredBundle).c
_CLAIM = (
    update(table(StoredBundle))
    .where(_b.activity_id == bindparam("a"), _b.checked_at <= bindparam("old"))
    .values(checked_at=bindparam("at"))
    .returning(_b.number)
)
_INSERT = insert(table(StoredBundle))
_first = threading.Lock()


def current_bundle(*, activity_id: uuid.UUID, at: datetime | None = None) -> Kept:
    """The signed list of an activity, at most a minute old. NotFound `activity_not_found`."""
    at = at or now()
    kept = kept_bundle(activity_id)
    if kept is None:
        with _first:  # phones that join together: one of them makes it
            return kept_bundle(activity_id) or _make(activity_id, None, at)
    if kept.checked_at > at - EVERY or not _claim(activity_id=activity_id, at=at):
        return kept
    return _make(activity_id, kept, at)


@act
def _claim(*, activity_id: uuid.UUID, at: datetime) -> bool:
    """Whether this caller is the one to make the list anew: nobody else will for a minute."""
    return execute(_CLAIM, {"a": activity_id, "at": at, "old": at - EVERY}).one_or_none() is not None


def _make(activity_id: uuid.UUID, kept: Kept | None, at: datetime) -> Kept:
    plan = checkin_plan(activity_id)
    header, roster = header_of(plan), roster_of(plan)
    mark = fingerprint(header, roster)
    if kept is not None and kept.fingerprint == mark:
        return kept
    number = max(int(at.timestamp()) - MARGIN, kept.number + 1 if kept else 0)
    keys = signing.keys()
    made = {"number": number, "made_at": int(at.timestamp() * 1000)}
    file = seal(encode(header | made, roster, secrets.token_bytes(SALT_LENGTH)), keys.signer, keys.current)
    return _store(activity_id=activity_id, new=Kept(number, mark, at, file), replaces=kept)


@act
def _store(*, activity_id: uuid.UUID, new: Kept, replaces: Kept | None) -> Kept:
    """Keep the new list, unless another process was quicker: then theirs counts."""
    values = {"number": new.number, "fingerprint": new.fingerprint, "checked_at": new.checked_at, "file": new.file}
    there = kept_bundle(activity_id)
    if there is None:
        execute(_INSERT, {"activity_id": activity_id, **values})
        return new
    if replaces is None or there.number != replaces.number:
        return there
    db.session.execute(update(StoredBundle).where(StoredBundle.activity_id == activity_id).values(**values))
    return new
