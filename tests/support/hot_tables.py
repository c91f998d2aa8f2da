"""Rule 4 for large tables: every statement on a hot table carries its activity (or scope).

Past one machine, rows of an activity lie together on one node; a statement that
does not say which activity it means has to ask all of them. Statements of the
application are parsed as they are executed; what is meant to go across (rollups,
retention, the outbox) says so with the execution option ACROSS and its reason.

The same hook sees every write that the application makes outside an act, and every change of a
scan beyond its verdict.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from app.core.db import ACROSS
from app.core.transactions import in_act
from tests.support.sql_shape import STARTS, Block, Column, blocks_of, is_block, nested, word

HOT = {
    "registration": "activity_id",
    "registration_event": "activity_id",
    "team": "activity_id",
    "device": "activity_id",
    "scan": "activity_id",
    "scan_reject": "activity_id",
    "scan_nobody": "activity_id",
    "scan_release": "activity_id",
    "scan_settlement": "activity_id",
    "check_in": "activity_id",
    "attendance": "activity_id",
    "tally": "activity_id",
    "tally_delta": "activity_id",
    "audit_entry": "scope_id",
    "audit_seal": "scope_id",
    "audit_seal_item": "scope_id",
    "outbox": "scope_id",
    "notice_text": "scope_id",
    "notice_event": "scope_id",
}
"""Hot table → the column that every statement on it must name."""

WRITES = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b|\s*WITH\b.*\b(?:INSERT INTO|DELETE FROM)\b",
    re.IGNORECASE | re.DOTALL,
)
APP = str(Path(__file__).resolve().parents[2] / "app") + "/"
FACTS = {"scan": {"verdict", "judged_at"}}
"""Append-only tables → the derived columns that may change; nothing of them is ever deleted."""
FORGETS = ("app/privacy/", "raw")
"""Whose word it is to forget, and what: the text that was read of somebody goes by their wish or by its age."""
CHANGES = re.compile(
    r'\s*UPDATE\s+"?(\w+)"?\s+SET\s+(.*?)(?:\s+(?:FROM|WHERE|RETURNING)\b|$)', re.IGNORECASE | re.DOTALL
)
ASSIGNED = re.compile(r'(?:^|,)\s*"?(\w+)"?\s*=(?!=)')
DELETES = re.compile(r'\s*DELETE\s+FROM\s+"?(\w+)"?', re.IGNORECASE)
Outer = dict[str, frozenset[str] | None]
"""The sources of the enclosing blocks → their columns that are given; None = all that matter."""
NOT_THE_AUTHOR = (APP + "core/transactions.py", APP + "core/db.py")


@lru_cache(maxsize=4096)
def unbound(sql: str) -> tuple[str, ...]:
    """The hot tables that `sql` touches without naming one activity (or a list of them)."""
    tree = nested(sql)
    if not tree or (not isinstance(tree[0], list) and word(tree[0]) not in STARTS):
        return ()
    return tuple(dict.fromkeys(_check(tree, {}, {})))


def _check(items: list[Any], outer: Outer, ctes: dict[str, list[Any]]) -> list[str]:
    """The hot tables of one level, and of what it holds, that are not bound."""
    missing: list[str] = []
    for block in blocks_of(items):
        missing += [table for body in block.ctes.values() for table in _check(body, outer, ctes)]
        known = {**ctes, **block.ctes}
        for source in block.sources.values():
            if source.derived is None and source.table in known:
                source.derived = known[source.table]
        bound = _bound(block, outer)
        if block.kind == "INSERT":
            key = HOT.get(block.target)
            if key and key not in block.inserted:
                missing.append(block.target)
        hot = {name: HOT[s.table] for name, s in block.sources.items() if s.derived is None and s.table in HOT}
        missing += [block.sources[name].table for name, key in hot.items() if (name, key) not in bound]
        here = dict(outer)
        for name, source in block.sources.items():
            columns = frozenset(column for owner, column in bound if owner == name)
            here[name] = None if name in hot or _carries_hot(source.derived) else columns
        for inner in block.inner:
            missing += _check(inner, here, known)
    return missing


def _bound(block: Block, outer: Outer) -> set[tuple[str, str]]:
    """The (source, column) pairs of a block whose value is given from outside."""
    only = [name for name, s in block.sources.items() if s.derived is None]

    def node(column: Column) -> tuple[str, str]:
        if column.table or len(only) != 1:
            return (column.table, column.name)
        return (only[0], column.name)

    def given(column: tuple[str, str]) -> bool:
        source = block.sources.get(column[0])
        if source is None:
            known = outer.get(column[0], frozenset())
            return known is None or column[1] in known
        return _carries_hot(source.derived)

    bound = {node(fact[1]) for fact in block.facts if fact[0] == "is"}
    pairs = [(node(fact[1]), node(fact[2])) for fact in block.facts if fact[0] == "same"]
    bound |= {column for pair in pairs for column in pair if given(column)}
    size = -1
    while size != len(bound):
        size = len(bound)
        for left, right in pairs:
            if left in bound or right in bound:
                bound |= {left, right}
    return bound


def _carries_hot(derived: list[Any] | None) -> bool:
    """Whether a derived table gives keys that are bound already: rows of a checked block, or given values."""
    if not derived:
        return False
    if word(derived[0]) == "VALUES":
        return True
    for block in blocks_of(derived):
        if any(s.table in HOT or _carries_hot(s.derived) for s in block.sources.values()):
            return True
        if any(_carries_hot(inner) for inner in block.inner if is_block(inner)):
            return True
    return False


def changed_facts(sql: str) -> str:
    """The columns of facts that `sql` would change, or "all of <table>" when it deletes; "" when none."""
    deleted = DELETES.match(sql)
    if deleted and deleted.group(1).lower() in FACTS:
        return f"all of {deleted.group(1)}"
    changed = CHANGES.match(sql)
    if not changed or changed.group(1).lower() not in FACTS:
        return ""
    return ", ".join(sorted(set(ASSIGNED.findall(changed.group(2))) - FACTS[changed.group(1).lower()]))


# --------------------------------------------------------------------------- the hook


class Watch:
    """Collects the offences of one test."""

    def __init__(self) -> None:
        self.offences: list[str] = []

    def attach(self, engine: Engine) -> None:
        """Look at everything that `engine` executes from now on."""
        event.listen(engine, "before_cursor_execute", self._look)

    def _look(self, _c: Any, _cursor: Any, statement: str, _p: Any, context: Any, _many: bool) -> None:
        if not in_act() and WRITES.match(statement):
            author = _author()
            if author:
                self.offences.append(f"{author}: a write outside an act:\n    {statement}")
        changed = changed_facts(statement)
        if changed and (author := _author()) and not (author.startswith(FORGETS[0]) and changed == FORGETS[1]):
            self.offences.append(f"{author}: facts are changed ({changed}):\n    {statement}")
        tables = unbound(statement)
        if not tables or (context is not None and context.execution_options.get(ACROSS)):
            return
        author = _author()
        if author:
            self.offences.append(f"{author}: {', '.join(tables)} without {HOT[tables[0]]}:\n    {statement}")

    def take(self) -> list[str]:
        """The offences so far; the next test starts with none."""
        found, self.offences = self.offences, []
        return found


def _author() -> str:
    """The line of the application that asked for the statement; "" when a test did by itself."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(APP) and name not in NOT_THE_AUTHOR:
            return f"app/{name.removeprefix(APP)}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return ""
