"""What somebody gets after an activity: a certificate, the keepsake of a season, a prize; and its news."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PUBLIC


class Certificate(Model):
    """That somebody has finished an activity. Its number leads to a page that says whether it holds."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("issued_for", "person_id"),
        Index("ix_certificate_person", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True, info=PUBLIC)
    #: the activity
    issued_for: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    issued_at: Mapped[datetime] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column()
    #: a code of rules.certificates.WITHDRAWN
    reason: Mapped[str] = mapped_column(String(20), default="", info=PUBLIC)


class ServiceRecord(Model):
    """That somebody served as a volunteer in a year. Its number leads to a page with the hours as they stand."""

    __tablename__ = "service_record"
    __table_args__ = (UniqueConstraint("person_id", "year"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True, info=PUBLIC)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    year: Mapped[int] = mapped_column()
    issued_at: Mapped[datetime] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column()


class Keepsake(Model):
    """That somebody was handed what finishing every station of a season earns."""

    __tablename__ = "keepsake"

    season_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("season.id", ondelete="RESTRICT"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    handed_at: Mapped[datetime] = mapped_column()
    handed_by: Mapped[uuid.UUID | None] = mapped_column()


class PrizeDraw(Model):
    """Prizes among those who came: the pot is sealed and its digest published, then the seed is named."""

    __tablename__ = "prize_draw"
    __table_args__ = (Index("ix_prize_draw_activity", "held_at_activity", "sealed_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: the activity
    held_at_activity: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(60), info=PUBLIC)
    prizes: Mapped[int] = mapped_column()
    #: where the seed will come from, said before it is known
    seed_from: Mapped[str] = mapped_column(String(120), info=PUBLIC)
    version: Mapped[str] = mapped_column(String(40), info=PUBLIC)
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    #: lots in their order: bibs, or marks of those without one
    tickets: Mapped[list[Any]] = mapped_column(JSON, info=PUBLIC)
    sealed_at: Mapped[datetime] = mapped_column()
    seed: Mapped[str | None] = mapped_column(String(200), info=PUBLIC)
    drawn_at: Mapped[datetime | None] = mapped_column()


class Prize(Model):
    """A prize that was drawn."""

    __tablename__ = "prize"
    __table_args__ = (Index("ix_prize_person", "person_id"),)

    draw_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("prize_draw.id", ondelete="RESTRICT"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    ticket: Mapped[str] = mapped_column(String(24), info=PUBLIC)
    collected_at: Mapped[datetime | None] = mapped_column()
    collected_by: Mapped[uuid.UUID | None] = mapped_column()


class News(Model):
    """A short text about an activity, with photos."""

    __tablename__ = "news"
    __table_args__ = (Index("ix_news_activity", "about_activity", "published_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: the activity
    about_activity: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"))
    title: Mapped[str] = mapped_column(String(60), info=PUBLIC)
    text: Mapped[str] = mapped_column(Text, info=PUBLIC)
    published_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)


class NewsPhoto(Model):
    """A photo of a piece of news: a JPEG without its own data (place, camera)."""

    __tablename__ = "news_photo"
    __table_args__ = (Index("ix_news_photo_news", "news_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    news_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("news.id", ondelete="CASCADE"))
    #: what is to be seen, for those who cannot see it
    words: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    jpeg: Mapped[bytes] = mapped_column(LargeBinary, info=PUBLIC)
    position: Mapped[int] = mapped_column(default=0)
