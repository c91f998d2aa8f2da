"""One activity as its pages show it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from app.activities.constants import (
    ActivityKind,
    ActivityStatus,
    Allocation,
    AskField,
    CheckpointKind,
    FinishRule,
)
from app.activities.models import (
    Activity,
    BibBlock,
    Category,
    CategoryCheckpoint,
    Checkpoint,
    Season,
    Series,
    Terms,
)
from app.activities.queries.facts import (
    ActivityFacts,
    BibBlockFacts,
    CategoryDetail,
    CheckpointDetail,
    SeasonFacts,
    Station,
    Stop,
    TermsText,
)
from app.activities.queries.kept import Kept, version_of
from app.activities.rules.drafts import is_code
from app.core.db import db, table
from app.core.ids import parse_uuid
from app.core.keyed import execute
from app.core.permissions import Scope, ScopeKind
from app.core.transactions import in_act
from app.people.models import Organisation

_a, _s = table(Activity).c, table(Season).c
_FACTS = [_a[column.name] for column in fields(ActivityFacts)]
_BY_ID, _BY_CODE = (_a.id == bindparam("ref"), _a.code == bindparam("ref"))
_ACTIVITY = {where: select(*_FACTS).where(named) for where, named in (("id", _BY_ID), ("code", _BY_CODE))}
_SCOPED = {where: select(_a.id, _a.season_id).where(named) for where, named in (("id", _BY_ID), ("code", _BY_CODE))}
_SEASON = (
    _s.id.label("s_id"),
    _s.code.label("s_code"),
    _s.name.label("s_name"),
    _s.year.label("s_year"),
    _s.keepsake.label("s_keepsake"),
    _s.series_id.label("s_series_id"),
    table(Series).c.code.label("s_series_code"),
    table(Series).c.name.label("s_series_name"),
)
_WITH_SEASON = {
    where: select(*_FACTS, *_SEASON)
    .select_from(table(Activity))
    .outerjoin(table(Season), _s.id == _a.season_id)
    .outerjoin(table(Series), table(Series).c.id == _s.series_id)
    .where(named)
    for where, named in (("id", _BY_ID), ("code", _BY_CODE))
}
_g, _p, _w, _t = (table(model).c for model in (Category, Checkpoint, CategoryCheckpoint, Terms))
_CATEGORIES = (
    select(
        _g.id,
        _g.code,
        _g.name,
        _g.distance_m,
        _g.min_age,
        _g.max_age,
        _g.capacity,
        _g.taken,
        _g.waiting,
        _g.finish_rule,
        _g.finish_k,
        _g.position,
    )
    .where(_g.activity_id == bindparam("activity_id"))
    .order_by(_g.position, _g.code)
)
_CHECKPOINTS = (
    select(_p.id, _p.code, _p.name, _p.kind, _p.position, _p.poster_code)
    .where(_p.activity_id == bindparam("activity_id"))
    .order_by(_p.position, _p.code)
)
_STOPS = (
    select(_w.category_id, _w.checkpoint_id, _w.position, _w.distance_m, _w.opens_at, _w.cutoff_at)
    .where(_w.activity_id == bindparam("activity_id"))
    .order_by(_w.category_id, _w.position)
)
_TERMS = (
    select(_t.id, _t.version, _t.text, _t.sha256, _t.published_at)
    .where(_t.activity_id == bindparam("activity_id"))
    .order_by(_t.version.desc())
)
_BLOCKS = (
    select(
        BibBlock.id,
        BibBlock.category_id,
        BibBlock.organisation_id,
        BibBlock.prefix,
        BibBlock.first,
        BibBlock.last,
        BibBlock.next,
        BibBlock.width,
        BibBlock.position,
        Organisation.name.label("organisation_name"),
    )
    .outerjoin(Organisation, Organisation.id == BibBlock.organisation_id)
    .where(BibBlock.activity_id == bindparam("activity_id"))
    .order_by(BibBlock.position, BibBlock.prefix, BibBlock.first)
)


_NEWEST_TERMS = _TERMS.limit(1)


def activity_facts(activity: Activity | Row[Any]) -> ActivityFacts:
    """A row as the facts that leave this room."""
    return ActivityFacts(
        id=activity.id,
        code=activity.code,
        season_id=activity.season_id,
        kind=ActivityKind(activity.kind),
        status=ActivityStatus(activity.status),
        name=activity.name,
        place=activity.place,
        address=activity.address,
        seal_text=activity.seal_text,
        intro=activity.intro,
        service_phone=activity.service_phone,
        gate_opens_at=activity.gate_opens_at,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        registration_opens_at=activity.registration_opens_at,
        registration_closes_at=activity.registration_closes_at,
        allocation=Allocation(activity.allocation),
        needs_review=activity.needs_review,
        waiting_list=activity.waiting_list,
        guardian_to_18=activity.guardian_to_18,
        asks=tuple(AskField(ask) for ask in activity.asks),
        walkin_capacity=activity.walkin_capacity,
        walkin_taken=activity.walkin_taken,
        walkin_category_id=activity.walkin_category_id,
        poster_enabled=activity.poster_enabled,
        route=activity.route,
        version=activity.version,
    )


def activity_by_ref(ref: uuid.UUID | str) -> ActivityFacts | None:
    """The activity that an id or a code names; codes that spell an id are never given."""
    found = _named(_ACTIVITY, ref)
    return activity_facts(found) if found is not None else None


def scopes_of_ref(ref: uuid.UUID | str) -> list[Scope]:
    """Where a grant may stand to hold for the activity that an id or a code names; nowhere when none does."""
    found = _named(_SCOPED, ref)
    return activity_scopes(found.id, found.season_id) if found is not None else []


def _named(statements: Mapping[str, Select[Any]], ref: uuid.UUID | str) -> Row[Any] | None:
    """The row of the activity that an id or a code names."""
    activity_id = parse_uuid(ref)
    if activity_id is not None:
        return execute(statements["id"], {"ref": activity_id}).one_or_none()
    return execute(statements["code"], {"ref": str(ref)}).one_or_none() if is_code(str(ref)) else None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What of a station changes with its version alone; its categories hold counters and are read each time."""

    checkpoints: tuple[CheckpointDetail, ...]
    stops: tuple[Stop, ...]
    terms: TermsText | None


def _read_plan(activity_id: uuid.UUID) -> tuple[int, _Plan]:
    version, here = version_of(activity_id), {"activity_id": activity_id}
    newest = execute(_NEWEST_TERMS, here).mappings().one_or_none()
    plan = _Plan(
        checkpoints=tuple(
            CheckpointDetail(**{**found, "kind": CheckpointKind(found["kind"])})
            for found in execute(_CHECKPOINTS, here).mappings()
        ),
        stops=tuple(Stop(**found) for found in execute(_STOPS, here).mappings()),
        terms=TermsText(**newest) if newest is not None else None,
    )
    return version, plan


_plans = Kept(_read_plan)


def station(ref: uuid.UUID | str) -> Station | None:
    """Everything that a page about the activity needs that an id or a code names, in two statements (six
    after a change). An act, which may have changed it and not committed yet, reads it anew.
    """
    row = _named(_WITH_SEASON, ref)
    if row is None:
        return None
    categories = execute(_CATEGORIES, {"activity_id": row.id}).mappings()
    plan = _read_plan(row.id)[1] if in_act() else _plans.at_version(row.id, row.version)
    return Station(
        activity=activity_facts(row),
        season=_season_facts(row) if row.s_id is not None else None,
        categories=tuple(
            CategoryDetail(**{**found, "finish_rule": FinishRule(found["finish_rule"])}) for found in categories
        ),
        checkpoints=plan.checkpoints,
        stops=plan.stops,
        terms=plan.terms,
    )


def _season_facts(row: Row[Any]) -> SeasonFacts:
    return SeasonFacts(
        id=row.s_id,
        code=row.s_code,
        name=row.s_name,
        year=row.s_year,
        keepsake=row.s_keepsake,
        series_id=row.s_series_id,
        series_code=row.s_series_code,
        series_name=row.s_series_name,
    )


def terms_history(activity_id: uuid.UUID) -> list[TermsText]:
    """Every version of the 参加须知, the newest first."""
    return [TermsText(**row) for row in db.session.execute(_TERMS, {"activity_id": activity_id}).mappings()]


def terms_text(terms_id: uuid.UUID) -> TermsText | None:
    """The version that a consent points at."""
    columns = (Terms.id, Terms.version, Terms.text, Terms.sha256, Terms.published_at)
    row = db.session.execute(select(*columns).where(Terms.id == terms_id)).mappings().one_or_none()
    return TermsText(**row) if row is not None else None


def bib_blocks(activity_id: uuid.UUID) -> list[BibBlockFacts]:
    """The runs of numbers in the order in which they are opened."""
    rows = db.session.execute(_BLOCKS, {"activity_id": activity_id}).mappings()
    return [BibBlockFacts(**row) for row in rows]


Hours = dict[tuple[uuid.UUID, uuid.UUID], tuple[datetime | None, datetime | None]]
"""(category, checkpoint) → (opens_at, cutoff_at)."""


def hours(activity_id: uuid.UUID) -> Hours:
    """The hours of every stop of every way."""
    rows = db.session.execute(_STOPS, {"activity_id": activity_id})
    return {(row.category_id, row.checkpoint_id): (row.opens_at, row.cutoff_at) for row in rows}


def scopes_of_activity(activity_id: uuid.UUID) -> list[Scope]:
    """Where a grant may stand to hold for this activity: itself and its season. Unknown: nowhere."""
    row = db.session.execute(select(Activity.id, Activity.season_id).where(Activity.id == activity_id)).one_or_none()
    return activity_scopes(row.id, row.season_id) if row else []


def activity_scopes(activity_id: uuid.UUID, season_id: uuid.UUID | None) -> list[Scope]:
    """The same for an activity that is read already."""
    scopes = [Scope(ScopeKind.ACTIVITY, activity_id)]
    if season_id is not None:
        scopes.append(Scope(ScopeKind.SEASON, season_id))
    return scopes


def gpx_of(activity_id: uuid.UUID) -> bytes | None:
    """The route as it was handed in."""
    return db.session.execute(select(Activity.gpx).where(Activity.id == activity_id)).scalar_one_or_none()


def poster_target(poster_code: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """(activity, checkpoint) that a poster's address names; None when there is none of that code.

    Whether the activity allows posters today is the caller's to ask: the paper says so then.
    """
    if not poster_code:
        return None
    row = db.session.execute(
        select(Checkpoint.activity_id, Checkpoint.id).where(Checkpoint.poster_code == poster_code)
    ).one_or_none()
    return (row.activity_id, row.id) if row else None
