"""Holding a draw: once, after the closing, places to the first, and a result that the seed gives again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.activities.models import Category
from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.checkins.queries.numbers import tally_of
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.ids import uuid7
from app.core.permissions import Role
from app.registrations.models import Draw, Registration, RegistrationEvent
from app.registrations.queries.draws import draw_of, lots, pot, replay
from app.registrations.rules.draw import commitment, draw
from app.registrations.services.changes import review
from app.registrations.services.draws import Drawn, hold_draw
from tests.factories.accounts import staff
from tests.factories.walks import Walk, enrol, make_walk, person

pytestmark = pytest.mark.usefixtures("ctx", "clock")
DAY = timedelta(days=1)
SEED = "2030-06-01 福彩 3D 472"


def drawing(people: int = 5, **facts) -> Walk:
    """A walk in five days, its sign-up open until tomorrow, with `people` in the pot."""
    columns = {"allocation": "draw", "registration_closes_at": now() + DAY, "capacity": 2} | facts
    walk = make_walk(starts_at=now() + 5 * DAY, **columns)
    if people:
        enrol(walk, *(person() for _ in range(people)))
    return walk


def hold(walk: Walk, *, seed: str = SEED, days: float = 2, category=None, **facts) -> Drawn:
    return hold_draw(
        activity_id=walk.id,
        category_id=category or walk.categories["TY"],
        seed=seed,
        witnesses="王建国、李秀英",
        actor=SYSTEM,
        at=facts.get("at", now() + days * DAY),
    )


def rows(walk: Walk) -> dict[str, Registration]:
    found = db.session.execute(select(Registration).where(Registration.activity_id == walk.id)).scalars()
    return {str(row.id): row for row in found}


def count(model, walk: Walk, **columns) -> int:
    statement = select(func.count()).select_from(model).where(model.activity_id == walk.id).filter_by(**columns)
    return db.session.execute(statement).scalar_one()


def test_the_first_drawn_get_the_places_and_the_next_wait_in_their_order():
    walk = drawing()
    entries = sorted(rows(walk))
    db.session.rollback()
    assert hold(walk) == Drawn(2, 3, 0)
    order = draw(entries, SEED)
    after = rows(walk)
    assert [after[one].state for one in order] == ["confirmed"] * 2 + ["waitlisted"] * 3
    assert [after[one].queue_no for one in order] == [None, None, 1, 2, 3]
    assert [after[one].bib is not None for one in order] == [True] * 2 + [False] * 3
    assert after[order[0]].bib != after[order[1]].bib
    category = db.session.execute(select(Category).where(Category.activity_id == walk.id)).scalar_one()
    assert (category.taken, category.waiting) == (2, 3)
    assert count(RegistrationEvent, walk) == 5


def test_without_a_waiting_list_the_others_are_left_out():
    walk = drawing(waiting_list=False)
    assert hold(walk) == Drawn(2, 0, 3)
    assert sorted(row.state for row in rows(walk).values()) == ["confirmed"] * 2 + ["not_drawn"] * 3


def test_with_places_for_all_all_are_in():
    assert hold(drawing(people=3, capacity=10)) == Drawn(3, 0, 0)


def test_the_counts_and_the_trail_say_it():
    walk = drawing()
    hold(walk)
    tally = tally_of(walk.id)
    assert (tally["registered"], tally["waitlisted"]) == (2, 3)
    db.session.rollback()
    (entry,) = db.session.execute(select(AuditEntry).where(AuditEntry.action == "registration.drawn")).scalars()
    assert entry.details["confirmed"] == 2
    assert "李秀英" not in json.dumps(entry.details, ensure_ascii=False)


def test_the_stored_draw_replays_and_a_changed_one_does_not():
    walk = drawing()
    before = pot(walk.id, walk.categories["TY"])
    db.session.rollback()
    hold(walk)
    held = draw_of(walk.id, walk.categories["TY"])
    assert held is not None
    assert (before.size, before.commitment) == (5, held.commitment.hex())
    assert held.commitment == commitment(sorted(rows(walk)))
    assert replay(held)
    assert not replay(replace(held, seed=SEED + "0"))
    assert not replay(replace(held, result=held.result[::-1]))
    assert not replay(replace(held, entries=held.entries[:-1]))
    assert [lot.registration_id for lot in lots(held, 3)] == list(held.result[:3])


def test_a_second_draw_is_refused_and_changes_nothing():
    walk = drawing()
    hold(walk)
    states = {key: row.state for key, row in rows(walk).items()}
    db.session.rollback()
    with pytest.raises(DomainError) as refusal:
        hold(walk, seed="another")
    assert refusal.value.code == "already_drawn"
    assert {key: row.state for key, row in rows(walk).items()} == states
    assert count(Draw, walk) == 1


@pytest.mark.parametrize(
    ("facts", "asked", "code"),
    [
        ({}, {"days": 0.5}, "registration_open"),
        ({"allocation": "first_come"}, {}, "no_draw"),
        ({"people": 0}, {}, "draw_empty"),
        ({}, {"seed": "  "}, "seed_missing"),
        ({}, {"category": uuid7()}, "category_not_found"),
    ],
)
def test_what_cannot_be_drawn_is_refused(facts, asked, code):
    walk = drawing(**facts)
    with pytest.raises(DomainError) as refusal:
        hold(walk, **asked)
    assert refusal.value.code == code
    assert count(Draw, walk) == 0


def test_the_office_draws_on_its_page_and_hands_out_the_file(client, clock):
    walk = drawing()
    clock.move_to(now() + 2 * DAY)
    client.login_as(staff(Role.EVENT_MANAGER))
    address = f"/office/activities/{walk.code}/draw"
    page = client.get(address)
    shown = page.soup.select_one("[data-testid=commitment]").get_text()
    prefix = str(walk.categories["TY"])
    assert "请填抽签用的种子。" in client.submit({}, status=422).main
    done = client.submit({f"{prefix}-seed": SEED, f"{prefix}-witnesses": "王建国"})
    assert "一致" in done.main
    (told,) = client.get(address + ".json").json
    assert (told["seed"], told["commitment"]) == (SEED, shown)
    assert told["result"] == draw(told["entries"], SEED)
    again = client.post(address, {"category": prefix, f"{prefix}-seed": SEED}, status=409)
    assert "一致" in again.main
    assert count(Draw, walk) == 1


def test_before_the_closing_the_page_offers_no_draw(client):
    walk = drawing()
    client.login_as(staff(Role.EVENT_MANAGER))
    page = client.get(f"/office/activities/{walk.code}/draw")
    assert "5 人等待抽签" in page.main
    assert not page.soup.select("main form")


def test_where_the_office_reviews_a_winner_holds_a_place_and_gets_a_number_when_confirmed():
    walk = drawing(needs_review=True)
    assert hold(walk) == Drawn(2, 3, 0)
    states = sorted(row.state for row in rows(walk).values())
    assert states == ["submitted", "submitted", "waitlisted", "waitlisted", "waitlisted"]
    won = [row for row in rows(walk).values() if row.state == "submitted"]
    assert {row.bib for row in won} == {None}
    assert {row.confirmed_at for row in won} == {None}
    held = db.session.execute(select(Category).where(Category.id == walk.categories["TY"])).scalar_one()
    assert held.taken == 2
    review(activity_id=walk.id, registration_id=won[0].id, accept=True, actor=SYSTEM)
    db.session.expire_all()
    assert [rows(walk)[str(won[0].id)].state, bool(rows(walk)[str(won[0].id)].bib)] == ["confirmed", True]
