"""Days of another year name it, and the year is the office's: New Year's morning is still last year in UTC."""

from __future__ import annotations

import pytest

from app.core.clock import office_time
from app.portal.routes.frame import other_year


@pytest.mark.parametrize(
    ("day", "said"),
    [((2030, 9, 18, 8), ""), ((2031, 1, 1, 6), "2031年 "), ((2029, 12, 31, 23, 59), "2029年 ")],
)
def test_a_day_names_its_year_where_it_is_not_this_one(app, clock, day, said):
    with app.test_request_context("/"):
        assert other_year(office_time(*day)) == said


def test_at_new_year_the_office_is_ahead(app, clock):
    clock.at(2031, 1, 1, 6)
    with app.test_request_context("/"):
        assert other_year(office_time(2031, 1, 1, 7)) == ""
        assert other_year(office_time(2030, 12, 31, 7)) == "2030年 "
