"""Deletion: nothing is left of a person but rows that count; places go on; codes are good no more."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import LargeBinary, select, text

from app.accounts.models import Account
from app.audit.queries import history
from app.audit.services import Actor
from app.core.clock import now
from app.core.db import db, fold_log
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import NIL, uuid7
from app.core.transactions import act, end_read
from app.core.types import Sealed
from app.games.models import Entry
from app.passes.services import ensure_passes
from app.people.constants import ProofLevel, Relation
from app.people.models import AccountPerson, Consent, Person
from app.people.services.persons import link
from app.privacy.queries.holdings import ERASED, HOLDINGS, NOT_OF_ONE
from app.privacy.services.erase import erase_account, erase_relative
from app.privacy.services.export import export_own, export_relative
from app.registrations.models import Registration
from tests.factories import accounts, people, walks
from tests.factories.merges import merge
from tests.factories.privacy import CANARY, NAME, PHONE, known_everywhere
from tests.support.recount import counts_hold

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def of(account_id):
    return Actor("account", account_id)


def texts_in(model):
    """Every text of a table, opened."""
    db.session.expire_all()
    columns = [column.key for column in model.__mapper__.columns if column.info.get("personal")]
    return {
        f"{model.__tablename__}.{name}": [getattr(row, name) for row in db.session.execute(select(model)).scalars()]
        for name in columns
    }


def canaries():
    """Personal columns in which the canary, the name or the phone still stands."""
    found = set()
    for holding in HOLDINGS:
        for column, values in texts_in(holding.model).items():
            if any(word in str(value) for value in values for word in (CANARY, NAME, PHONE)):
                found.add(column)
    return found - set(NOT_OF_ONE)


def sealed_now():
    """What the store holds in sealed columns, and the canary as it stands in the plain ones."""
    connection, found = db.session.connection(), {CANARY.encode()}
    for holding in HOLDINGS:
        for column in holding.model.__table__.columns:
            if isinstance(column.type, Sealed):
                query = f'SELECT "{column.name}" FROM "{column.table.name}" WHERE "{column.name}" IS NOT NULL'
                rows = connection.execute(text(query).columns(**{column.name: LargeBinary}))
                found |= {bytes(row[0]) for row in rows}
    end_read()
    return found


def left_on_disk(sealed):
    """Which of these lie in the database's file or its log.

    SQLite's alone: PostgreSQL overwrites by its vacuum, in its own time.
    """
    if db.engine.dialect.name != "sqlite":
        return []
    data = store_bytes()
    return [one for one in sealed if one in data]


def store_bytes():
    """The database and its log as they lie on the disk."""
    end_read()
    fold_log()
    path = Path(current_app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


class TestExport:
    def test_the_canary_of_every_personal_column_turns_up(self):
        known = known_everywhere()
        sections = export_own(account_id=known.account, actor=of(known.account))
        told = {one.title: json.dumps([[str(value) for value in row] for row in one.rows]) for one in sections}
        assert {holding.title for holding in HOLDINGS} == set(told)
        for holding in HOLDINGS:
            for column, values in texts_in(holding.model).items():
                said = [value for value in values if isinstance(value, str) and value and CANARY in value]
                assert all(json.dumps(value)[1:-1] in told[holding.title] for value in said), column
        assert [one.details["persons"] for one in history(NIL) if one.action == "privacy.exported"] == [1]

    def test_what_belongs_to_an_activity_says_to_which(self):
        known = known_everywhere()
        sections = {one.title: one for one in export_own(account_id=known.account, actor=of(known.account))}
        for title in ("报名", "扫码", "签到", "参加"):
            part = sections[title]
            assert part.columns[:2] == ("活动", "活动开始")
            assert all(row[0] for row in part.rows), title
        assert sections["个人信息"].columns[0] == "姓名"

    def test_only_ones_own_people(self):
        known = known_everywhere()
        stranger = accounts.account()
        with pytest.raises(NotFound):
            export_relative(account_id=stranger.id, person_id=known.person, actor=of(stranger.id))
        keeper = accounts.account()
        tie(keeper.id, known.person, Relation.PARENT, ProofLevel.TYPED)
        with pytest.raises(NotFound):
            export_relative(account_id=keeper.id, person_id=known.person, actor=of(keeper.id))
        tie(keeper.id, people.person(), Relation.CHILD)
        sections = {one.title: one.rows for one in export_own(account_id=keeper.id, actor=of(keeper.id))}
        assert NAME not in str(sections)

    def test_a_relative_comes_without_the_other_keepers_letters(self):
        known = known_everywhere()
        keeper = accounts.account()
        tie(keeper.id, known.person, Relation.SPOUSE)
        sections = export_relative(account_id=keeper.id, person_id=known.person, actor=of(keeper.id))
        titles = {one.title for one in sections}
        assert {"个人信息", "报名", "签到"} <= titles
        assert not {"通知", "账号"} & titles


@act
def tie(account_id, person_id, relation, proof=ProofLevel.OFFICE):
    link(account_id=account_id, person_id=person_id, relation=relation, proof=proof, at=now())


class TestErasing:
    def test_nothing_is_left_in_any_personal_column(self):
        known = known_everywhere()
        assert len(canaries()) > 25
        erase_account(account_id=known.account, actor=of(known.account))
        assert canaries() == set()
        person = db.session.get(Person, known.person)
        assert (person.name, person.document_index, person.phone_index) == (ERASED, None, None)

    def test_nor_in_the_file_of_the_store(self):
        known = known_everywhere()
        before = sealed_now()
        assert len(left_on_disk(before)) == (len(before) if db.engine.dialect.name == "sqlite" else 0)
        erase_account(account_id=known.account, actor=of(known.account))
        gone = before - sealed_now()
        assert len(gone) > 20
        assert left_on_disk(gone) == []

    def test_counts_and_medals_stay(self):
        known = known_everywhere()
        erase_account(account_id=known.account, actor=of(known.account))
        counts_hold(known.walk.id)
        (entry,) = db.session.execute(select(Entry)).scalars()
        assert entry.name == "金**"
        row = db.session.get_one(Registration, (known.walk.id, known.registration))
        assert (row.state, row.name, row.sex, row.bib is None) == ("confirmed", None, "male", False)

    def test_what_is_still_to_come_is_cancelled_and_the_place_goes_on(self):
        walk = walks.make_walk(starts_at=now() + timedelta(days=7), capacity=1)
        first, second = walks.enrol(walk, walks.person(), walks.person(name="李秀英"))
        account = accounts.account()
        tie(account.id, first.person_id, Relation.SELF)
        erase_relative(account_id=account.id, person_id=first.person_id, actor=of(account.id))
        states = dict(db.session.execute(select(Registration.person_id, Registration.state)).all())
        assert states == {first.person_id: "cancelled", second.person_id: "confirmed"}
        counts_hold(walk.id)

    def test_who_has_been_checked_in_today_keeps_the_attendance(self):
        known = known_everywhere()
        erase_relative(account_id=known.account, person_id=known.person, actor=of(known.account))
        assert db.session.get_one(Registration, (known.walk.id, known.registration)).state == "confirmed"
        counts_hold(known.walk.id)

    def test_the_code_is_good_no_more_and_the_same_document_begins_anew(self):
        walk = walks.make_walk()
        who = walks.person()
        (outcome,) = walks.enrol(walk, who)
        account = accounts.account()
        tie(account.id, outcome.person_id, Relation.SELF)
        erase_relative(account_id=account.id, person_id=outcome.person_id, actor=of(account.id))
        later = walks.scan(outcome, "S", 61, walk=walk)  # what was read before went by the code of then
        assert walks.words(walks.read(walks.device(walk), later)) == ["revoked"]
        (again,) = walks.enrol(walk, who)
        assert again.error is None
        assert again.person_id != outcome.person_id

    def test_consents_are_withdrawn_and_links_gone(self):
        known = known_everywhere()
        erase_relative(account_id=known.account, person_id=known.person, actor=of(known.account))
        consents = db.session.execute(select(Consent).where(Consent.person_id == known.person)).scalars().all()
        assert consents
        assert all(one.withdrawn_at is not None for one in consents)
        assert db.session.execute(select(AccountPerson)).all() == []

    def test_whoever_was_merged_into_the_person_goes_too(self):
        walk = walks.make_walk(starts_at=now() + timedelta(days=7))
        stays, gone = walks.enrol(walk, walks.person(), walks.person(name="王德富"))
        merge(gone, stays)
        account = accounts.account()
        tie(account.id, stays.person_id, Relation.SELF)
        erase_relative(account_id=account.id, person_id=stays.person_id, actor=of(account.id))
        assert set(db.session.execute(select(Person.name)).scalars()) == {ERASED}

    def test_it_is_one_act_in_the_trail_and_again_changes_nothing(self):
        known = known_everywhere()
        for _ in range(2):
            erase_account(account_id=known.account, actor=of(known.account))
        rows = [one for one in history(NIL) if one.action == "privacy.erased"]
        assert [one.subject_id for one in rows] == [known.person]


class TestWhoMay:
    def test_oneself_and_those_whom_one_is_proven_to_look_after(self):
        account, child = accounts.account(), people.person()
        tie(account.id, child, Relation.CHILD, ProofLevel.TYPED)
        with pytest.raises(Conflict) as refused:
            erase_relative(account_id=account.id, person_id=child, actor=of(account.id))
        assert refused.value.code == "not_proven"

    def test_not_an_adult_with_an_account_of_their_own(self):
        account, own, spouse = accounts.account(), accounts.account(), people.person()
        tie(account.id, spouse, Relation.SPOUSE)
        tie(own.id, spouse, Relation.SELF)
        with pytest.raises(Conflict) as refused:
            erase_relative(account_id=account.id, person_id=spouse, actor=of(account.id))
        assert refused.value.code == "other_owner"
        assert db.session.get(Person, spouse).name != ERASED

    @pytest.mark.parametrize("person", ["stranger", "nobody"])
    def test_somebody_else_is_not_found(self, person):
        account = accounts.account()
        person_id = people.person() if person == "stranger" else uuid7()
        with pytest.raises(NotFound):
            erase_relative(account_id=account.id, person_id=person_id, actor=of(account.id))

    def test_relatives_stay_while_somebody_else_looks_after_them(self):
        mother, father, child = accounts.account(), accounts.account(), people.person(birth=date(2024, 1, 1))
        for one in (mother, father):
            tie(one.id, child, Relation.CHILD)
        erase_account(account_id=mother.id, actor=of(mother.id))
        assert db.session.get(Person, child).name != ERASED
        erase_account(account_id=father.id, actor=of(father.id))
        assert db.session.get(Person, child).name == ERASED

    def test_an_account_of_the_office_is_closed_by_the_office(self):
        from app.core.permissions import Role

        staff = accounts.staff(Role.EVENT_MANAGER)
        with pytest.raises(DomainError) as refused:
            erase_account(account_id=staff.id, actor=of(staff.id))
        assert refused.value.code == "staff_account"

    def test_a_closed_account_has_no_session_and_its_phone_may_begin_anew(self):
        known = known_everywhere()
        before = db.session.get(Account, known.account).session_epoch
        erase_account(account_id=known.account, actor=of(known.account))
        found = db.session.get(Account, known.account)
        assert (found.state, found.phone_index, found.session_epoch > before) == ("disabled", None, True)


def test_a_person_without_any_activity_can_go(ctx):
    account, person_id = accounts.account(), people.person()
    tie(account.id, person_id, Relation.SELF)
    make_code(person_id)
    erase_relative(account_id=account.id, person_id=person_id, actor=of(account.id))
    assert db.session.get(Person, person_id).name == ERASED


@act
def make_code(person_id):
    ensure_passes([person_id], at=now())
