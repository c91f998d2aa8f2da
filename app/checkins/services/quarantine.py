"""What a revoked device sent afterwards: the office lets it count, or keeps it refused.

A release is a fact beside the scan. The scan stays as it came; its verdict follows from both, as if
the release had been known from the beginning. The last word stands: it can be taken back.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from app.activities.queries.plans import checkin_plan
from app.audit.services import Actor, record
from app.checkins.constants import KEPT_BACK, RELEASED, ScanKind, Verdict
from app.checkins.models import Release, Scan
from app.checkins.queries.owners import OWNER, with_owner
from app.checkins.services.load import load
from app.checkins.services.nobody import give
from app.checkins.services.resolve import Resolved, resolve_names
from app.checkins.services.settle import settle
from app.checkins.services.walk_in import walk_in_by_scan
from app.core.clock import now
from app.core.crypto import sha256
from app.core.db import db, table
from app.core.errors import DomainError, NotFound
from app.core.keyed import execute
from app.core.text import N_
from app.core.transactions import act
from app.people.queries.aliases import canonical_of

PORTION = 200
"""Scans decided in one act."""
_INSERT = insert(table(Release))


def decide_all(
    *, activity_id: uuid.UUID, device_id: uuid.UUID, decision: str, actor: Actor, at: datetime | None = None
) -> int:
    """One word for everything of a device that still waits; portion by portion, each an act of its own."""
    done = 0
    while True:
        waiting = db.session.execute(
            select(Scan.id)
            .outerjoin(Release, and_(Release.activity_id == Scan.activity_id, Release.scan_id == Scan.id))
            .where(
                Scan.activity_id == activity_id,
                Scan.device_id == device_id,
                Scan.first_verdict == Verdict.QUARANTINED.value,
                Release.scan_id.is_(None),
            )
            .order_by(Scan.id)
            .limit(PORTION)
        ).scalars()
        ids = list(waiting)
        if not ids:
            return done
        done += decide(activity_id=activity_id, scan_ids=ids, decision=decision, actor=actor, at=at)


@act
def decide(
    *,
    activity_id: uuid.UUID,
    scan_ids: Collection[uuid.UUID],
    decision: str,
    actor: Actor,
    at: datetime | None = None,
) -> int:
    """Release these scans in quarantine, or keep them refused (`decision` release | keep); how many changed.

    NotFound when one of them is not in quarantine here. The same word again changes nothing.
    """
    at = at or now()
    if decision not in {RELEASED, KEPT_BACK}:
        raise DomainError("decision_unknown", N_("请选放行或不放行。"))
    if len(scan_ids) > PORTION:
        raise DomainError("too_many_scans", N_("一次最多 %(limit)s 条。"), limit=PORTION)
    rows = _quarantined(activity_id, scan_ids)
    if len(rows) < len(set(scan_ids)):
        raise NotFound("scan_not_found", N_("没有找到这条记录。"))
    changed = [row for row in rows if row.decision != decision]
    if not changed:
        return 0
    resolved = _resolve(activity_id, changed, at) if decision == RELEASED else {}
    _write(activity_id, changed, decision, resolved, actor, at)
    _judge(activity_id, changed, decision, resolved, at)
    record(
        actor,
        f"quarantine.{decision}",
        subject_kind="device",
        subject_id=changed[0].device_id,
        scope_id=activity_id,
        scans=len(changed),
        sha256=sha256(",".join(sorted(str(row.id) for row in changed))).hex(),
    )
    return len(changed)


def _quarantined(activity_id: uuid.UUID, scan_ids: Collection[uuid.UUID]) -> Sequence[Any]:
    return db.session.execute(
        with_owner(
            select(
                Scan.id,
                Scan.device_id,
                Scan.kind,
                Scan.checkpoint_id,
                OWNER.label("person_id"),
                Scan.pass_id,
                Scan.undoes,
                Scan.raw,
                Release.decision,
            )
        )
        .outerjoin(Release, and_(Release.activity_id == Scan.activity_id, Release.scan_id == Scan.id))
        .where(
            Scan.activity_id == activity_id,
            Scan.id.in_(list(scan_ids)),
            Scan.first_verdict == Verdict.QUARANTINED.value,
        )
        .order_by(Scan.id)
    ).all()


def _resolve(activity_id: uuid.UUID, rows: Sequence[Any], at: datetime) -> dict[uuid.UUID, Resolved]:
    """Who is behind those that named nobody, asked again today; whoever is found is given the scan."""
    nameless = [row for row in rows if row.person_id is None and row.undoes is None and row.raw is not None]
    names = [(ScanKind(row.kind), row.raw) for row in nameless]
    found = {row.id: one for row, one in zip(nameless, resolve_names(activity_id, names), strict=True)}
    give(activity_id, found, at=at)
    return found


def _fixed(row: Any, resolved: Resolved | None) -> Verdict | None:
    if row.undoes is not None:
        return None
    if row.checkpoint_id is None:
        return Verdict.INVALID
    if resolved is None:
        return None
    return resolved.fixed


def _write(
    activity_id: uuid.UUID,
    rows: Sequence[Any],
    decision: str,
    resolved: dict[uuid.UUID, Resolved],
    actor: Actor,
    at: datetime,
) -> None:
    db.session.execute(
        delete(Release)
        .where(Release.activity_id == activity_id, Release.scan_id.in_([row.id for row in rows]))
        .execution_options(synchronize_session=False)
    )
    values = []
    for row in rows:
        fixed = _fixed(row, resolved.get(row.id)) if decision == RELEASED else None
        values.append(
            {
                "activity_id": activity_id,
                "scan_id": row.id,
                "decision": decision,
                "fixed": fixed.value if fixed else None,
                "decided_at": at,
                "decided_by": actor.id,
            }
        )
    execute(_INSERT, values)


def _judge(
    activity_id: uuid.UUID, rows: Sequence[Any], decision: str, resolved: dict[uuid.UUID, Resolved], at: datetime
) -> None:
    """The people concerned as everywhere; scans without anybody by the code alone."""
    plan = checkin_plan(activity_id)
    merged = canonical_of({row.person_id for row in rows if row.person_id})
    nobody: dict[Verdict, list[uuid.UUID]] = defaultdict(list)
    persons: dict[uuid.UUID, None] = {}
    for row in rows:
        found = resolved.get(row.id)
        person_id = merged.get(row.person_id, row.person_id) or (found.person_id if found else None)
        if person_id is not None:
            persons[person_id] = None
        elif decision == KEPT_BACK:
            nobody[Verdict.QUARANTINED].append(row.id)
        else:
            nobody[_fixed(row, found) or Verdict.UNDO].append(row.id)
    for verdict, ids in nobody.items():
        db.session.execute(
            update(Scan)
            .where(Scan.activity_id == activity_id, Scan.id.in_(ids))
            .values(verdict=verdict.value, judged_at=at)
            .execution_options(synchronize_session=False)
        )
    facts = load(activity_id, persons)
    if decision == RELEASED:
        coded = {merged.get(row.person_id, row.person_id) for row in rows if row.person_id and row.pass_id}
        bare = sorted(person for person in coded if facts[person].registration is None)
        if bare and walk_in_by_scan(plan, bare, device_id=rows[0].device_id, at=at):
            facts = load(activity_id, persons)
    settle(plan, facts, at=at)
