"""Places, the figures of a year, and equipment from the application to the village."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PERSONAL, PUBLIC, Sealed, SealedBytes


class Place(Model):
    """A venue or ground (with its area), a greenway or tourism line (with its length)."""

    __tablename__ = "place"
    __table_args__ = (CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="closed_after_opened"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: PlaceKind
    kind: Mapped[str] = mapped_column(String(12), info=PUBLIC)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    town_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    address: Mapped[str] = mapped_column(String(120), default="", info=PUBLIC)
    area_m2: Mapped[int | None] = mapped_column()
    length_m: Mapped[int | None] = mapped_column()
    opened_on: Mapped[date] = mapped_column()
    closed_on: Mapped[date | None] = mapped_column()
    #: yuan
    investment: Mapped[int | None] = mapped_column()
    #: as activities.rules.route draws it
    route: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=PUBLIC)
    version: Mapped[int] = mapped_column(default=1)


class PlaceTitle(Model):
    """An award of a place (山东体育旅游精品线路) in the year in which it was given; a later one takes none away."""

    __tablename__ = "place_title"
    __table_args__ = (UniqueConstraint("place_id", "year", "title"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    place_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("place.id", ondelete="RESTRICT"))
    year: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(80), info=PUBLIC)


class YearFigures(Model):
    """What per-capita figures of a year rest on, each with its source."""

    __tablename__ = "year_figures"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    population: Mapped[int | None] = mapped_column()
    population_source: Mapped[str] = mapped_column(String(120), default="", info=PUBLIC)
    #: ㎡ a person that are aimed at in this year, in hundredths
    target_cm: Mapped[int | None] = mapped_column()
    target_source: Mapped[str] = mapped_column(String(120), default="", info=PUBLIC)


class Grant(Model):
    """An application for sets of equipment to the bureau above."""

    __tablename__ = "equipment_grant"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    sets: Mapped[int] = mapped_column()
    #: GrantState
    state: Mapped[str] = mapped_column(String(12), default="applied", info=PUBLIC)
    applied_on: Mapped[date] = mapped_column()
    decided_on: Mapped[date | None] = mapped_column()
    arrived_on: Mapped[date | None] = mapped_column()
    note: Mapped[str] = mapped_column(String(200), default="", info=PUBLIC)
    version: Mapped[int] = mapped_column(default=1)


class EquipmentSet(Model):
    """One set with its code; once it is distributed, where it stands and who has signed for it."""

    __tablename__ = "equipment_set"
    __table_args__ = (Index("ix_equipment_set_grant", "grant_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    grant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("equipment_grant.id", ondelete="RESTRICT"))
    number: Mapped[int] = mapped_column()
    #: what the QR code on it leads to
    code: Mapped[str] = mapped_column(String(12), unique=True, info=PUBLIC)
    town_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    village: Mapped[str] = mapped_column(String(80), default="", info=PUBLIC)
    distributed_on: Mapped[date | None] = mapped_column()
    #: who has signed for it
    receiver: Mapped[str | None] = mapped_column(Sealed("equipment_set.receiver"), info=PERSONAL)
    #: drawn with a finger by whoever has received it; a PNG
    signature: Mapped[bytes | None] = mapped_column(SealedBytes("equipment_set.signature"), info=PERSONAL)
    #: a JPEG without its own data (place, camera)
    photo: Mapped[bytes | None] = mapped_column(LargeBinary, info=PUBLIC)
    version: Mapped[int] = mapped_column(default=1)


class SetReport(Model):
    """A round's finding, or a citizen's word of a fault."""

    __tablename__ = "set_report"
    __table_args__ = (
        Index("ix_set_report_set", "set_id", "made_at"),
        Index("ix_set_report_state", "state"),
        Index("ix_set_report_address", "address_index", "made_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    set_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("equipment_set.id", ondelete="RESTRICT"))
    #: ReportKind, ReportState
    kind: Mapped[str] = mapped_column(String(12), info=PUBLIC)
    state: Mapped[str] = mapped_column(String(12), default="open", info=PUBLIC)
    text: Mapped[str] = mapped_column(Sealed("set_report.text"), info=PERSONAL)
    #: whom to call back, if the citizen wants it
    phone: Mapped[str | None] = mapped_column(Sealed("set_report.phone"), info=PERSONAL)
    #: the address it came from, under a key and for a day: so that nobody fills the office's list alone
    address_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    answer: Mapped[str] = mapped_column(String(200), default="", info=PUBLIC)
    made_at: Mapped[datetime] = mapped_column()
    settled_at: Mapped[datetime | None] = mapped_column()
