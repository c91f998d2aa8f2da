"""`{"places": [id | null, …], "matches": [{"a", "b", "score_a", "score_b", "forfeit"?, "default"?, "sets"?}],
"withdrawn": […]}`, or with a group stage `{"groups": [[id, …], …], "advance", "league", "table"?, "games": […],
"matches": […], "withdrawn": […]}`.

`games` are the matches inside the groups, ranked by the rule set that `league` names, with its settings beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.core.errors import DomainError
from app.core.text import N_
from app.games.rules.draws import TABLES, Round, berger
from app.games.rules.files import league
from app.games.rules.files.reading import Node, once, overrides
from app.games.rules.knockout import (
    MOST,
    GroupTable,
    KnockoutRules,
    Played,
    Third,
    after_groups,
    places_from,
    play,
    winner_of,
)
from app.games.rules.league import Game, LeagueRules, Team
from app.games.rules.league import rank as rank_league
from app.games.rules.ranking import Ranking
from app.games.rules.tree import GROUP, Box, Group

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def rank_document(rules: KnockoutRules, root: Node, leagues: Mapping[str, object]) -> Ranking:
    """The ranking of the knockout in `root`."""
    return play_document(rules, root, leagues).ranking


def play_document(rules: KnockoutRules, root: Node, leagues: Mapping[str, object]) -> Played:
    """The knockout in `root`; `leagues` are the rule sets of which it may name one for its groups."""
    rules = replace(rules, **overrides(root, _SETTINGS))
    left = root.get("withdrawn")
    scratched = [league.read_id(node) for node in (left.items() if left else [])]
    matches = league.read_games(root, "matches")
    dealt = root.get("groups")
    if dealt is None or not dealt.is_list:
        nodes = root.need("places").items()
        known = [(Node(one.value, one.where).text(), one) for one in nodes if one.value is not None]
        once(known)
        return play([None if one.value is None else one.text() for one in nodes], matches, scratched, rules)
    rules = replace(rules, groups=len(dealt.items()))
    tables, groups = _tables(dealt, root, scratched, _league(root, leagues))
    bracket = play(places_from(tables, rules), matches, scratched, rules)
    return Played(after_groups(tables, bracket), replace(bracket.tree, groups=groups))


def _league(root: Node, leagues: Mapping[str, object]) -> LeagueRules:
    name = root.need("league")
    found = leagues.get(name.text())
    if not isinstance(found, LeagueRules):
        raise DomainError("rules_missing", N_("%(where)s：小组赛要选循环赛的规则。"), where=name.where)
    return league.overridden(found, root)


def _tables(
    dealt: Node, root: Node, scratched: Sequence[str], leagues: LeagueRules
) -> tuple[list[GroupTable], tuple[Group, ...]]:
    games = league.read_games(root, "games")
    lots = root.get("lots")
    lot_of = {name: node.whole(1) for name, node in (lots.pairs() if lots else [])}
    word = root.get("table")
    table = TABLES.get(word.text() if word else "berger", berger)
    members = [[one.text() for one in group.items()] for group in dealt.items()]
    once((one.text(), one) for group in dealt.items() for one in group.items())
    if not 1 <= len(members) <= len(LETTERS) or min(len(group) for group in members) < 1:
        raise DomainError("no_groups", N_("组数应在 1 与 %(most)s 之间。"), most=len(LETTERS))
    tables, groups = [], []
    for name, group in zip(LETTERS, members, strict=False):
        mine = [game for game in games if game.a in group]
        played = {frozenset((game.a, game.b)) for game in mine if game.played}
        gone = {one for one in group if one in scratched and not _through(one, group, played)}
        teams = [Team(one, lot_of.get(one), one in gone) for one in group]
        ranking = rank_league(teams, mine, leagues)
        tables.append(GroupTable(name, tuple(group), ranking, frozenset(gone)))
        boxes = tuple(_boxes(name, group, mine, gone, table))
        groups.append(Group(name, tuple(group), boxes, ranking.placings))
    return tables, tuple(groups)


def _through(one: str, group: Sequence[str], played: set[frozenset[str]]) -> bool:
    """Whether every match of the group was played: then a scratched team keeps its place, and is walked over."""
    return all(frozenset((one, other)) in played for other in group if other != one)


def _boxes(
    name: str, group: Sequence[str], games: Sequence[Game], gone: set[str], table: Callable[[int], list[Round]]
) -> list[Box]:
    of = {frozenset((game.a, game.b)): game for game in games if game.played}
    boxes = []
    for n, pairs in enumerate(table(len(group)), 1):
        for x, y in pairs:
            if x is None or y is None:
                continue
            a, b = group[x - 1], group[y - 1]
            game = of.get(frozenset((a, b)))
            if game is not None:
                level = game.score_a == game.score_b and not game.forfeit and game.default is None
                winner = None if level else winner_of(game)
                boxes.append(Box(GROUP, n, a, b, winner, {a: b, b: a}.get(winner or ""), fought=True, group=name))
            elif {a, b} & gone:
                boxes.append(Box(GROUP, n, a, b, None, None, group=name))
            else:
                boxes.append(Box(GROUP, n, a, b, group=name))
    return boxes


_SETTINGS: Mapping[str, Callable[[Node], Any]] = {
    "third": lambda node: node.choice(Third),
    "advance": lambda node: node.whole(1, MOST),
}
