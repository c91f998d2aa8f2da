"""Devices, scans (facts), check-ins and attendances (derived), tallies. All hot."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PERSONAL, PUBLIC, Sealed


class Device(Model):
    """A phone, scan gun, poster, import or the office's desk, for one activity."""

    __tablename__ = "device"
    __table_args__ = (Index("ix_device_token", "activity_id", "token_hash"),)

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), info=PUBLIC)
    name: Mapped[str] = mapped_column(String(60), info=PERSONAL)
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    checkpoint_id: Mapped[uuid.UUID | None] = mapped_column()
    account_id: Mapped[uuid.UUID | None] = mapped_column()
    join_id: Mapped[uuid.UUID | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column()
    last_seen_at: Mapped[datetime | None] = mapped_column()
    #: what the phone last said of itself, and when; `queue` is what it had not sent yet
    state_at: Mapped[datetime | None] = mapped_column()
    queue: Mapped[int | None] = mapped_column()
    queue_oldest_at: Mapped[datetime | None] = mapped_column()
    battery: Mapped[int | None] = mapped_column()
    charging: Mapped[bool | None] = mapped_column()
    bundle: Mapped[int | None] = mapped_column()
    app_release: Mapped[str | None] = mapped_column(String(40), info=PUBLIC)
    chosen_id: Mapped[uuid.UUID | None] = mapped_column()
    clock_offset_ms: Mapped[int | None] = mapped_column()


class JoinCode(Model):
    """The short-lived code in a coordinator's QR that makes a phone a device."""

    __tablename__ = "device_join"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    activity_id: Mapped[uuid.UUID] = mapped_column(index=True)
    checkpoint_id: Mapped[uuid.UUID | None] = mapped_column()
    uses_left: Mapped[int] = mapped_column()
    created_by: Mapped[uuid.UUID | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()


class Scan(Model):
    """A fact: this was read there, then. Immutable but for `verdict` and `judged_at`."""

    __tablename__ = "scan"
    __table_args__ = (
        ForeignKeyConstraint(
            ["activity_id", "checkpoint_id"], ["checkpoint.activity_id", "checkpoint.id"], ondelete="RESTRICT"
        ),
        ForeignKeyConstraint(["activity_id", "device_id"], ["device.activity_id", "device.id"], ondelete="RESTRICT"),
        Index("ix_scan_person", "activity_id", "person_id"),
        Index("ix_scan_verdict", "activity_id", "verdict"),
        Index("ix_scan_undoes", "activity_id", "undoes"),
    )

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    device_id: Mapped[uuid.UUID] = mapped_column()
    kind: Mapped[str] = mapped_column(String(12), info=PUBLIC)
    checkpoint_id: Mapped[uuid.UUID | None] = mapped_column()
    person_id: Mapped[uuid.UUID | None] = mapped_column()
    pass_id: Mapped[uuid.UUID | None] = mapped_column()
    generation: Mapped[int | None] = mapped_column()
    #: the scan that this one takes back
    undoes: Mapped[uuid.UUID | None] = mapped_column()
    scanned_at: Mapped[datetime] = mapped_column()
    offset_ms: Mapped[int] = mapped_column(default=0)
    effective_at: Mapped[datetime] = mapped_column()
    received_at: Mapped[datetime] = mapped_column()
    seq: Mapped[int | None] = mapped_column()
    shown: Mapped[str | None] = mapped_column(String(20), info=PUBLIC)
    bundle: Mapped[int | None] = mapped_column()
    headcount: Mapped[int | None] = mapped_column()
    #: over the item as it was sent: the same id with another digest is a conflict
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    #: what was read, while nobody is known behind it
    raw: Mapped[str | None] = mapped_column(Sealed("scan.raw"), info=PERSONAL)
    first_verdict: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    verdict: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    judged_at: Mapped[datetime] = mapped_column()


def _of_scan() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["activity_id", "scan_id"], ["scan.activity_id", "scan.id"], ondelete="RESTRICT")


class Nobody(Model):
    """A scan that named nobody when it came, and who it turned out to be: a fact beside the scan's own.

    `name_index` is a keyed hash of what was read (`rules.names`), so that the one who gets that
    bib, code or registration is found without opening any seal.
    """

    __tablename__ = "scan_nobody"
    __table_args__ = (
        _of_scan(),
        Index("ix_scan_nobody_name", "activity_id", "name_index"),
        Index("ix_scan_nobody_person", "activity_id", "person_id"),
        Index("ix_scan_nobody_look", "activity_id", "look_again_at"),
    )

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    scan_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    person_id: Mapped[uuid.UUID | None] = mapped_column()
    pass_id: Mapped[uuid.UUID | None] = mapped_column()
    generation: Mapped[int | None] = mapped_column()
    found_at: Mapped[datetime | None] = mapped_column()
    #: one more look, for a registration that was being committed at that very moment
    look_again_at: Mapped[datetime | None] = mapped_column()


class Release(Model):
    """The office's word about a scan in quarantine: let it count, or keep it refused. The last word stands."""

    __tablename__ = "scan_release"
    __table_args__ = (_of_scan(),)

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    scan_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    decision: Mapped[str] = mapped_column(String(10), info=PUBLIC)
    #: what the code itself decides, once the scan is released (forged, unknown, …)
    fixed: Mapped[str | None] = mapped_column(String(20), info=PUBLIC)
    decided_at: Mapped[datetime] = mapped_column()
    decided_by: Mapped[uuid.UUID | None] = mapped_column()


class Settlement(Model):
    """The office's decision about a conflict (`rules.conflicts`); without a row the conflict is open."""

    __tablename__ = "scan_settlement"

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True, info=PUBLIC)
    subject_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column()
    decision: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    note: Mapped[str | None] = mapped_column(Sealed("scan_settlement.note"), info=PERSONAL)
    #: the office's undo, where a scan was taken back
    undo_id: Mapped[uuid.UUID | None] = mapped_column()
    settled_at: Mapped[datetime] = mapped_column()
    settled_by: Mapped[uuid.UUID | None] = mapped_column()


class Reject(Model):
    """An item that was no scan at all: kept, sealed, answered by its index."""

    __tablename__ = "scan_reject"

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    device_id: Mapped[uuid.UUID] = mapped_column()
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    body: Mapped[str] = mapped_column(Sealed("scan_reject.body"), info=PERSONAL)
    reason: Mapped[str] = mapped_column(String(40), info=PUBLIC)
    received_at: Mapped[datetime] = mapped_column()


class CheckIn(Model):
    """The one valid scan that counts for a person at a checkpoint (I4): derived."""

    __tablename__ = "check_in"
    __table_args__ = (
        Index("ix_check_in_time", "activity_id", "checkpoint_id", "effective_at"),
        Index("ix_check_in_person", "activity_id", "person_id"),
    )

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    checkpoint_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registration_id: Mapped[uuid.UUID] = mapped_column()
    scan_id: Mapped[uuid.UUID] = mapped_column()
    effective_at: Mapped[datetime] = mapped_column()
    inside: Mapped[bool] = mapped_column()
    #: why it stands all the same, or what is odd about it: see rules.judgement
    flag: Mapped[str] = mapped_column(String(20), default="", info=PUBLIC)


class Attendance(Model):
    """One person at one activity, derived from the check-ins: 1 人次."""

    __tablename__ = "attendance"

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    registration_id: Mapped[uuid.UUID] = mapped_column()
    first_at: Mapped[datetime] = mapped_column()
    points: Mapped[int] = mapped_column()
    finished_at: Mapped[datetime | None] = mapped_column()
    incomplete: Mapped[bool] = mapped_column(default=False)


class StoredBundle(Model):
    """The signed list that an activity's phones take along: derived, one for all of them."""

    __tablename__ = "bundle"

    activity_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    #: Unix second up to which it is complete; only rises
    number: Mapped[int] = mapped_column()
    #: over what it says, without number and salt: an equal one need not be sent again
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    checked_at: Mapped[datetime] = mapped_column()
    file: Mapped[bytes] = mapped_column(LargeBinary)
