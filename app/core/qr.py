"""QR codes as rows of modules and as one SVG path.

The library writes any code; the pass (alphanumeric, version 6, M) is written by the hundred, so
its way is laid out once: which bit of the codewords lies in which module, the mask over them, and
the table of the error correction. Then a code is a few operations on whole numbers, some ten times
quicker than module by module. Tests hold both ways equal.

Source: ISO/IEC 18004:2015, 7.4 (modes), 7.5 (error correction), 7.7 (placement), 7.8 (masks).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from operator import itemgetter
from typing import Any, Final

import qrcode
from qrcode.base import Polynomial, rs_blocks
from qrcode.constants import ERROR_CORRECT_M
from qrcode.LUT import rsPoly_LUT
from qrcode.util import ALPHA_NUM, mask_func

VERSION: Final = 6
SIDE: Final = 17 + 4 * VERSION
QUIET: Final = 4
"""The quiet zone that readers need around a code, in modules."""
MASK: Final = 4
"""One mask for all: trying the eight takes longer than everything else, and any of them can be read."""

_BLOCKS: Final = 4
_BLOCK_DATA: Final = 27
_BLOCK_CHECK: Final = 16
_DATA: Final = _BLOCKS * _BLOCK_DATA
_REMAINDER_BITS: Final = 7
_BITS: Final = 8 * _BLOCKS * (_BLOCK_DATA + _BLOCK_CHECK) + _REMAINDER_BITS
_CHARACTERS: Final = {chr(character): value for value, character in enumerate(ALPHA_NUM)}
_LONGEST: Final = 154
"""Alphanumeric characters that version 6-M holds."""

Modules = tuple[str, ...]
"""Rows from the top, each a text of 0 (light) and 1 (dark)."""


def modules(text: str) -> Modules:
    """The code of `text`: version 6-M when it is alphanumeric and fits, else the smallest that holds it.

    Error correction M, mask MASK, no quiet zone. ValueError for more than any code holds.
    """
    if len(text) <= _LONGEST and all(character in _CHARACTERS for character in text):
        return _alphanumeric(text)
    return by_library(text)


def by_library(text: str, version: int | None = None) -> Modules:
    """The same through the library: for other texts, and to hold the quick way against."""
    code = qrcode.QRCode(version=version, error_correction=ERROR_CORRECT_M, border=0, mask_pattern=MASK)
    code.add_data(text, optimize=0)
    code.make(fit=version is None)
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.get_matrix())


def svg_path(rows: Modules, quiet: int = 0) -> str:
    """One path for all dark modules: each run of a row is a bar, moved by `quiet` modules both ways.

    To be filled, in a viewBox of (side + 2 × quiet) squared.
    """
    return "".join(f"M{x + quiet} {y + quiet}h{length}v1h-{length}z" for x, y, length in _runs(rows))


def stroke_path(rows: Modules) -> str:
    """The same as lines through the middle of the rows, half as long: to be stroked one module wide."""
    return "".join(f"M{x} {y}.5h{length}" for x, y, length in _runs(rows))


def _runs(rows: Modules) -> Iterator[tuple[int, int, int]]:
    """Each run of dark modules: where it begins (column, row) and how long it is."""
    for y, row in enumerate(rows):
        x = 0
        for run in row.split("0"):
            if run:
                yield x, y, len(run)
            x += len(run) + 1


# --------------------------------------------------------------------------- the quick way


def _alphanumeric(text: str) -> Modules:
    plan = _plan()
    words = _data_words(text)
    blocks = [words[i : i + _BLOCK_DATA] for i in range(0, _DATA, _BLOCK_DATA)]
    checks = [_check_words(block, plan.table) for block in blocks]
    woven = bytes(word for column in zip(*blocks, strict=True) for word in column)
    woven += bytes(word for column in zip(*checks, strict=True) for word in column)
    bits = (int.from_bytes(woven, "big") << _REMAINDER_BITS) ^ plan.mask
    cells = "".join(plan.place(f"{bits:0{_BITS}b}01"))
    return tuple(cells[i : i + SIDE] for i in range(0, SIDE * SIDE, SIDE))


def _data_words(text: str) -> bytes:
    """Mode, length, characters in pairs of 11 bits, terminator, padding: 108 codewords."""
    values = [_CHARACTERS[character] for character in text]
    bits, length = 0b0010 << 9 | len(text), 13
    for i in range(0, len(values) - 1, 2):
        bits = bits << 11 | values[i] * 45 + values[i + 1]
    length += len(values) // 2 * 11
    if len(values) % 2:
        bits, length = bits << 6 | values[-1], length + 6
    rest = min(4, 8 * _DATA - length)
    rest += -(length + rest) % 8
    words = (bits << rest).to_bytes((length + rest) // 8, "big")
    return (words + b"\xec\x11" * _DATA)[:_DATA]


def _check_words(block: bytes, table: tuple[int, ...]) -> bytes:
    """The remainder of the block as a polynomial over GF(256), 16 codewords."""
    top, low = 8 * (_BLOCK_CHECK - 1), (1 << 8 * (_BLOCK_CHECK - 1)) - 1
    rest = 0
    for word in block:
        rest = (rest & low) << 8 ^ table[rest >> top ^ word]
    return rest.to_bytes(_BLOCK_CHECK, "big")


class _Plan:
    """What is the same for every code of version 6-M."""

    def __init__(self) -> None:
        if [(one.total_count, one.data_count) for one in rs_blocks(VERSION, ERROR_CORRECT_M)] != [
            (_BLOCK_DATA + _BLOCK_CHECK, _BLOCK_DATA)
        ] * _BLOCKS:
            raise RuntimeError("the QR library lays version 6-M out in another way")
        generator = Polynomial(rsPoly_LUT[_BLOCK_CHECK], 0)
        self.table = tuple(_multiple(word, generator) for word in range(256))
        blank = by_library("0", VERSION)
        masked = mask_func(MASK)
        order = list(_order())
        self.mask = int("".join("1" if masked(row, column) else "0" for row, column in order), 2)
        index = {cell: i for i, cell in enumerate(order)}
        fixed = {"0": _BITS, "1": _BITS + 1}
        self.place: Any = itemgetter(
            *(index.get((row, column), fixed[blank[row][column]]) for row in range(SIDE) for column in range(SIDE))
        )


_plan = cache(_Plan)


def _multiple(word: int, generator: Any) -> int:
    """Word · x^16 modulo the generator, its 16 coefficients as one number."""
    rest = Polynomial([word], _BLOCK_CHECK) % generator if word else []
    coefficients = [rest[i] for i in range(len(rest))] if word else []
    return int.from_bytes(bytes(coefficients), "big")


def _is_function(row: int, column: int) -> bool:
    """Finders with their separators and format information, timing, and the one alignment pattern."""
    end = SIDE - 8
    if row == 6 or column == 6 or (row < 9 and (column < 9 or column >= end)) or (row >= end and column < 9):
        return True
    return SIDE - 9 <= row <= SIDE - 5 and SIDE - 9 <= column <= SIDE - 5


def _order() -> Iterator[tuple[int, int]]:
    """Every data module in the order of the bits: pairs of columns from the right, up and down in turn."""
    upwards = True
    for right in (*range(SIDE - 1, 6, -2), 5, 3, 1):
        for row in range(SIDE - 1, -1, -1) if upwards else range(SIDE):
            for column in (right, right - 1):
                if not _is_function(row, column):
                    yield row, column
        upwards = not upwards
