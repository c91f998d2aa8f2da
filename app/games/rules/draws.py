"""Draws and pairings: who meets whom, in which round, on which place of the bracket.

Chance comes from `app.registrations.rules.draw`, the one generator of the house: the same seed and
the same ordered input give the same draw for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_
from app.registrations.rules.draw import VERSION, draw


def seed_places(size: int) -> list[int]:
    """The seeds in the order of the places of a bracket of `size` (a power of two): 1 8 5 4 3 6 7 2."""
    if size < 1 or size & (size - 1):
        raise DomainError("no_bracket", N_("签表的大小应为 2 的幂。"))
    seeds = [1]
    while len(seeds) < size:
        both = 2 * len(seeds) + 1
        seeds = [one for i, x in enumerate(seeds) for one in ((x, both - x) if i % 2 == 0 else (both - x, x))]
    return seeds


Round = tuple[tuple[int | None, int | None], ...]
"""The pairs of one round, numbers from 1; None is the bye."""


def berger(n: int) -> list[Round]:
    """The rounds of the Berger table for `n`: the first of a pair is at home. With an odd `n` one rests."""
    if n < 2:
        return []
    size = n + n % 2
    m = size - 1

    def shown(x: int) -> int | None:
        return x if x <= n else None

    rounds: list[Round] = []
    for r in range(1, size):
        s = (r + 1) % m
        solo = next(x for x in range(1, m + 1) if (2 * x - s) % m == 0)
        pairs = [(solo, size) if r % 2 else (size, solo)]
        for d in range(1, size // 2):
            a, b = (solo - 1 - d) % m + 1, (solo - 1 + d) % m + 1
            pairs.append((b, a))
        rounds.append(tuple((shown(x), shown(y)) for x, y in pairs))
    return rounds


def counterclockwise(n: int) -> list[Round]:
    """逆时针轮转: 1 stays, the others turn one place against the clock each round."""
    if n < 2:
        return []
    size = n + n % 2
    ring: list[int | None] = [*range(1, n + 1), *([None] if n % 2 else [])]
    rounds: list[Round] = []
    for _ in range(size - 1):
        rounds.append(tuple((ring[i], ring[size - 1 - i]) for i in range(size // 2)))
        ring = [ring[0], ring[-1], *ring[1:-1]]
    return rounds


TABLES: Final[Mapping[str, Callable[[int], list[Round]]]] = {
    "berger": berger,
    "counterclockwise": counterclockwise,
}
"""The tables by the name that an event's setting `table` gives; Berger where it gives none."""


def all_pairs(n: int) -> list[tuple[int, int]]:
    """Everyone against everyone in the order of the Berger rounds, without the byes."""
    return [(a, b) for one in berger(n) for a, b in one if a is not None and b is not None]


# --------------------------------------------------------------------------- brackets


@dataclass(frozen=True)
class Entrant:
    """Who is drawn. `seed`: a place set beforehand; `unit`: whom to keep apart; entrants of a unit are
    listed with its best first.
    """

    id: str
    seed: int | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Draw:
    """A draw as it is stored and replayed. `places` from top to bottom; None is a bye."""

    version: str
    seed: str
    entrants: tuple[Entrant, ...]
    places: tuple[str | None, ...]


KNOCKOUT: Final = f"knockout-1/{VERSION}"
"""Another way of drawing gets another name; this one stays."""


def draw_bracket(entrants: Sequence[Entrant], seed: str) -> Draw:
    """A knockout bracket of the smallest power of two that holds all.

    Seeds stand at the places of `seed_places`; the byes fall to the first of them, and where there are
    fewer seeds than byes, to the places where the next would stand. Entrants of one unit are spread:
    the two best in different halves, the best four in different quarters, and so on, as far as seeds
    and room allow. What is left is chance. Raises DomainError `seed_missing`, `seeds_wrong`.
    """
    size = 1 << max(0, len(entrants) - 1).bit_length()
    seeds = sorted(entrant.seed for entrant in entrants if entrant.seed is not None)
    if seeds != list(range(1, len(seeds) + 1)):
        raise DomainError("seeds_wrong", N_("种子号应从 1 起连续，不重复。"))
    order = seed_places(size)
    places: list[str | None] = [None] * size
    fixed: dict[int, Entrant] = {order.index(one.seed): one for one in entrants if one.seed is not None}
    open_places = [place for place in range(size) if order[place] <= len(entrants)]
    lots = {n: lot for lot, n in enumerate(draw(range(len(entrants)), seed))}
    better: Counter[str] = Counter()
    loose = []
    for n, one in enumerate(entrants):
        if one.seed is None:
            loose.append(_Loose(one, better[one.unit or ""], lots[n]))
        better[one.unit or ""] += 1
    _spread(open_places, 0, size, loose, fixed, places)
    return Draw(KNOCKOUT, seed, tuple(entrants), tuple(places))


@dataclass(frozen=True)
class _Loose:
    """An entrant without a place yet: how many of the unit are better, and the lot drawn."""

    one: Entrant
    strength: int
    lot: int


def _spread(
    free: Sequence[int],
    start: int,
    end: int,
    loose: Sequence[_Loose],
    fixed: Mapping[int, Entrant],
    places: list[str | None],
) -> None:
    """Fill places start..end−1: part those without a place into the halves, unit by unit, and go on."""
    if end - start == 1:
        if start in fixed:
            places[start] = fixed[start].id
        elif loose:
            places[start] = loose[0].one.id
        return
    middle = (start + end) // 2
    sides = ([p for p in free if p < middle], [p for p in free if p >= middle])
    room = [sum(p not in fixed for p in side) for side in sides]
    halves: tuple[list[_Loose], list[_Loose]] = ([], [])
    units: dict[str, list[_Loose]] = {}
    for one in loose:
        units.setdefault(one.one.unit or f"\0{one.lot}", []).append(one)
    for unit, members in sorted(units.items(), key=lambda pair: (-len(pair[1]), min(one.lot for one in pair[1]))):
        standing = [sum(fixed[p].unit == unit for p in side if p in fixed) for side in sides]
        for one in sorted(members, key=lambda one: (one.strength, one.lot)):
            half = _half(standing, room, one)
            standing[half] += 1
            room[half] -= 1
            halves[half].append(one)
    _spread(sides[0], start, middle, halves[0], fixed, places)
    _spread(sides[1], middle, end, halves[1], fixed, places)


def _half(standing: Sequence[int], room: Sequence[int], one: _Loose) -> int:
    """The half with fewer of the unit; level: the one with more room, then by lot."""
    if not min(room):
        return 0 if room[0] else 1
    if standing[0] != standing[1]:
        return 0 if standing[0] < standing[1] else 1
    if room[0] != room[1]:
        return 0 if room[0] > room[1] else 1
    return one.lot % 2


# --------------------------------------------------------------------------- groups


def snake(n: int, groups: int) -> list[list[int]]:
    """Numbers 1..n dealt to groups there and back: 1 2 3 | 6 5 4 | 7 8 9. Raises DomainError `no_groups`."""
    if not 1 <= groups <= max(1, n):
        raise DomainError("no_groups", N_("组数应在 1 与 %(most)s 之间。"), most=max(1, n))
    dealt: list[list[int]] = [[] for _ in range(groups)]
    for number in range(n):
        row, column = divmod(number, groups)
        dealt[column if row % 2 == 0 else groups - 1 - column].append(number + 1)
    return dealt


def draw_groups(entrants: Sequence[Entrant], groups: int, seed: str) -> tuple[tuple[Entrant, ...], ...]:
    """Groups by the snake: the seeds first in their order, the others in the order drawn.

    In each row of the snake those of one unit go to different groups as far as that can be: the row is
    matched anew to the groups, keeping as close to the snake as the units allow.
    """
    seeded = sorted((one for one in entrants if one.seed is not None), key=lambda one: one.seed or 0)
    row_up = [*seeded, *draw([one for one in entrants if one.seed is None], seed)]
    dealt: list[list[Entrant]] = [[] for _ in snake(len(row_up), groups)]
    for row, first in enumerate(range(0, len(row_up), groups)):
        some = row_up[first : first + groups]
        order = list(range(groups)) if row % 2 == 0 else list(range(groups - 1, -1, -1))
        for one, group in _matched(some, order[: len(some)], dealt):
            dealt[group].append(one)
    return tuple(tuple(group) for group in dealt)


def _matched(
    some: Sequence[Entrant], order: Sequence[int], dealt: Sequence[list[Entrant]]
) -> list[tuple[Entrant, int]]:
    """Each of a row to a group of its own, without a second of the unit where a way exists."""
    holder: dict[int, int] = {}

    def fits(n: int, group: int) -> bool:
        unit = some[n].unit
        return unit is None or all(other.unit != unit for other in dealt[group])

    def seat(n: int, tried: set[int]) -> bool:
        for group in (order[n], *order):
            if group in tried or not fits(n, group):
                continue
            tried.add(group)
            if group not in holder or seat(holder[group], tried):
                holder[group] = n
                return True
        return False

    left = [n for n in range(len(some)) if not seat(n, set())]
    free = [group for group in order if group not in holder]
    holder |= dict(zip(free, left, strict=True))
    return [(some[n], group) for group, n in holder.items()]


def replays(stored: Draw) -> bool:
    """Whether a stored bracket is what its seed and its entrants give; False for an unknown version."""
    return stored.version == KNOCKOUT and draw_bracket(stored.entrants, stored.seed) == stored
