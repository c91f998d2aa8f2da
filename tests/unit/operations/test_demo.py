"""The demo year: ways that can be walked, and a family with a history."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import select

from app.accounts.models import Account
from app.activities.queries import seasons
from app.activities.rules.route import route_of
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.operations.demo.accounts import make_accounts
from app.operations.demo.stations import SEASON_2021, next_station, today_station
from app.operations.demo.ways import gpx_of
from app.operations.demo.year import load_year
from app.people.constants import Relation
from app.portal.queries.mine import mine, stamps
from tests.factories import people

STATIONS = (*SEASON_2021, today_station(now()), next_station(now()))


@pytest.mark.parametrize("station", STATIONS, ids=lambda one: one.code)
def test_a_station_has_a_round_of_eighteen_kilometres(station):
    route = route_of(gpx_of(station))
    assert route["km"] == 18.0
    assert route["points"][0] == route["points"][-1]
    assert 80 < route["ascent_m"] < 500


def test_no_two_stations_have_the_same_way():
    drawn = [route_of(gpx_of(station))["points"] for station in STATIONS]
    assert all(one != other for one, other in itertools.combinations(drawn, 2))


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
