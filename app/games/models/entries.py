"""Who takes part: delegations, their entries, the people behind an entry."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PERSONAL, PUBLIC, Sealed


class Delegation(Model):
    """代表团: what medals and points go to."""

    __tablename__ = "games_delegation"
    __table_args__ = (
        UniqueConstraint("games_id", "code"),
        UniqueConstraint("games_id", "name"),
        Index("ix_games_delegation_organisation", "organisation_id"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("games.id", ondelete="RESTRICT"), primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), info=PUBLIC)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    #: whose leaders may enter athletes for it (role delegation_leader in that scope)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    leader_name: Mapped[str | None] = mapped_column(Sealed("games_delegation.leader_name"), info=PERSONAL)
    leader_phone: Mapped[str | None] = mapped_column(Sealed("games_delegation.leader_phone"), info=PERSONAL)
    position: Mapped[int] = mapped_column(default=0)


class Entry(Model):
    """A person, pair or team in one event."""

    __tablename__ = "games_entry"
    __table_args__ = (
        ForeignKeyConstraint(["games_id", "event_id"], ["games_event.games_id", "games_event.id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(
            ["games_id", "delegation_id"], ["games_delegation.games_id", "games_delegation.id"], ondelete="RESTRICT"
        ),
        Index("ix_games_entry_event", "games_id", "event_id"),
        Index("ix_games_entry_delegation", "games_id", "delegation_id"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    event_id: Mapped[uuid.UUID] = mapped_column()
    delegation_id: Mapped[uuid.UUID] = mapped_column()
    #: the name on start lists: the athlete's, or the team's
    name: Mapped[str] = mapped_column(Sealed("games_entry.name"), info=PERSONAL)
    #: further delegations that are credited with its place (两次计分), ids as text
    also: Mapped[list[str]] = mapped_column(JSON, default=list, info=PUBLIC)
    #: EntryState
    state: Mapped[str] = mapped_column(String(20), default="entered", info=PUBLIC)
    reason: Mapped[str] = mapped_column(String(120), default="", info=PUBLIC)
    #: bib or number on the start list
    number: Mapped[str | None] = mapped_column(String(20), info=PUBLIC)
    seed: Mapped[int | None] = mapped_column()
    #: number drawn, or place in the running order
    draw: Mapped[int | None] = mapped_column()
    #: grams, at the weigh-in
    weight: Mapped[int | None] = mapped_column(info=PERSONAL)
    #: within the delegation, the best first: units are kept apart by it
    strength: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column()
    created_by: Mapped[uuid.UUID | None] = mapped_column()


class EntryMember(Model):
    """Who stands behind an entry. A result from elsewhere may name nobody."""

    __tablename__ = "games_entry_member"
    __table_args__ = (
        ForeignKeyConstraint(["games_id", "entry_id"], ["games_entry.games_id", "games_entry.id"], ondelete="RESTRICT"),
        Index("ix_games_entry_member_person", "person_id"),
    )

    games_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    name: Mapped[str] = mapped_column(Sealed("games_entry_member.name"), info=PERSONAL)
    #: a substitute has no medal unless the event says so
    substitute: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
