"""An edition, its disciplines and events: the 规程 as data."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PUBLIC


class Games(Model):
    """One edition of multi-sport games, or a hosted event of one sport."""

    __tablename__ = "games"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True, info=PUBLIC)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    #: which edition it is (第十二届 → 12); none for an event of its own
    edition: Mapped[int | None] = mapped_column()
    place: Mapped[str] = mapped_column(String(120), default="", info=PUBLIC)
    starts_on: Mapped[date] = mapped_column()
    ends_on: Mapped[date] = mapped_column()
    #: GamesStatus
    status: Mapped[str] = mapped_column(String(20), default="draft", info=PUBLIC)
    entries_open_at: Mapped[datetime | None] = mapped_column()
    entries_close_at: Mapped[datetime | None] = mapped_column()
    #: events one athlete may enter; none: as many as they like
    athlete_limit: Mapped[int | None] = mapped_column()
    #: name of the rule set of the medal table, and the numbers that this edition changes in it
    medal_rules: Mapped[str] = mapped_column(String(60), default="medals-olympic", info=PUBLIC)
    medal_settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=PUBLIC)
    points_rules: Mapped[str] = mapped_column(String(60), default="zonghe-8", info=PUBLIC)
    points_settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=PUBLIC)
    #: host, organisers and the paragraphs of the 规程: [[heading, text], …]
    host: Mapped[str] = mapped_column(String(200), default="", info=PUBLIC)
    paragraphs: Mapped[list[list[str]]] = mapped_column(JSON, default=list, info=PUBLIC)
    #: the edition that this one was copied from
    copied_from: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("games.id", ondelete="RESTRICT"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column()


class Discipline(Model):
    """大项: 广场舞, 摔跤, 篮球."""

    __tablename__ = "games_discipline"
    __table_args__ = (UniqueConstraint("games_id", "code"),)

    games_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("games.id", ondelete="RESTRICT"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), info=PUBLIC)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    position: Mapped[int] = mapped_column(default=0)


class Event(Model):
    """小项: what one result is given for."""

    __tablename__ = "games_event"
    __table_args__ = (
        UniqueConstraint("games_id", "code"),
        ForeignKeyConstraint(
            ["games_id", "discipline_id"], ["games_discipline.games_id", "games_discipline.id"], ondelete="RESTRICT"
        ),
        CheckConstraint("team_max >= team_min", name="team_size"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("games.id", ondelete="RESTRICT"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    discipline_id: Mapped[uuid.UUID] = mapped_column()
    code: Mapped[str] = mapped_column(String(60), info=PUBLIC)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    position: Mapped[int] = mapped_column(default=0)
    #: EventSex, EventForm, AgeBasis, EventFormat
    sex: Mapped[str] = mapped_column(String(10), default="open", info=PUBLIC)
    form: Mapped[str] = mapped_column(String(12), default="individual", info=PUBLIC)
    age_basis: Mapped[str] = mapped_column(String(12), default="first_day", info=PUBLIC)
    min_age: Mapped[int | None] = mapped_column()
    max_age: Mapped[int | None] = mapped_column()
    #: grams; a class is from `weight_over` (exclusive) to `weight_up_to` (inclusive)
    weight_over: Mapped[int | None] = mapped_column()
    weight_up_to: Mapped[int | None] = mapped_column()
    #: members of one entry; 1 and 1 for individuals
    team_min: Mapped[int] = mapped_column(default=1)
    team_max: Mapped[int] = mapped_column(default=1)
    #: entries of one delegation; none: any number
    entry_limit: Mapped[int | None] = mapped_column()
    needs_document: Mapped[bool] = mapped_column(default=True)
    #: 学籍: members belong to a school of the delegation
    needs_school: Mapped[bool] = mapped_column(default=False)
    format: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    #: name of the rule set; none where places are typed in
    rules: Mapped[str | None] = mapped_column(String(60), info=PUBLIC)
    #: what this event changes in it, as `flask games rank` reads it at the top of a file
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=PUBLIC)
    #: "1", "4" or "1/2": how often its points and medals count
    multiplier: Mapped[str] = mapped_column(String(12), default="1", info=PUBLIC)
    counts_medals: Mapped[bool] = mapped_column(default=True)
    counts_points: Mapped[bool] = mapped_column(default=True)
    #: EventStatus
    status: Mapped[str] = mapped_column(String(20), default="planned", info=PUBLIC)
    published_at: Mapped[datetime | None] = mapped_column()
    #: SHA-256 of the rule set and its settings at the first publication: they do not change afterwards
    rules_sha256: Mapped[str | None] = mapped_column(String(64), info=PUBLIC)
    #: the activity at which its athletes are checked in
    activity_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"))
    note: Mapped[str] = mapped_column(Text, default="", info=PUBLIC)
    version: Mapped[int] = mapped_column(default=1)
