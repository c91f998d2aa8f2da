"""Persons, the organisations they belong to, who looks after whom, and what they agreed to."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PERSONAL, PUBLIC, Sealed


class Organisation(Model):
    """A node of the tree: district, 镇街, school, unit, club, or 区外."""

    __tablename__ = "organisation"
    __table_args__ = (Index("ix_organisation_parent", "parent_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True, info=PUBLIC)
    name: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    position: Mapped[int] = mapped_column(default=0)


class Person(Model):
    """A human taking part: one row per document, or per keyed hash when there is none."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("document_type", "document_index"),
        CheckConstraint("(document_index IS NOT NULL) OR (no_document_key IS NOT NULL)", name="has_one_key"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Sealed("person.name"), info=PERSONAL)
    document_type: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    document_number: Mapped[str | None] = mapped_column(Sealed("person.document_number"), info=PERSONAL)
    document_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    #: keyed hash of (name, birth date, phone) while there is no document
    no_document_key: Mapped[bytes | None] = mapped_column(LargeBinary(16), unique=True)
    sex: Mapped[str | None] = mapped_column(String(10), info=PERSONAL)
    birth_date: Mapped[date | None] = mapped_column(index=True, info=PERSONAL)
    phone: Mapped[str | None] = mapped_column(Sealed("person.phone"), info=PERSONAL)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    town_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id", ondelete="RESTRICT"))
    guardian_name: Mapped[str | None] = mapped_column(Sealed("person.guardian_name"), info=PERSONAL)
    guardian_phone: Mapped[str | None] = mapped_column(Sealed("person.guardian_phone"), info=PERSONAL)
    guardian_relation: Mapped[str | None] = mapped_column(String(20), info=PERSONAL)
    created_at: Mapped[datetime] = mapped_column()


class PersonAlias(Model):
    """A person found to be another one: counts use the canonical id."""

    __tablename__ = "person_alias"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True)
    canonical_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"), index=True)
    merged_at: Mapped[datetime] = mapped_column()


class AccountPerson(Model):
    """Who an account looks after, as what, and how far that is proven."""

    __tablename__ = "account_person"

    #: its type is written out: read through the key it would hang on who imports accounts first
    account_id: Mapped[uuid.UUID] = mapped_column(Uuid, ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("person.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    relation: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    proof: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    created_at: Mapped[datetime] = mapped_column()


class PrivacyNotice(Model):
    """A version of the office's privacy notice; the newest published one is asked for."""

    __tablename__ = "privacy_notice"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(unique=True)
    text: Mapped[str] = mapped_column(Text, info=PUBLIC)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    published_at: Mapped[datetime] = mapped_column()


class Consent(Model):
    """One agreement of one person: to a text, or to one sensitive purpose, given or withdrawn."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_person", "person_id", "kind"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    #: the privacy notice or the activity's terms that was shown
    text_id: Mapped[uuid.UUID | None] = mapped_column()
    version: Mapped[int] = mapped_column()
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    given_by: Mapped[uuid.UUID | None] = mapped_column()
    given_at: Mapped[datetime] = mapped_column()
    withdrawn_at: Mapped[datetime | None] = mapped_column()


class PersonActivity(Model):
    """The directory of who is where: read first by history, stamps, export and deletion."""

    __tablename__ = "person_activity"

    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column()
