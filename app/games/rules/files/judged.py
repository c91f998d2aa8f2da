"""`{"entries": [{"id", "scores": ["8.80", …], "adjustment"?, "deduction"?, "irm"?}]}`; with components,
`scores` is an object: a list for each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Irm, TieBreak
from app.games.rules.files.reading import Node, document, once, overrides, some
from app.games.rules.judged import Component, Drops, JudgedRules, Level, Performance, rank
from app.games.rules.ranking import Ranking

MOST_JUDGES = 50


def rank_document(rules: JudgedRules, root: Node) -> Ranking:
    """The ranking of the judged event in `root`."""
    rules = _overridden(rules, root)
    nodes = some(root.need("entries"))
    performances = [_performance(node, rules) for node in nodes]
    once(zip([one.id for one in performances], nodes, strict=True))
    return rank(performances, rules)


def rules_of(rules: JudgedRules, settings: Mapping[str, Any]) -> JudgedRules:
    """The rule set with the numbers that an event's settings change in it."""
    return _overridden(rules, document(json.dumps(settings).encode()))


def _overridden(rules: JudgedRules, root: Node) -> JudgedRules:
    rules = replace(rules, **overrides(root, _SETTINGS))
    drops, most = root.get("drops"), root.get("most")
    if drops or most:
        own: dict[str, Any] = ({"drops": _drops(drops)} if drops else {}) | ({"most": most.fraction(0)} if most else {})
        rules = replace(rules, components=tuple(replace(part, **own) for part in rules.components))
    return rules


def _performance(node: Node, rules: JudgedRules) -> Performance:
    adjustment, deduction, irm = node.get("adjustment"), node.get("deduction"), node.get("irm")
    return Performance(
        node.need("id").text(),
        _scores(node, rules),
        adjustment.fraction(-100, 100) if adjustment else Fraction(0),
        deduction.fraction() if deduction else Fraction(0),
        irm.choice(Irm) if irm else None,
        row=node.where,
    )


def _scores(node: Node, rules: JudgedRules) -> dict[str, list[Fraction | None]]:
    scores = node.get("scores") or node.get("components")
    if scores is None:
        return {}
    if scores.is_object:
        return {name: _panel(part) for name, part in scores.pairs()}
    if len(rules.components) > 1:
        raise DomainError("wrong_kind", N_("%(where)s：应为对象。"), where=scores.where)
    return {rules.components[0].name: _panel(scores)}


def _panel(node: Node) -> list[Fraction | None]:
    scores = node.items()
    if scores:
        some(node, MOST_JUDGES)
    return [None if one.value is None else one.fraction() for one in scores]


def _drops(node: Node) -> tuple[Drops, ...]:
    return tuple(
        Drops(one.need("judges").whole(1, 50), one.need("low").whole(0, 50), one.need("high").whole(0, 50))
        for one in node.items()
    )


def _component(node: Node) -> Component:
    part = Component(node.need("name").text())
    readers: Mapping[str, Callable[[Node], Any]] = {
        "drops": _drops,
        "weight": Node.fraction,
        "least": Node.fraction,
        "most": Node.fraction,
    }
    return replace(part, **overrides(node, readers))


def _components(node: Node) -> tuple[Component, ...]:
    nodes = some(node)
    parts = tuple(_component(one) for one in nodes)
    once(zip([part.name for part in parts], nodes, strict=True))
    return parts


def _level(node: Node) -> Level:
    quota, share, threshold = node.get("quota"), node.get("share"), node.get("threshold")
    if [quota, share, threshold].count(None) != 2:
        raise DomainError("level_by_one", N_("%(where)s：quota、share、threshold 只填一个。"), where=node.where)
    return Level(
        node.need("name").text(),
        quota.whole() if quota else None,
        share.fraction(0, 1) if share else None,
        threshold.fraction() if threshold else None,
    )


_SETTINGS: Mapping[str, Callable[[Node], Any]] = {
    "components": _components,
    "decimals": lambda node: node.whole(0, 6),
    "adjustment_max": lambda node: node.fraction(0, 100),
    "judges": lambda node: node.whole(1, MOST_JUDGES),
    "ties": lambda node: tuple(one.choice(TieBreak) for one in node.items()),
    "levels": lambda node: tuple(_level(one) for one in node.items()),
    "ranked": Node.flag,
    "tie_at_cut": Node.flag,
}
