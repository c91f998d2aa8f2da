"""What a unit's result is asked before it is stored or confirmed. These steps join the open act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.games.constants import EntryState, EventFormat, UnitKind
from app.games.models import Entry, Event, Result, Sheet, Unit
from app.games.queries.games import entries_of
from app.games.rules.league import LeagueRules
from app.games.rules.registry import rule_set
from app.games.rules.sheet_contents import Content, Field
from app.games.rules.tree import GROUP
from app.games.rules.wrestling.entries import WrestlingRules
from app.games.services.evaluation import Written, standing

LATER = frozenset({"judge_missing", "panel_incomplete"})
"""What may still be missing in a draft."""
ALONE = frozenset(
    {EventFormat.WRESTLING.value, EventFormat.LEAGUE.value, EventFormat.JUDGED.value, EventFormat.TIMED.value}
)
"""Formats whose rules can be asked about one unit by itself."""
BESIDE = {
    "winner_behind": "winner",
    "winner_missing": "victory",
    "winner_not_in_bout": "winner",
    "lead_too_small": "victory",
    "loser_did_not_score": "victory",
    "score_level": "score_b",
    "score_missing": "score_b",
}
"""The input that a refusal of the rules is about."""


def field_of(unit: Unit, entries: Sequence[Entry], names: Mapping[str, str]) -> Field:
    """Who is in a unit: its sides, its field, or every entry of the event."""
    if unit.kind in {UnitKind.BOUT.value, UnitKind.MATCH.value}:
        sides = [str(one) for one in (unit.a_id, unit.b_id) if one is not None]
    else:
        sides = list(unit.field) or [str(one.id) for one in entries if one.state != EntryState.WITHDRAWN.value]
    return Field(tuple(sides), names)


def check_alone(event: Event, unit: Unit, made: Result) -> None:
    """Ask the rules about this unit as if there were no other: a draft may wait for earlier bouts."""
    _refuse_level(event, unit, made.content)
    if unit.kind == UnitKind.PLACES.value or event.format not in ALONE or event.rules is None:
        return
    entries = entries_of(event.games_id, event.id)
    sides = set(field_of(unit, entries, {}).sides)
    mine = [one for one in entries if str(one.id) in sides]
    with db.session.no_autoflush:
        lone = Written(unit, made)
        try:
            standing(event, mine, [lone], live=True, settings=_alone_settings(event))
        except DomainError as refused:
            if refused.code in LATER:
                return
            refused.field = refused.field or BESIDE.get(refused.code)
            raise


def _alone_settings(event: Event) -> dict[str, Any]:
    rules = rule_set(event.rules) if event.rules else None
    return {"few": "award", "few_up_to": 0} if isinstance(rules, WrestlingRules) else {}


def _refuse_level(event: Event, unit: Unit, content: Content) -> None:
    """A tie where the format forbids it: a knockout, or a league that knows no draw."""
    if unit.kind != UnitKind.MATCH.value or content.get("forfeit") or content.get("default"):
        return
    score_a, score_b = content.get("score_a"), content.get("score_b")
    if score_a is None or score_a != score_b:
        return
    rules = rule_set(event.rules) if event.rules else None
    drawn = isinstance(rules, LeagueRules) and (rules.draw is not None or "draw" in event.settings)
    if (event.format == EventFormat.KNOCKOUT.value and unit.phase != GROUP) or not drawn:
        raise DomainError("score_level", N_("这个项目没有平局，比分却相同。"), field="score_b")


def refuse_old_sheets(unit: Unit, content: Content) -> None:
    """A judge has written after the head judge: what is confirmed must be what the sheets say."""
    if unit.kind != UnitKind.PERFORMANCES.value:
        return
    sheets = db.session.execute(
        select(Sheet.entry_id, Sheet.score).where(Sheet.games_id == unit.games_id, Sheet.unit_id == unit.id)
    ).all()
    given: dict[str, list[str]] = {}
    for row in content.get("entries", ()):
        scores = row.get("scores", [])
        panels = scores.values() if isinstance(scores, Mapping) else [scores]
        given[row["id"]] = sorted(one for panel in panels for one in panel if one is not None)
    marked = {row["id"] for row in content.get("entries", ()) if row.get("irm")}
    written: dict[str, list[str]] = {}
    for one in sheets:
        written.setdefault(str(one.entry_id), []).append(one.score)
    if any(sorted(scores) != given.get(one, []) for one, scores in written.items() if one not in marked):
        raise Conflict("sheets_changed", N_("裁判又改了分，核对后再确认。"))
