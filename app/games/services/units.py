"""What is played: units laid by the draw, and those that follow from what was confirmed.

Bouts and matches follow the tree of the event: each box is one unit, found again by its phase and place, so that it
keeps its number, time and court from the draw on, when its sides are still open. A walk-over is a cancelled unit.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from app.core.db import db
from app.core.errors import DomainError
from app.core.ids import uuid7
from app.core.text import N_
from app.games.constants import EventFormat, UnitKind, UnitStatus
from app.games.models import Draw, Entry, Event, Unit, UnitReferee
from app.games.rules.drawing import flat
from app.games.rules.draws import TABLES, berger
from app.games.rules.files.knockout import play_document
from app.games.rules.files.reading import document
from app.games.rules.files.wrestling import read_class
from app.games.rules.registry import KNOCKOUT, RULE_SETS, rule_set
from app.games.rules.tree import GROUP, Box, Group, Tree
from app.games.rules.wrestling.entries import WrestlingRules
from app.games.rules.wrestling.tree import tree_of
from app.games.services.evaluation import Written, gathered, standing

KIND_OF = {
    EventFormat.WRESTLING: UnitKind.BOUT,
    EventFormat.LEAGUE: UnitKind.MATCH,
    EventFormat.KNOCKOUT: UnitKind.MATCH,
    EventFormat.JUDGED: UnitKind.PERFORMANCES,
    EventFormat.TIMED: UnitKind.HEAT,
}
TREES = frozenset({EventFormat.WRESTLING, EventFormat.KNOCKOUT})
"""Formats whose units are the boxes of a tree."""
PAIRED = TREES | {EventFormat.LEAGUE}
"""Formats in which two meet."""
ONLY, HEAT = "only", "heat"


def lay_units(event: Event, entries: Sequence[Entry], draw: Draw) -> list[Unit]:
    """Make the units of an event that has just been drawn. Joins the open act; the event is locked."""
    form = EventFormat(event.format)
    if form in TREES:
        return next_units(event, entries, [])
    if form is EventFormat.LEAGUE:
        return _add(event, [], _table(event, flat(draw.outcome)))
    return _add(event, [], [(phase, n, "", None, None, field) for phase, n, field in _fields(event, draw)])


def clear_units(event: Event) -> None:
    """Take away the units of a draw that holds no longer. Nothing has been written to them."""
    mine = select(Unit.id).where(Unit.games_id == event.games_id, Unit.event_id == event.id)
    db.session.execute(
        delete(UnitReferee).where(UnitReferee.games_id == event.games_id, UnitReferee.unit_id.in_(mine)),
        execution_options={"synchronize_session": False},
    )
    db.session.execute(
        delete(Unit).where(Unit.games_id == event.games_id, Unit.event_id == event.id),
        execution_options={"synchronize_session": False},
    )


def next_units(event: Event, entries: Sequence[Entry], written: Sequence[Written]) -> list[Unit]:
    """Make the units of every pair that can meet now and has none yet, fill open sides, cancel walk-overs.

    Returns the units that were made or have got their sides. Joins the open act; the event is locked already.
    Running it again changes nothing.
    """
    form = EventFormat(event.format)
    if form not in PAIRED:
        return []
    due = standing(event, entries, written).ranking.due  # its refusals speak of names
    if form is EventFormat.LEAGUE:
        return _next_of_league(event, due, written)
    return _follow(event, tree_of_event(event, entries, written), written)


def tree_of_event(event: Event, entries: Sequence[Entry], written: Sequence[Written]) -> Tree:
    """The tree of an event by the results that are confirmed, a league as its one group; an empty one for a format
    without pairs.

    Raises the refusals of the rule set, in ids of entries.
    """
    form = EventFormat(event.format)
    if form is EventFormat.LEAGUE:
        rows = standing(event, entries, written).ranking.placings
        return Tree(groups=(Group("", tuple(one.id for one in rows), (), rows),))
    if form not in TREES:
        return Tree()
    used = [one for one in written if one.confirmed and one.unit.status != UnitStatus.CANCELLED.value]
    root = document(json.dumps(gathered(event, entries, used)).encode())
    if form is EventFormat.KNOCKOUT:
        return play_document(KNOCKOUT, root, RULE_SETS).tree
    rules = rule_set(event.rules or "wrestling")
    if not isinstance(rules, WrestlingRules):
        raise DomainError("rules_of_another_kind", N_("这套规则与赛制不相符，请重新选。"), field="rules")
    return tree_of(*read_class(rules, root))


# --------------------------------------------------------------------------- following a tree

Key = tuple[str, str, object]
Row = tuple[str, int, str, str | None, str | None, list[str]]
"""phase, round, group, side a, side b, field"""


def _key_of_box(box: Box) -> Key:
    if box.phase == GROUP:
        return GROUP, box.group, frozenset((box.a, box.b))
    return box.phase, box.group, box.place


def _key_of_unit(unit: Unit) -> Key:
    if unit.phase == GROUP:
        return GROUP, unit.group, frozenset((_text(unit.a_id), _text(unit.b_id)))
    return unit.phase, unit.group, unit.round


def _text(one: uuid.UUID | None) -> str | None:
    return None if one is None else str(one)


def in_order(boxes: Iterable[Box]) -> list[Box]:
    """Boxes as they are numbered: groups side by side, round by round, then the tree."""
    every = list(boxes)
    groups = sorted((box for box in every if box.phase == GROUP), key=lambda box: (box.place, box.group))
    return groups + [box for box in every if box.phase != GROUP]


def _follow(event: Event, tree: Tree, written: Sequence[Written]) -> list[Unit]:
    known = {_key_of_unit(one.unit): one for one in written}
    new: list[Row] = []
    changed: list[Unit] = []
    seen: set[Key] = set()
    for box in in_order(tree.boxes()):
        key = _key_of_box(box)
        seen.add(key)
        one = known.get(key)
        if one is None:
            if not box.decided:
                a, b = (side if isinstance(side, str) else None for side in (box.a, box.b))
                new.append((box.phase, box.place, box.group, a, b, []))
        elif not one.confirmed and _fit(one.unit, box):
            changed.append(one.unit)
    for key, one in known.items():
        if key not in seen and one.result is None:
            _set_status(one.unit, UnitStatus.CANCELLED)
    return [*changed, *_add(event, [one.unit for one in written], new)]


def _fit(unit: Unit, box: Box) -> bool:
    """Give a unit the sides of its box; returns whether two who can meet now stand in it anew."""
    a, b = (uuid.UUID(side) if isinstance(side, str) else None for side in (box.a, box.b))
    fresh = (unit.a_id, unit.b_id) != (a, b)
    if fresh:
        unit.a_id, unit.b_id = a, b
        unit.version += 1
    if box.decided and not box.fought:
        _set_status(unit, UnitStatus.CANCELLED)
    elif unit.status == UnitStatus.CANCELLED.value:
        _set_status(unit, UnitStatus.SCHEDULED)
        fresh = True
    return fresh and box.due


def _set_status(unit: Unit, status: UnitStatus) -> None:
    if unit.status != status.value:
        unit.status = status.value
        unit.version += 1


def _add(event: Event, there: Sequence[Unit], rows: Sequence[Row]) -> list[Unit]:
    last = max((unit.number for unit in there), default=0)
    made = [
        Unit(
            games_id=event.games_id,
            id=uuid7(),
            event_id=event.id,
            kind=KIND_OF[EventFormat(event.format)].value,
            phase=phase,
            round=n,
            group=group,
            number=number,
            a_id=uuid.UUID(a) if a else None,
            b_id=uuid.UUID(b) if b else None,
            field=field,
            status=UnitStatus.SCHEDULED.value,
        )
        for number, (phase, n, group, a, b, field) in enumerate(rows, last + 1)
    ]
    db.session.add_all(made)
    db.session.flush()
    return made


# --------------------------------------------------------------------------- leagues, heats, running orders


def _table(event: Event, teams: Sequence[str]) -> list[Row]:
    """The rounds of the table that the event names; with more legs again, sides changed each time."""
    rounds = TABLES.get(str(event.settings.get("table")), berger)(len(teams))
    rows: list[Row] = []
    for leg in range(_whole(event, "legs") or 1):
        for n, pairs in enumerate(rounds, leg * len(rounds) + 1):
            for x, y in pairs:
                if x is not None and y is not None:
                    a, b = (x, y) if leg % 2 == 0 else (y, x)
                    rows.append((GROUP, n, "", teams[a - 1], teams[b - 1], []))
    return rows


def _next_of_league(event: Event, due: Sequence[tuple[str, str]], written: Sequence[Written]) -> list[Unit]:
    """Every meeting that is due has a unit; what has none is made, what is due no longer is called off."""
    wanted = Counter(frozenset(pair) for pair in due)
    for one in written:
        if one.confirmed:
            continue
        pair = frozenset((str(one.unit.a_id), str(one.unit.b_id)))
        if wanted[pair] > 0:
            wanted[pair] -= 1
            if one.unit.status == UnitStatus.CANCELLED.value:
                _set_status(one.unit, UnitStatus.SCHEDULED)
        elif one.result is None:
            _set_status(one.unit, UnitStatus.CANCELLED)
    rows: list[Row] = []
    for a, b in due:
        if wanted[frozenset((a, b))] > 0:
            wanted[frozenset((a, b))] -= 1
            rows.append((GROUP, 0, "", a, b, []))
    return _add(event, [one.unit for one in written], rows)


def _fields(event: Event, draw: Draw) -> list[tuple[str, int, list[str]]]:
    """The running order, or heats of at most `heat_size` as equal as can be, in the order drawn."""
    row = flat(draw.outcome)
    most = _whole(event, "heat_size") if event.format == EventFormat.TIMED.value else None
    if not most or len(row) <= most:
        return [(ONLY, 0, row)]
    heats = -(-len(row) // most)
    small, larger = divmod(len(row), heats)
    fields, at = [], 0
    for n in range(heats):
        size = small + (n < larger)
        fields.append((HEAT, n + 1, row[at : at + size]))
        at += size
    return fields


def _whole(event: Event, key: str) -> int | None:
    value = event.settings.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
