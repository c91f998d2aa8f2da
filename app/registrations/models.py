"""Registrations and what surrounds them. Hot tables begin with the activity."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PERSONAL, PUBLIC, Sealed


class Registration(Model):
    """One person in one activity, with the facts of that day: tallies join no people."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("activity_id", "person_id"),
        UniqueConstraint("activity_id", "bib"),
        ForeignKeyConstraint(
            ["activity_id", "category_id"], ["category.activity_id", "category.id"], ondelete="RESTRICT"
        ),
        Index("ix_registration_queue", "activity_id", "category_id", "state", "queue_no"),
        Index("ix_registration_initials", "activity_id", "initials"),
        Index("ix_registration_phone_tail", "activity_id", "phone_tail"),
        Index("ix_registration_name", "activity_id", "name_index"),
        Index("ix_registration_team", "activity_id", "team_id"),
        Index("ix_registration_town", "activity_id", "town_id"),
    )

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column()
    category_id: Mapped[uuid.UUID] = mapped_column()
    account_id: Mapped[uuid.UUID | None] = mapped_column()
    team_id: Mapped[uuid.UUID | None] = mapped_column()
    state: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    source: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    walk_in: Mapped[bool] = mapped_column(default=False)
    bib: Mapped[str | None] = mapped_column(String(20), info=PUBLIC)
    queue_no: Mapped[int | None] = mapped_column()
    name: Mapped[str | None] = mapped_column(Sealed("registration.name"), info=PERSONAL)
    name_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    initials: Mapped[str | None] = mapped_column(String(40), info=PERSONAL)
    phone_tail: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    sex: Mapped[str | None] = mapped_column(String(10), info=PERSONAL)
    birth_year: Mapped[int | None] = mapped_column()
    #: whole years on the activity's first day
    age: Mapped[int | None] = mapped_column()
    town_id: Mapped[uuid.UUID | None] = mapped_column()
    organisation_id: Mapped[uuid.UUID | None] = mapped_column()
    #: JSON of what the activity asks (emergency contact, shirt, health statement)
    answers: Mapped[str | None] = mapped_column(Sealed("registration.answers"), info=PERSONAL)
    reason: Mapped[str | None] = mapped_column(String(40), info=PUBLIC)
    created_at: Mapped[datetime] = mapped_column()
    confirmed_at: Mapped[datetime | None] = mapped_column()
    cancelled_at: Mapped[datetime | None] = mapped_column()


class RegistrationEvent(Model):
    """A change of a registration's state after its creation: verdicts read these."""

    __tablename__ = "registration_event"
    __table_args__ = (Index("ix_registration_event_of", "activity_id", "registration_id"),)

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registration_id: Mapped[uuid.UUID] = mapped_column()
    state: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    at: Mapped[datetime] = mapped_column()
    actor_kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    actor_id: Mapped[uuid.UUID | None] = mapped_column()


class Team(Model):
    """People who register together under a leader."""

    __tablename__ = "team"
    __table_args__ = (Index("ix_team_leader", "activity_id", "leader_account_id"),)

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    leader_account_id: Mapped[uuid.UUID] = mapped_column()
    organisation_id: Mapped[uuid.UUID | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()


class Draft(Model):
    """What an account has typed and not sent: sealed, seven days, no registration."""

    __tablename__ = "registration_draft"

    account_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Sealed("registration_draft.body"), info=PERSONAL)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Idempotency(Model):
    """A caller's key and the registration it led to; the answer is rebuilt from it."""

    __tablename__ = "idempotency"

    caller_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True, info=PUBLIC)
    body_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    activity_id: Mapped[uuid.UUID] = mapped_column()
    registration_id: Mapped[uuid.UUID] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column(index=True)


class TeamUpload(Model):
    """A team file between preview and confirmation: sealed, one day."""

    __tablename__ = "team_upload"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[uuid.UUID] = mapped_column()
    account_id: Mapped[uuid.UUID] = mapped_column()
    team_name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    file_name: Mapped[str] = mapped_column(Sealed("team_upload.file_name"), info=PERSONAL)
    body: Mapped[str] = mapped_column(Sealed("team_upload.body"), info=PERSONAL)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Draw(Model):
    """A drawing of lots that anyone can replay: seed, version, ordered input, result."""

    __tablename__ = "registration_draw"
    __table_args__ = (UniqueConstraint("activity_id", "category_id"),)

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    category_id: Mapped[uuid.UUID] = mapped_column()
    version: Mapped[str] = mapped_column(String(40), info=PUBLIC)
    #: published before the seed is known: SHA-256 over the ordered input
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    seed: Mapped[str] = mapped_column(String(200), info=PUBLIC)
    entries: Mapped[list[Any]] = mapped_column(JSON, info=PUBLIC)
    result: Mapped[list[Any]] = mapped_column(JSON, info=PUBLIC)
    witnesses: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    drawn_at: Mapped[datetime] = mapped_column()
