"""The numbers of a Saturday: what was worked out by hand, what a recount of the facts says, what the lists hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from app.activities.models import TallyDelta
from app.activities.queries.tally import totals
from app.activities.services.tally import roll_up
from app.audit.services import SYSTEM
from app.checkins.models import Attendance, CheckIn, Scan
from app.checkins.queries.attendance import (
    PAGE,
    PeopleFilter,
    Who,
    all_people,
    count_people,
    people_page,
    quiet_phones,
)
from app.checkins.services.devices import revoke_device
from app.core.clock import now
from app.core.db import db
from app.core.ids import NIL
from app.dashboards.queries.station import AttendanceView, attendance_view, named_station
from app.people.constants import Sex
from app.people.rules.ages import AGE_BANDS, age_band
from app.registrations.models import Registration
from tests.factories import walks
from tests.factories.saturdays import EAST, POINTS, TOTAL, WEST, Saturday, make_saturday, somebody
from tests.support.statements import fresh_session

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def day() -> Saturday:
    return make_saturday()


def view_of(day: Saturday) -> AttendanceView:
    fresh_session()
    return attendance_view(named_station(day.walk.code))


def whole(view: AttendanceView) -> dict[str, int]:
    total = view.figures.total
    return {name: getattr(total, name) for name in TOTAL}


def by_point(view: AttendanceView) -> dict[str, tuple[int, int, int]]:
    return {row.point.code: (row.people, row.outside, row.scans) for row in view.figures.points}


# --------------------------------------------------------------------------- by hand


def test_the_numbers_are_those_worked_out_by_hand(day):
    view = view_of(day)
    assert whole(view) == TOTAL
    assert by_point(view) == POINTS


def test_they_are_the_same_before_and_after_the_rollup(day):
    before = view_of(day)
    assert db.session.execute(select(TallyDelta.id).where(TallyDelta.activity_id == day.walk.id)).first()
    while roll_up(activity_id=day.walk.id):
        pass
    assert not db.session.execute(select(TallyDelta.id).where(TallyDelta.activity_id == day.walk.id)).first()
    after = view_of(day)
    assert (after.figures, after.curves) == (before.figures, before.curves)
    assert totals([day.walk.id])[day.walk.id]["attendance"] == TOTAL["came"]


def test_a_category_a_town_and_an_age_have_their_own(day):
    found = view_of(day).figures
    categories = {row.part.key: row.split for row in found.categories}
    assert (categories["TZ"].registered, categories["TZ"].came, categories["TZ"].finished) == (1, 1, 1)
    assert (categories["TY"].expected, categories["TY"].came, categories["TY"].incomplete) == (9, 6, 1)
    towns = {row.part.key: (row.split.expected, row.split.came, row.split.missing) for row in found.towns}
    assert towns == {WEST: (4, 3, 1), EAST: (4, 2, 2), "none": (2, 2, 0)}
    ages = {row.band: (row.split.expected, row.came["male"], row.came["female"]) for row in found.ages}
    assert ages["0-13"] == (1, 0, 0)
    assert ages["35-44"] == (3, 0, 3)


def test_arrivals_are_counted_by_the_quarter_of_the_first_valid_scan(day):
    view = view_of(day)
    curve = view.curve
    assert curve is not None
    assert (curve.point.code, curve.total, curve.outside) == ("S", 6, 1)
    assert [(bar.label, bar.n) for bar in curve.bars] == [("5:00", 2), ("5:15", 1), ("5:30", 1), ("5:45", 2)]
    assert curve.peak is not None
    assert curve.peak.label == "5:00"
    chosen = attendance_view(named_station(day.walk.code), point_code="F")
    assert chosen.curve is not None
    assert (chosen.curve.point.code, chosen.curve.total) == ("F", 3)


# --------------------------------------------------------------------------- recounted


def test_every_figure_equals_a_recount_of_the_facts(day):
    view = view_of(day)
    facts = db.session.execute(select(Registration).where(Registration.activity_id == day.walk.id)).scalars().all()
    there = {
        row.person_id: row
        for row in db.session.execute(select(Attendance).where(Attendance.activity_id == day.walk.id)).scalars()
    }
    read = db.session.execute(select(CheckIn).where(CheckIn.activity_id == day.walk.id)).scalars().all()
    stands = {one.person_id for one in read}
    place = [one for one in facts if one.state == "confirmed" or one.person_id in stands]
    total = view.figures.total
    assert total.registered == sum(not one.walk_in for one in place)
    assert total.walk_ins == sum(one.walk_in for one in place)
    assert total.waitlisted == sum(one.state == "waitlisted" for one in facts)
    assert total.came == len(there)
    assert total.finished == sum(one.finished_at is not None for one in there.values())
    assert total.incomplete == sum(one.incomplete for one in there.values())
    came = [one for one in facts if one.person_id in there]
    assert {row.part.id: row.split.came for row in view.figures.towns} == Counter(one.town_id or NIL for one in came)
    assert {row.band: sum(row.came.values()) for row in view.figures.ages if row.split.came} == Counter(
        age_band(one.age) for one in came if one.age is not None
    )
    people = Counter(one.checkpoint_id for one in read)
    scans = Counter(
        db.session.execute(
            select(Scan.checkpoint_id).where(Scan.activity_id == day.walk.id, Scan.checkpoint_id.is_not(None))
        ).scalars()
    )
    assert {row.point.id: row.people for row in view.figures.points} == dict(people)
    assert {row.point.id: row.scans for row in view.figures.points} == dict(scans)


def test_no_checkpoint_has_more_people_than_are_expected(day):
    view = view_of(day)
    assert all(row.people <= view.figures.total.expected for row in view.figures.points)


# --------------------------------------------------------------------------- the lists


OF_SPLIT = {
    Who.REGISTERED: "registered",
    Who.WALK_IN: "walk_ins",
    Who.WAITLISTED: "waitlisted",
    Who.CAME: "came",
    Who.MISSING: "missing",
    Who.FINISHED: "finished",
    Who.INCOMPLETE: "incomplete",
}


def test_each_list_has_as_many_people_as_its_figure_says(day):
    view, activity_id = view_of(day), day.walk.id
    parts = [({}, view.figures.total)]
    parts += [({"category_id": row.part.id}, row.split) for row in view.figures.categories]
    parts += [({"town_id": row.part.id}, row.split) for row in view.figures.towns]
    parts += [({"age_band": row.band}, row.split) for row in view.figures.ages]
    for (narrow, split), (who, name) in product(parts, OF_SPLIT.items()):
        found = count_people(activity_id, PeopleFilter(who, **narrow))
        assert found == getattr(split, name), (who, narrow)


def test_each_checkpoint_and_quarter_has_its_list(day):
    view, activity_id = view_of(day), day.walk.id
    for row in view.figures.points:
        assert count_people(activity_id, PeopleFilter(Who.CHECKED_IN, row.point.id)) == row.people
        assert count_people(activity_id, PeopleFilter(Who.OUTSIDE, row.point.id)) == row.outside
    for curve in view.curves:
        for bar in curve.bars:
            asked = PeopleFilter(Who.CHECKED_IN, curve.point.id, quarter=bar.quarter)
            assert count_people(activity_id, asked) == bar.n
    assert count_people(activity_id, PeopleFilter(Who.CHECKED_IN)) == 8, "e fetched the pack alone"
    assert count_people(activity_id, PeopleFilter(Who.OUTSIDE)) == 1


def test_ages_by_sex_have_their_lists(day):
    view = view_of(day)
    for row, sex in product(view.figures.ages, ("", *(one.value for one in Sex))):
        asked = PeopleFilter(Who.CAME, age_band=row.band, sex=sex)
        assert count_people(day.walk.id, asked) == row.came[sex]


def test_arrivals_without_a_checkpoint_are_those_at_the_activity(day):
    first = day.walk.starts_at + timedelta(minutes=10)
    quarter = int(first.timestamp()) // 900
    asked = PeopleFilter(Who.CAME, quarter=quarter)
    assert [one.name for one in all_people(day.walk.id, asked)] == ["王德福", "李秀英"]


def test_a_list_stands_by_bib_and_hides_the_names_of_minors(day):
    rows = people_page(day.walk.id, PeopleFilter(Who.REGISTERED), 1).rows
    bibs = [one.bib for one in rows]
    assert bibs == sorted(bibs)
    assert len(rows) == TOTAL["registered"]
    names = {one.bib: one.name for one in rows}
    assert names[day.people["c"].bib] == "陈**"
    assert names[day.people["a"].bib] == "王德福"


def test_a_list_of_a_checkpoint_tells_the_time_there(day):
    start = day.walk.checkpoints["S"]
    rows = {one.name: one for one in all_people(day.walk.id, PeopleFilter(Who.CHECKED_IN, start))}
    assert rows["李秀英"].at == day.walk.starts_at + timedelta(minutes=12)
    assert (rows["李秀英"].inside, rows["张玉兰"].inside) == (True, False)


def test_bands_hold_everybody_and_there_are_no_others(day):
    with pytest.raises(ValueError, match="no age band"):
        count_people(day.walk.id, PeopleFilter(Who.CAME, age_band="18-35"))
    assert sum(count_people(day.walk.id, PeopleFilter(Who.CAME, age_band=band)) for band in (*AGE_BANDS, "")) == 7


def test_pages_follow_each_other_and_end(day):
    walk = walks.make_walk(capacity=200)
    walks.enrol(walk, *(walks.person() for _ in range(PAGE + 3)))
    asked = PeopleFilter(Who.REGISTERED)
    first, second, beyond = (people_page(walk.id, asked, number) for number in (1, 2, 99))
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (PAGE + 3, 2, PAGE, 3)
    assert {one.bib for one in first.rows}.isdisjoint({one.bib for one in second.rows})
    assert (beyond.number, beyond.rows) == (2, second.rows)


# --------------------------------------------------------------------------- cost


def crowd(size: int) -> walks.Walk:
    """That many people who have all been at the start."""
    walk = walks.make_walk(capacity=2_000)
    outcomes = []
    for first in range(0, size, 400):
        outcomes += walks.enrol(walk, *(somebody(first + n) for n in range(min(400, size - first))))
    items = [walks.scan(one, "S", index % 60, walk=walk) for index, one in enumerate(outcomes)]
    phone = walks.device(walk)
    for first in range(0, size, 500):
        walks.read(phone, *items[first : first + 500])
    while roll_up(activity_id=walk.id):
        pass
    return walk


def test_ten_people_and_a_thousand_take_the_same_statements(statements):
    seen: dict[int, list[str]] = {}
    for size in (10, 1_000):
        walk = crowd(size)
        fresh_session()
        with statements() as found:
            view = attendance_view(named_station(walk.code))
            page = people_page(walk.id, PeopleFilter(Who.CAME), 1)
            everybody = list(all_people(walk.id, PeopleFilter(Who.CAME)))
        assert (view.figures.total.came, page.total, len(everybody)) == (size, size, size)
        seen[size] = found
    assert len(seen[10]) == len(seen[1_000])


def test_figures_read_no_table_of_people(day, statements):
    fresh_session()
    with statements() as seen:
        view_of(day)
    for table in ("registration", "attendance", "check_in", "scan ", "person"):
        assert not [sql for sql in seen if f"FROM {table}" in sql or f"JOIN {table}" in sql], table


# --------------------------------------------------------------------------- phones


def test_phones_that_were_silent_are_named_the_latest_first(clock):
    walk = walks.make_walk()
    (one,) = walks.enrol(walk, walks.person())
    walks.device(walk, "没用过")
    early, late, spare = (walks.device(walk, name) for name in ("甲", "乙", "丙"))
    for minutes, phone in ((0, early), (5, late), (6, spare)):
        walks.read(phone, walks.scan(one, "S", minutes, walk=walk))
        clock.shift(minutes=1)
    revoke_device(activity_id=walk.id, device_id=spare.id, actor=SYSTEM)
    assert quiet_phones(walk.id, before=now() - timedelta(minutes=10)) == []
    clock.shift(minutes=15)
    assert [one.name for one in quiet_phones(walk.id, before=now() - timedelta(minutes=10))] == ["乙", "甲"]
    view = attendance_view(named_station(walk.code))
    assert [one.name for one in view.quiet] == ["乙", "甲"]
    clock.shift(days=3)
    assert attendance_view(named_station(walk.code)).quiet == ()


def test_before_the_gate_opens_nobody_is_absent():
    walk = walks.make_walk(starts_at=now() + timedelta(days=1))
    walks.enrol(walk)
    view = attendance_view(named_station(walk.code))
    assert (view.begun, view.live, asdict(view.figures.total)["registered"]) == (False, False, 3)
