"""Any interleaving, doubling and reordering of batches comes to the same as the facts in one straight line.

Hypothesis makes a plan of facts about a few people (scans, undos, undos of undos, registrations, cancellations,
new codes) and two ways in which they arrive. What is stored in the end must not tell which way it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.checkins.models import Attendance, CheckIn, Scan
from app.checkins.services.rejudge import judge_pending
from app.core.db import db, table
from app.core.ids import uuid7
from app.passes.services import reissue
from app.registrations.constants import Source
from app.registrations.models import Registration
from app.registrations.services.changes import cancel
from app.registrations.services.register import Outcome, register
from tests.factories.walks import Walk, device, entry, make_walk, person, read
from tests.faults.recount import counted, recounted

pytestmark = pytest.mark.usefixtures("ctx")
PEOPLE, DEVICES, POINTS = 3, 3, "SKFP"
MINUTES = (-200, 5, 30, 30, 90, 700)


@dataclass(frozen=True)
class Read:
    """A scan of a person's code at a point, at a minute, perhaps shown green under an old or a fresh list."""

    device: int
    person: int
    point: str
    minute: int
    green: int | None


@dataclass(frozen=True)
class Undo:
    """An undo of the item `target` (counted in the plan; undos may name undos), by the device that read it."""

    target: int


@dataclass(frozen=True)
class Change:
    """Something about a person's registration or code, at a minute: it keeps its place among changes."""

    kind: str
    person: int
    minute: int


reads = st.builds(
    Read,
    st.integers(0, DEVICES - 1),
    st.integers(0, PEOPLE - 1),
    st.sampled_from(POINTS),
    st.sampled_from(MINUTES),
    st.sampled_from((None, None, 0, 60)),
)
undos = st.builds(Undo, st.integers(0, 30))
changes = st.builds(
    Change,
    st.sampled_from(("cancel", "cancel", "register", "reissue")),
    st.integers(0, PEOPLE - 1),
    st.sampled_from((0, 20, 60, 100)),
)


@st.composite
def stories(draw: st.DrawFn) -> tuple[list[Read | Undo], list[Change], list[int], int, list[int]]:
    """Facts, changes, the order in which the facts arrive, how they are cut into batches, what arrives twice."""
    facts: list[Read | Undo] = [draw(reads)]
    facts += draw(st.lists(st.one_of(reads, reads, undos), max_size=14))
    turns = sorted(draw(st.lists(changes, max_size=4)), key=lambda one: one.minute)
    order = draw(st.permutations(range(len(facts))))
    again = draw(st.lists(st.sampled_from(range(len(facts))), max_size=6))
    return facts, turns, list(order), draw(st.integers(1, 5)), again


class World:
    """A walk of its own for one way of arriving; what happens in it is named by places in the plan."""

    def __init__(self) -> None:
        self.walk: Walk = make_walk(ways={"TY": tuple(POINTS)}, finish={"TY": ("at_least", 2)})
        self.phones = [device(self.walk, f"{n}号") for n in range(DEVICES)]
        self.people = [person() for _ in range(PEOPLE)]
        self.outcomes: list[Outcome] = []
        for place, who in enumerate(self.people):
            if place < PEOPLE - 1:
                self.outcomes.append(self._register(who, -60))
        # the last one is known and has a code, from another walk, and registers late if at all
        other = make_walk()
        made = register(
            activity_id=other.id,
            entry=entry(other, self.people[-1]),
            source=Source.IMPORT,
            actor=SYSTEM,
            at=self._at(-60),
        )
        self.outcomes.append(made)
        self.registered = [True] * (PEOPLE - 1) + [False]

    def _at(self, minute: int) -> Any:
        return self.walk.starts_at + timedelta(minutes=minute)

    def _register(self, who: Any, minute: int) -> Outcome:
        return register(
            activity_id=self.walk.id,
            entry=entry(self.walk, who),
            source=Source.IMPORT,
            actor=SYSTEM,
            at=self._at(minute),
        )

    def items(self, facts: Sequence[Read | Undo], names: Sequence[str]) -> list[tuple[int, dict[str, Any]]]:
        """Each fact as its device sends it; an undo that names nothing earlier names nothing at all."""
        made: list[tuple[int, dict[str, Any]]] = []
        for place, fact in enumerate(facts):
            if isinstance(fact, Undo):
                target = fact.target % place if place else 0
                by = made[target][0] if place else 0
                item: dict[str, Any] = {"undoes": names[target], "scanned_at": self._at(100).isoformat()}
            else:
                issued = self.outcomes[fact.person].issued
                assert issued is not None
                by = fact.device
                item = {"pass": issued.text, "checkpoint": fact.point, "scanned_at": self._at(fact.minute).isoformat()}
                if fact.green is not None:
                    item |= {"shown": "accepted", "bundle": int(self._at(fact.green).timestamp())}
            made.append((by, item | {"id": names[place]}))
        return made

    def change(self, one: Change) -> None:
        """Cancel, register again, or give a new code."""
        outcome, at = self.outcomes[one.person], self._at(one.minute)
        if one.kind == "reissue":
            assert outcome.person_id is not None
            reissue(person_id=outcome.person_id, live_activities=[self.walk.id], actor=SYSTEM, at=at)
        elif one.kind == "cancel" and self.registered[one.person]:
            here = self._registration(outcome.person_id)
            cancel(activity_id=self.walk.id, registration_id=here, actor=SYSTEM, checked_in=False, at=at)
            self.registered[one.person] = False
        elif one.kind == "register" and not self.registered[one.person]:
            self._register(self.people[one.person], one.minute)
            self.registered[one.person] = True

    def _registration(self, person_id: Any) -> Any:
        found = db.session.execute(
            select(Registration.id).where(Registration.activity_id == self.walk.id, Registration.person_id == person_id)
        ).scalar_one()
        db.session.rollback()
        return found

    def told(self, names: Sequence[str]) -> dict[str, Any]:
        """What is stored in the end, in the words of the plan; and that the counts are what a recount gives."""
        judge_pending(self.walk.id)
        rows = {
            model: list(db.session.execute(select(*_plain(model)).where(table(model).c.activity_id == self.walk.id)))
            for model in (Registration, CheckIn, Attendance, Scan)
        }
        place = {name: index for index, name in enumerate(names)}
        people = {outcome.person_id: index for index, outcome in enumerate(self.outcomes)}
        points = {point: code for code, point in self.walk.checkpoints.items()}
        start = self.walk.starts_at
        told = {
            "verdicts": {place[str(row.id)]: row.verdict for row in rows[Scan]},
            "check_ins": {
                (points[row.checkpoint_id], people[row.person_id]): (
                    place[str(row.scan_id)],
                    row.effective_at - start,
                    row.inside,
                    row.flag,
                )
                for row in rows[CheckIn]
            },
            "attendances": {
                people[row.person_id]: (
                    row.first_at - start,
                    row.points,
                    row.finished_at and row.finished_at - start,
                    row.incomplete,
                )
                for row in rows[Attendance]
            },
        }
        assert recounted(rows) == counted(self.walk.id)
        db.session.rollback()
        return told


def _plain(model: Any) -> list[Any]:
    return [column for column in table(model).c if column.name not in {"raw", "name", "answers"}]


def straight(facts: Sequence[Read | Undo], turns: Sequence[Change], names: Sequence[str]) -> dict[str, Any]:
    """Changes first, then each scan by itself, in the order of the plan."""
    world = World()
    items = world.items(facts, names)
    for turn in turns:
        world.change(turn)
    for by, item in items:
        read(world.phones[by], item)
    return world.told(names)


def crooked(
    facts: Sequence[Read | Undo],
    turns: Sequence[Change],
    names: Sequence[str],
    order: Sequence[int],
    size: int,
    again: Sequence[int],
) -> dict[str, Any]:
    """In batches as they come, some twice, the changes in between."""
    world = World()
    items = world.items(facts, names)
    waiting, pending = [*order, *again], list(turns)
    while waiting:
        batch, waiting = waiting[:size], waiting[size:]
        for by in range(DEVICES):
            mine = [items[place][1] for place in batch if items[place][0] == by]
            if mine:
                read(world.phones[by], *mine)
        if pending:
            world.change(pending.pop(0))
    for turn in pending:
        world.change(turn)
    return world.told(names)


@settings(max_examples=50)
@given(stories())
def test_every_way_of_arriving_comes_to_the_same(story):
    facts, turns, order, size, again = story
    names = [str(uuid7()) for _ in facts]
    assert crooked(facts, turns, names, order, size, again) == straight(facts, turns, names)


def test_control_where_arrival_decides_hypothesis_finds_it(monkeypatch):
    from tests.faults.broken import put_in

    put_in("first_come_wins", monkeypatch)

    @settings(max_examples=40, database=None, phases=[Phase.generate])
    @given(stories())
    def converges(story):
        facts, turns, order, size, again = story
        names = [str(uuid7()) for _ in facts]
        assert crooked(facts, turns, names, order, size, again) == straight(facts, turns, names)

    with pytest.raises(BaseException, match=r"assert|AssertionError|distinct failures"):
        converges()
