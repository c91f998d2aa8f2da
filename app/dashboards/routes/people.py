"""The people behind each figure of an activity: a page, files, paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.activities.queries import Station
from app.checkins.queries.attendance import (
    AttendeePage,
    PeopleFilter,
    Who,
    all_people,
    count_people,
    people_page,
)
from app.core.clock import now
from app.core.ids import NIL
from app.core.permissions import Permission
from app.core.spreadsheets import Sheet
from app.core.text import N_
from app.dashboards.documents import people_columns
from app.dashboards.queries.station import category_parts, points_of, town_parts
from app.dashboards.routes.files import Subject, check_size, csv_file, xlsx_file
from app.dashboards.routes.frame import blueprint, counted_station
from app.dashboards.rules.asking import NONE, age_asked, narrowed, quarter_asked, sex_asked, unknown
from app.dashboards.rules.figures import Part, Point, quarter_label
from app.people.constants import Sex
from app.people.rules.ages import AGE_BANDS
from app.registrations.constants import RegistrationState
from app.web.access import requires
from app.web.paging import Pager, page_number, pager
from app.web.texts import say

T = TypeVar("T")
NARROWING = ("checkpoint", "category", "town", "age", "sex", "quarter")
ON_PAPER = 2_000
"""People on one print; more are a matter for a file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A list that was asked for, with everything to name its parts by."""

    station: Station
    filter: PeopleFilter
    values: dict[str, str]
    points: tuple[Point, ...]
    categories: tuple[Part, ...]
    towns: tuple[Part, ...]

    @property
    def point(self) -> Point | None:
        """The checkpoint that the list is narrowed to."""
        return next((one for one in self.points if one.id == self.filter.checkpoint_id), None)

    @property
    def words(self) -> list[str]:
        """What the list is narrowed to, in words: the checkpoint, its quarter of an hour, category, 镇街."""
        found = [self.point.name] if self.point else []
        if self.filter.quarter is not None:
            found.append(quarter_label(self.filter.quarter))
        found += [part.name for part in self.categories if part.id == self.filter.category_id]
        found += [part.name for part in self.towns if part.id == self.filter.town_id]
        return found

    def url(self, endpoint: str = "dashboards.people", **changed: Any) -> str:
        """The address of the same list, with something changed."""
        there: dict[str, Any] = {"what": self.filter.who.value, **self.values, **changed}
        return url_for(endpoint, activity_ref=self.station.activity.code, **there)

    @property
    def paper_url(self) -> str:
        """The same list on paper."""
        return self.url("dashboards.people_paper")

    @property
    def xlsx_url(self) -> str:
        """The same list for Excel."""
        return self.url("dashboards.export_people")

    @property
    def csv_url(self) -> str:
        """The same list as CSV."""
        return self.url("dashboards.export_people_csv")


@blueprint.get("/office/activities/<activity_ref>/attendance/people")
@requires(Permission.ATTENDANCE_VIEW, of="activity_ref")
def people(activity_ref: str) -> str:
    """One page of the list."""
    asked = _asked(activity_ref)
    page = people_page(asked.station.activity.id, asked.filter, page_number())
    return render_template(
        "dashboards/people.html", pager=_pager(asked, page), rows=page.rows, who=list(Who), **_shared(asked)
    )


@blueprint.get("/office/activities/<activity_ref>/attendance/people/print")
@requires(Permission.ATTENDANCE_VIEW, of="activity_ref")
def people_paper(activity_ref: str) -> str:
    """The list on paper, at most ON_PAPER people."""
    asked = _asked(activity_ref)
    activity_id = asked.station.activity.id
    total = count_people(activity_id, asked.filter)
    rows = list(all_people(activity_id, asked.filter, limit=ON_PAPER))
    return render_template(
        "dashboards/people_paper.html", rows=rows, total=total, limit=ON_PAPER, as_of=now(), **_shared(asked)
    )


@blueprint.get("/office/activities/<activity_ref>/attendance/people.xlsx")
@requires(Permission.ATTENDANCE_EXPORT, of="activity_ref")
def export_people(activity_ref: str) -> Response:
    """The list as an Excel file."""
    asked = _asked(activity_ref)
    check_size(count_people(asked.station.activity.id, asked.filter))
    sheet = Sheet(say(asked.filter.who.label), people_columns(say, point=_point_name(asked)), _table(asked))
    return xlsx_file([sheet], _name(asked), _subject(asked))


@blueprint.get("/office/activities/<activity_ref>/attendance/people.csv")
@requires(Permission.ATTENDANCE_EXPORT, of="activity_ref")
def export_people_csv(activity_ref: str) -> Response:
    """The list as CSV, however long."""
    asked = _asked(activity_ref)
    return csv_file(people_columns(say, point=_point_name(asked)), _table(asked), _name(asked), _subject(asked))


# --------------------------------------------------------------------------- what is asked for


def _asked(activity_ref: str) -> Asked:
    found = counted_station(activity_ref)
    values = narrowed(request.args, NARROWING)
    what = request.args.get("what", Who.CAME.value)
    if what not in set(Who):
        raise unknown()
    points, categories, towns = points_of(found), category_parts(found), town_parts()
    point = _named(values.get("checkpoint", ""), [(point.code, point) for point in points])
    category = _named(values.get("category", ""), [(part.key, part) for part in categories])
    town = _named(values.get("town", ""), [(NONE, Part(NIL, NONE, "")), *((one.key, one) for one in towns)])
    return Asked(
        station=found,
        filter=PeopleFilter(
            who=Who(what),
            checkpoint_id=point.id if point else None,
            category_id=category.id if category else None,
            town_id=town.id if town else None,
            age_band=age_asked(values.get("age", "")),
            sex=sex_asked(values.get("sex", "")),
            quarter=quarter_asked(values.get("quarter", "")),
        ),
        values=values,
        points=points,
        categories=categories,
        towns=towns,
    )


def _named(code: str, known: Iterable[tuple[str, T]]) -> T | None:
    if not code:
        return None
    found = next((thing for name, thing in known if name == code), None)
    if found is None:
        raise unknown()
    return found


# --------------------------------------------------------------------------- what is shown


def _shared(asked: Asked) -> dict[str, object]:
    return {
        "asked": asked,
        "activity": asked.station.activity,
        "season": asked.station.season,
        "category_names": {part.id: part.name for part in asked.categories},
        "town_names": {part.id: part.name for part in asked.towns},
        "bands": AGE_BANDS,
        "sexes": list(Sex),
        "sex_names": {sex.value: say(sex.label) for sex in Sex},
    }


def _pager(asked: Asked, page: AttendeePage) -> Pager:
    return pager(page.number, page.pages, page.total, lambda number: asked.url(page=number))


def _point_name(asked: Asked) -> str | None:
    return asked.point.name if asked.point else None


def _table(asked: Asked) -> Iterator[tuple[object, ...]]:
    """The rows of a file, made one by one."""
    categories = {part.id: part.name for part in asked.categories}
    towns = {part.id: part.name for part in asked.towns}
    yes = say(N_("是"))
    sexes = {sex.value: say(sex.label) for sex in Sex}
    states = {state: say(state.label) for state in RegistrationState}
    for one in all_people(asked.station.activity.id, asked.filter):
        row = (
            one.bib,
            one.name,
            categories.get(one.category_id),
            states[one.state],
            yes if one.walk_in else None,
            sexes.get(one.sex),
            one.age_band or None,
            towns.get(one.town_id) if one.town_id else None,
            one.first_at,
            one.points if one.first_at else None,
            one.finished_at,
            yes if one.incomplete else None,
        )
        yield (*row, one.at) if asked.point else row


def _name(asked: Asked) -> str:
    return "-".join([asked.station.activity.name, say(asked.filter.who.label), *asked.words])


def _subject(asked: Asked) -> Subject:
    activity_id = asked.station.activity.id
    return Subject(
        kind="activity",
        id=activity_id,
        scope_id=activity_id,
        what=asked.filter.who.value,
        narrowed=tuple(asked.values.items()),
    )
