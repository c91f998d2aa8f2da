"""Just enough of SQL to ask one question: which tables does a statement touch, bound by which columns?

It reads what SQLAlchemy writes (and plain hand-written statements): query blocks
with their sources, and the equalities that hold for every row of a block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<string>'(?:[^']|'')*')
      | (?P<quoted>"(?:[^"]|"")*")
      | (?P<place>%\(\w+\)s|%s|\?|:\w+|\$\d+)
      | (?P<number>\d+(?:\.\d+)?)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<sign>::|<=|>=|<>|!=|\|\||->>?|.)""",
    re.VERBOSE | re.DOTALL,
)
STARTS = {"SELECT", "WITH", "VALUES", "INSERT", "UPDATE", "DELETE", "REPLACE"}
UNIONS = {"UNION", "INTERSECT", "EXCEPT"}
ENDS_FROM = {
    "WHERE",
    "GROUP",
    "HAVING",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "WINDOW",
    "RETURNING",
    "FOR",
    "SET",
}
JOINS = {"JOIN", "LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "NATURAL"}
NO_ALIAS = ENDS_FROM | JOINS | UNIONS | {"ON", "USING", "VALUES", "SELECT", "DEFAULT", "AS"}


class Word(str):
    """A keyword or an unquoted name."""

    __slots__ = ()


class Value(str):
    """A literal or a placeholder."""

    __slots__ = ()


class Column(NamedTuple):
    """`table.name`, or a bare name with an empty table."""

    table: str
    name: str


Item = Any  # Word, Value, Column, a sign as str, or a list of Items (a pair of parentheses)


def nested(sql: str) -> list[Item]:
    """The tokens of `sql`, parentheses as lists."""
    stack: list[list[Item]] = [[]]
    for match in TOKEN.finditer(sql):
        kind, text = match.lastgroup, match.group()
        if kind == "space":
            continue
        if text == "(":
            stack.append([])
        elif text == ")":
            inner = stack.pop()
            stack[-1].append(_columns(inner))
        elif kind in {"string", "place", "number"}:
            stack[-1].append(Value(text))
        elif kind == "quoted":
            stack[-1].append(Word(text[1:-1]))
        else:
            stack[-1].append(Word(text) if kind == "word" else text)
    return _columns(stack[0])


def _columns(items: list[Item]) -> list[Item]:
    """`a . b` as one Column."""
    out: list[Item] = []
    for item in items:
        if len(out) >= 2 and out[-1] == "." and isinstance(item, Word) and isinstance(out[-2], Word):
            out.pop()
            out[-1] = Column(str(out[-1]).lower(), str(item).lower())
        else:
            out.append(item)
    return out


def is_block(item: Item) -> bool:
    """Whether parentheses hold a query."""
    return isinstance(item, list) and bool(item) and isinstance(item[0], Word) and item[0].upper() in STARTS


def word(item: Item) -> str:
    """`item` as an upper-case keyword, "" when it is none."""
    return item.upper() if isinstance(item, Word) else ""


@dataclass
class Source:
    """One table or derived table of a block, under the name that the block calls it by."""

    table: str
    derived: list[Item] | None = None


@dataclass
class Block:
    """One SELECT, UPDATE, DELETE or INSERT with what it reads and what holds in it."""

    kind: str
    sources: dict[str, Source] = field(default_factory=dict)
    target: str = ""
    inserted: list[str] = field(default_factory=list)
    facts: frozenset[tuple[Any, ...]] = frozenset()
    inner: list[list[Item]] = field(default_factory=list)
    ctes: dict[str, list[Item]] = field(default_factory=dict)


def blocks_of(items: Sequence[Item]) -> Iterator[Block]:
    """The blocks of one level: the parts of a union, the SELECT of an INSERT; not those in parentheses."""
    items, ctes = _split_with(list(items))
    part: list[Item] = []
    for item in [*items, Word("UNION")]:
        if word(item) in UNIONS:
            if part and word(part[0]) in {"ALL", "DISTINCT"}:
                part = part[1:]
            if part:
                yield from _one(part, ctes)
            part = []
        else:
            part.append(item)


def _split_with(items: list[Item]) -> tuple[list[Item], dict[str, list[Item]]]:
    ctes: dict[str, list[Item]] = {}
    if not items or word(items[0]) != "WITH":
        return items, ctes
    name = ""
    for place, item in enumerate(items[1:], start=1):
        if is_block(item):
            ctes[name] = item
            if place + 1 == len(items) or items[place + 1] != ",":
                return items[place + 1 :], ctes
            name = ""
        elif isinstance(item, Word) and not name and word(item) != "RECURSIVE":
            name = str(item).lower()
    return [], ctes


def _one(items: list[Item], ctes: dict[str, list[Item]]) -> Iterator[Block]:
    if len(items) == 1 and is_block(items[0]):  # a part of a union in parentheses
        yield from blocks_of(items[0])
        return
    kind = word(items[0])
    block = Block("INSERT" if kind == "REPLACE" else kind, ctes=ctes)
    if block.kind == "INSERT":
        place = next(n for n, item in enumerate(items) if word(item) == "INTO") + 1
        block.target = str(items[place]).lower()
        columns = items[place + 1]
        block.inserted = [str(c).lower() for c in columns if c != ","] if isinstance(columns, list) else []
        start = next((n for n, item in enumerate(items) if n > place and word(item) in {"SELECT", "WITH"}), None)
        block.inner = list(_inner_blocks(items if start is None else items[:start]))
        yield block
        if start is not None:
            yield from blocks_of(_without_conflict(items[start:]))
        return
    if block.kind in {"UPDATE", "DELETE"}:
        place = 1
        while word(items[place]) in {"OR", "FROM", "ONLY", "IGNORE", "ABORT", "FAIL", "ROLLBACK"}:
            place += 1
        _add_source(block, items[place:])
        block.target = str(items[place]).lower()
    _read_sources(block, items)
    block.facts = _facts_of_clauses(items)
    block.inner = list(_inner_blocks(items))
    yield block


def _without_conflict(items: list[Item]) -> list[Item]:
    for place, item in enumerate(items[:-1]):
        if word(item) == "ON" and word(items[place + 1]) == "CONFLICT":
            return items[:place]
    return items


def _inner_blocks(items: Sequence[Item]) -> Iterator[list[Item]]:
    """The queries inside this block's parentheses, at any depth but not inside one another."""
    for item in items:
        if is_block(item):
            yield item
        elif isinstance(item, list):
            yield from _inner_blocks(item)


def _read_sources(block: Block, items: list[Item]) -> None:
    """Every table of FROM (and USING) lists at this level; joins in parentheses are opened."""
    inside = False
    expects = False
    for place, item in enumerate(items):
        name = word(item)
        before = word(items[place - 1]) if place else ""
        from_list = name == "FROM" and before != "DISTINCT" and (block.kind != "DELETE" or place > 1)
        if from_list or (name == "USING" and block.kind == "DELETE"):
            inside = expects = True
        elif name in ENDS_FROM:
            inside = expects = False
        elif inside and (item == "," or name == "JOIN"):
            expects = True
        elif expects and name not in {"LATERAL", "ONLY"}:
            expects = False
            if isinstance(item, list) and not is_block(item):
                _read_sources(block, [Word("FROM"), *item])
            else:
                _add_source(block, items[place:])


def _add_source(block: Block, items: list[Item]) -> None:
    head = items[0]
    rest = items[1:]
    derived: list[Item] | None = None
    if isinstance(head, list):
        derived = head
        table = ""
    else:
        table = head.name if isinstance(head, Column) else str(head).lower()
        if rest and isinstance(rest[0], list):  # a function that gives rows
            derived, rest = [Word("VALUES"), *rest[0]], rest[1:]
        elif table in block.ctes:
            derived = block.ctes[table]
    if rest and word(rest[0]) == "AS":
        rest = rest[1:]
    alias = table
    if rest and isinstance(rest[0], Word) and word(rest[0]) not in NO_ALIAS:
        alias = str(rest[0]).lower()
    block.sources[alias] = Source(table, derived)


# --------------------------------------------------------------------------- what holds


def _facts_of_clauses(items: list[Item]) -> frozenset[tuple[Any, ...]]:
    """Equalities of WHERE and ON at this level that hold for every row."""
    found: frozenset[tuple[Any, ...]] = frozenset()
    clause: list[Item] | None = None
    for item in [*items, Word("LIMIT")]:
        name = word(item)
        if name in {"WHERE", "ON"} | ENDS_FROM | JOINS:
            if clause:
                found |= facts(clause)
            clause = [] if name in {"WHERE", "ON"} else None
        elif clause is not None:
            clause.append(item)
        elif isinstance(item, list) and not is_block(item):
            found |= _facts_of_clauses(item)  # a join in parentheses
    return found


def _split(items: Sequence[Item], separator: str) -> list[list[Item]]:
    parts: list[list[Item]] = [[]]
    depth = 0
    for item in items:
        depth += {"CASE": 1, "END": -1}.get(word(item), 0)
        if word(item) == separator and depth == 0:
            parts.append([])
        else:
            parts[-1].append(item)
    return parts


def facts(items: Sequence[Item]) -> frozenset[tuple[Any, ...]]:
    """("is", column) and ("same", column, column) that follow from a condition."""
    branches = _split(items, "OR")
    if len(branches) > 1:
        return frozenset.intersection(*[facts(branch) for branch in branches])
    found: frozenset[tuple[Any, ...]] = frozenset()
    for term in _split(items, "AND"):
        if len(term) == 1 and isinstance(term[0], list) and not is_block(term[0]):
            found |= facts(term[0])
        else:
            found |= frozenset(_facts_of_term(term))
    return found


def _facts_of_term(term: list[Item]) -> Iterator[tuple[Any, ...]]:
    for place, item in enumerate(term):
        if item == "=" or word(item) == "IN":
            left, right = _names(term[:place]), _names(term[place + 1 :])
            value_right = left is not None and right is None and _is_value(term[place + 1 :])
            value_left = right is not None and left is None and item == "=" and _is_value(term[:place])
            if value_right:
                yield from (("is", column) for column in left or ())
            elif value_left:
                yield from (("is", column) for column in right or ())
            elif left and right and item == "=":
                yield from (("same", *pair) for pair in zip(left, right, strict=False))
            return


def _names(items: list[Item]) -> list[Column] | None:
    """The columns of one side of a comparison: `a.b`, or `(a.b, a.c)`; None for anything else."""
    if len(items) != 1:
        return None
    item = items[0]
    if isinstance(item, Column):
        return [item]
    if isinstance(item, Word):
        return [Column("", str(item).lower())]
    if isinstance(item, list) and not is_block(item):
        found = [_names([part]) for part in item if part != ","]
        if found and all(found):
            return [column for names in found for column in names or ()]
    return None


def _is_value(items: Sequence[Item]) -> bool:
    """Whether one side is made of placeholders and literals alone (with their casts and functions)."""
    if not items:
        return False
    for item in items:
        if isinstance(item, Column):
            return False
        if isinstance(item, list) and item:
            given = item[1:] if word(item[0]) == "VALUES" else item
            if is_block(given) or not _is_value(given):
                return False
    return True
