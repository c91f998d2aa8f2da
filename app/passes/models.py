"""Personal codes and their issues."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.types import PUBLIC


class Pass(Model):
    """A code for life: of a person, or of a team (`subject_id`). A reissue keeps its id."""

    __tablename__ = "pass"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), info=PUBLIC)
    person_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    subject_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    #: the lowest generation that is still valid
    floor: Mapped[int] = mapped_column(default=0)


class PassIssue(Model):
    """One text that was given out; its digest recognises it without a signature check."""

    __tablename__ = "pass_issue"
    __table_args__ = (Index("ix_pass_issue_revoked", "pass_id", "revoked_at"),)

    pass_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kid: Mapped[int] = mapped_column()
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    short_code: Mapped[str] = mapped_column(String(8), unique=True, info=PUBLIC)
    issued_at: Mapped[datetime] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column()
