"""Which rows of a table speak of somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import exists, or_, select

from app.accounts.models import Account
from app.checkins.models import Device, Nobody, Scan
from app.core.crypto import blind_index
from app.core.db import ACROSS, db
from app.core.text import normalise_search
from app.facilities.models import SetReport
from app.games.models import Delegation, Entry, EntryMember, Honour
from app.notices.models import Notice, NoticeText
from app.people.models import AccountPerson, Person
from app.privacy.queries.subjects import Subject
from app.squads.models import SquadMember, SquadResult, SquadTrial

Rows = Callable[[Subject], Iterable[Any]]


def of_persons(model: Any) -> Rows:
    """Rows of a table with a `person_id`."""
    return lambda one: _found(select(model).where(model.person_id.in_(one.persons))) if one.persons else ()


def links(one: Subject) -> Iterable[Any]:
    """Who looks after them; and, of an account that is meant itself, after whom."""
    mine = AccountPerson.person_id.in_(one.persons)
    return _found(
        select(AccountPerson).where(or_(mine, AccountPerson.account_id == one.account) if one.account else mine)
    )


def of_account(model: Any) -> Rows:
    """Rows of a table with an `account_id`."""
    return lambda one: _found(select(model).where(model.account_id == one.account)) if one.account else ()


def of_activities(model: Any) -> Rows:
    """Hot tables, one activity after the other: each statement stays in its scope."""

    def rows(one: Subject) -> Iterable[Any]:
        for activity_id, persons in one.activities.items():
            yield from _found(select(model).where(model.activity_id == activity_id, model.person_id.in_(persons)))

    return rows


def _found(statement: Any, **options: Any) -> Sequence[Any]:
    return db.session.execute(statement, execution_options=options).scalars().all()


def persons(one: Subject) -> Iterable[Any]:
    """Their own rows, and those of whoever was merged into them."""
    return _found(select(Person).where(Person.id.in_(one.persons))) if one.persons else ()


def account(one: Subject) -> Iterable[Any]:
    """The account's own row."""
    return _found(select(Account).where(Account.id == one.account)) if one.account else ()


def scans(one: Subject) -> Iterable[Any]:
    """What was read of them, also before anybody knew of whom."""
    for activity_id, persons in one.activities.items():
        later = select(Nobody.scan_id).where(Nobody.activity_id == activity_id, Nobody.person_id.in_(persons))
        yield from _found(
            select(Scan).where(Scan.activity_id == activity_id, or_(Scan.person_id.in_(persons), Scan.id.in_(later)))
        )


def devices(one: Subject) -> Iterable[Any]:
    """Phones that scanned under this account."""
    if one.account is None:
        return ()
    return _found(select(Device).where(Device.account_id == one.account), **{ACROSS: "a volunteer's phones"})


def entries(one: Subject) -> Iterable[Any]:
    """Entries in games in which one of the persons stands."""
    if not one.persons:
        return ()
    member = exists().where(
        EntryMember.games_id == Entry.games_id, EntryMember.entry_id == Entry.id, EntryMember.person_id.in_(one.persons)
    )
    return _found(select(Entry).where(member))


def honours(one: Subject) -> Iterable[Any]:
    """Honours carry a name and no person: those of that name in games in which one of the persons took part."""
    games = {row.games_id for row in entries(one)}
    rows = _found(select(Honour).where(Honour.games_id.in_(games), Honour.name.is_not(None))) if games else ()
    return [row for row in rows if one.has_name(row.name)]


def delegations(one: Subject) -> Iterable[Any]:
    """Delegations whose leader left the account's phone: sealed, so each is opened."""
    if one.phone is None:
        return ()
    rows = _found(select(Delegation).where(Delegation.leader_phone.is_not(None)))
    return [row for row in rows if row.leader_phone == one.phone]


def squad_results(one: Subject) -> Iterable[Any]:
    """Results of the squads that one of the persons was in, by the keyed hash of the name."""
    keys = [blind_index(name, "squad_result").hex()[:64] for name in one.names]
    if not one.persons or not keys:
        return ()
    squads = select(SquadMember.squad_id).where(SquadMember.person_id.in_(one.persons))
    return _found(select(SquadResult).where(SquadResult.key.in_(keys), SquadResult.squad_id.in_(squads)))


def squad_trials(one: Subject) -> Iterable[Any]:
    """Trials of the candidates that one of the persons is."""
    if not one.persons:
        return ()
    members = select(SquadMember.id).where(SquadMember.person_id.in_(one.persons))
    return _found(select(SquadTrial).where(SquadTrial.member_id.in_(members)))


def reports(one: Subject) -> Iterable[Any]:
    """Faults reported with the account's phone: sealed, so each is opened."""
    if one.phone is None:
        return ()
    rows = _found(select(SetReport).where(SetReport.phone.is_not(None)))
    return [row for row in rows if row.phone == one.phone]


def notices(one: Subject) -> Iterable[Any]:
    """The account's own, and what other keepers were told by the persons' names."""
    yield from _found(select(Notice).where(Notice.account_id == one.account)) if one.account else ()
    others = one.keepers - {one.account}
    for row in _found(select(Notice).where(Notice.account_id.in_(others))) if others else ():
        if any(name in normalise_search(row.params) for name in one.names):
            yield row


def texts(one: Subject) -> Iterable[Any]:
    """Texts that still wait to be sent to the account's phone."""
    if one.phone is None:
        return ()
    of_phone = NoticeText.phone_index == blind_index(one.phone, "phone")
    return _found(
        select(NoticeText).where(of_phone, NoticeText.phone.is_not(None)), **{ACROSS: "texts to the account's phone"}
    )
