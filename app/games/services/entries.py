"""Entries are made, one by one and in batches.

Whoever enters locks the event (shared: only a draw has to wait), the delegation, then the persons,
always in this order. So limits hold, nobody is entered for two delegations at once, and no entry
slips in behind a draw.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.crypto import sha256
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import EntryState, EventForm, GamesStatus
from app.games.models import Delegation, Entry, EntryMember, Event, Games
from app.games.queries.entering import drawn_events, entered_so_far, event_facts, rules_of
from app.games.queries.games import games_not_found
from app.games.rules.eligibility import Entered, EventFacts, Rules, refusals
from app.games.rules.entering import LEADER, Desk, EntryDraft, Member, check_window, entry_name
from app.games.services.opening import delegation_not_found, event_not_found, open_delegation
from app.passes.services import ensure_passes
from app.people.constants import ConsentKind, DocumentType
from app.people.models import Person
from app.people.queries.notices import current_notice
from app.people.rules.ages import is_minor
from app.people.services.consents import Agreement, agree
from app.people.services.persons import Found, ensure_persons, look_up_persons

NAME_MAX = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one entry of a batch came to: its id, or why it could not be. `existing`: it was there already."""

    entry_id: uuid.UUID | None = None
    errors: tuple[DomainError, ...] = ()
    existing: bool = False


@dataclass(slots=True)
class Open:
    """What an act on a delegation's entries has locked and read."""

    games: Games
    delegation: Delegation
    events: dict[uuid.UUID, Event]
    drawn: set[uuid.UUID]
    rules: Rules
    desk: Desk
    at: datetime
    facts: dict[uuid.UUID, EventFacts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.facts = {id_: event_facts(event) for id_, event in self.events.items()}


def open_entries(
    games_id: uuid.UUID, delegation_id: uuid.UUID, event_ids: Collection[uuid.UUID], desk: Desk, at: datetime
) -> Open:
    """Lock events and delegation, and refuse what comes too early or too late. Joins the open act."""
    events = _events(games_id, event_ids, lock=True)
    opened = _opened(games_id, open_delegation(games_id, delegation_id), events, desk, at)
    games = opened.games
    check_window(desk, GamesStatus(games.status), games.entries_open_at, games.entries_close_at, at)
    return opened


def look_at_entries(
    games_id: uuid.UUID, delegation_id: uuid.UUID, event_ids: Collection[uuid.UUID], at: datetime
) -> Open:
    """The same for a page that only reads: nothing is locked, and no time is too late."""
    delegation = db.session.get(Delegation, (games_id, delegation_id))
    if delegation is None:
        raise delegation_not_found()
    return _opened(games_id, delegation, _events(games_id, event_ids, lock=False), LEADER, at)


def _events(games_id: uuid.UUID, event_ids: Collection[uuid.UUID], *, lock: bool) -> dict[uuid.UUID, Event]:
    wanted = select(Event).where(Event.games_id == games_id, Event.id.in_(list(event_ids))).order_by(Event.id)
    if lock:
        wanted = wanted.with_for_update(read=True).execution_options(populate_existing=True)
    found = {event.id: event for event in db.session.execute(wanted).scalars()}
    if set(event_ids) - set(found):
        raise event_not_found()
    return found


def _opened(
    games_id: uuid.UUID, delegation: Delegation, events: dict[uuid.UUID, Event], desk: Desk, at: datetime
) -> Open:
    games = db.session.get(Games, games_id, populate_existing=True)
    if games is None:
        raise games_not_found()
    drawn = drawn_events(games_id, events.values()) if events else set()
    return Open(games, delegation, events, drawn, rules_of(games, delegation), desk, at)


# --------------------------------------------------------------------------- entering


@act
def enter(
    *,
    games_id: uuid.UUID,
    delegation_id: uuid.UUID,
    draft: EntryDraft,
    declared: bool,
    actor: Actor,
    desk: Desk = LEADER,
    entry_id: uuid.UUID | None = None,
    at: datetime | None = None,
) -> uuid.UUID:
    """Enter one athlete, pair or team; returns the entry's id.

    `declared`: whoever enters says that those entered (guardians for minors) know the privacy notice and
    agree. `entry_id` makes the act safe to repeat: an entry of that id that is there already is the
    answer. Raises the first reason of `refusals`, with `index` of the member, and what concerns all.
    """
    at = at or now()
    known = db.session.get(Entry, (games_id, entry_id)) if entry_id is not None else None
    if known is not None:
        if known.delegation_id != delegation_id:
            raise entry_not_found()
        return known.id
    if not draft.members:
        raise DomainError("members_missing", N_("请填运动员。"), field="members")
    opened = open_entries(games_id, delegation_id, [draft.event_id], desk, at)
    (outcome,) = admit(opened, [draft], declared=declared, actor=actor, ids=[entry_id or uuid7()])
    if outcome.errors or outcome.entry_id is None:
        raise outcome.errors[0]
    note(actor, "games.entered", opened, outcome.entry_id)
    return outcome.entry_id


@act
def enter_many(
    *,
    games_id: uuid.UUID,
    delegation_id: uuid.UUID,
    drafts: Sequence[EntryDraft],
    declared: bool,
    actor: Actor,
    desk: Desk = LEADER,
    at: datetime | None = None,
) -> list[Outcome]:
    """Enter a batch, in order: what cannot be carries its reasons, the others stand."""
    at = at or now()
    opened = open_entries(games_id, delegation_id, {draft.event_id for draft in drafts}, desk, at)
    outcomes = admit(opened, drafts, declared=declared, actor=actor, ids=[uuid7() for _ in drafts])
    made = [outcome.entry_id for outcome in outcomes if outcome.entry_id is not None]
    record(
        actor,
        "games.entered",
        subject_kind="delegation",
        subject_id=delegation_id,
        scope_id=games_id,
        count=len(made),
        refused=len(drafts) - len(made),
        sha256=sha256(b"".join(one.bytes for one in made)).hex(),
        decision=desk.decision,
    )
    return outcomes


def admit(
    opened: Open, drafts: Sequence[EntryDraft], *, declared: bool, actor: Actor, ids: Sequence[uuid.UUID]
) -> list[Outcome]:
    """Check each draft against what is entered and those before it, and store what fits. Joins the open act."""
    if not declared:
        raise DomainError("consent_missing", N_("需要您代大家声明，才能报项。"), field="declared")
    verdicts = preview(opened, drafts)
    left = [index for index, errors in enumerate(verdicts) if not errors]
    people = [member.person for index in left for member in drafts[index].members]
    found = ensure_persons(people, at=opened.at)
    lock_persons({one.person_id for one in found if one.person_id})
    entered = entered_so_far(opened.games.id, opened.delegation.id, {one.person_id for one in found if one.person_id})
    rest = iter(found)
    stored: list[tuple[EntryDraft, list[Found]]] = []
    for index in left:
        draft = drafts[index]
        persons = [next(rest) for _ in draft.members]
        keys = [one.person_id for one in persons]
        verdicts[index] = _check(opened, draft, persons, keys, entered)
        if verdicts[index]:
            continue
        before = entered.counts.get((draft.event_id, opened.delegation.id), 0)
        entered.add(draft.event_id, opened.delegation.id, keys)
        _store(opened, draft, persons, (ids[index], before), actor)
        stored.append((draft, persons))
    leave_traces(opened, stored, actor)
    return [Outcome(None if errors else ids[index], tuple(errors)) for index, errors in enumerate(verdicts)]


def preview(opened: Open, drafts: Sequence[EntryDraft]) -> list[list[DomainError]]:
    """Why each draft cannot be entered, in their order; nothing is written."""
    looked_up = look_up_persons([member.person for draft in drafts for member in draft.members])
    known = {found.person_id for _, found in looked_up if found.person_id is not None}
    entered = entered_so_far(opened.games.id, opened.delegation.id, known)
    rest = iter(looked_up)
    verdicts = []
    for draft in drafts:
        pairs = [next(rest) for _ in draft.members]
        keys: list[Hashable] = [found.person_id or key for key, found in pairs]
        errors = _check(opened, draft, [found for _, found in pairs], keys, entered)
        if not errors:
            entered.add(draft.event_id, opened.delegation.id, keys)
        verdicts.append(errors)
    return verdicts


def _check(
    opened: Open, draft: EntryDraft, persons: Sequence[Found], keys: Sequence[Hashable], entered: Entered
) -> list[DomainError]:
    if draft.event_id in opened.drawn:
        return [drawn_already(opened.events[draft.event_id])]
    errors = []
    for index, person in enumerate(persons):
        if person.error is not None:
            person.error.params["index"] = index
            errors.append(person.error)
    if len(draft.name.strip()) > NAME_MAX:
        errors.append(DomainError("text_long", N_("最多 %(most)s 个字，请改短。"), field="name", most=NAME_MAX))
    athletes = [member.athlete(key) for member, key in zip(draft.members, keys, strict=True)]
    facts = opened.facts[draft.event_id]
    return errors or refusals(facts, opened.delegation.id, athletes, entered, opened.rules)


def _store(
    opened: Open, draft: EntryDraft, persons: Sequence[Found], place: tuple[uuid.UUID, int], actor: Actor
) -> None:
    """`place`: the entry's id, and how many the delegation has in the event before it."""
    id_, strength = place
    event = opened.events[draft.event_id]
    names = [member.person.name for member in draft.members]
    db.session.add(
        Entry(
            games_id=opened.games.id,
            id=id_,
            event_id=draft.event_id,
            delegation_id=opened.delegation.id,
            name=entry_name(EventForm(event.form), draft.name, names, opened.delegation.name),
            also=[],
            state=EntryState.ENTERED.value,
            reason=opened.desk.decision.strip()[:120],
            strength=strength,
            created_at=opened.at,
            created_by=actor.id,
        )
    )
    add_members(opened.games.id, id_, zip(draft.members, persons, strict=True), start=0)


def add_members(games_id: uuid.UUID, entry_id: uuid.UUID, pairs: Iterable[tuple[Member, Found]], *, start: int) -> None:
    """Put people behind an entry, from position `start` on. Joins the open act."""
    db.session.add_all(
        EntryMember(
            games_id=games_id,
            entry_id=entry_id,
            person_id=person.person_id,
            name=member.person.name,
            substitute=member.substitute,
            position=position,
        )
        for position, (member, person) in enumerate(pairs, start)
        if person.person_id is not None
    )


def leave_traces(opened: Open, stored: Sequence[tuple[EntryDraft, Sequence[Found]]], actor: Actor) -> None:
    """Codes for those who have none, and what was declared for everybody."""
    db.session.flush()
    members = {
        person.person_id: (member, person)
        for draft, persons in stored
        for member, person in zip(draft.members, persons, strict=True)
        if person.person_id is not None
    }
    if not members:
        return
    new = {id_ for id_, (_, person) in members.items() if person.created}
    ensure_passes(list(members), at=opened.at, new=new)
    notice = current_notice()
    plain = sha256("")
    text = (notice.version, sha256(notice.text), notice.id) if notice else (0, plain, None)
    agreed = []
    for id_, (member, _) in members.items():
        agreed.append((id_, Agreement(ConsentKind.PRIVACY, *text)))
        if member.person.document_type is not DocumentType.NONE:
            agreed.append((id_, Agreement(ConsentKind.DOCUMENT_NUMBER, 0, plain)))
        if is_minor(member.person.birth_date, opened.games.starts_on):
            agreed.append((id_, Agreement(ConsentKind.GUARDIAN, 0, plain)))
    agree(agreed, given_by=actor.id if actor.kind == "account" else None, at=opened.at)


def lock_persons(person_ids: Collection[uuid.UUID]) -> None:
    """So that nobody is entered for two delegations at the same moment."""
    if person_ids:
        db.session.execute(
            select(Person.id).where(Person.id.in_(list(person_ids))).order_by(Person.id).with_for_update()
        ).all()


def note(actor: Actor, action: str, opened: Open, entry_id: uuid.UUID, **more: Any) -> None:
    """The act's row in the audit, with the decision it rests on. Joins the open act."""
    record(
        actor,
        action,
        subject_kind="entry",
        subject_id=entry_id,
        scope_id=opened.games.id,
        delegation=str(opened.delegation.id),
        decision=opened.desk.decision.strip()[:120],
        **more,
    )


def entry_not_found() -> NotFound:
    """The refusal for an entry that does not exist, or is another delegation's."""
    return NotFound("entry_not_found", N_("没有找到这条报项。"))


def drawn_already(event: Event) -> Conflict:
    """The refusal for an event that is drawn or begun."""
    return Conflict("drawn_already", N_("%(event)s：已抽签或已开赛，要改请联系组委会。"), event=event.name)


def not_taking_part() -> Conflict:
    """The refusal for an entry that is withdrawn or scratched."""
    return Conflict("not_taking_part", N_("这条报项已撤项或退赛。"))
