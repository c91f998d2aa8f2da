"""Somebody of whom something is kept in every table that keeps anything: each text carries the same canary."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.accounts.constants import AccountKind
from app.accounts.queries import phone_index
from app.checkins.models import Device, Reject, Scan, Settlement
from app.core.clock import now
from app.core.crypto import blind_index
from app.core.db import db
from app.core.ids import uuid7
from app.core.text import normalise_search
from app.core.transactions import act
from app.facilities.models import EquipmentSet, SetReport
from app.games.models import Delegation, Honour
from app.honours.models import Certificate, Keepsake, Prize, PrizeDraw, ServiceRecord
from app.notices.models import Notice, NoticeEvent, NoticeText
from app.people.constants import ConsentKind, ProofLevel, Relation
from app.people.models import AccountPerson, Consent
from app.registrations.models import Draft, Draw, Registration, TeamUpload
from app.squads.models import Squad, SquadGroup, SquadMember, SquadResult, SquadTrial
from app.volunteers.models import Service, Shift
from tests.factories import accounts, activities, facilities, games, walks

NAME, CANARY, PHONE = "金丝雀", "canary", "+8613812345678"


@dataclass(frozen=True, slots=True)
class Known:
    """The person, the account that is theirs, and where they were."""

    person: uuid.UUID
    account: uuid.UUID
    walk: walks.Walk
    registration: uuid.UUID
    games: uuid.UUID


def known_everywhere(**when: Any) -> Known:
    """Registered for a walk of an hour ago (`when`: its columns) and checked in, entered in games, in a squad, told of
    it, and somebody who reports faults."""
    walk = walks.make_walk(**when)
    who = walks.person(name=NAME, phone=PHONE, guardian_name=CANARY, guardian_phone=PHONE, guardian_relation="parent")
    (outcome,) = walks.enrol(walk, who)
    walks.read(walks.device(walk), walks.scan(outcome, "S", walk=walk))
    account = accounts.account(phone=PHONE, phone_index=phone_index(PHONE), display_name=CANARY)
    assert account.kind == AccountKind.CITIZEN
    games_id = games.make_games()
    delegation = games.add_delegation_to(games_id)
    games.enter(
        games_id, games.add_event_to(games_id), delegation, name=NAME, person_id=outcome.person_id, weight=57_000
    )
    set_id = facilities.hand_over(facilities.arrived())
    known = Known(outcome.person_id, account.id, walk, outcome.registration_id, games_id)
    _around(known)
    _unfinished(known)
    _told(known)
    _beside(known, delegation, set_id)
    return known


@act
def _around(known: Known) -> None:
    """The walk's own tables, the list of the account, consents, letters."""
    here = {"activity_id": known.walk.id}
    row = db.session.get_one(Registration, (known.walk.id, known.registration))
    row.answers = f'{{"emergency_name": "{CANARY}"}}'
    row.initials = CANARY
    scan = db.session.query(Scan).filter_by(**here).one()
    scan.raw = CANARY
    db.session.query(Device).filter_by(**here).update({"name": CANARY, "account_id": known.account})
    at = now()
    db.session.add_all(
        [
            AccountPerson(
                account_id=known.account,
                person_id=known.person,
                relation=Relation.SELF.value,
                proof=ProofLevel.PHONE_CODE.value,
                created_at=at,
            ),
            Consent(
                id=uuid7(),
                person_id=known.person,
                kind=next(iter(ConsentKind)).value,
                version=1,
                sha256=bytes(32),
                given_at=at,
            ),
            Settlement(
                **here,
                kind="speed",
                subject_id=uuid7(),
                person_id=known.person,
                decision="kept",
                note=CANARY,
                settled_at=at,
            ),
            Reject(
                **here,
                id=uuid7(),
                device_id=scan.device_id,
                sha256=bytes(32),
                body=CANARY,
                reason="shape",
                received_at=at,
            ),
        ]
    )


@act
def _unfinished(known: Known) -> None:
    """What waits to be sent or published, and letters."""
    here, at = {"activity_id": known.walk.id}, now()
    db.session.add_all(
        [
            Draft(**here, account_id=known.account, body=CANARY, expires_at=at + timedelta(days=7)),
            TeamUpload(
                **here,
                id=uuid7(),
                account_id=known.account,
                team_name="队",
                file_name=CANARY,
                body=CANARY,
                sha256=bytes(32),
                created_at=at,
                expires_at=at + timedelta(days=1),
            ),
            Draw(
                **here,
                id=uuid7(),
                category_id=next(iter(known.walk.categories.values())),
                version="1",
                commitment=bytes(32),
                seed="1",
                entries=[],
                result=[],
                witnesses=CANARY,
                drawn_at=at,
            ),
        ]
    )


@act
def _told(known: Known) -> None:
    """Letters, texts, what everybody was told."""
    at = now()
    letter = {"scope_id": known.walk.id, "kind": "told", "created_at": at}
    db.session.add_all(
        [
            Notice(
                **letter,
                account_id=known.account,
                id=uuid7(),
                key="k",
                message="m",
                params=f'{{"who": "{NAME}{CANARY}"}}',
                place="none",
                ref="",
            ),
            NoticeText(
                **letter,
                id=uuid7(),
                key="k",
                phone_index=phone_index(PHONE),
                phone=PHONE,
                body=CANARY,
                state="waiting",
                next_at=at,
                until=at,
            ),
            NoticeEvent(**letter, key="k", text=CANARY),
        ]
    )


def _in_a_squad(known: Known, at: datetime) -> None:
    """A candidate with a guardian, a trial and a result."""
    squad, group = Squad(id=uuid7(), kind="squad", name="队", event="赛", year=at.year), uuid7()
    db.session.add(squad)
    db.session.flush()
    db.session.add(SquadGroup(squad_id=squad.id, id=group, name="田径"))
    db.session.flush()
    of_squad = {"squad_id": squad.id, "group_id": group}
    key, member = blind_index(normalise_search(NAME), "squad_result").hex()[:64], uuid7()
    db.session.add_all(
        [
            SquadMember(
                **of_squad,
                id=member,
                person_id=known.person,
                reason=CANARY,
                guardian=CANARY,
                agreed_on=date(at.year, 1, 1),
            ),
            SquadResult(**of_squad, id=uuid7(), event="100 米", name=NAME, key=key, place=1, medal="gold"),
        ]
    )
    db.session.flush()
    db.session.add(SquadTrial(id=uuid7(), squad_id=squad.id, member_id=member, mark="9.8", noted_at=at))


@act
def _beside(known: Known, delegation: uuid.UUID, set_id: uuid.UUID) -> None:
    """Games, squads, facilities."""
    led = db.session.get_one(Delegation, (known.games, delegation))
    led.leader_name, led.leader_phone = CANARY, PHONE
    at = now()
    db.session.add(Honour(games_id=known.games, id=uuid7(), title="奖", name=NAME, state="published", nominated_at=at))
    _in_a_squad(known, at)
    db.session.add(
        SetReport(
            id=uuid7(),
            set_id=set_id,
            kind="fault",
            text=CANARY,
            phone=PHONE,
            made_at=at,
            settled_at=at,
            address_index=b"a" * 16,
        )
    )
    handed = db.session.get_one(EquipmentSet, set_id)
    handed.receiver, handed.signature = CANARY, CANARY.encode()
    shift = Shift(
        id=uuid7(), activity_id=known.walk.id, post="引导", starts_at=at, ends_at=at + timedelta(hours=3), needed=3,
        min_age=18, code="ABCDEFGH",
    )  # fmt: skip
    db.session.add(shift)
    db.session.flush()
    draw = PrizeDraw(
        id=uuid7(), held_at_activity=known.walk.id, name="水壶", prizes=1, seed_from="x", version="1",
        commitment=bytes(32), tickets=["A 1"], sealed_at=at,
    )  # fmt: skip
    db.session.add(draw)
    db.session.flush()
    db.session.add_all(
        [
            Certificate(
                id=uuid7(),
                number="2030-ABCD-2345",
                issued_for=known.walk.id,
                person_id=known.person,
                issued_at=at,
                reason="",
            ),
            ServiceRecord(id=uuid7(), number="2030-EFGH-6789", person_id=known.person, year=at.year, issued_at=at),
            Prize(draw_id=draw.id, place=1, person_id=known.person, ticket="A 1"),
            Keepsake(season_id=activities.season(), person_id=known.person, handed_at=at),
        ]
    )
    db.session.add(
        Service(id=uuid7(), shift_id=shift.id, person_id=known.person, state="assigned", reason=CANARY, made_at=at)
    )
