"""What the browser tests of the scanner ask of a store: `python -m tests.browser.field walk 500`.

A program of its own, so that the tests' own process opens no application.
"""

from __future__ import annotations

import json
import sys
import uuid
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update

from app import create_app
from app.audit.services import SYSTEM
from app.checkins.models import CheckIn, Device, Scan
from app.checkins.services.devices import issue_device
from app.checkins.services.record import record_scans
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act
from app.passes.constants import PassKind
from app.passes.services import ensure_passes
from app.registrations.models import Registration, Team
from tests.factories.walks import Walk, device, enrol, make_walk, person

PHONES = 24
"""Made at once: a program that opens the application for each would be most of a test's time."""
WAYS = {"TY": ("S", "K", "F", "P")}


def walk(people: str) -> dict[str, Any]:
    """An activity in progress; everybody is confirmed."""
    made: Walk = make_walk(capacity=int(people) + 50, ways=WAYS)
    born = date(1950, 1, 1)
    outcomes = enrol(made, *(person(birth=born + timedelta(days=n // 300)) for n in range(int(people))))
    issued = [one.issued for one in outcomes if one.issued]
    assert len(issued) == int(people)
    members = [one.registration_id for one in outcomes[-3:] if one.registration_id]
    return {
        "activity": str(made.id),
        "texts": [one.text for one in issued],
        "codes": [one.short_code for one in issued],
        "team": team(activity_id=made.id, members=members),
        "tokens": [phone(str(made.id)) for _ in range(PHONES)],
    }


@act
def team(*, activity_id: uuid.UUID, members: list[uuid.UUID]) -> str:
    """The code of a team of the last three."""
    row = Team(activity_id=activity_id, id=uuid7(), name="山城街道", leader_account_id=uuid7(), created_at=now())
    db.session.add(row)
    db.session.flush()
    db.session.execute(
        update(Registration)
        .where(Registration.activity_id == activity_id, Registration.id.in_(members))
        .values(team_id=row.id)
    )
    return ensure_passes([row.id], at=now(), kind=PassKind.TEAM)[row.id].text


def phone(activity: str) -> str:
    """The token of one more device."""
    return issue_device(activity_id=uuid.UUID(activity), name="张敏", actor=SYSTEM).token


def facts(activity: str) -> dict[str, Any]:
    """Scans by id with their verdict and time; check-ins by person and checkpoint."""
    here = uuid.UUID(activity)
    scans = db.session.execute(select(Scan).where(Scan.activity_id == here)).scalars().all()
    held = db.session.execute(select(CheckIn).where(CheckIn.activity_id == here)).scalars()
    phones = db.session.execute(select(Device).where(Device.activity_id == here)).scalars()
    return {
        "phones": [[one.queue, one.bundle, one.app_release] for one in phones if one.state_at],
        "heads": [one.headcount for one in scans if one.headcount],
        "scans": {str(one.id): [one.verdict, one.effective_at.isoformat(), one.shown] for one in scans},
        "check_ins": sorted([str(one.person_id), str(one.checkpoint_id), str(one.scan_id)] for one in held),
    }


def replay(activity: str) -> dict[str, Any]:
    """One batch, in order."""
    items = json.load(sys.stdin)
    named = Walk(uuid.UUID(activity), "", None, {}, {})  # type: ignore[arg-type]
    record_scans(device=device(named), items=items)
    return facts(activity)


def main() -> None:
    """Answer one question."""
    name, *arguments = sys.argv[1:]
    with create_app().app_context():
        answer = {"walk": walk, "device": phone, "facts": facts, "replay": replay}[name](*arguments)
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
