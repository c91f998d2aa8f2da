"""Attendance in English: pages and files follow whoever asks."""

from __future__ import annotations

import csv
import io

import pytest

from app.core.permissions import Role
from tests.support.english import chinese_on


@pytest.fixture
def english(as_role):
    client = as_role(Role.EVENT_MANAGER)
    client.http.set_cookie("lang", "en")
    return client


def test_the_page_of_a_station(day, english):
    page = english.get(f"/office/activities/{day.walk.code}/attendance")
    assert page.h1.endswith("Attendance")
    assert "7 attendances 7 people" in page.main
    assert "No-shows 3 people" in page.main
    names = (page.h1.removesuffix(" Attendance"), english.app.config["OFFICE_NAME"])
    rest = chinese_on(page, *names)
    assert not [text for text in rest if any(mark in text for mark in "，。：；人次")], rest


def test_a_file_is_in_the_language_of_who_asks_for_it(day, english):
    url = f"/office/activities/{day.walk.code}/attendance/people.csv?what=came"
    assert "Bib" in head(english.get(url))
    english.http.set_cookie("lang", "zh_Hans_CN")
    assert "号码" in head(english.get(url))


def head(page) -> list[str]:
    return next(csv.reader(io.StringIO(page.data.decode("utf-8-sig"))))
