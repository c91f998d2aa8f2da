"""Teams as their leaders see them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.activities.models import Category
from app.core.db import db
from app.passes.models import Pass, PassIssue
from app.people.constants import PROVEN
from app.people.models import AccountPerson, Person
from app.registrations.constants import ACTIVE_STATES, RegistrationState
from app.registrations.models import Registration, Team


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team and how many of it are registered."""

    id: uuid.UUID
    name: str
    members: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team. `code_known`: the leader may hold this person's own code.

    That is so when the leader's file was the first that was heard of the person, or when the person
    is on the leader's list and proven. Whoever had a code before has it alone.
    """

    person_id: uuid.UUID
    name: str
    category: str
    state: RegistrationState
    bib: str | None
    code_known: bool


@dataclass(frozen=True, slots=True)
class Code:
    """What the text of a code is made of, and its eight characters."""

    pass_id: uuid.UUID
    generation: int
    kid: int
    short_code: str


def teams_of(activity_id: uuid.UUID, account_id: uuid.UUID) -> Sequence[TeamLine]:
    """The teams that this account leads in an activity, oldest first."""
    rows = db.session.execute(
        select(Team.id, Team.name, func.count(Registration.id))
        .outerjoin(
            Registration,
            (Registration.activity_id == Team.activity_id)
            & (Registration.team_id == Team.id)
            & Registration.state.in_([state.value for state in ACTIVE_STATES]),
        )
        .where(Team.activity_id == activity_id, Team.leader_account_id == account_id)
        .group_by(Team.id, Team.name, Team.created_at)
        .order_by(Team.created_at, Team.id)
    )
    return [TeamLine(*row) for row in rows]


def team_of(activity_id: uuid.UUID, team_id: uuid.UUID, account_id: uuid.UUID) -> TeamLine | None:
    """A team, for the account that leads it; None for everybody else."""
    return next((one for one in teams_of(activity_id, account_id) if one.id == team_id), None)


def team_name(activity_id: uuid.UUID, team_id: uuid.UUID) -> str:
    """What a team is called; "" when there is none."""
    found = db.session.execute(
        select(Team.name).where(Team.activity_id == activity_id, Team.id == team_id)
    ).scalar_one_or_none()
    return found or ""


def members_of(activity_id: uuid.UUID, team_id: uuid.UUID, account_id: uuid.UUID) -> Sequence[Member]:
    """Everybody whom a team's files have registered, by bib, then name. Two statements."""
    rows = db.session.execute(
        select(
            Registration.person_id,
            Registration.name,
            Registration.state,
            Registration.bib,
            Registration.created_at,
            Category.name.label("category"),
            Person.created_at.label("first_heard"),
        )
        .join(
            Category,
            (Category.activity_id == Registration.activity_id) & (Category.id == Registration.category_id),
        )
        .join(Person, Person.id == Registration.person_id)
        .where(Registration.activity_id == activity_id, Registration.team_id == team_id)
        .order_by(Registration.bib, Registration.id)
    ).all()
    proven = set(
        db.session.execute(
            select(AccountPerson.person_id).where(
                AccountPerson.account_id == account_id, AccountPerson.proof.in_([proof.value for proof in PROVEN])
            )
        ).scalars()
    )
    return [
        Member(
            person_id=row.person_id,
            name=row.name or "",
            category=row.category,
            state=RegistrationState(row.state),
            bib=row.bib,
            code_known=row.first_heard == row.created_at or row.person_id in proven,
        )
        for row in rows
    ]


_CODE = (
    select(PassIssue.pass_id, PassIssue.generation, PassIssue.kid, PassIssue.short_code)
    .join(Pass, Pass.id == PassIssue.pass_id)
    .where(PassIssue.revoked_at.is_(None))
)


def team_code(team_id: uuid.UUID) -> Code | None:
    """The code of a team."""
    row = db.session.execute(_CODE.where(Pass.subject_id == team_id)).one_or_none()
    return Code(*row) if row else None


def codes_of(person_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Code]:
    """Person → the code of today; one statement for each 500."""
    found: dict[uuid.UUID, Code] = {}
    wanted = list(person_ids)
    for start in range(0, len(wanted), 500):
        rows = db.session.execute(
            _CODE.add_columns(Pass.person_id).where(Pass.person_id.in_(wanted[start : start + 500]))
        )
        found |= {row.person_id: Code(row.pass_id, row.generation, row.kid, row.short_code) for row in rows}
    return found
