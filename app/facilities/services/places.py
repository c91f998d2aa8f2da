"""Places and the figures of a year."""

from __future__ import annotations

import uuid
from dataclasses import fields
from typing import Any

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.facilities.models import Place, PlaceTitle, YearFigures
from app.facilities.rules.drafts import PlaceDraft, check_place, check_title

YEARS = (1990, 2100)


@act
def save_place(*, place_id: uuid.UUID | None, draft: PlaceDraft, actor: Actor, version: int | None = None) -> uuid.UUID:
    """Add a place, or change one; returns its id. Raises DomainError, Conflict `changed_meanwhile`."""
    check_place(draft)
    if place_id is None:
        found = Place(id=uuid7(), version=0)
        db.session.add(found)
    else:
        found = _open(place_id, version)
    for one in fields(draft):
        setattr(found, one.name, getattr(draft, one.name))
    found.kind = draft.kind.value
    found.version += 1
    db.session.flush()
    record(actor, "facilities.place_saved", subject_kind="place", subject_id=found.id, kind=found.kind)
    return found.id


@act
def set_place_route(*, place_id: uuid.UUID, route: dict[str, Any] | None, actor: Actor) -> None:
    """Draw the way of a greenway or line; None takes it away."""
    found = _open(place_id, None)
    found.route = route
    found.version += 1
    record(actor, "facilities.route_set", subject_kind="place", subject_id=place_id, drawn=route is not None)


@act
def add_title(*, place_id: uuid.UUID, title: str, year: int | None, actor: Actor) -> None:
    """Add an award of a place; earlier ones stay, and the same once more changes nothing."""
    check_title(title, year)
    _open(place_id, None)
    kept = title.strip()
    held = db.session.execute(
        select(PlaceTitle.id).where(PlaceTitle.place_id == place_id, PlaceTitle.year == year, PlaceTitle.title == kept)
    ).first()
    if held is not None:
        return
    db.session.add(PlaceTitle(id=uuid7(), place_id=place_id, year=year, title=kept))
    db.session.flush()
    record(actor, "facilities.title_added", subject_kind="place", subject_id=place_id, title=kept, year=year)


@act
def remove_title(*, place_id: uuid.UUID, title_id: uuid.UUID, actor: Actor) -> None:
    """Take back an award that was entered wrongly; one that is gone already changes nothing."""
    _open(place_id, None)
    found = db.session.get(PlaceTitle, title_id)
    if found is None or found.place_id != place_id:
        return
    db.session.delete(found)
    record(
        actor, "facilities.title_removed", subject_kind="place", subject_id=place_id, title=found.title, year=found.year
    )


@act
def save_year(
    *,
    year: int,
    population: int | None,
    population_source: str,
    target_cm: int | None,
    target_source: str,
    actor: Actor,
) -> None:
    """Keep the population and the target of a year, each with its source."""
    if not YEARS[0] <= year <= YEARS[1]:
        raise DomainError("year_wrong", N_("年份不对，请改年份。"), field="year")
    if population is not None and not 1 <= population <= 100_000_000:
        raise DomainError("population_wrong", N_("人口数不对，请核对。"), field="population")
    if target_cm is not None and not 1 <= target_cm <= 100_000:
        raise DomainError("target_wrong", N_("目标不对，请核对。"), field="target")
    if population is not None and not population_source.strip():
        raise DomainError("source_missing", N_("请写明出处，例如：第七次人口普查。"), field="population_source")
    if target_cm is not None and not target_source.strip():
        raise DomainError("source_missing", N_("请写明出处，例如：全民健身实施计划。"), field="target_source")
    found = db.session.execute(
        select(YearFigures).where(YearFigures.year == year).with_for_update()
    ).scalar_one_or_none()
    if found is None:
        found = YearFigures(year=year)
        db.session.add(found)
    found.population, found.population_source = population, population_source.strip()[:120]
    found.target_cm, found.target_source = target_cm, target_source.strip()[:120]
    record(actor, "facilities.year_saved", subject_kind="year", subject_id=None, year=year)


@act
def note_export(*, what: str, rows: int, actor: Actor) -> None:
    """Note that a list of places or equipment left as a file."""
    record(actor, "facilities.exported", subject_kind="list", subject_id=None, what=what, rows=rows)


def _open(place_id: uuid.UUID, version: int | None) -> Place:
    found = db.session.execute(
        select(Place).where(Place.id == place_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("place_not_found", N_("没有找到这个场所。"))
    if version is not None and found.version != version:
        raise Conflict("changed_meanwhile", N_("刚被别人改过，填的都还在，核对后再保存。"))
    return found
