"""A changed activity judges everybody's scans again, portion by portion."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.activities.models import Activity, Category
from app.checkins.models import Scan
from app.checkins.queries.numbers import tally_of
from app.checkins.services import rejudge as rejudging
from app.checkins.services.rejudge import judge_pending
from app.core import outbox
from app.core.db import db
from app.core.outbox import Outbox
from app.core.transactions import act
from tests.factories.walks import Walk, device, enrol, make_walk, person, read, scan

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@act
def change(walk: Walk, *parts: str, **columns: object) -> None:
    """As the office's settings do it: the version goes up, the message is left."""
    db.session.execute(update(Activity).where(Activity.id == walk.id).values(version=Activity.version + 1, **columns))
    outbox.send(walk.id, "activity_changed", parts=list(parts), status="published")


@act
def finish_by(walk: Walk, rule: str) -> None:
    db.session.execute(update(Category).where(Category.activity_id == walk.id).values(finish_rule=rule))


def outside(walk: Walk) -> int:
    db.session.rollback()
    return db.session.execute(
        select(func.count()).select_from(Scan).where(Scan.activity_id == walk.id, Scan.verdict == "outside_hours")
    ).scalar_one()


def test_changed_hours_judge_every_scan_again_in_portions(monkeypatch):
    monkeypatch.setattr(rejudging, "PORTION", 3)
    walk = make_walk()
    people = enrol(walk, *(person(name=f"王{sign}") for sign in "甲乙丙丁戊己庚"))
    read(device(walk), *(scan(one, "S", 5, walk=walk) for one in people))
    assert outside(walk) == 0
    late = walk.starts_at + timedelta(hours=6)
    change(walk, "basics", gate_opens_at=late)
    judge_pending(walk.id)
    assert outside(walk) == 7
    change(walk, "basics", gate_opens_at=walk.starts_at)
    judge_pending(walk.id)
    assert outside(walk) == 0
    assert outbox.waiting(walk.id) == (0, 0)


def test_another_finish_rule_makes_finishers():
    walk = make_walk()
    (one,) = enrol(walk, person())
    read(device(walk), scan(one, "S", 5, walk=walk), scan(one, "F", 95, walk=walk))
    assert tally_of(walk.id)["finished"] == 0
    finish_by(walk, "finish_line")
    change(walk, "way")
    judge_pending(walk.id)
    assert tally_of(walk.id)["finished"] == 1


def test_a_change_that_no_verdict_rests_on_judges_nobody(statements):
    walk = make_walk()
    (one,) = enrol(walk, person())
    read(device(walk), scan(one, "S", 5, walk=walk))
    judge_pending(walk.id)
    change(walk, "terms", "route")
    with statements() as seen:
        judge_pending(walk.id)
    assert not [one for one in seen if "FROM scan " in str(one) and "person_id >" in str(one)]


def test_a_second_change_begins_anew_and_leaves_one_chain(monkeypatch):
    monkeypatch.setattr(rejudging, "PORTION", 1)
    walk = make_walk()
    people = enrol(walk)
    read(device(walk), *(scan(one, "S", 5, walk=walk) for one in people))
    change(walk, "way")
    outbox.drain(scope_id=walk.id, job="activity_changed")
    outbox.drain(scope_id=walk.id, job=rejudging.PORTION_JOB)
    change(walk, "way")
    outbox.drain(scope_id=walk.id, job="activity_changed")
    waiting = db.session.execute(
        select(Outbox.payload).where(Outbox.scope_id == walk.id, Outbox.job == rejudging.PORTION_JOB)
    ).scalars()
    assert [one["after"] for one in waiting] == ["00000000-0000-0000-0000-000000000000"]
