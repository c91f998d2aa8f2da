"""The list of free days as an office copies it from the State Council's notice."""

from __future__ import annotations

from datetime import date

import pytest

from app.core.errors import DomainError
from app.settings.rules.holidays import Holiday, on_day, read_holidays, unpack

YEAR = """
2026-10-10 班 国庆节调休
2026-10-01 2026-10-07 休 国庆节
２０２６-０１-０１ 放假 元旦
"""


def test_lines_are_put_in_the_order_of_their_days():
    assert read_holidays(YEAR) == (
        Holiday(date(2026, 1, 1), date(2026, 1, 1), False, "元旦"),
        Holiday(date(2026, 10, 1), date(2026, 10, 7), False, "国庆节"),
        Holiday(date(2026, 10, 10), date(2026, 10, 10), True, "国庆节调休"),
    )


def test_what_is_stored_and_what_is_typed_are_the_same():
    found = read_holidays(YEAR)
    assert unpack([one.packed() for one in found]) == found
    assert read_holidays("\n".join(one.line for one in found)) == found


def test_nothing_is_nothing():
    assert read_holidays(" \n\n") == ()


@pytest.mark.parametrize(("day", "name"), [(7, "国庆节"), (8, None), (10, "国庆节调休")])
def test_what_a_day_is(day, name):
    found = on_day(read_holidays(YEAR), date(2026, 10, day))
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("text", "code", "n"),
    [
        ("2026-10-01 国庆节", "line_wrong", 1),
        ("2026-10-01", "line_wrong", 1),
        ("2026-10-01 休", "line_wrong", 1),
        ("2026-10-01 休 国庆 节", "line_wrong", 1),
        ("2026-10-01 休 " + "长" * 21, "line_wrong", 1),
        ("\n2026-02-30 休 春节", "day_wrong", 2),
        ("1926-10-01 休 国庆节", "day_wrong", 1),
        ("2026-10-07 2026-10-01 休 国庆节", "days_wrong", 1),
        ("2026-10-01 2027-10-01 休 国庆节", "days_wrong", 1),
        ("2026-10-01 2026-10-07 休 国庆节\n2026-10-07 班 补班", "days_overlap", 2),
        ("2026-10-01 休 国庆节\n" * 201, "lines_many", 200),
    ],
)
def test_a_line_that_is_wrong_is_named(text, code, n):
    with pytest.raises(DomainError) as refused:
        read_holidays(text)
    assert (refused.value.code, refused.value.field, refused.value.params["n"]) == (code, "holidays", n)
