"""The one way into an activity: `register`, and `register_many` beneath it.

The web form, the family list, the team file, the walk-in, the API, the demo
and imports all end here, so that each rule stands once. A single registration
is a batch of one.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.activities.constants import Allocation
from app.activities.services import places
from app.audit.services import Actor, record
from app.core.clock import now
from app.core.crypto import blind_index, sha256
from app.core.db import db, table
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.outbox import send
from app.core.text import N_, pinyin_initials
from app.core.transactions import act
from app.passes.services import IssuedPass, ensure_passes
from app.people.constants import PROVEN, ConsentKind, ProofLevel, Relation
from app.people.models import AccountPerson
from app.people.services.consents import Agreement, agree
from app.people.services.persons import ensure_persons, link, note_presence
from app.registrations.constants import ACTIVE_STATES, RegistrationState, Source
from app.registrations.models import Registration, RegistrationEvent
from app.registrations.rules.admission import Entry, check_entry, check_window, consent_kinds
from app.registrations.services.facts import ActivityWithTexts, load_facts
from app.registrations.services.tallies import count_states


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one entry came to: a registration, or `error`.

    `proven`: the caller may see bib and code of this person. `existing`: the
    person was registered already (only told to somebody who is proven).
    """

    index: int
    error: DomainError | None = None
    registration_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    category_id: uuid.UUID | None = None
    state: RegistrationState | None = None
    bib: str | None = None
    queue_no: int | None = None
    proven: bool = True
    existing: bool = False
    issued: IssuedPass | None = None


@dataclass(slots=True)
class _Slot:
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


@act
def register(
    *,
    activity_id: uuid.UUID,
    entry: Entry,
    source: Source,
    actor: Actor,
    account_id: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Outcome:
    """Register one person; DomainError with a code when it cannot be, and nothing is stored."""
    outcome = register_many(
        activity_id=activity_id, entries=[entry], source=source, actor=actor, account_id=account_id, at=at
    )[0]
    if outcome.error is not None:
        raise outcome.error
    return outcome


@act
def register_family(
    *,
    activity_id: uuid.UUID,
    entries: Sequence[Entry],
    source: Source,
    actor: Actor,
    account_id: uuid.UUID,
    at: datetime | None = None,
) -> list[Outcome]:
    """Register several people at once: all of them, or nobody and the first reason (with its place)."""
    outcomes = register_many(
        activity_id=activity_id, entries=entries, source=source, actor=actor, account_id=account_id, at=at
    )
    for outcome in outcomes:
        if outcome.error is not None:
            outcome.error.params["index"] = outcome.index
            raise outcome.error
    return outcomes


@act
def register_many(
    *,
    activity_id: uuid.UUID,
    entries: Sequence[Entry],
    source: Source,
    actor: Actor,
    account_id: uuid.UUID | None = None,
    team_id: uuid.UUID | None = None,
    at: datetime | None = None,
) -> list[Outcome]:
    """Register a batch, in order; an entry that cannot be registered carries its `error`, the others stand.

    `at`: the moment of registering (default now). Raises what concerns all:
    the activity unknown, closed, not yet open.
    """
    at = at or now()
    facts = load_facts(activity_id)
    check_window(facts.activity, at, source)
    outcomes: dict[int, Outcome] = {}
    slots = _admit(entries, facts, source, outcomes)
    _identify(slots, account_id, at, outcomes)
    slots = [slot for slot in slots if slot.index not in outcomes]
    slots = _drop_registered(activity_id, slots, facts, account_id, source, outcomes)
    _allocate(activity_id, slots, facts, source, at, outcomes)
    slots = [slot for slot in slots if slot.index not in outcomes]
    _number(activity_id, slots)
    passes = ensure_passes([slot.person_id for slot in slots if slot.person_id], at=at)
    _store(activity_id, slots, facts, source, account_id, team_id, actor, at)
    _after(activity_id, slots, facts, source, account_id, actor, at)
    for slot in slots:
        outcomes[slot.index] = Outcome(
            index=slot.index,
            registration_id=slot.id,
            person_id=slot.person_id,
            category_id=slot.entry.category_id,
            state=slot.state,
            bib=slot.bib,
            queue_no=slot.queue_no,
            proven=slot.proven,
            issued=passes[slot.person_id] if slot.person_id else None,
        )
    return [outcomes[index] for index in range(len(entries))]


def _admit(
    entries: Sequence[Entry], facts: ActivityWithTexts, source: Source, outcomes: dict[int, Outcome]
) -> list[_Slot]:
    slots = []
    for index, entry in enumerate(entries):
        try:
            age = check_entry(
                entry,
                facts.activity,
                facts.categories.get(entry.category_id),
                source=source,
                notice_version=facts.notice_version,
            )
        except DomainError as error:
            outcomes[index] = Outcome(index, error=error)
        else:
            slots.append(_Slot(index=index, entry=entry, age=age))
    return slots


_LINKS = select(AccountPerson.person_id, AccountPerson.proof).where(
    AccountPerson.account_id == bindparam("account"), AccountPerson.person_id.in_(bindparam("ids", expanding=True))
)


def _identify(
    slots: list[_Slot], account_id: uuid.UUID | None, at: datetime, outcomes: dict[int, Outcome]
) -> None:
    found = ensure_persons([slot.entry.person for slot in slots], at=at)
    seen: set[uuid.UUID] = set()
    for slot, person in zip(slots, found, strict=True):
        if person.person_id is None:
            outcomes[slot.index] = Outcome(slot.index, error=person.error)
        elif person.person_id in seen:
            outcomes[slot.index] = Outcome(slot.index, error=_twice(slot.entry.person.name))
        else:
            seen.add(person.person_id)
            slot.person_id, slot.created = person.person_id, person.created
    if account_id is None:
        return
    mine = [slot for slot in slots if slot.person_id is not None]
    known = dict(
        db.session.execute(_LINKS, {"account": account_id, "ids": [slot.person_id for slot in mine]}).tuples().all()
    )
    for slot in mine:
        if slot.person_id is None:
            continue
        proof = known.get(slot.person_id)
        if proof is None:
            proof = ProofLevel.CREATED if slot.created else ProofLevel.TYPED
            link(
                account_id=account_id,
                person_id=slot.person_id,
                relation=Relation(slot.entry.relation),
                proof=ProofLevel(proof),
                at=at,
            )
        slot.proven = ProofLevel(proof) in PROVEN


def _twice(name: str) -> DomainError:
    return DomainError("same_person_twice", N_("%(name)s 填了两次，请删去一行。"), field="name", name=name)


_EXISTING = select(
    Registration.id,
    Registration.person_id,
    Registration.category_id,
    Registration.state,
    Registration.bib,
    Registration.queue_no,
).where(Registration.activity_id == bindparam("a"), Registration.person_id.in_(bindparam("ids", expanding=True)))


def _drop_registered(
    activity_id: uuid.UUID,
    slots: list[_Slot],
    facts: ActivityWithTexts,
    account_id: uuid.UUID | None,
    source: Source,
    outcomes: dict[int, Outcome],
) -> list[_Slot]:
    """Take out who is registered already. Somebody unproven gets the answer of a success."""
    rows = db.session.execute(_EXISTING, {"a": activity_id, "ids": [slot.person_id for slot in slots]})
    existing = {row.person_id: row for row in rows}
    rest = []
    for slot in slots:
        old = existing.get(slot.person_id)
        slot.old = old
        if old is None or old.state not in ACTIVE_STATES:
            rest.append(slot)
            continue
        told = slot.proven or account_id is None or source is not Source.WEB
        error = (
            Conflict(
                "already_registered",
                N_("%(name)s 已经报过%(activity)s。"),
                name=slot.entry.person.name,
                activity=facts.activity.name,
                registration_id=str(old.id),
            )
            if told
            else None
        )
        outcomes[slot.index] = Outcome(
            index=slot.index,
            error=error,
            registration_id=old.id,
            person_id=slot.person_id,
            category_id=old.category_id,
            state=RegistrationState(old.state),
            proven=slot.proven,
            existing=True,
        )
    return rest


def _allocate(
    activity_id: uuid.UUID,
    slots: list[_Slot],
    facts: ActivityWithTexts,
    source: Source,
    at: datetime,
    outcomes: dict[int, Outcome],
) -> None:
    """Give places in order: walk-ins their own, a draw none yet, else first come with a waiting list."""
    if source in {Source.WALK_IN, Source.SCAN}:
        for slot in slots:
            if not places.take_walk_in(activity_id, bounded=source is Source.WALK_IN):
                outcomes[slot.index] = Outcome(slot.index, error=_full_gate())
        return
    if facts.activity.allocation == Allocation.DRAW and source not in {Source.OFFICE, Source.DEMO, Source.IMPORT}:
        for slot in slots:
            slot.state = RegistrationState.IN_DRAW
        return
    confirmed = RegistrationState.SUBMITTED if facts.activity.needs_review else RegistrationState.CONFIRMED
    may_queue = facts.activity.waiting_list and at < facts.activity.gate_opens_at
    for category_id in dict.fromkeys(slot.entry.category_id for slot in slots):
        group = [slot for slot in slots if slot.entry.category_id == category_id]
        got = places.allot(activity_id, category_id, len(group), may_queue=may_queue)
        for place, slot in enumerate(group):
            if place < got.granted:
                slot.state = confirmed
            elif place < got.granted + got.queued:
                slot.state = RegistrationState.WAITLISTED
                slot.queue_no = got.first_no + place - got.granted
            else:
                outcomes[slot.index] = Outcome(slot.index, error=_full(facts, category_id))


def _full(facts: ActivityWithTexts, category_id: uuid.UUID) -> DomainError:
    return Conflict(
        "category_full", N_("%(category)s已满。"), field="category", category=facts.categories[category_id].name
    )


def _full_gate() -> DomainError:
    return Conflict("walk_ins_full", N_("现场名额已满，请到服务台问一问。"))


def _number(activity_id: uuid.UUID, slots: list[_Slot]) -> None:
    """Bibs at confirmation; one that was given before is kept."""
    for category_id in dict.fromkeys(slot.entry.category_id for slot in slots):
        group = [
            slot
            for slot in slots
            if slot.entry.category_id == category_id and slot.state is RegistrationState.CONFIRMED
        ]
        fresh = []
        for slot in group:
            if slot.old is not None and slot.old.bib:
                slot.bib = slot.old.bib
            else:
                fresh.append(slot)
        if fresh:
            wanted = [slot.entry.person.organisation_id for slot in fresh]
            for slot, bib in zip(fresh, places.next_bibs(activity_id, category_id, wanted), strict=True):
                slot.bib = bib


def name_index(name: str) -> bytes:
    """The keyed index of a whole name inside activities."""
    return blind_index(name, "registration.name")


def phone_tail(phone: str | None) -> bytes | None:
    """The keyed hash of a phone's last four digits, for the search at the gate."""
    return blind_index(phone[-4:], "registration.phone_tail") if phone else None


def _row(
    slot: _Slot,
    activity_id: uuid.UUID,
    source: Source,
    account_id: uuid.UUID | None,
    team_id: uuid.UUID | None,
    at: datetime,
) -> dict[str, Any]:
    person = slot.entry.person
    return {
        "activity_id": activity_id,
        "id": slot.id,
        "person_id": slot.person_id,
        "category_id": slot.entry.category_id,
        "account_id": account_id,
        "team_id": team_id,
        "state": slot.state.value,
        "source": source.value,
        "walk_in": source in {Source.WALK_IN, Source.SCAN},
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
        "created_at": at,
        "confirmed_at": at if slot.state is RegistrationState.CONFIRMED else None,
        "cancelled_at": None,
    }


def _store(
    activity_id: uuid.UUID,
    slots: list[_Slot],
    facts: ActivityWithTexts,
    source: Source,
    account_id: uuid.UUID | None,
    team_id: uuid.UUID | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Insert new rows and revive ended ones (at the end of the queue, with an event)."""
    fresh: list[dict[str, Any]] = []
    revived: list[dict[str, Any]] = []
    for slot in slots:
        slot.id = slot.old.id if slot.old is not None else uuid7()
        row = _row(slot, activity_id, source, account_id, team_id, at)
        (fresh if slot.old is None else revived).append(row)
    if fresh:
        dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
        done = set(
            db.session.execute(
                dialect.insert(table(Registration)).on_conflict_do_nothing().returning(table(Registration).c.id), fresh
            ).scalars()
        )
        if len(done) < len(fresh):  # the same person registered in another transaction just now
            raise Conflict("already_registered", N_("刚刚已经报过了，请刷新看看。"))
    for row in revived:
        values = {key: value for key, value in row.items() if key not in {"activity_id", "id", "person_id"}}
        db.session.execute(
            update(Registration)
            .where(Registration.activity_id == activity_id, Registration.id == row["id"])
            .values(**values)
        )
        note_event(activity_id, row["id"], RegistrationState(row["state"]), actor=actor, at=at)


def note_event(
    activity_id: uuid.UUID, registration_id: uuid.UUID, state: RegistrationState, *, actor: Actor, at: datetime
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


def _after(
    activity_id: uuid.UUID,
    slots: list[_Slot],
    facts: ActivityWithTexts,
    source: Source,
    account_id: uuid.UUID | None,
    actor: Actor,
    at: datetime,
) -> None:
    """What else the act leaves: consents, directory, counts, audit, word to higher rooms."""
    if not slots:
        return
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
        given_by=account_id,
        at=at,
    )
    note_presence([(slot.person_id, activity_id) for slot in slots if slot.person_id], at=at)
    count_states(
        activity_id,
        [
            (slot.state, source in {Source.WALK_IN, Source.SCAN}, slot.entry.category_id, _cut(slot))
            for slot in slots
        ],
        sign=1,
    )
    single = slots[0] if len(slots) == 1 else None
    record(
        actor,
        "registration.registered",
        subject_kind="registration",
        subject_id=single.id if single else None,
        scope_id=activity_id,
        source=source.value,
        state=single.state.value if single else None,
        count=len(slots),
        sha256=sha256(b"".join(slot.id.bytes for slot in slots if slot.id)).hex(),
    )
    send(activity_id, "registration_changed", persons=[str(slot.person_id) for slot in slots])


def _text_of(
    text: tuple[int, bytes | None, uuid.UUID | None] | None, plain: bytes
) -> tuple[int, bytes, uuid.UUID | None]:
    return (0, plain, None) if text is None else (text[0], text[1] or plain, text[2])


def _cut(slot: _Slot) -> tuple[uuid.UUID | None, int | None, str | None]:
    return slot.entry.person.town_id, slot.age, slot.entry.person.sex


def register_at_scan(
    *, activity_id: uuid.UUID, entry: Entry, actor: Actor, at: datetime
) -> Outcome:
    """A bare pass walks in by a scan: joins the act of `record_scans`; the entry names a known person."""
    return replace(
        register_many(activity_id=activity_id, entries=[entry], source=Source.SCAN, actor=actor, at=at)[0]
    )


def not_found() -> NotFound:
    """The one answer for a registration that is not there, or not the caller's."""
    return NotFound("registration_not_found", N_("没有找到这条报名。"))
