"""What the rules of a knockout go in with: the draw, and the matches that were confirmed. No writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.core.errors import Conflict
from app.core.text import N_
from app.games.constants import DrawKind, EntryState, EventFormat
from app.games.models import Entry, Event
from app.games.queries.draws import draw_that_holds
from app.games.rules.tree import GROUP
from app.games.services.evaluation import Written, gathers


@gathers(EventFormat.KNOCKOUT)
def gather_knockout(event: Event, entries: Sequence[Entry], written: Sequence[Written]) -> dict[str, Any]:
    """As `rules.files.knockout` reads it. Raises Conflict `not_drawn`."""
    draw = draw_that_holds(event.games_id, event.id)
    if draw is None:
        raise Conflict("not_drawn", N_("这个小项还没有抽签。"))
    games: list[dict[str, Any]] = []
    matches: list[dict[str, Any]] = []
    for one in written:
        if one.result is not None and one.unit.a_id is not None and one.unit.b_id is not None:
            row = {**one.result.content, "a": str(one.unit.a_id), "b": str(one.unit.b_id)}
            (games if one.unit.phase == GROUP else matches).append(row)
    scratched = [str(entry.id) for entry in entries if entry.state == EntryState.SCRATCHED.value]
    content: dict[str, Any] = {"matches": matches, "withdrawn": scratched}
    if draw.kind != DrawKind.GROUPS.value:
        return content | {"places": draw.outcome, "groups": None}
    return content | {
        "groups": draw.outcome,
        "games": games,
        "league": event.rules,
        "lots": {str(entry.id): entry.draw for entry in entries if entry.draw is not None},
    }
