"""What is stored of some persons in one activity, as the judgement reads it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import LargeBinary, and_, bindparam, func, or_, select, type_coerce, union_all

from app.checkins.constants import RELEASED, DeviceKind, Verdict
from app.checkins.models import Attendance, CheckIn, Nobody, Release, Scan
from app.checkins.queries.owners import OWNER, with_owner
from app.checkins.rules.judgement import ScanFacts, Standing
from app.core.db import table
from app.core.keyed import Keyed, Match
from app.core.transactions import connection
from app.passes.models import PassIssue
from app.people.models import PersonAlias
from app.people.queries.aliases import aliases_of
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
_m, _i = table(PersonAlias).c, table(PassIssue).c
_REGISTRATIONS = Keyed(
    lambda match: (
        select(
            _r.id,
            _r.person_id,
            _r.category_id,
            _r.state,
            _r.walk_in,
            _r.bib,
            type_coerce(_r.name, LargeBinary).label("sealed_name"),
            _r.age,
            _r.sex,
            _r.town_id,
            _t.first_at,
            _t.points,
            _t.finished_at,
            _t.incomplete,
            _m.person_id.label("alias"),
        )
        .outerjoin_from(
            table(Registration),
            table(Attendance),
            (_t.activity_id == _r.activity_id) & (_t.person_id == _r.person_id),
        )
        .outerjoin(table(PersonAlias), _m.canonical_id == _r.person_id)
        .where(_r.activity_id == bindparam("a"), match(_r.person_id))
    )
)
_LOCK = Keyed(
    # PostgreSQL: a statement that has waited for a lock sees the locked rows anew and whatever it joins as it
    # was before the wait, so nothing is read in the statement that locks
    lambda match: (
        select(_r.id).where(_r.activity_id == bindparam("a"), match(_r.person_id)).order_by(_r.id).with_for_update()
    )
)
_EVENTS = Keyed(
    lambda match: select(_e.id, _e.registration_id, _e.state, _e.at).where(
        _e.activity_id == bindparam("a"), match(_e.registration_id)
    )
)
_n, _w = table(Nobody).c, table(Release).c
_SCAN_COLUMNS = (
    _s.id,
    OWNER.label("person_id"),
    _s.checkpoint_id,
    _s.effective_at,
    _s.undoes,
    _s.shown,
    _s.bundle,
    _s.verdict,
    _s.first_verdict,
    _s.device_id,
    _w.decision,
    _w.fixed,
    _i.revoked_at,
)
_of, _was = table(Scan).alias("of_person"), table(Nobody).alias("was_nobody")
_found = table(Nobody).alias("found_out")


def _columns(*more: Any) -> Any:
    """Scans with who they turned out to be, the office's word about those in quarantine, and since when
    their codes are replaced.
    """
    return (
        with_owner(select(*_SCAN_COLUMNS, *more))
        .outerjoin(table(Release), (_w.activity_id == _s.activity_id) & (_w.scan_id == _s.id))
        .outerjoin(
            table(PassIssue),
            (_i.pass_id == func.coalesce(_s.pass_id, _n.pass_id))
            & (_i.generation == func.coalesce(_s.generation, _n.generation)),
        )
    )


_mine, _undo = table(Scan).alias("mine"), table(Scan).alias("undo")


def _ids_of(match: Match) -> Any:
    """Ids of the person's scans, those that turned out to be the person's, and undos that came before the scan
    they name and so bear no person. Each by an index of its own: joined by OR they would have PostgreSQL
    read the whole activity.
    """
    mine = select(_mine.c.id).where(_mine.c.activity_id == bindparam("a"), match(_mine.c.person_id))
    found_out = select(_was.c.scan_id).where(_was.c.activity_id == bindparam("a"), match(_was.c.person_id))
    named = union_all(
        select(_of.c.id).where(_of.c.activity_id == bindparam("a"), match(_of.c.person_id)),
        select(_found.c.scan_id).where(_found.c.activity_id == bindparam("a"), match(_found.c.person_id)),
    )
    undos = select(_undo.c.id).where(
        _undo.c.activity_id == bindparam("a"), _undo.c.person_id.is_(None), _undo.c.undoes.in_(named)
    )
    return union_all(mine, found_out, undos)


_SCANS = Keyed(lambda match: _columns().where(_s.activity_id == bindparam("a"), _s.id.in_(_ids_of(match))))
_SCANS_NAMED = Keyed(
    # each side with its activity: so the planner joins two index look-ups instead of walking the activity
    lambda match: _columns(_s.content_sha256).where(
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
    """Everything stored of these (canonical) persons; their registrations are locked until the act ends.

    A scan keeps the person that it named when it was read: those of whoever was merged belong to the
    person who stayed.
    """
    ids = list(dict.fromkeys(persons))
    facts: dict[uuid.UUID, PersonFacts] = {person: PersonFacts() for person in ids}
    if not ids:
        return facts
    if connection().dialect.name == "postgresql":  # SQLite has one writer
        _LOCK.run(ids, a=activity_id).all()
    registrations = _REGISTRATIONS.run(ids, a=activity_id).all()  # one row more for each alias
    left = _left_at(activity_id, registrations)
    behind = {person: person for person in ids}
    for row in registrations:
        if row.alias is not None:
            behind[row.alias] = row.person_id
        one = facts[row.person_id]
        one.registration, one.standing = row, standing_of(row, left.get(row.id))
        one.attendance = row if row.first_at is not None else None
    for held in _CHECK_INS.run(ids, a=activity_id):
        facts[held.person_id].check_ins[held.checkpoint_id] = held
    behind |= aliases_of([person for person in ids if facts[person].registration is None])
    stored: Sequence[Any] = _SCANS.run(behind, a=activity_id).all()
    owner: dict[uuid.UUID, Any] = {scan.id: behind[scan.person_id] for scan in stored if scan.person_id is not None}
    orphans = [scan for scan in stored if scan.person_id is None]
    for scan in [*(scan for scan in stored if scan.person_id is not None), *with_their_undos(activity_id, orphans)]:
        if scan.id not in owner:
            owner[scan.id] = owner[scan.undoes]
        person_id = owner[scan.id]
        facts[person_id].scans.append(scan_facts(scan, activity_id))
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


def scan_facts(row: Any, activity_id: uuid.UUID) -> ScanFacts:
    """A stored scan as the judgement reads it."""
    return ScanFacts(
        id=row.id,
        checkpoint_id=row.checkpoint_id,
        effective_at=row.effective_at,
        fixed=fixed_of(row),
        revoked_at=row.revoked_at,
        shown=row.shown,
        bundle=row.bundle,
        undoes=row.undoes,
        device_id=row.device_id,
        by_office=row.device_id == own_id(activity_id, DeviceKind.OFFICE),
    )


def fixed_of(row: Any) -> Verdict | None:
    """What the code, the device or the office decides of a stored scan: read from facts, never from today's
    verdict, so that a release or an owner found later counts as if it had been known at once.
    """
    first = Verdict(row.first_verdict)
    fixed = first if first in FIXED else None
    if row.undoes is not None and fixed is not Verdict.QUARANTINED:
        return None
    if fixed is Verdict.QUARANTINED and row.decision == RELEASED:
        fixed = Verdict(row.fixed) if row.fixed else None
    return None if fixed is Verdict.UNKNOWN and row.person_id is not None else fixed


@lru_cache(maxsize=1024)
def own_id(activity_id: uuid.UUID, kind: DeviceKind) -> uuid.UUID:
    """The id of the one device that stands for the office, the posters or the imports of an activity."""
    return uuid.uuid5(activity_id, f"xiangyue:{kind.value}")


def _left_at(activity_id: uuid.UUID, registrations: Sequence[Any]) -> dict[uuid.UUID, datetime]:
    """When a registration that once was confirmed (it has a bib) ceased to be."""
    gone = [row.id for row in registrations if row.state != RegistrationState.CONFIRMED and row.bib]
    if not gone:
        return {}
    left: dict[uuid.UUID, datetime] = {}
    # sorted here: asked for an order, SQLite walks the whole activity along the key instead of looking up
    for row in sorted(_EVENTS.run(gone, a=activity_id), key=lambda event: event.id):
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
