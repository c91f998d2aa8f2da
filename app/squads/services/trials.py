"""Trials of the candidates and their guardians' consents."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.squads.constants import ON_THE_WAY, MarkOrder, MarkRule, MemberState
from app.squads.models import SquadGroup, SquadMember, SquadTrial
from app.squads.rules.trials import counting
from app.squads.services.squads import open_member, open_squad

CONSENT_GONE: Final = N_("监护人撤回同意")
MOST_MARK, MOST_TRIALS = 20, 30


@act
def note_member(
    *,
    squad_id: uuid.UUID,
    member_id: uuid.UUID,
    on: date,
    actor: Actor,
    mark: str = "",
    guardian: str = "",
    at: datetime | None = None,
) -> None:
    """Write down the mark of a trial, a guardian's consent, or both: all of it or nothing."""
    if not mark.strip() and not guardian.strip():
        raise DomainError("nothing_noted", N_("请填成绩或监护人。"), field="mark")
    if guardian.strip():
        note_consent(squad_id=squad_id, member_id=member_id, guardian=guardian, on=on, actor=actor)
    if mark.strip():
        note_trial(squad_id=squad_id, member_id=member_id, mark=mark, on=on, actor=actor, at=at)


@act
def note_trial(
    *,
    squad_id: uuid.UUID,
    member_id: uuid.UUID,
    mark: str,
    on: date | None,
    actor: Actor,
    at: datetime | None = None,
) -> None:
    """Add a trial; the same mark of the same day once more changes nothing. The group's rule says which one counts.

    Raises DomainError `mark_long`, Conflict `trials_enough`.
    """
    open_squad(squad_id, None)
    member = open_member(squad_id, member_id)
    kept = mark.strip()
    if not kept or len(kept) > MOST_MARK:
        raise DomainError("mark_long", N_("成绩太长，最多 20 个字。"), field="mark")
    held = _trials_of([member_id])[member_id]
    if any((one.mark, one.tried_on) == (kept, on) for one in held):
        return
    if len(held) >= MOST_TRIALS:
        raise Conflict("trials_enough", N_("已有 %(n)s 次成绩，请先删掉多余的。"), n=MOST_TRIALS, field="mark")
    db.session.add(_trial(squad_id, member_id, kept, on, at or now()))
    db.session.flush()
    _count_again([member])
    record(actor, "squads.trial", subject_kind="member", subject_id=member_id, squad=str(squad_id))


@act
def remove_trial(*, squad_id: uuid.UUID, member_id: uuid.UUID, trial_id: uuid.UUID, actor: Actor) -> None:
    """Take back a trial that was written down wrongly; one that is gone already changes nothing."""
    open_squad(squad_id, None)
    member = open_member(squad_id, member_id)
    found = db.session.execute(
        select(SquadTrial).where(SquadTrial.id == trial_id, SquadTrial.member_id == member_id)
    ).scalar_one_or_none()
    if found is None:
        return
    db.session.delete(found)
    db.session.flush()
    _count_again([member])
    record(
        actor,
        "squads.trial_removed",
        subject_kind="member",
        subject_id=member_id,
        squad=str(squad_id),
        mark=found.mark,
        tried_on=found.tried_on.isoformat() if found.tried_on else None,
    )


@act
def note_consent(*, squad_id: uuid.UUID, member_id: uuid.UUID, guardian: str, on: date, actor: Actor) -> None:
    """Write down that a guardian has agreed, and when; one that is held must be taken back first (`consent_held`)."""
    member = open_member(squad_id, member_id)
    if not guardian.strip() or len(guardian) > 40:
        raise DomainError("guardian_missing", N_("请写监护人姓名。"), field="guardian")
    if member.agreed_on is not None:
        if (member.guardian, member.agreed_on) == (guardian.strip(), on):
            return
        raise Conflict("consent_held", N_("已经记过监护人同意。要改，请先撤回。"), field="guardian")
    member.guardian, member.agreed_on = guardian.strip(), on
    record(actor, "squads.consent", subject_kind="member", subject_id=member_id, squad=str(squad_id))


@act
def withdraw_consent(*, squad_id: uuid.UUID, member_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> None:
    """A guardian takes the consent back (PIPL 15): whoever was on the way into the squad, or in it, leaves it."""
    member = open_member(squad_id, member_id)
    if member.agreed_on is None:
        return
    member.guardian = member.agreed_on = None
    before = MemberState(member.state)
    if before in ON_THE_WAY:
        member.state, member.reason = MemberState.WITHDREW.value, CONSENT_GONE
        member.decided_by, member.decided_at = actor.id, at or now()
    record(
        actor,
        "squads.consent_withdrawn",
        subject_kind="member",
        subject_id=member_id,
        squad=str(squad_id),
        before=before.value,
    )


@act
def rule_marks(*, squad_id: uuid.UUID, group_id: uuid.UUID, better: MarkOrder, counts: MarkRule, actor: Actor) -> None:
    """Say which mark is the better one and which trial counts; every candidate's mark follows."""
    open_squad(squad_id, None)
    found = db.session.get(SquadGroup, group_id)
    if found is None or found.squad_id != squad_id:
        raise DomainError("group_unknown", N_("没有找到这一项。"))
    if (found.better, found.counts) == (better.value, counts.value):
        return
    found.better, found.counts = better.value, counts.value
    db.session.flush()
    _count_again(db.session.execute(select(SquadMember).where(SquadMember.group_id == group_id)).scalars().all())
    record(
        actor,
        "squads.marks_ruled",
        subject_kind="squad",
        subject_id=squad_id,
        group=str(group_id),
        better=better.value,
        counts=counts.value,
    )


# --------------------------------------------------------------------------- joining the act


def add_trials(
    squad_id: uuid.UUID, given: Mapping[tuple[uuid.UUID, uuid.UUID], tuple[str, date | None]], at: datetime
) -> None:
    """Marks of a sheet: (group, person) → mark and day. Whoever has this mark already (of this day, if one is
    given) gets no second one: the same sheet again changes nothing.
    """
    if not given:
        return
    rows = db.session.execute(select(SquadMember).where(SquadMember.squad_id == squad_id)).scalars()
    members = {(one.group_id, one.person_id): one for one in rows}
    wanted = [(members[key], mark, on) for key, (mark, on) in given.items() if key in members]
    held = _trials_of([member.id for member, _mark, _on in wanted])
    touched = []
    for member, mark, on in wanted:
        if has_trial(held[member.id], mark, on) or len(held[member.id]) >= MOST_TRIALS:
            continue
        db.session.add(_trial(squad_id, member.id, mark, on, at))
        touched.append(member)
    db.session.flush()
    _count_again(touched)


def has_trial(held: Collection[SquadTrial], mark: str, on: date | None) -> bool:
    """Whether a mark is written down already; without a day, on any day."""
    return any(one.mark == mark and (on is None or one.tried_on == on) for one in held)


def _trial(squad_id: uuid.UUID, member_id: uuid.UUID, mark: str, on: date | None, at: datetime) -> SquadTrial:
    return SquadTrial(id=uuid7(), squad_id=squad_id, member_id=member_id, mark=mark, tried_on=on, noted_at=at)


def _trials_of(member_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[SquadTrial]]:
    found: dict[uuid.UUID, list[SquadTrial]] = {one: [] for one in member_ids}
    ids = list(found)
    for first in range(0, len(ids), 500):
        rows = db.session.execute(
            select(SquadTrial).where(SquadTrial.member_id.in_(ids[first : first + 500]))
        ).scalars()
        for one in rows:
            found[one.member_id].append(one)
    return found


def _count_again(members: Collection[SquadMember]) -> None:
    """Let each candidate's mark be that of the trial that counts."""
    if not members:
        return
    trials = _trials_of([one.id for one in members])
    groups = {one: db.session.get_one(SquadGroup, one) for one in {member.group_id for member in members}}
    for member in members:
        group = groups[member.group_id]
        found = counting(trials[member.id], MarkOrder(group.better), MarkRule(group.counts))
        member.mark, member.tried_on = (found.mark, found.tried_on) if found is not None else ("", None)
    db.session.flush()
