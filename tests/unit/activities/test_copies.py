"""Copies carry everything but people."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.activities.models import Activity, Category, Checkpoint, Season
from app.activities.queries import bib_blocks, season_stations, station
from app.activities.rules.route import route_of
from app.activities.services.copies import StationCopy, copy_season, copy_station
from app.activities.services.routes_gpx import clear_route, set_route
from app.activities.services.seasons import SeasonDraft
from app.activities.services.stations import change_window
from app.activities.services.terms import publish_terms
from app.audit.services import SYSTEM
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from tests.factories import activities as made
from tests.factories import registrations

pytestmark = pytest.mark.usefixtures("ctx", "clock")
YEAR = timedelta(weeks=52)
GPX = (
    b'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    b'<trkpt lat="35.0" lon="117.4"/><trkpt lat="35.01" lon="117.4"/></trkseg></trk></gpx>'
)
OWN = {"id", "code", "name", "season_id", "starts_at", "ends_at", "gate_opens_at", "status", "version"}
TIMES = ("starts_at", "ends_at", "gate_opens_at", "registration_opens_at", "registration_closes_at")


def copy(walk, code="copy", **more):
    wanted = StationCopy(walk.id, code, more.pop("name", "徐庄站"), more.pop("starts_at", walk.starts_at + YEAR))
    return copy_station(copy=wanted, season_id=more.pop("season_id", None), actor=SYSTEM)


def facts(found, by=timedelta()):
    """What a copy must share with its source: no ids, times as distances from the start."""
    start = found.activity.starts_at
    points = {one.id: one.code for one in found.checkpoints}
    groups = {one.id: one.code for one in found.categories}
    activity = {
        name: value - start if name in TIMES else value
        for name, value in asdict(found.activity).items()
        if name not in OWN | {"walkin_category_id"}
    }
    return {
        "activity": activity,
        "walks_in": groups.get(found.activity.walkin_category_id),
        "groups": [(one.draft, one.taken, one.waiting) for one in found.categories],
        "points": [(one.code, one.name, one.kind) for one in found.checkpoints],
        "stops": sorted(
            (
                groups[s.category_id],
                s.position,
                points[s.checkpoint_id],
                s.distance_m,
                s.opens_at - start,
                s.cutoff_at - start,
            )
            for s in found.stops
        ),
        "terms": found.terms.text,
    }


class TestStation:
    def test_the_same_on_another_day(self):
        walk = made.station()
        window = made.draft(starts_at=walk.starts_at).window
        change_window(activity_id=walk.id, version=None, window=replace(window, walkin_category="TZ"), actor=SYSTEM)
        set_route(activity_id=walk.id, version=None, gpx=GPX, route=route_of(GPX), actor=SYSTEM)
        target = station(copy(walk))
        assert facts(target) == facts(station(walk.id))
        assert target.activity.starts_at == walk.starts_at + YEAR
        assert target.activity.status == "draft"
        assert target.activity.route["km"] == 1.1
        assert db.session.get_one(Activity, target.activity.id).gpx == GPX

    def test_nobody_comes_along(self):
        walk = made.station()
        registrations.registered(walk)
        assert station(walk.id).category(walk.category).taken == 1
        copied = copy(walk)
        target = station(copied)
        assert [one.taken for one in target.categories] == [0, 0]
        assert [block.used for block in bib_blocks(copied)] == [0, 0]
        assert [block.used for block in bib_blocks(walk.id)] == [1, 0]

    def test_parts_are_rows_of_their_own(self):
        walk = made.station()
        target = station(copy(walk))
        source = station(walk.id)
        assert {one.id for one in target.categories}.isdisjoint(one.id for one in source.categories)
        assert {one.poster_code for one in target.checkpoints}.isdisjoint(one.poster_code for one in source.checkpoints)

    def test_terms_begin_anew_with_the_newest_text(self):
        walk = made.station()
        publish_terms(activity_id=walk.id, version=None, text="第二版", actor=SYSTEM)
        terms = station(copy(walk)).terms
        assert (terms.version, terms.text) == (1, "第二版")
        assert terms.id != station(walk.id).terms.id

    def test_a_code_belongs_to_one(self):
        walk = made.station()
        with pytest.raises(Conflict) as error:
            copy(walk, walk.code)
        assert (error.value.code, error.value.field) == ("code_taken", "code")
        assert db.session.execute(select(func.count()).select_from(Checkpoint)).scalar_one() == 5

    def test_an_unknown_source(self):
        wanted = StationCopy(uuid7(), "copy", "徐庄站", made.station().starts_at)
        with pytest.raises(NotFound):
            copy_station(copy=wanted, season_id=None, actor=SYSTEM)

    def test_an_unknown_season(self):
        with pytest.raises(DomainError) as error:
            copy(made.station(), season_id=uuid7())
        assert (error.value.code, error.value.field) == ("season_unknown", "season_id")


class TestRoute:
    def test_clearing_twice_is_clearing_once(self):
        walk = made.station()
        set_route(activity_id=walk.id, version=None, gpx=GPX, route=route_of(GPX), actor=SYSTEM)
        clear_route(activity_id=walk.id, version=None, actor=SYSTEM)
        cleared = station(walk.id).activity
        clear_route(activity_id=walk.id, version=None, actor=SYSTEM)
        assert station(walk.id).activity == cleared
        assert cleared.route is None

    def test_it_is_drawn_with_the_points_whose_distance_is_known(self):
        walk = made.station()
        assert station(walk.id).drawing is None
        set_route(activity_id=walk.id, version=None, gpx=GPX, route=route_of(GPX), actor=SYSTEM)
        drawing = station(walk.id).drawing
        assert drawing.km == 1.1
        assert drawing.marks == ()


class TestSeason:
    def wanted(self, season_id, **changes):
        series_id = db.session.get_one(Season, season_id).series_id
        return SeasonDraft(**{"series_id": series_id, "code": "s-2022", "name": "2022 赛季", "year": 2022} | changes)

    def test_all_stations_a_year_later(self):
        season_id = made.season()
        walks = [made.station(season_id=season_id) for _ in range(3)]
        copies = [StationCopy(walk.id, f"n{n}", f"站{n}", walk.starts_at + YEAR) for n, walk in enumerate(walks)]
        new = copy_season(source_id=season_id, draft=self.wanted(season_id), copies=copies, actor=SYSTEM)
        cards = season_stations(new)
        assert [(card.code, card.name, card.status, card.taken) for card in cards] == [
            ("n0", "站0", "draft", 0),
            ("n1", "站1", "draft", 0),
            ("n2", "站2", "draft", 0),
        ]
        assert [card.starts_at for card in cards] == [walk.starts_at + YEAR for walk in walks]
        assert len(season_stations(season_id)) == 3

    def test_some_stations_stay_behind(self):
        season_id = made.season()
        made.station(season_id=season_id)
        new = copy_season(source_id=season_id, draft=self.wanted(season_id), copies=[], actor=SYSTEM)
        assert season_stations(new) == ()

    def test_all_or_nothing_and_the_row_is_named(self):
        season_id = made.season()
        walks = [made.station(season_id=season_id) for _ in range(2)]
        copies = [StationCopy(walk.id, "same", "站", walk.starts_at + YEAR) for walk in walks]
        with pytest.raises(Conflict) as error:
            copy_season(source_id=season_id, draft=self.wanted(season_id), copies=copies, actor=SYSTEM)
        assert (error.value.code, error.value.field) == ("code_taken", "stations-1-code")
        assert db.session.execute(select(func.count()).select_from(Season)).scalar_one() == 1
        assert db.session.execute(select(func.count()).select_from(Category)).scalar_one() == 4

    def test_a_station_of_another_season(self):
        season_id, other = made.season(), made.season()
        walk = made.station(season_id=other)
        copies = [StationCopy(walk.id, "n", "站", walk.starts_at + YEAR)]
        with pytest.raises(DomainError) as error:
            copy_season(source_id=season_id, draft=self.wanted(season_id), copies=copies, actor=SYSTEM)
        assert error.value.code == "station_elsewhere"

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"year": 2021}, ("year_taken", "year")),
            ({"code": "新"}, ("code_form", "code")),
            ({"name": " "}, ("required", "name")),
            ({"year": 1999}, ("out_of_range", "year")),
            ({"series_id": uuid7()}, ("series_unknown", "series_id")),
        ],
    )
    def test_bad(self, change, why):
        season_id = made.season(year=2021)
        with pytest.raises(DomainError) as error:
            copy_season(source_id=season_id, draft=self.wanted(season_id, **change), copies=[], actor=SYSTEM)
        assert (error.value.code, error.value.field) == why

    def test_an_unknown_season(self):
        draft = self.wanted(made.season())
        with pytest.raises(NotFound) as error:
            copy_season(source_id=uuid7(), draft=draft, copies=[], actor=SYSTEM)
        assert error.value.code == "season_not_found"
