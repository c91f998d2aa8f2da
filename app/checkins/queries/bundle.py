"""What a phone's list is made of, and the list that is kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Select, and_, bindparam, func, select, union_all
from sqlalchemy.sql.selectable import FromClause

from app.activities.queries.plans import CheckinPlan
from app.checkins.models import StoredBundle
from app.checkins.rules.bundle import Group, Person, Roster, Standing
from app.checkins.rules.judgement import TOLERANCE
from app.core.clock import to_micros
from app.core.db import db, table
from app.core.installation import epoch
from app.core.signing import keys
from app.passes.models import Pass, PassIssue
from app.people.models import PersonAlias
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration, Team

_STANDINGS = {
    RegistrationState.CONFIRMED: Standing.CONFIRMED,
    RegistrationState.WAITLISTED: Standing.WAITLISTED,
    RegistrationState.CANCELLED: Standing.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Kept:
    """The list as it is stored. `checked_at`: when it was last found to say what is true."""

    number: int
    fingerprint: bytes
    checked_at: datetime
    file: bytes


_b = table(StoredBundle).c
_KEPT = select(_b.number, _b.fingerprint, _b.checked_at, _b.file).where(_b.activity_id == bindparam("a"))
_r, _p, _i, _t = table(Registration).c, table(Pass).c, table(PassIssue).c, table(Team).c
_a = table(PersonAlias).c


def _with_issues(owners: FromClause, *, revoked: bool) -> FromClause:
    wanted = _i.revoked_at.is_not(None) if revoked else _i.revoked_at.is_(None)
    return owners.join(table(PassIssue), and_(_i.pass_id == _p.id, wanted), isouter=not revoked)


_OWNERS = (
    table(Registration)
    .join(table(Pass), _p.person_id == _r.person_id)
    # what was cancelled when its person was merged: that code stands for the other registration
    .outerjoin(table(PersonAlias), _a.person_id == _r.person_id)
)
_MERGED = (
    table(Registration)
    .join(table(PersonAlias), _a.canonical_id == _r.person_id)
    .join(table(Pass), _p.person_id == _a.person_id)
)


def _of_all(build: Callable[[FromClause], Select[Any]]) -> CompoundSelect[Any]:
    """`build` over the codes of the persons themselves and over those of whoever was merged into them."""
    here = _r.activity_id == bindparam("a")
    return union_all(build(_OWNERS).where(here, _a.person_id.is_(None)), build(_MERGED).where(here))


_PEOPLE = _of_all(
    lambda owners: select(_p.id, _p.floor, _i.short_code, _r.state, _r.category_id, _r.bib).select_from(
        _with_issues(owners, revoked=False)
    )
)
_REVOKED = _of_all(lambda owners: select(_i.short_code).select_from(_with_issues(owners, revoked=True)))
_MEMBERS = (
    select(func.count())
    .select_from(table(Registration))
    .where(_r.activity_id == bindparam("a"), _r.team_id == _t.id, _r.state == RegistrationState.CONFIRMED.value)
    .scalar_subquery()
)
_TEAMS = (
    select(_p.id, _p.floor, _i.short_code, _MEMBERS.label("headcount"))
    .select_from(_with_issues(table(Team).join(table(Pass), _p.subject_id == _t.id), revoked=False))
    .where(_t.activity_id == bindparam("a"))
)


def kept_bundle(activity_id: uuid.UUID) -> Kept | None:
    """The list that is stored."""
    row = db.session.execute(_KEPT, {"a": activity_id}).one_or_none()
    return Kept(*row) if row else None


def roster_of(plan: CheckinPlan) -> Roster:
    """Everybody with a code who has or had a registration, in three statements."""
    places = {category: place for place, category in enumerate(plan.categories)}
    here = {"a": plan.activity_id}
    return Roster(
        people=[
            Person(
                pass_id=row.id,
                floor=row.floor,
                short_code=row.short_code,
                standing=_STANDINGS.get(RegistrationState(row.state), Standing.OTHER),
                category=places[row.category_id],
                bib=row.bib,
            )
            for row in db.session.execute(_PEOPLE, here)
        ],
        teams=[Group(row.id, row.floor, row.short_code, row.headcount) for row in db.session.execute(_TEAMS, here)],
        revoked=list(db.session.execute(_REVOKED, here).scalars()),
    )


def header_of(plan: CheckinPlan) -> dict[str, Any]:
    """The few facts: places, hours, keys. Times in milliseconds since 1970."""
    points = sorted(plan.checkpoints.values(), key=lambda one: (one.position, one.code))
    place = {point.id: number for number, point in enumerate(points)}
    return {
        "v": 1,
        "activity": {"id": str(plan.activity_id), "code": plan.code, "name": plan.name},
        "epoch": epoch(),
        "walk_in": plan.walkin_category_id is not None,
        "window": [_ms(plan.gate_opens_at), _ms(plan.ends_at)],
        "tolerance_ms": int(TOLERANCE.total_seconds() * 1000),
        "keys": {str(kid): key.public_bytes_raw().hex() for kid, key in sorted(keys().public().items())},
        "checkpoints": [{"code": point.code, "name": point.name, "kind": point.kind.value} for point in points],
        "categories": [
            {
                "code": category.code,
                "name": category.name,
                "hours": [
                    [place[point], *(_ms(at) if at else None for at in plan.hours[category.id, point])]
                    for point in category.checkpoint_ids
                ],
            }
            for category in plan.categories.values()
        ],
    }


def _ms(at: datetime) -> int:
    return to_micros(at) // 1000
