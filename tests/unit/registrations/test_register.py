"""The one way in: who gets a place, a number and a code, who waits, who is refused and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.activities.constants import Allocation
from app.activities.models import Category
from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.passes.models import Pass
from app.people.models import Person
from app.registrations.constants import Source
from app.registrations.models import Registration
from app.registrations.services.changes import cancel
from app.registrations.services.register import register_family, register_many
from tests.factories import activities, people
from tests.factories.registrations import entry, registered

pytestmark = pytest.mark.usefixtures("ctx", "clock", "open_office")
WEB = {"source": Source.WEB}


@pytest.fixture
def open_office():
    people.notice()


def counted(model, *where) -> int:
    return db.session.execute(select(func.count()).select_from(model).where(*where)).scalar_one()


def states(station) -> list[str]:
    rows = select(Registration.state).where(Registration.activity_id == station.id).order_by(Registration.id)
    return list(db.session.execute(rows).scalars())


def assert_refused(code: str, act) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.code == code
    return refusal.value


def test_who_registers_has_a_place_a_number_and_a_code():
    station = activities.station()
    outcome = registered(station, **WEB)
    assert (outcome.state, outcome.bib, outcome.queue_no) == ("confirmed", "A0001", None)
    assert outcome.issued is not None
    assert counted(Pass, Pass.person_id == outcome.person_id) == 1


def test_numbers_go_up_by_category_and_are_never_given_twice():
    station = activities.station()
    bibs = [registered(station, category=category).bib for category in ("TY", "TZ", "TY", "TZ")]
    assert bibs == ["A0001", "B0001", "A0002", "B0002"]


def test_first_come_first_served_then_the_waiting_list():
    station = activities.station(capacity=2)
    outcomes = [registered(station, **WEB) for _ in range(4)]
    assert [one.state for one in outcomes] == ["confirmed", "confirmed", "waitlisted", "waitlisted"]
    assert [one.queue_no for one in outcomes] == [None, None, 1, 2]
    assert [one.bib for one in outcomes[2:]] == [None, None]


def test_without_a_waiting_list_a_full_category_says_which():
    station = activities.station(capacity=1, window={"waiting_list": False})
    registered(station, **WEB)
    refusal = assert_refused("category_full", lambda: registered(station, **WEB))
    assert refusal.params["category"] == "体验组"
    assert states(station) == ["confirmed"]


def test_a_full_category_leaves_the_other_open():
    station = activities.station(capacity=1, window={"waiting_list": False})
    registered(station, **WEB)
    assert registered(station, category="TZ", **WEB).state == "confirmed"


def test_whoever_cancels_hands_the_place_to_the_first_who_waits():
    station = activities.station(capacity=1)
    first, second, third = (registered(station, **WEB) for _ in range(3))
    cancel(activity_id=station.id, registration_id=first.registration_id, actor=SYSTEM, checked_in=False)
    db.session.expire_all()
    rows = {row.id: row for row in db.session.execute(select(Registration)).scalars()}
    assert rows[second.registration_id].state == "confirmed"
    assert rows[second.registration_id].bib
    assert rows[third.registration_id].state == "waitlisted"


def test_whoever_comes_back_stands_at_the_end_of_the_queue():
    station = activities.station(capacity=1)
    raw = people.raw_person()
    registered(station, **WEB)
    early = registered(station, raw, **WEB)
    registered(station, **WEB)
    cancel(activity_id=station.id, registration_id=early.registration_id, actor=SYSTEM, checked_in=False)
    again = registered(station, raw, **WEB)
    assert (again.registration_id, again.state, again.queue_no) == (early.registration_id, "waitlisted", 3)


def test_the_same_person_twice_is_one_registration():
    station = activities.station()
    raw = people.raw_person()
    registered(station, raw)
    refusal = assert_refused("already_registered", lambda: registered(station, raw))
    assert refusal.params["name"] == raw.name
    assert states(station) == ["confirmed"]


def test_a_draw_gives_nobody_a_place_yet_but_the_office_does():
    station = activities.station(window={"allocation": Allocation.DRAW})
    assert registered(station, **WEB).state == "in_draw"
    assert registered(station, source=Source.OFFICE).state == "confirmed"


def test_what_needs_a_look_is_submitted_without_a_number():
    station = activities.station(window={"needs_review": True})
    outcome = registered(station, **WEB)
    assert (outcome.state, outcome.bib) == ("submitted", None)


def test_the_gate_has_places_of_its_own():
    station = activities.station(capacity=1, window={"walkin_capacity": 1})
    registered(station, **WEB)
    assert registered(station, source=Source.WALK_IN).state == "confirmed"
    assert_refused("walk_ins_full", lambda: registered(station, source=Source.WALK_IN))
    taken = db.session.execute(select(Category.taken).where(Category.id == station.category)).scalar_one()
    assert taken == 1


def test_outside_its_window_a_citizen_is_refused_and_the_office_is_not(clock):
    station = activities.station()
    clock.move_to(station.starts_at - timedelta(minutes=30))
    assert_refused("registration_closed", lambda: registered(station, **WEB))
    assert registered(station, source=Source.OFFICE).state == "confirmed"


def test_nobody_too_young_for_a_category():
    station = activities.station()
    born = station.starts_at.date() - timedelta(days=365 * 12)
    with pytest.raises(DomainError):
        registered(station, people.child(birth=born), category="TZ", **WEB)
    assert states(station) == []


def test_a_family_registers_whole_or_not_at_all():
    station = activities.station(capacity=2, window={"waiting_list": False})
    three = [entry(station) for _ in range(3)]
    before = counted(Person)
    refusal = assert_refused(
        "category_full",
        lambda: register_family(
            activity_id=station.id, entries=three, source=Source.WEB, actor=SYSTEM, account_id=None
        ),
    )
    assert refusal.params["index"] == 2
    assert states(station) == []
    assert counted(Person) == before, "nothing is half stored"


def test_a_batch_registers_whom_it_can_and_says_of_each_other_why_not():
    station = activities.station(capacity=2, window={"waiting_list": False})
    raw = people.raw_person()
    entries = [entry(station, raw), entry(station, raw), entry(station, notice=None), entry(station), entry(station)]
    outcomes = register_many(activity_id=station.id, entries=entries, source=Source.WEB, actor=SYSTEM)
    told = [one.error.code if one.error else one.state for one in outcomes]
    assert told[:2] == ["confirmed", "same_person_twice"]
    assert told[3:] == ["confirmed", "category_full"]
    assert isinstance(outcomes[2].error, DomainError)
    assert states(station) == ["confirmed", "confirmed"]


def test_one_act_leaves_one_row_in_the_trail_that_names_how_many():
    station = activities.station()
    entries = [entry(station) for _ in range(3)]
    register_many(activity_id=station.id, entries=entries, source=Source.OFFICE, actor=SYSTEM)
    rows = select(AuditEntry).where(AuditEntry.action == "registration.registered")
    (row,) = db.session.execute(rows).scalars()
    assert row.details["count"] == 3


def test_an_activity_that_is_not_there():
    station = activities.station(published=False)
    with pytest.raises((Conflict, DomainError)):
        registered(station, **WEB)
