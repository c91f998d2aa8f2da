"""Who may be entered, as a table: the reason is named, and whoever fits is let in."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.games.constants import AgeBasis, EventForm, EventSex
from app.games.rules.eligibility import (
    Athlete,
    Entered,
    EventFacts,
    Rules,
    age_at,
    kilograms,
    refusals,
    weight_refusal,
)
from app.people.constants import Sex

FIRST_DAY = date(2030, 6, 1)
OURS, THEIRS = "ours", "theirs"
RULES = Rules(FIRST_DAY, athlete_limit=2, schools=frozenset({"school"}))
RUN = EventFacts("run", "男子 100 米", sex=EventSex.MEN, min_age=18, max_age=60, entry_limit=2)
DANCE = EventFacts("dance", "广场舞", form=EventForm.TEAM, team_min=2, team_max=3)
PAIR = EventFacts("pair", "混合双打", sex=EventSex.MIXED, form=EventForm.PAIR, team_min=2, team_max=2)
PUPILS = EventFacts("pupils", "中学生长跑", needs_school=True)
CLASS = EventFacts("57", "自由式 57 公斤", weight_over=55_000, weight_up_to=57_000)
HE = Athlete("he", "王德福", Sex.MALE, date(1990, 3, 7))
SHE = Athlete("she", "李秀英", Sex.FEMALE, date(1991, 3, 7))


def codes(event, athletes, entered=None, rules=RULES):
    return [one.code for one in refusals(event, OURS, athletes, entered or Entered(), rules)]


def entered(*entries):
    found = Entered()
    for event, delegation, athletes in entries:
        found.add(event, delegation, athletes)
    return found


@pytest.mark.parametrize(
    ("event", "athletes", "reasons"),
    [
        (RUN, [HE], []),
        (RUN, [SHE], ["sex_wrong"]),
        (RUN, [replace(HE, sex=None)], ["sex_missing"]),
        (RUN, [replace(HE, birth_date=date(2012, 6, 1))], []),
        (RUN, [replace(HE, birth_date=date(2012, 6, 2))], ["too_young"]),
        (RUN, [replace(HE, birth_date=date(1969, 6, 2))], []),
        (RUN, [replace(HE, birth_date=date(1969, 6, 1))], ["too_old"]),
        (RUN, [replace(HE, birth_date=None)], ["birth_date_required"]),
        (replace(RUN, age_basis=AgeBasis.YEAR), [replace(HE, birth_date=date(2012, 12, 31))], []),
        (replace(RUN, age_basis=AgeBasis.YEAR), [replace(HE, birth_date=date(2013, 1, 1))], ["too_young"]),
        (RUN, [replace(HE, has_document=False)], ["document_required"]),
        (replace(RUN, needs_document=False), [replace(HE, has_document=False)], []),
        (RUN, [], ["team_too_small"]),
        (RUN, [HE, replace(HE, key="another")], ["team_too_large"]),
        (DANCE, [HE], ["team_too_small"]),
        (DANCE, [HE, SHE], []),
        (DANCE, [HE, HE], ["person_twice"]),
        (PAIR, [HE, SHE], []),
        (PAIR, [HE, replace(HE, key="another")], ["mixed_needs_both"]),
        (PAIR, [HE, replace(SHE, sex=None)], ["mixed_needs_both", "sex_missing"]),
        (PUPILS, [replace(HE, organisation="school")], []),
        (PUPILS, [replace(HE, organisation="office")], ["school_missing"]),
        (PUPILS, [HE], ["school_missing"]),
        (CLASS, [HE], ["weight_missing"]),
        (CLASS, [replace(HE, weight=57_000)], []),
        (CLASS, [replace(HE, weight=57_010)], ["weight_over"]),
        (CLASS, [replace(HE, weight=55_000)], ["weight_under"]),
        (RUN, [replace(SHE, birth_date=date(2020, 1, 1))], ["sex_wrong", "too_young"]),
    ],
)
def test_one_entry_alone(event, athletes, reasons):
    assert codes(event, athletes) == reasons


@pytest.mark.parametrize(
    ("before", "event", "reasons"),
    [
        ([("run", OURS, ["he"])], RUN, ["entered_already"]),
        ([("run", THEIRS, ["he"])], RUN, ["entered_already"]),
        ([("dance", THEIRS, ["he"])], RUN, ["other_delegation"]),
        ([("dance", OURS, ["he"])], RUN, []),
        ([("dance", OURS, ["he"]), ("pair", OURS, ["he"])], RUN, ["athlete_limit"]),
        ([("run", OURS, ["a"])], RUN, []),
        ([("run", OURS, ["a"]), ("run", OURS, ["b"])], RUN, ["entry_limit"]),
        ([("run", THEIRS, ["a"]), ("run", THEIRS, ["b"])], RUN, []),
    ],
)
def test_beside_what_is_entered(before, event, reasons):
    assert codes(event, [HE], entered(*before)) == reasons


def test_no_limit_means_any_number():
    many = entered(*((f"event {n}", OURS, ["he"]) for n in range(30)))
    assert codes(replace(RUN, entry_limit=None), [HE], many, Rules(FIRST_DAY)) == []


def test_a_refusal_says_whom_it_means_in_a_sentence():
    (refusal,) = refusals(DANCE, OURS, [SHE, HE], entered(("dance", THEIRS, ["he"])), RULES)
    assert refusal.params["index"] == 1
    assert str(refusal) == "王德福 已报广场舞。"
    (refusal,) = refusals(CLASS, OURS, [replace(HE, weight=58_250)], Entered(), RULES)
    assert str(refusal) == "58.25 kg 超过自由式 57 公斤的 57 kg。"


@given(st.dates(date(1940, 1, 1), date(2029, 12, 31)))
def test_by_year_nobody_is_younger_than_by_birthday(birth):
    by_day, by_year = (age_at(birth, FIRST_DAY, basis) for basis in (AgeBasis.FIRST_DAY, AgeBasis.YEAR))
    assert by_year - 1 <= by_day <= by_year


@given(st.integers(20_000, 200_000))
def test_neighbouring_classes_share_no_weight(weight):
    lower = replace(CLASS, weight_over=None, weight_up_to=57_000)
    upper = replace(CLASS, weight_over=57_000, weight_up_to=None)
    assert (weight_refusal(lower, weight) is None) != (weight_refusal(upper, weight) is None)
    assert float(kilograms(weight)) * 1000 == pytest.approx(weight)
