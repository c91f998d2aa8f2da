"""The inbox, the queue of texts, and the events that everybody of an activity is told of."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PERSONAL, PUBLIC, Sealed


class Notice(Model):
    """What an account was told: a msgid and what fills it, so that it reads in the reader's language."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("account_id", "scope_id", "key"),
        Index("ix_notice_scope", "scope_id", "kind"),
        Index("ix_notice_age", "created_at"),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: the activity, or the nil id
    scope_id: Mapped[uuid.UUID] = mapped_column()
    key: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    message: Mapped[str] = mapped_column(String(200), info=PUBLIC)
    #: JSON: names, times, what the office wrote
    params: Mapped[str] = mapped_column(Sealed("notice.params"), info=PERSONAL)
    place: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    ref: Mapped[str] = mapped_column(String(60), info=PUBLIC)
    created_at: Mapped[datetime] = mapped_column()
    read_at: Mapped[datetime | None] = mapped_column()


class NoticeText(Model):
    """A text on its way, or what became of it. Phone and words are there only while it may still go out."""

    __tablename__ = "notice_text"
    __table_args__ = (
        UniqueConstraint("scope_id", "key", "phone_index"),
        Index("ix_notice_text_due", "state", "next_at"),
        Index("ix_notice_text_done", "state", "done_at"),
        Index("ix_notice_text_phone", "phone_index", "done_at"),
    )

    scope_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    #: keyed hash: limits for one phone, and one text for one event
    phone_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    phone: Mapped[str | None] = mapped_column(Sealed("notice_text.phone"), info=PERSONAL)
    body: Mapped[str | None] = mapped_column(Sealed("notice_text.body"), info=PERSONAL)
    state: Mapped[str] = mapped_column(String(10), info=PUBLIC)
    tries: Mapped[int] = mapped_column(default=0)
    #: goes out at night too
    urgent: Mapped[bool] = mapped_column(default=False)
    next_at: Mapped[datetime] = mapped_column()
    until: Mapped[datetime] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()


class NoticeEvent(Model):
    """Something that everybody of an activity is told of, once. `text`: what the office wrote."""

    __tablename__ = "notice_event"

    scope_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True, info=PUBLIC)
    kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    text: Mapped[str | None] = mapped_column(Sealed("notice_event.text"), info=PERSONAL)
    #: the account that told it; none when the clock did
    by: Mapped[uuid.UUID | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(index=True)
