"""`{"places": [{"event", "place", "delegation", "also"?, "competitor"?}]}` for medals and team points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from app.games.rules import medals, team_points
from app.games.rules.files.reading import Node, overrides
from app.games.rules.medals import MedalRules
from app.games.rules.places import Place, Scope
from app.games.rules.ranking import Ranking
from app.games.rules.team_points import Penalty, TeamPointsRules


def medals_document(rules: MedalRules, root: Node) -> Ranking:
    """The medal table of the places in `root`; none is an empty table."""
    return medals.table(_places(root), medal_rules_of(rules, root))


def medal_rules_of(rules: MedalRules, root: Node) -> MedalRules:
    """The rule set with the numbers that `root` changes in it."""
    changes = overrides(root, {"follow_minus_k": Node.flag})
    return replace(rules, scope=_scope(rules.scope, root), **changes)


def team_points_document(rules: TeamPointsRules, root: Node) -> Ranking:
    """The team scores of the places in `root`."""
    penalties = root.get("penalties")
    taken = [_penalty(one) for one in penalties.items()] if penalties else []
    return team_points.table(_places(root), taken, points_rules_of(rules, root))


def points_rules_of(rules: TeamPointsRules, root: Node) -> TeamPointsRules:
    """The rule set with the numbers that `root` changes in it."""
    scale = root.get("scale")
    changes = overrides(root, {"weighted_firsts": Node.flag})
    if scale is not None:
        changes["scale"] = tuple(one.fraction(0) for one in scale.items())
    return replace(rules, scope=_scope(rules.scope, root), **changes)


def _places(root: Node) -> list[Place]:
    return [_place(node) for node in root.need("places").items()]


def _place(node: Node) -> Place:
    also, competitor = node.get("also"), node.get("competitor")
    delegation = node.need("delegation").text()
    others = dict.fromkeys(one.text() for one in also.items()) if also else {}
    others.pop(delegation, None)
    return Place(
        node.need("event").text(),
        node.need("place").whole(1, 100_000),
        delegation,
        tuple(others),
        competitor.text() if competitor else None,
        row=node.where,
    )


def _penalty(node: Node) -> Penalty:
    reason = node.get("reason")
    return Penalty(node.need("delegation").text(), node.need("points").fraction(0), reason.text() if reason else "")


def _by_event(read: Callable[[Node], Any]) -> Callable[[Node], dict[str, Any]]:
    return lambda node: {event: read(value) for event, value in node.pairs()}


def _multiplier(node: Node) -> Fraction:
    return node.fraction(0, 1000)


_SCOPE: Mapping[str, Callable[[Node], Any]] = {
    "multipliers": _by_event(_multiplier),
    "entries": _by_event(Node.whole),
    "delegations": _by_event(Node.whole),
    "minus_k": Node.whole,
    "minimum_entries": Node.whole,
    "minimum_delegations": Node.whole,
    "team_events": lambda node: frozenset(one.text() for one in node.items()),
}


def _scope(scope: Scope, root: Node) -> Scope:
    return replace(scope, **overrides(root, _SCOPE))
