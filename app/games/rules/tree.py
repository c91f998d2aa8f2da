"""A tournament as it is drawn on paper: groups, rounds of boxes from left to right, what is fought beside them.

The box at place p of a column leads into place (p+1)//2 of the next: as side a when p is odd, else as side b.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.games.rules.ranking import Placing


class Unknown(Enum):
    """A place in the bracket that is not decided yet."""

    OPEN = "open"


OPEN: Final = Unknown.OPEN
Someone = str | Unknown | None
"""An id, not known yet, or nobody."""

GROUP: Final = "group"
QUALIFICATION: Final = "qualification"
SEMI: Final = "1/2"
FINAL: Final = "final"
BRONZE: Final = "bronze"
REPECHAGE: Final = "repechage"


def phase_name(meetings: int) -> str:
    """The name of a round by the number of its meetings, as results name it: 1/8, 1/4, 1/2, final."""
    return FINAL if meetings == 1 else f"1/{meetings}"


@dataclass(frozen=True)
class Box:
    """Two who meet. `place` counts from 1 within the phase; in a group it is the round of the table.

    A side is an id, OPEN, or None for nobody. `fought` is false for a walk-over.
    """

    phase: str
    place: int
    a: Someone
    b: Someone
    winner: Someone = OPEN
    loser: Someone = OPEN
    fought: bool = False
    group: str = ""

    @property
    def decided(self) -> bool:
        """Whether nothing more is to come."""
        return self.winner is not OPEN

    @property
    def due(self) -> bool:
        """Whether both are known and have to meet."""
        return not self.decided and isinstance(self.a, str) and isinstance(self.b, str)


@dataclass(frozen=True)
class Group:
    """One group: its members in the order of the draw, its boxes in the order of the table, its lines as they
    stand, the first first.
    """

    name: str
    members: tuple[str, ...]
    boxes: tuple[Box, ...]
    rows: tuple[Placing, ...] = ()


@dataclass(frozen=True)
class Half:
    """What is fought for one bronze by those whom a finalist has beaten; `bronze` is who has it."""

    upper: bool
    boxes: tuple[Box, ...]
    bronze: Someone = OPEN


@dataclass(frozen=True)
class Tree:
    """The whole. A round holds None where nobody has to meet: a bye, or no qualification bout."""

    groups: tuple[Group, ...] = ()
    rounds: tuple[tuple[Box | None, ...], ...] = ()
    halves: tuple[Half, ...] = ()
    third: Box | None = None

    def boxes(self) -> Iterator[Box]:
        """All of them, in the order in which they are played: the final last."""
        for group in self.groups:
            yield from group.boxes
        for column in self.rounds[:-1]:
            yield from (box for box in column if box is not None)
        for half in self.halves:
            yield from half.boxes
        if self.third is not None:
            yield self.third
        for column in self.rounds[-1:]:
            yield from (box for box in column if box is not None)
