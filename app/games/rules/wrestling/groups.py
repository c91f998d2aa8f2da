"""Everyone meets everyone: the Nordic system, and its two groups for six or seven (Art. 10, 11, 43)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.games.rules.draws import all_pairs
from app.games.rules.ranking import blocks_by
from app.games.rules.wrestling.book import Book, Meeting, Record
from app.games.rules.wrestling.entries import Entry, WrestlingRules

SEEDS_OF_A: Final = (1, 4, 5, 7)
LAST: Final = 10**9
"""Who has no seed or no number comes after those who have."""

Criterion = Callable[[Entry, Record], Any]
LIST: Final[tuple[Criterion, ...]] = (
    lambda _entry, record: -record.points,
    lambda _entry, record: -record.falls,
    lambda _entry, record: -record.superiorities,
    lambda _entry, record: -record.scored,
    lambda _entry, record: record.given,
    lambda entry, _record: entry.seed or LAST,
    lambda entry, _record: entry.draw or LAST,
)
"""What parts wrestlers who are otherwise level, step by step (Art. 43)."""


def by_list(entries: Sequence[Entry], records: Mapping[str, Record]) -> list[list[Entry]]:
    """`entries` parted by the list; without seeds and numbers some may stay level."""
    return blocks_by(_by_id(entries), lambda entry: tuple(step(entry, records[entry.id]) for step in LIST))


def _by_id(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.id)


def round_robin(entries: Sequence[Entry], book: Book) -> list[Meeting]:
    """All meetings of one group, in the order of the rounds."""
    row = in_draw_order(entries)
    pairs = [(row[a - 1].id, row[b - 1].id) for a, b in all_pairs(len(row))]
    fought = [pair for pair in pairs if book.has_bout(*pair)]  # first: then it is known who was expelled
    return [book.meet(a, b) for a, b in [*fought, *(pair for pair in pairs if pair not in fought)]]


def nordic(entries: Sequence[Entry], meetings: Sequence[Meeting], book: Book) -> list[list[Entry]]:
    """A group in its order: victories, then two by their bout, more by the list.

    While bouts remain, those with as many victories share a place. Records are those of the book at
    this moment, so a group is ordered before its wrestlers fight on.
    """
    wins = {entry.id: sum(meeting.winner == entry.id for meeting in meetings) for entry in entries}
    level = blocks_by(_by_id(entries), lambda entry: -wins[entry.id])
    if not all(meeting.decided for meeting in meetings):
        return level
    direct = {frozenset((str(m.a), str(m.b))): m.winner for m in meetings}
    return [part for block in level for part in _parted(block, direct, book.records, book.rules)]


def _parted(
    block: list[Entry],
    direct: Mapping[frozenset[str], object],
    records: Mapping[str, Record],
    rules: WrestlingRules,
    step: int = 0,
) -> list[list[Entry]]:
    if len(block) == 1:
        return [block]
    if len(block) == 2 and (step == 0 or rules.h2h_when_reduced_to_two):
        winner = direct.get(frozenset(entry.id for entry in block))
        if isinstance(winner, str):
            return [[entry] for entry in sorted(block, key=lambda entry: entry.id != winner)]
    if step == len(LIST):
        return [block]
    parts = blocks_by(block, lambda entry: LIST[step](entry, records[entry.id]))
    return [done for part in parts for done in _parted(part, direct, records, rules, step + 1)]


def deal(entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Groups A and B: seeds 1, 4, 5, 7 to A and 2, 3, 6 to B, then the numbers A, B, A, B… where there is room."""
    seeded = sorted((entry for entry in entries if entry.seed is not None), key=lambda entry: entry.seed or 0)
    groups: tuple[list[Entry], list[Entry]] = ([], [])
    for n, entry in enumerate(seeded, 1):
        groups[n not in SEEDS_OF_A].append(entry)
    room = ((len(entries) + 1) // 2, len(entries) // 2)
    turn = 0
    for entry in in_draw_order(entries):
        if entry.seed is None:
            groups[turn if len(groups[turn]) < room[turn] else 1 - turn].append(entry)
            turn = 1 - turn
    return groups


def in_draw_order(entries: Sequence[Entry]) -> list[Entry]:
    """By number drawn; who has none stays in the order of the list, behind."""
    return sorted(entries, key=lambda entry: entry.draw or LAST)


def able(group: Sequence[Entry], meetings: Sequence[Meeting], book: Book) -> list[Entry]:
    """Who may go on to the semi-finals.

    Not: who left before all bouts of the group were fought. Who left after that keeps the place, and
    the semi-final is a walk-over: nothing is paired anew.
    """
    left = {
        one for meeting in meetings if not meeting.fought for one in (meeting.a, meeting.b) if one != meeting.winner
    }
    return [entry for entry in group if entry.id not in left | book.expelled]
