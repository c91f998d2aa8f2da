"""Places and equipment of one year, for the yearly report. What was not entered is None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from app.core.clock import today
from app.core.db import db
from app.facilities.constants import WITH_AREA, GrantState, PlaceKind
from app.facilities.models import EquipmentSet, Grant, Place, PlaceTitle, YearFigures
from app.facilities.rules.areas import HUNDREDTHS, missing, per_person


@dataclass(frozen=True, slots=True)
class FacilityFigures:
    """At the end of the year, or today while it runs; by the last population that is known by then."""

    ground_m2: int | None = None
    population: int | None = None
    population_year: int | None = None
    per_capita: Decimal | None = None
    target: Decimal | None = None
    target_year: int | None = None
    missing_m2: Decimal | None = None
    greenways: tuple[tuple[str, Decimal], ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    venues: tuple[tuple[str, Decimal | None], ...] = ()
    sets_applied: int | None = None
    sets_arrived: int | None = None
    sets_distributed: int | None = None
    towns_served: int | None = None


def facility_figures(year: int) -> FacilityFigures:
    """The figures of one calendar year, in a handful of statements."""
    first, last = date(year, 1, 1), today() if today().year == year else date(year, 12, 31)
    opened = (
        db.session.execute(select(Place).where(Place.opened_on <= last).order_by(Place.opened_on, Place.name))
        .scalars()
        .all()
    )
    rows = [one for one in opened if one.closed_on is None or one.closed_on > last]
    grounds = [one.area_m2 for one in rows if one.kind in WITH_AREA and one.area_m2 is not None]
    area = sum(grounds) if grounds else None
    people = _latest(YearFigures.population.is_not(None), upto=year)
    aim = _next_target(year)
    population = people.population if people is not None else None
    return FacilityFigures(
        ground_m2=area,
        population=population,
        population_year=people.year if people is not None else None,
        per_capita=per_person(area, population),
        target=Decimal(aim.target_cm) / HUNDREDTHS if aim is not None and aim.target_cm is not None else None,
        target_year=aim.year if aim is not None else None,
        missing_m2=missing(area, population, aim.target_cm if aim is not None else None),
        greenways=tuple(
            (one.name, Decimal(one.length_m) / 1000)
            for one in rows
            if one.kind == PlaceKind.GREENWAY and one.length_m is not None
        ),
        lines=_awarded(year),
        venues=tuple(
            (one.name, None if one.investment is None else Decimal(one.investment))
            for one in opened  # what was opened this year was opened, whatever became of it
            if one.kind == PlaceKind.VENUE and first <= one.opened_on
        ),
        **_equipment(first, last),
    )


def _awarded(year: int) -> tuple[tuple[str, str], ...]:
    """The lines that were given a title in the year, whatever became of them since."""
    rows = db.session.execute(
        select(Place.name, PlaceTitle.title)
        .join(PlaceTitle, PlaceTitle.place_id == Place.id)
        .where(Place.kind == PlaceKind.LINE.value, PlaceTitle.year == year)
        .order_by(Place.opened_on, Place.name, PlaceTitle.title)
    )
    return tuple((row.name, row.title) for row in rows)


def _latest(known: ColumnElement[bool], *, upto: int) -> YearFigures | None:
    return db.session.execute(
        select(YearFigures).where(known, YearFigures.year <= upto).order_by(YearFigures.year.desc()).limit(1)
    ).scalar_one_or_none()


def _next_target(year: int) -> YearFigures | None:
    """What is aimed at next: the target of the first later year that has one, else of this year."""
    return db.session.execute(
        select(YearFigures)
        .where(YearFigures.target_cm.is_not(None), YearFigures.year >= year)
        .order_by(YearFigures.year == year, YearFigures.year)
        .limit(1)
    ).scalar_one_or_none()


def _equipment(first: date, last: date) -> dict[str, int | None]:
    applied = _sum(Grant.applied_on.between(first, last))
    arrived = _sum(Grant.arrived_on.between(first, last), Grant.state == GrantState.ARRIVED.value)
    there = db.session.execute(
        select(func.count().label("sets"), func.count(EquipmentSet.town_id.distinct()).label("towns")).where(
            EquipmentSet.distributed_on.between(first, last)
        )
    ).one()
    return {
        "sets_applied": applied,
        "sets_arrived": arrived,
        "sets_distributed": there.sets or None,
        "towns_served": there.towns or None,
    }


def _sum(*which: ColumnElement[bool]) -> int | None:
    found = db.session.execute(select(func.sum(Grant.sets)).where(*which)).scalar_one_or_none()
    return int(found) if found is not None else None
