"""Files of a squad: the sheet to fill in, the entry list for the organiser."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from app.core.clock import local
from app.core.spreadsheets import Column, Kind, Sheet, xlsx_bytes
from app.core.text import N_
from app.registrations.rules.team_columns import SheetColumn

Say = Callable[[str], str]


class Planned(Protocol):
    """A rehearsal, as a column of the roster."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def starts_at(self) -> datetime:
        """When it starts."""


ENTRY_COLUMNS = (N_("大项"), N_("姓名"), N_("性别"), N_("出生日期"), N_("证件号码"), N_("学校"), N_("成绩"), N_("状态"))

ROSTER_COLUMNS = (N_("大项"), N_("姓名"), N_("性别"), N_("学校"), N_("成绩"), N_("状态"))


def sheet_template(title: str, columns: Sequence[SheetColumn]) -> bytes:
    """The sheet with its titles and one example row."""
    return xlsx_bytes(
        [Sheet(title, [Column(one.title, one.width) for one in columns], [[one.example for one in columns]])]
    )


def entry_list(title: str, rows: Sequence[Sequence[str]], *, say: Say) -> bytes:
    """The list for the organiser."""
    return xlsx_bytes([Sheet(title[:31], [Column(say(one)) for one in ENTRY_COLUMNS], rows)])


def roster(title: str, planned: Sequence[Planned], rows: Sequence[Sequence[str | int]], *, say: Say) -> bytes:
    """Who belongs to the squad; one column for each rehearsal, the last one how often somebody came."""
    days = [Column(f"{local(one.starts_at):%Y-%m-%d} {one.name}") for one in planned]
    columns = [*(Column(say(one)) for one in ROSTER_COLUMNS), *days, Column(say(N_("到场次数")), kind=Kind.INTEGER)]
    return xlsx_bytes([Sheet(title[:31], columns, rows)])
