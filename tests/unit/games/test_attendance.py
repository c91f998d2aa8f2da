"""Athletes are registered and checked in at an activity, by the same code as anybody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.activities.constants import ActivityKind, CheckpointKind, Metric
from app.activities.models import Activity
from app.activities.queries.plans import checkin_plan
from app.activities.queries.tally import totals
from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.checkins.services.devices import issue_device
from app.checkins.services.record import record_scans
from app.core.clock import now, office_time
from app.core.db import db
from app.core.errors import DomainError
from app.core.ids import uuid7
from app.core.transactions import act
from app.games.constants import EntryState, EventFormat
from app.games.models import EntryMember, Event, Session, Unit
from app.games.queries.attendance import attendance, sessions_with_activities
from app.games.rules.attendance import Meeting
from app.games.services.attendance import enrol_late, give_event_activity, give_session_activity
from app.games.services.entry_changes import reinstate, scratch, withdraw
from app.games.services.programme import cancel_event
from app.passes.services import ensure_passes
from app.people.models import Person
from app.registrations.constants import RegistrationState, Source
from app.registrations.models import Registration
from app.registrations.rules.admission import Entry as Application
from app.registrations.services.register import register
from tests.factories import games as made
from tests.factories import people

pytestmark = pytest.mark.usefixtures("ctx", "clock")
STARTS = office_time(2030, 6, 1, 8)
MEETING = Meeting("区体育场", STARTS, STARTS + timedelta(hours=8))


@pytest.fixture
def climb():
    """A timed event with two athletes of different delegations."""
    games_id = made.make_games(code="twelfth", name="第十二届")
    event_id = made.add_event_to(games_id, code="CLI", name="登山", format=EventFormat.TIMED)
    persons = [people.person(), people.person()]
    for one in persons:
        made.enter(games_id, event_id, person_id=one)
    return games_id, event_id, persons


def give(climb, **more):
    games_id, event_id, _ = climb
    return give_event_activity(games_id=games_id, event_id=event_id, actor=SYSTEM, **{"meeting": MEETING, **more})


def activity_of(climb):
    games_id, event_id, _ = climb
    db.session.rollback()
    return db.session.execute(
        select(Event.activity_id).where(Event.games_id == games_id, Event.id == event_id)
    ).scalar_one()


def registered(activity_id):
    rows = db.session.execute(
        select(Registration.person_id).where(
            Registration.activity_id == activity_id, Registration.state == RegistrationState.CONFIRMED.value
        )
    )
    return set(rows.scalars())


def check_in(activity_id, person_id):
    @act
    def text():
        return ensure_passes([person_id], at=now())[person_id].text

    phone = issue_device(activity_id=activity_id, name="检录", actor=SYSTEM).ref
    item = {"id": str(uuid7()), "pass": text(), "checkpoint": "S", "scanned_at": STARTS.isoformat()}
    return [one.verdict.value for one in record_scans(device=phone, items=[item], at=STARTS + timedelta(minutes=1))]


def test_everybody_who_is_entered_is_registered(climb):
    done = give(climb)
    assert (done.new, done.there, done.left_out) == (2, 0, ())
    activity_id = activity_of(climb)
    assert registered(activity_id) == set(climb[2])
    activity = db.session.get(Activity, activity_id)
    assert (activity.kind, activity.place, activity.status) == (ActivityKind.SESSION.value, "区体育场", "published")
    kinds = [one.kind for one in checkin_plan(activity_id).checkpoints.values()]
    assert kinds == [CheckpointKind.START, CheckpointKind.FINISH]  # its times can be taken from the check-ins


def test_an_event_without_times_has_no_finish():
    games_id = made.make_games()
    event_id = made.add_event_to(games_id, format=EventFormat.JUDGED)
    give_event_activity(games_id=games_id, event_id=event_id, meeting=MEETING, actor=SYSTEM)
    activity_id = activity_of((games_id, event_id, None))
    assert [one.code for one in checkin_plan(activity_id).checkpoints.values()] == ["S"]


def test_twice_is_once(climb):
    give(climb)
    first = activity_of(climb)
    again = give(climb)
    assert (again.new, again.there) == (0, 2)
    assert activity_of(climb) == first
    assert len(db.session.execute(select(Activity.id)).all()) == 1


def test_whoever_is_checked_in_counts_in_the_activity_s_own_tables_and_here(climb):
    games_id, _, (first, second) = climb
    give(climb)
    activity_id = activity_of(climb)
    assert check_in(activity_id, first) == ["accepted"]
    (line,) = attendance(games_id)
    assert (line.entered, line.came, line.activity) == (2, 1, "TWELFTH-CLI")
    counted = totals([activity_id])[activity_id]
    assert counted["attendance"] == 1
    assert check_in(activity_id, second) == ["accepted"]
    assert attendance(games_id)[0].came == 2


def test_late_entries_follow_and_who_withdrew_does_not(climb):
    games_id, event_id, _ = climb
    give(climb)
    late, gone = people.person(), people.person()
    made.enter(games_id, event_id, person_id=late)
    made.enter(games_id, event_id, person_id=gone, state=EntryState.WITHDRAWN.value)
    done = enrol_late(games_id=games_id, event_id=event_id, actor=SYSTEM)
    assert (done.new, done.there) == (1, 2)
    assert registered(activity_of(climb)) == {*climb[2], late}
    assert attendance(games_id)[0].entered == 3


def test_somebody_in_two_entries_is_one_person(climb):
    games_id, event_id, persons = climb
    made.enter(games_id, event_id, person_id=persons[0])
    assert give(climb).new == 2
    assert attendance(games_id)[0].entered == 2


def test_somebody_without_a_document_whose_phone_has_changed_is_named_and_the_others_are_registered(climb):
    games_id, event_id, _ = climb
    odd = people.person(people.without_document())
    made.enter(games_id, event_id, person_id=odd)

    @act
    def another_phone():
        db.session.execute(update(Person).where(Person.id == odd).values(phone="+8613900000000"))

    another_phone()
    done = give(climb)
    assert done.new == 2
    assert [why.code for _, why in done.left_out] == ["person_incomplete"]
    assert len(db.session.execute(select(Person.id)).all()) == 3  # nobody was made anew


def test_citizens_cannot_sign_up_by_themselves(climb):
    give(climb)
    activity_id = activity_of(climb)
    category = next(iter(checkin_plan(activity_id).categories))
    with pytest.raises(DomainError) as refused:
        register(
            activity_id=activity_id,
            entry=Application(person=people.person_input(), category_id=category),
            source=Source.WEB,
            actor=SYSTEM,
        )
    assert refused.value.code == "registration_closed"


@pytest.mark.parametrize(
    ("meeting", "field"),
    [
        (replace(MEETING, place=" "), "place"),
        (replace(MEETING, ends_at=STARTS), "ends_at"),
    ],
)
def test_a_meeting_that_cannot_be_leaves_nothing_behind(climb, meeting, field):
    with pytest.raises(DomainError) as refused:
        give(climb, meeting=meeting)
    assert refused.value.field == field
    assert activity_of(climb) is None
    assert not db.session.execute(select(Activity.id)).all()


def test_what_is_over_or_called_off_gets_no_activity(climb):
    games_id, event_id, _ = climb
    with pytest.raises(DomainError) as refused:
        give(climb, meeting=Meeting("区体育场", STARTS - timedelta(days=2), STARTS - timedelta(days=1)))
    assert refused.value.code == "already_over"
    cancel_event(games_id=games_id, event_id=event_id, reason="报项不足", actor=SYSTEM)
    with pytest.raises(DomainError) as refused:
        give(climb)
    assert refused.value.code == "event_cancelled"
    with pytest.raises(DomainError) as refused:
        enrol_late(games_id=games_id, event_id=event_id, actor=SYSTEM)
    assert refused.value.code == "no_activity"
    assert attendance(games_id) == []


def test_a_session_brings_the_athletes_of_all_its_events_together(climb):
    games_id, event_id, persons = climb
    other = made.add_event_to(games_id, format=EventFormat.JUDGED)
    third = people.person()
    made.enter(games_id, other, person_id=third)
    made.enter(games_id, other, person_id=persons[0])
    session_id = uuid7()

    @act
    def plan():
        db.session.add(
            Session(
                games_id=games_id,
                id=session_id,
                name="第一单元",
                venue="区体育场",
                starts_at=STARTS,
                ends_at=STARTS + timedelta(hours=4),
                status="scheduled",
            )
        )
        db.session.flush()
        for number, one in enumerate((event_id, other)):
            db.session.add(
                Unit(
                    games_id=games_id,
                    id=uuid7(),
                    event_id=one,
                    kind="heat",
                    phase="only",
                    number=number + 1,
                    field=[],
                    session_id=session_id,
                    status="scheduled",
                )
            )

    plan()
    done = give_session_activity(games_id=games_id, session_id=session_id, actor=SYSTEM)
    assert done.new == 3
    assert give_session_activity(games_id=games_id, session_id=session_id, actor=SYSTEM).there == 3
    (line,) = sessions_with_activities(games_id)
    activity_id = db.session.execute(select(Activity.id).where(Activity.code == line.activity)).scalar_one()
    check_in(activity_id, third)
    assert sessions_with_activities(games_id)[0].came == 1
    with pytest.raises(DomainError) as refused:
        give_session_activity(games_id=games_id, session_id=uuid7(), actor=SYSTEM)
    assert refused.value.code == "session_not_found"


def test_each_act_stands_in_the_trail_of_the_games_once(climb):
    give(climb)
    rows = db.session.execute(
        select(AuditEntry.action, AuditEntry.details).where(
            AuditEntry.scope_id == climb[0], AuditEntry.action == "games.enrolled"
        )
    ).all()
    assert [(row.details["new"], row.details["left_out"]) for row in rows] == [(2, 0)]


def test_the_page_s_figures_take_three_statements(climb, statements):
    give(climb)
    db.session.rollback()
    with statements() as seen:
        attendance(climb[0])
    assert len(seen) == 3


class TestLeaving:
    """Whoever no longer takes part is not waited for: the registration ends with the entry."""

    @pytest.fixture
    def given(self, climb):
        give(climb)
        return climb, activity_of(climb)

    @staticmethod
    def entry_of(climb, person_id):
        games_id, _event, _persons = climb
        return db.session.execute(
            select(EntryMember.entry_id).where(EntryMember.games_id == games_id, EntryMember.person_id == person_id)
        ).scalar_one()

    def test_a_withdrawn_entry_leaves_the_activity(self, given):
        (climb, activity_id), (games_id, _event, persons) = given, given[0]
        withdraw(games_id=games_id, entry_id=self.entry_of(climb, persons[0]), actor=SYSTEM)
        assert registered(activity_id) == {persons[1]}
        assert totals([activity_id])[activity_id][Metric.REGISTERED] == 1

    def test_a_scratched_one_too_and_put_back_it_is_filled_up_again(self, given):
        (climb, activity_id), (games_id, event_id, persons) = given, given[0]
        entry_id = self.entry_of(climb, persons[0])
        scratch(games_id=games_id, entry_id=entry_id, reason="伤", actor=SYSTEM)
        assert registered(activity_id) == {persons[1]}
        reinstate(games_id=games_id, entry_id=entry_id, reason="复查", actor=SYSTEM)
        enrol_late(games_id=games_id, event_id=event_id, actor=SYSTEM)
        assert registered(activity_id) == set(persons)

    def test_who_has_been_checked_in_stays(self, given, clock):
        (climb, activity_id), (games_id, _event, persons) = given, given[0]
        clock.move_to(STARTS)
        check_in(activity_id, persons[0])
        scratch(games_id=games_id, entry_id=self.entry_of(climb, persons[0]), reason="伤", actor=SYSTEM)
        assert registered(activity_id) == set(persons)

    def test_another_live_entry_keeps_the_place(self, given):
        (games_id, event_id, persons), activity_id = given
        made.enter(games_id, event_id, person_id=persons[0])
        first = (
            db.session.execute(
                select(EntryMember.entry_id)
                .where(EntryMember.games_id == games_id, EntryMember.person_id == persons[0])
                .order_by(EntryMember.entry_id)
            )
            .scalars()
            .first()
        )
        scratch(games_id=games_id, entry_id=first, reason="重复", actor=SYSTEM)
        assert registered(activity_id) == set(persons)

    def test_without_an_activity_nothing_happens(self, climb):
        games_id, _event, persons = climb
        withdraw(games_id=games_id, entry_id=self.entry_of(climb, persons[0]), actor=SYSTEM)
        assert db.session.execute(select(func.count()).select_from(Registration)).scalar_one() == 0
