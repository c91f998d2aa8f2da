"""Squads and troupes, their people, what they brought home, when they rehearse."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PERSONAL, PUBLIC, Sealed


class Squad(Model):
    """Who is sent to higher games, or performs at an opening."""

    __tablename__ = "squad"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: SquadKind
    kind: Mapped[str] = mapped_column(String(12), info=PUBLIC)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    #: 枣庄市第十届运动会; for a troupe what it performs at
    event: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    year: Mapped[int] = mapped_column()
    #: what a troupe was given (优秀奖)
    award: Mapped[str] = mapped_column(String(40), default="", info=PUBLIC)
    version: Mapped[int] = mapped_column(default=1)


class SquadGroup(Model):
    """A 大项 of a squad, a section of a troupe."""

    __tablename__ = "squad_group"
    __table_args__ = (UniqueConstraint("squad_id", "name"),)

    squad_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("squad.id", ondelete="RESTRICT"))
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), info=PUBLIC)
    #: how many may be chosen; none: any number
    quota: Mapped[int | None] = mapped_column()
    position: Mapped[int] = mapped_column(default=0)
    #: MarkOrder: which of two marks is the better one
    better: Mapped[str] = mapped_column(String(4), default="less", info=PUBLIC)
    #: MarkRule: which of several trials counts
    counts: Mapped[str] = mapped_column(String(4), default="best", info=PUBLIC)


class SquadMember(Model):
    """Somebody in a group, from candidate to selected."""

    __tablename__ = "squad_member"
    __table_args__ = (
        UniqueConstraint("group_id", "person_id"),
        Index("ix_squad_member_squad", "squad_id", "state"),
        Index("ix_squad_member_person", "person_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    squad_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("squad.id", ondelete="RESTRICT"))
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("squad_group.id", ondelete="RESTRICT"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    #: MemberState
    state: Mapped[str] = mapped_column(String(12), default="candidate", info=PUBLIC)
    #: why chosen or not
    reason: Mapped[str] = mapped_column(Sealed("squad_member.reason"), default="", info=PERSONAL)
    #: of the trial that counts, as it was measured: 12.45, 8.8
    mark: Mapped[str] = mapped_column(String(20), default="", info=PUBLIC)
    tried_on: Mapped[date | None] = mapped_column()
    #: the guardian who has agreed, and when; asked of everybody under 18
    guardian: Mapped[str | None] = mapped_column(Sealed("squad_member.guardian"), info=PERSONAL)
    agreed_on: Mapped[date | None] = mapped_column()
    proposed_by: Mapped[uuid.UUID | None] = mapped_column()
    decided_by: Mapped[uuid.UUID | None] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column()


class SquadTrial(Model):
    """One trial of a candidate; which of them counts is the group's rule (`rules.trials.counting`)."""

    __tablename__ = "squad_trial"
    __table_args__ = (Index("ix_squad_trial_member", "member_id"), Index("ix_squad_trial_squad", "squad_id"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    squad_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("squad.id", ondelete="RESTRICT"))
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("squad_member.id", ondelete="CASCADE"))
    mark: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    #: none: nobody wrote it down
    tried_on: Mapped[date | None] = mapped_column()
    noted_at: Mapped[datetime] = mapped_column()


class SquadResult(Model):
    """A place at the higher games."""

    __tablename__ = "squad_result"
    __table_args__ = (
        UniqueConstraint("group_id", "event", "key"),
        Index("ix_squad_result_squad", "squad_id", "medal"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    squad_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("squad.id", ondelete="RESTRICT"))
    group_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("squad_group.id", ondelete="RESTRICT"))
    event: Mapped[str] = mapped_column(String(60), info=PUBLIC)
    #: who; many are minors
    name: Mapped[str] = mapped_column(Sealed("squad_result.name"), info=PERSONAL)
    #: the folded name under its key: the same row again is the same result
    key: Mapped[str] = mapped_column(String(64), info=PUBLIC)
    place: Mapped[int] = mapped_column()
    #: Medal
    medal: Mapped[str | None] = mapped_column(String(8), info=PUBLIC)


class Rehearsal(Model):
    """An activity to which the people of a squad come: they are checked in by the same code as anybody."""

    __tablename__ = "squad_rehearsal"

    squad_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("squad.id", ondelete="RESTRICT"), primary_key=True)
    activity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("activity.id", ondelete="RESTRICT"), primary_key=True)
