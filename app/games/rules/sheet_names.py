"""Where a refusal of the rules stands, in words of the start list: `bouts #3 points_a` → `张三 — 李四`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_ROW: Final = re.compile(r"(\w+) #(\d+)(.*)", re.DOTALL)
_TECHNICAL: Final = frozenset(
    {
        "adjustment",
        "deduction",
        "default",
        "draw",
        "forfeit",
        "gun",
        "id",
        "irm",
        "net",
        "phase",
        "points_a",
        "points_b",
        "score_a",
        "score_b",
        "scores",
        "seed",
        "sets",
        "victory",
        "winner",
    }
)
"""Names of fields: a page shows the sentence beside the row, so they say nothing there."""


def spoken(where: str, content: Mapping[str, Any]) -> str:
    """`where` with the row's names; as it is when it names no row. `content` holds names, not ids."""
    found = _ROW.fullmatch(where)
    if found is None:
        return where
    rows = content.get(found[1])
    n = int(found[2]) - 1
    if not isinstance(rows, list) or not 0 <= n < len(rows):
        return where
    rest = [word for word in found[3].split() if word not in _TECHNICAL]
    return " ".join([named_row(rows[n]), *rest])


def named_row(row: Any) -> str:
    """The two sides of a bout, or the one whose row it is."""
    if not isinstance(row, Mapping):
        return str(row)
    if "a" in row and "b" in row:
        return f"{row['a']} — {row['b']}"
    return str(row.get("team") or row.get("id") or row.get("entry") or "")
