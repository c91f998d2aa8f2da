"""The tables of an edition, added up from what each event has given: medals in the Olympic order, team scores.

The order in which events were published decides nothing: sums are exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.games.rules.ranking import blocks_by, ranks_of

_NONE: Final = Fraction(0)


@dataclass(frozen=True)
class Credit:
    """What `count` places of one kind brought a delegation: `rank`, `medal` (1 gold, 2 silver, 3 bronze), how often
    the medal counts, and the points of each.
    """

    delegation: str
    rank: int | None
    medal: int | None
    medals: Fraction
    points: Fraction
    times: Fraction = Fraction(1)
    count: int = 1


@dataclass(frozen=True)
class MedalLine:
    """A delegation in the medal table."""

    rank: int
    delegation: str
    gold: Fraction
    silver: Fraction
    bronze: Fraction
    shared: bool

    @property
    def total(self) -> Fraction:
        """Computed, never stored."""
        return self.gold + self.silver + self.bronze


@dataclass(frozen=True)
class ScoreLine:
    """A delegation in the team scores; `penalty` is taken off already."""

    rank: int
    delegation: str
    points: Fraction
    penalty: Fraction
    shared: bool


def medal_table(given: Iterable[Credit], delegations: Sequence[str] = ()) -> list[MedalLine]:
    """Gold, silver, bronze descending; equal ones share the rank. `delegations` stand in it without a medal too."""
    won: dict[str, dict[int, Fraction]] = {one: {} for one in delegations}
    for credit in given:
        if credit.medal is not None:
            mine = won.setdefault(credit.delegation, {})
            mine[credit.medal] = mine.get(credit.medal, _NONE) + credit.medals * credit.count
    none = _NONE
    blocks = blocks_by(_in_order(won, delegations), lambda one: tuple(_key(won[one].get(n, none)) for n in (1, 2, 3)))
    size = {one: len(block) for block in blocks for one in block}
    return [
        MedalLine(rank, one, won[one].get(1, none), won[one].get(2, none), won[one].get(3, none), shared=size[one] > 1)
        for one, rank in ranks_of(blocks)
    ]


def score_table(
    given: Iterable[Credit],
    penalties: Mapping[str, Fraction],
    delegations: Sequence[str] = (),
    *,
    weighted_firsts: bool = False,
) -> list[ScoreLine]:
    """Points less penalties; equal totals are parted by more firsts, then seconds, and so on."""
    points: dict[str, Fraction] = dict.fromkeys(delegations, Fraction(0))
    firsts: dict[str, dict[int, Fraction | int]] = defaultdict(dict)
    for credit in given:
        points[credit.delegation] = points.get(credit.delegation, _NONE) + credit.points * credit.count
        if credit.rank is not None and credit.points:
            mine = firsts[credit.delegation]
            worth = credit.times if weighted_firsts else 1
            mine[credit.rank] = mine.get(credit.rank, 0) + worth * credit.count
    final = {one: total - penalties.get(one, _NONE) for one, total in points.items()}
    deepest = max((rank for mine in firsts.values() for rank in mine), default=0)
    blocks = blocks_by(
        _in_order(final, delegations),
        lambda one: (_key(final[one]), *(_key(firsts[one].get(n, 0)) for n in range(1, deepest + 1))),
    )
    size = {one: len(block) for block in blocks for one in block}
    return [
        ScoreLine(rank, one, final[one], penalties.get(one, _NONE), size[one] > 1) for one, rank in ranks_of(blocks)
    ]


def _key(value: Fraction | int) -> Fraction | int:
    """What sorts the larger first; whole numbers as such, which compare and hash many times as fast."""
    return -value.numerator if value.denominator == 1 else -value


def _in_order(found: Iterable[str], delegations: Sequence[str]) -> list[str]:
    """Those who share a rank stand in the order of `delegations`, the others by name."""
    return [*delegations, *sorted(set(found).difference(delegations))]
