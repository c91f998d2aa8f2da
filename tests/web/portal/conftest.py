"""Stations to look at, and people who have walked them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from app.accounts.models import Account
from app.checkins.services.record import record_scans
from app.core.clock import now
from app.core.ids import uuid7
from app.core.transactions import act
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from app.registrations.services.register import Outcome
from tests.factories import activities, devices, people, registrations


@pytest.fixture
def notice(ctx) -> int:
    """The privacy notice in force."""
    return people.notice()


@act
def tie(
    holder: Account,
    person_id: uuid.UUID | None,
    *,
    proof: ProofLevel = ProofLevel.CREATED,
    relation: Relation = Relation.SELF,
) -> None:
    """Let the account look after the person."""
    assert person_id is not None
    link(account_id=holder.id, person_id=person_id, relation=relation, proof=proof, at=now())


def enrolled(holder: Account, station: activities.Station, **facts: Any) -> Outcome:
    """Somebody of the account's family, registered by the office."""
    outcome = registrations.registered(station, **facts)
    tie(holder, outcome.person_id)
    return outcome


def walked(outcome: Outcome, station: activities.Station, *points: str) -> None:
    """The codes of these checkpoints were read, half an hour apart from the start on."""
    assert outcome.issued is not None
    phone = devices.device(station)
    items = [
        {
            "id": str(uuid7()),
            "pass": outcome.issued.text,
            "checkpoint": point,
            "scanned_at": station.starts_at.replace(minute=10 + 10 * n).isoformat(),
        }
        for n, point in enumerate(points)
    ]
    results = record_scans(device=phone.ref, items=items)
    assert {result.verdict.value for result in results} == {"accepted"}
