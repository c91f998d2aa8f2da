"""The activities of the games: athletes are registered and checked in by the same code as anybody else."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from app.activities.models import Activity
from app.activities.queries.plans import checkin_plan
from app.activities.services.life import publish
from app.activities.services.stations import create_station
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import EntryState, EventFormat, EventStatus
from app.games.models import Discipline, Entry, EntryMember, Games, Session, Unit
from app.games.rules.attendance import Meeting, check_meeting, station_of
from app.games.rules.programme import code_from
from app.games.services.opening import open_event
from app.people.constants import DocumentType
from app.people.models import Person, PersonAlias
from app.people.rules.intake import PersonInput
from app.people.services.persons import no_document_key
from app.registrations.constants import Source
from app.registrations.rules.admission import Entry as Application
from app.registrations.services.register import register_many

THERE = "already_registered"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What registering the athletes came to. `left_out`: (name, refusal) of those who could not be."""

    new: int
    there: int
    left_out: tuple[tuple[str, Exception], ...]


@act
def give_event_activity(
    *, games_id: uuid.UUID, event_id: uuid.UUID, meeting: Meeting, actor: Actor, at: datetime | None = None
) -> Enrolled:
    """Make the activity of an event, publish it and register its athletes; one that is there is only filled up.

    Raises Conflict `event_cancelled`, DomainError with the field that has to be changed.
    """
    at = at or now()
    event = open_event(games_id, event_id)
    if event.status == EventStatus.CANCELLED.value:
        raise Conflict("event_cancelled", N_("这个小项已取消。"))
    if event.activity_id is None:
        discipline = db.session.get_one(Discipline, (games_id, event.discipline_id))
        name = event.name if event.name.startswith(discipline.name) else f"{discipline.name}{event.name}"
        timed = event.format == EventFormat.TIMED.value
        event.activity_id = _made(games_id, meeting, event.code, name, [event_id], actor, at, timed=timed)
        event.version += 1
    return _enrol(games_id, event.activity_id, [event_id], actor, at, subject=("event", event_id))


@act
def give_session_activity(
    *, games_id: uuid.UUID, session_id: uuid.UUID, actor: Actor, at: datetime | None = None
) -> Enrolled:
    """The same for all athletes of a session of the schedule; when and where it is says the session."""
    at = at or now()
    session = db.session.execute(
        select(Session)
        .where(Session.games_id == games_id, Session.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if session is None:
        raise NotFound("session_not_found", N_("没有找到这个单元。"))
    playing = select(Unit.event_id).where(Unit.games_id == games_id, Unit.session_id == session_id).distinct()
    events = db.session.execute(playing).scalars().all()
    if session.activity_id is None:
        meeting = Meeting(session.venue, session.starts_at, session.ends_at)
        session.activity_id = _made(games_id, meeting, "S", session.name, events, actor, at, timed=False)
    return _enrol(games_id, session.activity_id, events, actor, at, subject=("session", session_id))


@act
def enrol_late(*, games_id: uuid.UUID, event_id: uuid.UUID, actor: Actor, at: datetime | None = None) -> Enrolled:
    """Register whoever was entered since; safe to repeat. Raises Conflict `no_activity`."""
    event = open_event(games_id, event_id)
    if event.activity_id is None:
        raise Conflict("no_activity", N_("这个小项没有关联活动。"))
    return _enrol(games_id, event.activity_id, [event_id], actor, at or now(), subject=("event", event_id))


def _made(
    games_id: uuid.UUID,
    meeting: Meeting,
    code: str,
    name: str,
    events: Sequence[uuid.UUID],
    actor: Actor,
    at: datetime,
    *,
    timed: bool,
) -> uuid.UUID:
    check_meeting(meeting)
    games = db.session.get_one(Games, games_id)
    base = f"{games.code}-{code}"
    taken = db.session.execute(_codes_like(base)).scalars().all()
    members = select(func.count(EntryMember.person_id.distinct())).where(EntryMember.games_id == games_id)
    draft = station_of(
        meeting,
        code=code_from(base, [one.upper() for one in taken], most=40),
        name=f"{games.name} {name}"[:80],
        category=_ATHLETES,
        points=(_CALL_ROOM, _FINISH if timed else None),
        people=db.session.execute(members.where(EntryMember.entry_id.in_(_live(games_id, events)))).scalar_one(),
        at=at,
    )
    made = create_station(draft=draft, actor=actor, at=at)
    publish(activity_id=made, version=None, actor=actor, at=at)
    return made


_ATHLETES, _CALL_ROOM, _FINISH = N_("运动员"), N_("检录处"), N_("终点")


def _codes_like(base: str) -> Any:
    return select(Activity.code).where(or_(Activity.code == base.upper(), Activity.code.like(f"{base.upper()}-%")))


def _live(games_id: uuid.UUID, events: Sequence[uuid.UUID]) -> Any:
    return select(Entry.id).where(
        Entry.games_id == games_id, Entry.event_id.in_(events), Entry.state == EntryState.ENTERED.value
    )


def _enrol(
    games_id: uuid.UUID,
    activity_id: uuid.UUID,
    events: Sequence[uuid.UUID],
    actor: Actor,
    at: datetime,
    *,
    subject: tuple[str, uuid.UUID],
) -> Enrolled:
    category = next(iter(checkin_plan(activity_id).categories.values())).id
    persons = _athletes(games_id, events)
    left_out: list[tuple[str, Exception]] = []
    applications: list[Application] = []
    for person in persons:
        given = _known_as(person)
        if given is None:
            left_out.append((person.name, Conflict("person_incomplete", N_("资料不全，请到服务台现场报名。"))))
        else:
            applications.append(Application(person=given, category_id=category))
    outcomes = (
        register_many(activity_id=activity_id, entries=applications, source=Source.IMPORT, actor=actor, at=at)
        if applications
        else []
    )
    there = sum(one.existing for one in outcomes)
    left_out += [
        (applications[one.index].person.name, one.error)
        for one in outcomes
        if one.error is not None and one.error.code != THERE
    ]
    new = len(persons) - there - len(left_out)
    kind, subject_id = subject
    record(
        actor,
        "games.enrolled",
        subject_kind=kind,
        subject_id=subject_id,
        scope_id=games_id,
        activity=str(activity_id),
        new=new,
        there=there,
        left_out=len(left_out),
    )
    return Enrolled(new, there, tuple(left_out))


def _athletes(games_id: uuid.UUID, events: Sequence[uuid.UUID]) -> list[Person]:
    """Everybody behind a live entry of these events once, as whom they count."""
    ids = (
        select(func.coalesce(PersonAlias.canonical_id, EntryMember.person_id))
        .select_from(EntryMember)
        .outerjoin(PersonAlias, PersonAlias.person_id == EntryMember.person_id)
        .where(EntryMember.games_id == games_id, EntryMember.entry_id.in_(_live(games_id, events)))
    )
    return list(db.session.execute(select(Person).where(Person.id.in_(ids)).order_by(Person.id)).scalars())


def _known_as(person: Person) -> PersonInput | None:
    """What finds this person again; None for somebody without a document whose phone has changed since."""
    kind = DocumentType(person.document_type)
    if kind is DocumentType.NONE and (
        person.birth_date is None
        or person.phone is None
        or no_document_key(person.name, person.birth_date, person.phone) != person.no_document_key
    ):
        return None
    return PersonInput(
        name=person.name,
        document_type=kind,
        document_number=person.document_number,
        sex=person.sex,
        birth_date=person.birth_date,
        phone=person.phone,
        town_id=person.town_id,
        organisation_id=person.organisation_id,
        guardian_name=person.guardian_name,
        guardian_phone=person.guardian_phone,
        guardian_relation=person.guardian_relation,
    )
