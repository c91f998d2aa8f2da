"""The year of a sports office in figures: what the annual work report says, and where each figure comes from.

人次 (attendances) and 人 (different people) are never mixed: a person at three stations is three 人次 and one 人.
What was not entered is None and left out of the text: it is not nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from app.core.text import N_

Value = int | Decimal | None
TEN_THOUSAND = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Held:
    """An activity that took place: `attendances` 人次 are its people too, since each is counted once there."""

    code: str
    name: str
    day: date
    attendances: int
    finished: int


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """A season of a series: its stations of the year, and the different people over all of them."""

    season_id: uuid.UUID
    series: str
    season: str
    stations: tuple[Held, ...]
    people: int

    @property
    def attendances(self) -> int:
        """人次 over the stations."""
        return sum(one.attendances for one in self.stations)

    @property
    def finished(self) -> int:
        """How often a whole way was walked."""
        return sum(one.finished for one in self.stations)


@dataclass(frozen=True, slots=True)
class GamesPart:
    """Games of the year. `edition` None: an event that was hosted for others, like a city's wrestling."""

    code: str
    name: str
    edition: int | None
    disciplines: tuple[str, ...]
    events: int
    decided: int
    delegations: int
    entries: int


@dataclass(frozen=True, slots=True)
class SquadPart:
    """Who was sent to higher games, and what they brought home."""

    name: str
    games: str
    athletes: int
    disciplines: int
    gold: int
    silver: int
    bronze: int

    @property
    def medals(self) -> int:
        """All medals."""
        return self.gold + self.silver + self.bronze


@dataclass(frozen=True, slots=True)
class TroupePart:
    """A display troupe and its award."""

    name: str
    event: str
    people: int
    award: str
    rehearsals: int = 0


@dataclass(frozen=True, slots=True)
class PlacesPart:
    """Grounds, ways and equipment at the end of the year. Areas in ㎡, lengths in km."""

    ground_m2: Value = None
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

    @property
    def greenway_km(self) -> Decimal | None:
        """Over all greenways."""
        return sum((km for _, km in self.greenways), Decimal()) if self.greenways else None

    @property
    def ground_wan(self) -> Decimal | None:
        """The grounds in 万㎡, as reports write it."""
        return None if self.ground_m2 is None else rounded(Decimal(self.ground_m2) / TEN_THOUSAND, 1)


@dataclass(frozen=True, slots=True)
class ServicePart:
    """Volunteers of the year."""

    people: int
    hours: Decimal


@dataclass(frozen=True, slots=True)
class AnnualReport:
    """Everything that the report of a year is made from."""

    year: int
    series: tuple[SeriesPart, ...] = ()
    others: tuple[Held, ...] = ()
    games: tuple[GamesPart, ...] = ()
    squads: tuple[SquadPart, ...] = ()
    troupes: tuple[TroupePart, ...] = ()
    places: PlacesPart = PlacesPart()
    service: ServicePart | None = None
    people: int = 0
    """Different people over every activity of the year."""

    @property
    def held(self) -> tuple[Held, ...]:
        """Every activity with a check-in of its own."""
        return tuple(one for part in self.series for one in part.stations) + self.others

    @property
    def attendances(self) -> int:
        """人次 over everything of the year."""
        return sum(one.attendances for one in self.held)

    @property
    def own_games(self) -> tuple[GamesPart, ...]:
        """Editions of the office's own games."""
        return tuple(one for one in self.games if one.edition is not None)

    @property
    def hosted(self) -> tuple[GamesPart, ...]:
        """What was hosted for others."""
        return tuple(one for one in self.games if one.edition is None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known of that year."""
        return (
            not (self.held or self.games or self.squads or self.troupes or self.service) and self.places == PlacesPart()
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure's list stands: an endpoint and its arguments."""

    endpoint: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the report. `label` and `unit` are msgids; `key` is its name in the Word template."""

    key: str
    label: str
    unit: str
    value: Value
    source: Source | None = None
    before: Value = None

    @property
    def change(self) -> Value:
        """Against the year before; None where either is not known."""
        if self.value is None or self.before is None:
            return None
        return self.value - self.before


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as such figures are printed; 119.0 stays 119."""
    found = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return found.to_integral_value() if found == found.to_integral_value() else found


NAMES: Mapping[str, tuple[str, str]] = {
    "stations_n": (N_("系列活动站数"), N_("站")),
    "series_attendances": (N_("系列活动参加人次"), N_("人次")),
    "series_people": (N_("系列活动参加人数"), N_("人")),
    "attendances": (N_("全年参加人次"), N_("人次")),
    "people": (N_("全年参加人数"), N_("人")),
    "games_disciplines": (N_("运动会大项"), N_("个")),
    "games_events": (N_("运动会活动"), N_("项")),
    "games_delegations": (N_("参赛代表团"), N_("个")),
    "hosted_n": (N_("承办比赛"), N_("次")),
    "athletes": (N_("选拔运动员"), N_("人")),
    "squad_disciplines": (N_("参加上级赛事大项"), N_("个")),
    "medals": (N_("获得奖牌"), N_("枚")),
    "gold": (N_("其中金牌"), N_("枚")),
    "troupe_people": (N_("团体展演"), N_("人")),
    "ground_wan": (N_("体育场地"), N_("万㎡")),
    "per_capita": (N_("人均场地"), N_("㎡")),
    "target": (N_("人均场地目标"), N_("㎡")),
    "missing_m2": (N_("离目标还差"), N_("㎡")),
    "greenway_km": (N_("绿道"), N_("km")),
    "sets_applied": (N_("申请器材"), N_("套")),
    "sets_distributed": (N_("发放器材"), N_("套")),
    "volunteers": (N_("志愿者"), N_("人")),
    "volunteer_hours": (N_("志愿服务时长"), N_("小时")),
}
"""Every figure by its name in the Word template: label and unit, in the order of the report."""


def figures(report: AnnualReport, before: AnnualReport | None = None) -> tuple[Figure, ...]:
    """What is known of a year in the order of the report, beside the same of the year before."""
    here, earlier = _all(report), _all(before) if before is not None and not before.is_empty else {}
    return tuple(
        Figure(key, *NAMES[key], *here[key], earlier.get(key, (None, None))[0]) for key in NAMES if key in here
    )


_Known = dict[str, tuple[Value, Source | None]]


def _all(report: AnnualReport) -> _Known:
    known = _walks(report) | _competitions(report) | _squads(report) | _places(report)
    if report.service is not None:
        where = Source("volunteers.hours", {"year": str(report.year)})
        known["volunteers"] = (report.service.people, where)
        known["volunteer_hours"] = (rounded(report.service.hours, 1), where)
    return {key: found for key, found in known.items() if found[0] is not None}


def _summed(report: AnnualReport, section: str) -> Source:
    """The section of the report's own page that a figure is summed up in: other pages show today, not that year."""
    return Source("reports.annual", {"year": str(report.year), "_anchor": section})


def _walks(report: AnnualReport) -> _Known:
    season = Source("dashboards.season", {"season_id": str(report.series[0].season_id)}) if report.series else None
    listed = _summed(report, "held")
    return {
        "stations_n": (sum(len(one.stations) for one in report.series), season),
        "series_attendances": (sum(one.attendances for one in report.series), season),
        "series_people": (sum(one.people for one in report.series), season),
        "attendances": (report.attendances, listed),
        "people": (report.people, listed),
    }


def _competitions(report: AnnualReport) -> _Known:
    own, hosted = report.own_games, report.hosted
    of_own = Source("games.overview", {"games_ref": own[0].code}) if own else Source("games.office_list")
    of_hosted = Source("games.overview", {"games_ref": hosted[0].code}) if hosted else Source("games.office_list")
    return {
        "games_disciplines": (
            sum(len(one.disciplines) for one in own),
            _summed(report, "programme") if own else of_own,
        ),
        "games_events": (sum(one.events for one in own), of_own),
        "games_delegations": (sum(one.delegations for one in own), of_own),
        "hosted_n": (len(hosted), of_hosted),
    }


def _squads(report: AnnualReport) -> _Known:
    where, squads, troupes = Source("squads.office_list"), report.squads, report.troupes
    summed = _summed(report, "squads")
    return {
        "athletes": (sum(one.athletes for one in squads) if squads else None, where),
        "squad_disciplines": (sum(one.disciplines for one in squads) if squads else None, summed),
        "medals": (sum(one.medals for one in squads) if squads else None, where),
        "gold": (sum(one.gold for one in squads) if squads else None, summed),
        "troupe_people": (sum(one.people for one in troupes) if troupes else None, where),
    }


def _places(report: AnnualReport) -> _Known:
    where, grants, here = _summed(report, "places"), Source("facilities.grants"), report.places
    return {
        "ground_wan": (here.ground_wan, where),
        "per_capita": (here.per_capita, where),
        "target": (here.target, where),
        "missing_m2": (here.missing_m2, where),
        "greenway_km": (here.greenway_km, where),
        "sets_applied": (here.sets_applied, grants),
        "sets_distributed": (here.sets_distributed, grants),
    }
