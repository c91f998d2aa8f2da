"""The one way into an activity: `register`, and `register_many` beneath it.

The web form, the family list, the team file, the walk-in, the API, the demo
and imports all end here, so that each rule stands once. A single registration
is a batch of one.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.activities.constants import Allocation
from app.activities.services import places
from app.audit.services import Actor
from app.core.clock import now
from app.core.db import table
from app.core.errors import Conflict, DomainError
from app.core.keyed import Keyed
from app.core.text import N_
from app.core.transactions import act
from app.passes.services import IssuedPass, ensure_passes
from app.people.constants import PROVEN, ProofLevel, Relation
from app.people.models import AccountPerson
from app.people.services.guessing import check_guesses
from app.people.services.persons import ensure_persons, link
from app.registrations.constants import ACTIVE_STATES, RegistrationState, Source
from app.registrations.models import Registration
from app.registrations.rules.admission import Entry, check_entry, check_window
from app.registrations.services.facts import ActivityWithTexts, load_facts
from app.registrations.services.storing import Origin, Slot, leave_traces, note_people, store


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
    return _batch(activity_id, [entry], source, actor, account_id, None, at, whole=True)[0]


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
    """Register several people at once: all of them, or nobody and the first reason (with its place).

    An account that has been told too often that a name is not a document's is told nothing more for a while.
    """
    at = at or now()
    check_guesses(account_id, at=at)
    return _batch(activity_id, entries, source, actor, account_id, None, at, whole=True)


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
    return _batch(activity_id, entries, source, actor, account_id, team_id, at, whole=False)


@act
def register_apart(
    *,
    activity_id: uuid.UUID,
    entries: Sequence[Entry],
    source: Source,
    actor: Actor,
    account_id: uuid.UUID | None,
    at: datetime | None = None,
) -> list[Outcome]:
    """Register whom one caller sent in requests of their own: as `register_many`, each with its audit row."""
    return _batch(activity_id, entries, source, actor, account_id, None, at, whole=False, apart=True)


def _batch(
    activity_id: uuid.UUID,
    entries: Sequence[Entry],
    source: Source,
    actor: Actor,
    account_id: uuid.UUID | None,
    team_id: uuid.UUID | None,
    at: datetime | None,
    *,
    whole: bool,
    apart: bool = False,
) -> list[Outcome]:
    """The steps, in docs/algorithms/registration.md. `whole`: the first refusal ends the act.

    Places and numbers are scarce: from there until the commit everybody who registers for this
    category waits. So what does not depend on them is written before, where no refusal can leave
    it behind.
    """
    at = at or now()
    origin = Origin(source=source, account_id=account_id, team_id=team_id, actor=actor, at=at)
    facts = load_facts(activity_id)
    check_window(facts.activity, at, source)
    outcomes: dict[int, Outcome] = {}
    slots = _admit(entries, facts, source, outcomes)
    # a team's leader declares for its people, but does not get them on a list of their own
    _identify(slots, account_id if team_id is None else None, at, outcomes)
    slots = _left(slots, outcomes, whole=whole)
    slots = _drop_registered(activity_id, slots, facts, account_id, source, outcomes)
    _left(slots, outcomes, whole=whole)
    passes = ensure_passes(
        [slot.person_id for slot in slots if slot.person_id],
        at=at,
        new={slot.person_id for slot in slots if slot.person_id and slot.created},
    )
    if whole:
        note_people(activity_id, slots, facts, origin)
    _allocate(activity_id, slots, facts, source, at, outcomes)
    slots = _left(slots, outcomes, whole=whole)
    _number(activity_id, slots)
    store(activity_id, slots, origin)
    if not whole:
        note_people(activity_id, slots, facts, origin)
    leave_traces(activity_id, slots, origin, apart=apart)
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


def _left(slots: list[Slot], outcomes: dict[int, Outcome], *, whole: bool) -> list[Slot]:
    """The slots that are still on their way; of a whole the first refusal is raised, with its place."""
    if whole:
        for index in sorted(outcomes):
            error = outcomes[index].error
            if error is not None:
                error.params["index"] = index
                raise error
    return [slot for slot in slots if slot.index not in outcomes]


def _admit(
    entries: Sequence[Entry], facts: ActivityWithTexts, source: Source, outcomes: dict[int, Outcome]
) -> list[Slot]:
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
            slots.append(Slot(index=index, entry=entry, age=age))
    return slots


_l, _r = table(AccountPerson).c, table(Registration).c
_LINKS = Keyed(
    lambda match: select(_l.person_id, _l.proof).where(_l.account_id == bindparam("account"), match(_l.person_id))
)


def _identify(slots: list[Slot], account_id: uuid.UUID | None, at: datetime, outcomes: dict[int, Outcome]) -> None:
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
    ids = {slot.person_id for slot in mine}
    known: dict[Any, str] = {row.person_id: row.proof for row in _LINKS.run(ids, account=account_id)} if ids else {}
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


_EXISTING = Keyed(
    lambda match: select(_r.id, _r.person_id, _r.category_id, _r.state, _r.bib, _r.queue_no).where(
        _r.activity_id == bindparam("a"), match(_r.person_id)
    )
)


def _drop_registered(
    activity_id: uuid.UUID,
    slots: list[Slot],
    facts: ActivityWithTexts,
    account_id: uuid.UUID | None,
    source: Source,
    outcomes: dict[int, Outcome],
) -> list[Slot]:
    """Take out who is registered already. Somebody unproven gets the answer of a success."""
    ids = {slot.person_id for slot in slots if not slot.created}
    existing = {row.person_id: row for row in _EXISTING.run(ids, a=activity_id)} if ids else {}
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
    slots: list[Slot],
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
    if facts.activity.allocation == Allocation.DRAW and source not in {
        Source.OFFICE,
        Source.DEMO,
        Source.IMPORT,
    }:
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
        "category_full",
        N_("%(category)s已满。"),
        field="category",
        category=facts.categories[category_id].name,
    )


def _full_gate() -> DomainError:
    return Conflict("walk_ins_full", N_("现场名额已满，请到服务台问一问。"))


def _number(activity_id: uuid.UUID, slots: list[Slot]) -> None:
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
