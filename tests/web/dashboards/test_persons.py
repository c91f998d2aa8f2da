"""The office's pages of persons: found exactly, shown masked, merged, proven, corrected."""

from __future__ import annotations

import uuid
from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.queries import phone_index
from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.db import db
from app.core.permissions import Role, Scope, ScopeKind
from app.core.transactions import act
from app.people.constants import ProofLevel, Relation
from app.people.models import AccountPerson, Person
from app.people.queries.aliases import canonical_id
from app.people.services.persons import link
from app.registrations.models import Registration
from tests.factories import accounts, walks
from tests.factories.merges import holds
from tests.factories.walks import enrol, make_walk, read, scan

pytestmark = pytest.mark.usefixtures("ctx", "clock")
URL = "/office/persons"
NOBODY = "00000000-0000-0000-0000-000000000001"


@act
def tie(account_id: uuid.UUID, person_id: uuid.UUID, relation: Relation = Relation.SELF) -> None:
    link(account_id=account_id, person_id=person_id, relation=relation, proof=ProofLevel.TYPED, at=now())


def person_of(outcome) -> Person:
    db.session.rollback()
    return db.session.get_one(Person, outcome.person_id)


def audits(action: str) -> list[AuditEntry]:
    return list(db.session.execute(select(AuditEntry).where(AuditEntry.action == action)).scalars())


def search(client, **fields):
    return client.post(URL, fields, status=fields.pop("status", 200))


# --------------------------------------------------------------------------- found


def test_a_document_number_finds_exactly_one_and_shows_it_masked(manager):
    one = walks.person(name="王德福")
    walk = make_walk()
    enrol(walk, one, walks.person(name="李秀英"))
    page = search(manager, by="document", number=f" {one.document_number[:6]} {one.document_number[6:]} ")
    assert "王德福" in page.main
    assert "李秀英" not in page.main
    assert one.document_number not in page.html.replace(f'value=" {one.document_number[:6]}', "")
    assert "138****5678" in page.main
    (noted,) = audits("person.searched")
    assert noted.details == {"by": "document", "found": 1}


def test_a_part_of_a_number_finds_nobody(manager):
    one = walks.person()
    enrol(make_walk(), one)
    for part in (one.document_number[:17], one.document_number[-4:], "%", "*"):
        assert "没有找到" in search(manager, by="document", number=part).main


def test_a_phone_finds_its_people_and_whom_its_account_looks_after(manager):
    walk = make_walk()
    own, child = enrol(
        walk,
        walks.person(name="王德福", phone="+8613912345678"),
        walks.person(name="王小雨", birth=date(2022, 1, 1), phone=None, guardian_name="王德福",
                     guardian_phone="+8613912345678", guardian_relation="grandparent"),
    )  # fmt: skip
    keeper = accounts.account(phone="+8613912345678", phone_index=phone_index("+8613912345678"))
    tie(keeper.id, child.person_id, Relation.CHILD)
    page = search(manager, by="phone", phone="139 1234 5678")
    assert "王德福" in page.main
    assert "王**" in page.main
    assert "王小雨" not in page.html
    assert own.person_id is not None


def test_a_name_finds_those_of_one_activity_only(manager):
    here, there = make_walk(), make_walk()
    (one,) = enrol(here, walks.person(name="王德福"))
    enrol(there, walks.person(name="王德福"))
    page = search(manager, by="name", name="王德福", activity=here.code)
    assert [a for a in page.links if a.startswith(f"{URL}/")] == [f"{URL}/{one.person_id}"]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"by": "document", "number": ""}, "请填证件号"),
        ({"by": "phone", "phone": "1381234"}, "手机号应有11位"),
        ({"by": "name", "name": "", "activity": ""}, "请填姓名"),
        ({"by": "name", "name": "王德福", "activity": ""}, "请选活动"),
        ({"by": "everything"}, "按什么找"),
        ({"by": "document", "number": "1" * 41}, "太长了"),
    ],
)
def test_what_names_nobody_is_asked_again(manager, fields, says):
    page = manager.post(URL, fields, status=422)
    assert says in page.main
    assert audits("person.searched") == []


def test_minors_are_shown_by_their_surname_and_age_alone(manager):
    (one,) = enrol(
        make_walk(),
        walks.person(name="张一诺", birth=date(2020, 1, 9), guardian_name="张建国", guardian_phone="+8613912345678",
                     guardian_relation="parent"),
    )  # fmt: skip
    page = manager.get(f"{URL}/{one.person_id}")
    assert "张**" in page.main
    assert "10 岁" in page.main
    assert "张一诺" not in page.html
    assert "2020-01-09" not in page.html


# --------------------------------------------------------------------------- one


def test_the_page_tells_links_activities_and_who_may_be_the_same(manager):
    walk = make_walk(name="徐庄站")
    born = date(1961, 2, 3)
    one, same, other = enrol(
        walk,
        walks.person(name="王德福", birth=born, phone="+8613900000001"),
        walks.person(name="王德福", birth=born, phone="+8613900000002"),
        walks.person(name="李秀英", birth=born, phone="+8613900000001"),
    )
    keeper = accounts.account(display_name="王建国")
    tie(keeper.id, one.person_id, Relation.PARENT)
    page = manager.get(f"{URL}/{one.person_id}")
    assert "徐庄站" in page.main
    assert "王建国" in page.main
    merges = [a for a in page.links if "/merge/" in a]
    assert merges == [f"{URL}/{one.person_id}/merge/{same.person_id}"]
    assert str(other.person_id) not in page.html


def test_showing_the_numbers_needs_a_reason_and_is_noted(manager):
    one = walks.person()
    (outcome,) = enrol(make_walk(), one)
    address = f"{URL}/{outcome.person_id}/show"
    assert "请选择要看的原因" in manager.post(address, {}, status=422).main
    page = manager.post(address, {"reason": "complaint"})
    assert one.document_number in page.main
    assert page.headers["Cache-Control"] == "no-store"
    assert audits("person.disclosed")[0].details == {"reason": "complaint", "minor": False, "approver": None}


def test_a_minor_s_numbers_need_the_approval_of_another(manager):
    child = walks.person(name="张一诺", birth=date(2020, 1, 9), guardian_name="张建国",
                         guardian_phone="+8613912345678", guardian_relation="parent")  # fmt: skip
    (outcome,) = enrol(make_walk(), child)
    address = f"{URL}/{outcome.person_id}/show"
    page = manager.post(address, {"reason": "emergency"}, status=422)
    assert "张一诺" not in page.html
    head = accounts.staff(Role.EVENT_MANAGER)
    page = manager.post(address, {"reason": "emergency", "approver": str(head.id)})
    assert "张一诺" in page.main
    assert audits("person.disclosed")[0].details["approver"] == str(head.id)


def test_what_is_not_there_is_not_found_in_the_same_words(manager):
    (one,) = enrol(make_walk(), walks.person())
    bodies = {
        manager.get(f"{URL}/{NOBODY}", status=404).main,
        manager.get(f"{URL}/{NOBODY}/identity", status=404).main,
        manager.get(f"{URL}/{one.person_id}/merge/{NOBODY}", status=404).main,
        manager.get(f"{URL}/{one.person_id}/links/{NOBODY}", status=404).main,
        manager.post(f"{URL}/{NOBODY}/show", {"reason": "complaint"}, status=404).main,
    }
    assert len(bodies) == 1


def test_who_manages_one_activity_is_not_offered_everybody(as_role):
    walk = make_walk()
    (one,) = enrol(walk, walks.person())
    client = as_role(Role.EVENT_MANAGER, Scope(ScopeKind.ACTIVITY, walk.id))
    assert URL not in client.get("/office/activities").links
    for address in (URL, f"{URL}/{one.person_id}", f"{URL}/{one.person_id}/identity"):
        client.get(address, status=403)


# --------------------------------------------------------------------------- merged


def test_merging_shows_what_happens_asks_once_and_does_it(manager, clock):
    walk = make_walk(name="徐庄站")
    stays, gone = enrol(walk, walks.person(name="王德福"), walks.person(name="王德福"))
    read(walks.device(walk), scan(gone, "S", 1, walk=walk))
    page = manager.get(f"{URL}/{stays.person_id}/merge/{gone.person_id}")
    assert "徐庄站 报了两次" in page.main
    assert canonical_id(gone.person_id) == gone.person_id, "looking changes nothing"
    assert "请选一个原因" in manager.submit({}, button="合并").main
    page = manager.submit({"reason": "document_seen"}, button="合并")
    assert page.flash == ["已合并，以后按一个人算。"]
    assert page.url.endswith(str(stays.person_id))
    assert "已并入的登记" in page.main
    assert canonical_id(gone.person_id) == stays.person_id
    assert manager.get(f"{URL}/{gone.person_id}", status=302).location.endswith(str(stays.person_id))
    holds(walk)


def test_a_merge_that_cannot_be_says_why_on_the_page(manager):
    a, b, c = enrol(make_walk(), *(walks.person() for _ in range(3)))
    manager.post(f"{URL}/{b.person_id}/merge/{a.person_id}", {"reason": "typed_twice"})
    page = manager.post(f"{URL}/{c.person_id}/merge/{a.person_id}", {"reason": "typed_twice"}, status=409)
    assert "已并入另一个人" in page.main
    page = manager.post(f"{URL}/{c.person_id}/merge/{c.person_id}", {"reason": "typed_twice"}, status=422)
    assert "同一条登记" in page.main


def test_another_entry_is_found_by_its_number_and_leads_to_the_question(manager):
    walk, given = make_walk(), walks.person(name="王得福")
    one, other = enrol(walk, walks.person(name="王德福"), given)
    manager.get(f"{URL}?into={one.person_id}")
    page = manager.post(f"{URL}?into={one.person_id}", {"by": "document", "number": given.document_number})
    assert f"{URL}/{one.person_id}/merge/{other.person_id}" in page.links
    assert "两条都有证件" in manager.get(f"{URL}/{other.person_id}/merge/{one.person_id}").main


# --------------------------------------------------------------------------- proven


def test_the_office_proves_a_link_after_seeing_a_document(manager):
    (one,) = enrol(make_walk(), walks.person(name="王德福"))
    keeper = accounts.account(display_name="王建国")
    tie(keeper.id, one.person_id, Relation.PARENT)
    manager.get(f"{URL}/{one.person_id}/links/{keeper.id}")
    assert "请选一个原因" in manager.submit({}, button="核对过了").main
    page = manager.submit({"reason": "own_document"}, button="核对过了")
    assert "办公室核对" in page.main
    proof = db.session.execute(select(AccountPerson.proof).where(AccountPerson.account_id == keeper.id)).scalar_one()
    assert proof == ProofLevel.OFFICE
    (noted,) = audits("person.link_proven")
    assert noted.details == {"proof": "office", "account": str(keeper.id), "reason": "own_document"}


# --------------------------------------------------------------------------- corrected


def corrected(**fields) -> dict[str, str]:
    return {"document_type": "resident_id", "reason": "document_seen"} | fields


def test_identity_is_corrected_from_the_document_and_the_counts_follow(manager):
    walk = make_walk()
    (one,) = enrol(walk, walks.person(name="王得福", birth=date(1955, 3, 9)))
    read(walks.device(walk), scan(one, "S", 1, walk=walk))
    right = walks.person(name="王德福", birth=date(1975, 3, 9), male=False)
    manager.get(f"{URL}/{one.person_id}/identity")
    page = manager.submit(corrected(name="王德福", document_number=right.document_number), button="更正")
    assert page.flash == ["已更正。"]
    found = person_of(one)
    assert (found.name, found.document_number, found.sex, found.birth_date) == (
        "王德福", right.document_number, "female", date(1975, 3, 9),
    )  # fmt: skip
    row = db.session.execute(select(Registration).where(Registration.activity_id == walk.id)).scalar_one()
    assert (row.name, row.sex, row.age, row.birth_year) == ("王德福", "female", 55, 1975)
    holds(walk)
    (noted,) = audits("person.identity_corrected")
    assert noted.details == {"fields": ["birth_date", "document_number", "name", "sex"], "reason": "document_seen"}


def test_the_figures_of_a_day_that_is_over_stay_as_they_were_reported(as_role, clock):
    walk = make_walk()
    (one,) = enrol(walk, walks.person(name="王得福", birth=date(1955, 3, 9)))
    read(walks.device(walk), scan(one, "S", 1, walk=walk))
    clock.shift(days=2)
    manager = as_role(Role.EVENT_MANAGER)
    right = walks.person(name="王德福", birth=date(1975, 3, 9))
    manager.post(f"{URL}/{one.person_id}/identity", corrected(name="王德福", document_number=right.document_number))
    row = db.session.execute(select(Registration).where(Registration.activity_id == walk.id)).scalar_one()
    assert (row.name, row.age) == ("王德福", 75)
    holds(walk)


def test_the_same_again_changes_nothing(manager):
    given = walks.person(name="王德福")
    (one,) = enrol(make_walk(), given)
    page = manager.post(
        f"{URL}/{one.person_id}/identity", corrected(name="王德福", document_number=given.document_number)
    )
    assert page.flash == ["和登记的一样，没有改动。"]
    assert audits("person.identity_corrected") == []


def test_a_document_of_another_entry_is_refused_and_leads_to_merging(manager):
    taken = walks.person(name="王德福")
    one, other = enrol(make_walk(), walks.person(name="王得福"), taken)
    fields = corrected(name="王德福", document_number=taken.document_number)
    page = manager.post(f"{URL}/{one.person_id}/identity", fields, status=409)
    assert f"{URL}/{other.person_id}/merge/{one.person_id}" in page.links
    assert person_of(one).name == "王得福", "nothing half stored"
    manager.post(f"{URL}/{one.person_id}/merge/{other.person_id}", {"reason": "document_seen"})
    manager.post(f"{URL}/{one.person_id}/identity", fields)
    assert person_of(one).document_number == taken.document_number, "handed over: they are one person"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "王德福", "document_number": "370406199003070019"}, "最后一位对不上"),
        ({"name": "王德福", "document_number": "370406900307001"}, "15位旧号"),
        ({"name": "", "document_number": "370406199003070018"}, "请填姓名"),
        ({"name": "王<b>", "document_number": "370406199003070018"}, "姓名里不能有"),
        ({"name": "王德福", "document_type": "passport", "document_number": "E1234567"}, "请填出生日期"),
        ({"name": "王德福", "document_number": "370406199003070018", "reason": ""}, "请选一个原因"),
        ({"name": "王德福", "document_type": "nothing", "document_number": "1"}, ""),
    ],
)
def test_what_a_document_cannot_say_is_refused_and_typed_data_stays(manager, fields, says):
    (one,) = enrol(make_walk(), walks.person(name="王得福"))
    page = manager.post(f"{URL}/{one.person_id}/identity", corrected(**fields), status=422)
    assert says in page.main
    assert page.form().find("input", {"name": "document_number"})["value"] == fields["document_number"]
    assert person_of(one).name == "王得福"


def test_who_has_no_document_any_more_is_known_by_name_birthday_and_phone(manager):
    (one,) = enrol(make_walk(), walks.person(name="王德福"))
    fields = corrected(name="王德福", document_type="none", document_number="", birth_date="1955-03-09")
    manager.post(f"{URL}/{one.person_id}/identity", fields)
    found = person_of(one)
    assert (found.document_index, found.document_number) == (None, None)
    assert found.no_document_key is not None
