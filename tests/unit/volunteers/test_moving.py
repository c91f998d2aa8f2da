"""People go from one shift to another in one act; a shift that changes still fits those on it; copies take shifts along."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.activities.services.copies import StationCopy, copy_station
from app.audit.queries import history
from app.audit.services import SYSTEM
from app.core import outbox
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.notices.queries import inbox
from app.volunteers.constants import ServiceState
from app.volunteers.models import Shift
from app.volunteers.queries.shifts import services_in, shifts_of
from app.volunteers.services.serving import decide, move
from app.volunteers.services.shifts import cancel_shift, copy_shifts, save_shift
from app.volunteers.services.signing import sign
from tests.factories import activities, walks
from tests.factories import volunteers as made

pytestmark = pytest.mark.usefixtures("ctx", "clock")
HOUR = timedelta(hours=1)


@pytest.fixture
def walk():
    return walks.make_walk(starts_at=now() + 7 * 24 * HOUR)


@pytest.fixture
def here(walk):
    return made.add_shift(walk)


@pytest.fixture
def there(walk):
    return made.add_shift(walk, post="补给", needed=1)


def moved(walk, here, there, *persons):
    ids = [made.service_of(here, one).id for one in persons]
    return move(activity_id=walk.id, shift_id=here, to_shift_id=there, service_ids=ids, actor=SYSTEM)


def told(account_id):
    outbox.drain()
    db.session.commit()
    return [one.params["post"] for one in inbox(account_id).letters]


class TestMoving:
    def test_as_what_they_are_and_they_hear_of_it(self, walk, here, there):
        account_id, on_it = made.assigned(walk, here)
        _other, waiting = made.offered(walk, here)
        before = len(told(account_id))
        assert moved(walk, here, there, on_it, waiting) == 2
        assert services_in(here) == []
        assert [line.state for line in services_in(there)] == [ServiceState.ASSIGNED, ServiceState.APPLIED]
        news = told(account_id)
        assert len(news) == before + 1
        assert "补给" in news
        (noted,) = [one for one in history(walk.id) if one.action == "volunteers.moved"]
        assert noted.details["people"] == 2

    def test_the_number_there_holds_for_all_or_none(self, walk, here, there):
        (_, first), (_, second) = made.assigned(walk, here), made.assigned(walk, here)
        with pytest.raises(Conflict) as refused:
            moved(walk, here, there, first, second)
        assert refused.value.code == "shift_full"
        assert len(services_in(here)) == 2

    def test_a_shift_at_the_same_time_is_left_in_the_same_act_and_a_third_one_clashes(self, walk, here, there):
        _account, person = made.assigned(walk, here)
        later = made.add_shift(walk, starts_at=walk.starts_at + 4 * HOUR, post="收尾清洁")
        again = made.add_shift(walk, starts_at=walk.starts_at + 5 * HOUR)
        other = walks.make_walk(starts_at=walk.starts_at)
        made.put(other, made.add_shift(other, starts_at=walk.starts_at + 6 * HOUR), person)
        assert moved(walk, here, there, person) == 1
        with pytest.raises(Conflict) as refused:
            moved(walk, there, again, person)
        assert refused.value.code == "times_clash"
        with pytest.raises(Conflict):
            moved(walk, there, later, person)

    def test_an_old_answer_there_makes_room_and_a_place_there_does_not(self, walk, here):
        late = made.add_shift(walk, starts_at=walk.starts_at + 4 * HOUR)
        _account, person = made.offered(walk, here, late)
        services = [made.service_of(late, person).id]
        usual = {"activity_id": walk.id, "shift_id": late, "service_ids": services, "actor": SYSTEM}
        decide(**usual, to=ServiceState.ASSIGNED, reason="")
        with pytest.raises(Conflict) as refused:
            moved(walk, here, late, person)
        assert refused.value.code == "there_already"
        decide(**usual, to=ServiceState.REFUSED, reason="人满了")
        assert moved(walk, here, late, person) == 1
        assert [line.state for line in services_in(late)] == [ServiceState.APPLIED]

    def test_who_is_too_young_there(self, walk):
        young = made.add_shift(walk, min_age=14)
        _account, person = made.offered(walk, young, guardian=True, birth=date(2014, 1, 1))
        with pytest.raises(DomainError) as refused:
            moved(walk, young, made.add_shift(walk), person)
        assert refused.value.code == "too_young"

    def test_who_has_signed_in_stays(self, walk, here, there, clock):
        _account, person = made.assigned(walk, here)
        clock.shift(seconds=(walk.starts_at - now()).total_seconds())
        sign(activity_id=walk.id, shift_id=here, person_id=person, actor=SYSTEM)
        with pytest.raises(Conflict) as refused:
            moved(walk, here, there, person)
        assert refused.value.code == "signed_in"

    def test_to_itself_to_nowhere_to_another_activity_and_nobody(self, walk, here, there):
        _account, person = made.assigned(walk, here)
        with pytest.raises(Conflict):
            moved(walk, here, here, person)
        other = walks.make_walk(starts_at=walk.starts_at)
        for target in (uuid7(), made.add_shift(other)):
            with pytest.raises(NotFound):
                moved(walk, here, target, person)
        with pytest.raises(DomainError):
            moved(walk, here, there)
        cancel_shift(activity_id=walk.id, shift_id=there, actor=SYSTEM)
        with pytest.raises(Conflict):
            moved(walk, here, there, person)

    def test_who_does_not_come_is_not_moved(self, walk, here, there):
        _account, person = made.offered(walk, here)
        services = [made.service_of(here, person).id]
        decide(
            activity_id=walk.id, shift_id=here, service_ids=services, to=ServiceState.REFUSED, reason="x", actor=SYSTEM
        )
        with pytest.raises(Conflict) as refused:
            moved(walk, here, there, person)
        assert refused.value.code == "not_on_shift"


class TestChanging:
    def test_no_fewer_than_are_assigned(self, walk, here):
        for _ in range(2):
            made.assigned(walk, here)
        with pytest.raises(Conflict) as refused:
            save_shift(
                activity_id=walk.id, shift_id=here, draft=made.draft(walk.starts_at, needed=1), version=1, actor=SYSTEM
            )
        assert (refused.value.code, refused.value.field) == ("fewer_than_on", "needed")

    def test_not_into_the_time_of_another_shift_of_somebody_on_it(self, walk, here):
        late = made.add_shift(walk, starts_at=walk.starts_at + 4 * HOUR)
        made.offered(walk, here, late)
        usual = {"activity_id": walk.id, "shift_id": here, "version": 1, "actor": SYSTEM}
        with pytest.raises(Conflict) as refused:
            save_shift(**usual, draft=made.draft(walk.starts_at + 3 * HOUR))
        assert (refused.value.code, refused.value.field) == ("times_clash", "starts_at")
        save_shift(**usual, draft=made.draft(walk.starts_at + HOUR))


class TestCopying:
    @pytest.fixture
    def walk(self):
        return activities.station()

    def copied(self, walk, code="COPY"):
        starts_at = walk.starts_at + timedelta(weeks=52)
        copy = StationCopy(source_id=walk.id, code=code, name="再来一次", starts_at=starts_at)
        made_id = copy_station(copy=copy, season_id=None, actor=SYSTEM)
        outbox.drain()
        db.session.commit()
        return made_id

    def test_shifts_go_along_with_the_station_and_people_do_not(self, walk, here, there):
        made.assigned(walk, here)
        cancel_shift(activity_id=walk.id, shift_id=there, actor=SYSTEM)
        (line,) = shifts_of(self.copied(walk))
        old = db.session.get_one(Shift, here)
        assert (line.shift.post, line.shift.place, line.shift.needed) == (old.post, old.place, old.needed)
        assert line.shift.starts_at == old.starts_at + timedelta(weeks=52)
        assert line.shift.ends_at == old.ends_at + timedelta(weeks=52)
        assert line.shift.code != old.code
        assert (line.assigned, line.by_state) == (0, {})

    def test_the_job_repeated_copies_nothing_twice(self, walk, here):
        copy = self.copied(walk)
        assert copy_shifts(source_id=walk.id, activity_id=copy, actor=SYSTEM) == 0
        assert copy_shifts(source_id=uuid7(), activity_id=copy, actor=SYSTEM) == 0
        assert len(shifts_of(copy)) == 1

    def test_a_station_without_shifts(self, walk):
        copy = self.copied(walk)
        assert shifts_of(copy) == []
        assert db.session.execute(select(Shift)).first() is None
