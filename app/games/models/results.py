"""Results: every version of what referees wrote, the places that follow, protests."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PUBLIC


class Result(Model):
    """One version of a unit's result; the highest holds, the earlier ones stay."""

    __tablename__ = "games_result"
    __table_args__ = (
        UniqueConstraint("games_id", "unit_id", "version"),
        ForeignKeyConstraint(["games_id", "unit_id"], ["games_unit.games_id", "games_unit.id"], ondelete="RESTRICT"),
        Index("ix_games_result_event", "games_id", "event_id"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column()
    unit_id: Mapped[uuid.UUID] = mapped_column()
    version: Mapped[int] = mapped_column()
    #: ResultState: draft, confirmed
    state: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    #: the part of `flask games rank`'s input that this unit brings; ids are entries
    content: Mapped[dict[str, Any]] = mapped_column(JSON, info=PUBLIC)
    #: why an earlier version was changed
    reason: Mapped[str] = mapped_column(Text, default="", info=PUBLIC)
    written_at: Mapped[datetime] = mapped_column()
    written_by: Mapped[uuid.UUID | None] = mapped_column()


class Sheet(Model):
    """A judge's own score of one entry; the judge alone sees and writes it until the head judge confirms."""

    __tablename__ = "games_sheet"
    __table_args__ = (
        ForeignKeyConstraint(["games_id", "unit_id"], ["games_unit.games_id", "games_unit.id"], ondelete="RESTRICT"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    panel: Mapped[str] = mapped_column(String(10), primary_key=True, info=PUBLIC)
    judge: Mapped[int] = mapped_column(primary_key=True)
    #: as written: "8.80"
    score: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    written_at: Mapped[datetime] = mapped_column()


class Place(Model):
    """What an event's results come to for one entry; made anew at each publication.

    `rank` is None where `irm` or a figure says why. `gold`, `silver`, `bronze` and `points` are what the entry's
    delegations are credited with, exact ("13/2"); the tables add them up.
    """

    __tablename__ = "games_place"
    __table_args__ = (
        ForeignKeyConstraint(["games_id", "event_id"], ["games_event.games_id", "games_event.id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(["games_id", "entry_id"], ["games_entry.games_id", "games_entry.id"], ondelete="RESTRICT"),
        Index("ix_games_place_event", "games_id", "event_id", "position"),
        Index("ix_games_place_delegation", "games_id", "delegation_id"),
        # what the tables add up: a few places of each event, however many took part
        Index(
            "ix_games_place_worth",
            "games_id",
            "delegation_id",
            "rank",
            "medal",
            "medals",
            "points",
            "event_id",
            "shared",
            sqlite_where=text("medal IS NOT NULL OR points <> '0'"),
            postgresql_where=text("medal IS NOT NULL OR points <> '0'"),
        ),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column()
    delegation_id: Mapped[uuid.UUID] = mapped_column()
    #: order on the list
    position: Mapped[int] = mapped_column()
    rank: Mapped[int | None] = mapped_column()
    irm: Mapped[str | None] = mapped_column(String(10), info=PUBLIC)
    #: time, score, points: as printed
    mark: Mapped[str] = mapped_column(String(60), default="", info=PUBLIC)
    #: what the rule set prints beside the rank
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=PUBLIC)
    #: 1 gold, 2 silver, 3 bronze
    medal: Mapped[int | None] = mapped_column()
    #: 一等奖 … of an event that awards levels
    level: Mapped[str] = mapped_column(String(20), default="", info=PUBLIC)
    #: whether the entry names further delegations that are credited too
    shared: Mapped[bool] = mapped_column(default=False)
    #: how often the medal counts, and the points, exact
    medals: Mapped[str] = mapped_column(String(20), default="0", info=PUBLIC)
    points: Mapped[str] = mapped_column(String(40), default="0", info=PUBLIC)


class Protest(Model):
    """A protest against an event's result; while one is open the result is marked."""

    __tablename__ = "games_protest"
    __table_args__ = (
        ForeignKeyConstraint(["games_id", "event_id"], ["games_event.games_id", "games_event.id"], ondelete="RESTRICT"),
        Index("ix_games_protest_event", "games_id", "event_id"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column()
    delegation_id: Mapped[uuid.UUID | None] = mapped_column()
    text: Mapped[str] = mapped_column(Text, info=PUBLIC)
    made_at: Mapped[datetime] = mapped_column()
    #: upheld or rejected, and why
    outcome: Mapped[str] = mapped_column(String(20), default="", info=PUBLIC)
    decision: Mapped[str] = mapped_column(Text, default="", info=PUBLIC)
    decided_at: Mapped[datetime | None] = mapped_column()
