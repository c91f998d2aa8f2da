"""Signing up in English: the two pages, and each sentence about what has to be changed."""

from __future__ import annotations

import pytest

from tests.factories import people
from tests.support.english import chinese_on
from tests.web.registrations.conftest import page_one, typed

pytestmark = pytest.mark.usefixtures("clock")
NAMES = ("徐庄镇文化广场", "徐庄站", "体验组", "挑战组", "西集镇", "徐庄镇")


@pytest.fixture
def english(visitor):
    visitor.http.set_cookie("lang", "en")
    return visitor


def names(client, *more: str) -> tuple[str, ...]:
    towns = [option.get_text(strip=True) for option in client.page.soup.select("select[name=town] option")[1:-1]]
    return (*NAMES, *towns, client.app.config["OFFICE_NAME"], *more)


def test_an_empty_form_is_answered_in_english(english, open_station):
    english.get(f"/activities/{open_station().code}/register")
    page = english.submit({}, button="Next", status=422)
    assert page.errors
    assert "Please fill in the name." in " ".join(page.errors)
    assert chinese_on(page, *names(english)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"document_number": "37040619900307001X0"}, "An identity number has 18 characters, this one has 19."),
        ({"document_number": "370406900307001"}, "The old number of 15 digits no longer counts"),
        ({"phone": "1380000"}, "A mobile number has 11 digits, this one has 7."),
        ({"name": "王\u200b德福"}, "The name has invisible characters"),
        ({"consent_notice": None}, "Please read the privacy notice and agree first."),
    ],
)
def test_each_wrong_field_says_why(english, open_station, wrong, said):
    raw = people.raw_person()
    english.get(f"/activities/{open_station().code}/register")
    page = english.submit(typed(raw) | wrong, button="Next", status=422)
    assert said in " ".join(page.errors)
    assert chinese_on(page, *names(english, raw.name, str(wrong.get("name")))) == []


def test_the_whole_way(english, open_station):
    raw = people.raw_person()
    station = open_station()
    english.get(f"/activities/{station.code}/register")
    page = english.submit(typed(raw), button="Next")
    assert page.h1 == "Confirm registration"
    assert "I have read the Terms and am fit to take part" in page.main
    page = english.submit({"consent_terms": "y"})
    assert page.h1 == "You are registered."
    assert "See you on 3 Jun, 8:00 at 徐庄镇文化广场." in page.main
    assert chinese_on(page, *names(english, raw.name)) == []


def test_the_same_in_chinese_says_nothing_in_english(visitor, open_station):
    page = page_one(visitor, open_station(), name="")
    assert page.errors
    assert not any("Please" in error for error in page.errors)
