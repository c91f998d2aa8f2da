"""Finding by name: who is registered here or has been a volunteer before, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.errors import NotFound
from app.core.ids import uuid7
from app.volunteers.queries.candidates import MOST, find, is_known, matches
from app.volunteers.queries.shifts import services_in
from app.volunteers.services.serving import put_on
from tests.factories import people, walks
from tests.factories import volunteers as made
from tests.factories.merges import merge

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def walk():
    return walks.make_walk(starts_at=now() + timedelta(days=7))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("王", True), ("王德福", True), ("德福", True), ("wdf", True), ("wang", True), ("wangdefu", True),
        ("5678", True), ("张", False), ("zs", False), ("678", False), ("1234", False),
    ],
)  # fmt: skip
def test_as_people_type_it(typed, found):
    assert matches("王德福", "+8613812345678", typed) is found


def test_a_long_name_in_letters():
    assert matches("Anna Maria", None, "annamaria")
    assert not matches("Anna Maria", None, "5678")


def test_registered_here_and_volunteers_of_before_and_nobody_else(walk):
    (here,) = walks.enrol(walk, walks.person(name="周国庆"))
    other = walks.make_walk(starts_at=walk.starts_at + timedelta(days=1))
    _account, served = made.offered(other, made.add_shift(other), name="周立秋")
    elsewhere = walks.make_walk(starts_at=walk.starts_at)
    (stranger,) = walks.enrol(elsewhere, walks.person(name="周建军"))
    rows = find(walk.id, "周")
    assert [(one.name, one.served) for one in rows] == [("周立秋", True), ("周国庆", False)]
    for typed in ("zgq", "ZGQ", "zhouguoqing", "zhou guo"):
        assert "周国庆" in [one.name for one in find(walk.id, typed)]
    assert is_known(walk.id, served)
    assert is_known(walk.id, here.person_id)
    assert not is_known(walk.id, stranger.person_id)


@pytest.mark.parametrize("typed", ["", "  ", "没有这个人", "x" * 61, "%", "_", "';--"])
def test_nothing_and_nonsense_find_nobody(walk, typed):
    made.offered(walk, made.add_shift(walk))
    assert find(walk.id, typed) == []


def test_not_more_than_a_page(walk):
    walks.enrol(walk, *(walks.person(name="周国庆") for _ in range(MOST + 3)))
    assert len(find(walk.id, "周国庆")) == MOST


def test_whoever_was_found_is_put_on_and_others_are_not(walk):
    shift_id = made.add_shift(walk)
    (here,) = walks.enrol(walk, walks.person(name="周国庆"))
    usual = {"activity_id": walk.id, "shift_id": shift_id, "guardian": False, "actor": SYSTEM}
    put_on(**usual, person_id=here.person_id)
    for one in (people.person(), uuid7()):
        with pytest.raises(NotFound):
            put_on(**usual, person_id=one)
    assert [line.name for line in services_in(shift_id)] == ["周国庆"]


def test_who_was_merged_is_one_person_with_one_place(walk):
    a, b = walks.enrol(walk, walks.person(name="周国庆"), walks.person(name="周国庆"))
    shift_id = made.add_shift(walk)
    usual = {"activity_id": walk.id, "shift_id": shift_id, "guardian": False, "actor": SYSTEM}
    put_on(**usual, person_id=a.person_id)
    merge(a, b)
    assert [one.person_id for one in find(walk.id, "周国庆")] == [b.person_id]
    put_on(**usual, person_id=b.person_id)
    assert len(services_in(shift_id)) == 1
