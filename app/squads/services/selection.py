"""From the school's sheet to the squad: candidates, trials, the proposal, the word of somebody else."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.clock import local, now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.core.keyed import InsertNew
from app.core.text import N_
from app.core.transactions import act
from app.people.models import Person
from app.people.services.persons import ensure_persons
from app.squads.constants import ON_THE_WAY, MemberState
from app.squads.models import SquadGroup, SquadMember
from app.squads.rules.selection import APPROVALS, check_step, needs_guardian
from app.squads.rules.sheet import PersonRow
from app.squads.services.squads import chosen_in, groups_by_name, open_member, open_squad
from app.squads.services.trials import add_trials

_NEW_MEMBER = InsertNew(SquadMember, "id")


@dataclass(frozen=True, slots=True)
class Taken:
    """What a sheet came to: new rows, those that were there, and (row, why) of those left out."""

    new: int
    there: int
    refused: tuple[tuple[int, DomainError], ...] = ()


@act
def add_people(
    *,
    squad_id: uuid.UUID,
    rows: Sequence[PersonRow],
    organisations: Mapping[str, uuid.UUID],
    actor: Actor,
    at: datetime | None = None,
) -> Taken:
    """Take the rows of a sheet that can be read; the same sheet again adds nobody twice, and fills in marks
    and guardians' consents that were missing.
    """
    at = at or now()
    open_squad(squad_id, None)
    groups = groups_by_name(squad_id)
    good = [row for row in rows if row.person is not None and row.group in groups]
    found = ensure_persons([row.person for row in good if row.person is not None], at=at)
    fresh: list[dict[str, Any]] = []
    refused: list[tuple[int, DomainError]] = []
    tried: dict[tuple[uuid.UUID, uuid.UUID], tuple[str, date | None]] = {}
    there = 0
    known = known_members(squad_id)
    for row, person in zip(good, found, strict=True):
        if person.error is not None or person.person_id is None:
            refused.append((row.number, person.error or DomainError("person_unknown", N_("资料不全，请核对。"))))
            continue
        held = known.get((groups[row.group], person.person_id))
        if held is not None:
            there += 1
            _fill(held, row)
        else:
            fresh.append(_member(squad_id, groups[row.group], person.person_id, row, organisations))
        if row.mark:
            tried[groups[row.group], person.person_id] = (row.mark, row.tried_on)
    new = len(_NEW_MEMBER.run(fresh).all()) if fresh else 0
    there += len(fresh) - new
    add_trials(squad_id, tried, at)
    record(actor, "squads.people_added", subject_kind="squad", subject_id=squad_id, new=new, there=there)
    return Taken(new, there, tuple(refused))


@act
def decide(
    *,
    squad_id: uuid.UUID,
    member_ids: Collection[uuid.UUID],
    to: MemberState,
    reason: str,
    actor: Actor,
    at: datetime | None = None,
) -> int:
    """Propose, approve, refuse, let go; all of them or none. Returns how many changed.

    Whoever has proposed cannot approve (`own_proposal`); nobody under 18 is proposed without a guardian's
    consent (`consent_missing`); a quota holds (`quota_full`).
    """
    at = at or now()
    open_squad(squad_id, None)
    if not member_ids:
        raise DomainError("nobody_chosen", N_("请先选人。"), field="members")
    changed = 0
    touched: set[uuid.UUID] = set()
    for member_id in sorted(set(member_ids)):
        member = open_member(squad_id, member_id)
        before = MemberState(member.state)
        if before is to:
            continue
        check_step(before, to, reason)
        _check(member, to, actor, at)
        if to is MemberState.PROPOSED:
            member.proposed_by = actor.id
        member.state, member.decided_by, member.decided_at = to.value, actor.id, at
        member.reason = reason.strip()[:200] or member.reason
        touched.add(member.group_id)
        changed += 1
    db.session.flush()
    for group_id in touched:
        group = db.session.get_one(SquadGroup, group_id)
        if group.quota is not None and chosen_in(group_id, MemberState.SELECTED.value) > group.quota:
            raise Conflict("quota_full", N_("%(name)s最多 %(n)s 人，选多了。"), name=group.name, n=group.quota)
    record(actor, "squads.decided", subject_kind="squad", subject_id=squad_id, to=to.value, members=changed)
    return changed


# --------------------------------------------------------------------------- joining the act


def known_members(squad_id: uuid.UUID) -> dict[tuple[uuid.UUID, uuid.UUID], SquadMember]:
    """(group, person) → who is in it already."""
    rows = db.session.execute(select(SquadMember).where(SquadMember.squad_id == squad_id)).scalars()
    return {(one.group_id, one.person_id): one for one in rows}


def _member(
    squad_id: uuid.UUID,
    group_id: uuid.UUID,
    person_id: uuid.UUID,
    row: PersonRow,
    organisations: Mapping[str, uuid.UUID],
) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "squad_id": squad_id,
        "group_id": group_id,
        "person_id": person_id,
        "organisation_id": organisations.get(row.organisation),
        "state": MemberState.CANDIDATE.value,
        "reason": "",
        "mark": "",
        "tried_on": None,
        "guardian": row.guardian or None,
        "agreed_on": row.agreed_on if row.guardian else None,
        "proposed_by": None,
        "decided_by": None,
        "decided_at": None,
    }


def _fill(held: SquadMember, row: PersonRow) -> None:
    if row.guardian and row.agreed_on and held.agreed_on is None:
        held.guardian, held.agreed_on = row.guardian, row.agreed_on


def _check(member: SquadMember, to: MemberState, actor: Actor, at: datetime) -> None:
    if to in APPROVALS and actor.id is not None and actor.id == member.proposed_by:
        raise Conflict("own_proposal", N_("提名的人不能自己审批，请另一位同事来批。"))
    if to in ON_THE_WAY:
        person = db.session.get_one(Person, member.person_id)
        if needs_guardian(person.birth_date, local(at).date()) and member.agreed_on is None:
            raise DomainError("consent_missing", N_("有未满 18 岁的，监护人同意以后才能入选。"), field="members")
