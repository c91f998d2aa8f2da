"""A weight class as a tree: the meetings that the ranking asks the book for, put where they are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.games.constants import Few
from app.games.rules.draws import berger
from app.games.rules.ranking import Figure, Placing, ranks_of
from app.games.rules.tree import (
    BRONZE,
    FINAL,
    GROUP,
    OPEN,
    QUALIFICATION,
    REPECHAGE,
    SEMI,
    Box,
    Group,
    Half,
    Someone,
    Tree,
    phase_name,
)
from app.games.rules.wrestling.book import Book, Meeting
from app.games.rules.wrestling.bracket import Slot, fight, slots_by_draw
from app.games.rules.wrestling.entries import Bout, Entry, Withdrawal, WrestlingRules
from app.games.rules.wrestling.groups import able, deal, in_draw_order, nordic, round_robin
from app.games.rules.wrestling.places import two_groups


@dataclass
class _Traced(Book):
    """A book that remembers which meetings it was asked for."""

    trace: list[Meeting] = field(default_factory=list)

    def meet(self, a: Someone, b: Someone, *, late: bool = False, counts: bool = True) -> Meeting:
        meeting = super().meet(a, b, late=late, counts=counts)
        self.trace.append(meeting)
        return meeting


def tree_of(
    entries: Sequence[Entry], bouts: Sequence[Bout], withdrawn: Sequence[Withdrawal], rules: WrestlingRules
) -> Tree:
    """The tree of a weight class whose numbers are drawn. Raises what a bout outside the bracket raises."""
    n = len(entries)
    if n < 2 or (n <= rules.few_up_to and rules.few is not Few.AWARD):
        return Tree()
    book = _Traced(rules, entries, bouts, withdrawn)
    if n <= rules.nordic_up_to:
        tree = Tree(groups=(_group("", entries, book),))
    elif n <= rules.groups_up_to:
        tree = _two(entries, book)
    else:
        tree = _elimination(slots_by_draw(entries), book)
    book.close()
    return tree


def _group(name: str, entries: Sequence[Entry], book: _Traced) -> Group:
    row = [entry.id for entry in in_draw_order(entries)]
    meetings = round_robin(entries, book)
    of = {frozenset((str(one.a), str(one.b))): one for one in meetings}
    boxes = []
    for n, pairs in enumerate(berger(len(row)), 1):
        for a, b in pairs:
            if a is not None and b is not None:
                meeting = of[frozenset((row[a - 1], row[b - 1]))]
                boxes.append(_box(GROUP, n, meeting, group=name))
    return Group(name, tuple(row), tuple(boxes), _rows(entries, meetings, book))


def _rows(entries: Sequence[Entry], meetings: Sequence[Meeting], book: _Traced) -> tuple[Placing, ...]:
    """The lines of a group: places once all bouts are fought, before that by victories."""
    blocks = nordic(able(entries, meetings, book), meetings, book)
    decided = all(meeting.decided for meeting in meetings)
    ranked = [Placing(one.id, place if decided else None, None, _figures(one, book)) for one, place in ranks_of(blocks)]
    named = {one.id for one in ranked}
    return (*ranked, *(Placing(one.id, None, None, _figures(one, book)) for one in entries if one.id not in named))


def _figures(one: Entry, book: _Traced) -> dict[str, Figure]:
    record = book.records[one.id]
    return {"wins": record.wins, "classification_points": record.points, "scored": record.scored, "given": record.given}


def _two(entries: Sequence[Entry], book: _Traced) -> Tree:
    """The groups are ordered before their wrestlers fight on, so each has a book of its own for that."""
    groups = []
    for name, group in zip("AB", deal(entries), strict=True):
        alone = _Traced(book.rules, entries, book.bouts, book.withdrawn)
        groups.append(_group(name, group, alone))
    two_groups(entries, book)
    met = book.trace[sum(len(group.boxes) for group in groups) :] or [Meeting(OPEN, OPEN, OPEN, OPEN)] * 4
    semi_a, semi_b, bronze, final = met
    return Tree(
        groups=tuple(groups),
        rounds=((_box(SEMI, 1, semi_a), _box(SEMI, 2, semi_b)), (_box(FINAL, 1, final),)),
        third=_box(BRONZE, 1, bronze),
    )


def _elimination(slots: Sequence[Slot], book: _Traced) -> Tree:
    podium = fight(slots, book)
    met = iter(book.trace)
    rounds: list[tuple[Box | None, ...]] = []
    if any(len(slot) == 2 for slot in slots):
        rounds.append(
            tuple(
                _box(QUALIFICATION, place, next(met)) if len(slot) == 2 else None for place, slot in enumerate(slots, 1)
            )
        )
    size = len(slots) // 2
    while size > 1:
        rounds.append(tuple(_box(phase_name(size), place, next(met)) for place in range(1, size + 1)))
        size //= 2
    *repechage, final = met
    rounds.append((_box(FINAL, 1, final),))
    upper = {one for slot in slots[: len(slots) // 2] for one in slot}
    fought = dict(_chains(repechage, upper))
    halves = tuple(
        Half(is_upper, _half(fought.get(is_upper, []), 2 - is_upper, bronze), bronze)
        for is_upper, bronze in zip((True, False), podium.bronzes, strict=True)
    )
    return Tree(rounds=tuple(rounds), halves=halves)


def _chains(met: Sequence[Meeting], upper: set[str]) -> Iterator[tuple[bool, list[Meeting]]]:
    """The repechage bouts of each half: a bout goes on from the winner of the one before, or begins anew."""
    chains: list[list[Meeting]] = []
    for meeting in met:
        if chains and meeting.a == chains[-1][-1].winner:
            chains[-1].append(meeting)
        else:
            chains.append([meeting])
    for chain in chains:
        yield any(side in upper for meeting in chain for side in (meeting.a, meeting.b)), chain


def _half(chain: Sequence[Meeting], half: int, bronze: Someone) -> tuple[Box, ...]:
    """The last bout of a chain is for bronze. Until the finalist is known only that one is drawn."""
    if not chain:
        return (Box(BRONZE, half, OPEN, OPEN),) if bronze is OPEN else ()
    earlier = [_box(REPECHAGE, 2 * n + half, meeting) for n, meeting in enumerate(chain[:-1])]
    return (*earlier, _box(BRONZE, half, chain[-1]))


def _box(phase: str, place: int, meeting: Meeting, group: str = "") -> Box:
    return Box(phase, place, meeting.a, meeting.b, meeting.winner, meeting.loser, meeting.fought, group)
