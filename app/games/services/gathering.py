"""From entries and confirmed units to the input of each format's rules, in the words of `flask games rank`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from app.games.constants import EntryState, EventFormat, Irm, Leaving, UnitKind
from app.games.models import Entry, Event
from app.games.rules.registry import rule_set
from app.games.rules.timed import TimedRules
from app.games.rules.wrestling.entries import leaving_of
from app.games.services.evaluation import Written, gathers

_ROUND = re.compile(r"r(\d+)")


@gathers(EventFormat.WRESTLING)
def wrestling(_event: Event, entries: Sequence[Entry], written: Sequence[Written]) -> dict[str, Any]:
    """Entries with seeds and lots, bouts in their order, and who was scratched, why."""
    bouts = [
        _said(
            {"phase": _phase(one.unit.phase), "a": str(one.unit.a_id), "b": str(one.unit.b_id), "winner": None}
            | content
        )
        for one, content in _contents(written, UnitKind.BOUT)
        if one.unit.a_id and one.unit.b_id
    ]
    return {
        "entries": [_said({"id": str(one.id), "seed": one.seed, "draw": one.draw}) for one in entries],
        "bouts": bouts,
        "withdrawn": [{"id": str(one.id), "reason": _leaving(one).value} for one in _scratched(entries)],
    }


@gathers(EventFormat.LEAGUE)
def league(_event: Event, entries: Sequence[Entry], written: Sequence[Written]) -> dict[str, Any]:
    """Teams with their lots and the games that count."""
    return {
        "teams": [_said({"id": str(one.id), "draw": one.draw}) for one in entries],
        "games": [
            {"a": str(one.unit.a_id), "b": str(one.unit.b_id), **content}
            for one, content in _contents(written, UnitKind.MATCH)
            if one.unit.a_id and one.unit.b_id
        ],
        "withdrawn": [{"id": str(one.id)} for one in _scratched(entries)],
    }


@gathers(EventFormat.JUDGED)
def judged(_event: Event, entries: Sequence[Entry], written: Sequence[Written]) -> dict[str, Any]:
    """Everybody's scores; who has none yet waits."""
    rows = _rows(written, UnitKind.PERFORMANCES)
    return {"entries": [_marked(one, rows.get(str(one.id))) for one in entries]}


@gathers(EventFormat.TIMED)
def timed(event: Event, entries: Sequence[Entry], written: Sequence[Written]) -> dict[str, Any]:
    """Everybody's times; of a team event each member's."""
    rows = _rows(written, UnitKind.HEAT)
    marked = [_marked(one, rows.get(str(one.id))) for one in entries]
    if by_members(event):
        return {"entries": [member for row in marked for member in _members(row)]}
    return {"entries": marked}


def by_members(event: Event) -> bool:
    """Whether a team's time comes from those of its members."""
    rules = rule_set(event.rules) if event.rules else None
    return isinstance(rules, TimedRules) and bool(event.settings.get("team", rules.team))


def _contents(written: Sequence[Written], kind: UnitKind) -> Iterable[tuple[Written, dict[str, Any]]]:
    for one in written:
        if one.result is not None and one.unit.kind == kind.value:
            yield one, dict(one.result.content)


def _rows(written: Sequence[Written], kind: UnitKind) -> dict[str, dict[str, Any]]:
    """The row of each entry; of several units the last one counts (a final after the heats)."""
    return {row["id"]: dict(row) for _, content in _contents(written, kind) for row in content.get("entries", ())}


def _marked(entry: Entry, row: dict[str, Any] | None) -> dict[str, Any]:
    found = row or {"id": str(entry.id)}
    if entry.state == EntryState.SCRATCHED.value and "irm" not in found:
        struck = _leaving(entry) in {Leaving.DISQUALIFIED, Leaving.DOPING}
        found["irm"] = (Irm.DSQ if struck else Irm.WDR if row else Irm.DNS).value
    return found


def _members(row: dict[str, Any]) -> list[dict[str, Any]]:
    team = row["id"]
    members = row.get("members") or [{key: value for key, value in row.items() if key not in {"id", "members"}}]
    if row.get("irm"):
        members = [{"irm": row["irm"]} for _ in members]
    return [{"id": f"{team} {n}", "team": team, **one} for n, one in enumerate(members, 1)]


def _scratched(entries: Sequence[Entry]) -> list[Entry]:
    return [one for one in entries if one.state == EntryState.SCRATCHED.value]


def _leaving(entry: Entry) -> Leaving:
    return leaving_of(entry.reason) or Leaving.FORFEIT


def _phase(phase: str) -> str | None:
    """`r16` is what files call `1/8`."""
    found = _ROUND.fullmatch(phase)
    return f"1/{int(found[1]) // 2}" if found else phase or None


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
