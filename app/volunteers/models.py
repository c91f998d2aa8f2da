"""Shifts of an activity, and who serves in them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PERSONAL, PUBLIC, Sealed


class Shift(Model):
    """A post at a place from when to when."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_shift_activity", "activity_id", "starts_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"))
    post: Mapped[str] = mapped_column(String(40), info=PUBLIC)
    place: Mapped[str] = mapped_column(String(80), default="", info=PUBLIC)
    note: Mapped[str] = mapped_column(String(200), default="", info=PUBLIC)
    starts_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
    needed: Mapped[int] = mapped_column()
    min_age: Mapped[int] = mapped_column()
    #: what the poster of the shift leads to
    code: Mapped[str] = mapped_column(String(12), unique=True, info=PUBLIC)
    cancelled_at: Mapped[datetime | None] = mapped_column()
    #: since when no more offers are taken; the office still puts people on
    offers_closed_at: Mapped[datetime | None] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)


class Service(Model):
    """Somebody in a shift: offered, assigned, signed in and out."""

    __tablename__ = "shift_service"
    __table_args__ = (
        UniqueConstraint("shift_id", "person_id"),
        Index("ix_shift_service_person", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    shift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shift.id", ondelete="RESTRICT"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    #: who has offered; none: the office has put them there
    account_id: Mapped[uuid.UUID | None] = mapped_column()
    #: ServiceState
    state: Mapped[str] = mapped_column(String(12), info=PUBLIC)
    #: why not, or why the time was corrected
    reason: Mapped[str] = mapped_column(Sealed("shift_service.reason"), default="", info=PERSONAL)
    #: the day on which a guardian agreed, of everybody under 18
    agreed_on: Mapped[date | None] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    in_at: Mapped[datetime | None] = mapped_column()
    out_at: Mapped[datetime | None] = mapped_column()
    #: minutes served, once somebody has signed out or the office has settled it
    minutes: Mapped[int | None] = mapped_column()
