"""A station or a whole season once more, on other days: everything but people."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.activities.constants import ActivityKind, Allocation, AskField, CheckpointKind
from app.activities.models import Activity, BibBlock, Season, Terms
from app.activities.rules.drafts import (
    Basics,
    BlockDraft,
    CheckpointDraft,
    StationDraft,
    StopDraft,
    Window,
)
from app.activities.services.opening import (
    categories_of,
    checkpoints_of,
    draft_of,
    not_found,
    shifted,
    stops_of,
)
from app.activities.services.seasons import SeasonDraft, create_season, season_not_found
from app.activities.services.stations import create_station
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.outbox import send
from app.core.text import N_
from app.core.transactions import act


@dataclass(frozen=True, slots=True)
class StationCopy:
    """Which station is copied, as what, and when the copy starts; all its times move along."""

    source_id: uuid.UUID
    code: str
    name: str
    starts_at: datetime


@act
def copy_station(
    *, copy: StationCopy, season_id: uuid.UUID | None, actor: Actor, at: datetime | None = None
) -> uuid.UUID:
    """Copy a station as a draft into a season (or none); returns the new id.

    Counters, registrations and check-ins stay behind; numbers start anew,
    posters get new addresses, the 参加须知 begins with version 1 again.
    Higher rooms hear `activity_copied` and copy what is theirs (shifts of volunteers).
    """
    at = at or now()
    source = db.session.get(Activity, copy.source_id)
    if source is None:
        raise not_found()
    made = create_station(draft=_draft_of(source, copy, season_id), actor=actor, at=at)
    target = db.session.get_one(Activity, made)
    target.route, target.gpx = source.route, source.gpx
    db.session.flush()
    record(
        actor,
        "activity.copied",
        subject_kind="activity",
        subject_id=made,
        scope_id=made,
        source=str(source.id),
    )
    send(made, "activity_copied", source=str(source.id))
    return made


def _draft_of(source: Activity, copy: StationCopy, season_id: uuid.UUID | None) -> StationDraft:
    by = copy.starts_at - source.starts_at
    categories = categories_of(source.id)
    checkpoints = checkpoints_of(source.id)
    category_codes = {one.id: one.code for one in categories}
    newest = db.session.execute(
        select(Terms.text).where(Terms.activity_id == source.id).order_by(Terms.version.desc()).limit(1)
    ).scalar_one_or_none()
    return StationDraft(
        basics=_basics_of(source, copy, season_id, by),
        window=_window_of(source, category_codes, by),
        categories=[draft_of(one) for one in categories],
        checkpoints=[CheckpointDraft(one.code, one.name, CheckpointKind(one.kind)) for one in checkpoints],
        stops=_stops_of(source.id, category_codes, {one.id: one.code for one in checkpoints}, by),
        blocks=_blocks_of(source.id, category_codes),
        terms=newest or "",
    )


def _window_of(source: Activity, category_codes: dict[uuid.UUID, str], by: timedelta) -> Window:
    walks_in = source.walkin_category_id
    return Window(
        opens_at=source.registration_opens_at + by,
        closes_at=source.registration_closes_at + by,
        allocation=Allocation(source.allocation),
        needs_review=source.needs_review,
        waiting_list=source.waiting_list,
        guardian_to_18=source.guardian_to_18,
        asks=tuple(AskField(ask) for ask in source.asks),
        walkin_capacity=source.walkin_capacity,
        walkin_category=category_codes.get(walks_in, "") if walks_in else "",
        poster_enabled=source.poster_enabled,
    )


def _basics_of(source: Activity, copy: StationCopy, season_id: uuid.UUID | None, by: timedelta) -> Basics:
    return Basics(
        code=copy.code,
        name=copy.name,
        place=source.place,
        gate_opens_at=source.gate_opens_at + by,
        starts_at=copy.starts_at,
        ends_at=source.ends_at + by,
        season_id=season_id,
        kind=ActivityKind(source.kind),
        address=source.address,
        seal_text=source.seal_text,
        intro=source.intro,
        service_phone=source.service_phone,
    )


def _stops_of(
    activity_id: uuid.UUID,
    category_codes: dict[uuid.UUID, str],
    checkpoint_codes: dict[uuid.UUID, str],
    by: timedelta,
) -> list[StopDraft]:
    return [
        StopDraft(
            category=category_codes[stop.category_id],
            checkpoint=checkpoint_codes[stop.checkpoint_id],
            place=stop.position,
            distance_m=stop.distance_m,
            opens_at=shifted(stop.opens_at, by),
            cutoff_at=shifted(stop.cutoff_at, by),
        )
        for stop in stops_of(activity_id)
    ]


def _blocks_of(activity_id: uuid.UUID, category_codes: dict[uuid.UUID, str]) -> list[BlockDraft]:
    rows = db.session.execute(
        select(BibBlock)
        .where(BibBlock.activity_id == activity_id)
        .order_by(BibBlock.position, BibBlock.prefix, BibBlock.first)
    ).scalars()
    return [
        BlockDraft(
            prefix=one.prefix,
            first=one.first,
            last=one.last,
            width=one.width,
            category=category_codes.get(one.category_id, "") if one.category_id else "",
            organisation_id=one.organisation_id,
        )
        for one in rows
    ]


@act
def copy_season(
    *,
    source_id: uuid.UUID,
    draft: SeasonDraft,
    copies: Sequence[StationCopy],
    actor: Actor,
    at: datetime | None = None,
) -> uuid.UUID:
    """Make a season with copies of another one's stations, all or nothing; returns its id.

    `copies` are the stations that go along, each with its new start. A problem
    of the n-th one names the field `stations-n-…`.
    """
    at = at or now()
    source = db.session.get(Season, source_id)
    if source is None:
        raise season_not_found()
    known = set(db.session.execute(select(Activity.id).where(Activity.season_id == source_id)).scalars())
    made = create_season(draft=draft, actor=actor)
    for n, copy in enumerate(copies):
        if copy.source_id not in known:
            raise DomainError("station_elsewhere", N_("这一站不在要复制的赛季里。"), field="stations")
        try:
            copy_station(copy=copy, season_id=made, actor=actor, at=at)
        except DomainError as error:
            error.field = f"stations-{n}-{error.field}" if error.field else None
            raise
    record(
        actor,
        "season.copied",
        subject_kind="season",
        subject_id=made,
        source=str(source_id),
        stations=len(copies),
    )
    return made
