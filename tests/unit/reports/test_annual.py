"""The figures of a year: 人次 and 人 apart, what is not known left out, the year before beside it."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

import pytest

from app.core.clock import now, office_time
from app.games.constants import GamesStatus
from app.reports.queries.annual import annual_report, years
from app.reports.rules.annual import (
    NAMES,
    AnnualReport,
    GamesPart,
    Held,
    PlacesPart,
    SeriesPart,
    ServicePart,
    SquadPart,
    TroupePart,
    figures,
    rounded,
)
from tests.factories import activities, games, walks

DAY = date(2021, 5, 1)
SERIES = SeriesPart(
    uuid.UUID(int=1),
    "悦跑",
    "悦跑 2021",
    (Held("a", "西集站", DAY, 12_000, 9_000), Held("b", "冯卯站", DAY, 100, 90)),
    11_000,
)
WHOLE = AnnualReport(
    year=2021,
    series=(SERIES,),
    others=(Held("c", "排练", DAY, 300, 0),),
    games=(
        GamesPart("sd11", "第十一届", 11, ("广场舞", "太极拳"), 84, 84, 10, 900),
        GamesPart("w", "摔跤", None, ("摔跤",), 30, 30, 6, 180),
    ),
    squads=(SquadPart("市运会队", "市十运会", 400, 18, 34, 31, 38),),
    troupes=(TroupePart("展演", "开幕式展演", 300, "优秀奖"),),
    places=PlacesPart(
        ground_m2=1_190_000,
        per_capita=Decimal("2.6"),
        greenways=(("环岩马湖", Decimal("20.5")), ("龙河", Decimal("29.5"))),
    ),
    service=ServicePart(40, Decimal("322.25")),
    people=11_200,
)


def by_key(*years_):
    return {one.key: one for one in figures(*years_)}


class TestFigures:
    def test_attendances_are_summed_and_people_are_not(self):
        found = by_key(WHOLE)
        assert [found[key].value for key in ("stations_n", "series_attendances", "series_people")] == [
            2,
            12_100,
            11_000,
        ]
        assert [found[key].value for key in ("attendances", "people")] == [12_400, 11_200]

    def test_own_games_and_hosted_ones_are_apart(self):
        found = by_key(WHOLE)
        assert [found[key].value for key in ("games_disciplines", "games_events", "games_delegations")] == [2, 84, 10]
        assert found["hosted_n"].value == 1
        assert found["games_events"].source.args == {"games_ref": "sd11"}
        assert found["hosted_n"].source.args == {"games_ref": "w"}

    def test_medals_grounds_and_ways(self):
        found = by_key(WHOLE)
        assert (found["medals"].value, found["gold"].value) == (103, 34)
        assert (found["ground_wan"].value, found["greenway_km"].value) == (119, 50)
        assert found["volunteer_hours"].value == Decimal("322.3")

    def test_what_is_not_known_is_no_figure(self):
        found = by_key(AnnualReport(2021))
        assert set(found) == {
            "stations_n",
            "series_attendances",
            "series_people",
            "attendances",
            "people",
            "games_disciplines",
            "games_events",
            "games_delegations",
            "hosted_n",
        }
        assert AnnualReport(2021).is_empty
        assert not WHOLE.is_empty

    def test_they_stand_in_the_order_of_the_report(self):
        keys = [one.key for one in figures(WHOLE)]
        assert keys == [key for key in NAMES if key in keys]

    def test_beside_the_year_before(self):
        before = AnnualReport(2020, series=(SERIES,), people=12_000)
        found = by_key(WHOLE, before)
        assert (found["people"].before, found["people"].change) == (12_000, -800)
        assert (found["medals"].before, found["medals"].change) == (None, None)

    def test_a_year_of_which_nothing_is_known_is_no_zero(self):
        assert by_key(WHOLE, AnnualReport(2020))["people"].before is None

    @pytest.mark.parametrize(
        ("value", "places", "expected"), [("2.55", 1, "2.6"), ("119.00", 1, "119"), ("0.05", 1, "0.1"), ("2.5", 0, "3")]
    )
    def test_rounding_is_half_up(self, value, places, expected):
        assert str(rounded(Decimal(value), places)) == expected


@pytest.mark.usefixtures("ctx", "clock")
class TestFromTheStore:
    def test_a_year_holds_what_began_in_it_by_the_office_s_clock(self, clock):
        clock.at(2031, 3, 1)
        season = activities.season(year=2030)
        people = [walks.person(name=f"张{n}") for n in range(3)]
        last = walks.make_walk(
            ways={"TY": ("S", "F")}, season_id=season, name="年末站", starts_at=office_time(2030, 12, 31, 23)
        )
        next_year = walks.make_walk(
            ways={"TY": ("S", "F")}, season_id=season, name="元旦站", starts_at=office_time(2031, 1, 1, 0)
        )
        for walk in (last, next_year):
            outcomes = walks.enrol(walk, *people, at=walk.starts_at - activities.HOUR)
            walks.read(walks.device(walk), *(walks.scan(one, "S", 0, walk=walk) for one in outcomes[:2]))
        report = annual_report(2030)
        (part,) = report.series
        assert ([one.name for one in part.stations], part.attendances, part.people) == (["年末站"], 2, 2)
        assert annual_report(2031).attendances == 2
        assert years() == [2031, 2030]

    def test_what_is_to_come_a_draft_and_what_was_cancelled_do_not_count(self, clock):
        soon = now() + 5 * activities.HOUR
        for status in ("published", "draft", "cancelled"):
            walks.make_walk(ways={"TY": ("S", "F")}, starts_at=soon, status=status)
        assert annual_report(2030).held == ()

    def test_games_but_no_drafts(self, clock):
        games.make_games(
            code="g11", edition=11, starts_on=date(2030, 5, 1), ends_on=date(2030, 5, 3), status=GamesStatus.FINISHED
        )
        games.make_games(
            code="host", edition=None, starts_on=date(2030, 4, 1), ends_on=date(2030, 4, 3), status=GamesStatus.RUNNING
        )
        games.make_games(code="later", starts_on=date(2030, 9, 1), ends_on=date(2030, 9, 3), status=GamesStatus.DRAFT)
        report = annual_report(2030)
        assert [one.code for one in report.games] == ["g11", "host"]
        assert ([one.code for one in report.own_games], [one.code for one in report.hosted]) == (["g11"], ["host"])

    def test_an_empty_office(self):
        assert annual_report(2030).is_empty
        assert years() == []
