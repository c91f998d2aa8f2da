"""What is drawn and when it is played: draws, sessions, units (bouts, matches, heats, performances)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PUBLIC


class Draw(Model):
    """A draw as it was made: it can be replayed by anybody. The newest of an event holds."""

    __tablename__ = "games_draw"
    __table_args__ = (
        ForeignKeyConstraint(["games_id", "event_id"], ["games_event.games_id", "games_event.id"], ondelete="RESTRICT"),
        Index("ix_games_draw_event", "games_id", "event_id"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column()
    #: DrawKind
    kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    #: name of the way of drawing; "paper" for one typed in (领队会抽签)
    version: Mapped[str] = mapped_column(String(60), info=PUBLIC)
    seed: Mapped[str] = mapped_column(String(200), default="", info=PUBLIC)
    #: the ordered input: [{"id", "seed", "unit"}, …], and what came out, ids of entries
    entrants: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, info=PUBLIC)
    outcome: Mapped[list[Any]] = mapped_column(JSON, default=list, info=PUBLIC)
    witnesses: Mapped[str] = mapped_column(String(200), default="", info=PUBLIC)
    #: why it was drawn again
    reason: Mapped[str] = mapped_column(Text, default="", info=PUBLIC)
    made_at: Mapped[datetime] = mapped_column()
    made_by: Mapped[uuid.UUID | None] = mapped_column()


class Session(Model):
    """单元: a stretch of time at a venue."""

    __tablename__ = "games_session"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    games_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("games.id", ondelete="RESTRICT"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    venue: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    starts_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
    #: SessionStatus
    status: Mapped[str] = mapped_column(String(20), default="scheduled", info=PUBLIC)
    #: rises with each change, so that calendars move the entry
    version: Mapped[int] = mapped_column(default=1)
    #: where spectators and athletes are checked in
    activity_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"))


class Unit(Model):
    """One thing with one result: a bout, a match, a heat, a running order. Sides are entries, or open."""

    __tablename__ = "games_unit"
    __table_args__ = (
        ForeignKeyConstraint(["games_id", "event_id"], ["games_event.games_id", "games_event.id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(
            ["games_id", "session_id"], ["games_session.games_id", "games_session.id"], ondelete="RESTRICT"
        ),
        Index("ix_games_unit_event", "games_id", "event_id", "number"),
        Index("ix_games_unit_session", "games_id", "session_id"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column()
    #: UnitKind
    kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    #: Phase: group, qualification, r16 …, semi, final, repechage, bronze; heat; only
    phase: Mapped[str] = mapped_column(String(20), default="", info=PUBLIC)
    #: round of a table (Berger), or place within the phase
    round: Mapped[int] = mapped_column(default=0)
    #: A, B, … of a group stage
    group: Mapped[str] = mapped_column(String(10), default="", info=PUBLIC)
    #: 第 N 场, within the event
    number: Mapped[int] = mapped_column()
    a_id: Mapped[uuid.UUID | None] = mapped_column()
    b_id: Mapped[uuid.UUID | None] = mapped_column()
    #: entries of a heat or running order, in order, ids as text
    field: Mapped[list[str]] = mapped_column(JSON, default=list, info=PUBLIC)
    session_id: Mapped[uuid.UUID | None] = mapped_column()
    starts_at: Mapped[datetime | None] = mapped_column()
    #: how long its court is taken; none: as long as UNIT_MINUTES says
    minutes: Mapped[int | None] = mapped_column()
    #: mat, court, table
    court: Mapped[str] = mapped_column(String(40), default="", info=PUBLIC)
    #: UnitStatus
    status: Mapped[str] = mapped_column(String(20), default="scheduled", info=PUBLIC)
    version: Mapped[int] = mapped_column(default=1)


class UnitReferee(Model):
    """Who officiates: the head referee (number 0) confirms; judges 1, 2, … each fill a sheet of their own."""

    __tablename__ = "games_unit_referee"
    __table_args__ = (
        ForeignKeyConstraint(["games_id", "unit_id"], ["games_unit.games_id", "games_unit.id"], ondelete="RESTRICT"),
        Index("ix_games_unit_referee_account", "account_id"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    #: component of a judged event ("A", "B"); empty: the only panel
    panel: Mapped[str] = mapped_column(String(10), default="", info=PUBLIC)
