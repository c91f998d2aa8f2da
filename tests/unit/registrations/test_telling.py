"""Who is told what became of their registrations: once for each event, all of an account's people in one text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.outbox import Outbox
from app.core.transactions import act
from app.notices.constants import NoticeKind, Place
from app.notices.queries import inbox
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from app.registrations.services import telling
from app.registrations.services.changes import change_capacity, review
from app.registrations.services.draws import hold_draw
from app.registrations.tasks import on_told
from tests.factories import accounts
from tests.factories.tellings import DAY, cancelled, citizen, signed_up, told, walk, work
from tests.factories.walks import Walk, enrol, person

pytestmark = pytest.mark.usefixtures("ctx", "clock", "no_limits")


# --------------------------------------------------------------------------- places


def test_who_moves_up_from_the_waiting_list_is_told_where_and_when(sent):
    where, first, second = walk(capacity=1), citizen(), citizen()
    (out,) = signed_up(where, first, "王德福")
    signed_up(where, second, "李秀英")
    cancelled(where, out)
    work()
    assert told(second) == ["李秀英候补报上了徐庄站。6月6日 8:00，文化广场见。"]
    assert sent.words == told(second)
    assert sent.texts[0][0] == second.phone
    (letter,) = inbox(second.id).letters
    assert (letter.kind, letter.place) == (NoticeKind.PROMOTED, Place.REGISTRATION)
    assert told(first) == [], "who cancels oneself knows"


def test_a_job_delivered_twice_tells_nobody_twice(sent):
    where, first, second = walk(capacity=1), citizen(), citizen()
    (out,) = signed_up(where, first, "王德福")
    signed_up(where, second, "李秀英")
    cancelled(where, out)
    message = db.session.execute(select(Outbox.payload).where(Outbox.job == telling.JOB)).scalar_one()
    work()
    on_told(where.id, message)
    on_told(where.id, message)
    work()
    assert len(told(second)) == len(sent.texts) == 1


def test_a_parent_with_three_children_gets_one_text(sent):
    where, parent = walk(capacity=0), citizen()
    signed_up(where, parent, "王一", "王二", "王三")
    change_capacity(activity_id=where.id, category_id=where.categories["TY"], capacity=5, actor=SYSTEM)
    work()
    assert sent.words == ["王一等 3 人候补报上了徐庄站。6月6日 8:00，文化广场见。"]
    (letter,) = inbox(parent.id).letters
    assert letter.place is Place.MINE


def test_who_has_cancelled_meanwhile_is_told_nothing(sent):
    where, parent = walk(capacity=0), citizen()
    (out,) = signed_up(where, parent, "王一")
    change_capacity(activity_id=where.id, category_id=where.categories["TY"], capacity=5, actor=SYSTEM)
    cancelled(where, out)
    work()
    assert told(parent) == []


def test_a_cancellation_by_the_office_is_told(sent):
    where, citizen_ = walk(), citizen()
    (out,) = signed_up(where, citizen_, "王德福")
    cancelled(where, out, reason="office")
    work()
    assert told(citizen_) == ["王德福的徐庄站报名已由办公室取消。可以打电话问一问。"]


@pytest.mark.parametrize(
    ("accept", "said"),
    [
        (True, "王德福通过审核：徐庄站。6月6日 8:00，文化广场见。"),
        (False, "王德福报徐庄站没有通过审核。可以打电话问一问。"),
    ],
)
def test_the_outcome_of_a_review_is_told(sent, accept, said):
    where, citizen_ = walk(needs_review=True), citizen()
    (out,) = signed_up(where, citizen_, "王德福")
    review(activity_id=where.id, registration_id=out.registration_id, accept=accept, actor=SYSTEM)
    work()
    assert told(citizen_) == sent.words == [said]


# --------------------------------------------------------------------------- the draw


def drawn(where: Walk, clock: Any) -> None:
    clock.shift(days=2)
    hold_draw(activity_id=where.id, category_id=where.categories["TY"], seed="1", witnesses="", actor=SYSTEM)
    work()


def pot(**facts: Any) -> Walk:
    return walk(allocation="draw", registration_closes_at=now() + DAY, **facts)


def test_the_draw_tells_who_is_in_and_who_is_not(sent, clock):
    where, alone = pot(capacity=1), [citizen() for _ in range(2)]
    for one in alone:
        signed_up(where, one, "王德福")
    drawn(where, clock)
    assert sorted(words_ for one in alone for words_ in told(one)) == [
        "王德福中签了：徐庄站。6月6日 8:00，文化广场见。",
        "王德福没有中签，已排候补：徐庄站。有名额会通知您。",
    ]


def test_without_a_waiting_list_who_is_not_drawn_is_told_so(sent, clock):
    where, one = pot(capacity=0, waiting_list=False), citizen()
    signed_up(where, one, "王德福")
    drawn(where, clock)
    assert told(one) == ["王德福这次没有中签：徐庄站。可以看看别的活动。"]


def test_a_family_in_a_draw_gets_one_text_with_all_of_it(sent, clock):
    where, parent = pot(capacity=1), citizen()
    signed_up(where, parent, "王一", "王二", "王三")
    drawn(where, clock)
    assert sent.words == ["徐庄站抽签：中签 1 人，候补 2 人，未中签 0 人。"]


def test_a_large_draw_is_told_in_parts_and_no_family_is_parted(sent, clock, monkeypatch):
    monkeypatch.setattr(telling, "CHUNK", 4)
    where, families = pot(capacity=50), [citizen() for _ in range(5)]
    for family in families:
        signed_up(where, family, "王一", "王二", "王三")
    drawn(where, clock)
    assert [len(told(one)) for one in families] == [1] * 5
    assert sent.words == ["王一等 3 人中签了：徐庄站。6月6日 8:00，文化广场见。"] * 5


# --------------------------------------------------------------------------- whom


def test_somebody_with_an_account_hears_of_it_though_another_one_registered_them(sent):
    where, leader, own = walk(needs_review=True), citizen(), citizen()
    (out,) = signed_up(where, leader, "王德福")

    @act
    def mine() -> None:
        link(account_id=own.id, person_id=out.person_id, relation=Relation.SELF, proof=ProofLevel.PHONE_CODE, at=now())

    mine()
    review(activity_id=where.id, registration_id=out.registration_id, accept=True, actor=SYSTEM)
    work()
    assert told(leader) == told(own) == ["王德福通过审核：徐庄站。6月6日 8:00，文化广场见。"]
    assert {phone for phone, _ in sent.texts} == {leader.phone, own.phone}


def test_an_unproven_link_hears_nothing(sent):
    where, stranger = walk(needs_review=True), citizen()
    (out,) = signed_up(where, None, "王德福")

    @act
    def theirs() -> None:
        link(account_id=stranger.id, person_id=out.person_id, relation=Relation.SELF, proof=ProofLevel.TYPED, at=now())

    theirs()
    review(activity_id=where.id, registration_id=out.registration_id, accept=True, actor=SYSTEM)
    work()
    assert told(stranger) == []


def test_who_has_no_account_gets_a_text(sent):
    where = walk(needs_review=True)
    (out,) = enrol(where, person(name="王德福", phone="+8613812345678"))
    review(activity_id=where.id, registration_id=out.registration_id, accept=True, actor=SYSTEM)
    work()
    assert sent.texts == [("+8613812345678", "【相约】王德福通过审核：徐庄站。6月6日 8:00，文化广场见。")]


def test_a_disabled_account_gets_no_text(sent):
    where, gone = walk(needs_review=True), accounts.account(phone="+8613812345678", state="disabled")
    (out,) = signed_up(where, gone, "王德福")
    review(activity_id=where.id, registration_id=out.registration_id, accept=True, actor=SYSTEM)
    work()
    assert sent.texts == []


def test_outbox_and_audit_hold_no_name(sent):
    where, first = walk(capacity=0), citizen()
    signed_up(where, first, "王德福")
    change_capacity(activity_id=where.id, category_id=where.categories["TY"], capacity=5, actor=SYSTEM)
    payloads = json.dumps(list(db.session.execute(select(Outbox.payload)).scalars()), ensure_ascii=False)
    details = json.dumps(list(db.session.execute(select(AuditEntry.details)).scalars()), ensure_ascii=False)
    for text in (payloads, details):
        assert "王德福" not in text
        assert first.phone not in text
