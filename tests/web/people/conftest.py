"""A citizen at the family pages."""

from __future__ import annotations

import re
import uuid

import pytest
from flask import Flask

from app.core.clock import now
from app.core.transactions import act
from app.notices import services as notices
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from tests.factories import people


class Texts:
    """Text messages that were handed over: (phone, text)."""

    reveals = False

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, phone_e164: str, text: str) -> None:
        """Keep it."""
        self.sent.append((phone_e164, text))

    @property
    def code(self) -> str:
        """The code of the last text."""
        found = re.search(r"\d{6}", self.sent[-1][1])
        assert found
        return found.group()


@pytest.fixture
def texts(app: Flask):
    """What was sent to phones during the test."""
    before, box = notices.sender(), Texts()
    notices.use(box)
    yield box
    notices.use(before)


@pytest.fixture
def notice(ctx) -> int:
    """The privacy notice in force, and a 镇街 to choose."""
    people.organisation()
    return people.notice()


@act
def tie(account_id: uuid.UUID, person_id: uuid.UUID, proof: ProofLevel = ProofLevel.TYPED) -> None:
    """Let the account look after the person."""
    link(account_id=account_id, person_id=person_id, relation=Relation.PARENT, proof=proof, at=now())
