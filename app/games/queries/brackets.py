"""The units of an event as pages show them: who meets whom, what came of it, when and where."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.games.constants import EntryState, UnitKind, UnitStatus, Victory
from app.games.models import Delegation, Entry, Result, Session, Unit
from app.games.rules.wrestling.entries import WrestlingRules


@dataclass(frozen=True, slots=True)
class Side:
    """One who takes part, as a start list names them."""

    id: str
    name: str
    delegation: str
    number: int | str | None
    scratched: bool
    seed: int | None = None

    @property
    def where_from(self) -> str:
        """The delegation, unless the team bears its name."""
        return "" if self.name == self.delegation else self.delegation


@dataclass(frozen=True, slots=True)
class UnitView:
    """One unit. Scores stand in the order of the sides; `code` and `class_points` are a bout's."""

    id: uuid.UUID
    number: int
    phase: str
    round: int
    group: str
    status: UnitStatus
    a: Side | None
    b: Side | None
    field: tuple[Side, ...]
    score_a: str = ""
    score_b: str = ""
    winner: str | None = None
    code: str = ""
    class_points: str = ""
    sets: str = ""
    forfeit: bool = False
    starts_at: datetime | None = None
    venue: str = ""
    court: str = ""

    kind: UnitKind = UnitKind.MATCH

    @property
    def done(self) -> bool:
        """Whether its result is confirmed."""
        return self.status is UnitStatus.CONFIRMED

    @property
    def kind_pairs(self) -> bool:
        """Whether two meet in it."""
        return self.kind in {UnitKind.BOUT, UnitKind.MATCH}


def sides_of(entries: Sequence[Entry], games_id: uuid.UUID) -> dict[str, Side]:
    """Each entry as a side, by its id as text."""
    rows = db.session.execute(select(Delegation.id, Delegation.name).where(Delegation.games_id == games_id))
    named = {row.id: row.name for row in rows}
    return {
        str(one.id): Side(
            str(one.id),
            one.name,
            named.get(one.delegation_id, ""),
            one.draw,
            one.state == EntryState.SCRATCHED.value,
            one.seed,
        )
        for one in entries
    }


def unit_views(
    games_id: uuid.UUID,
    written: Sequence[tuple[Unit, Result | None]],
    sides: Mapping[str, Side],
    rules: object = None,
) -> list[UnitView]:
    """Units with what the public may know: scores once they are confirmed."""
    sessions = {
        row.id: row for row in db.session.execute(select(Session).where(Session.games_id == games_id)).scalars()
    }
    return [_view(unit, result, sides, sessions, rules) for unit, result in written]


def _view(
    unit: Unit,
    result: Result | None,
    sides: Mapping[str, Side],
    sessions: Mapping[uuid.UUID, Session],
    rules: object,
) -> UnitView:
    session = sessions.get(unit.session_id) if unit.session_id else None
    status = UnitStatus(unit.status)
    shown = _scores(unit, result.content, rules) if result is not None and status is UnitStatus.CONFIRMED else {}
    return UnitView(
        id=unit.id,
        number=unit.number,
        phase=unit.phase,
        round=unit.round,
        group=unit.group,
        status=status,
        a=sides.get(str(unit.a_id)),
        b=sides.get(str(unit.b_id)),
        field=tuple(sides[one] for one in unit.field if one in sides),
        starts_at=unit.starts_at or (session.starts_at if session else None),
        venue=session.venue if session else "",
        court=unit.court,
        kind=UnitKind(unit.kind),
        **shown,
    )


def _scores(unit: Unit, content: Mapping[str, Any], rules: object) -> dict[str, Any]:
    if "winner" in content:
        return _bout(content, rules)
    if "score_a" not in content and not content.get("forfeit") and not content.get("default"):
        return {}
    a, b = content.get("score_a"), content.get("score_b")
    gave = content.get("forfeit") or content.get("default")
    if gave in {"a", "b"}:
        gave = str(unit.a_id if gave == "a" else unit.b_id)
    winner = None
    if isinstance(gave, str) and gave != "both":
        winner = str(unit.b_id) if gave == str(unit.a_id) else str(unit.a_id)
    elif a is not None and b is not None and a != b and not gave:
        winner = str(unit.a_id if a > b else unit.b_id)
    return {
        "score_a": "" if a is None else str(a),
        "score_b": "" if b is None else str(b),
        "winner": winner,
        "sets": " ".join(f"{x}:{y}" for x, y in content.get("sets") or ()),
        "forfeit": bool(gave),
    }


def _bout(content: Mapping[str, Any], rules: object) -> dict[str, Any]:
    code = str(content.get("victory") or "")
    points = ""
    if isinstance(rules, WrestlingRules) and code:
        won, lost = rules.points_of(Victory(code))
        points = f"{won}:{lost}"
    return {
        "score_a": _digits(content.get("points_a")),
        "score_b": _digits(content.get("points_b")),
        "winner": str(content["winner"]) if content.get("winner") else None,
        "code": code,
        "class_points": points,
        "forfeit": code in {Victory.VFO, Victory.VFO2},
    }


def _digits(value: object) -> str:
    return "" if value is None else str(value)
