"""`docs/safety.md` names a test for each duty of the law and each attack: none is without, none is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.support.sources import ROOT, functions, text_of, tree_of

INDEX = ROOT / "docs" / "safety.md"
ROWS = (
    *("L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10"),
    *("L11a", "L11b", "L11c", "L11d", "L11e", "L11f", "L11g", "L11h", "L11i", "L11j", "L11k"),
    *("L12a", "L12b", "L12c", "L12d", "L12e", "L12f", "L12g", "L12h"),
    *(f"A{n}" for n in range(1, 19)),
    *(f"B{n}" for n in range(1, 7)),
)
"""Every row that the index has to have: the law's (L), the attacks (A), bad input (B)."""

HEAD = re.compile(r"^### (\w+) · (.+)$")
TOKEN = re.compile(r"`(tests/[\w/]+\.py|test_\w+)`")


@dataclass
class Row:
    """One row: its words, and its tests as (file, function)."""

    number: str
    title: str
    words: list[str] = field(default_factory=list)
    tests: list[tuple[str, str]] = field(default_factory=list)


def rows() -> Iterator[Row]:
    """The rows in the order of the page: a heading, what is done, then a list of tests."""
    row, file = None, ""
    for line in text_of(INDEX).splitlines():
        head = HEAD.match(line)
        if head or line.startswith("## "):
            if row is not None:
                yield row
            row, file = Row(*head.groups()) if head else None, ""
        elif row is not None:
            listed = line.startswith(("- ", "  "))
            for token in TOKEN.findall(line) if listed else ():
                if token.startswith("tests/"):
                    file = token
                else:
                    row.tests.append((file, token))
            if line and not listed:
                row.words.append(line)
    if row is not None:
        yield row


def test_every_row_of_the_law_and_every_attack_is_there_once():
    assert [row.number for row in rows()] == list(ROWS)


def test_each_row_says_what_the_software_does():
    assert [row.number for row in rows() if len(" ".join(row.words)) < 20] == []


def test_each_row_has_a_test():
    assert [row.number for row in rows() if not row.tests] == []


@pytest.mark.parametrize("number", ROWS)
def test_the_named_tests_exist(number):
    (row,) = [one for one in rows() if one.number == number]
    known = {
        (file, one.name)
        for file in {file for file, _ in row.tests}
        if (ROOT / file).is_file()
        for one in functions(tree_of(ROOT / file))
    }
    assert [f"{file}: {name}" for file, name in row.tests if (file, name) not in known] == []
    assert len(set(row.tests)) == len(row.tests), "named twice"
