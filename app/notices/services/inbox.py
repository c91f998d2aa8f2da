"""Telling somebody: a row in their inbox, and a text on its way. Reading and forgetting."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from app.audit.services import SYSTEM, record
from app.core.crypto import blind_index
from app.core.db import ACROSS, db
from app.core.ids import uuid7
from app.core.keyed import InsertNew
from app.core.transactions import act
from app.notices.constants import NoticeKind, TextState
from app.notices.models import Notice, NoticeEvent, NoticeText
from app.notices.rules import Tidings, packed, plain


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom: an account's inbox, a phone (E.164), or both. The caller knows who they are."""

    account_id: uuid.UUID | None
    phone: str | None


def phone_index(phone: str) -> bytes:
    """The keyed index of a phone, the same that accounts and persons bear."""
    return blind_index(phone, "phone")


_NEW_NOTICE = InsertNew(Notice, "id")
_NEW_TEXT = InsertNew(NoticeText)
_NEW_EVENT = InsertNew(NoticeEvent, "key")


def tell(told: Sequence[tuple[Recipient, Tidings]], *, at: datetime) -> int:
    """Tell people. Joins the open act, so nothing is told of what did not happen.

    Once for each event and account, and one text for each event and phone: repeated delivery of a
    job writes nothing. Returns how many inbox rows are new.
    """
    notices = [_notice(one.account_id, what, at) for one, what in told if one.account_id is not None]
    texts = [_text(one.phone, what, at) for one, what in told if one.phone and what.until > at]
    new = 0
    if notices:
        new = len(_NEW_NOTICE.run(notices).all())
    if texts:
        _NEW_TEXT.run(texts)
    return new


def _notice(account_id: uuid.UUID, what: Tidings, at: datetime) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "id": uuid7(),
        "scope_id": what.scope_id,
        "key": what.key,
        "kind": what.kind.value,
        "message": what.message,
        "params": packed(what.params),
        "place": what.place.value,
        "ref": what.ref,
        "created_at": at,
        "read_at": None,
    }


def _text(phone: str, what: Tidings, at: datetime) -> dict[str, Any]:
    return {
        "scope_id": what.scope_id,
        "id": uuid7(),
        "key": what.key.removesuffix(OWN),
        "kind": what.kind.value,
        "phone_index": phone_index(phone),
        "phone": phone,
        "body": plain(what.message, what.params),
        "state": TextState.WAITING.value,
        "tries": 0,
        "next_at": at,
        "until": what.until,
        "urgent": what.urgent,
        "created_at": at,
        "done_at": None,
    }


OWN = ":own"
"""Ends the key of what somebody is told of themselves because another account registered them: a
second inbox row of one event, but still one text."""


def begin_event(
    *,
    scope_id: uuid.UUID,
    key: str,
    kind: NoticeKind,
    at: datetime,
    text: str | None = None,
    by: uuid.UUID | None = None,
) -> bool:
    """Note that everybody of `scope_id` is told of `key`. False: that was noted before. Joins the open act."""
    row = {"scope_id": scope_id, "key": key, "kind": kind.value, "text": text, "by": by, "created_at": at}
    return _NEW_EVENT.run([row]).first() is not None


@act
def mark_read(*, account_id: uuid.UUID, ids: Sequence[uuid.UUID], at: datetime) -> int:
    """What an account has seen on its page; returns how many were new to it."""
    if not ids:
        return 0
    seen = db.session.execute(
        update(Notice)
        .where(Notice.account_id == account_id, Notice.id.in_(list(ids)), Notice.read_at.is_(None))
        .values(read_at=at)
        .returning(Notice.id)
    ).all()
    return len(seen)


@act
def forget_notices(*, before: datetime) -> int:
    """Delete what was told before `before`, with what became of its texts. Returns how many rows."""
    reason = {ACROSS: "what is past its time goes everywhere"}
    gone = sum(
        len(
            db.session.execute(
                delete(model).where(model.created_at < before).returning(model.created_at), execution_options=reason
            ).all()
        )
        for model in (Notice, NoticeText, NoticeEvent)
    )
    if gone:
        record(SYSTEM, "notices.forgotten", subject_kind="notice", subject_id=None, count=gone)
    return gone
