"""The demo year: ways that can be walked, and a family with a history."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import Account
from app.activities.queries import seasons
from app.activities.rules.route import route_of
from app.core.clock import local, now, office_time
from app.core.db import db
from app.core.errors import DomainError
from app.operations.demo.accounts import make_accounts
from app.operations.demo.stations import (
    REGISTRATION_CLOSES_BEFORE,
    SEASON_2021,
    next_station,
    today_station,
)
from app.operations.demo.ways import gpx_of
from app.operations.demo.year import load_year
from app.people.constants import Relation
from app.portal.queries.mine import mine, stamps
from tests.factories import people

STATIONS = (*SEASON_2021, today_station(now()), next_station(now()))


@pytest.mark.parametrize("station", STATIONS, ids=lambda one: one.code)
def test_a_station_has_a_round_of_eighteen_kilometres(station):
    route = route_of(gpx_of(station.name, station.centre))
    assert route["km"] == 18.0
    assert route["points"][0] == route["points"][-1]
    assert 80 < route["ascent_m"] < 500


def test_no_two_stations_have_the_same_way():
    drawn = [route_of(gpx_of(station.name, station.centre))["points"] for station in STATIONS]
    assert all(one != other for one, other in itertools.combinations(drawn, 2))


AWKWARD = {
    "friday evening": office_time(2026, 11, 27, 20, 13),
    "saturday before eight": office_time(2026, 11, 28, 7, 59),
    "midnight": office_time(2026, 11, 30, 0, 0),
    "the last minute of a year": office_time(2026, 12, 31, 23, 59),
    "a leap day": office_time(2028, 2, 29, 12),
}


@pytest.mark.parametrize("hours", range(0, 24 * 7, 5))
def test_the_coming_station_takes_registrations_for_a_day_whatever_the_hour(hours):
    at = office_time(2026, 11, 23, 0, 30) + timedelta(hours=hours)
    starts = next_station(at).starts_at
    assert (local(starts).weekday(), local(starts).hour) == (5, 8)
    assert timedelta(days=1) <= starts - REGISTRATION_CLOSES_BEFORE - at < timedelta(days=8)


@pytest.mark.parametrize("at", AWKWARD.values(), ids=AWKWARD)
def test_the_year_loads_at_an_awkward_hour(ctx, tmp_path, at):
    with time_machine.travel(at, tick=True):
        people.notice()
        report = load_year(people=20, seed=7, say=lambda _line: None)
        make_accounts(report.family, instance=tmp_path, live=today_station(at).code, coming=next_station(at).code)
    assert {"BZ-TODAY", "CT-NEXT"} <= set(report.activities)


@pytest.fixture
def year(ctx, tmp_path):
    """A small year and its accounts."""
    people.notice()
    report = load_year(people=20, seed=7, say=lambda _line: None)
    make_accounts(report.family, instance=tmp_path, live=today_station(now()).code, coming=next_station(now()).code)
    return report


def test_the_family_has_walked_all_of_2021_and_is_proven(year):
    holder = db.session.execute(select(Account.id).where(Account.phone.is_not(None))).scalars().one()
    found = mine(holder)
    assert [one.name for one in found.people] == ["张玉兰", "王德福", "王一诺"]
    assert [one.relation for one in found.people] == [Relation.SELF, Relation.PARENT, Relation.CHILD]
    assert all(one.proven for one in found.people)
    old = next(card.season for card in seasons() if card.season.year == 2021)
    for person in found.people[:2]:
        assert [one.earned for one in stamps(old.id, person.id)] == [True] * 4
    assert not any(one.earned for one in stamps(old.id, found.people[2].id))


def test_the_year_is_loaded_once(year):
    with pytest.raises(DomainError, match="演示数据已经在了"):
        load_year(people=20, seed=7, say=lambda _line: None)
