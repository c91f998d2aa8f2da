"""Numbers on people's backs: a letter per zone or unit, and a number from a reserved block.

They are given in order, never twice in one activity, and printed in the order in which they are
handed out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.core.text import fold_width

_BIB: Final = re.compile(r"([A-Z]*)([0-9]+)")
_FILLERS: Final = re.compile(r"[\s\-‐‑–—]+")


@dataclass(frozen=True, slots=True)
class Block:
    """The numbers `first` to `last` under one prefix; `next` is the first that was never given."""

    prefix: str
    first: int
    last: int
    next: int
    width: int = 4

    @property
    def left(self) -> int:
        """How many can still be given."""
        return max(0, self.last - self.next + 1)


def format_bib(prefix: str, number: int, width: int) -> str:
    """The bib as it is printed: A, 12, 4 → A0012. A longer number is never cut."""
    return f"{prefix}{number:0{width}d}"


def width_for(last: int, *, least: int = 4) -> int:
    """Digits that let every number up to `last` sort as text as it does as a number."""
    return max(least, len(str(last)))


def give(block: Block, wanted: int) -> tuple[list[str], Block]:
    """Up to `wanted` bibs in order and the block after that; fewer when it runs out."""
    granted = min(wanted, block.left)
    numbers = range(block.next, block.next + granted)
    rest = Block(block.prefix, block.first, block.last, block.next + granted, block.width)
    return [format_bib(block.prefix, number, block.width) for number in numbers], rest


def give_from(blocks: list[Block], wanted: int) -> Iterator[str]:
    """`wanted` bibs from `blocks` in turn; fewer when all run out."""
    for block in blocks:
        given, _ = give(block, wanted)
        yield from given
        wanted -= len(given)


def parse_bib(text: str) -> tuple[str, int] | None:
    """Prefix and number of a bib as it is typed at the gate (a12, Ａ－0012), or None."""
    found = _BIB.fullmatch(_FILLERS.sub("", fold_width(text)).upper())
    return (found[1], int(found[2])) if found and len(found[2]) <= 9 else None


def bib_spellings(text: str, widths: Iterable[int] = range(1, 9)) -> list[str]:
    """Every bib that `text` may mean, for an exact search: a12 → A12, A012, A0012, …; [] if none."""
    parsed = parse_bib(text)
    if parsed is None:
        return []
    return list(dict.fromkeys(format_bib(*parsed, width) for width in widths))


def bib_order(bib: str) -> tuple[str, int, str]:
    """A key that sorts bibs as they are handed out: by prefix, then by number."""
    parsed = parse_bib(bib)
    return (parsed[0], parsed[1], bib) if parsed else ("\uffff", 0, bib)
