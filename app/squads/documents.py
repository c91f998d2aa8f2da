"""Files of a squad: the sheet to fill in, the entry list for the organiser."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.core.spreadsheets import Column, Sheet, xlsx_bytes
from app.core.text import N_
from app.registrations.rules.team_columns import SheetColumn

Say = Callable[[str], str]
ENTRY_COLUMNS = (N_("大项"), N_("姓名"), N_("性别"), N_("出生日期"), N_("证件号码"), N_("学校"), N_("成绩"), N_("状态"))


def sheet_template(title: str, columns: Sequence[SheetColumn]) -> bytes:
    """The sheet with its titles and one example row."""
    return xlsx_bytes(
        [Sheet(title, [Column(one.title, one.width) for one in columns], [[one.example for one in columns]])]
    )


def entry_list(title: str, rows: Sequence[Sequence[str]], *, say: Say) -> bytes:
    """The list for the organiser."""
    return xlsx_bytes([Sheet(title[:31], [Column(say(one)) for one in ENTRY_COLUMNS], rows)])
