"""The persons behind what an account, device or key has done within a time (PIPL 57).

A fixed number of statements, whatever the trail and the lists hold: one walk along the trail, then one statement for
each kind of thing that it names and each thousand of them. A million entries are read in some seconds.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from app.accounts.models import Account, ApiToken
from app.accounts.queries import account_by_login, shown_name
from app.activities.models import Activity
from app.audit.models import AuditEntry
from app.checkins.models import Device, Scan
from app.core.db import ACROSS, db
from app.core.errors import NotFound
from app.core.ids import NIL, parse_uuid
from app.core.text import N_
from app.dashboards.rules.breach import Of, Touch, Way, latest, touch_of
from app.games.models import EntryMember
from app.people.models import AccountPerson, Person
from app.people.queries.aliases import canonical_of
from app.registrations.models import Registration
from app.squads.models import SquadMember
from app.volunteers.models import Service, Shift

CHUNK = 1_000
WHY = {ACROSS: "whom a breach has reached is asked of every activity"}


@dataclass(frozen=True, slots=True)
class Culprit:
    """Whose login was used: an account, a device, an API key."""

    kind: str
    id: uuid.UUID
    name: str


@dataclass(frozen=True, slots=True)
class Reached:
    """One person with what the office needs to tell them."""

    id: uuid.UUID
    name: str
    phone: str | None
    guardian_phone: str | None
    birth_date: date | None
    ways: frozenset[Way]


@dataclass(slots=True)
class Breach:
    """What the trail tells: how many acts of which kind, and person → ways."""

    acts: dict[str, int] = field(default_factory=dict)
    persons: dict[uuid.UUID, set[Way]] = field(default_factory=dict)

    def count(self, way: Way) -> int:
        """How many persons were reached in this way."""
        return sum(way in ways for ways in self.persons.values())


def culprit_named(text: str) -> Culprit:
    """By login name of staff, or by the id of an account, device or key. NotFound `actor_unknown`."""
    wanted = parse_uuid(text.strip())
    found = db.session.get(Account, wanted) if wanted else account_by_login(text.strip())
    if found is not None:
        return Culprit("account", found.id, shown_name(found))
    if wanted:
        device = db.session.execute(select(Device.name).where(Device.id == wanted).execution_options(**WHY)).first()
        if device is not None:
            return Culprit("device", wanted, device.name)
        key = db.session.get(ApiToken, wanted)
        if key is not None:
            return Culprit("api_key", wanted, key.label)
    raise NotFound("actor_unknown", N_("没有这个账号、设备或密钥，请核对。"), field="who")


def breach_of(culprit: Culprit, since: datetime, until: datetime) -> Breach:
    """Everybody whom this login reached from `since` until before `until`.

    The trail tells what was shown, exported and done; of a citizen's account also whom it looks after, of a device
    whom it read. Pages that mask what they show leave no entry: who could open them is a matter of roles.
    """
    found = Breach()
    touches = list(_touches(found, culprit, since, until))
    for of, look in _LOOKS.items():
        times = latest(touches, of)
        for part in _parts(times):
            for key, person_id, there_since in look(part):
                ways = {way for way, at in times[key].items() if there_since is None or there_since <= at}
                if ways:
                    found.persons.setdefault(person_id, set()).update(ways)
    if culprit.kind == "account":
        _add(found, select(AccountPerson.person_id).where(AccountPerson.account_id == culprit.id), Way.OWN)
    elif culprit.kind == "device":
        _add(found, _read_by(culprit.id, since, until), Way.SCAN)
    for gone, stays in canonical_of(found.persons).items():
        found.persons.setdefault(stays, set()).update(found.persons.pop(gone))
    return found


def _touches(found: Breach, culprit: Culprit, since: datetime, until: datetime) -> Iterator[Touch]:
    """What the trail tells, entry by entry; `found.acts` counts them."""
    statement = (
        select(
            AuditEntry.action,
            AuditEntry.scope_id,
            AuditEntry.subject_kind,
            AuditEntry.subject_id,
            AuditEntry.details,
            AuditEntry.at,
        )
        .where(
            AuditEntry.actor_id == culprit.id,
            AuditEntry.actor_kind == culprit.kind,
            AuditEntry.at >= since,
            AuditEntry.at < until,
            AuditEntry.outcome == "done",
        )
        .order_by(AuditEntry.id)
        .execution_options(**WHY)
    )
    for part in db.session.execute(statement).partitions(CHUNK):
        for row in part:
            found.acts[row.action] = found.acts.get(row.action, 0) + 1
            touch = touch_of(
                row.action,
                scope_id=row.scope_id,
                subject_kind=row.subject_kind,
                subject_id=row.subject_id,
                details=row.details,
                at=row.at,
            )
            if touch is not None:
                yield touch


Key = tuple[uuid.UUID, uuid.UUID]
Look = Callable[[Collection[Key]], Iterable[tuple[Key, uuid.UUID, datetime | None]]]


def _parts(keys: Collection[Key]) -> Iterator[Collection[Key]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _ids(keys: Collection[Key]) -> list[uuid.UUID]:
    return [one for _scope, one in keys]


def _persons(keys: Collection[Key]) -> Iterator[tuple[Key, uuid.UUID, None]]:
    known = set(db.session.execute(select(Person.id).where(Person.id.in_(_ids(keys)))).scalars())
    return ((key, key[1], None) for key in keys if key[1] in known)


def _registrations(keys: Collection[Key]) -> Iterator[tuple[Key, uuid.UUID, None]]:
    statement = select(Registration.activity_id, Registration.id, Registration.person_id).where(
        Registration.activity_id.in_({scope for scope, _one in keys}), Registration.id.in_(_ids(keys))
    )
    for row in db.session.execute(statement):
        yield (row.activity_id, row.id), row.person_id, None


def _in(column: Any) -> Look:
    """Everybody registered, by what `column` names: the activity, its season, a team."""

    def look(keys: Collection[Key]) -> Iterator[tuple[Key, uuid.UUID, datetime]]:
        statement = select(column, Registration.person_id, Registration.created_at).where(column.in_(_ids(keys)))
        if column is Activity.season_id:
            statement = statement.join(Activity, Activity.id == Registration.activity_id)
        for part in db.session.execute(statement.execution_options(**WHY)).partitions(CHUNK):
            for row in part:
                yield (NIL, row[0]), row.person_id, row.created_at

    return look


def _entered(keys: Collection[Key]) -> Iterator[tuple[Key, uuid.UUID, None]]:
    statement = select(EntryMember.games_id, EntryMember.person_id).where(EntryMember.games_id.in_(_ids(keys)))
    for row in db.session.execute(statement):
        yield (NIL, row.games_id), row.person_id, None


def _selected(keys: Collection[Key]) -> Iterator[tuple[Key, uuid.UUID, None]]:
    statement = select(SquadMember.squad_id, SquadMember.person_id).where(SquadMember.squad_id.in_(_ids(keys)))
    for row in db.session.execute(statement):
        yield (NIL, row.squad_id), row.person_id, None


def _serving(keys: Collection[Key]) -> Iterator[tuple[Key, uuid.UUID, datetime]]:
    """Who offers or serves in these activities; of the nil id whoever served anywhere."""
    wanted = _ids(keys)
    statement = select(Shift.activity_id, Service.person_id, Service.made_at).join(Shift, Shift.id == Service.shift_id)
    for row in db.session.execute(statement.where(Shift.activity_id.in_(wanted))):
        yield (NIL, row.activity_id), row.person_id, row.made_at
    if NIL in wanted:
        served = select(Service.person_id, Service.made_at).where(Service.minutes > 0)
        for person_id, made_at in db.session.execute(served):
            yield (NIL, NIL), person_id, made_at


_LOOKS: dict[Of, Look] = {
    Of.PERSON: _persons,
    Of.REGISTRATION: _registrations,
    Of.ACTIVITY: _in(Registration.activity_id),
    Of.SEASON: _in(Activity.season_id),
    Of.TEAM: _in(Registration.team_id),
    Of.GAMES: _entered,
    Of.SQUAD: _selected,
    Of.VOLUNTEERS: _serving,
}


def _read_by(device_id: uuid.UUID, since: datetime, until: datetime) -> Select[Any]:
    return (
        select(Scan.person_id)
        .where(
            Scan.device_id == device_id,
            Scan.person_id.is_not(None),
            Scan.received_at >= since,
            Scan.received_at < until,
        )
        .execution_options(**WHY)
    )


def _add(found: Breach, statement: Select[Any], way: Way) -> None:
    for person_id in db.session.execute(statement).scalars():
        found.persons.setdefault(person_id, set()).add(way)


def reached(found: Breach, *, limit: int | None = None) -> Iterator[Reached]:
    """The persons with name and phones, in the order of their ids; `limit`: the first of them."""
    ids = sorted(found.persons)[:limit]
    for start in range(0, len(ids), CHUNK):
        rows = db.session.execute(select(Person).where(Person.id.in_(ids[start : start + CHUNK])).order_by(Person.id))
        for row in rows.scalars():
            yield Reached(
                id=row.id,
                name=row.name,
                phone=row.phone,
                guardian_phone=row.guardian_phone,
                birth_date=row.birth_date,
                ways=frozenset(found.persons[row.id]),
            )
