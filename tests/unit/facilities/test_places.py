"""Places, what they come to a person, and what a target still needs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from app.audit.services import SYSTEM
from app.core.errors import Conflict, DomainError
from app.facilities.constants import PlaceKind
from app.facilities.queries.places import place, titles_by_place
from app.facilities.queries.year import FacilityFigures, facility_figures
from app.facilities.rules.areas import missing, per_person
from app.facilities.rules.drafts import PlaceDraft, check_place
from app.facilities.services.places import add_title, remove_title, save_place, save_year
from tests.factories import facilities as made

DAY = date(2020, 1, 1)


class TestRules:
    def test_the_district_s_own_year(self):
        """rules.md §1: 119 万㎡, 2.6 ㎡ a person; 2.7 needs some 45,800 ㎡ more."""
        assert per_person(1_190_000, 457_692) == Decimal("2.6")
        assert missing(1_190_000, 457_692, 270) == Decimal(45_769)

    @pytest.mark.parametrize(
        ("area", "people", "expected"),
        [(255, 100, "2.6"), (254, 100, "2.5"), (0, 100, None), (100, 0, None), (None, 1, None)],
    )
    def test_half_up_and_nothing_of_nothing(self, area, people, expected):
        assert per_person(area, people) == (None if expected is None else Decimal(expected))

    def test_a_target_that_is_reached_misses_nothing(self):
        assert missing(300, 100, 270) == 0
        assert missing(300, None, 270) is None

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"name": " "}, "name_wrong"),
            ({"name": "长" * 81}, "name_wrong"),
            ({"area_m2": None}, "area_wrong"),
            ({"area_m2": 0}, "area_wrong"),
            ({"kind": PlaceKind.GREENWAY, "area_m2": None}, "length_wrong"),
            ({"closed_on": date(2019, 12, 31)}, "closed_before"),
        ],
    )
    def test_what_is_wrong_is_refused(self, facts, code):
        usual = {"kind": PlaceKind.GROUND, "name": "广场", "opened_on": DAY, "area_m2": 10}
        with pytest.raises(DomainError) as refused:
            check_place(PlaceDraft(**(usual | facts)))
        assert refused.value.code == code


@pytest.mark.usefixtures("ctx")
class TestYears:
    @pytest.fixture(autouse=True)
    def long_after(self):
        with time_machine.travel(datetime(2035, 6, 1, 4, tzinfo=UTC)):
            yield

    def test_while_a_year_runs_what_is_planned_for_it_does_not_count_yet(self):
        made.add_place(area_m2=100)
        made.add_place(area_m2=1_000, opened_on=date(2035, 6, 2))
        made.add_place(PlaceKind.VENUE, area_m2=50, opened_on=date(2035, 10, 1))
        found = facility_figures(2035)
        assert (found.ground_m2, found.venues) == (100, ())

    def test_what_was_opened_or_awarded_and_closed_within_the_year_was_opened_and_awarded(self):
        made.add_place(PlaceKind.VENUE, name="临时馆", opened_on=date(2030, 3, 1), closed_on=date(2030, 9, 1))
        line = made.add_place(PlaceKind.LINE, name="老线路", closed_on=date(2030, 10, 1))
        add_title(place_id=line, title="精品线路", year=2030, actor=SYSTEM)
        found = facility_figures(2030)
        assert [name for name, _cost in found.venues] == ["临时馆"]
        assert found.lines == (("老线路", "精品线路"),)
        assert found.ground_m2 is None

    def test_a_newer_title_rewrites_no_earlier_report(self):
        line = made.add_place(PlaceKind.LINE, name="环翼云湖")
        add_title(place_id=line, title="精品线路", year=2021, actor=SYSTEM)
        add_title(place_id=line, title="国家级精品线路", year=2030, actor=SYSTEM)
        add_title(place_id=line, title="国家级精品线路", year=2030, actor=SYSTEM)  # pressed twice
        assert facility_figures(2021).lines == (("环翼云湖", "精品线路"),)
        assert facility_figures(2030).lines == (("环翼云湖", "国家级精品线路"),)
        assert [one.year for one in titles_by_place()[line]] == [2030, 2021]

    def test_a_title_that_was_wrong_is_taken_back_by_its_own_place_only(self):
        line, other = made.add_place(PlaceKind.LINE), made.add_place(PlaceKind.LINE, name="别的")
        add_title(place_id=line, title="精品线路", year=2021, actor=SYSTEM)
        title_id = titles_by_place()[line][0].id
        remove_title(place_id=other, title_id=title_id, actor=SYSTEM)
        assert len(titles_by_place()[line]) == 1
        for _ in range(2):
            remove_title(place_id=line, title_id=title_id, actor=SYSTEM)
        assert titles_by_place().get(line) is None

    @pytest.mark.parametrize(
        ("title", "year", "field"),
        [(" ", 2021, "title"), ("长" * 81, 2021, "title"), ("奖", None, "year"), ("奖", 1, "year")],
    )
    def test_a_title_has_words_and_a_year(self, title, year, field):
        with pytest.raises(DomainError) as refused:
            add_title(place_id=made.add_place(), title=title, year=year, actor=SYSTEM)
        assert refused.value.field == field

    def test_nothing_entered_is_nothing_known(self):
        assert facility_figures(2030) == FacilityFigures()

    def test_what_is_in_use_at_the_end_of_the_year_counts(self):
        made.add_place(area_m2=100)
        made.add_place(area_m2=1_000, opened_on=date(2030, 12, 31))
        made.add_place(area_m2=10_000, opened_on=date(2031, 1, 1))
        made.add_place(area_m2=100_000, closed_on=date(2030, 12, 31))
        assert [facility_figures(year).ground_m2 for year in (2019, 2029, 2030, 2031)] == [None, 100_100, 1_100, 11_100]

    def test_by_the_last_population_that_is_known(self):
        made.add_place(area_m2=1_000)
        self.year(2028, population=400)
        self.year(2031, population=100)
        found = facility_figures(2030)
        assert (found.population, found.population_year, found.per_capita) == (400, 2028, Decimal("2.5"))

    def test_the_next_target_is_that_of_a_later_year(self):
        made.add_place(area_m2=1_000)
        self.year(2030, population=400, target_cm=250)
        assert facility_figures(2030).target_year == 2030
        self.year(2031, target_cm=270)
        found = facility_figures(2030)
        assert (found.target_year, found.target, found.missing_m2) == (2031, Decimal("2.7"), Decimal(80))

    def test_ways_lines_and_new_venues(self):
        made.add_place(PlaceKind.GREENWAY, name="龙河", length_m=11_500)
        line = made.add_place(PlaceKind.LINE, name="环翼云湖")
        add_title(place_id=line, title="精品线路", year=2030, actor=SYSTEM)
        made.add_place(PlaceKind.VENUE, name="健身中心", opened_on=date(2030, 8, 8), investment=150_000_000)
        found = facility_figures(2030)
        assert found.greenways == (("龙河", Decimal("11.5")),)
        assert found.lines == (("环翼云湖", "精品线路"),)
        assert found.venues == (("健身中心", Decimal(150_000_000)),)
        assert (facility_figures(2031).lines, facility_figures(2031).venues) == ((), ())

    @staticmethod
    def year(year, population=None, target_cm=None):
        save_year(
            year=year, population=population, population_source="普查" if population else "",
            target_cm=target_cm, target_source="计划" if target_cm else "", actor=SYSTEM,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"year": 1800}, "year_wrong"),
            ({"population": 0}, "population_wrong"),
            ({"population_source": " "}, "source_missing"),
            ({"target_cm": 0}, "target_wrong"),
            ({"target_cm": 270, "target_source": " "}, "source_missing"),
        ],
    )
    def test_a_wrong_year_is_refused(self, facts, code):
        usual = {"year": 2030, "population": 10, "population_source": "普查", "target_cm": None, "target_source": ""}
        with pytest.raises(DomainError) as refused:
            save_year(**(usual | facts), actor=SYSTEM)
        assert refused.value.code == code

    def test_the_same_year_again_is_a_correction(self):
        made.add_place(area_m2=1_000)
        self.year(2030, population=400)
        self.year(2030, population=500)
        assert facility_figures(2030).population == 500


@pytest.mark.usefixtures("ctx")
def test_an_editor_who_saw_an_older_one_is_told():
    place_id = made.add_place()
    draft = PlaceDraft(PlaceKind.GROUND, "改名", DAY, area_m2=10)
    save_place(place_id=place_id, draft=draft, version=1, actor=SYSTEM)
    assert place(place_id).name == "改名"
    with pytest.raises(Conflict):
        save_place(place_id=place_id, draft=draft, version=1, actor=SYSTEM)
