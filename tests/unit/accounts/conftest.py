"""What the tests of accounts share: a sender that keeps texts, limits of one's own, the trail."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import limits as limits_module
from app.accounts.limits import limits
from app.audit.models import AuditEntry
from app.core.db import db
from app.notices import services as notices


class Outbox:
    """Texts that were handed over, as (phone, text)."""

    reveals = False

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []

    def send(self, phone_e164: str, text: str) -> None:
        self.texts.append((phone_e164, text))

    def code(self, phone: str) -> str:
        """The code that `phone` received last."""
        found = re.search(r"\d{6}", [text for to, text in self.texts if to == phone][-1])
        assert found
        return found.group()


@pytest.fixture
def sent(app: Flask):
    """Every text of the test."""
    before, box = notices.sender(), Outbox()
    notices.use(box)
    yield box
    notices.use(before)


@pytest.fixture
def set_limits(app: Flask):
    """`set_limits(per_address=3)` for this test."""
    before = limits()

    def change(**values: Any) -> None:
        limits_module.use(replace(limits(), **values))

    yield change
    limits_module.use(before)


@pytest.fixture
def trail(ctx) -> Callable[..., list[tuple[str, str]]]:
    """(action, outcome) of every audit row so far, or of one subject's."""

    def read(subject_id: uuid.UUID | None = None) -> list[tuple[str, str]]:
        db.session.rollback()
        rows = db.session.execute(select(AuditEntry).order_by(AuditEntry.id)).scalars()
        return [(row.action, row.outcome) for row in rows if subject_id in (None, row.subject_id)]

    return read
