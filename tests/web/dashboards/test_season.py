"""Seasons: attendances summed, people counted once, and who gets the keepsake."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert

from app.activities.constants import ActivityStatus
from app.activities.models import Activity
from app.audit.queries import history
from app.checkins.queries.seasons import spread, walkers_page
from app.core.clock import now
from app.core.db import db
from app.core.ids import NIL
from app.core.permissions import Role, Scope, ScopeKind
from app.core.transactions import act
from app.people.models import PersonAlias
from tests.factories import activities, walks
from tests.factories.saturdays import somebody
from tests.support.statements import fresh_session

pytestmark = pytest.mark.usefixtures("ctx", "clock")
DAY = timedelta(days=1)
NAMES = ("王德福", "李秀英", "陈小雨", "周强")


class Year:
    """Two stations that are over and one to come. 王德福 finishes both, 李秀英 one of two, 陈小雨 comes once."""

    def __init__(self) -> None:
        self.id = activities.season(year=2030)
        child = {"guardian_name": "陈建国", "guardian_phone": "+8613912345678", "guardian_relation": "parent"}
        self.people = [walks.person(name=name) for name in NAMES if name != "陈小雨"]
        self.people.insert(2, walks.person(name="陈小雨", birth=date(2020, 1, 9), phone=None, **child))
        self.first = self._station("西集站", now() - 60 * DAY)
        self.second = self._station("冯卯站", now() - 30 * DAY)
        self.third: walks.Walk | None = None
        one, two = (walks.enrol(walk, *self.people, at=walk.starts_at - DAY) for walk in (self.first, self.second))
        self.ids = [outcome.person_id for outcome in one]
        self._walk(self.first, one, finishes={0, 1}, comes={0, 1, 2})
        self._walk(self.second, two, finishes={0}, comes={0, 1})

    def _station(self, name: str, starts_at, **more) -> walks.Walk:
        return walks.make_walk(ways={"TY": ("S", "F")}, starts_at=starts_at, season_id=self.id, name=name, **more)

    def _walk(self, walk, outcomes, *, finishes, comes) -> None:
        items = [walks.scan(outcomes[n], "S", n, walk=walk) for n in comes]
        items += [walks.scan(outcomes[n], "F", 90 + n, walk=walk) for n in finishes]
        walks.read(walks.device(walk), *items)

    def add_third(self, status: str = "published") -> None:
        """A station to come."""
        self.third = self._station("徐庄站", now() + 30 * DAY, status=status)

    def url(self, rest: str = "") -> str:
        return f"/office/seasons/{self.id}/attendance{rest}"


@pytest.fixture
def year(ctx, clock) -> Year:
    return Year()


def cells(page, title: str) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in page.soup.select(f'[aria-label="{title}"] tbody tr')
    ]


def test_attendances_are_summed_and_people_counted_once(year, manager):
    page = manager.get(year.url())
    assert "5 人次 3 人" in page.main
    assert "人次是各站相加，去了几站算几次；人数是不同的人" in page.main
    assert [row[0] for row in cells(page, "各站")] == ["西集站", "冯卯站"]
    assert [row[3] for row in cells(page, "各站")] == ["3", "2"]


def test_people_are_counted_by_the_stations_they_did(year, manager):
    page = manager.get(year.url())
    assert [row[:2] for row in cells(page, "到场")] == [["2 站", "2"], ["1 站", "1"]]
    assert [row[:2] for row in cells(page, "走完")] == [["2 站", "1"], ["1 站", "1"]]
    found = spread([year.first.id, year.second.id])
    assert (found.people, found.attendances, dict(found.cells)) == (3, 5, {(2, 2): 1, (2, 1): 1, (1, 0): 1})


def test_each_number_of_stations_leads_to_its_people(year, manager):
    page = manager.get(year.url())
    links = [link for link in page.soup.select("main td a") if "/attendance/people" in link["href"]]
    assert len(links) == 4
    for link in links:
        assert f"共 {link.get_text(strip=True)} 人" in manager.get(link["href"]).main


def test_who_finished_every_station_gets_the_keepsake(year, manager):
    page = manager.get(year.url("/people?finished=2"))
    assert page.h1 == "2030 赛季 走完全部 2 站"
    assert "纪念奖牌" in page.main
    (row,) = page.soup.select("tbody tr")
    assert "王德福" in row.get_text()
    assert row.get_text().count("走完") == 2


def test_a_station_to_come_keeps_the_list_open(year, manager):
    year.add_third()
    page = manager.get(year.url())
    assert "还有 1 站没办完，人数和纪念名单还会变。" in page.main
    assert "走完全部 3 站 0 人" in page.main


@pytest.mark.parametrize("status", ["draft", "cancelled", "archived"])
def test_what_never_took_place_is_no_station_of_the_season(year, manager, status):
    year.add_third(status)
    page = manager.get(year.url())
    assert "走完全部 2 站 1 人" in page.main
    assert "徐庄站" not in page.main


def test_an_archived_station_that_took_place_still_counts(year, manager):
    @act
    def archive() -> None:
        db.session.get(Activity, year.first.id).status = ActivityStatus.ARCHIVED

    archive()
    assert "走完全部 2 站 1 人" in manager.get(year.url()).main


def test_two_records_of_one_person_are_one_person(year):
    @act
    def merge() -> None:
        row = {"person_id": year.ids[2], "canonical_id": year.ids[0], "merged_at": now()}
        db.session.execute(insert(PersonAlias), [row])

    merge()
    assert spread([year.first.id, year.second.id]).people == 2
    page = walkers_page([year.first.id, year.second.id], number=1)
    assert (page.total, len(page.rows)) == (2, 2)


def test_the_names_of_minors_stay_hidden_and_the_rest_is_named(year, manager):
    page = manager.get(year.url("/people"))
    names = [cell.get_text(strip=True) for cell in page.soup.select("tbody th")]
    assert sorted(names) == sorted(["王德福", "李秀英", "陈**"])


def test_files_of_the_season_hold_its_people(year, manager):
    book = CalamineWorkbook.from_filelike(io.BytesIO(manager.get(year.url("/people.xlsx?finished=2")).data))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][:4] == ["姓名", "镇街", "到场站数", "走完站数"]
    assert [row[0] for row in rows[1:]] == ["王德福"]
    assert rows[1][2:4] == [2.0, 2.0]
    table = list(csv.reader(io.StringIO(manager.get(year.url("/people.csv")).data.decode("utf-8-sig"))))
    assert len(table) == 4
    entry = history(NIL, limit=1)[0]
    assert (entry.action, entry.subject_id, entry.details["rows"]) == ("attendance.exported", year.id, 3)


def test_the_season_s_tables_are_a_book(year, manager):
    book = CalamineWorkbook.from_filelike(io.BytesIO(manager.get(year.url(".xlsx")).data))
    assert book.sheet_names == ["各站", "走了几站"]
    assert book.get_sheet_by_name("走了几站").to_python()[1:] == [[1.0, 1.0, 1.0], [2.0, 2.0, 1.0]]


def test_on_paper_too(year, manager):
    page = manager.get(year.url("/print"))
    assert "5 人次，3 人" in page.main
    assert not page.soup.select("nav")


@pytest.mark.parametrize("rest", ["/people?finished=3", "/people?stations=x", "/people?finished=-1"])
def test_a_number_of_stations_that_cannot_be_is_404(year, manager, rest):
    manager.get(year.url(rest), status=404)


def test_an_empty_season_says_so(manager):
    empty = activities.season()
    assert "这一季还没有办过活动" in manager.get(f"/office/seasons/{empty}/attendance").main
    assert "名单里没有人" in manager.get(f"/office/seasons/{empty}/attendance/people").main
    manager.get(f"/office/seasons/{uuid.uuid4()}/attendance", status=404)


def test_a_grant_for_one_season_opens_no_other(year, as_role):
    browser = as_role(Role.EVENT_MANAGER, Scope(ScopeKind.SEASON, year.id))
    browser.get(year.url())
    other = activities.season(year=2031)
    for rest in ("", "/people", ".xlsx", "/people.csv", "/print"):
        browser.get(f"/office/seasons/{other}/attendance{rest}", status=404)
    assert "2031" not in browser.get("/office/attendance").main


def test_a_series_sets_its_seasons_side_by_side(year, manager):
    from app.activities.queries import season

    series_id = season(year.id).season.series_id
    page = manager.get(f"/office/series/{series_id}/attendance")
    assert "5 人次 3 人" in page.main
    assert cells(page, "各季")[0][:3] == ["2030 赛季", "2", "5"]
    manager.get(f"/office/series/{uuid.uuid4()}/attendance", status=404)


def test_ten_people_and_five_hundred_take_the_same_statements(manager, statements):
    seen = []
    for size in (10, 500):
        season_id = activities.season()
        walk = walks.make_walk(ways={"TY": ("S",)}, capacity=1_000, season_id=season_id)
        outcomes = walks.enrol(walk, *(somebody(n) for n in range(size)))
        walks.read(walks.device(walk), *(walks.scan(one, "S", 1, walk=walk) for one in outcomes))
        fresh_session()
        with statements() as found:
            manager.get(f"/office/seasons/{season_id}/attendance")
            assert f"共 {size} 人" in manager.get(f"/office/seasons/{season_id}/attendance/people?finished=1").main
        seen.append(len(found))
    assert seen[0] == seen[1]


def test_the_list_of_activities_shows_attendances_and_people(year, manager):
    page = manager.get("/office/attendance")
    (row,) = [cells_ for cells_ in cells(page, "各次活动") if cells_[0] == "西集站"]
    assert row[3:6] == ["4", "3", "3"]
    assert row[1] == "2030年4月2日"
