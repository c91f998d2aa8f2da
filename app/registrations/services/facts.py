"""What registering reads of an activity and of the texts in force, in three statements."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.activities.models import Activity, Category, Terms
from app.core.errors import NotFound
from app.core.keyed import execute
from app.core.text import N_
from app.people.models import PrivacyNotice
from app.registrations.rules.admission import ActivityFacts, CategoryFacts


@dataclass(frozen=True, slots=True)
class ActivityWithTexts:
    """Facts of one activity, its categories by id, and the newest texts to agree to."""

    activity: ActivityFacts
    categories: dict[uuid.UUID, CategoryFacts]
    notice_id: uuid.UUID | None
    notice_version: int | None
    notice_sha256: bytes | None
    terms_id: uuid.UUID | None
    terms_sha256: bytes | None


_ACTIVITY = (
    select(
        Activity.id,
        Activity.name,
        Activity.status,
        Activity.starts_at,
        Activity.gate_opens_at,
        Activity.registration_opens_at,
        Activity.registration_closes_at,
        Activity.allocation,
        Activity.needs_review,
        Activity.waiting_list,
        Activity.guardian_to_18,
        Activity.asks,
        Terms.id.label("terms_id"),
        Terms.version.label("terms_version"),
        Terms.sha256.label("terms_sha256"),
    )
    .outerjoin(Terms, Terms.activity_id == Activity.id)
    .where(Activity.id == bindparam("a"))
    .order_by(Terms.version.desc())
    .limit(1)
)
_CATEGORIES = select(Category.id, Category.code, Category.name, Category.min_age, Category.max_age).where(
    Category.activity_id == bindparam("a")
)
_NOTICE = (
    select(PrivacyNotice.id, PrivacyNotice.version, PrivacyNotice.sha256)
    .order_by(PrivacyNotice.version.desc())
    .limit(1)
)


def load_facts(activity_id: uuid.UUID) -> ActivityWithTexts:
    """NotFound when there is no such activity."""
    row = execute(_ACTIVITY, {"a": activity_id}).one_or_none()
    if row is None:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    notice = execute(_NOTICE).one_or_none()
    categories = {
        one.id: CategoryFacts(one.id, one.code, one.name, one.min_age, one.max_age)
        for one in execute(_CATEGORIES, {"a": activity_id})
    }
    return ActivityWithTexts(
        activity=ActivityFacts(
            id=row.id,
            name=row.name,
            status=row.status,
            starts_at=row.starts_at,
            gate_opens_at=row.gate_opens_at,
            opens_at=row.registration_opens_at,
            closes_at=row.registration_closes_at,
            allocation=row.allocation,
            needs_review=row.needs_review,
            waiting_list=row.waiting_list,
            guardian_to_18=row.guardian_to_18,
            asks=tuple(row.asks or ()),
            terms_version=row.terms_version,
        ),
        categories=categories,
        notice_id=notice.id if notice else None,
        notice_version=notice.version if notice else None,
        notice_sha256=notice.sha256 if notice else None,
        terms_id=row.terms_id,
        terms_sha256=row.terms_sha256,
    )
