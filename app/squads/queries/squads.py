"""Squads, their groups and people, what they brought home, who came to rehearsals."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.activities.models import Activity
from app.checkins.models import Attendance
from app.core.db import db
from app.core.errors import NotFound
from app.core.text import N_
from app.people.models import Organisation, Person, PersonAlias
from app.squads.constants import STAYS, MarkOrder, Medal, MemberState, SquadKind
from app.squads.models import Rehearsal, Squad, SquadGroup, SquadMember, SquadResult
from app.squads.rules.selection import needs_guardian
from app.squads.rules.trials import mark_order

_STAYS = [one.value for one in STAYS]


@dataclass(frozen=True, slots=True)
class SquadLine:
    """A squad on a list."""

    squad: Squad
    kind: SquadKind
    groups: int
    people: int
    medals: Mapping[Medal, int]

    @property
    def total(self) -> int:
        """All medals."""
        return sum(self.medals.values())


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group with how many stand where."""

    group: SquadGroup
    by_state: Mapping[MemberState, int]

    @property
    def chosen(self) -> int:
        """Who is in, reserves apart."""
        return self.by_state.get(MemberState.SELECTED, 0)


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody of a group; `name` whole: whoever reads this must be allowed to."""

    member: SquadMember
    state: MemberState
    name: str
    born: date | None
    organisation: str
    group: str

    def is_minor(self, on: date) -> bool:
        """Whether lists show the surname only."""
        return needs_guardian(self.born, on)


@dataclass(frozen=True, slots=True)
class RehearsalLine:
    """A rehearsal and how many of the squad came."""

    activity_id: uuid.UUID
    code: str
    name: str
    starts_at: datetime
    came: int


def squads() -> list[SquadLine]:
    """The latest year first."""
    rows = db.session.execute(select(Squad).order_by(Squad.year.desc(), Squad.name)).scalars().all()
    return [_line(one) for one in rows]


def squad(squad_id: uuid.UUID) -> Squad:
    """One squad; NotFound `squad_not_found`."""
    found = db.session.get(Squad, squad_id)
    if found is None:
        raise NotFound("squad_not_found", N_("没有找到这支队伍。"))
    return found


def _line(one: Squad) -> SquadLine:
    people = db.session.execute(
        select(func.count(SquadMember.person_id.distinct())).where(
            SquadMember.squad_id == one.id, SquadMember.state == MemberState.SELECTED.value
        )
    ).scalar_one()
    groups = db.session.execute(
        select(func.count()).select_from(SquadGroup).where(SquadGroup.squad_id == one.id)
    ).scalar_one()
    medals = db.session.execute(
        select(SquadResult.medal, func.count().label("n"))
        .where(SquadResult.squad_id == one.id, SquadResult.medal.is_not(None))
        .group_by(SquadResult.medal)
    )
    return SquadLine(one, SquadKind(one.kind), groups, people, {Medal(row.medal): row.n for row in medals})


def line_of(squad_id: uuid.UUID) -> SquadLine:
    """One squad with its counts."""
    return _line(squad(squad_id))


def groups_of(squad_id: uuid.UUID) -> list[GroupLine]:
    """In their order, with how many stand where."""
    counted: dict[uuid.UUID, Counter[MemberState]] = defaultdict(Counter)
    for row in db.session.execute(
        select(SquadMember.group_id, SquadMember.state, func.count().label("n"))
        .where(SquadMember.squad_id == squad_id)
        .group_by(SquadMember.group_id, SquadMember.state)
    ):
        counted[row.group_id][MemberState(row.state)] = row.n
    rows = db.session.execute(
        select(SquadGroup).where(SquadGroup.squad_id == squad_id).order_by(SquadGroup.position, SquadGroup.name)
    ).scalars()
    return [GroupLine(one, counted[one.id]) for one in rows]


def group(squad_id: uuid.UUID, group_id: uuid.UUID) -> SquadGroup:
    """A group of this squad; NotFound `group_not_found`."""
    found = db.session.get(SquadGroup, group_id)
    if found is None or found.squad_id != squad_id:
        raise NotFound("group_not_found", N_("没有找到这一项。"))
    return found


def members(squad_id: uuid.UUID, group_id: uuid.UUID | None = None, *, chosen: bool = False) -> list[MemberLine]:
    """By group, state and mark; `chosen`: those in the squad alone."""
    query = (
        select(
            SquadMember,
            Person.name,
            Person.birth_date,
            Organisation.name.label("organisation"),
            SquadGroup.name.label("group"),
            SquadGroup.better,
        )
        .join(Person, Person.id == SquadMember.person_id)
        .join(SquadGroup, SquadGroup.id == SquadMember.group_id)
        .outerjoin(Organisation, Organisation.id == SquadMember.organisation_id)
        .where(SquadMember.squad_id == squad_id)
        .order_by(SquadGroup.position, SquadGroup.name, SquadMember.id)
    )
    if group_id is not None:
        query = query.where(SquadMember.group_id == group_id)
    if chosen:
        query = query.where(SquadMember.state.in_(_STAYS))
    order = list(MemberState)
    better: dict[str, MarkOrder] = {}
    found: list[MemberLine] = []
    for one, name, born, organisation, named, which in db.session.execute(query):
        better[named] = MarkOrder(which)
        found.append(MemberLine(one, MemberState(one.state), name, born, organisation or "", named))
    places = {name: place for place, name in enumerate(better)}
    return sorted(
        found,
        key=lambda line: (
            places[line.group],
            order.index(line.state),
            mark_order(line.member.mark, better[line.group]),
        ),
    )


def result_count(squad_id: uuid.UUID) -> int:
    """How many places were brought home."""
    return db.session.execute(
        select(func.count()).select_from(SquadResult).where(SquadResult.squad_id == squad_id)
    ).scalar_one()


def results(squad_id: uuid.UUID, *, part: tuple[int, int] | None = None) -> list[tuple[SquadResult, str]]:
    """What was brought home, with the group's name, the best first; `part`: (from, how many)."""
    rows = db.session.execute(
        select(SquadResult, SquadGroup.name)
        .join(SquadGroup, SquadGroup.id == SquadResult.group_id)
        .where(SquadResult.squad_id == squad_id)
        .order_by(SquadResult.place, SquadGroup.position, SquadResult.event, SquadResult.id)
        .offset(part[0] if part else 0)
        .limit(part[1] if part else None)
    )
    return [(one, name) for one, name in rows]


def rehearsals(squad_id: uuid.UUID) -> list[RehearsalLine]:
    """By their start."""
    came = attended(squad_id)
    rows = db.session.execute(
        select(Activity.id, Activity.code, Activity.name, Activity.starts_at)
        .join(Rehearsal, Rehearsal.activity_id == Activity.id)
        .where(Rehearsal.squad_id == squad_id)
        .order_by(Activity.starts_at)
    )
    by_activity = Counter(one for some in came.values() for one in some)
    return [RehearsalLine(row.id, row.code, row.name, row.starts_at, by_activity[row.id]) for row in rows]


def came_to(squad_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Person → how many rehearsals they came to."""
    return {person: len(some) for person, some in attended(squad_id).items()}


def attended(squad_id: uuid.UUID) -> Mapping[uuid.UUID, Sequence[uuid.UUID]]:
    """Person → the rehearsals they came to."""
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    activities = db.session.execute(select(Rehearsal.activity_id).where(Rehearsal.squad_id == squad_id)).scalars().all()
    counts_as = func.coalesce(PersonAlias.canonical_id, SquadMember.person_id)
    for activity_id in activities:
        rows = db.session.execute(
            select(SquadMember.person_id)
            .outerjoin(PersonAlias, PersonAlias.person_id == SquadMember.person_id)
            .join(Attendance, (Attendance.activity_id == activity_id) & (Attendance.person_id == counts_as))
            .where(SquadMember.squad_id == squad_id, Attendance.activity_id == activity_id)
            .distinct()
        )
        for person_id in rows.scalars():
            found[person_id].append(activity_id)
    return found
