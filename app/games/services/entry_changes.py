"""Entries are changed and withdrawn by a delegation's leader; scratched and put back by decision."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from app.audit.services import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import EntryState, EventForm
from app.games.models import Entry, EntryMember
from app.games.queries.entering import athletes_of, entered_so_far
from app.games.rules.eligibility import Athlete, refusals
from app.games.rules.entering import LEADER, Desk, EntryDraft, Member, entry_name
from app.games.services.entries import (
    NAME_MAX,
    Open,
    add_members,
    drawn_already,
    entry_not_found,
    leave_traces,
    lock_persons,
    not_taking_part,
    note,
    open_entries,
)
from app.games.services.leaving import leave_activities, members_of
from app.games.services.opening import refuse_text
from app.people.services.persons import Found, ensure_persons


@act
def change_entry(
    *,
    games_id: uuid.UUID,
    entry_id: uuid.UUID,
    name: str,
    keep: Mapping[uuid.UUID, bool],
    add: Sequence[Member],
    seen: Collection[uuid.UUID],
    declared: bool,
    actor: Actor,
    desk: Desk = LEADER,
    at: datetime | None = None,
) -> None:
    """Change a team's name and members.

    `keep`: the members who stay, by person, and whether each is a substitute; `seen`: all who were there
    when the page was read (Conflict `changed_meanwhile` otherwise). Who stays was checked when entered;
    who comes is checked now, and the whole by size and sex. After the draw only by decision.
    """
    at = at or now()
    entry, opened = _open_entry(games_id, entry_id, desk, at)
    members = athletes_of(games_id, entry_id)
    if set(members) != set(seen):
        raise Conflict("changed_meanwhile", N_("刚被别人改过，填的都还在，核对后再保存。"))
    if entry.state != EntryState.ENTERED.value:
        raise not_taking_part()
    if entry.event_id in opened.drawn and not (desk.office and desk.decision.strip()):
        raise drawn_already(opened.events[entry.event_id])
    if add and not declared:
        raise DomainError("consent_missing", N_("需要您代大家声明，才能报项。"), field="declared")
    found = ensure_persons([member.person for member in add], at=at)
    for index, person in enumerate(found):
        if person.error is not None:
            person.error.params["index"] = index
            raise person.error
    ids = [person.person_id for person in found if person.person_id is not None]
    lock_persons(set(ids))
    staying = [athlete for id_, athlete in members.items() if id_ in keep]
    coming = [member.athlete(id_) for member, id_ in zip(add, ids, strict=True)]
    _check_change(opened, entry, staying, coming)
    before = members_of(games_id, entry_id)
    _replace_members(entry, keep, list(zip(add, found, strict=True)))
    _leave(entry, before - members_of(games_id, entry_id), actor, at)
    event = opened.events[entry.event_id]
    names = [athlete.name for athlete in (*staying, *coming)]
    typed = refuse_text("name", name, NAME_MAX, required=False)
    entry.name = entry_name(EventForm(event.form), typed, names, opened.delegation.name)
    if desk.decision.strip():
        entry.reason = desk.decision.strip()[:120]
    draft = EntryDraft(entry.event_id, tuple(add))
    leave_traces(opened, [(draft, found)], actor)
    note(actor, "games.entry_changed", opened, entry_id, gone=len(members) - len(staying), new=len(add))


def _check_change(opened: Open, entry: Entry, staying: Sequence[Athlete], coming: Sequence[Athlete]) -> None:
    """The first reason against the new line-up; `index` is that of the newcomer."""
    entered = entered_so_far(
        opened.games.id,
        opened.delegation.id,
        [one.key for one in coming if isinstance(one.key, uuid.UUID)],
        apart=entry.id,
    )
    facts = opened.facts[entry.event_id]
    for refusal in refusals(facts, opened.delegation.id, [*staying, *coming], entered, opened.rules):
        index = refusal.params.get("index")
        if isinstance(index, int):
            if index < len(staying):
                continue
            refusal.params["index"] = index - len(staying)
        raise refusal


def _replace_members(entry: Entry, keep: Mapping[uuid.UUID, bool], add: Sequence[tuple[Member, Found]]) -> None:
    rows = db.session.execute(
        select(EntryMember)
        .where(EntryMember.games_id == entry.games_id, EntryMember.entry_id == entry.id)
        .order_by(EntryMember.position)
    ).scalars()
    position = 0
    for row in list(rows):
        if row.person_id not in keep:
            db.session.delete(row)
            continue
        row.substitute, row.position = keep[row.person_id], position
        position += 1
    db.session.flush()
    add_members(entry.games_id, entry.id, add, start=position)
    db.session.flush()


@act
def withdraw(
    *,
    games_id: uuid.UUID,
    entry_id: uuid.UUID,
    actor: Actor,
    desk: Desk = LEADER,
    at: datetime | None = None,
) -> None:
    """Take an entry back before the draw; it is in no start list. Again: nothing changes.

    Conflict `drawn_already` after the draw: then it is scratched by decision.
    """
    at = at or now()
    entry, opened = _open_entry(games_id, entry_id, desk, at)
    if entry.state == EntryState.WITHDRAWN.value:
        return
    if entry.state != EntryState.ENTERED.value:
        raise not_taking_part()
    if entry.event_id in opened.drawn:
        raise drawn_already(opened.events[entry.event_id])
    entry.state = EntryState.WITHDRAWN.value
    entry.reason = desk.decision.strip()[:120]
    _leave(entry, members_of(games_id, entry_id), actor, at)
    note(actor, "games.entry_withdrawn", opened, entry_id)


@act
def scratch(*, games_id: uuid.UUID, entry_id: uuid.UUID, reason: str, actor: Actor, at: datetime | None = None) -> None:
    """Take an entry out by decision, after the draw too: opponents walk over. Again: nothing changes."""
    at = at or now()
    words = refuse_text("decision", reason, 120)
    entry, opened = _open_entry(games_id, entry_id, Desk(office=True, decision=words), at)
    if entry.state == EntryState.SCRATCHED.value:
        return
    if entry.state != EntryState.ENTERED.value:
        raise not_taking_part()
    entry.state, entry.reason = EntryState.SCRATCHED.value, words
    _leave(entry, members_of(games_id, entry_id), actor, at)
    note(actor, "games.entry_scratched", opened, entry_id)


@act
def reinstate(
    *, games_id: uuid.UUID, entry_id: uuid.UUID, reason: str, actor: Actor, at: datetime | None = None
) -> None:
    """Put back by decision what was withdrawn (before the draw) or scratched, if limits still allow it."""
    at = at or now()
    words = refuse_text("decision", reason, 120)
    entry, opened = _open_entry(games_id, entry_id, Desk(office=True, decision=words), at)
    if entry.state == EntryState.ENTERED.value:
        return
    if entry.state == EntryState.WITHDRAWN.value and entry.event_id in opened.drawn:
        raise drawn_already(opened.events[entry.event_id])
    athletes = list(athletes_of(games_id, entry_id).values())
    keys = [one.key for one in athletes if isinstance(one.key, uuid.UUID)]
    lock_persons(set(keys))
    entered = entered_so_far(games_id, entry.delegation_id, keys, apart=entry_id)
    again = {"entered_already", "other_delegation", "athlete_limit", "entry_limit"}
    facts = opened.facts[entry.event_id]
    for refusal in refusals(facts, entry.delegation_id, athletes, entered, opened.rules):
        if refusal.code in again:
            raise refusal
    entry.state, entry.reason = EntryState.ENTERED.value, words
    note(actor, "games.entry_reinstated", opened, entry_id)


def _leave(entry: Entry, persons: Collection[uuid.UUID], actor: Actor, at: datetime) -> None:
    leave_activities(games_id=entry.games_id, event_id=entry.event_id, persons=persons, actor=actor, at=at)


def _open_entry(games_id: uuid.UUID, entry_id: uuid.UUID, desk: Desk, at: datetime) -> tuple[Entry, Open]:
    """The entry as it is once event and delegation are locked."""
    entry = db.session.get(Entry, (games_id, entry_id))
    if entry is None:
        raise entry_not_found()
    opened = open_entries(games_id, entry.delegation_id, [entry.event_id], desk, at)
    db.session.refresh(entry, with_for_update=True)
    return entry, opened
