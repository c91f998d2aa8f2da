"""`publish_result`: draft → unofficial → official, protest reopens; each publication makes the places anew."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, func, insert, select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db, table
from app.core.errors import Conflict, DomainError
from app.core.keyed import execute
from app.core.text import N_
from app.core.transactions import act
from app.games.constants import SHOWN, EntryState, EventFormat, EventStatus, UnitKind
from app.games.models import Entry, Event, Games, Place, Protest
from app.games.queries.games import entries_by_event, entries_of
from app.games.rules.files.places import medal_rules_of, points_rules_of
from app.games.rules.files.ranking import plain_figures
from app.games.rules.files.reading import document
from app.games.rules.medals import DEPTH, MedalRules, medals_of
from app.games.rules.places import Place as PlaceTaken
from app.games.rules.places import Scope, events_of
from app.games.rules.ranking import Placing, Ranking
from app.games.rules.registry import rule_set
from app.games.rules.team_points import TeamPointsRules, points_of
from app.games.services.evaluation import (
    Standing,
    delegation_names,
    standing,
    written_by_event,
    written_units,
)
from app.games.services.opening import open_event, open_games, refuse_text

_p = table(Place)
NEXT = {
    EventStatus.UNOFFICIAL: frozenset(
        {EventStatus.PLANNED, EventStatus.START_LIST, EventStatus.LIVE, EventStatus.UNOFFICIAL, EventStatus.PROTESTED}
    ),
    EventStatus.OFFICIAL: frozenset(EventStatus) - {EventStatus.CANCELLED},
}
"""From which states a result may be published."""


@act
def publish_result(
    *, games_id: uuid.UUID, event_id: uuid.UUID, to: EventStatus, actor: Actor, at: datetime | None = None
) -> None:
    """Make an event's result unofficial or official: ranks, medals and points follow at once.

    Raises Conflict `not_confirmed` (a unit without the head referee's word), `bouts_missing`, `nothing_to_publish`,
    `rules_changed`, and the refusals of the rule set.
    """
    event = open_event(games_id, event_id)
    if to not in NEXT or EventStatus(event.status) not in NEXT[to]:
        raise Conflict("cannot_publish", N_("现在不能公布这个小项。"))
    games = db.session.get_one(Games, games_id)
    entries = entries_of(games_id, event_id)
    written = written_units(games_id, event_id)
    found = standing(event, entries, written)
    if found.open_units:
        raise Conflict(
            "not_confirmed",
            N_("还有 %(n)s 场没有确认，先请裁判长确认。"),
            n=len(found.open_units),
        )
    if found.ranking.due:
        raise Conflict("bouts_missing", N_("还有 %(n)s 场没有打完。"), n=len(found.ranking.due))
    if not found.ranking.placings:
        raise Conflict("nothing_to_publish", N_("还没有成绩可以公布。"))
    _refuse_gaps(found)
    if to is EventStatus.OFFICIAL and open_protests(games_id, event_id):
        raise Conflict("protest_open", N_("还有申诉没有裁决。"))
    fixed = _rules_hash(games, event)
    if event.rules_sha256 is not None and event.rules_sha256 != fixed:
        raise Conflict("rules_changed", N_("公布以后规则被改过，不能再公布。"))
    outside = any(one.unit.kind == UnitKind.PLACES.value for one in written)
    _store(games, event, entries, found.ranking, outside=outside)
    event.status, event.published_at, event.rules_sha256 = to.value, at or now(), fixed
    event.version += 1
    record(
        actor,
        "games.published",
        subject_kind="event",
        subject_id=event_id,
        scope_id=games_id,
        status=to.value,
        sha256=_digest([[one.id, one.rank, one.irm] for one in found.ranking.placings]),
    )


def _refuse_gaps(found: Standing) -> None:
    """Somebody who waits for a result: no unit has them, so no head referee could miss them."""
    waiting = [found.labels.get(one.id, "") for one in found.ranking.placings if one.figures.get("waiting")]
    if waiting:
        raise Conflict("results_missing", N_("%(names)s 还没有成绩。"), names=", ".join(waiting[:5]))


def open_protests(games_id: uuid.UUID, event_id: uuid.UUID) -> int:
    """How many protests against an event wait for a decision."""
    query = (
        select(func.count())
        .select_from(Protest)
        .where(Protest.games_id == games_id, Protest.event_id == event_id, Protest.decided_at.is_(None))
    )
    return db.session.execute(query).scalar_one()


@act
def reopen_result(
    *, games_id: uuid.UUID, event_id: uuid.UUID, reason: str, actor: Actor, protest: bool = False
) -> None:
    """Open a published result again. By a protest it counts until it is decided; for a correction it does not."""
    event = open_event(games_id, event_id)
    if EventStatus(event.status) not in SHOWN:
        raise Conflict("not_published", N_("这个小项还没有公布成绩。"))
    why = refuse_text("reason", reason, 500)
    event.status = (EventStatus.PROTESTED if protest else EventStatus.LIVE).value
    event.version += 1
    record(
        actor,
        "games.protested" if protest else "games.reopened",
        subject_kind="event",
        subject_id=event_id,
        scope_id=games_id,
        reason=why,
    )


@act
def recompute(*, games_id: uuid.UUID, actor: Actor) -> int:
    """Make the places of every published event anew from its results; returns how many events."""
    games = open_games(games_id)
    shown = select(Event).where(Event.games_id == games_id, Event.status.in_([one.value for one in SHOWN]))
    locked = shown.order_by(Event.id).with_for_update().execution_options(populate_existing=True)
    found = db.session.execute(locked).scalars().all()
    entries, written = entries_by_event(games_id), written_by_event(games_id)
    named = delegation_names(games_id)
    rows = []
    for event in found:
        mine, units = entries.get(event.id, []), written.get(event.id, [])
        outside = any(one.unit.kind == UnitKind.PLACES.value for one in units)
        rows += _rows(games, event, mine, standing(event, mine, units, named=named).ranking, outside=outside)
    execute(delete(_p).where(_p.c.games_id == games_id, _p.c.event_id.in_(shown.with_only_columns(Event.id))))
    if rows:
        execute(insert(_p), rows)
    record(actor, "games.recomputed", subject_kind="games", subject_id=games_id, scope_id=games_id, events=len(found))
    return len(found)


def _rules_hash(games: Games, event: Event) -> str:
    return _digest(
        [
            event.format,
            event.rules,
            event.settings,
            event.multiplier,
            event.counts_medals,
            event.counts_points,
            games.medal_rules,
            games.medal_settings,
            games.points_rules,
            games.points_settings,
        ]
    )


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# --------------------------------------------------------------------------- places


@dataclass(frozen=True, slots=True)
class _Worth:
    """What places bring."""

    medals: Mapping[str, tuple[int, Fraction]]
    points: Mapping[str, Fraction]


def _store(games: Games, event: Event, entries: Sequence[Entry], ranking: Ranking, *, outside: bool) -> None:
    execute(delete(_p).where(_p.c.games_id == games.id, _p.c.event_id == event.id))
    rows = _rows(games, event, entries, ranking, outside=outside)
    if rows:
        execute(insert(_p), rows)


def _rows(
    games: Games, event: Event, entries: Sequence[Entry], ranking: Ranking, *, outside: bool
) -> list[dict[str, Any]]:
    by_id = {str(entry.id): entry for entry in entries}
    worth = worth_of(games, event, by_id, ranking.placings, outside=outside)
    return [
        _row(event, by_id[one.id], position, one, worth)
        for position, one in enumerate(ranking.placings)
        if one.id in by_id
    ]


def _row(event: Event, entry: Entry, position: int, one: Placing, worth: _Worth) -> dict[str, Any]:
    figures = plain_figures(one)
    medal, times = worth.medals.get(one.id, (None, Fraction(0)))
    return {
        "games_id": event.games_id,
        "entry_id": entry.id,
        "event_id": event.id,
        "delegation_id": entry.delegation_id,
        "position": position,
        "rank": one.rank,
        "irm": one.irm,
        "mark": mark_of(EventFormat(event.format), figures),
        "figures": figures,
        "medal": medal,
        "level": str(figures.get("level") or ""),
        "shared": bool(entry.also),
        "medals": str(times),
        "points": str(worth.points.get(one.id, Fraction(0))),
    }


def mark_of(form: EventFormat, figures: Mapping[str, Any]) -> str:
    """The figure that stands beside the rank on a list.

    A time, a score; of a league its points with won, drawn and lost games; of a wrestler the classification points
    with the technical points won and given.
    """
    if "mark" in figures:
        return str(figures["mark"])[:60]
    match form:
        case EventFormat.TIMED:
            return str(figures.get("time") or "")
        case EventFormat.JUDGED:
            return str(figures.get("score") or "")
        case EventFormat.LEAGUE if "points" in figures:
            record = [figures.get(key, 0) for key in ("won", "drawn", "lost")]
            if not record[1]:
                del record[1]
            return f"{figures['points']} ({'-'.join(map(str, record))})"
        case EventFormat.WRESTLING if "classification_points" in figures:
            return f"{figures['classification_points']} ({figures.get('scored', 0)}:{figures.get('given', 0)})"
        case _:
            return ""


def worth_of(
    games: Games, event: Event, entries: Mapping[str, Entry], placings: Sequence[Placing], *, outside: bool
) -> _Worth:
    """Medals and points of each placing, by the rule sets of the games.

    `outside`: the places come from elsewhere, perhaps only those with a medal, so how many took part is not known
    and nothing is cut for it, unless the event's settings say `entries` or `delegations`.
    """
    taken = [
        PlaceTaken(event.code, one.rank, str(entries[one.id].delegation_id), competitor=one.id, row=event.name)
        for one in placings
        if one.rank is not None and one.id in entries
    ]
    live = [entry for entry in entries.values() if entry.state == EntryState.ENTERED.value]
    scope_entries = event.settings.get("entries_count", 10_000 if outside else len(live))
    scope_delegations = event.settings.get(
        "delegations_count", 10_000 if outside else len({entry.delegation_id for entry in live})
    )
    narrowed = {
        "multipliers": {event.code: Fraction(event.multiplier)},
        "entries": {event.code: int(scope_entries)},
        "delegations": {event.code: int(scope_delegations)},
    }
    medals: dict[str, tuple[int, Fraction]] = {}
    points: dict[str, Fraction] = {}
    if event.counts_medals:
        rules = medals_rules(games)
        (held,) = events_of(taken, _narrow(rules.scope, narrowed), DEPTH) or (None,)
        if held is not None:
            medals = {
                str(place.competitor): (medal, times)
                for place, medal, times in medals_of(held, replace(rules, scope=_narrow(rules.scope, narrowed)))
            }
    if event.counts_points:
        scoring = points_rules(games)
        scope = _narrow(scoring.scope, narrowed)
        (held,) = events_of(taken, scope, len(scoring.scale)) or (None,)
        if held is not None:
            points = {str(place.competitor): worth for place, worth in points_of(held, replace(scoring, scope=scope))}
    return _Worth(medals, points)


def _narrow(scope: Scope, narrowed: Mapping[str, Any]) -> Scope:
    return replace(scope, **narrowed)


def medals_rules(games: Games) -> MedalRules:
    """The rule set of the medal table with this edition's numbers."""
    rules = rule_set(games.medal_rules)
    if not isinstance(rules, MedalRules):
        raise DomainError("rules_of_another_kind", N_("这不是奖牌的规则。"), field="medal_rules")
    return medal_rules_of(rules, document(json.dumps(games.medal_settings).encode()))


def points_rules(games: Games) -> TeamPointsRules:
    """The rule set of the team score with this edition's numbers."""
    rules = rule_set(games.points_rules)
    if not isinstance(rules, TeamPointsRules):
        raise DomainError("rules_of_another_kind", N_("这不是团体总分的规则。"), field="points_rules")
    return points_rules_of(rules, document(json.dumps(games.points_settings).encode()))
