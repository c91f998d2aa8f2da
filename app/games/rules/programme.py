"""What the office types of an edition, its disciplines, events and delegations, and what has to hold of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import AgeBasis, EventForm, EventFormat, EventSex
from app.games.rules.judged import JudgedRules
from app.games.rules.league import LeagueRules
from app.games.rules.medals import MedalRules
from app.games.rules.registry import RULE_SETS, rule_set
from app.games.rules.settings import check_settings, standards_of
from app.games.rules.team_points import TeamPointsRules
from app.games.rules.timed import TimedRules
from app.games.rules.wrestling.entries import WrestlingRules

FAMILY: Final[dict[EventFormat, type | None]] = {
    EventFormat.WRESTLING: WrestlingRules,
    EventFormat.LEAGUE: LeagueRules,
    EventFormat.KNOCKOUT: None,
    EventFormat.JUDGED: JudgedRules,
    EventFormat.TIMED: TimedRules,
    EventFormat.PLACES: None,
}
"""The family of rule sets that a format asks for; none: the format is its own rule."""
MOST_TEAM: Final = 500


@dataclass(frozen=True, slots=True)
class GamesDraft:
    """An edition as the office types it."""

    code: str
    name: str
    starts_on: date
    ends_on: date
    place: str = ""
    edition: int | None = None
    host: str = ""
    entries_open_at: datetime | None = None
    entries_close_at: datetime | None = None
    athlete_limit: int | None = None
    medal_rules: str = "medals-olympic"
    medal_settings: dict[str, Any] = field(default_factory=dict)
    points_rules: str = "zonghe-8"
    points_settings: dict[str, Any] = field(default_factory=dict)
    paragraphs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EditionCopy:
    """An edition as it is copied from another one; `leaders`: their names and phones too."""

    code: str
    name: str
    starts_on: date
    ends_on: date
    edition: int | None = None
    delegations: bool = True
    leaders: bool = False


@dataclass(frozen=True, slots=True)
class DisciplineDraft:
    """A 大项."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class EventDraft:
    """A 小项 as the office types it; weights in grams."""

    code: str
    name: str
    format: EventFormat
    sex: EventSex = EventSex.OPEN
    form: EventForm = EventForm.INDIVIDUAL
    age_basis: AgeBasis = AgeBasis.FIRST_DAY
    min_age: int | None = None
    max_age: int | None = None
    weight_over: int | None = None
    weight_up_to: int | None = None
    team_min: int = 1
    team_max: int = 1
    entry_limit: int | None = None
    needs_document: bool = True
    needs_school: bool = False
    rules: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    multiplier: str = "1"
    counts_medals: bool = True
    counts_points: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class DelegationDraft:
    """A 代表团; `organisation_id` is whose leaders may enter for it."""

    code: str
    name: str
    organisation_id: Any = None
    leader_name: str | None = None
    leader_phone: str | None = None


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One place; `number` is the row as the spreadsheet shows it."""

    number: int
    sport: str
    event: str
    place: int
    delegation: str
    competitor: str = ""
    mark: str = ""


def fraction_of(text: str, name: str) -> Fraction:
    """`1`, `4`, `1/2` or `0.5`: more than 0 and at most 1000. Raises DomainError `number_wrong`."""
    written = text.strip()
    if re.fullmatch(r"\d{1,4}(\.\d{1,4}|/\d{1,4})?", written):
        try:
            value = Fraction(written)
        except ZeroDivisionError:
            value = Fraction(0)
        if 0 < value <= 1000:
            return value
    raise DomainError("number_wrong", N_("应为大于 0 的数，例如 2 或 1/2。"), field=name)


def check_games(draft: GamesDraft) -> None:
    """Raises DomainError with the field that has to be changed."""
    if draft.ends_on < draft.starts_on:
        raise DomainError("ends_before_start", N_("闭幕不能早于开幕，请改日期。"), field="ends_on")
    if draft.entries_open_at and draft.entries_close_at and draft.entries_close_at <= draft.entries_open_at:
        raise DomainError("entries_close_early", N_("报项截止应晚于开始。"), field="entries_close_at")
    if draft.athlete_limit is not None and not 1 <= draft.athlete_limit <= 100:
        raise DomainError("limit_wrong", N_("每人限报应在 1 与 100 之间。"), field="athlete_limit")
    if not isinstance(rule_set(draft.medal_rules), MedalRules):
        raise DomainError("rules_of_another_kind", N_("这不是奖牌的规则。"), field="medal_rules")
    if not isinstance(rule_set(draft.points_rules), TeamPointsRules):
        raise DomainError("rules_of_another_kind", N_("这不是团体总分的规则。"), field="points_rules")
    standards_of(draft.medal_rules, draft.medal_settings, draft.points_rules, draft.points_settings)


def check_event(draft: EventDraft) -> None:
    """Raises DomainError with the field that has to be changed."""
    for low, high, name in (
        (draft.min_age, draft.max_age, "max_age"),
        (draft.weight_over, draft.weight_up_to, "weight_up_to"),
    ):
        if low is not None and high is not None and high < low + (name == "weight_up_to"):
            raise DomainError("range_empty", N_("上限应大于下限。"), field=name)
    for age, name in ((draft.min_age, "min_age"), (draft.max_age, "max_age")):
        if age is not None and not 0 <= age <= 120:
            raise DomainError("age_wrong", N_("年龄应在 0 与 120 之间。"), field=name)
    _check_team(draft)
    if draft.entry_limit is not None and not 1 <= draft.entry_limit <= 1000:
        raise DomainError("limit_wrong", N_("每队限报应在 1 与 1000 之间。"), field="entry_limit")
    fraction_of(draft.multiplier, "multiplier")
    _check_rules(draft)
    check_settings(draft.format, draft.rules, draft.settings)


def rules_for(kind: EventFormat) -> list[str]:
    """The rule sets that an event of this format can choose from, in the order of the registry."""
    family = FAMILY[kind]
    return [] if family is None else [name for name, rules in RULE_SETS.items() if isinstance(rules, family)]


def _check_team(draft: EventDraft) -> None:
    if not 1 <= draft.team_min <= draft.team_max <= MOST_TEAM:
        raise DomainError("team_size_wrong", N_("人数应从少到多，最多 %(most)s 人。"), field="team_max", most=MOST_TEAM)
    alone = draft.form is EventForm.INDIVIDUAL
    if alone != (draft.team_max == 1):
        raise DomainError(
            "team_size_wrong", N_("个人项目每项 1 人，双人和集体项目至少 2 人。"), field="team_max", most=1
        )
    if draft.sex is EventSex.MIXED and alone:
        raise DomainError("mixed_alone", N_("混合项目要两人以上，请改性别或人数。"), field="sex")


def _check_rules(draft: EventDraft) -> None:
    family = FAMILY[draft.format]
    if draft.format is EventFormat.KNOCKOUT and (draft.rules is not None or draft.settings.get("groups")):
        family = LeagueRules  # of the groups that come first
    if family is None:
        if draft.rules is not None:
            raise DomainError("rules_not_needed", N_("这种赛制不用选规则。"), field="rules")
    elif draft.rules is None:
        raise DomainError("rules_missing", N_("请选规则。"), field="rules")
    elif not isinstance(rule_set(draft.rules), family):
        raise DomainError("rules_of_another_kind", N_("这套规则与赛制不相符，请重新选。"), field="rules")


_SEX_LETTER: Final = {EventSex.MEN: "M", EventSex.WOMEN: "W", EventSex.MIXED: "X", EventSex.OPEN: ""}
_FORM_LETTER: Final = {EventForm.INDIVIDUAL: "", EventForm.PAIR: "D", EventForm.TEAM: "T"}


def proposed_code(discipline: str, draft: EventDraft, taken: Iterable[str]) -> str:
    """A code for an event that comes without one: WRE-M-57, TTE-XD, CLI-W-40-59; a number where that is taken."""
    kind = _SEX_LETTER[draft.sex] + _FORM_LETTER[draft.form]
    weight = f"{draft.weight_up_to / 1000:g}" if draft.weight_up_to else ""
    if not weight and draft.weight_over:
        weight = f"{draft.weight_over / 1000:g}UP"
    ages = "-".join(str(age) for age in (draft.min_age, draft.max_age) if age is not None)
    parts = [discipline, kind, weight.replace(".", "-"), ages]
    base = "-".join(part for part in parts if part)[:50]
    known = set(taken)
    if base != discipline and base not in known:
        return base
    n = 1 if base == discipline else 2
    while f"{base}-{n}" in known:
        n += 1
    return f"{base}-{n}"


def folded(text: str) -> str:
    """How names and codes are compared: NFC, case and spaces folded (decisions.md, games)."""
    return "".join(unicodedata.normalize("NFC", text).casefold().split())


def code_from(text: str, taken: Iterable[str], *, most: int) -> str:
    """A code for a name that comes without one: its letters and digits, else a number; unique among `taken`."""
    base = re.sub(r"[^A-Z0-9]+", "-", text.upper().encode("ascii", "ignore").decode()).strip("-")[: most - 6] or "X"
    known = set(taken)
    if base not in known and base != "X":
        return base
    n = 1
    while f"{base}-{n}" in known:
        n += 1
    return f"{base}-{n}"
