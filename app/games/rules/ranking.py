"""What every family of rules answers: who stands where, or why not, and what is still to be played."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any, TypeVar

Figure = int | str | bool | Fraction | Decimal | None | list[str]
"""What stands beside a rank. A Fraction is exact; a Decimal has the places that are printed."""

T = TypeVar("T")


@dataclass(frozen=True)
class Placing:
    """One line of a ranking. Without a rank, `irm` or a figure says why."""

    id: str
    rank: int | None
    irm: str | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranking:
    """Everybody once, the ranked first. `due` are the pairs that can meet now; `notes` concern the whole."""

    placings: tuple[Placing, ...]
    due: tuple[tuple[str, str], ...] = ()
    notes: Mapping[str, list[str]] = field(default_factory=dict)


def blocks_by(items: Iterable[T], key: Callable[[T], Any]) -> list[list[T]]:
    """`items` parted by `key`, the smallest key first; within a part the order stays."""
    parts: dict[Any, list[T]] = {}
    for item in items:
        parts.setdefault(key(item), []).append(item)
    return [parts[value] for value in sorted(parts)]


def ranks_of(blocks: Sequence[Sequence[T]]) -> list[tuple[T, int]]:
    """Ranks 1, 2, 2, 4: each block shares one, and as many stay empty as share it."""
    ranked = []
    ahead = 0
    for block in blocks:
        ranked += [(item, ahead + 1) for item in block]
        ahead += len(block)
    return ranked


def half_up(value: Fraction, places: int) -> Decimal:
    """`value` rounded to `places` decimals, halves away from zero: 8.785 → 8.79."""
    scaled = abs(value) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return _shifted(units if value >= 0 else -units, places)


def _shifted(units: int, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = 60
        context.rounding = ROUND_HALF_UP
        return Decimal(units).scaleb(-places)
