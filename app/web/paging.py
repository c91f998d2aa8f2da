"""Lists that are shown a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request

LAST_PAGE = 100_000
"""What is asked beyond it is a mistake or an attack: an offset that no database would like."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a list stands, for the pager's macro."""

    number: int
    pages: int
    total: int
    prev_url: str | None
    next_url: str | None


def pager(number: int, pages: int, total: int, url: Callable[[int], str]) -> Pager:
    """The pager of a list of `total` rows that shows page `number` of `pages`; `url` addresses a page."""
    return Pager(
        number=number,
        pages=pages,
        total=total,
        prev_url=url(number - 1) if number > 1 else None,
        next_url=url(number + 1) if number < pages else None,
    )


def pages_of(total: int, size: int) -> int:
    """How many pages `total` rows fill, at least one."""
    return max(1, -(-total // size))


def page_number() -> int:
    """The page that the address asks for, from 1; 1 when it asks for nothing sensible."""
    return min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
