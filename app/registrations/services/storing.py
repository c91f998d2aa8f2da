"""What an accepted registration leaves behind: rows, events, consents, counts, audit, word to higher rooms."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.audit.services import Actor, record
from app.core.crypto import blind_index, sha256
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.growth import Growth
from app.core.ids import uuid7
from app.core.keyed import InsertNew
from app.core.outbox import send
from app.core.text import N_, pinyin_initials
from app.people.constants import ConsentKind
from app.people.services.consents import Agreement, agree
from app.people.services.persons import note_presence
from app.registrations.constants import RegistrationState, Source
from app.registrations.models import Registration, RegistrationEvent
from app.registrations.rules.admission import Entry, consent_kinds
from app.registrations.services.facts import ActivityWithTexts
from app.registrations.services.tallies import count_states


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a batch comes from: entrance, account, team, actor, moment."""

    source: Source
    account_id: uuid.UUID | None
    team_id: uuid.UUID | None
    actor: Actor
    at: datetime

    @property
    def at_the_gate(self) -> bool:
        """Walk-ins have places of their own."""
        return self.source in {Source.WALK_IN, Source.SCAN}


@dataclass(slots=True)
class Slot:
    """An entry on its way through the batch."""

    index: int
    entry: Entry
    age: int | None
    person_id: uuid.UUID | None = None
    created: bool = False
    proven: bool = True
    old: Any = None
    state: RegistrationState = RegistrationState.CONFIRMED
    queue_no: int | None = None
    bib: str | None = None
    id: uuid.UUID | None = None


def name_index(name: str) -> bytes:
    """The keyed index of a whole name inside activities."""
    return blind_index(name, "registration.name")


def phone_tail(phone: str | None) -> bytes | None:
    """The keyed hash of a phone's last four digits, for the search at the gate."""
    return blind_index(phone[-4:], "registration.phone_tail") if phone else None


def _row(slot: Slot, activity_id: uuid.UUID, origin: Origin) -> dict[str, Any]:
    person = slot.entry.person
    return {
        "activity_id": activity_id,
        "id": slot.id,
        "person_id": slot.person_id,
        "category_id": slot.entry.category_id,
        "account_id": origin.account_id,
        "team_id": origin.team_id,
        "state": slot.state.value,
        "source": origin.source.value,
        "walk_in": origin.at_the_gate,
        "bib": slot.bib,
        "queue_no": slot.queue_no,
        "name": person.name,
        "name_index": name_index(person.name),
        "initials": pinyin_initials(person.name)[:40],
        "phone_tail": phone_tail(person.phone or person.guardian_phone),
        "sex": person.sex,
        "birth_year": person.birth_date.year if person.birth_date else None,
        "age": slot.age,
        "town_id": person.town_id,
        "organisation_id": person.organisation_id,
        "answers": json.dumps(slot.entry.answers, ensure_ascii=False) if slot.entry.answers else None,
        "reason": None,
        "created_at": origin.at,
        "confirmed_at": origin.at if slot.state is RegistrationState.CONFIRMED else None,
        "cancelled_at": None,
    }


_NEW = InsertNew(Registration, "id")
_growth = Growth(Registration)


def store(activity_id: uuid.UUID, slots: list[Slot], origin: Origin) -> None:
    """Insert new rows and revive ended ones (at the end of the queue, with an event)."""
    fresh: list[dict[str, Any]] = []
    revived: list[dict[str, Any]] = []
    for slot in slots:
        slot.id = slot.old.id if slot.old is not None else uuid7()
        row = _row(slot, activity_id, origin)
        (fresh if slot.old is None else revived).append(row)
    if fresh:
        done = _NEW.run(fresh).all()
        if len(done) < len(fresh):  # the same person registered in another transaction just now
            raise Conflict("already_registered", N_("刚刚已经报过了，请刷新看看。"))
        _growth.note(activity_id, len(fresh))
    for row in revived:
        values = {key: value for key, value in row.items() if key not in {"activity_id", "id", "person_id"}}
        db.session.execute(
            update(Registration)
            .where(Registration.activity_id == activity_id, Registration.id == row["id"])
            .values(**values)
        )
        note_event(activity_id, row["id"], RegistrationState(row["state"]), actor=origin.actor, at=origin.at)


def note_event(
    activity_id: uuid.UUID,
    registration_id: uuid.UUID,
    state: RegistrationState,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Append a change of state to the registration's events, which verdicts read."""
    db.session.add(
        RegistrationEvent(
            activity_id=activity_id,
            id=uuid7(),
            registration_id=registration_id,
            state=state.value,
            at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
        )
    )
    db.session.flush()


def note_people(activity_id: uuid.UUID, slots: list[Slot], facts: ActivityWithTexts, origin: Origin) -> None:
    """What the act leaves about the people, whatever place they get: consents, the directory of who is where."""
    texts = {
        ConsentKind.PRIVACY: (facts.notice_version or 0, facts.notice_sha256, facts.notice_id),
        ConsentKind.TERMS: (facts.activity.terms_version or 0, facts.terms_sha256, facts.terms_id),
    }
    plain = sha256("")
    agree(
        [
            (slot.person_id, Agreement(kind, *_text_of(texts.get(kind), plain)))
            for slot in slots
            if slot.person_id
            for kind in consent_kinds(slot.entry)
        ],
        given_by=origin.account_id,
        at=origin.at,
    )
    note_presence([(slot.person_id, activity_id) for slot in slots if slot.person_id], at=origin.at)


def leave_traces(activity_id: uuid.UUID, slots: list[Slot], origin: Origin, *, apart: bool) -> None:
    """What the act leaves about the registrations: counts, audit (`apart`: a row each), word to higher rooms."""
    if not slots:
        return
    count_states(
        activity_id,
        [(slot.state, origin.at_the_gate, slot.entry.category_id, _cut(slot)) for slot in slots],
        sign=1,
    )
    for audited in [[slot] for slot in slots] if apart else [slots]:
        single = audited[0] if len(audited) == 1 else None
        record(
            origin.actor,
            "registration.registered",
            subject_kind="registration",
            subject_id=single.id if single else None,
            scope_id=activity_id,
            source=origin.source.value,
            state=single.state.value if single else None,
            count=len(audited),
            sha256=sha256(b"".join(slot.id.bytes for slot in audited if slot.id)).hex(),
        )
    send(activity_id, "registration_changed", persons=[str(slot.person_id) for slot in slots])


def _text_of(
    text: tuple[int, bytes | None, uuid.UUID | None] | None, plain: bytes
) -> tuple[int, bytes, uuid.UUID | None]:
    return (0, plain, None) if text is None else (text[0], text[1] or plain, text[2])


def _cut(slot: Slot) -> tuple[uuid.UUID | None, int | None, str | None]:
    return slot.entry.person.town_id, slot.age, slot.entry.person.sex


def not_found() -> NotFound:
    """The one answer for a registration that is not there, or not the caller's."""
    return NotFound("registration_not_found", N_("没有找到这条报名。"))
