"""From what referees confirmed to places: the input of the event's rule set, and what it answers. No writes.

A unit's content is the part of `flask games rank`'s input that it brings, with ids of entries. Rules speak of names
(their refusals are read by people), so ids are turned into the names of the start list on the way in, and
back on the way out.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select, true

from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.games.constants import EntryState, EventFormat, ResultState, UnitKind, UnitStatus
from app.games.models import Delegation, Entry, Event, Result, Unit
from app.games.rules.files.ranking import rank_node
from app.games.rules.files.reading import document
from app.games.rules.ranking import Placing, Ranking
from app.games.rules.registry import KNOCKOUT, rule_set
from app.games.rules.sheet_names import spoken
from app.games.rules.timed import ORDER


@dataclass(frozen=True, slots=True)
class Written:
    """A unit and the newest version of its result, if there is one."""

    unit: Unit
    result: Result | None

    @property
    def confirmed(self) -> bool:
        """Whether the head referee has confirmed that version."""
        return self.result is not None and self.result.state == ResultState.CONFIRMED.value


@dataclass(frozen=True, slots=True)
class Standing:
    """An event as it stands: the ranking in ids of entries, and what is not confirmed yet."""

    ranking: Ranking
    open_units: tuple[Unit, ...]
    labels: Mapping[str, str]
    """The name of each entry as rules and refusals know it, by its id as text."""


Gather = Callable[[Event, Sequence[Entry], Sequence[Written]], dict[str, Any]]
_GATHER: dict[EventFormat, Gather] = {}


def gathers(*formats: EventFormat) -> Callable[[Gather], Gather]:
    """Declare how the input of a format's rules is put together from entries and units."""

    def declare(function: Gather) -> Gather:
        for one in formats:
            _GATHER[one] = function
        return function

    return declare


def written_units(games_id: uuid.UUID, event_id: uuid.UUID) -> list[Written]:
    """Every unit of an event in its order, each with its newest result."""
    return _written(games_id, Unit.event_id == event_id, Result.event_id == event_id)


def written_by_event(games_id: uuid.UUID) -> dict[uuid.UUID, list[Written]]:
    """The same for all events of an edition, in one statement."""
    found: dict[uuid.UUID, list[Written]] = defaultdict(list)
    for one in _written(games_id, true(), true()):
        found[one.unit.event_id].append(one)
    return found


def _written(games_id: uuid.UUID, units: ColumnElement[bool], results: ColumnElement[bool]) -> list[Written]:
    newest = (
        select(Result.unit_id, func.max(Result.version).label("version"))
        .where(Result.games_id == games_id, results)
        .group_by(Result.unit_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Unit, Result)
        .outerjoin(newest, newest.c.unit_id == Unit.id)
        .outerjoin(
            Result,
            (Result.games_id == Unit.games_id) & (Result.unit_id == Unit.id) & (Result.version == newest.c.version),
        )
        .where(Unit.games_id == games_id, units)
        .order_by(Unit.event_id, Unit.number)
        .execution_options(populate_existing=True)
    )
    return [Written(unit, result) for unit, result in rows]


def delegation_names(games_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """The name of each delegation of an edition."""
    found = db.session.execute(select(Delegation.id, Delegation.name).where(Delegation.games_id == games_id))
    return {row.id: row.name for row in found}


def labels_of(entries: Sequence[Entry], delegations: Mapping[uuid.UUID, str]) -> dict[str, str]:
    """A name for each entry that no other one has: with the delegation, the number, at last a count."""
    labels: dict[str, str] = {}
    plain = Counter(entry.name for entry in entries)
    seen: Counter[str] = Counter()
    for entry in entries:
        label = entry.name if plain[entry.name] == 1 else f"{entry.name} ({delegations.get(entry.delegation_id, '')})"
        seen[label] += 1
        labels[str(entry.id)] = label if seen[label] == 1 else f"{label} {seen[label]}"
    return labels


def named_entries(
    games_id: uuid.UUID, entries: Sequence[Entry], named: Mapping[uuid.UUID, str] | None = None
) -> dict[str, str]:
    """A name for each entry that no other one has (see `labels_of`), by its id as text.

    `named`: the delegations' names, where they are at hand.
    """
    return labels_of(entries, delegation_names(games_id) if named is None else named)


def standing(
    event: Event,
    entries: Sequence[Entry],
    written: Sequence[Written],
    *,
    live: bool = False,
    settings: Mapping[str, Any] | None = None,
    named: Mapping[uuid.UUID, str] | None = None,
) -> Standing:
    """Rank an event by the results that are confirmed (`live`: by all that are written).

    `settings` change the event's own; `named`: the delegations' names, where many events are ranked. Raises the
    refusals of the rule set, in the names of the start list.
    """
    entries = [entry for entry in entries if entry.state != EntryState.WITHDRAWN.value]
    labels = named_entries(event.games_id, entries, named)
    held = [one for one in written if one.unit.status != UnitStatus.CANCELLED.value]
    whole = [one for one in held if one.unit.kind == UnitKind.PLACES.value]
    held = whole or held  # places typed in or brought from elsewhere stand for the whole event
    scratched = {entry.id for entry in entries if entry.state == EntryState.SCRATCHED.value}
    open_units = tuple(one.unit for one in held if not one.confirmed and not _walk_over(one, scratched))
    used = [one for one in held if one.result is not None and (live or one.confirmed)]
    if whole or event.format == EventFormat.PLACES.value:
        return Standing(_typed(used, labels), open_units, labels)
    content = {**gathered(event, entries, used), **(settings or {})}
    return Standing(ranked(rules_of(event), content, labels), open_units, labels)


def rules_of(event: Event) -> str | None:
    """The name of the rule set that ranks an event; a knockout's own is for its groups."""
    return KNOCKOUT.name if event.format == EventFormat.KNOCKOUT.value else event.rules


def gathered(event: Event, entries: Sequence[Entry], written: Sequence[Written]) -> dict[str, Any]:
    """The input of the event's rule set, in ids of entries: its settings, its entries, what `written` brings."""
    entries = [entry for entry in entries if entry.state != EntryState.WITHDRAWN.value]
    return {**event.settings, **_GATHER[EventFormat(event.format)](event, entries, written)}


def _walk_over(one: Written, scratched: Collection[uuid.UUID]) -> bool:
    """Whether nobody needs to play: a side is scratched, and nothing was written."""
    return one.result is None and bool({one.unit.a_id, one.unit.b_id} & set(scratched))


def ranked(rules: str | None, content: dict[str, Any], labels: Mapping[str, str]) -> Ranking:
    """The ranking of an input in ids of entries, by the named rule set, in ids again."""
    if rules is None:
        raise Conflict("rules_missing", N_("这个小项还没有选规则。"))
    ids = {label: one for one, label in labels.items()}
    named = _swapped(content, labels)
    root = document(json.dumps(named, ensure_ascii=False).encode())
    try:
        found = rank_node(rule_set(rules), root)
    except DomainError as refused:
        if isinstance(where := refused.params.get("where"), str):
            refused.params["where"] = spoken(where, named)
        raise
    return Ranking(
        tuple(Placing(ids.get(one.id, one.id), one.rank, one.irm, one.figures) for one in found.placings),
        tuple((ids.get(a, a), ids.get(b, b)) for a, b in found.due),
        found.notes,
    )


def _swapped(value: Any, names: Mapping[str, str]) -> Any:
    """`value` with every text that is an id replaced by its name."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list):
        return [_swapped(one, names) for one in value]
    if isinstance(value, dict):
        return {names.get(key, key): _swapped(one, names) for key, one in value.items()}
    return value


def _typed(used: Sequence[Written], labels: Mapping[str, str]) -> Ranking:
    """Places as they were typed in: `{"places": [{"entry", "place", "irm"?, "mark"?}]}`, the best first."""
    rows = [row for one in used if one.result for row in one.result.content.get("places", ())]
    unknown = [row for row in rows if row.get("entry") not in labels]
    if unknown:
        raise DomainError("entry_unknown", N_("成绩里有人不在名单上。"))
    marks = [*ORDER, None]  # who has neither place nor mark comes last
    rows.sort(key=lambda row: (row.get("place") is None, row.get("place") or 0, marks.index(row.get("irm"))))
    return Ranking(
        tuple(
            Placing(row["entry"], row.get("place"), row.get("irm"), {"mark": row["mark"]} if row.get("mark") else {})
            for row in rows
        )
    )
