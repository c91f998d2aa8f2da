"""What does not add up is listed from facts, looked at, settled, and can be opened again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.activities.models import Activity, CategoryCheckpoint
from app.activities.queries.plans import checkin_plan
from app.audit.models import AuditEntry
from app.checkins.models import CheckIn, Reject, Settlement
from app.checkins.queries.conflicts import forget_counts, open_conflicts
from app.checkins.rules.conflicts import Kind
from app.checkins.services.rejudge import judge_pending
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.permissions import Role
from app.core.transactions import act
from app.registrations.constants import Source
from tests.factories import accounts
from tests.factories.walks import Walk, device, enrol, make_walk, person, read, scan

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def walk() -> Walk:
    made = make_walk(ways={"TY": ("S", "K", "F", "P")})
    measure(made)
    return made


@act
def measure(walk: Walk) -> None:
    for code, metres in {"S": 0, "K": 4_000, "F": 8_000}.items():
        db.session.execute(
            update(CategoryCheckpoint)
            .where(
                CategoryCheckpoint.activity_id == walk.id,
                CategoryCheckpoint.checkpoint_id == walk.checkpoints[code],
            )
            .values(distance_m=metres)
        )


@pytest.fixture
def office(client):
    return client.login_as(accounts.staff(Role.EVENT_MANAGER))


def kinds(walk: Walk) -> dict[str, int]:
    judge_pending(walk.id)
    found = open_conflicts(checkin_plan(walk.id), limit_kmh=25)
    db.session.rollback()
    return {kind.value: len(rows) for kind, rows in found.items()}


def one_of(walk: Walk, kind: Kind) -> Any:
    found = open_conflicts(checkin_plan(walk.id), limit_kmh=25)[kind][0]
    db.session.rollback()
    return found


def page_of(walk: Walk, kind: Kind) -> str:
    return f"/office/activities/{walk.code}/conflicts/{kind.value}/{one_of(walk, kind).subject_id}"


def test_a_quiet_day_has_nothing_to_look_at(office, walk):
    (one,) = enrol(walk, person())
    phone = device(walk)
    read(phone, scan(one, "S", 0, walk=walk), scan(one, "K", 50, walk=walk), scan(one, "F", 100, walk=walk))
    assert kinds(walk) == {}
    page = office.get(f"/office/activities/{walk.code}/conflicts")
    assert "没有要核对的" in page.main


def test_one_code_on_two_phones_far_apart_within_a_minute(walk):
    one, two, three = enrol(walk)
    first, second = device(walk, "张敏"), device(walk, "刘洋")
    read(first, scan(one, "S", 10, walk=walk), scan(two, "S", 10, walk=walk), scan(three, "S", 10, walk=walk))
    read(second, scan(one, "P", 10.5, walk=walk))  # another place: a conflict
    read(second, scan(two, "S", 10.5, walk=walk))  # the same place: shown twice
    read(first, scan(three, "P", 10.5, walk=walk))  # the same phone
    assert kinds(walk) == {"two_phones": 1}
    assert one_of(walk, Kind.TWO_PHONES).figure == 30


def test_just_over_a_minute_is_none(walk):
    (one,) = enrol(walk, person())
    read(device(walk, "张敏"), scan(one, "S", 10, walk=walk))
    read(device(walk, "刘洋"), scan(one, "P", 11.1, walk=walk))
    assert kinds(walk) == {}


def test_finish_before_start_and_impossible_speed(walk):
    one, two, _ = enrol(walk)
    phone = device(walk)
    read(phone, scan(one, "F", 10, walk=walk), scan(one, "S", 100, walk=walk))
    read(phone, scan(two, "S", 0, walk=walk), scan(two, "K", 5, walk=walk))  # 4 km in 5 minutes
    assert kinds(walk) == {"finish_first": 1, "speed": 1}
    assert one_of(walk, Kind.SPEED).figure == 48.0


def test_two_pickups_count_what_the_phones_showed(walk):
    one, two, _ = enrol(walk)
    first, second = device(walk, "张敏"), device(walk, "刘洋")
    for who, shown in ((one, "accepted"), (two, "repeat")):
        read(first, scan(who, "P", 10, walk=walk, shown="accepted"))
        read(second, scan(who, "P", 30, walk=walk, shown=shown))
    assert kinds(walk) == {"two_pickups": 1}


def test_who_has_a_code_and_no_registration_is_listed_once(office, walk):
    (other,) = enrol(make_walk(), person(name="周建国"))
    phone = device(walk)
    read(phone, scan(other, "S", 1, walk=walk), scan(other, "K", 60, walk=walk))
    assert kinds(walk) == {"not_registered": 1}
    assert "周建国" in office.get(f"/office/activities/{walk.code}/conflicts").main


def test_a_clock_that_is_off_and_what_was_no_scan(walk):
    (one,) = enrol(walk, person())
    read(device(walk), scan(one, "S", 1, walk=walk, offset_ms=180_000), {"id": "x", "who": "李四"})
    assert kinds(walk) == {"clock": 1, "reject": 1}


@act
def no_room(walk: Walk) -> None:
    db.session.execute(
        update(Activity).where(Activity.id == walk.id).values(version=Activity.version + 1, walkin_capacity=0)
    )


def test_more_walk_ins_than_room_is_told_again_when_it_grows(office, walk):
    no_room(walk)
    enrol(walk, person(), source=Source.SCAN)
    assert kinds(walk) == {"excess": 1}
    office.get(page_of(walk, Kind.EXCESS))
    office.submit({"decision": "fine"}, form="form:has(#note)")
    assert kinds(walk) == {}
    enrol(walk, person(name="李秀英"), source=Source.SCAN)
    assert kinds(walk) == {"excess": 1}


def test_both_fine_leaves_the_list_and_can_be_opened_again(office, walk):
    (one,) = enrol(walk, person())
    read(device(walk, "张敏"), scan(one, "S", 10, walk=walk))
    read(device(walk, "刘洋"), scan(one, "P", 10.5, walk=walk))
    forget_counts()
    assert "待核对 1" in office.get(f"/office/activities/{walk.code}/conflicts").main
    office.get(page_of(walk, Kind.TWO_PHONES))
    page = office.submit({"decision": "fine", "note": "夫妻俩一人拿两个手机"}, form="form:has(#note)")
    assert "已定下。" in page.flash
    assert "夫妻俩一人拿两个手机" in page.main
    assert kinds(walk) == {}
    page = office.submit(form="form[action$='/reopen']")
    assert "已重新打开。" in page.flash
    assert kinds(walk) == {"two_phones": 1}
    actions = db.session.execute(select(AuditEntry.action, AuditEntry.details).where(AuditEntry.scope_id == walk.id))
    told = {row.action: str(row.details) for row in actions}
    assert {"conflict.settled", "conflict.reopened"} <= set(told)
    assert "夫妻" not in "".join(told.values())


def test_a_scan_is_taken_back_and_comes_again_when_reopened(office, walk):
    (one,) = enrol(walk, person())
    phone = device(walk)
    read(phone, scan(one, "F", 10, walk=walk), scan(one, "S", 100, walk=walk))
    conflict = one_of(walk, Kind.FINISH_FIRST)
    office.get(page_of(walk, Kind.FINISH_FIRST))
    office.submit({"decision": f"take_back:{conflict.places[0].scan_id}"}, form="form:has(#note)")
    assert kinds(walk) == {}
    assert points(walk) == ["S"]
    office.submit(form="form[action$='/reopen']")
    assert points(walk) == ["F", "S"]
    assert kinds(walk) == {"finish_first": 1}


def points(walk: Walk) -> list[str]:
    db.session.rollback()
    codes = {point: code for code, point in walk.checkpoints.items()}
    rows = db.session.execute(select(CheckIn.checkpoint_id).where(CheckIn.activity_id == walk.id)).scalars()
    return sorted(codes[one] for one in rows)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"decision": ""}, "请选怎么处理。"),
        ({"decision": "burn"}, "请选怎么处理。"),
        ({"decision": "take_back"}, "请选要撤销的那一次。"),
        ({"decision": f"take_back:{uuid7()}"}, "请选要撤销的那一次。"),
        ({"decision": "fine", "note": "长" * 201}, "说明最多 200 个字。"),
    ],
)
def test_what_is_no_decision_changes_nothing(office, walk, sent, told):
    (one,) = enrol(walk, person())
    read(device(walk), scan(one, "F", 10, walk=walk), scan(one, "S", 100, walk=walk))
    address = page_of(walk, Kind.FINISH_FIRST)
    office.get(address)
    page = office.post(address, sent)
    assert page.flash == [told]
    assert kinds(walk) == {"finish_first": 1}


def test_two_who_settle_at_once(office, walk):
    (one,) = enrol(walk, person())
    read(device(walk), scan(one, "F", 10, walk=walk), scan(one, "S", 100, walk=walk))
    address = page_of(walk, Kind.FINISH_FIRST)
    office.get(address)
    office.post(address, {"decision": "fine"})
    office.get(address)
    page = office.post(address, {"decision": "handled"})
    assert page.flash == ["这一条已经有人处理了。"]
    rows = db.session.execute(select(Settlement.decision).where(Settlement.activity_id == walk.id)).scalars().all()
    assert rows == ["fine"]


def test_a_reject_is_read_for_a_reason_only(office, walk):
    read(device(walk), {"id": "x", "who": "李四"})
    address = page_of(walk, Kind.REJECT)
    page = office.get(address)
    assert "李四" not in page.text
    page = office.submit({"reason": ""}, form="form[action$='/read']")
    assert page.flash == ["请选一个原因。"]
    page = office.submit({"reason": "find_scan"}, form="form[action$='/read']")
    assert "李四" in page.main
    entry = db.session.execute(select(AuditEntry.details).where(AuditEntry.action == "reject.read")).scalar_one()
    assert entry["reason"] == "find_scan"
    assert db.session.execute(select(Reject.reason)).scalar_one() == "id_missing"


def test_what_does_not_exist_is_not_found(office, walk):
    here = f"/office/activities/{walk.code}/conflicts"
    for rest in ("speed/" + str(uuid7()), "nonsense/" + str(uuid7()), "speed/x"):
        office.get(f"{here}/{rest}", status=404)


def test_the_page_takes_as_many_statements_for_many_as_for_few(office, walk, statements):
    counted = []
    phone, other = device(walk, "张敏"), device(walk, "刘洋")
    for many in (2, 12):
        for one in enrol(walk, *(person() for _ in range(many))):
            read(phone, scan(one, "F", 10, walk=walk), scan(one, "S", 100, walk=walk))
            read(other, scan(one, "P", 100.5, walk=walk))
        office.get(f"/office/activities/{walk.code}/conflicts")
        with statements() as seen:
            office.get(f"/office/activities/{walk.code}/conflicts")
        counted.append(len(seen))
    assert counted[0] == counted[1]
    assert now() - walk.starts_at == timedelta(hours=1)
