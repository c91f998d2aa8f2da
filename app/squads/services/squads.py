"""A squad, its groups, its award, its rehearsals."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select

from app.activities.queries.plans import checkin_plan
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.core.keyed import InsertNew
from app.core.text import N_
from app.core.transactions import act
from app.people.constants import DocumentType
from app.people.models import Person
from app.people.rules.intake import PersonInput
from app.registrations.constants import Source
from app.registrations.rules.admission import Entry as Application
from app.registrations.services.register import register_many
from app.squads.constants import STAYS, SquadKind
from app.squads.models import Rehearsal, Squad, SquadGroup, SquadMember
from app.squads.queries.squads import squad as squad_or_404

YEARS = (2000, 2100)
_NEW_REHEARSAL = InsertNew(Rehearsal)


@act
def save_squad(
    *,
    squad_id: uuid.UUID | None,
    kind: SquadKind,
    name: str,
    event: str,
    year: int,
    award: str = "",
    actor: Actor,
    version: int | None = None,
) -> uuid.UUID:
    """Make a squad or troupe, or change it; returns its id."""
    for field, text, most in (("name", name, 80), ("event", event, 80)):
        if not text.strip() or len(text) > most:
            raise DomainError("text_wrong", N_("请填写，最多 80 个字。"), field=field)
    if not YEARS[0] <= year <= YEARS[1]:
        raise DomainError("year_wrong", N_("年份不对，请改年份。"), field="year")
    if squad_id is None:
        found = Squad(id=uuid7(), version=0)
        db.session.add(found)
    else:
        found = open_squad(squad_id, version)
    found.kind, found.name, found.event, found.year = kind.value, name.strip(), event.strip(), year
    found.award = award.strip()[:40]
    found.version += 1
    db.session.flush()
    record(actor, "squads.saved", subject_kind="squad", subject_id=found.id, kind=kind.value)
    return found.id


@act
def add_group(*, squad_id: uuid.UUID, name: str, quota: int | None, actor: Actor) -> uuid.UUID:
    """Add a 大项 or a section. Raises Conflict `group_there`."""
    open_squad(squad_id, None)
    kept = name.strip()
    if not kept or len(kept) > 40:
        raise DomainError("text_wrong", N_("请填写，最多 40 个字。"), field="name")
    if quota is not None and not 1 <= quota <= 10_000:
        raise DomainError("quota_wrong", N_("名额不对，请核对。"), field="quota")
    names = db.session.execute(select(SquadGroup.name).where(SquadGroup.squad_id == squad_id)).scalars().all()
    if kept in names:
        raise Conflict("group_there", N_("已经有这一项了。"), field="name")
    made = SquadGroup(squad_id=squad_id, id=uuid7(), name=kept, quota=quota, position=len(names))
    db.session.add(made)
    db.session.flush()
    record(actor, "squads.group_added", subject_kind="squad", subject_id=squad_id, group=str(made.id))
    return made.id


@act
def link_rehearsal(*, squad_id: uuid.UUID, activity_id: uuid.UUID, actor: Actor) -> int:
    """Let an activity be a rehearsal, and register everybody of the squad for it; returns how many are new.

    Safe to repeat: who has joined since is registered then. The activity's own rules hold (places, hours).
    """
    open_squad(squad_id, None)
    category_id = next(iter(checkin_plan(activity_id).categories.values())).id
    _NEW_REHEARSAL.run([{"squad_id": squad_id, "activity_id": activity_id}])
    people = (
        db.session.execute(
            select(Person)
            .join(SquadMember, SquadMember.person_id == Person.id)
            .where(SquadMember.squad_id == squad_id, SquadMember.state.in_([one.value for one in STAYS]))
            .distinct()
        )
        .scalars()
        .all()
    )
    outcomes = (
        register_many(
            activity_id=activity_id,
            entries=[Application(person=_as_given(one), category_id=category_id) for one in people],
            source=Source.IMPORT,
            actor=actor,
            at=now(),
        )
        if people
        else []
    )
    new = sum(one.error is None and not one.existing for one in outcomes)
    record(actor, "squads.rehearsal", subject_kind="squad", subject_id=squad_id, activity=str(activity_id), new=new)
    return new


def _as_given(person: Person) -> PersonInput:
    return PersonInput(
        name=person.name,
        document_type=DocumentType(person.document_type),
        document_number=person.document_number,
        sex=person.sex,
        birth_date=person.birth_date,
        phone=person.phone,
        town_id=person.town_id,
        organisation_id=person.organisation_id,
        guardian_name=person.guardian_name,
        guardian_phone=person.guardian_phone,
        guardian_relation=person.guardian_relation,
    )


def open_squad(squad_id: uuid.UUID, version: int | None) -> Squad:
    """The locked row, if it still is as the editor has seen it: selection takes turns, so that quotas hold."""
    found = squad_or_404(squad_id)
    db.session.refresh(found, with_for_update=True)
    if version is not None and found.version != version:
        raise Conflict("changed_meanwhile", N_("刚被别人改过，填的都还在，核对后再保存。"))
    return found


def chosen_in(group_id: uuid.UUID, state: str) -> int:
    """How many of a group stand in a state."""
    return db.session.execute(
        select(func.count())
        .select_from(SquadMember)
        .where(SquadMember.group_id == group_id, SquadMember.state == state)
    ).scalar_one()


def open_member(squad_id: uuid.UUID, member_id: uuid.UUID) -> SquadMember:
    """The locked row of somebody in a squad. Raises DomainError `member_unknown`."""
    found = db.session.execute(
        select(SquadMember)
        .where(SquadMember.squad_id == squad_id, SquadMember.id == member_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise DomainError("member_unknown", N_("名单里没有这个人，请刷新看看。"), field="members")
    return found


def groups_by_name(squad_id: uuid.UUID) -> dict[str, uuid.UUID]:
    """Name → id of a squad's groups."""
    rows = db.session.execute(select(SquadGroup.name, SquadGroup.id).where(SquadGroup.squad_id == squad_id))
    return {row.name: row.id for row in rows}
