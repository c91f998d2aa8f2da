"""Lists of activities and seasons: aggregates in SQL, as many statements for 10 rows as for 1,000."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Executable, RowMapping, false, func, or_, select

from app.activities.constants import PUBLIC_STATUSES, ActivityKind, ActivityStatus, Allocation
from app.activities.models import Activity, Category, Season, Series
from app.activities.queries.facts import SeasonFacts
from app.activities.rules.states import Places, Standing, Window, standing
from app.core.db import db
from app.core.permissions import Scope, ScopeKind

PAGE = 50
"""Rows of one page of the office's list."""
PAST = 200
"""How far back the public list goes: some four years of a district."""


@dataclass(frozen=True, slots=True)
class Card:
    """An activity in a list; places summed over its categories."""

    id: uuid.UUID
    code: str
    kind: ActivityKind
    status: ActivityStatus
    name: str
    place: str
    seal_text: str
    starts_at: datetime
    ends_at: datetime
    registration_opens_at: datetime
    registration_closes_at: datetime
    allocation: Allocation
    waiting_list: bool
    season_id: uuid.UUID | None
    season_name: str | None
    season_year: int | None
    capacity: int
    taken: int
    waiting: int

    @property
    def left(self) -> int:
        """Places that are free."""
        return max(0, self.capacity - self.taken)

    def standing(self, now: datetime) -> Standing:
        """Whether one can sign up now; places of all categories together."""
        return standing(
            self.status,
            Window(self.registration_opens_at, self.registration_closes_at, self.ends_at),
            [Places(self.capacity, self.taken, self.waiting)],
            now,
            allocation=self.allocation,
            waiting_list=self.waiting_list,
        )


@dataclass(frozen=True, slots=True)
class PublicList:
    """What citizens can see: what comes (the next first) and what was (the last first)."""

    upcoming: tuple[Card, ...]
    past: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the office asks of its list; `when` is upcoming, past or empty for all."""

    season_id: uuid.UUID | None = None
    status: ActivityStatus | None = None
    when: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class CardPage:
    """One page of a list: `number` of `pages`, from `total` rows."""

    rows: tuple[Card, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """A brand and how many seasons it has had."""

    id: uuid.UUID
    code: str
    name: str
    intro: str
    seasons: int


@dataclass(frozen=True, slots=True)
class SeasonCard:
    """A season in a list, with the number of its activities and their places."""

    season: SeasonFacts
    activities: int
    first_at: datetime | None
    last_at: datetime | None


_CARDS = (
    select(
        Activity.id,
        Activity.code,
        Activity.kind,
        Activity.status,
        Activity.name,
        Activity.place,
        Activity.seal_text,
        Activity.starts_at,
        Activity.ends_at,
        Activity.registration_opens_at,
        Activity.registration_closes_at,
        Activity.allocation,
        Activity.waiting_list,
        Activity.season_id,
        Season.name.label("season_name"),
        Season.year.label("season_year"),
        func.coalesce(func.sum(Category.capacity), 0).label("capacity"),
        func.coalesce(func.sum(Category.taken), 0).label("taken"),
        func.coalesce(func.sum(Category.waiting), 0).label("waiting"),
    )
    .outerjoin(Season, Season.id == Activity.season_id)
    .outerjoin(Category, Category.activity_id == Activity.id)
    .group_by(Activity.id, Season.id)
)


def _cards(statement: Executable) -> tuple[Card, ...]:
    return tuple(
        Card(
            **{
                **row,
                "kind": ActivityKind(row["kind"]),
                "status": ActivityStatus(row["status"]),
                "allocation": Allocation(row["allocation"]),
                # PostgreSQL sums BIGINT to NUMERIC
                "capacity": int(row["capacity"]),
                "taken": int(row["taken"]),
                "waiting": int(row["waiting"]),
            }
        )
        for row in db.session.execute(statement).mappings()
    )


def next_stations(now: datetime, limit: int = 3) -> tuple[Card, ...]:
    """The published activities that are not over, the next first."""
    return _cards(
        _CARDS.where(Activity.status == ActivityStatus.PUBLISHED, Activity.ends_at > now)
        .order_by(Activity.starts_at, Activity.code)
        .limit(limit)
    )


def public_list(now: datetime) -> PublicList:
    """Everything that citizens can see, in two statements."""
    seen = _CARDS.where(Activity.status.in_(PUBLIC_STATUSES))
    return PublicList(
        upcoming=_cards(seen.where(Activity.ends_at > now).order_by(Activity.starts_at, Activity.code)),
        past=_cards(seen.where(Activity.ends_at <= now).order_by(Activity.starts_at.desc(), Activity.code).limit(PAST)),
    )


def season_stations(season_id: uuid.UUID) -> tuple[Card, ...]:
    """The activities of a season by time, drafts and cancelled ones too: the caller chooses by status."""
    return _cards(_CARDS.where(Activity.season_id == season_id).order_by(Activity.starts_at, Activity.code))


def cards(activity_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Card]:
    """The cards of given activities by id, in one statement."""
    return {card.id: card for card in _cards(_CARDS.where(Activity.id.in_(list(activity_ids))))}


def office_list(
    scopes: Collection[Scope] | None, filters: ListFilter, *, now: datetime, number: int = 1, soonest: bool = False
) -> CardPage:
    """One page of the office's list, the newest day first (`soonest`: the oldest), in two statements.

    `scopes` are those in which the caller may look; None is the whole office.
    A page past the end shows the last one.
    """
    conditions = [*_within(scopes), *_filtered(filters, now)]
    total = db.session.execute(select(func.count()).select_from(Activity).where(*conditions)).scalar_one()
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    rows = _cards(
        _CARDS.where(*conditions)
        .order_by(Activity.starts_at if soonest else Activity.starts_at.desc(), Activity.code)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    )
    return CardPage(rows=rows, number=number, pages=pages, total=total)


def cards_between(scopes: Collection[Scope] | None, since: datetime, until: datetime) -> tuple[Card, ...]:
    """Every activity of these scopes that starts in [since, until), whatever its state, by its start."""
    wanted = [Activity.starts_at >= since, Activity.starts_at < until, *_within(scopes)]
    return _cards(_CARDS.where(*wanted).order_by(Activity.starts_at, Activity.code))


def _within(scopes: Collection[Scope] | None) -> list[ColumnElement[bool]]:
    if scopes is None:
        return []
    seasons = [scope.id for scope in scopes if scope.kind is ScopeKind.SEASON]
    activities = [scope.id for scope in scopes if scope.kind is ScopeKind.ACTIVITY]
    return [or_(false(), Activity.season_id.in_(seasons), Activity.id.in_(activities))]


def _filtered(filters: ListFilter, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.season_id is not None:
        conditions.append(Activity.season_id == filters.season_id)
    if filters.status is not None:
        conditions.append(Activity.status == filters.status)
    if filters.when == "upcoming":
        conditions.append(Activity.ends_at > now)
    elif filters.when == "past":
        conditions.append(Activity.ends_at <= now)
    if filters.words:
        columns = (Activity.name, Activity.place, Activity.code)
        conditions.append(or_(*(column.contains(filters.words, autoescape=True) for column in columns)))
    return conditions


_SEASONS = (
    select(
        Season.id,
        Season.code,
        Season.name,
        Season.year,
        Season.keepsake,
        Season.series_id,
        Series.code.label("series_code"),
        Series.name.label("series_name"),
        func.count(Activity.id).label("activities"),
        func.min(Activity.starts_at).label("first_at"),
        func.max(Activity.ends_at).label("last_at"),
    )
    .join(Series, Series.id == Season.series_id)
    .outerjoin(Activity, Activity.season_id == Season.id)
    .group_by(Season.id, Series.id)
    .order_by(Season.year.desc(), Series.name, Season.code)
)
_OF_SEASON = tuple(SeasonFacts.__dataclass_fields__)


def seasons(scopes: Collection[Scope] | None = None) -> tuple[SeasonCard, ...]:
    """Every season, the newest first; with `scopes` only those that are named there."""
    statement = _SEASONS
    if scopes is not None:
        named: Sequence[uuid.UUID] = [scope.id for scope in scopes if scope.kind is ScopeKind.SEASON]
        statement = statement.where(Season.id.in_(named))
    return tuple(_season_card(row) for row in db.session.execute(statement).mappings())


def season(season_id: uuid.UUID) -> SeasonCard | None:
    """One season."""
    row = db.session.execute(_SEASONS.where(Season.id == season_id)).mappings().one_or_none()
    return _season_card(row) if row is not None else None


def _season_card(row: RowMapping) -> SeasonCard:
    return SeasonCard(
        season=SeasonFacts(**{name: row[name] for name in _OF_SEASON}),
        activities=row["activities"],
        first_at=row["first_at"],
        last_at=row["last_at"],
    )


def all_series() -> tuple[SeriesFacts, ...]:
    """Every brand by name."""
    rows = db.session.execute(
        select(Series.id, Series.code, Series.name, Series.intro, func.count(Season.id).label("seasons"))
        .outerjoin(Season, Season.series_id == Series.id)
        .group_by(Series.id)
        .order_by(Series.name, Series.code)
    ).mappings()
    return tuple(SeriesFacts(**row) for row in rows)
