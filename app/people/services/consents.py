"""The privacy notice and what people agreed to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, insert, select

from app.audit.services import Actor, record
from app.core.crypto import sha256
from app.core.db import db, table
from app.core.ids import uuid7
from app.core.keyed import execute
from app.core.transactions import act
from app.people.constants import ConsentKind
from app.people.models import Consent, PrivacyNotice

_NOTICE: Final = Path(__file__).parents[1] / "assets" / "privacy_notice.zh-CN.txt"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement as it was given: to which text, in which version."""

    kind: ConsentKind
    version: int
    sha256: bytes
    text_id: uuid.UUID | None = None


_INSERT = insert(table(Consent))


def agree(agreements: Iterable[tuple[uuid.UUID, Agreement]], *, given_by: uuid.UUID | None, at: datetime) -> None:
    """Keep agreements of persons. Joins the open act."""
    rows = [
        {
            "id": uuid7(),
            "person_id": person_id,
            "kind": agreement.kind.value,
            "text_id": agreement.text_id,
            "version": agreement.version,
            "sha256": agreement.sha256,
            "given_by": given_by,
            "given_at": at,
            "withdrawn_at": None,
        }
        for person_id, agreement in agreements
    ]
    if rows:
        execute(_INSERT, rows)


def notice_text(office: str, phone: str) -> str:
    """The standard privacy notice with the name and number of an office in it."""
    return _NOTICE.read_text(encoding="utf-8").format(office=office, phone=phone).strip()


@act
def publish_notice(*, text: str, actor: Actor, at: datetime) -> int:
    """Publish a new version of the privacy notice; the same text again keeps the version."""
    digest = sha256(text)
    newest = db.session.execute(
        select(PrivacyNotice).order_by(PrivacyNotice.version.desc()).limit(1)
    ).scalar_one_or_none()
    if newest is not None and newest.sha256 == digest:
        return newest.version
    version = db.session.execute(select(func.coalesce(func.max(PrivacyNotice.version), 0))).scalar_one() + 1
    notice = PrivacyNotice(id=uuid7(), version=version, text=text, sha256=digest, published_at=at)
    db.session.add(notice)
    db.session.flush()
    record(
        actor,
        "privacy_notice.published",
        subject_kind="privacy_notice",
        subject_id=notice.id,
        version=version,
    )
    return version
