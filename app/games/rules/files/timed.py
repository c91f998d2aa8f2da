"""`{"entries": [{"id", "gun"?, "net"?, "irm"?, "team"?, "incomplete_route"?}], "rank_by"?}`.

Times are texts (`2:09:44.3`) or numbers of seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Clock, Irm
from app.games.rules.files.reading import Node, once, overrides, some
from app.games.rules.ranking import Ranking
from app.games.rules.timed import Finish, TimedRules, rank, seconds_of

LONGEST: Final = 40_000_000
"""Seconds; a year and more."""


def rank_document(rules: TimedRules, root: Node) -> Ranking:
    """The ranking of the timed event in `root`."""
    rules = replace(rules, **overrides(root, _SETTINGS))
    nodes = some(root.need("entries"))
    finishes = [_finish(node) for node in nodes]
    once(zip([one.id for one in finishes], nodes, strict=True))
    return rank(finishes, rules)


def _finish(node: Node) -> Finish:
    gun, net, irm = node.get("gun"), node.get("net"), node.get("irm")
    team, missed = node.get("team"), node.get("incomplete_route")
    return Finish(
        node.need("id").text(),
        _seconds(gun) if gun else None,
        _seconds(net) if net else None,
        irm.choice(Irm) if irm else None,
        team.text() if team else None,
        missed=missed.flag() if missed else False,
        row=node.where,
    )


def _seconds(node: Node) -> Fraction:
    if not isinstance(node.value, str):
        return node.fraction(0, LONGEST)
    seconds = seconds_of(node.value)
    if seconds is None or seconds > LONGEST:
        raise DomainError("not_a_time", N_("%(where)s：应为时间，例如 2:09:44.3。"), where=node.where)
    return seconds


def _resolution(node: Node) -> Fraction:
    return Fraction(node.number(Decimal("0.001"), 3600))


_SETTINGS: Mapping[str, Callable[[Node], Any]] = {
    "rank_by": lambda node: node.choice(Clock),
    "resolution": _resolution,
    "ties_by_printed": Node.flag,
    "cutoff": _seconds,
    "team": Node.flag,
    "counted": lambda node: node.whole(1, 1000),
    "missed_voids_team": Node.flag,
}
