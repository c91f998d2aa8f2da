"""What the office types of a station, and what has to hold of it.

Forms fill these drafts and show every problem beside its input; services run
the same checks and refuse with the first one. Codes tie the parts together,
since a station that is being made has no ids yet.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import datetime, timedelta
from typing import Any

from app.activities.constants import ActivityKind, Allocation, AskField, CheckpointKind, FinishRule
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.text import N_

MAX_PLACES = 1_000_000
MAX_METRES = 1_000_000
MAX_AGE = 120
MAX_BIB = 99_999_999
LONGEST = timedelta(days=60)
"""An activity is a day, or some weeks of training; a whole year is a season."""
RESERVED = frozenset({"new"})
"""Words that stand in addresses where a code could stand."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_PREFIX = re.compile(r"[A-Z]{0,6}")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that has to be changed: the input's name, a code, a sentence with its places."""

    field: str
    code: str
    message: str
    params: dict[str, Any] = made_by(default_factory=dict)

    def refusal(self) -> DomainError:
        """The same as the refusal of an act."""
        return DomainError(self.code, self.message, field=self.field, **self.params)


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise the first problem, if there is one."""
    for problem in problems:
        raise problem.refusal()


@dataclass(frozen=True, slots=True)
class Basics:
    """What, where and when. Times are aware."""

    code: str
    name: str
    place: str
    gate_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    season_id: uuid.UUID | None = None
    kind: ActivityKind = ActivityKind.WALK
    address: str = ""
    seal_text: str = ""
    intro: str = ""
    service_phone: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """When and how people sign up, and what they are asked.

    `walkin_category`: code of the category where a bare pass at the gate walks
    in; empty = by the form only.
    """

    opens_at: datetime
    closes_at: datetime
    allocation: Allocation = Allocation.FIRST_COME
    needs_review: bool = False
    waiting_list: bool = True
    guardian_to_18: bool = True
    asks: tuple[AskField, ...] = ()
    walkin_capacity: int = 0
    walkin_category: str = ""
    poster_enabled: bool = False


@dataclass(frozen=True, slots=True)
class CategoryDraft:
    """A group. `finish_k`: how many checkpoints, for the rule at_least only."""

    code: str
    name: str
    capacity: int
    distance_m: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    finish_rule: FinishRule = FinishRule.ALL
    finish_k: int | None = None


@dataclass(frozen=True, slots=True)
class CheckpointDraft:
    """A place where codes are read."""

    code: str
    name: str
    kind: CheckpointKind


@dataclass(frozen=True, slots=True)
class StopDraft:
    """A checkpoint on a category's way, both by code.

    `place` counts from 1 along the way; None puts it at the end. Hours may be
    left out: open as long as the activity.
    """

    category: str
    checkpoint: str
    place: int | None = None
    distance_m: int | None = None
    opens_at: datetime | None = None
    cutoff_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BlockDraft:
    """A run of numbers, `first` to `last`, kept for a category (by code), a unit, or anyone."""

    prefix: str
    first: int
    last: int
    width: int = 4
    category: str = ""
    organisation_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class StationDraft:
    """A whole station."""

    basics: Basics
    window: Window
    categories: Sequence[CategoryDraft] = ()
    checkpoints: Sequence[CheckpointDraft] = ()
    stops: Sequence[StopDraft] = ()
    blocks: Sequence[BlockDraft] = ()
    terms: str = ""


# --------------------------------------------------------------------------- texts, codes, numbers


def check_text(name: str, value: str, longest: int, *, required: bool = False, lines: bool = False) -> list[Problem]:
    """A text of at most `longest` characters without anything invisible; `lines`: may have several."""
    if required and not value.strip():
        return [Problem(name, "required", N_("这里要填。"))]
    if len(value) > longest:
        return [Problem(name, "too_long", N_("最多 %(n)s 个字。"), {"n": longest})]
    hidden = _HIDDEN.search(value.replace("\r\n", "\n") if lines else value)
    if hidden or (not lines and ("\n" in value or "\t" in value)):
        return [Problem(name, "hidden_characters", N_("里面有看不见的字符，请重新输入。"))]
    return []


def check_code(name: str, value: str, longest: int) -> list[Problem]:
    """A code for addresses, files and other software; one that spells an id is refused."""
    if not value:
        return [Problem(name, "required", N_("这里要填。"))]
    if len(value) > longest:
        return [Problem(name, "too_long", N_("最多 %(n)s 个字。"), {"n": longest})]
    if not _CODE.fullmatch(value) or parse_uuid(value) is not None:
        return [Problem(name, "code_form", N_("代号只用字母、数字和横线，例如 xuzhuang-2021。"))]
    if value.lower() in RESERVED:
        return [Problem(name, "code_reserved", N_("这个代号系统自己要用，请换一个。"))]
    return []


def is_code(text: str) -> bool:
    """Whether `text` could be anybody's code: what comes in addresses is asked before the store is."""
    return len(text) <= 40 and _CODE.fullmatch(text) is not None


def check_number(name: str, value: int | None, least: int, most: int) -> list[Problem]:
    """A whole number between two bounds; None is fine where it may be left out."""
    if value is None or least <= value <= most:
        return []
    return [Problem(name, "out_of_range", N_("请填 %(least)s 到 %(most)s 之间的数。"), {"least": least, "most": most})]


def check_year(name: str, year: int) -> list[Problem]:
    """A year that a season can be of."""
    return [] if 2000 <= year <= 2100 else [Problem(name, "out_of_range", N_("年份填 2000 到 2100。"))]


def check_terms(text: str, *, required: bool = True) -> list[Problem]:
    """The text of a 参加须知."""
    return check_text("text", text, 20_000, required=required, lines=True)


# --------------------------------------------------------------------------- parts of a station


def check_basics(basics: Basics) -> list[Problem]:
    """Texts, code and the order of the three times."""
    problems = [
        *check_text("name", basics.name, 80, required=True),
        *check_code("code", basics.code, 40),
        *check_text("place", basics.place, 120, required=True),
        *check_text("address", basics.address, 200),
        *check_text("seal_text", basics.seal_text, 2),
        *check_text("intro", basics.intro, 5_000, lines=True),
        *check_text("service_phone", basics.service_phone, 30),
    ]
    if basics.gate_opens_at > basics.starts_at:
        problems.append(Problem("gate_opens_at", "gate_after_start", N_("入场时间不能晚于开始时间。")))
    if basics.ends_at <= basics.starts_at:
        problems.append(Problem("ends_at", "ends_before_start", N_("结束时间要晚于开始时间。")))
    elif basics.ends_at - basics.gate_opens_at > LONGEST:
        problems.append(
            Problem("ends_at", "too_long", N_("一次活动最长 %(n)s 天，再长请分成几次。"), {"n": LONGEST.days})
        )
    return problems


def check_window(window: Window, ends_at: datetime, category_codes: Iterable[str]) -> list[Problem]:
    """The window against itself and the end of the activity; the walk-in category must exist."""
    problems = check_number("walkin_capacity", window.walkin_capacity, 0, MAX_PLACES)
    if window.closes_at <= window.opens_at:
        problems.append(Problem("closes_at", "closes_before_open", N_("截止时间要晚于开始报名的时间。")))
    elif window.closes_at > ends_at:
        problems.append(
            Problem("closes_at", "closes_after_end", N_("报名截止晚于活动结束（%(end)s）。"), {"end": ends_at})
        )
    if window.walkin_category and window.walkin_category not in set(category_codes):
        problems.append(Problem("walkin_category", "category_unknown", N_("没有这个组别，请重新选。")))
    return problems


def check_category(category: CategoryDraft) -> list[Problem]:
    """One group by itself."""
    problems = [
        *check_text("name", category.name, 40, required=True),
        *check_code("code", category.code, 20),
        *check_number("capacity", category.capacity, 0, MAX_PLACES),
        *check_number("distance_m", category.distance_m, 0, MAX_METRES),
        *check_number("min_age", category.min_age, 0, MAX_AGE),
        *check_number("max_age", category.max_age, 0, MAX_AGE),
    ]
    if category.min_age is not None and category.max_age is not None and category.max_age < category.min_age:
        problems.append(Problem("max_age", "ages_reversed", N_("最大年龄不能小于最小年龄。")))
    if category.finish_rule is FinishRule.AT_LEAST:
        if category.finish_k is None or category.finish_k < 1:
            problems.append(Problem("finish_k", "finish_k_required", N_("请填要签过几个点。")))
        else:
            problems += check_number("finish_k", category.finish_k, 1, 1_000)
    return problems


def check_way(category: CategoryDraft, kinds: Sequence[CheckpointKind]) -> list[Problem]:
    """Whether the rule for finishing can be met on a way with checkpoints of these kinds."""
    points = [kind for kind in kinds if kind is not CheckpointKind.PICKUP]
    if category.finish_rule is FinishRule.AT_LEAST and points and (category.finish_k or 0) > len(points):
        return [
            Problem(
                "finish_k",
                "finish_k_too_many",
                N_("%(category)s一路只有 %(n)s 个签到点，签不满 %(k)s 个。"),
                {"category": category.name, "n": len(points), "k": category.finish_k},
            )
        ]
    return []


def check_checkpoint(checkpoint: CheckpointDraft) -> list[Problem]:
    """One checkpoint by itself."""
    return [
        *check_text("name", checkpoint.name, 40, required=True),
        *check_code("code", checkpoint.code, 20),
    ]


def check_stop(
    stop: StopDraft, *, kind: CheckpointKind, gate_opens_at: datetime, ends_at: datetime, prefix: str = ""
) -> list[Problem]:
    """The hours of one stop. A pickup may lie on the days before; all else within the activity."""
    problems = [
        *check_number(prefix + "place", stop.place, 1, 1_000),
        *check_number(prefix + "distance_m", stop.distance_m, 0, MAX_METRES),
    ]
    opens, cutoff = stop.opens_at, stop.cutoff_at
    if opens is not None and cutoff is not None and cutoff <= opens:
        problems.append(Problem(prefix + "cutoff_at", "cutoff_before_open", N_("截止时间要晚于开放时间。")))
    if cutoff is not None and cutoff > ends_at:
        problems.append(
            Problem(
                prefix + "cutoff_at",
                "cutoff_after_end",
                N_("截止晚于活动结束（%(end)s）。"),
                {"end": ends_at},
            )
        )
    if opens is not None and opens >= ends_at:
        problems.append(
            Problem(prefix + "opens_at", "opens_after_end", N_("开放晚于活动结束（%(end)s）。"), {"end": ends_at})
        )
    if kind is CheckpointKind.PICKUP:
        return problems
    early = N_("早于入场时间（%(gate)s）。")
    if opens is not None and opens < gate_opens_at:
        problems.append(Problem(prefix + "opens_at", "opens_before_gate", early, {"gate": gate_opens_at}))
    if cutoff is not None and cutoff <= gate_opens_at:
        problems.append(Problem(prefix + "cutoff_at", "cutoff_before_gate", early, {"gate": gate_opens_at}))
    return problems


def check_block(block: BlockDraft, others: Iterable[tuple[str, int, int]]) -> list[Problem]:
    """One run of numbers against itself and the other (prefix, first, last): a number exists once."""
    problems = [
        *check_number("first", block.first, 0, MAX_BIB),
        *check_number("last", block.last, 0, MAX_BIB),
        *check_number("width", block.width, 1, 8),
    ]
    if not _PREFIX.fullmatch(block.prefix):
        problems.append(Problem("prefix", "prefix_form", N_("字头用大写字母，最多 6 个，可以不填。")))
    if block.last < block.first:
        problems.append(Problem("last", "last_before_first", N_("末号不能小于首号。")))
    for prefix, first, last in others:
        if prefix == block.prefix and first <= block.last and block.first <= last:
            problems.append(
                Problem(
                    "first",
                    "block_overlaps",
                    N_("与已有号段 %(prefix)s%(from)s—%(to)s 重叠。"),
                    {"prefix": prefix, "from": str(first), "to": str(last)},
                )
            )
            break
    return problems


# --------------------------------------------------------------------------- ready for citizens


@dataclass(frozen=True, slots=True)
class WayFacts:
    """A category and the kinds of the checkpoints on its way."""

    category: CategoryDraft
    kinds: tuple[CheckpointKind, ...]


def missing_for_publication(ways: Sequence[WayFacts], *, ends_at: datetime, now: datetime) -> list[Problem]:
    """What keeps a station from being shown to citizens, each with the section where it is mended."""
    problems = []
    if ends_at <= now:
        problems.append(Problem("basics", "already_over", N_("活动时间已经过了，请先改时间。")))
    if not ways:
        problems.append(Problem("categories", "no_category", N_("还没有组别，至少要有一个。")))
    for way in ways:
        name: dict[str, Any] = {"category": way.category.name}
        if way.category.capacity < 1:
            problems.append(Problem("categories", "no_places", N_("%(category)s还没有名额。"), name))
        if not any(kind is not CheckpointKind.PICKUP for kind in way.kinds):
            problems.append(Problem("checkpoints", "no_checkpoint", N_("%(category)s还没有签到点。"), name))
            continue
        if way.category.finish_rule is FinishRule.FINISH_LINE and CheckpointKind.FINISH not in way.kinds:
            problems.append(Problem("checkpoints", "no_finish", N_("%(category)s按终点算完成，但路上没有终点。"), name))
        problems += [
            Problem("checkpoints", found.code, found.message, found.params)
            for found in check_way(way.category, way.kinds)
        ]
    return problems
