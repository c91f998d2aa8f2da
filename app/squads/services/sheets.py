"""What a sheet of a squad comes to, row by row: of candidates (`people_files`), of results (`result_files`)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from app.core.text import N_
from app.registrations.rules.team_file import CellError


class SheetState(StrEnum):
    """What a row of a sheet has come to."""

    READY = "ready"
    FILLS = "fills"
    ADDED = "added"
    KNOWN = "known"
    TWICE = "twice"
    WRONG = "wrong"

    @property
    def label(self) -> str:
        """The state as a msgid."""
        return {
            SheetState.READY: N_("新的"),
            SheetState.FILLS: N_("已有，补上或改"),
            SheetState.ADDED: N_("已收下"),
            SheetState.KNOWN: N_("已有，跳过"),
            SheetState.TWICE: N_("重复，跳过"),
            SheetState.WRONG: N_("要改"),
        }[self]

    @property
    def badge(self) -> str:
        """The kind of badge that shows it."""
        kinds = {SheetState.READY: "open", SheetState.FILLS: "open", SheetState.ADDED: "ok", SheetState.WRONG: "no"}
        return kinds.get(self, "off")


TAKEN_UP = frozenset({SheetState.READY, SheetState.FILLS})
"""Rows that a confirmation would write."""
Verdict = tuple[SheetState, tuple[CellError, ...]]


class SheetRow(Protocol):
    """A row as it was read: its number in the spreadsheet, and how it is named on the page."""

    @property
    def number(self) -> int:
        """In the spreadsheet."""

    @property
    def shown(self) -> str:
        """As it was typed: whoever sees it has sent it."""


R = TypeVar("R", bound=SheetRow)


@dataclass(frozen=True, slots=True)
class CheckedRow(Generic[R]):
    """A row with what it has come to, and the reasons."""

    row: R
    state: SheetState
    reasons: tuple[CellError, ...] = ()

    @property
    def name(self) -> str:
        """As it was typed: whoever sees it has sent it."""
        return self.row.shown

    @property
    def number(self) -> int:
        """Its number in the spreadsheet."""
        return self.row.number


@dataclass(frozen=True, slots=True)
class Review(Generic[R]):
    """A sheet as whoever sent it sees it."""

    id: uuid.UUID
    file_name: str
    rows: Sequence[CheckedRow[R]]
    finished: bool

    def count(self, state: SheetState) -> int:
        """How many rows have come to `state`."""
        return Counter(one.state for one in self.rows)[state]

    @property
    def ready(self) -> list[R]:
        """What a confirmation would write."""
        return [one.row for one in self.rows if one.state in TAKEN_UP]
