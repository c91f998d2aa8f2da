"""What is not computed from results: penalties by decision, honours by nomination and approval."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PERSONAL, PUBLIC, Sealed


class Penalty(Model):
    """Points taken from a delegation by decision."""

    __tablename__ = "games_penalty"
    __table_args__ = (
        ForeignKeyConstraint(
            ["games_id", "delegation_id"], ["games_delegation.games_id", "games_delegation.id"], ondelete="RESTRICT"
        ),
        Index("ix_games_penalty_delegation", "games_id", "delegation_id"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    delegation_id: Mapped[uuid.UUID] = mapped_column()
    #: exact, more than nothing
    points: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    reason: Mapped[str] = mapped_column(Text, info=PUBLIC)
    #: withdrawn penalties stay on record and count no more
    lifted_at: Mapped[datetime | None] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    made_by: Mapped[uuid.UUID | None] = mapped_column()


class Honour(Model):
    """体育道德风尚奖, 优秀组织奖, 优秀奖, 突出贡献奖: nominated, approved, published."""

    __tablename__ = "games_honour"
    __table_args__ = (
        ForeignKeyConstraint(
            ["games_id", "delegation_id"], ["games_delegation.games_id", "games_delegation.id"], ondelete="RESTRICT"
        ),
        Index("ix_games_honour_state", "games_id", "state"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("games.id", ondelete="RESTRICT"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: 体育道德风尚奖 …
    title: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    delegation_id: Mapped[uuid.UUID | None] = mapped_column()
    #: a person or team; empty: the delegation itself
    name: Mapped[str | None] = mapped_column(Sealed("games_honour.name"), info=PERSONAL)
    reason: Mapped[str] = mapped_column(Text, default="", info=PUBLIC)
    #: HonourState
    state: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    nominated_by: Mapped[uuid.UUID | None] = mapped_column()
    nominated_at: Mapped[datetime] = mapped_column()
    decided_by: Mapped[uuid.UUID | None] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column()
    published_at: Mapped[datetime | None] = mapped_column()
