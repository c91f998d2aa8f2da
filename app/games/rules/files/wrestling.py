"""`{"entries": [{"id", "seed"?, "draw"?}], "bouts": [{"phase"?, "a", "b", "winner", "victory"?, "points_a"?,
"points_b"?}], "withdrawn": [{"id", "reason", "after"?}]}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Few, Leaving, Victory
from app.games.rules.files.reading import Node, once, overrides, some
from app.games.rules.ranking import Ranking
from app.games.rules.wrestling.entries import Bout, Entry, Withdrawal, WrestlingRules, leaving_of
from app.games.rules.wrestling.places import rank

MAX_ENTRIES: Final = 512
MOST: Final = 10_000


Weighed = tuple[list[Entry], list[Bout], list[Withdrawal], WrestlingRules]
"""A weight class as it was read."""


def rank_document(rules: WrestlingRules, root: Node) -> Ranking:
    """The ranking of the weight class in `root`."""
    return rank(*read_class(rules, root))


def read_class(rules: WrestlingRules, root: Node) -> Weighed:
    """The weight class in `root`: who takes part, what was fought, who left, by which numbers."""
    rules = _overridden(rules, root)
    nodes = some(root.need("entries"), MAX_ENTRIES)
    entries = [_entry(node) for node in nodes]
    once(zip([entry.id for entry in entries], nodes, strict=True))
    left = root.get("withdrawn")
    leavers = left.items() if left else []
    withdrawn = [_withdrawal(node) for node in leavers]
    once(zip([one.id for one in withdrawn], leavers, strict=True))
    for one, node in zip(withdrawn, leavers, strict=True):
        if one.id not in {entry.id for entry in entries}:
            raise DomainError("unknown_wrestler", N_("%(where)s：名单里没有 %(name)s。"), where=node.where, name=one.id)
    bouts = root.get("bouts")
    return entries, [_bout(node) for node in (bouts.items() if bouts else [])], withdrawn, rules


def _entry(node: Node) -> Entry:
    if not node.is_object:
        return Entry(node.text())
    seed, draw = node.get("seed"), node.get("draw")
    return Entry(node.need("id").text(), seed.whole(1, MOST) if seed else None, draw.whole(1, MOST) if draw else None)


def _bout(node: Node) -> Bout:
    phase, winner, victory = node.get("phase"), node.get("winner"), node.get("victory")
    points = [found.whole(0, MOST) if (found := node.get(key)) else None for key in ("points_a", "points_b")]
    return Bout(
        node.need("a").text(),
        node.need("b").text(),
        winner.text() if winner else None,
        victory.choice(Victory) if victory else None,
        points[0],
        points[1],
        phase.text() if phase else None,
        row=node.where,
    )


def _withdrawal(node: Node) -> Withdrawal:
    reason = node.get("reason")
    node.get("after")  # what was fought says when somebody left; the word is for people
    leaving = leaving_of(reason.text()) if reason else Leaving.FORFEIT
    if leaving is None:
        known = ", ".join(one.value for one in Leaving)
        raise DomainError("unknown_word", N_("%(where)s：只能是 %(known)s。"), where=node.where, known=known)
    return Withdrawal(node.need("id").text(), leaving)


def _up_to(node: Node) -> int:
    return node.whole(0, MAX_ENTRIES)


_SETTINGS: Mapping[str, Callable[[Node], Any]] = {
    "nordic_up_to": _up_to,
    "groups_up_to": lambda node: node.whole(3, MAX_ENTRIES),
    "few_up_to": _up_to,
    "few": lambda node: node.choice(Few),
    "h2h_when_reduced_to_two": Node.flag,
    "leads": lambda node: tuple((style.upper(), lead.whole(1, 100)) for style, lead in node.pairs()),
    "style": lambda node: node.text().upper(),
    "points": lambda node: tuple(_points(word, pair) for word, pair in node.pairs()),
}


def _points(word: str, pair: Node) -> tuple[Victory, int, int]:
    both = [one.whole(0, 100) for one in pair.items()]
    if len(both) != 2:
        raise DomainError("not_two", N_("%(where)s：应有两个数。"), where=pair.where)
    return Node(word, pair.where).choice(Victory), both[0], both[1]


def _overridden(rules: WrestlingRules, root: Node) -> WrestlingRules:
    changes = overrides(root, _SETTINGS)
    if "points" in changes:
        named = {victory for victory, _, _ in changes["points"]}
        changes["points"] += tuple(row for row in rules.points if row[0] not in named)
    return replace(rules, **changes)
