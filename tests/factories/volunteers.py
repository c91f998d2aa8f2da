"""Shifts and who serves in them, through the services."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.transactions import act
from app.passes.services import ensure_passes
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from app.volunteers.constants import ServiceState
from app.volunteers.queries.shifts import services_in
from app.volunteers.rules.shifts import ShiftDraft
from app.volunteers.services.offers import offer
from app.volunteers.services.serving import decide, put_on
from app.volunteers.services.shifts import save_shift
from tests.factories import accounts, people
from tests.factories.walks import Walk


def draft(starts_at: datetime, **facts: Any) -> ShiftDraft:
    """Guides of three hours, two of them."""
    usual: dict[str, Any] = {
        "post": "路口引导",
        "place": "起点东侧",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "needed": 2,
    }
    return ShiftDraft(**(usual | facts))


def add_shift(walk: Walk, **facts: Any) -> uuid.UUID:
    """A shift that begins with the walk; returns its id."""
    starts_at = facts.pop("starts_at", walk.starts_at)
    return save_shift(activity_id=walk.id, shift_id=None, draft=draft(starts_at, **facts), actor=SYSTEM)


@act
def somebody(relation: Relation = Relation.SELF, **person: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """(account, person): somebody with an account of their own, or whom it looks after."""
    account, person_id = accounts.account(), people.person(**person)
    link(account_id=account.id, person_id=person_id, relation=relation, proof=ProofLevel.OFFICE, at=now())
    return account.id, person_id


def offered(walk: Walk, *shift_ids: uuid.UUID, guardian: bool = False, **person: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """Somebody who has offered to serve in these shifts, with `guardian` a child of the account; (account, person)."""
    account_id, person_id = somebody(Relation.CHILD if guardian else Relation.SELF, **person)
    offer(
        activity_id=walk.id,
        shift_ids=shift_ids,
        person_id=person_id,
        account_id=account_id,
        guardian=guardian,
        actor=SYSTEM,
    )
    return account_id, person_id


def assigned(walk: Walk, shift_id: uuid.UUID, **person: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """Somebody who is on a shift; (account, person)."""
    account_id, person_id = offered(walk, shift_id, **person)
    assign(walk, shift_id, person_id)
    return account_id, person_id


def assign(walk: Walk, shift_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Put somebody who has offered on the shift."""
    decide(
        activity_id=walk.id,
        shift_id=shift_id,
        service_ids=[service_of(shift_id, person_id).id],
        to=ServiceState.ASSIGNED,
        reason="",
        actor=SYSTEM,
    )


@act
def put(walk: Walk, shift_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Put an adult on a shift by their code."""
    code = ensure_passes([person_id], at=now())[person_id].text
    put_on(activity_id=walk.id, shift_id=shift_id, named=code, guardian=False, actor=SYSTEM)


def service_of(shift_id: uuid.UUID, person_id: uuid.UUID) -> Any:
    """Their row."""
    return next(line.service for line in services_in(shift_id) if line.service.person_id == person_id)
