"""Times as they come from the timing desk: typed or pasted lines, or a file; each slip by line and column.

A line is `number<tab>time`, or `number<tab>gun<tab>net`; a mark (DNS, DNF, DSQ, OTL) may stand for a time.
Tab, comma, semicolon or spaces part the columns. A first line without any figure is a heading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_, fold_width
from app.games.constants import Irm
from app.games.rules.timed import seconds_of

MOST_LINES: Final = 5_000
MARKS: Final = {
    **{one.value: one for one in (Irm.DNS, Irm.DNF, Irm.DSQ, Irm.OTL)},
    "未出发": Irm.DNS,
    "弃权": Irm.DNS,
    "未完赛": Irm.DNF,
    "退出": Irm.DNF,
    "犯规": Irm.DSQ,
    "取消资格": Irm.DSQ,
    "超时": Irm.OTL,
    "关门": Irm.OTL,
}
_COLUMNS: Final = re.compile(r"\s*[\t,;]\s*|\s+")


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with one line, as a refusal says it."""

    line: int
    column: int
    code: str
    message: str
    word: str = ""

    def refusal(self, name: str = "times") -> DomainError:
        """As a DomainError beside the input `name`."""
        return DomainError(self.code, self.message, field=name, line=self.line, column=self.column, word=self.word)


@dataclass(slots=True)
class Times:
    """What the lines say: rows of a heat's content by entry, and the slips."""

    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    slips: list[Slip] = field(default_factory=list)

    def content(self, *, by_members: bool = False) -> list[dict[str, object]]:
        """The rows of a heat; of a team event each line is a member."""
        if by_members:
            return [{"id": one, "members": rows} for one, rows in self.rows.items()]
        return [{"id": one, **rows[0]} for one, rows in self.rows.items()]


def read_times(text: str, numbers: Mapping[str, str], *, net: bool = False, members: int = 1) -> Times:
    """The lines of `text`; `numbers` are the bibs of the heat with their entries.

    `net`: a single time is a net time. `members`: how often one number may come (a team's members).
    """
    found = Times()
    known = {fold_width(number).strip().upper(): one for number, one in numbers.items()}
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    if len(lines) > MOST_LINES:
        raise DomainError("too_many", N_("最多 %(most)s 行。"), field="times", most=MOST_LINES)
    for n, line in enumerate(lines, 1):
        cells = [cell for cell in _COLUMNS.split(fold_width(line).replace("，", ",").strip().rstrip(",;")) if cell]
        if not cells or (n == 1 and not any(sign.isdigit() for sign in line)):
            continue
        slip = _read(cells, n, known, found, net=net, members=members)
        if slip is not None:
            found.slips.append(slip)
    if not found.rows and not found.slips:
        found.slips.append(Slip(1, 1, "nothing", N_("还没有填成绩。")))
    return found


def _read(cells: list[str], n: int, known: Mapping[str, str], found: Times, *, net: bool, members: int) -> Slip | None:
    number = cells[0].upper()
    if number not in known and _is_time(number) and (":" in number or len(cells) == 1):
        return Slip(
            n, 1, "number_missing", N_("第 %(line)s 行第 %(column)s 列：“%(word)s”没有号码，可能多按了一次。"), number
        )
    if number not in known:
        return Slip(n, 1, "number_unknown", N_("第 %(line)s 行第 %(column)s 列：这一组没有 %(word)s 号。"), cells[0])
    one = known[number]
    if len(found.rows.get(one, ())) >= members:
        return Slip(n, 1, "number_twice", N_("第 %(line)s 行第 %(column)s 列：%(word)s 号出现两次。"), cells[0])
    if len(cells) < 2:
        return Slip(n, 2, "time_missing", N_("第 %(line)s 行第 %(column)s 列：没有时间。"))
    if len(cells) > 3:
        return Slip(n, 4, "too_many_columns", N_("第 %(line)s 行第 %(column)s 列：多出“%(word)s”。"), cells[3])
    row: dict[str, str] = {}
    keys = ("net",) if net and len(cells) == 2 else ("gun", "net")
    for column, (key, cell) in enumerate(zip(keys, cells[1:], strict=False), 2):
        mark = MARKS.get(cell.upper())
        if mark is not None:
            row["irm"] = mark.value
        elif _is_time(cell):
            row[key] = cell
        else:
            return Slip(
                n,
                column,
                "not_a_time",
                N_("第 %(line)s 行第 %(column)s 列：“%(word)s”不是时间，例如 2:09:44.3。"),
                cell,
            )
    if "gun" in row and "net" in row and (seconds_of(row["net"]) or 0) > (seconds_of(row["gun"]) or 0):
        return Slip(n, 3, "net_beyond_gun", N_("第 %(line)s 行第 %(column)s 列：净计时比枪声计时长。"), row["net"])
    found.rows.setdefault(one, []).append(row)
    return None


def _is_time(cell: str) -> bool:
    return seconds_of(cell) is not None
