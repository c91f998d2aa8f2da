"""A minor serves with a guardian's word, whoever puts them on; nobody is their own guardian."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.audit.queries import history
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.transactions import act
from app.passes.services import ensure_passes
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from app.volunteers.queries.shifts import posts_open, services_in
from app.volunteers.services.offers import offer, withdraw
from app.volunteers.services.serving import put_on
from app.volunteers.services.shifts import set_offers
from tests.factories import accounts, people, walks
from tests.factories import volunteers as made

pytestmark = pytest.mark.usefixtures("ctx", "clock")
YOUNG = date(2014, 1, 1)


@pytest.fixture
def walk():
    return walks.make_walk(starts_at=now() + timedelta(days=7))


@pytest.fixture
def shift_id(walk):
    return made.add_shift(walk, min_age=14)


def asked(walk, shift_id, account_id, person_id, *, guardian):
    return offer(
        activity_id=walk.id, shift_ids=[shift_id], person_id=person_id, account_id=account_id, guardian=guardian,
        actor=SYSTEM,
    )  # fmt: skip


@act
def code_of(person_id):
    return ensure_passes([person_id], at=now())[person_id].text


def test_the_office_puts_no_minor_on_without_a_guardian_s_consent(walk, shift_id):
    young = people.person(birth=YOUNG)
    usual = {"activity_id": walk.id, "shift_id": shift_id, "named": code_of(young), "actor": SYSTEM}
    with pytest.raises(DomainError) as refused:
        put_on(**usual, guardian=False)
    assert (refused.value.code, refused.value.field) == ("guardian_missing", "guardian")
    assert services_in(shift_id) == []
    put_on(**usual, guardian=True)
    assert made.service_of(shift_id, young).agreed_on is not None
    (noted,) = [one for one in history(walk.id) if one.action == "volunteers.put_on"]
    assert noted.details["guardian"] is True


def test_of_an_adult_no_consent_is_kept_whatever_was_ticked(walk, shift_id):
    grown = people.person()
    put_on(activity_id=walk.id, shift_id=shift_id, named=code_of(grown), guardian=True, actor=SYSTEM)
    assert made.service_of(shift_id, grown).agreed_on is None


def test_a_minor_of_their_own_account_does_not_agree_for_themselves(walk, shift_id):
    account_id, young = made.somebody(birth=YOUNG)
    with pytest.raises(DomainError) as refused:
        asked(walk, shift_id, account_id, young, guardian=True)
    assert (refused.value.code, refused.value.field) == ("guardian_other", "person")
    parent, child = made.somebody(Relation.CHILD, birth=YOUNG)
    assert asked(walk, shift_id, parent, child, guardian=True) == 1


@act
def typed(account_id, person_id):
    link(account_id=account_id, person_id=person_id, relation=Relation.OTHER, proof=ProofLevel.TYPED, at=now())


def test_who_has_only_typed_a_number_speaks_for_nobody(walk, shift_id):
    account, person_id = accounts.account(), people.person()
    typed(account.id, person_id)
    with pytest.raises(NotFound):
        asked(walk, shift_id, account.id, person_id, guardian=False)
    owner, mine = made.offered(walk, shift_id)
    assert owner != account.id
    typed(account.id, mine)
    with pytest.raises(NotFound):
        withdraw(service_id=made.service_of(shift_id, mine).id, account_id=account.id, actor=SYSTEM)


class TestClosing:
    def test_a_shift_that_takes_no_more_offers(self, walk, shift_id):
        _account, first = made.offered(walk, shift_id)
        for _ in range(2):
            set_offers(activity_id=walk.id, shift_id=shift_id, taken=False, actor=SYSTEM)
        with pytest.raises(Conflict) as refused:
            made.offered(walk, shift_id)
        assert refused.value.code == "offers_closed"
        assert posts_open([walk.id], now()) == set()
        assert [line.service.person_id for line in services_in(shift_id)] == [first]
        put_on(activity_id=walk.id, shift_id=shift_id, named=code_of(people.person()), guardian=False, actor=SYSTEM)
        set_offers(activity_id=walk.id, shift_id=shift_id, taken=True, actor=SYSTEM)
        made.offered(walk, shift_id)
        assert len([one for one in history(walk.id) if one.action == "volunteers.offers_set"]) == 2

    def test_an_activity_that_does_not_take_place(self, shift_id):
        hidden = walks.make_walk(status="draft", starts_at=now() + timedelta(days=7))
        with pytest.raises(Conflict) as refused:
            made.offered(hidden, made.add_shift(hidden))
        assert refused.value.code == "not_live"

    def test_a_shift_that_is_not_there(self, walk):
        with pytest.raises(NotFound):
            set_offers(activity_id=walk.id, shift_id=uuid7(), taken=False, actor=SYSTEM)
