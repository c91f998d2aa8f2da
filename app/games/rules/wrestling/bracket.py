"""Eight or more: qualification, direct elimination, and the repechage of each half (Art. 8, 12-14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Leaving
from app.games.rules.draws import seed_places
from app.games.rules.tree import OPEN, Someone
from app.games.rules.wrestling.book import Book, Meeting
from app.games.rules.wrestling.entries import Entry
from app.games.rules.wrestling.groups import in_draw_order

Slot = tuple[str, ...]
"""A place in the first round: one wrestler, or the two of a qualification bout."""


@dataclass(frozen=True)
class Podium:
    """What the last bouts gave. Each place is a wrestler, OPEN, or nobody."""

    first: Someone
    second: Someone
    bronzes: tuple[Someone, ...]
    fifths: tuple[Someone, ...]
    vacant: int = 0
    """Bronzes that two fought for and neither won: nobody moves up to them."""
    both_lost_final: tuple[str, ...] = ()

    @property
    def decided(self) -> bool:
        """Whether all of it is known."""
        return OPEN not in {self.first, self.second, *self.bronzes, *self.fifths}


def slots_by_draw(entries: Sequence[Entry]) -> list[Slot]:
    """The first round by seeds and numbers drawn.

    P is the largest power of two that is not larger than the number of entries; n−P places of the
    first round are qualification bouts. Seeds take places in the order of `seed_places`: 1 at the
    top, 2 at the bottom, 3 at the top of the lower half, 4 at the bottom of the upper. Qualification
    bouts take theirs in the same order, those of the seeds last. The others fill up by number from
    top to bottom.
    """
    size = 1 << (len(entries).bit_length() - 1)
    place_of = {seed: place for place, seed in enumerate(seed_places(size))}
    seeded = sorted((entry for entry in entries if entry.seed is not None), key=lambda entry: entry.seed or 0)
    if len(seeded) > size:
        raise DomainError("too_many_seeds", N_("种子多于 %(most)s 名。"), most=size)
    rooms: list[list[str]] = [[] for _ in range(size)]
    for n, entry in enumerate(seeded, 1):
        rooms[place_of[n]].append(entry.id)
    order = [place_of[n] for n in range(1, size + 1)]
    free = [place for place in order if not rooms[place]]
    taken = [place for place in order if rooms[place]]
    double = set((free + taken[::-1])[: len(entries) - size])
    numbered = iter([entry.id for entry in in_draw_order(entries) if entry.seed is None])
    for place, room in enumerate(rooms):
        while len(room) < (2 if place in double else 1):
            room.append(next(numbered))
    return [tuple(room) for room in rooms]


def fight(slots: Sequence[Slot], book: Book) -> Podium:
    """Play the bracket through as far as the book goes; what must be fought next becomes due."""
    beaten: dict[str, list[str]] = {}
    firsts = [_note(book.meet(slot[0], slot[1]), beaten).winner if len(slot) == 2 else slot[0] for slot in slots]
    semis: list[Meeting] = []
    row: list[Someone] = list(firsts)
    while len(row) > 2:
        meetings = [_note(book.meet(row[i], row[i + 1]), beaten) for i in range(0, len(row), 2)]
        row = [meeting.winner for meeting in meetings]
        semis = meetings
    finalists, excused = finalists_of(semis, book, beaten)
    halves = [_repechage(meeting.winner, beaten, excused, book) for meeting in semis]
    first, second, both = final_of(finalists, book)
    return Podium(
        first,
        second,
        bronzes=tuple(half.bronze for half in halves),
        fifths=tuple(one for half in halves for one in half.fifths),
        vacant=sum(half.vacant for half in halves),
        both_lost_final=both,
    )


def _note(meeting: Meeting, beaten: dict[str, list[str]]) -> Meeting:
    if isinstance(meeting.winner, str) and isinstance(meeting.loser, str):
        beaten.setdefault(meeting.winner, []).append(meeting.loser)
    return meeting


def finalists_of(
    semis: Sequence[Meeting], book: Book, rivals: Mapping[str, Sequence[str]]
) -> tuple[list[Someone], set[str]]:
    """Who fights the final, and whom that takes out of the bronze bouts.

    A finalist who misses the weight on the second day gives the place to the one beaten in the
    semi-final. That one stays where a bout for bronze, against one of the finalist's `rivals`, has been
    fought already; and a final that was fought between the two stands as it is.
    """
    finalists: list[Someone] = [meeting.winner for meeting in semis]
    if book.has_bout(*finalists):
        return finalists, set()
    risen: set[str] = set()
    for n, meeting in enumerate(semis):
        winner, loser = meeting.winner, meeting.loser
        if not isinstance(winner, str) or book.reasons.get(winner) is not Leaving.WEIGH_IN:
            continue
        if any(book.has_bout(loser, rival) for rival in rivals.get(winner, ())):
            continue
        finalists[n] = loser if isinstance(loser, str) and not book.absent(loser) else None
        risen |= {loser} if isinstance(loser, str) else set()
    return finalists, risen


def final_of(finalists: Sequence[Someone], book: Book) -> tuple[Someone, Someone, tuple[str, ...]]:
    """First and second. Two who were hurt in the final (2VIN) are both returned: the list parts them."""
    meeting = book.meet(finalists[0], finalists[1], late=True)
    if meeting.winner is None and meeting.fought:
        return None, None, tuple(one for one in finalists if isinstance(one, str))
    return meeting.winner, meeting.loser, ()


@dataclass(frozen=True)
class _Half:
    bronze: Someone
    fifths: tuple[Someone, ...] = ()
    vacant: bool = False


def _repechage(finalist: Someone, beaten: dict[str, list[str]], excused: set[str], book: Book) -> _Half:
    """Bronze and fifth of one half: all whom its finalist beat, the first two first, the winner against the next."""
    if not isinstance(finalist, str):
        return _Half(finalist)
    chain = [one for one in beaten.get(finalist, []) if one not in excused and one not in book.expelled]
    if len(chain) < 2:
        return _Half(chain[0] if chain else None)
    current: Someone = chain[0]
    for other in chain[1:-1]:
        current = book.meet(current, other, counts=False).winner
    return bronze_of(book.meet(current, chain[-1], counts=False), book)


def bronze_of(meeting: Meeting, book: Book) -> _Half:
    """What a bronze bout gives. When neither wins, both are fifth and the medal is not given.

    When neither has a rank any more, there is no such bout to hold a place for.
    """
    if meeting.winner is None:
        both = (meeting.a, meeting.b)
        return _Half(None, both, vacant=any(isinstance(one, str) and one not in book.out for one in both))
    return _Half(meeting.winner, (meeting.loser,))
