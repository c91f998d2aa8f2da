"""Games as the office makes them: an edition, its programme, delegations and entries, through the services."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import func, select

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act
from app.games.constants import EntryState, EventForm, EventFormat, GamesStatus, UnitKind, UnitStatus
from app.games.models import Entry, EntryMember, Event, Unit
from app.games.queries.games import entries_of
from app.games.rules.programme import DelegationDraft, DisciplineDraft, EventDraft, GamesDraft
from app.games.services.evaluation import written_units
from app.games.services.programme import (
    add_delegation,
    add_discipline,
    add_event,
    create_games,
    set_games_status,
)
from app.games.services.results import confirm_result, write_result
from app.games.services.units import next_units
from tests.factories import people

USUAL_RULES = {
    EventFormat.WRESTLING: "uww-2026-01",
    EventFormat.LEAGUE: "fiba-d",
    EventFormat.JUDGED: "judged-panel",
    EventFormat.TIMED: "timed-gun",
}
UNITS = {
    EventFormat.WRESTLING: UnitKind.BOUT,
    EventFormat.LEAGUE: UnitKind.MATCH,
    EventFormat.KNOCKOUT: UnitKind.MATCH,
    EventFormat.JUDGED: UnitKind.PERFORMANCES,
    EventFormat.TIMED: UnitKind.HEAT,
    EventFormat.PLACES: UnitKind.PLACES,
}
_numbers = count(1)


def games_draft(**facts: Any) -> GamesDraft:
    """An edition of four days in September 2030, as the office types it."""
    number = next(_numbers)
    usual = GamesDraft(
        code=f"games{number}",
        name=f"第{number}届全民健身运动会",
        starts_on=date(2030, 9, 20),
        ends_on=date(2030, 9, 23),
        place="区全民健身中心",
        host="区教体局",
    )
    return replace(usual, **facts)


def make_games(*, status: GamesStatus = GamesStatus.ENTRIES, **facts: Any) -> uuid.UUID:
    """A stored edition whose entries are open; returns its id."""
    games_id = create_games(draft=games_draft(**facts), actor=SYSTEM)
    if status is not GamesStatus.DRAFT:
        set_games_status(games_id=games_id, status=status, actor=SYSTEM)
    return games_id


def add_discipline_to(games_id: uuid.UUID, *, code: str | None = None, name: str | None = None) -> uuid.UUID:
    """One more discipline of an edition; returns its id."""
    number = next(_numbers)
    draft = DisciplineDraft(code=code or f"D{number}", name=name or f"大项 {number}")
    return add_discipline(games_id=games_id, draft=draft, actor=SYSTEM)


def event_draft(**facts: Any) -> EventDraft:
    """A freestyle class of men, as the office types it; another format brings its usual rule set."""
    number = next(_numbers)
    kind = EventFormat(facts.get("format", EventFormat.WRESTLING))
    if facts.get("form", EventForm.INDIVIDUAL) is not EventForm.INDIVIDUAL:
        facts = {"team_min": 2, "team_max": 2 if facts["form"] is EventForm.PAIR else 12, **facts}
    usual = EventDraft(code=f"E{number}", name=f"小项 {number}", format=kind, rules=USUAL_RULES.get(kind))
    return replace(usual, **facts)


def add_event_to(games_id: uuid.UUID, discipline_id: uuid.UUID | None = None, **facts: Any) -> uuid.UUID:
    """One more event (see `event_draft`), in a discipline of its own unless one is named; returns its id."""
    return add_event(
        games_id=games_id,
        discipline_id=discipline_id or add_discipline_to(games_id),
        draft=event_draft(**facts),
        actor=SYSTEM,
    )


def add_delegation_to(
    games_id: uuid.UUID, *, name: str | None = None, code: str | None = None, organisation_id: uuid.UUID | None = None
) -> uuid.UUID:
    """One more delegation of an edition; returns its id."""
    number = next(_numbers)
    draft = DelegationDraft(code=code or f"T{number}", name=name or f"代表团 {number}", organisation_id=organisation_id)
    return add_delegation(games_id=games_id, draft=draft, actor=SYSTEM)


@act
def enter(
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    delegation_id: uuid.UUID | None = None,
    *,
    name: str | None = None,
    person_id: uuid.UUID | None = None,
    **facts: Any,
) -> uuid.UUID:
    """A stored entry of one named person, in a delegation of its own unless one is named; returns its id.

    It is written as it lies in the table, so that a test may begin after the entries are closed; `facts`
    are further columns (`seed`, `draw`, `number`, `weight`, `also`, …).
    """
    delegation_id = delegation_id or add_delegation_to(games_id)
    person_id = person_id or people.person()
    strength = db.session.execute(
        select(func.count()).where(
            Entry.games_id == games_id, Entry.event_id == event_id, Entry.delegation_id == delegation_id
        )
    ).scalar_one()
    shown = name or people.name(next(_numbers))
    entry = Entry(
        games_id=games_id,
        id=uuid7(),
        event_id=event_id,
        delegation_id=delegation_id,
        name=shown,
        created_at=now(),
        **{"state": EntryState.ENTERED.value, "also": [], "strength": strength, **facts},
    )
    db.session.add(entry)
    db.session.flush()
    db.session.add(EntryMember(games_id=games_id, entry_id=entry.id, person_id=person_id, name=shown))
    db.session.flush()
    return entry.id


@act
def unit_of(
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    *sides: uuid.UUID,
    kind: UnitKind | None = None,
    **facts: Any,
) -> uuid.UUID:
    """One more unit of an event: two who meet, or everybody of a heat or running order; returns its id."""
    event = db.session.get_one(Event, (games_id, event_id))
    kind = kind or UNITS[EventFormat(event.format)]
    pair = kind in {UnitKind.BOUT, UnitKind.MATCH}
    last = db.session.execute(
        select(func.max(Unit.number)).where(Unit.games_id == games_id, Unit.event_id == event_id)
    ).scalar_one()
    unit = Unit(
        games_id=games_id,
        id=uuid7(),
        event_id=event_id,
        kind=kind.value,
        number=(last or 0) + 1,
        a_id=sides[0] if pair else None,
        b_id=sides[1] if pair else None,
        field=[] if pair else [str(one) for one in sides],
        **{"status": UnitStatus.SCHEDULED.value, **facts},
    )
    db.session.add(unit)
    db.session.flush()
    return unit.id


@act
def scratch(games_id: uuid.UUID, entry_id: uuid.UUID, reason: str = "伤病") -> None:
    """Somebody takes no further part, as it lies in the table."""
    entry = db.session.get_one(Entry, (games_id, entry_id))
    entry.state, entry.reason = EntryState.SCRATCHED.value, reason


def decide(games_id: uuid.UUID, event_id: uuid.UUID, unit_id: uuid.UUID, **content: Any) -> list[uuid.UUID]:
    """Write a unit's result over whatever is there and confirm it, as the office may; the units that follow."""
    place = {"games_id": games_id, "event_id": event_id, "unit_id": unit_id, "actor": SYSTEM, "publisher": True}
    version = write_result(content=content, seen=None, reason="更正", **place)
    return confirm_result(version=version, **place)


@act
def first_units(games_id: uuid.UUID, event_id: uuid.UUID) -> list[uuid.UUID]:
    """The units of everybody who can meet now, in the order in which the rules name them."""
    event = db.session.get_one(Event, (games_id, event_id))
    return [one.id for one in next_units(event, entries_of(games_id, event_id), written_units(games_id, event_id))]
