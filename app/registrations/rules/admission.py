"""Who may register when: pure decisions over an activity's facts, an entry and the clock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from app.activities.constants import ActivityStatus, AskField
from app.core.errors import DomainError
from app.core.text import N_
from app.people.constants import ConsentKind, DocumentType
from app.people.rules.ages import age_on, check_age_limits, check_guardian, guardian_need, office_day
from app.people.rules.intake import PersonInput
from app.registrations.constants import Source

TRUSTED = frozenset({Source.OFFICE, Source.WALK_IN, Source.SCAN, Source.IMPORT, Source.DEMO})
"""Entrances that the registration window does not bind."""
CONSENTED_BEFORE = frozenset({Source.SCAN, Source.IMPORT, Source.DEMO})
"""Entrances that rely on consents given elsewhere."""


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """What admission reads of an activity."""

    id: uuid.UUID
    name: str
    status: str
    starts_at: datetime
    gate_opens_at: datetime
    opens_at: datetime
    closes_at: datetime
    allocation: str
    needs_review: bool
    waiting_list: bool
    guardian_to_18: bool
    asks: tuple[str, ...]
    terms_version: int | None = None


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """What admission reads of a category."""

    id: uuid.UUID
    code: str
    name: str
    min_age: int | None
    max_age: int | None


@dataclass(frozen=True, slots=True)
class Consents:
    """Boxes as they were ticked; `notice` and `terms` are the versions that were shown."""

    notice: int | None = None
    document_number: bool = False
    health: bool = False
    guardian: bool = False
    terms: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One person asking for one category."""

    person: PersonInput
    category_id: uuid.UUID
    consents: Consents = field(default_factory=Consents)
    answers: dict[str, str] = field(default_factory=dict)
    relation: str = "self"


def check_window(activity: ActivityFacts, at: datetime, source: Source) -> None:
    """Refuse an activity that takes no registrations now, with the reason and the next step."""
    if activity.status == ActivityStatus.CANCELLED:
        raise DomainError("activity_cancelled", N_("这次活动已取消。"))
    if activity.status in {ActivityStatus.DRAFT, ActivityStatus.ARCHIVED} and source not in {
        Source.OFFICE,
        Source.DEMO,
        Source.IMPORT,
    }:
        raise DomainError("activity_not_open", N_("这次活动还没有开始报名。"))
    if activity.status == ActivityStatus.FINISHED and source not in {Source.DEMO, Source.IMPORT, Source.SCAN}:
        raise DomainError("activity_finished", N_("这次活动已结束。"))
    if source in TRUSTED:
        return
    if activity.status == ActivityStatus.PAUSED:
        raise DomainError("registration_paused", N_("报名暂停了，请过些时候再来看看。"))
    if at < activity.opens_at:
        raise DomainError("registration_not_open", N_("%(opens)s 开始报名。"), opens=activity.opens_at)
    if at >= activity.closes_at:
        raise DomainError("registration_closed", N_("报名已截止，可到现场服务台问一问。"))


def age_of(entry: Entry, activity: ActivityFacts) -> int | None:
    """Whole years on the activity's first day; None when no birth date is known."""
    if entry.person.birth_date is None:
        return None
    return age_on(entry.person.birth_date, office_day(activity.starts_at))


def check_entry(
    entry: Entry,
    activity: ActivityFacts,
    category: CategoryFacts | None,
    *,
    source: Source,
    notice_version: int | None,
) -> int | None:
    """The entrant's age, or a refusal: category, age, guardian, consents, what the form asks."""
    if category is None:
        raise DomainError("category_unknown", N_("请选择一个组别。"), field="category")
    age = age_of(entry, activity)
    if source in {Source.IMPORT, Source.DEMO}:
        return age
    if age is None:
        raise DomainError("birth_date_required", N_("请填出生日期。"), field="birth_date")
    check_age_limits(age, category=category.name, minimum=category.min_age, maximum=category.max_age)
    check_guardian(
        guardian_need(age, contact_to_18=activity.guardian_to_18),
        has_contact=bool(entry.person.guardian_name and entry.person.guardian_phone),
        has_consent=entry.consents.guardian,
    )
    if source not in CONSENTED_BEFORE:
        _check_consents(entry, activity, notice_version)
        _check_answers(entry, activity)
    return age


def _check_consents(entry: Entry, activity: ActivityFacts, notice_version: int | None) -> None:
    if notice_version is not None and entry.consents.notice != notice_version:
        raise DomainError("consent_notice", N_("请先阅读并同意隐私告知。"), field="consent_notice")
    if entry.person.document_type is not DocumentType.NONE and not entry.consents.document_number:
        raise DomainError("consent_document", N_("请勾选同意使用证件号，或选择没有证件。"), field="consent_document")
    if activity.terms_version is not None and entry.consents.terms != activity.terms_version:
        raise DomainError("consent_terms", N_("请先阅读并同意参加须知。"), field="consent_terms")


def _check_answers(entry: Entry, activity: ActivityFacts) -> None:
    if AskField.EMERGENCY in activity.asks and not (
        entry.answers.get("emergency_name") and entry.answers.get("emergency_phone")
    ):
        raise DomainError("emergency_missing", N_("请填紧急联系人的姓名和手机。"), field="emergency_name")
    if AskField.HEALTH in activity.asks and entry.answers.get("health") and not entry.consents.health:
        raise DomainError("consent_health", N_("请勾选同意使用健康声明，或留空。"), field="consent_health")


def consent_kinds(entry: Entry) -> list[ConsentKind]:
    """Which agreements an accepted entry leaves behind."""
    kinds: list[ConsentKind] = []
    if entry.consents.notice is not None:
        kinds.append(ConsentKind.PRIVACY)
    if entry.consents.document_number and entry.person.document_number:
        kinds.append(ConsentKind.DOCUMENT_NUMBER)
    if entry.consents.health and entry.answers.get("health"):
        kinds.append(ConsentKind.HEALTH)
    if entry.consents.guardian:
        kinds.append(ConsentKind.GUARDIAN)
    if entry.consents.terms is not None:
        kinds.append(ConsentKind.TERMS)
    return kinds
