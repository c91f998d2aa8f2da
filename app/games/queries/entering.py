"""What a new entry is checked against: the event, the delegation's schools, who is entered where."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from sqlalchemy import bindparam, func, select

from app.core.db import db, table
from app.core.keyed import Keyed
from app.games.constants import AgeBasis, EntryState, EventForm, EventSex, EventStatus
from app.games.models import Delegation, Draw, Entry, EntryMember, Event, Games
from app.games.rules.eligibility import Athlete, Entered, EventFacts, Rules
from app.people.constants import DocumentType, OrganisationKind, Sex
from app.people.models import Organisation, Person
from app.people.queries.aliases import aliases_of, canonical_of

TAKING_PART = (EntryState.ENTERED.value, EntryState.SCRATCHED.value)
"""Who was withdrawn before the draw may be entered anew; who was scratched may not."""
_e, _m = table(Entry).c, table(EntryMember).c


def event_facts(event: Event) -> EventFacts:
    """What an event asks of its entries."""
    return EventFacts(
        key=event.id,
        name=event.name,
        sex=EventSex(event.sex),
        form=EventForm(event.form),
        age_basis=AgeBasis(event.age_basis),
        min_age=event.min_age,
        max_age=event.max_age,
        weight_over=event.weight_over,
        weight_up_to=event.weight_up_to,
        team_min=event.team_min,
        team_max=event.team_max,
        entry_limit=event.entry_limit,
        needs_document=event.needs_document,
        needs_school=event.needs_school,
    )


def drawn_events(games_id: uuid.UUID, events: Collection[Event]) -> set[uuid.UUID]:
    """Those that take no further entries: drawn, begun or called off."""
    ids = [event.id for event in events]
    drawn = select(Draw.event_id).where(Draw.games_id == games_id, Draw.event_id.in_(ids)).distinct()
    return set(db.session.execute(drawn).scalars()) | {
        event.id for event in events if event.status != EventStatus.PLANNED.value
    }


_MEMBERS = Keyed(
    lambda match: (
        select(_m.person_id, _e.event_id, _e.delegation_id)
        .select_from(table(EntryMember).join(table(Entry), (_e.games_id == _m.games_id) & (_e.id == _m.entry_id)))
        .where(
            _m.games_id == bindparam("games"),
            match(_m.person_id),
            _e.state.in_(TAKING_PART),
            _e.id != bindparam("apart"),
        )
    )
)


def entered_so_far(
    games_id: uuid.UUID,
    delegation_id: uuid.UUID,
    person_ids: Collection[uuid.UUID],
    *,
    apart: uuid.UUID | None = None,
) -> Entered:
    """How many entries the delegation has in each event, and where these persons are entered.

    `apart`: an entry that is left out, since it is about to change. Three statements at most; who was
    merged counts as the person who stayed.
    """
    found = Entered()
    counted = (
        select(Entry.event_id, func.count().label("n"))
        .where(
            Entry.games_id == games_id,
            Entry.delegation_id == delegation_id,
            Entry.state == EntryState.ENTERED.value,
            Entry.id != (apart or games_id),
        )
        .group_by(Entry.event_id)
    )
    for row in db.session.execute(counted):
        found.counts[row.event_id, delegation_id] = row.n
    if person_ids:
        merged = aliases_of(person_ids)
        for one in _MEMBERS.run({*person_ids, *merged}, games=games_id, apart=apart or games_id):
            found.events[merged.get(one.person_id, one.person_id)][one.event_id] = one.delegation_id
    return found


def rules_of(games: Games, delegation: Delegation) -> Rules:
    """What holds for all entries of a delegation; its schools lie in the tree below its organisation."""
    return Rules(games.starts_on, games.athlete_limit, frozenset(schools_of(delegation.organisation_id)))


def schools_of(organisation_id: uuid.UUID | None) -> set[uuid.UUID]:
    """The organisation itself and all below it, as far as they are schools or hang below one (a class)."""
    if organisation_id is None:
        return set()
    rows = db.session.execute(select(Organisation.id, Organisation.parent_id, Organisation.kind)).all()
    return _schools(organisation_id, [(row.id, row.parent_id, row.kind) for row in rows])


def _schools(organisation_id: uuid.UUID, rows: Collection[tuple[uuid.UUID, uuid.UUID | None, str]]) -> set[uuid.UUID]:
    kinds = {id_: kind for id_, _, kind in rows}
    children: dict[uuid.UUID | None, list[uuid.UUID]] = {}
    for id_, parent, _ in rows:
        children.setdefault(parent, []).append(id_)
    found: set[uuid.UUID] = set()
    left = [(organisation_id, False)]
    while left:
        id_, in_school = left.pop()
        in_school = in_school or kinds.get(id_) == OrganisationKind.SCHOOL
        if in_school:
            found.add(id_)
        left += [(child, in_school) for child in children.get(id_, ())]
    return found


def athletes_of(games_id: uuid.UUID, entry_id: uuid.UUID) -> dict[uuid.UUID, Athlete]:
    """Who stands behind an entry, as eligibility looks at them, by the person's id."""
    rows = db.session.execute(
        select(
            EntryMember.person_id,
            EntryMember.name,
            Person.sex,
            Person.birth_date,
            Person.document_type,
            Person.organisation_id,
        )
        .join_from(EntryMember, Person, Person.id == EntryMember.person_id)
        .where(EntryMember.games_id == games_id, EntryMember.entry_id == entry_id)
        .order_by(EntryMember.position)
    ).all()
    merged = canonical_of([row.person_id for row in rows])
    return {
        row.person_id: Athlete(
            key=merged.get(row.person_id, row.person_id),
            name=row.name,
            sex=Sex(row.sex) if row.sex else None,
            birth_date=row.birth_date,
            has_document=row.document_type != DocumentType.NONE,
            organisation=row.organisation_id,
        )
        for row in rows
    }
