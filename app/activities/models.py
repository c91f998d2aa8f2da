"""Series, seasons, activities, and what an activity is made of."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PUBLIC


class Series(Model):
    """A recurring brand."""

    __tablename__ = "series"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True, info=PUBLIC)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    intro: Mapped[str] = mapped_column(Text, default="", info=PUBLIC)
    created_at: Mapped[datetime] = mapped_column()


class Season(Model):
    """One year of a series."""

    __tablename__ = "season"
    __table_args__ = (UniqueConstraint("series_id", "year"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    series_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("series.id", ondelete="RESTRICT"))
    code: Mapped[str] = mapped_column(String(40), unique=True, info=PUBLIC)
    year: Mapped[int] = mapped_column()
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    #: name of what a person earns by finishing every station
    keepsake: Mapped[str] = mapped_column(String(80), default="", info=PUBLIC)


class Activity(Model):
    """Anything people attend at a place and time."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_season", "season_id", "starts_at"),
        Index("ix_activity_status", "status", "starts_at"),
        CheckConstraint("walkin_taken >= 0", name="walkin_not_negative"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True, info=PUBLIC)
    season_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("season.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    status: Mapped[str] = mapped_column(String(20), default="draft", info=PUBLIC)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    place: Mapped[str] = mapped_column(String(120), info=PUBLIC)
    address: Mapped[str] = mapped_column(String(200), default="", info=PUBLIC)
    #: seal of the station: two characters
    seal_text: Mapped[str] = mapped_column(String(4), default="", info=PUBLIC)
    intro: Mapped[str] = mapped_column(Text, default="", info=PUBLIC)
    service_phone: Mapped[str] = mapped_column(String(30), default="", info=PUBLIC)
    gate_opens_at: Mapped[datetime] = mapped_column()
    starts_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
    registration_opens_at: Mapped[datetime] = mapped_column()
    registration_closes_at: Mapped[datetime] = mapped_column()
    allocation: Mapped[str] = mapped_column(String(20), default="first_come", info=PUBLIC)
    needs_review: Mapped[bool] = mapped_column(default=False)
    waiting_list: Mapped[bool] = mapped_column(default=True)
    #: 14 to 17: guardian's contact and declaration
    guardian_to_18: Mapped[bool] = mapped_column(default=True)
    #: AskField values
    asks: Mapped[list[str]] = mapped_column(JSON, default=list, info=PUBLIC)
    walkin_capacity: Mapped[int] = mapped_column(default=0)
    walkin_taken: Mapped[int] = mapped_column(default=0)
    #: where a bare pass at the gate walks in; none: by the form only
    walkin_category_id: Mapped[uuid.UUID | None] = mapped_column()
    poster_enabled: Mapped[bool] = mapped_column(default=False)
    #: the line to draw, as rules/route.py describes it
    route: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=PUBLIC)
    gpx: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column()
    #: since when nothing is left of what was answered, and of names; set by retention, which need not look again
    answers_wiped_at: Mapped[datetime | None] = mapped_column()
    names_wiped_at: Mapped[datetime | None] = mapped_column()


class Category(Model):
    """A group of an activity, with the counters of its places.

    `taken` is changed by conditional UPDATE in `activities.services` alone;
    `queue_tail` numbers the waiting list in order.
    """

    __tablename__ = "category"
    __table_args__ = (
        UniqueConstraint("activity_id", "code"),
        CheckConstraint("taken >= 0 AND taken <= capacity", name="places"),
    )

    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    name: Mapped[str] = mapped_column(String(40), info=PUBLIC)
    distance_m: Mapped[int | None] = mapped_column()
    min_age: Mapped[int | None] = mapped_column()
    max_age: Mapped[int | None] = mapped_column()
    capacity: Mapped[int] = mapped_column()
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    queue_tail: Mapped[int] = mapped_column(default=0)
    finish_rule: Mapped[str] = mapped_column(String(20), default="all", info=PUBLIC)
    finish_k: Mapped[int | None] = mapped_column()
    position: Mapped[int] = mapped_column(default=0)


class Checkpoint(Model):
    """A place where codes are read."""

    __tablename__ = "checkpoint"
    __table_args__ = (UniqueConstraint("activity_id", "code"),)

    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    name: Mapped[str] = mapped_column(String(40), info=PUBLIC)
    kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    position: Mapped[int] = mapped_column(default=0)
    #: static part of the poster's address; the check-in bears source=poster
    poster_code: Mapped[str] = mapped_column(String(20), unique=False, default="", info=PUBLIC)


class CategoryCheckpoint(Model):
    """A checkpoint on a category's way, with its hours."""

    __tablename__ = "category_checkpoint"
    __table_args__ = (
        ForeignKeyConstraint(
            ["activity_id", "category_id"], ["category.activity_id", "category.id"], ondelete="RESTRICT"
        ),
        ForeignKeyConstraint(
            ["activity_id", "checkpoint_id"], ["checkpoint.activity_id", "checkpoint.id"], ondelete="RESTRICT"
        ),
    )

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    category_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column()
    distance_m: Mapped[int | None] = mapped_column()
    opens_at: Mapped[datetime | None] = mapped_column()
    cutoff_at: Mapped[datetime | None] = mapped_column()


class BibBlock(Model):
    """A run of numbers kept for a category, a unit, or anyone (`category_id` empty)."""

    __tablename__ = "bib_block"
    __table_args__ = (UniqueConstraint("activity_id", "prefix", "first"),)

    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    category_id: Mapped[uuid.UUID | None] = mapped_column()
    organisation_id: Mapped[uuid.UUID | None] = mapped_column()
    prefix: Mapped[str] = mapped_column(String(6), info=PUBLIC)
    first: Mapped[int] = mapped_column()
    last: Mapped[int] = mapped_column()
    next: Mapped[int] = mapped_column()
    width: Mapped[int] = mapped_column(default=4)
    position: Mapped[int] = mapped_column(default=0)


class Terms(Model):
    """A version of an activity's 参加须知."""

    __tablename__ = "terms"

    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[uuid.UUID] = mapped_column(unique=True)
    text: Mapped[str] = mapped_column(Text, info=PUBLIC)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    published_at: Mapped[datetime] = mapped_column()


class TallyDelta(Model):
    """What one act changed in the counts; moved into `Tally` by a job. Reads add both."""

    __tablename__ = "tally_delta"

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(String(12), info=PUBLIC)
    checkpoint_id: Mapped[uuid.UUID] = mapped_column()
    category_id: Mapped[uuid.UUID] = mapped_column()
    #: quarter of an hour since 1970 UTC; 0 where time means nothing, -1 outside the hours
    quarter: Mapped[int] = mapped_column()
    town_id: Mapped[uuid.UUID] = mapped_column()
    age_band: Mapped[str] = mapped_column(String(8), info=PUBLIC)
    sex: Mapped[str] = mapped_column(String(8), info=PUBLIC)
    n: Mapped[int] = mapped_column()


class Tally(Model):
    """A rollup: `n` of `metric`, cut along `cube` at (`k1`, `k2`)."""

    __tablename__ = "tally"

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(String(12), primary_key=True, info=PUBLIC)
    cube: Mapped[str] = mapped_column(String(20), primary_key=True, info=PUBLIC)
    k1: Mapped[str] = mapped_column(String(40), primary_key=True, info=PUBLIC)
    k2: Mapped[str] = mapped_column(String(40), primary_key=True, info=PUBLIC)
    n: Mapped[int] = mapped_column()
