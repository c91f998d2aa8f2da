"""Two persons found to be one: one registration, one attendance, one count, and both codes go on."""

from __future__ import annotations

import uuid
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from app.activities.queries.plans import checkin_plan
from app.audit.services import SYSTEM
from app.checkins.models import Attendance, Scan
from app.checkins.queries.bundle import roster_of
from app.checkins.queries.seasons import people_by_season, spread
from app.checkins.rules.bundle import Standing
from app.core.clock import now
from app.core.db import db
from app.core.transactions import act
from app.passes.services import reissue
from app.people.models import PersonActivity
from app.people.services.persons import ensure_persons
from app.registrations.constants import Source
from app.registrations.models import Registration
from app.registrations.services.register import register_many
from tests.factories.activities import season
from tests.factories.merges import derived, holds, merge, states
from tests.factories.notices import accept_notice
from tests.factories.saturdays import make_saturday
from tests.factories.walks import device, enrol, entry, make_walk, person, read, scan, words

pytestmark = pytest.mark.usefixtures("ctx", "clock")


# --------------------------------------------------------------------------- one registration


def test_the_older_of_two_registrations_stays_and_the_other_is_cancelled_as_merged(clock):
    walk = make_walk(starts_at=now() + timedelta(days=7))
    (stays,) = enrol(walk, person())
    clock.shift(minutes=5)
    (gone,) = enrol(walk, person())
    assert merge(gone, stays) == stays.person_id
    assert states(walk) == {stays.person_id: ("confirmed", None), gone.person_id: ("cancelled", "merged")}
    holds(walk)


def test_the_older_stays_also_when_it_was_that_of_the_one_who_goes(clock):
    walk = make_walk(starts_at=now() + timedelta(days=7))
    (gone,) = enrol(walk, person())
    clock.shift(minutes=5)
    (stays,) = enrol(walk, person())
    merge(gone, stays)
    row = db.session.execute(
        select(Registration.id, Registration.bib).where(
            Registration.activity_id == walk.id, Registration.person_id == stays.person_id
        )
    ).one()
    assert (row.id, row.bib) == (gone.registration_id, gone.bib)
    assert states(walk) == {stays.person_id: ("confirmed", None), gone.person_id: ("cancelled", "merged")}
    holds(walk)


def test_a_single_registration_follows_to_the_person_who_stays():
    walk, elsewhere = make_walk(), make_walk()
    (gone,), (stays,) = enrol(walk, person()), enrol(elsewhere, person())
    merge(gone, stays)
    assert states(walk) == {stays.person_id: ("confirmed", None)}
    assert {tuple(row) for row in db.session.execute(select(PersonActivity.person_id, PersonActivity.activity_id))} == {
        (stays.person_id, walk.id),
        (stays.person_id, elsewhere.id),
    }
    holds(walk)


def test_who_has_a_place_keeps_it_before_an_older_wait(clock):
    walk = make_walk(capacity=1, ways={"TY": ("S",), "TZ": ("S",)}, starts_at=now() + timedelta(days=7))
    enrol(walk, person())
    clock.shift(minutes=1)
    (waits,) = enrol(walk, person())
    clock.shift(minutes=1)
    (placed,) = register_many(
        activity_id=walk.id, entries=[entry(walk, person(), category="TZ")], source=Source.WEB, actor=SYSTEM
    )
    assert (waits.state, placed.state) == ("waitlisted", "confirmed")
    merge(placed, waits)
    assert states(walk)[waits.person_id] == ("confirmed", None)
    assert states(walk)[placed.person_id] == ("cancelled", "merged")
    holds(walk)


def test_the_place_that_becomes_free_goes_to_the_first_in_waiting():
    walk = make_walk(capacity=2, starts_at=now() + timedelta(days=7))
    stays, gone, waits = enrol(walk, person(), person(), person())
    merge(gone, stays)
    assert states(walk)[waits.person_id] == ("confirmed", "promoted")
    holds(walk)


# --------------------------------------------------------------------------- one attendance


def test_two_attendances_become_one_and_every_rollup_equals_a_recount():
    walk = make_walk(finish={"TY": ("finish_line", None)})
    stays, gone = enrol(walk, person(), person(birth=person().birth_date, male=False))
    phone = device(walk)
    read(phone, scan(stays, "S", 10, walk=walk), scan(gone, "S", 5, walk=walk), scan(gone, "F", 50, walk=walk))
    holds(walk)
    merge(gone, stays)
    rows = db.session.execute(select(Attendance).where(Attendance.activity_id == walk.id)).scalars().all()
    assert [(row.person_id, row.points) for row in rows] == [(stays.person_id, 2)]
    assert rows[0].first_at == walk.starts_at + timedelta(minutes=5), "the minimum over the scans of both"
    holds(walk)


def test_the_saturday_in_which_everything_happens_still_adds_up_after_any_merge():
    day = make_saturday()
    holds(day.walk)
    for gone, stays in (("b", "a"), ("f", "d"), ("w", "g"), ("v", "h"), ("i", "e"), ("j", "c")):
        assert merge(day.people[gone], day.people[stays]) == day.people[stays].person_id
        holds(day.walk)


def test_a_code_of_the_merged_person_counts_for_the_person_who_stays():
    walk = make_walk()
    stays, gone = enrol(walk, person(), person())
    merge(gone, stays)
    phone = device(walk)
    assert words(read(phone, scan(gone, "S", 1, walk=walk))) == ["accepted"]
    assert words(read(phone, scan(stays, "S", 2, walk=walk))) == ["repeat"]
    answer = read(phone, {"code": gone.issued.short_code, "id": str(uuid.uuid4()), "checkpoint": "K",
                          "scanned_at": walk.starts_at.isoformat()})  # fmt: skip
    assert answer[0].person_id == stays.person_id
    assert {row[0] for row in derived(walk)[0]} == {stays.person_id}
    holds(walk)


def test_the_bib_on_paper_of_the_cancelled_registration_is_read_for_the_person_who_stays():
    walk = make_walk()
    stays, gone = enrol(walk, person(), person())
    merge(gone, stays)
    at = walk.starts_at.isoformat()
    by_bib = {"bib": gone.bib, "id": str(uuid.uuid4()), "checkpoint": "S", "scanned_at": at}
    by_id = {"registration": str(gone.registration_id), "id": str(uuid.uuid4()), "checkpoint": "K", "scanned_at": at}
    answers = read(device(walk), by_bib, by_id)
    assert [(one.person_id, one.verdict.value) for one in answers] == [(stays.person_id, "accepted")] * 2
    holds(walk)


def test_a_code_read_where_only_the_other_was_registered_counts_after_the_merge():
    walk, elsewhere = make_walk(), make_walk()
    (stays,), (gone,) = enrol(walk, person()), enrol(elsewhere, person())
    assert words(read(device(walk), scan(gone, "S", 1, walk=walk))) == ["not_registered"]
    merge(gone, stays)
    assert [verdict for _, verdict in derived(walk)[1]] == ["accepted"]
    holds(walk)


def test_the_order_of_scans_and_merge_decides_nothing():
    outcomes = set()
    for order in permutations(("first", "second", "merge")):
        walk = make_walk()
        stays, gone = enrol(walk, person(), person())
        phone = device(walk)
        items = {
            "first": scan(gone, "S", 1, walk=walk, id=str(uuid.UUID(int=1))),
            "second": scan(stays, "S", 2, walk=walk, id=str(uuid.UUID(int=2))),
        }
        for step in order:
            if step == "merge":
                merge(gone, stays)
            else:
                read(phone, items[step])
        holds(walk)
        checked, verdicts = derived(walk)
        outcomes.add((tuple((row[0] == stays.person_id, row[2]) for row in checked), tuple(verdicts)))
    assert outcomes == {(((True, uuid.UUID(int=1)),), ((uuid.UUID(int=1), "accepted"), (uuid.UUID(int=2), "repeat")))}


def test_a_scan_of_the_merged_person_is_taken_back_by_its_own_phone_and_answered_again():
    walk = make_walk()
    stays, gone = enrol(walk, person(), person())
    phone = device(walk)
    item = scan(gone, "S", 1, walk=walk)
    read(phone, item)
    merge(gone, stays)
    (again,) = read(phone, item)
    assert (again.replay, again.person_id, again.verdict.value) == (True, stays.person_id, "accepted")
    undo = {"id": str(uuid.uuid4()), "undoes": item["id"], "scanned_at": item["scanned_at"]}
    assert words(read(phone, undo)) == ["undo"]
    assert derived(walk)[0] == []
    holds(walk)


def test_no_column_of_a_scan_changes_but_its_verdict():
    walk, elsewhere = make_walk(), make_walk()
    (stays,), (gone,) = enrol(walk, person()), enrol(elsewhere, person())
    read(device(walk), scan(gone, "S", 1, walk=walk))
    columns = [column for column in Scan.__table__.c if column.name not in {"verdict", "judged_at"}]
    before = db.session.execute(select(*columns).where(Scan.activity_id == walk.id)).all()
    merge(gone, stays)
    assert db.session.execute(select(*columns).where(Scan.activity_id == walk.id)).all() == before


def test_who_asks_for_a_new_code_ends_the_merged_ones_too(clock):
    walk = make_walk()
    stays, gone = enrol(walk, person(), person())
    merge(gone, stays)
    reissue(person_id=stays.person_id, live_activities=[walk.id], actor=SYSTEM, at=now())
    clock.shift(minutes=1)
    late = scan(gone, "S", walk=walk, scanned_at=now().isoformat())
    assert words(read(device(walk), late)) == ["revoked"]


def test_the_list_of_the_phones_knows_both_codes_as_those_of_one_registration():
    walk = make_walk()
    stays, gone = enrol(walk, person(), person())
    reissue(person_id=gone.person_id, live_activities=[], actor=SYSTEM, at=now())
    before = roster_of(checkin_plan(walk.id))
    merge(gone, stays)
    after = roster_of(checkin_plan(walk.id))
    assert {one.pass_id for one in after.people} == {one.pass_id for one in before.people}
    assert [(one.standing, one.bib) for one in after.people] == [(Standing.CONFIRMED, stays.bib)] * 2
    assert after.revoked == before.revoked == [gone.issued.short_code]


def test_a_bare_merged_code_walks_in_as_the_person_who_stays():
    walk, elsewhere = make_walk(walkin_category="TY", walkin_capacity=5), make_walk()
    stays, gone = enrol(elsewhere, person(), person())
    accept_notice(stays.person_id)
    merge(gone, stays)
    assert words(read(device(walk), scan(gone, "S", 1, walk=walk))) == ["accepted"]
    assert states(walk) == {stays.person_id: ("confirmed", None)}
    holds(walk)


# --------------------------------------------------------------------------- one person in every count


def test_different_people_of_a_series_are_canonical_persons():
    year = act(season)()
    first, second = (make_walk(season_id=year) for _ in range(2))
    (stays,), (gone,) = enrol(first, person()), enrol(second, person())
    for walk, one in ((first, stays), (second, gone)):
        read(device(walk), *(scan(one, point, n, walk=walk) for n, point in enumerate("SKF")))
    ids = [first.id, second.id]
    assert people_by_season(ids) == {year: 2}
    merge(gone, stays)
    assert people_by_season(ids) == {year: 1}
    assert spread(ids).cells == {(2, 2): 1}
    for walk in (first, second):
        holds(walk)


def test_typing_either_document_finds_the_person_who_stays():
    walk = make_walk()
    one, other = person(), person()
    stays, gone = enrol(walk, one, other)
    merge(gone, stays)
    found = act(lambda: ensure_persons([one, other], at=now()))()
    assert {result.person_id for result in found} == {stays.person_id}
    later = make_walk(starts_at=now() + timedelta(days=7))
    (again,) = enrol(later, other)
    assert again.person_id == stays.person_id
    (refused,) = enrol(later, one)
    assert refused.error is not None
    assert refused.error.code == "already_registered"
