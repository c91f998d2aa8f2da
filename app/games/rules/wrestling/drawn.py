"""The bracket as the bouts themselves show it, for a class whose numbers drawn are not at hand."""

from __future__ import annotations

from collections.abc import Sequence

from app.games.rules.wrestling.bracket import Slot
from app.games.rules.wrestling.entries import Bout, Entry, phase_of

Tree = tuple[Slot, ...]
"""Neighbouring places of the first round, as many as the rounds fought there make: 1, 2, 4, …."""


def slots_by_bouts(entries: Sequence[Entry], bouts: Sequence[Bout], *, whole: bool) -> list[Slot] | None:
    """The first round that gives these bouts, or None when no bracket does.

    Bouts are taken in the order of their phases, else as written. Who has lost meets others only in
    the repechage. The first n−P bouts are the qualification. Who never fought is taken for the
    missing opponent of somebody who went on without a bout. `whole`: only a bracket fought as far as
    the final may be read so.
    """
    size = 1 << (len(entries).bit_length() - 1)
    qualifying = len(entries) - size
    trees: dict[str, Tree] = {entry.id: ((entry.id,),) for entry in entries}
    fought = {one for bout in bouts for one in (bout.a, bout.b)}
    absent = sorted(trees.keys() - fought)
    lost: set[str] = set()
    done: list[Tree] = []
    for n, bout in enumerate(bout for bout in sorted(bouts, key=_phase) if not {bout.a, bout.b} & lost):
        pair = [trees.pop(one) for one in (bout.a, bout.b) if one in trees]
        if len(pair) == 2 and {len(pair[0]), len(pair[1])} == {1, 2} and absent:
            pair = [tree if len(tree) == 2 else tree + trees.pop(absent.pop()) for tree in pair]
        if len(pair) < 2 or len(pair[0]) != len(pair[1]):
            return None
        both = (pair[0][0] + pair[1][0],) if n < qualifying else pair[0] + pair[1]
        lost |= {bout.a, bout.b} - {bout.winner}
        if bout.winner is None:
            done.append(both)
        else:
            trees[bout.winner] = both
    found = [*done, *trees.values()]
    if whole and any(len(tree) < size // 2 for tree in found):
        return None
    return _packed(found, size, qualifying)


def _phase(bout: Bout) -> int:
    return phase_of(bout.phase) or 0


def _packed(trees: Sequence[Tree], size: int, qualifying: int) -> list[Slot] | None:
    """All trees side by side, the largest first: then each begins at a multiple of its own size."""
    slots = [slot for tree in sorted(trees, key=lambda tree: (-len(tree), -len(tree[0]))) for slot in tree]
    if any(len(slot) > 2 for slot in slots):
        return None
    missing = qualifying - sum(len(slot) == 2 for slot in slots)
    kept, loose = slots[: len(slots) - 2 * missing], slots[len(slots) - 2 * missing :]
    if missing < 0 or any(len(slot) > 1 for slot in loose):
        return None
    slots = kept + [loose[i] + loose[i + 1] for i in range(0, len(loose), 2)]  # still to be fought
    return slots if len(slots) == size else None
