"""Playing a weight class through: whoever is due meets, until nobody is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace as replaced

from app.games.constants import Victory
from app.games.rules.ranking import Placing, Ranking
from app.games.rules.wrestling.entries import Bout, Entry, Withdrawal, WrestlingRules
from app.games.rules.wrestling.places import rank

__all__ = ["by_number", "drawn", "names", "of", "order", "play", "ranks", "replaced", "written"]


def names(n: int) -> list[str]:
    return [f"W{i:02}" for i in range(1, n + 1)]


def by_number(a: str, b: str) -> str:
    return min(a, b)


def play(
    entries: Sequence[Entry],
    rules: WrestlingRules,
    winner: Callable[[str, str], str | Bout],
    withdrawn: Sequence[Withdrawal] = (),
    bouts: Sequence[Bout] = (),
    most: int = 10_000,
) -> tuple[Ranking, list[Bout]]:
    fought = list(bouts)
    while True:
        ranking = rank(entries, fought, withdrawn, rules)
        if not ranking.due or len(fought) >= most:
            return ranking, fought
        for a, b in ranking.due:
            result = winner(a, b)
            fought.append(result if isinstance(result, Bout) else Bout(a, b, result, Victory.VPO))
            if len(fought) >= most:
                break
        assert len(fought) < 2_000


def ranks(ranking: Ranking) -> dict[str, int | None]:
    return {placing.id: placing.rank for placing in ranking.placings}


def order(ranking: Ranking) -> str:
    return "".join(placing.id for placing in ranking.placings)


def of(ranking: Ranking, one: str) -> Placing:
    (found,) = [placing for placing in ranking.placings if placing.id == one]
    return found


def drawn(n: int, seeds: int = 0) -> list[Entry]:
    """W01, W02, …: the first `seeds` are seeded, the others have drawn their own number."""
    return [Entry(name, i, None) if i <= seeds else Entry(name, None, i) for i, name in enumerate(names(n), 1)]


def written(text: str, **more) -> list[Bout]:
    """`A-B VPO1 5:3`: the first has won."""
    made = []
    for one in text.split(", "):
        pair, victory, points = one.split()
        a, b = pair.split("-")
        for_a, for_b = (int(x) for x in points.split(":"))
        made.append(Bout(a, b, a, Victory(victory), for_a, for_b, **more))
    return made
