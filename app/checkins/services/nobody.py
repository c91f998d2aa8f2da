"""Scans that named nobody when they came: kept findable, and given to whom they turn out to belong.

The scan itself stays as it was read. Bibs, short codes and registrations are never given to somebody
else, so what is found once stays true, and the order of arrival decides nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from app.checkins.constants import ScanKind
from app.checkins.models import Nobody, Scan
from app.checkins.rules.names import bib_name, code_name, name_of, registration_name
from app.checkins.services.resolve import Resolved, resolve_names
from app.core.crypto import blind_index
from app.core.db import db, table
from app.core.keyed import execute
from app.passes.queries import issues_of
from app.registrations.models import Registration

AGAIN = timedelta(minutes=1)
"""Longer than any act: what was committed beside the scan is seen by the second look."""
LOOK = 500
_n = table(Nobody).c
_INSERT = insert(table(Nobody))
_FOUND = (
    update(table(Nobody))
    .where(_n.activity_id == bindparam("_a"), _n.scan_id == bindparam("_scan"), _n.person_id.is_(None))
    .values(
        person_id=bindparam("person"),
        pass_id=bindparam("pass"),
        generation=bindparam("generation"),
        found_at=bindparam("at"),
        look_again_at=None,
    )
)
_ANY = select(Nobody.scan_id).where(Nobody.activity_id == bindparam("a"), Nobody.person_id.is_(None)).limit(1)


def name_index(name: str) -> bytes:
    """The keyed hash under which a name is looked up."""
    return blind_index(name, "scan.name")


def keep_nobodies(activity_id: uuid.UUID, scans: Sequence[tuple[uuid.UUID, ScanKind, str]], *, at: datetime) -> None:
    """Keep the names of new scans (id, kind, value) that nobody bears. Joins the open act."""
    named = [(scan_id, name) for scan_id, kind, value in scans if (name := name_of(kind, value))]
    if named:
        execute(
            _INSERT,
            [
                {
                    "activity_id": activity_id,
                    "scan_id": scan_id,
                    "name_index": name_index(name),
                    "look_again_at": at + AGAIN,
                }
                for scan_id, name in named
            ],
        )


def find_owners(activity_id: uuid.UUID, behind: Mapping[uuid.UUID, uuid.UUID], *, at: datetime) -> None:
    """Give these persons the scans that named them before anybody bore the name. Joins the open act.

    `behind`: every person, aliases of merged ones too → as whom they count.
    """
    if not behind or db.session.execute(_ANY, {"a": activity_id}).first() is None:
        return
    bearers: dict[bytes, Resolved] = {}
    for row in db.session.execute(
        select(Registration.id, Registration.person_id, Registration.bib).where(
            Registration.activity_id == activity_id, Registration.person_id.in_(list(behind))
        )
    ):
        bearer = Resolved(person_id=behind[row.person_id])
        bearers[name_index(registration_name(row.id))] = bearer
        if row.bib:
            bearers[name_index(bib_name(row.bib))] = bearer
    for issue in issues_of(behind):
        bearers[name_index(code_name(issue.short_code))] = Resolved(
            person_id=behind[issue.person_id], pass_id=issue.pass_id, generation=issue.generation
        )
    rows = db.session.execute(
        select(Nobody.scan_id, Nobody.name_index).where(
            Nobody.activity_id == activity_id, Nobody.person_id.is_(None), Nobody.name_index.in_(list(bearers))
        )
    ).all()
    give(activity_id, {row.scan_id: bearers[row.name_index] for row in rows}, at=at)


def give(activity_id: uuid.UUID, owners: Mapping[uuid.UUID, Resolved], *, at: datetime) -> None:
    """Note whose these scans are. Joins the open act."""
    values = [
        {
            "_a": activity_id,
            "_scan": scan_id,
            "person": owner.person_id,
            "pass": owner.pass_id,
            "generation": owner.generation,
            "at": at,
        }
        for scan_id, owner in owners.items()
        if owner.person_id is not None
    ]
    if values:
        execute(_FOUND, values)


def look_again(activity_id: uuid.UUID, *, at: datetime) -> set[uuid.UUID]:
    """The second look, once a scan, in portions of 500; the persons that were found. Joins the open act."""
    rows: Sequence[Any] = db.session.execute(
        select(Scan.id, Scan.kind, Scan.raw)
        .join(Nobody, (Nobody.activity_id == Scan.activity_id) & (Nobody.scan_id == Scan.id))
        .where(
            Scan.activity_id == activity_id,
            Nobody.activity_id == activity_id,
            Nobody.person_id.is_(None),
            Nobody.look_again_at <= at,
        )
        .limit(LOOK)
    ).all()
    if not rows:
        return set()
    db.session.execute(
        update(Nobody)
        .where(Nobody.activity_id == activity_id, Nobody.scan_id.in_([row.id for row in rows]))
        .values(look_again_at=None)
        .execution_options(synchronize_session=False)
    )
    names = [(ScanKind(row.kind), row.raw or "") for row in rows]
    found = {row.id: one for row, one in zip(rows, resolve_names(activity_id, names), strict=True)}
    give(activity_id, found, at=at)
    return {one.person_id for one in found.values() if one.person_id is not None}
