"""`{"teams": […], "games": [{"a", "b", "score_a", "score_b", "forfeit"?, "default"?, "sets"?}]}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Among, Measure
from app.games.rules.files.reading import Node, once, overrides, some
from app.games.rules.league import Criterion, Game, LeagueRules, Team, rank
from app.games.rules.ranking import Ranking

BOTH = "both"
MAX_TEAMS = 512


def rank_document(rules: LeagueRules, root: Node) -> Ranking:
    """The table of the league in `root`."""
    rules = overridden(rules, root)
    nodes = some(root.need("teams"), MAX_TEAMS)
    teams = [_team(node) for node in nodes]
    once(zip([team.id for team in teams], nodes, strict=True))
    left = root.get("withdrawn")
    withdrawn = {read_id(node): node for node in (left.items() if left else [])}
    for one, node in withdrawn.items():
        if one not in {team.id for team in teams}:
            raise DomainError("unknown_team", N_("%(where)s：名单里没有 %(name)s。"), where=node.where, name=one)
    teams = [replace(team, withdrawn=team.id in withdrawn) for team in teams]
    return rank(teams, read_games(root, "games"), rules)


def read_games(root: Node, key: str) -> list[Game]:
    """The games listed under `key`, none where it is missing."""
    games = root.get(key)
    return [_game(node) for node in (games.items() if games else [])]


def read_id(node: Node) -> str:
    """An id, by itself or as the `id` of an object."""
    return node.need("id").text() if node.is_object else node.text()


def _team(node: Node) -> Team:
    lot = node.get("draw") if node.is_object else None
    return Team(read_id(node), lot.whole(1) if lot else None)


def _game(node: Node) -> Game:
    a, b = node.need("a").text(), node.need("b").text()
    scores = [found.whole() if (found := node.get(key)) else None for key in ("score_a", "score_b")]
    sets = node.get("sets")
    return Game(
        a,
        b,
        scores[0],
        scores[1],
        forfeit=_who(node, "forfeit", a, b, scores),
        default=next(iter(_who(node, "default", a, b, scores)), None),
        sets=tuple(_set(one) for one in sets.items()) if sets else (),
        row=node.where,
    )


def _who(node: Node, key: str, a: str, b: str, scores: list[int | None]) -> frozenset[str]:
    """Who gave the game away: an id, `a` or `b` for the side, `both`, or true for the side with less."""
    found = node.get(key)
    if found is None or found.value is False:
        return frozenset()
    if found.value is True:
        if None in scores or scores[0] == scores[1]:
            raise DomainError("forfeit_by_whom", N_("%(where)s：请写明是哪一方。"), where=found.where)
        return frozenset({a if (scores[0] or 0) < (scores[1] or 0) else b})
    word = found.text()
    if word in {a, b}:
        return frozenset({word})
    sides = {"a": frozenset({a}), "b": frozenset({b})} | ({BOTH: frozenset({a, b})} if key == "forfeit" else {})
    return sides.get(word.casefold(), frozenset({word}))


def _set(node: Node) -> tuple[int, int]:
    points = [one.whole() for one in node.items()]
    if len(points) != 2:
        raise DomainError("not_two", N_("%(where)s：应有两个数。"), where=node.where)
    return points[0], points[1]


def _count(node: Node) -> int:
    return node.whole(1, 1000)


def _criteria(node: Node) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(one.need("measure").choice(Measure), one.need("among").choice(Among)) for one in node.items()
    )


def _two(node: Node) -> tuple[Fraction, Fraction]:
    points = [one.fraction() for one in node.items()]
    if len(points) != 2:
        raise DomainError("not_two", N_("%(where)s：应有两个数。"), where=node.where)
    return points[0], points[1]


_SETTINGS: Mapping[str, Callable[[Node], Any]] = {
    **dict.fromkeys(("win", "draw", "loss", "default_loss", "forfeit_loss"), Node.fraction),
    **dict.fromkeys(("forfeit_score", "default_score"), Node.whole),
    **dict.fromkeys(("nullify_at", "legs", "narrow_loss_at"), _count),
    **dict.fromkeys(("restart", "keep_results_of_withdrawn"), Node.flag),
    **dict.fromkeys(("order", "ties"), _criteria),
    "narrow": _two,
}


def overridden(rules: LeagueRules, root: Node) -> LeagueRules:
    """The rule set with the numbers that `root` changes in it."""
    changes = overrides(root, _SETTINGS)
    if (node := root.get("nullify")) and not node.flag():
        changes["nullify_at"] = None
    return replace(rules, **changes)
