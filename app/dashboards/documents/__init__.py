"""Figures and lists as tables of a spreadsheet. `say` translates a msgid into the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from app.core.clock import from_micros, local
from app.core.spreadsheets import Column, Kind, Sheet
from app.core.text import N_
from app.dashboards.rules.figures import QUARTER_MICROS, Curve, Figures, PartRow, Split
from app.people.constants import Sex

Say = Callable[[str], str]

_COUNTS = (
    N_("报名"),
    N_("现场加入"),
    N_("候补"),
    N_("到场人次"),
    N_("到场人数"),
    N_("未到"),
    N_("走完全程"),
    N_("路线不全"),
)


def figure_sheets(figures: Figures, curves: Sequence[Curve], *, as_of: datetime, say: Say) -> list[Sheet]:
    """The whole page of a station: totals, checkpoints, categories, 镇街, ages, quarters of an hour."""
    return [
        _total_sheet(figures, as_of, say),
        Sheet(
            say(N_("签到点")),
            [
                Column(say(N_("签到点")), 22),
                Column(say(N_("人数")), 10, Kind.INTEGER),
                Column(say(N_("其中时间外")), 12, Kind.INTEGER),
                Column(say(N_("扫码")), 10, Kind.INTEGER),
            ],
            [(row.point.name, row.people, row.outside, row.scans) for row in figures.points],
        ),
        part_sheet(say(N_("组别")), figures.categories, figures.total, say=say),
        part_sheet(say(N_("镇街")), figures.towns, figures.total, say=say),
        _age_sheet(figures, say),
        _curve_sheet(curves, say),
    ]


def part_sheet(title: str, rows: Sequence[PartRow], total: Split, *, say: Say) -> Sheet:
    """Counts by category or 镇街 with the total in the last row."""
    body: list[tuple[object, ...]] = [(row.part.name or say(N_("没填")), *_counts(row.split)) for row in rows]
    return Sheet(
        title,
        [Column(title, 22), *_count_columns(say)],
        [*body, (say(N_("合计")), *_counts(total))],
    )


def _total_sheet(figures: Figures, as_of: datetime, say: Say) -> Sheet:
    return Sheet(
        say(N_("总数")),
        [*_count_columns(say), Column(say(N_("截至")), 20, Kind.DATETIME)],
        [(*_counts(figures.total), as_of)],
    )


def _count_columns(say: Say) -> list[Column]:
    return [
        *(Column(say(title), 10, Kind.INTEGER) for title in _COUNTS),
        Column(say(N_("到场率")), 10, Kind.SHARE),
    ]


def _counts(split: Split) -> tuple[object, ...]:
    share = Fraction(split.came, split.expected) if split.expected else None
    return (
        split.registered,
        split.walk_ins,
        split.waitlisted,
        split.came,
        split.came,
        split.missing,
        split.finished,
        split.incomplete,
        share,
    )


def _age_sheet(figures: Figures, say: Say) -> Sheet:
    return Sheet(
        say(N_("年龄和性别")),
        [
            Column(say(N_("年龄")), 14),
            *(Column(say(sex.label), 10, Kind.INTEGER) for sex in Sex),
            Column(say(N_("没填性别")), 12, Kind.INTEGER),
            Column(say(N_("到场人次")), 12, Kind.INTEGER),
            Column(say(N_("报名")), 10, Kind.INTEGER),
            Column(say(N_("现场加入")), 10, Kind.INTEGER),
        ],
        [
            (
                row.band or say(N_("没填")),
                *(row.came.get(sex.value, 0) for sex in Sex),
                row.came.get("", 0),
                row.split.came,
                row.split.registered,
                row.split.walk_ins,
            )
            for row in figures.ages
        ],
    )


def _curve_sheet(curves: Sequence[Curve], say: Say) -> Sheet:
    quarters = sorted({bar.quarter for one in curves for bar in one.bars})
    by_point = [{bar.quarter: bar.n for bar in one.bars} for one in curves]
    return Sheet(
        say(N_("每 15 分钟")),
        [
            Column(say(N_("时间")), 20, Kind.DATETIME),
            *(Column(one.point.name, 14, Kind.INTEGER) for one in curves),
        ],
        [(from_micros(quarter * QUARTER_MICROS), *(bars.get(quarter, 0) for bars in by_point)) for quarter in quarters],
    )


def people_columns(say: Say, *, point: str | None = None) -> list[Column]:
    """The columns of a list of people; `point` is the checkpoint whose times it gives."""
    columns = [
        Column(say(N_("号码")), 12),
        Column(say(N_("姓名")), 14),
        Column(say(N_("组别")), 16),
        Column(say(N_("报名状态")), 12),
        Column(say(N_("现场加入")), 10),
        Column(say(N_("性别")), 8),
        Column(say(N_("年龄")), 10),
        Column(say(N_("镇街")), 14),
        Column(say(N_("到场时间")), 20, Kind.DATETIME),
        Column(say(N_("签到点数")), 10, Kind.INTEGER),
        Column(say(N_("走完时间")), 20, Kind.DATETIME),
        Column(say(N_("路线不全")), 10),
    ]
    return [*columns, Column(point, 20, Kind.DATETIME)] if point else columns


# --------------------------------------------------------------------------- seasons


def season_sheets(
    stations: Sequence[tuple[str, datetime, Split]],
    *,
    attended: Mapping[int, int],
    finished: Mapping[int, int],
    say: Say,
) -> list[Sheet]:
    """A season: its stations by time; `attended`, `finished`: number of stations → different people."""
    return [
        Sheet(
            say(N_("各站")),
            [Column(say(N_("站")), 22), Column(say(N_("日期")), 14, Kind.DATE), *_count_columns(say)],
            [(name, local(at).date(), *_counts(split)) for name, at, split in stations],
        ),
        Sheet(
            say(N_("走了几站")),
            [
                Column(say(N_("几站")), 10, Kind.INTEGER),
                Column(say(N_("到场几站的人")), 14, Kind.INTEGER),
                Column(say(N_("走完几站的人")), 14, Kind.INTEGER),
            ],
            [(n, attended.get(n, 0), finished.get(n, 0)) for n in range(1, len(stations) + 1)],
        ),
    ]


def walker_columns(stations: Sequence[str], *, say: Say) -> list[Column]:
    """The columns of a season's people: one for each station, with the time at which it was finished."""
    return [
        Column(say(N_("姓名")), 14),
        Column(say(N_("镇街")), 14),
        Column(say(N_("到场站数")), 10, Kind.INTEGER),
        Column(say(N_("走完站数")), 10, Kind.INTEGER),
        Column(say(N_("号码")), 30),
        *(Column(name, 20, Kind.DATETIME) for name in stations),
        Column(say(N_("签收")), 16),
    ]


def walker_row(
    name: str, town: str | None, attended: int, finished: int, bibs: Sequence[str], times: Sequence[object]
) -> tuple[object, ...]:
    """A person's row; the last cell is left for their signature."""
    return (name, town, attended, finished, " ".join(bibs), *times, None)
