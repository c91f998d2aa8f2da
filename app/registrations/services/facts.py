"""What registering reads of an activity and of the texts in force: one statement, the rest is kept in process."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from app.activities.models import Activity
from app.activities.queries.plans import RegistrationSettings, registration_settings_at
from app.core.db import table
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


_a, _n = table(Activity).c, table(PrivacyNotice).c
_NEWEST = select(func.max(_n.version)).scalar_subquery()
_VERSIONS = (
    select(_a.version, _n.id, _n.version.label("notice_version"), _n.sha256)
    .select_from(table(Activity).outerjoin(table(PrivacyNotice), _n.version == _NEWEST))
    .where(_a.id == bindparam("a"))
)


def load_facts(activity_id: uuid.UUID) -> ActivityWithTexts:
    """NotFound when there is no such activity."""
    row = execute(_VERSIONS, {"a": activity_id}).one_or_none()
    if row is None:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    settings = registration_settings_at(activity_id, row.version)
    return ActivityWithTexts(
        activity=_activity(settings),
        categories={
            one.id: CategoryFacts(one.id, one.code, one.name, one.min_age, one.max_age)
            for one in settings.categories.values()
        },
        notice_id=row.id,
        notice_version=row.notice_version,
        notice_sha256=row.sha256,
        terms_id=settings.terms.id if settings.terms else None,
        terms_sha256=settings.terms.sha256 if settings.terms else None,
    )


def _activity(settings: RegistrationSettings) -> ActivityFacts:
    return ActivityFacts(
        id=settings.activity_id,
        name=settings.name,
        status=settings.status,
        starts_at=settings.starts_at,
        gate_opens_at=settings.gate_opens_at,
        opens_at=settings.registration_opens_at,
        closes_at=settings.registration_closes_at,
        allocation=settings.allocation,
        needs_review=settings.needs_review,
        waiting_list=settings.waiting_list,
        guardian_to_18=settings.guardian_to_18,
        asks=tuple(settings.asks),
        terms_version=settings.terms.version if settings.terms else None,
    )
