"""What waits for somebody of the office: counts that lead to their lists, never the lists themselves."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, and_, bindparam, func, select

from app.activities.models import Category
from app.activities.queries import Card
from app.checkins.queries.attendance import quiet_phones
from app.checkins.queries.conflicts import open_count
from app.core.db import db
from app.dashboards.rules.live import QUIET_AFTER, is_live
from app.facilities.queries.equipment import waiting_reports
from app.notices.queries import unsent
from app.registrations.constants import RegistrationState
from app.registrations.models import Registration
from app.squads.constants import MemberState
from app.squads.models import Squad, SquadMember
from app.volunteers.queries.shifts import lacking

CLOSES_SOON = timedelta(days=7)
LOOKED_BEFORE = timedelta(hours=6)
"""Before the start nobody has been scanned."""
LACKS_SOON = timedelta(days=14)
"""Before that, an empty shift is no reason to act."""
LOOKS_BACK = timedelta(days=30)
"""For so long what an activity left behind (conflicts, texts that failed) stands on the first page."""


@dataclass(frozen=True, slots=True)
class ActivityDue:
    """What waits in one activity. `closes_at`: registration ends within a week, with so many places left.
    `conflicts`: scans that do not fit together.
    """

    card: Card
    to_review: int = 0
    waiting: int = 0
    quiet: int = 0
    closes_at: datetime | None = None
    conflicts: int = 0
    lacking: int = 0
    unsent: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        counted = self.to_review or self.quiet or self.conflicts or self.lacking or self.unsent
        return not (counted or self.closes_at or self.waits_with_room)

    @property
    def waits_with_room(self) -> bool:
        """Whether people wait although there is room: somebody has to decide."""
        return bool(self.waiting and self.card.left)


@dataclass(frozen=True, slots=True)
class OfficeDue:
    """What waits beside activities: `proposals` by squad (id, name, people)."""

    faults: int
    proposals: tuple[tuple[uuid.UUID, str, int], ...]


_IDS: BindParameter[uuid.UUID] = bindparam("ids", expanding=True)
_TO_REVIEW = (
    select(Category.activity_id, func.count().label("n"))
    .join(
        Registration,
        and_(Registration.activity_id == Category.activity_id, Registration.category_id == Category.id),
    )
    .where(
        Category.activity_id.in_(_IDS),
        Registration.activity_id.in_(_IDS),
        Registration.state == RegistrationState.SUBMITTED.value,
    )
    .group_by(Category.activity_id)
)
"""By way of the categories: the index of the queue begins with them, and everybody else is not looked at."""


def activities_due(cards: Collection[Card], at: datetime, *, limit_kmh: float) -> list[ActivityDue]:
    """What waits in these activities, those with nothing left out.

    Three statements for all; conflicts for each whose gate has been open (a count that is kept, see `open_count`),
    quiet phones for each that is live.
    """
    ids = [card.id for card in cards]
    to_review, failed, short = _to_review(ids), unsent(ids), lacking(ids, at, before=at + LACKS_SOON)
    found = [
        ActivityDue(
            card=card,
            to_review=to_review.get(card.id, 0),
            waiting=card.waiting,
            quiet=len(quiet_phones(card.id, before=at - QUIET_AFTER))
            if is_live(card.status, card.starts_at, card.ends_at, at)
            else 0,
            closes_at=card.registration_closes_at
            if at < card.registration_closes_at <= at + CLOSES_SOON and card.registration_opens_at <= at
            else None,
            conflicts=open_count(card.id, limit_kmh=limit_kmh) if card.starts_at - LOOKED_BEFORE <= at else 0,
            lacking=short.get(card.id, 0),
            unsent=failed.get(card.id, 0),
        )
        for card in cards
    ]
    return [one for one in found if not one.is_empty]


def _to_review(ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, int]:
    if not ids:
        return {}
    return {row.activity_id: row.n for row in db.session.execute(_TO_REVIEW, {"ids": list(ids)})}


def office_due() -> OfficeDue:
    """What waits beside activities, in two statements."""
    rows = db.session.execute(
        select(Squad.id, Squad.name, func.count().label("n"))
        .join(SquadMember, SquadMember.squad_id == Squad.id)
        .where(SquadMember.state == MemberState.PROPOSED.value)
        .group_by(Squad.id, Squad.name)
        .order_by(Squad.name)
    )
    return OfficeDue(waiting_reports(), tuple((row.id, row.name, row.n) for row in rows))
