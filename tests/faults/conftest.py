"""A walk on the test's own database, a server on top of it, clients, and the checker at the end."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.constants import TokenScope
from app.accounts.services.keys import issue_key
from app.audit.services import SYSTEM
from app.checkins.models import Scan
from app.checkins.rules.answers import DeviceRef
from app.checkins.services.devices import issue_device
from app.checkins.services.rejudge import judge_pending
from app.core.clock import now
from app.core.db import db
from app.people.constants import DocumentType
from app.people.rules.intake import PersonInput
from app.registrations.constants import Source
from app.registrations.services.register import Outcome
from tests.factories.notices import notice
from tests.factories.walks import Walk, enrol, make_walk, scan
from tests.faults.checker import Damage, check
from tests.faults.clients import Phone, Registrar
from tests.faults.journal import Journal
from tests.faults.site import Site, serve
from tests.support.stores import PostgresStore, Store


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is a fault test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """The clients' own log."""
    made = Journal(tmp_path / "clients.log")
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _written_elsewhere(request: pytest.FixtureRequest) -> None:
    """Servers write where this process does not see it: every table is emptied afterwards."""
    if "app" in request.fixturenames:
        store: Store = request.getfixturevalue("store")
        if isinstance(store, PostgresStore):
            store._written.update(db.metadata.tables)


_numbers = count(1)


def _somebody() -> PersonInput:
    """Anybody, with a document that nobody else has."""
    return PersonInput(
        name="王德福",
        document_type=DocumentType.PASSPORT,
        document_number=f"P{next(_numbers):08d}",
        sex="male",
        birth_date=date(1955, 3, 9),
        phone="+8613812345678",
    )


@dataclass
class Ground:
    """A walk under way with people registered, and what it takes to talk to its server."""

    instance: Path
    journal: Journal
    walk: Walk
    outcomes: list[Outcome] = field(default_factory=list)

    def device(self, name: str = "张敏") -> tuple[str, DeviceRef]:
        """The token of a new phone, and the device."""
        made = issue_device(activity_id=self.walk.id, name=name, actor=SYSTEM)
        db.session.rollback()
        return made.token, made.ref

    def key(self) -> str:
        """A key of other software that may register."""
        token = issue_key(actor=SYSTEM, at=now(), scope=TokenScope.REGISTRATIONS, label="test").token
        db.session.rollback()
        return token

    def enrol(self, n: int) -> None:
        """Register `n` people."""
        for first in range(0, n, 500):
            people = [_somebody() for _ in range(min(500, n - first))]
            self.outcomes += enrol(self.walk, *people, source=Source.IMPORT)
        judge_pending(self.walk.id)  # nothing waits that would judge everybody once more, and so heal what is broken
        db.session.rollback()
        assert all(one.issued for one in self.outcomes)

    def scan(self, one: int, point: str = "S", minutes: float = 5, **more: Any) -> dict[str, Any]:
        """An item about the person `one`."""
        return scan(self.outcomes[one], point, minutes, walk=self.walk, **more)

    def body(self, one: int) -> dict[str, Any]:
        """What other software sends to register the person number `one`."""
        return {
            "activity": self.walk.code,
            "category": "TY",
            "person": {
                "name": "王德福",
                "document": {"type": "passport", "number": f"E{one:08d}"},
                "sex": "male",
                "birth_date": "1955-03-09",
                "phone": f"138{one:08d}",
            },
            "consents": {"notice": 1, "document_number": True},
        }

    def newcomer(self, _place: int) -> uuid.UUID | None:
        """One more person through the service; the registration."""
        return enrol(self.walk, _somebody(), source=Source.IMPORT)[0].registration_id

    @contextmanager
    def served(self, broken: str = "", **changes: str) -> Iterator[Site]:
        """The server, on what is there now."""
        db.session.remove()
        with serve(self.instance, broken=broken, **changes) as site:
            yield site

    def phone(self, site_port: int, token: str) -> Phone:
        """A phone that talks to a port."""
        return Phone(site_port, token, self.journal)

    def registrar(self, site_port: int, key: str) -> Registrar:
        """Other software that talks to a port."""
        return Registrar(site_port, key, self.journal)

    def stored_scans(self) -> int:
        """How many scans of the walk are stored at this moment."""
        count = select(func.count()).select_from(Scan).where(Scan.activity_id == self.walk.id)
        found = int(db.session.execute(count).scalar_one())
        db.session.rollback()
        return found

    def wait_for_scans(self, n: int = 1) -> None:
        """Until so many scans are stored, at most half a minute: a server may go on after its client has left."""
        until = time.monotonic() + 30
        while self.stored_scans() < n and time.monotonic() < until:
            time.sleep(0.05)

    def damages(self) -> list[Damage]:
        """What the checker finds."""
        db.session.remove()
        return check(self.journal.path)


@pytest.fixture
def ground(ctx: Any, instance: Path, journal: Journal) -> Callable[..., Ground]:
    """Makes a walk with `people` registered; its columns may be named."""

    def make(people: int = 0, **columns: Any) -> Ground:
        notice()
        made = Ground(instance, journal, make_walk(**({"capacity": 20_000} | columns)))
        made.enrol(people)
        return made

    return make


def before_the_gate() -> dict[str, Any]:
    """Columns of a walk of tomorrow, open to sign up."""
    starts = now() + timedelta(days=1)
    return {"starts_at": starts, "registration_opens_at": now() - timedelta(days=3)}
