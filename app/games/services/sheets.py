"""Judges' sheets: each judge writes their own; the head judge brings them together and they are locked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, Forbidden
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import EntryState, ResultState, UnitKind
from app.games.models import Event, Sheet, Unit, UnitReferee
from app.games.queries.games import entries_of
from app.games.queries.sheets import panel_of
from app.games.rules.files.judged import rules_of
from app.games.rules.judged import Component, JudgedRules
from app.games.rules.registry import rule_set
from app.games.rules.sheet_scores import score_of
from app.games.services.evaluation import named_entries
from app.games.services.result_checks import field_of
from app.games.services.results import newest_result, open_unit, write_result


@act
def write_sheet(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    unit_id: uuid.UUID,
    scores: Mapping[str, str],
    actor: Actor,
    at: datetime | None = None,
) -> int:
    """Store a judge's own scores by entry; an empty text takes a score back. Returns how many stand on the sheet.

    Whose sheet it is follows from the account. Raises Forbidden `no_judge`, Conflict `locked`, DomainError
    `beyond_scale`, `not_a_score`, `entry_unknown`, `scratched`, with the name and the field `score-ID`.
    """
    event, unit = open_unit(games_id, event_id, unit_id)
    judge = _judge(unit, actor)
    _refuse_locked(unit)
    part = component_of(event, judge.panel)
    entries = entries_of(games_id, event_id)
    field = field_of(unit, entries, named_entries(games_id, entries))
    gone = {str(one.id) for one in entries if one.state != EntryState.ENTERED.value}
    mine = _sheet(unit, judge)
    changed = 0
    for one, text in scores.items():
        name, key = field.name(one), f"score-{one}"
        if one not in field.sides:
            raise DomainError("entry_unknown", N_("%(name)s 不在这一场的名单上。"), name=name)
        score = score_of(text, part.least, part.most, name=name, field=key)
        if score is not None and one in gone:
            raise DomainError("scratched", N_("%(name)s 已退赛，不能有成绩。"), field=key, name=name)
        changed += _put(unit, judge, mine, one, score, at or now())
    db.session.flush()
    if changed:
        record(
            actor,
            "games.sheet_written",
            subject_kind="unit",
            subject_id=unit_id,
            scope_id=games_id,
            event=str(event_id),
            judge=judge.number,
            panel=judge.panel,
            changed=changed,
        )
    return len(_sheet(unit, judge))


@act
def write_panel(
    *,
    games_id: uuid.UUID,
    event_id: uuid.UUID,
    unit_id: uuid.UUID,
    marks: Mapping[str, Mapping[str, str]],
    actor: Actor,
    seen: int | None,
    publisher: bool = False,
    reason: str = "",
) -> int:
    """The head judge's draft: every judge's sheet as it stands, with what the head judge adds.

    `marks` by entry: `adjustment`, `deduction`, `irm`. A score that no judge has given stays open, and then the
    result cannot be confirmed. Returns the version (see `write_result`).
    """
    _event, unit = open_unit(games_id, event_id, unit_id)
    if unit.kind != UnitKind.PERFORMANCES.value:
        raise Conflict("not_judged", N_("这一场不是裁判打分。"))
    content = composed(unit, marks)
    return write_result(
        games_id=games_id,
        event_id=event_id,
        unit_id=unit_id,
        content=content,
        actor=actor,
        seen=seen,
        publisher=publisher,
        reason=reason,
    )


def composed(unit: Unit, marks: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The content of a unit from its sheets and the head judge's marks. Joins the open act."""
    panel = panel_of(unit.games_id, unit.id)
    entries = entries_of(unit.games_id, unit.event_id)
    rows: list[dict[str, Any]] = []
    for one in field_of(unit, entries, {}).sides:
        row: dict[str, Any] = {"id": one, **marks.get(one, {})}
        given = {name: [panel.score(one, name, n) for n in judges] for name, judges in panel.judges.items()}
        if not row.get("irm") and any(score is not None for scores in given.values() for score in scores):
            row["scores"] = given[""] if list(given) == [""] else given
        rows.append(row)
    return {"entries": rows}


def component_of(event: Event, panel: str) -> Component:
    """The part of the total that a panel gives. Raises Conflict `unknown_component`."""
    rules = judged_rules(event)
    found = next((one for one in rules.components if one.name == panel), None)
    if found is None and not panel and len(rules.components) == 1:
        found = rules.components[0]
    if found is None:
        raise Conflict("unknown_component", N_("规则里没有 %(name)s 这一部分。"), name=panel or "–")
    return found


def judged_rules(event: Event) -> JudgedRules:
    """The rule set of a judged event with the event's numbers."""
    rules = rule_set(event.rules or "")
    if not isinstance(rules, JudgedRules):
        raise Conflict("rules_missing", N_("这个小项还没有选规则。"))
    return rules_of(rules, event.settings)


def _judge(unit: Unit, actor: Actor) -> UnitReferee:
    found = db.session.get(UnitReferee, (unit.games_id, unit.id, actor.id)) if actor.kind == "account" else None
    if found is None or found.number < 1 or unit.kind != UnitKind.PERFORMANCES.value:
        raise Forbidden("no_judge", N_("这一场没有您的评分表。"))
    return found


def _refuse_locked(unit: Unit) -> None:
    newest = newest_result(unit)
    if newest is not None and newest.state == ResultState.CONFIRMED.value:
        raise Conflict("locked", N_("裁判长已确认，分数不能再改。"))


def _sheet(unit: Unit, judge: UnitReferee) -> dict[str, Sheet]:
    rows = db.session.execute(
        select(Sheet).where(
            Sheet.games_id == unit.games_id,
            Sheet.unit_id == unit.id,
            Sheet.panel == judge.panel,
            Sheet.judge == judge.number,
        )
    ).scalars()
    return {str(row.entry_id): row for row in rows}


def _put(
    unit: Unit, judge: UnitReferee, mine: Mapping[str, Sheet], entry: str, score: Decimal | None, at: datetime
) -> int:
    """Write one score; returns 1 when it changed something."""
    held = mine.get(entry)
    if score is None:
        if held is not None:
            db.session.delete(held)
        return int(held is not None)
    text = format(score, "f")
    if held is None:
        held = Sheet(
            games_id=unit.games_id,
            unit_id=unit.id,
            entry_id=uuid.UUID(entry),
            panel=judge.panel,
            judge=judge.number,
        )
        db.session.add(held)
    elif Decimal(held.score) == score:
        return 0
    held.score, held.account_id, held.written_at = text, judge.account_id, at
    return 1
