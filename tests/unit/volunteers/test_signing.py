"""The camera's question: which of somebody's shifts is meant by the code that is shown now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.errors import Conflict, DomainError
from app.core.transactions import act
from app.passes.services import ensure_passes
from app.volunteers.rules.shifts import Turn, which_turn
from app.volunteers.services.signing import close_shift, correct, sign, sign_here
from tests.factories import people, walks
from tests.factories import volunteers as made

HOUR = timedelta(hours=1)
T = datetime(2030, 6, 8, tzinfo=UTC)
"""The first shift begins; the second when it ends, three hours later."""


def turns(*marks: str) -> list[Turn]:
    """Shifts of three hours one after the other; of each `-` nothing, `i` signed in, `o` signed out."""
    return [
        Turn(
            T + 3 * n * HOUR,
            T + 3 * (n + 1) * HOUR,
            T + 3 * n * HOUR if mark in "io" else None,
            T + 3 * (n + 1) * HOUR if mark == "o" else None,
        )
        for n, mark in enumerate(marks)
    ]


class TestWhichTurn:
    @pytest.mark.parametrize(
        ("marks", "hours", "turn"),
        [
            ("-", -2, 0),
            ("-", -2.1, None),
            ("-", 5, 0),
            ("-", 5.1, None),
            ("--", 0, 0),
            ("--", 2.9, 0),
            ("--", 3, 1),  # the first is over and nobody came to it
            ("i-", 3.1, 0),  # out of the first before in to the second
            ("o-", 3.1, 1),
            ("oi", 5, 1),
            ("oo", 4, 1),  # done: the answer says so
            ("", 0, None),
        ],
    )
    def test_of_shifts_one_after_the_other(self, marks, hours, turn):
        assert which_turn(turns(*marks), T + hours * HOUR) == turn


@pytest.mark.usefixtures("ctx", "clock")
class TestSigning:
    @pytest.fixture
    def walk(self):
        return walks.make_walk(starts_at=now() + 24 * HOUR)

    @staticmethod
    @act
    def code_of(person_id):
        return ensure_passes([person_id], at=now())[person_id]

    def read(self, walk, person_id):
        return sign_here(activity_id=walk.id, named=self.code_of(person_id).text, actor=SYSTEM)

    def test_through_two_shifts_by_one_code(self, walk, clock):
        first = made.add_shift(walk)
        second = made.add_shift(walk, starts_at=walk.starts_at + 3 * HOUR, post="补给")
        _account, person = made.offered(walk, first, second)
        for one in (first, second):
            made.assign(walk, one, person)
        clock.shift(seconds=(walk.starts_at - now()).total_seconds())
        seen = []
        for _ in range(4):
            signed = self.read(walk, person)
            seen.append((signed.shift_id, signed.out))
            clock.shift(hours=1.6)
        assert seen == [(first, False), (first, True), (second, False), (second, True)]
        with pytest.raises(Conflict) as refused:
            self.read(walk, person)
        assert refused.value.code == "signed_out"

    def test_who_has_no_shift_and_who_comes_on_another_day(self, walk):
        with pytest.raises(Conflict) as refused:
            self.read(walk, people.person())
        assert refused.value.code == "not_on_any"
        _account, person = made.assigned(walk, made.add_shift(walk))
        with pytest.raises(Conflict) as refused:
            self.read(walk, person)
        assert refused.value.code == "no_shift_now"
        for named in ("", "x" * 300, "hello"):
            with pytest.raises(DomainError):
                sign_here(activity_id=walk.id, named=named, actor=SYSTEM)

    def test_what_the_office_has_settled_is_not_counted_anew(self, walk, clock):
        shift_id = made.add_shift(walk)
        (_, one), (_, other) = made.assigned(walk, shift_id), made.assigned(walk, shift_id)
        clock.shift(seconds=(walk.starts_at - now()).total_seconds())
        usual = {"activity_id": walk.id, "shift_id": shift_id, "actor": SYSTEM}
        for person in (one, other):
            sign(**usual, person_id=person)
            correct(**usual, service_id=made.service_of(shift_id, person).id, minutes=45, reason="先走了")
        clock.shift(hours=2)
        assert sign(**usual, person_id=one).minutes == 45
        clock.shift(hours=2)
        close_shift(**usual)
        assert [made.service_of(shift_id, person).minutes for person in (one, other)] == [45, 45]
