"""From a document to the printed ranking: the family's reader is found by the rule set."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from app.games.rules.files import judged, knockout, league, places, timed, wrestling
from app.games.rules.files.reading import Node, document
from app.games.rules.judged import JudgedRules
from app.games.rules.knockout import KnockoutRules
from app.games.rules.league import LeagueRules
from app.games.rules.medals import MedalRules
from app.games.rules.ranking import Figure, Placing, Ranking
from app.games.rules.registry import RULE_SETS, RuleSet, rule_set
from app.games.rules.team_points import TeamPointsRules
from app.games.rules.timed import TimedRules
from app.games.rules.wrestling.entries import WrestlingRules

SHOWN_DECIMALS: Final = 6
"""A figure with more decimals is printed rounded, and beside it the exact fraction."""


def rank_file(name: str, content: bytes) -> dict[str, Any]:
    """What `flask games rank` prints for the rule set `name` and the file's bytes.

    `ignored` names what the file says beside what the rule set reads: a wrongly written setting shows.
    """
    rules = rule_set(name)
    root = document(content)
    ranking = rank_node(rules, root)
    unread = root.unread()
    return printed(ranking) | ({"ignored": unread} if unread else {})


def rank_node(rules: RuleSet, root: Node) -> Ranking:
    """The ranking of a document that has been read, by the reader of the rule set's family."""
    match rules:
        case LeagueRules():
            return league.rank_document(rules, root)
        case KnockoutRules():
            return knockout.rank_document(rules, root, RULE_SETS)
        case WrestlingRules():
            return wrestling.rank_document(rules, root)
        case JudgedRules():
            return judged.rank_document(rules, root)
        case TimedRules():
            return timed.rank_document(rules, root)
        case MedalRules():
            return places.medals_document(rules, root)
        case TeamPointsRules():
            return places.team_points_document(rules, root)


def printed(ranking: Ranking) -> dict[str, Any]:
    """A ranking as plain JSON values."""
    return {
        "ranking": [_line(placing) for placing in ranking.placings],
        "due": [list(pair) for pair in ranking.due],
    } | {key: value for key, value in ranking.notes.items() if value}


def _line(placing: Placing) -> dict[str, Any]:
    line: dict[str, Any] = {"id": placing.id, "rank": placing.rank}
    if placing.irm is not None:
        line["irm"] = placing.irm
    return line | plain_figures(placing)


def plain_figures(placing: Placing) -> dict[str, Any]:
    """The figures beside a rank as plain JSON values."""
    plain: dict[str, Any] = {}
    for key, figure in placing.figures.items():
        if figure is None:
            continue
        plain[key] = _plain(figure)
        if isinstance(figure, Fraction) and figure * 10**SHOWN_DECIMALS % 1:
            plain[f"{key}_exact"] = str(figure)
    return plain


def _plain(figure: Figure) -> Any:
    """A whole Fraction as a whole number, another as a decimal number; Decimals as they are printed."""
    if isinstance(figure, Fraction):
        return int(figure) if figure.denominator == 1 else round(float(figure), SHOWN_DECIMALS)
    return str(figure) if isinstance(figure, Decimal) else figure
