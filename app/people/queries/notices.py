"""The privacy notice in force."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.db import db
from app.people.models import PrivacyNotice


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A version of the office's privacy notice."""

    id: uuid.UUID
    version: int
    text: str
    published_at: datetime


_COLUMNS = (PrivacyNotice.id, PrivacyNotice.version, PrivacyNotice.text, PrivacyNotice.published_at)


def current_notice() -> NoticeText | None:
    """The newest version; None before the office has published one."""
    row = db.session.execute(select(*_COLUMNS).order_by(PrivacyNotice.version.desc()).limit(1)).one_or_none()
    return NoticeText(*row) if row else None


def notice_version() -> int | None:
    """The number of the newest version."""
    return db.session.execute(
        select(PrivacyNotice.version).order_by(PrivacyNotice.version.desc()).limit(1)
    ).scalar_one_or_none()
