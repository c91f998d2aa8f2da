"""What the API answers about one registration."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.activities.models import Activity, Category
from app.core.db import db
from app.passes.constants import PassKind
from app.passes.models import Pass, PassIssue
from app.passes.services import pass_text
from app.people.constants import PROVEN
from app.people.models import AccountPerson
from app.registrations.models import Registration


@dataclass(frozen=True, slots=True)
class Answer:
    """A registration as the caller may see it: bib and code only when the link is proven."""

    activity: str
    category: str
    state: str
    bib: str | None
    pass_text: str | None
    short_code: str | None


_ANSWER = (
    select(
        Activity.code.label("activity"),
        Category.code.label("category"),
        Registration.state,
        Registration.bib,
        Registration.person_id,
        Pass.id.label("pass_id"),
        PassIssue.generation,
        PassIssue.kid,
        PassIssue.short_code,
    )
    .join(Activity, Activity.id == Registration.activity_id)
    .join(Category, (Category.activity_id == Registration.activity_id) & (Category.id == Registration.category_id))
    .outerjoin(Pass, Pass.person_id == Registration.person_id)
    .outerjoin(PassIssue, (PassIssue.pass_id == Pass.id) & PassIssue.revoked_at.is_(None))
    .where(Registration.activity_id == bindparam("a"), Registration.id == bindparam("r"))
)


def answer_of(activity_id: uuid.UUID, registration_id: uuid.UUID, *, account_id: uuid.UUID | None) -> Answer:
    """`account_id` None: a trusted key. The code is signed again, it is not stored."""
    row = db.session.execute(_ANSWER, {"a": activity_id, "r": registration_id}).one()
    shown = account_id is None or _proven(account_id, row.person_id)
    text = (
        pass_text(PassKind.PERSON, row.pass_id, row.generation, row.kid) if shown and row.pass_id is not None else None
    )
    return Answer(
        activity=row.activity,
        category=row.category,
        state=row.state,
        bib=row.bib if shown else None,
        pass_text=text,
        short_code=row.short_code if shown else None,
    )


def _proven(account_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    proof = db.session.execute(
        select(AccountPerson.proof).where(AccountPerson.account_id == account_id, AccountPerson.person_id == person_id)
    ).scalar_one_or_none()
    return proof in PROVEN
