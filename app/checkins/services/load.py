"""What is stored of some persons in one activity, as the judgement reads it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from app.checkins.constants import Verdict
from app.checkins.models import Attendance, CheckIn, Scan
from app.checkins.rules.judgement import ScanFacts, Standing
from app.core.db import table
from app.core.keyed import Keyed
from app.passes.queries import revocations
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration, RegistrationEvent

FIXED = frozenset(
    {
        Verdict.FORGED,
        Verdict.UNKNOWN,
        Verdict.TEAM_PARTIAL,
        Verdict.QUARANTINED,
        Verdict.INVALID,
    }
)
"""Verdicts that the code or the device decided: judging persons again does not change them."""


@dataclass(slots=True)
class PersonFacts:
    """All that is stored of one person in one activity."""

    registration: Any = None
    standing: Standing | None = None
    scans: list[ScanFacts] = field(default_factory=list)
    verdicts: dict[uuid.UUID, str] = field(default_factory=dict)
    check_ins: dict[uuid.UUID, Any] = field(default_factory=dict)
    attendance: Any = None


_r, _e = table(Registration).c, table(RegistrationEvent).c
_s, _c, _t = table(Scan).c, table(CheckIn).c, table(Attendance).c
_REGISTRATIONS = Keyed(
    lambda match: (
        select(
            _r.id,
            _r.person_id,
            _r.category_id,
            _r.state,
            _r.walk_in,
            _r.bib,
            _r.name,
            _r.age,
            _r.sex,
            _r.town_id,
            _t.person_id.label("attended"),
            _t.first_at,
            _t.points,
            _t.finished_at,
            _t.incomplete,
        )
        .outerjoin_from(
            table(Registration),
            table(Attendance),
            (_t.activity_id == _r.activity_id) & (_t.person_id == _r.person_id),
        )
        .where(_r.activity_id == bindparam("a"), match(_r.person_id))
        .order_by(_r.id)
        .with_for_update(of=table(Registration))
    )
)
_EVENTS = Keyed(
    lambda match: (
        select(_e.registration_id, _e.state, _e.at)
        .where(_e.activity_id == bindparam("a"), match(_e.registration_id))
        .order_by(_e.id)
    )
)
_SCAN_COLUMNS = (
    _s.id,
    _s.person_id,
    _s.kind,
    _s.checkpoint_id,
    _s.effective_at,
    _s.pass_id,
    _s.generation,
    _s.undoes,
    _s.shown,
    _s.bundle,
    _s.verdict,
    _s.first_verdict,
    _s.content_sha256,
    _s.device_id,
)
_of = table(Scan).alias("of_person")
_SCANS = Keyed(
    # the person's scans, and undos that came before the scan they name and so bear no person
    lambda match: select(*_SCAN_COLUMNS).where(
        or_(
            and_(_s.activity_id == bindparam("a"), match(_s.person_id)),
            and_(
                _s.activity_id == bindparam("a"),
                _s.person_id.is_(None),
                _s.undoes.in_(select(_of.c.id).where(_of.c.activity_id == bindparam("a"), match(_of.c.person_id))),
            ),
        )
    )
)
_SCANS_NAMED = Keyed(
    # each side with its activity: so the planner joins two index look-ups instead of walking the activity
    lambda match: select(*_SCAN_COLUMNS).where(
        or_(
            and_(_s.activity_id == bindparam("a"), match(_s.id)),
            and_(_s.activity_id == bindparam("a"), match(_s.undoes)),
        )
    )
)
_CHECK_INS = Keyed(
    lambda match: select(_c.person_id, _c.checkpoint_id, _c.scan_id, _c.effective_at, _c.inside, _c.flag).where(
        _c.activity_id == bindparam("a"), match(_c.person_id)
    )
)


def scans_named(activity_id: uuid.UUID, ids: Sequence[uuid.UUID]) -> Sequence[Any]:
    """Stored scans with these ids, and undos that name them."""
    return _SCANS_NAMED.run(ids, a=activity_id).all() if ids else []


def load(activity_id: uuid.UUID, persons: Iterable[uuid.UUID]) -> dict[uuid.UUID, PersonFacts]:
    """Everything stored of these persons; their registrations are locked until the act ends."""
    ids = list(dict.fromkeys(persons))
    facts: dict[uuid.UUID, PersonFacts] = {person: PersonFacts() for person in ids}
    if not ids:
        return facts
    registrations = _REGISTRATIONS.run(ids, a=activity_id).all()
    left = _left_at(activity_id, registrations)
    for row in registrations:
        one = facts[row.person_id]
        one.registration, one.standing = row, standing_of(row, left.get(row.id))
        one.attendance = row if row.attended is not None else None
    for held in _CHECK_INS.run(ids, a=activity_id):
        facts[held.person_id].check_ins[held.checkpoint_id] = held
    stored: Sequence[Any] = _SCANS.run(ids, a=activity_id).all()
    ended = revocations({scan.pass_id for scan in stored if scan.pass_id})
    owner: dict[uuid.UUID, Any] = {scan.id: scan.person_id for scan in stored if scan.person_id is not None}
    orphans = [scan for scan in stored if scan.person_id is None]
    for scan in [*(scan for scan in stored if scan.person_id is not None), *with_their_undos(activity_id, orphans)]:
        if scan.id not in owner:
            owner[scan.id] = owner[scan.undoes]
        person_id = owner[scan.id]
        facts[person_id].scans.append(scan_facts(scan, ended))
        facts[person_id].verdicts[scan.id] = scan.verdict
    return facts


def with_their_undos(activity_id: uuid.UUID, orphans: Sequence[Any]) -> list[Any]:
    """Undos without a person, and the undos that take these back, down to the last; targets come first."""
    found = {row.id: row for row in orphans}
    frontier = list(found)
    while frontier:
        rows = [row for row in scans_named(activity_id, frontier) if row.undoes in found and row.id not in found]
        found |= {row.id: row for row in rows if row.person_id is None}
        frontier = [row.id for row in rows if row.person_id is None]
    return list(found.values())


def scan_facts(row: Any, ended: Mapping[tuple[uuid.UUID, int], datetime]) -> ScanFacts:
    """A stored scan as the judgement reads it."""
    verdict = Verdict(row.verdict)
    return ScanFacts(
        id=row.id,
        checkpoint_id=row.checkpoint_id,
        effective_at=row.effective_at,
        fixed=verdict if verdict in FIXED else None,
        revoked_at=ended.get((row.pass_id, row.generation)) if row.pass_id else None,
        shown=row.shown,
        bundle=row.bundle,
        undoes=row.undoes,
    )


def _left_at(activity_id: uuid.UUID, registrations: Sequence[Any]) -> dict[uuid.UUID, datetime]:
    """When a registration that once was confirmed (it has a bib) ceased to be."""
    gone = [row.id for row in registrations if row.state != RegistrationState.CONFIRMED and row.bib]
    if not gone:
        return {}
    left: dict[uuid.UUID, datetime] = {}
    for row in _EVENTS.run(gone, a=activity_id):
        if row.state == RegistrationState.CANCELLED:
            left[row.registration_id] = row.at
    return left


def standing_of(row: Any, left_at: datetime | None) -> Standing:
    """A registration as the judgement reads it."""
    return Standing(
        category_id=row.category_id,
        confirmed=row.state == RegistrationState.CONFIRMED,
        waitlisted=row.state == RegistrationState.WAITLISTED,
        cancelled=row.state == RegistrationState.CANCELLED,
        left_at=left_at,
    )
