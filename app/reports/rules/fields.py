"""What stands between {{ and }} in the Word template: names, what they hold, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.text import N_
from app.reports.rules.annual import NAMES, TEN_THOUSAND, AnnualReport, Figure, PlacesPart, Value, rounded

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Field:
    """A name that a template may use, and what it holds (a msgid)."""

    name: str
    holds: str


PLAIN = (
    Field("year", N_("年份")),
    Field("office", N_("单位名称")),
    Field("made_on", N_("生成日期")),
)
LISTS = (
    Field("series", N_("系列活动，每项有 name、season、station_names、stations、attendances、people、finished")),
    Field("stations", N_("各站，每项有 name、day、attendances、finished")),
    Field("others", N_("其他活动，每项有 name、day、attendances")),
    Field(
        "own_games",
        N_("自办运动会，每项有 name、disciplines、all_disciplines、disciplines_n、events、delegations"),
    ),
    Field("hosted", N_("承办比赛，每项同上")),
    Field("squads", N_("选拔队伍，每项有 name、games、athletes、disciplines、medals、gold、silver、bronze")),
    Field("troupes", N_("展演队伍，每项有 name、event、people、award、rehearsals")),
    Field("greenways", N_("绿道，每项有 name、km")),
    Field("lines", N_("体育旅游线路，每项有 name、title")),
    Field("venues", N_("新建场馆，每项有 name、investment")),
    Field("figures", N_("全部数据，每项有 label、value、unit、before、change、source")),
)
"""Lists: `{%p for one in series %}` … `{%p endfor %}`."""


def written(value: Value | str) -> str:
    """A figure as the report prints it: thousands with commas, no needless zeros; unknown is a dash."""
    if value is None:
        return "—"
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        value = rounded(value, 2)
        whole = value == value.to_integral_value()
        return f"{int(value):,}" if whole else f"{value.normalize():,f}"
    return f"{value:,}"


def signed(value: Value) -> str:
    """A change with its sign: +1,200, −3, 0; unknown is a dash."""
    if value is None:
        return "—"
    return f"+{written(value)}" if value > 0 else written(value).replace("-", "−")


def context(
    report: AnnualReport,
    lines: Sequence[Figure],
    *,
    office: str,
    made_on: str,
    say: Say,
    address: Callable[[Figure], str],
) -> dict[str, Any]:
    """What the template is filled with: texts, and lists of mappings of texts. `address` names a figure's list."""
    joined, here = say(N_("、")), report.places
    return (
        {"year": str(report.year), "office": office, "made_on": made_on}
        | _activities(report, joined, say)
        | {
            "own_games": [_games(one, joined) for one in report.own_games],
            "hosted": [_games(one, joined) for one in report.hosted],
        }
        | _teams(report)
        | _places(here)
        | {"figures": [_line(one, say, address) for one in lines]}
        | single(lines)
    )


def _activities(report: AnnualReport, joined: str, say: Say) -> dict[str, Any]:
    return {
        "series": [
            {
                "name": one.series,
                "season": one.season,
                "station_names": joined.join(station.name for station in one.stations),
                "stations": written(len(one.stations)),
                "attendances": written(one.attendances),
                "people": written(one.people),
                "finished": written(one.finished),
            }
            for one in report.series
        ],
        "stations": [_held(station, say) for one in report.series for station in one.stations],
        "others": [_held(one, say) for one in report.others],
    }


def _teams(report: AnnualReport) -> dict[str, Any]:
    counts = ("athletes", "disciplines", "medals", "gold", "silver", "bronze")
    return {
        "squads": [
            {"name": one.name, "games": one.games} | {key: written(getattr(one, key)) for key in counts}
            for one in report.squads
        ],
        "troupes": [
            {
                "name": one.name,
                "event": one.event,
                "people": written(one.people),
                "award": one.award,
                "rehearsals": written(one.rehearsals),
            }
            for one in report.troupes
        ],
    }


def _places(here: PlacesPart) -> dict[str, Any]:
    return {
        "greenways": [{"name": name, "km": written(km)} for name, km in here.greenways],
        "lines": [{"name": name, "title": title} for name, title in here.lines],
        "venues": [
            {"name": name, "investment": written(None if yuan is None else yuan / TEN_THOUSAND)}
            for name, yuan in here.venues
        ],
        "population": written(here.population),
        "population_year": str(here.population_year or "—"),
        "target_year": str(here.target_year or "—"),
    }


def _line(one: Figure, say: Say, address: Callable[[Figure], str]) -> dict[str, str]:
    return {
        "label": say(one.label),
        "value": written(one.value),
        "unit": say(one.unit),
        "before": written(one.before),
        "change": signed(one.change),
        "source": address(one),
    }


def single(lines: Sequence[Figure]) -> dict[str, str]:
    """Every figure by its own name; what is not known is empty, so that `{% if %}` leaves its sentence out."""
    found = dict.fromkeys(NAMES, "")
    return found | {one.key: "" if one.value is None else written(one.value) for one in lines}


NAMED_FIRST = 5
"""So many disciplines are named before “等 18 个大项”."""


def _held(one: Any, say: Say) -> Mapping[str, str]:
    return {
        "name": one.name,
        "day": say(N_("%(month)s月%(day)s日"), month=one.day.month, day=one.day.day),
        "attendances": written(one.attendances),
        "finished": written(one.finished),
    }


def _games(one: Any, joined: str) -> Mapping[str, str]:
    return {
        "name": one.name,
        "disciplines": joined.join(one.disciplines[:NAMED_FIRST]),
        "all_disciplines": joined.join(one.disciplines),
        "disciplines_n": written(len(one.disciplines)),
        "events": written(one.events),
        "delegations": written(one.delegations),
        "entries": written(one.entries),
    }
