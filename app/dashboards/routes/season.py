"""Stations side by side: a season, its people, and a series over its seasons."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries import ListFilter, SeasonCard, office_list, seasons
from app.checkins.queries.seasons import Walker, all_walkers, walkers_page
from app.core.clock import now
from app.core.permissions import Permission
from app.core.spreadsheets import Column, Sheet
from app.core.text import N_
from app.dashboards.documents import season_sheets, walker_columns, walker_row
from app.dashboards.queries.season import (
    StationRow,
    named_season,
    season_view,
    series_view,
    stations_of,
    with_counts,
)
from app.dashboards.queries.station import town_parts
from app.dashboards.routes.files import Subject, check_size, csv_file, xlsx_file
from app.dashboards.routes.frame import blueprint, hear
from app.dashboards.rules.asking import station_count_asked
from app.web.access import requires, the_caller
from app.web.paging import page_number, pager
from app.web.texts import say


@blueprint.get("/office/attendance")
@requires(Permission.ATTENDANCE_VIEW, anywhere=True)
def overview() -> str:
    """Every activity of the caller's scopes with its whole counts, the newest day first."""
    scopes, at = the_caller().scopes_with(Permission.ATTENDANCE_VIEW), now()
    page = office_list(scopes, ListFilter(), now=at, number=page_number())
    hear(page.rows, at)
    return render_template(
        "dashboards/overview.html",
        rows=with_counts(page.rows),
        seasons=seasons(scopes),
        pager=pager(page.number, page.pages, page.total, lambda number: url_for("dashboards.overview", page=number)),
        at=at,
    )


@blueprint.get("/office/seasons/<uuid:season_id>/attendance")
@requires(Permission.ATTENDANCE_VIEW, of="season_id")
def season(season_id: uuid.UUID) -> str:
    """A season: each station, the different people behind them, and by how many stations they did."""
    found = named_season(season_id)
    hear([row.card for row in stations_of(season_id)], now())
    return render_template("dashboards/season.html", view=season_view(found, now()), at=now())


@blueprint.get("/office/seasons/<uuid:season_id>/attendance/print")
@requires(Permission.ATTENDANCE_VIEW, of="season_id")
def season_paper(season_id: uuid.UUID) -> str:
    """The season on paper."""
    return render_template("dashboards/season_paper.html", view=season_view(named_season(season_id), now()), at=now())


@blueprint.get("/office/seasons/<uuid:season_id>/attendance.xlsx")
@requires(Permission.ATTENDANCE_EXPORT, of="season_id")
def export_season(season_id: uuid.UUID) -> Response:
    """The season's tables as an Excel file."""
    view = season_view(named_season(season_id), now())
    sheets = season_sheets(
        [(row.card.name, row.card.starts_at, row.split) for row in view.stations],
        attended=view.spread.by_stations(),
        finished=view.spread.by_finished(),
        say=say,
    )
    name = f"{view.season.season.name}-{_('到场统计')}"
    return xlsx_file(sheets, name, Subject("season", season_id, "figures"))


@blueprint.get("/office/series/<uuid:series_id>/attendance")
@requires(Permission.ATTENDANCE_VIEW, anywhere=True)
def series(series_id: uuid.UUID) -> str:
    """A series over those of its seasons that the caller may look at."""
    scopes = the_caller().scopes_with(Permission.ATTENDANCE_VIEW)
    return render_template("dashboards/series.html", view=series_view(series_id, scopes))


# --------------------------------------------------------------------------- the people of a season


@dataclass(frozen=True, slots=True)
class Walkers:
    """A list of a season's people: who attended, or finished, exactly so many stations."""

    season: SeasonCard
    stations: tuple[StationRow, ...]
    attended: int | None
    finished: int | None

    @property
    def ids(self) -> list[uuid.UUID]:
        """The season's stations."""
        return [row.card.id for row in self.stations]

    @property
    def title(self) -> str:
        """What the list is called."""
        if self.finished is not None and self.finished == len(self.stations):
            return str(_("走完全部 %(n)s 站", n=self.finished))
        if self.finished is not None:
            return str(_("走完 %(n)s 站", n=self.finished))
        if self.attended is not None:
            return str(_("到场 %(n)s 站", n=self.attended))
        return str(_("到场的人"))

    @property
    def is_keepsake(self) -> bool:
        """Whether these are the people whom the keepsake is for."""
        return self.finished is not None and self.finished == len(self.stations)

    def url(self, endpoint: str = "dashboards.walkers", page: int | None = None) -> str:
        """The address of the same list."""
        return url_for(
            endpoint,
            season_id=self.season.season.id,
            stations=self.attended,
            finished=self.finished,
            page=page,
        )

    @property
    def xlsx_url(self) -> str:
        """The same list for Excel."""
        return self.url("dashboards.export_walkers")

    @property
    def csv_url(self) -> str:
        """The same list as CSV."""
        return self.url("dashboards.export_walkers_csv")


@blueprint.get("/office/seasons/<uuid:season_id>/attendance/people")
@requires(Permission.ATTENDANCE_VIEW, of="season_id")
def walkers(season_id: uuid.UUID) -> str:
    """One page of the list: name, stations, when each was finished."""
    asked = _asked(season_id)
    page = walkers_page(asked.ids, number=page_number(), stations=asked.attended, finished=asked.finished)
    return render_template(
        "dashboards/walkers.html",
        asked=asked,
        rows=page.rows,
        town_names={part.id: part.name for part in town_parts()},
        pager=pager(page.number, page.pages, page.total, lambda number: asked.url(page=number)),
    )


@blueprint.get("/office/seasons/<uuid:season_id>/attendance/people.xlsx")
@requires(Permission.ATTENDANCE_EXPORT, of="season_id")
def export_walkers(season_id: uuid.UUID) -> Response:
    """The list as an Excel file: who gets the keepsake signs on it."""
    asked, columns, rows = _table(season_id)
    check_size(len(rows))
    return xlsx_file([Sheet(asked.title, columns, _lines(asked, rows))], _name(asked), _subject(asked))


@blueprint.get("/office/seasons/<uuid:season_id>/attendance/people.csv")
@requires(Permission.ATTENDANCE_EXPORT, of="season_id")
def export_walkers_csv(season_id: uuid.UUID) -> Response:
    """The list as CSV."""
    asked, columns, rows = _table(season_id)
    return csv_file(columns, _lines(asked, rows), _name(asked), _subject(asked))


def _asked(season_id: uuid.UUID) -> Walkers:
    found, stations = named_season(season_id), stations_of(season_id)
    most = len(stations)
    return Walkers(
        season=found,
        stations=stations,
        attended=station_count_asked(request.args.get("stations", ""), most),
        finished=station_count_asked(request.args.get("finished", ""), most),
    )


def _table(season_id: uuid.UUID) -> tuple[Walkers, list[Column], tuple[Walker, ...]]:
    asked = _asked(season_id)
    columns = walker_columns([row.card.name for row in asked.stations], say=say)
    return asked, columns, all_walkers(asked.ids, stations=asked.attended, finished=asked.finished)


def _lines(asked: Walkers, rows: Sequence[Walker]) -> Iterator[tuple[object, ...]]:
    towns = {part.id: part.name for part in town_parts()}
    came = say(N_("到场，没走完"))
    for one in rows:
        times: list[object] = []
        for activity_id in asked.ids:
            visit = one.visit(activity_id)
            times.append(None if visit is None else visit.finished_at or came)
        bibs = [visit.bib for visit in one.visits if visit.bib]
        town = towns.get(one.town_id) if one.town_id else None
        finished = sum(visit.finished_at is not None for visit in one.visits)
        yield walker_row(one.name, town, len(one.visits), finished, bibs, times)


def _name(asked: Walkers) -> str:
    return f"{asked.season.season.name}-{asked.title}"


def _subject(asked: Walkers) -> Subject:
    narrowed = {"stations": asked.attended, "finished": asked.finished}
    return Subject(
        kind="season",
        id=asked.season.season.id,
        what="walkers",
        narrowed=tuple((name, str(value)) for name, value in narrowed.items() if value is not None),
    )
