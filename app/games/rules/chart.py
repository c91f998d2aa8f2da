"""Where the boxes of a tree stand on paper, and the lines between them. Units are those of an SVG's view box.

A box stands beside the middle of those that lead into it; a box that nothing leads into takes the next row.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from unicodedata import east_asian_width

from app.games.rules.tree import FINAL, OPEN, Box, Tree

WIDTH: Final = 214
ROW: Final = 32
FOOT: Final = 24
HEIGHT: Final = 2 * ROW + FOOT
PITCH: Final = HEIGHT + 26
STEP: Final = WIDTH + 36
HEAD: Final = 44
ASIDE: Final = 200
"""Room behind a half's last bout for its medal."""


@dataclass(frozen=True)
class Placed:
    """A box and its upper left corner. `way`: it is on the way of a finalist."""

    box: Box
    x: int
    y: int
    way: bool = False


@dataclass(frozen=True)
class Line:
    """A path from the middle of a box to the side that it leads into."""

    path: str
    way: bool


@dataclass(frozen=True)
class Column:
    """The head of a column."""

    phase: str
    x: int


@dataclass(frozen=True)
class HalfRow:
    """One row of the repechage: which half, where it stands, where its medal stands, who has it."""

    upper: bool
    y: int
    x: int
    bronze: str | None
    last: Box | None


@dataclass(frozen=True)
class Chart:
    """A drawing: its size, heads, boxes, lines. `rule`: where the full line above the repechage stands."""

    width: int
    height: int
    columns: tuple[Column, ...]
    boxes: tuple[Placed, ...]
    lines: tuple[Line, ...]
    rule: int | None = None
    halves: tuple[HalfRow, ...] = ()
    third: Placed | None = None


def chart_of(tree: Tree) -> Chart | None:
    """The drawing of a tree's rounds and of what is fought beside them; None when there are none."""
    if not tree.rounds:
        return None
    hand = _Hand(tree)
    hand.place(len(tree.rounds) - 1, 1)
    lines = hand.lines
    boxes = list(hand.placed.values())
    bottom = max(one.y for one in boxes) + HEIGHT
    columns = tuple(
        Column(next(box.phase for box in column if box is not None), c * STEP)
        for c, column in enumerate(tree.rounds)
        if any(column)
    )
    width = (len(tree.rounds) - 1) * STEP + WIDTH
    third = None
    if tree.third is not None:
        final = max(boxes, key=lambda one: one.x)
        third = Placed(tree.third, final.x, final.y + HEIGHT + FOOT + HEAD)
        bottom = max(bottom, third.y + HEIGHT)
    rule, halves, more, joins = _repechage(tree, bottom)
    boxes += more
    if halves:
        bottom = rule + HEAD + len(halves) * PITCH
        width = max(width, max(row.x for row in halves) + ASIDE)
    return Chart(
        width + 4,
        bottom + 8,
        columns,
        tuple(boxes),
        tuple(sorted([*lines, *joins], key=lambda line: line.way)),
        rule if halves else None,
        halves,
        third,
    )


class _Hand:
    """Places the boxes from the final back to what leads into it, from top to bottom."""

    def __init__(self, tree: Tree) -> None:
        self.rounds = tree.rounds
        last = tree.rounds[-1]
        sides = [side for box in last if box is not None for side in (box.a, box.b)]
        self.finalists = {side for side in sides if isinstance(side, str)}
        self.placed: dict[tuple[int, int], Placed] = {}
        self.lines: list[Line] = []
        self.rows = 0

    def place(self, column: int, place: int) -> Placed | None:
        """Place the box at `place` of a column, after all that leads into it; None where nobody meets."""
        box = self.rounds[column][place - 1] if column >= 0 else None
        if box is None:
            return None
        before = [one for one in (self.place(column - 1, 2 * place - 1), self.place(column - 1, 2 * place)) if one]
        if before:
            y = sum(one.y for one in before) // len(before)
        else:
            y, self.rows = HEAD + self.rows * PITCH, self.rows + 1
        here = Placed(box, column * STEP, y, way=box.winner in self.finalists and box.phase != FINAL)
        self.placed[column, place] = here
        self.lines += [_line(one, here, upper=one.box.place % 2 == 1) for one in before]
        return here


def _repechage(tree: Tree, bottom: int) -> tuple[int, tuple[HalfRow, ...], list[Placed], list[Line]]:
    """A row for each half, its last bout under the semi-finals."""
    rule = bottom + 24
    rows: list[HalfRow] = []
    boxes: list[Placed] = []
    lines: list[Line] = []
    under = max(len(tree.rounds) - 2, 0)
    for n, half in enumerate(tree.halves):
        y = rule + HEAD + n * PITCH
        first = max(under - len(half.boxes) + 1, 0)
        chain = [Placed(box, (first + k) * STEP, y) for k, box in enumerate(half.boxes)]
        lines += [_line(a, b, upper=b.box.a == a.box.winner) for a, b in pairwise(chain)]
        boxes += chain
        bronze = half.bronze if isinstance(half.bronze, str) else None
        last = half.boxes[-1] if half.boxes and half.bronze is OPEN else None
        rows.append(HalfRow(half.upper, y, (max(under, first + len(chain) - 1) + 1) * STEP, bronze, last))
    return rule, tuple(rows), boxes, lines


def _line(a: Placed, b: Placed, *, upper: bool) -> Line:
    """From the middle between the sides to the row of the side."""
    x, y = a.x + WIDTH, a.y + ROW
    end = b.y + (ROW // 2 if upper else ROW + ROW // 2)
    return Line(f"M{x} {y}H{(x + b.x) // 2}V{end}H{b.x}", a.way)


def fitted(name: str, where: str, room: float = 9.0) -> tuple[str, str]:
    """A name and where from, shortened so that both stand in `room` ems: the name keeps at least five."""
    name = shortened(name, room - min(ems(where) + 0.5, 4.0) if where else room)
    left = room - ems(name) - 0.5
    return name, shortened(where, left) if where and left >= 2 else ""


def shortened(text: str, room: float) -> str:
    """The text, or as much of it as fits with … behind it."""
    if ems(text) <= room:
        return text
    kept = ""
    for sign in text:
        if ems(kept + sign) > room - 1:
            break
        kept += sign
    return f"{kept}…"


def ems(text: str) -> float:
    """How wide a text stands: a Chinese character is one em, others a little over half of one."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else 0.56 for sign in text)
