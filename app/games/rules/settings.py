"""What an event changes in its rule set, as the office types it and as `flask games rank` reads it.

The office's form knows few of the keys; what else stands in an event's settings is kept as it is. Whether
the values make sense is asked of the reader of files itself, so that a form can store nothing that no
result could be ranked by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from app.core.errors import DomainError
from app.core.text import N_, fold_width
from app.games.constants import EventFormat
from app.games.rules.files.places import medal_rules_of, points_rules_of
from app.games.rules.files.ranking import rank_node
from app.games.rules.files.reading import document
from app.games.rules.medals import MedalRules
from app.games.rules.registry import LEVELS, rule_set
from app.games.rules.team_points import TeamPointsRules

TYPED: Final[Mapping[EventFormat, tuple[str, ...]]] = {
    EventFormat.WRESTLING: ("style", "few", "few_up_to"),
    EventFormat.LEAGUE: ("win", "draw", "loss", "forfeit_score", "legs"),
    EventFormat.KNOCKOUT: ("third", "groups", "advance", "win", "draw", "loss", "forfeit_score", "legs"),
    EventFormat.JUDGED: ("judges", "drops", "most", "decimals", "adjustment_max", "levels"),
    EventFormat.TIMED: ("rank_by", "resolution", "ties_by_printed", "cutoff", "counted"),
    EventFormat.PLACES: (),
}
"""The keys that the office's form shows, by format."""
_EMPTY: Final[Mapping[EventFormat, dict[str, Any]]] = {
    EventFormat.WRESTLING: {"entries": ["1"]},
    EventFormat.LEAGUE: {"teams": ["1"]},
    EventFormat.JUDGED: {"entries": [{"id": "1"}]},
    EventFormat.TIMED: {"entries": [{"id": "1", "team": "1"}]},
}
"""The smallest result of each family: what is refused with it, is refused for its settings."""
MOST_LEVELS: Final = 10
MOST_GROUPS: Final = 16


def merged(kind: EventFormat, stored: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The settings after an edit: what the form shows as it was typed, everything else as it was stored.

    A value of None leaves the number to the rule set; keys of other formats fall away.
    """
    shown = {key for keys in TYPED.values() for key in keys}
    kept = {key: value for key, value in stored.items() if key not in shown}
    return kept | {key: typed[key] for key in TYPED[kind] if typed.get(key) is not None}


def check_settings(kind: EventFormat, rules: str | None, settings: Mapping[str, Any]) -> None:
    """Raises DomainError with the setting that the rule set cannot read, or that it lacks."""
    if kind is EventFormat.KNOCKOUT:
        _check_knockout(settings)
        kind = EventFormat.LEAGUE  # that of the groups
    if rules is None or kind not in _EMPTY:
        return
    if rules == LEVELS.name and not settings.get("levels"):
        raise DomainError("levels_missing", N_("请写明评哪几个等级。"), field="levels")
    try:
        root = document(
            json.dumps({**{key: value for key, value in settings.items() if key != "groups"}, **_EMPTY[kind]}).encode()
        )
        rank_node(rule_set(rules), root)
    except DomainError as error:
        error.field = _field_of(error)
        raise


def _check_knockout(settings: Mapping[str, Any]) -> None:
    for name, least in (("groups", 2), ("advance", 1)):
        value = settings.get(name)
        if value is not None and not least <= value <= MOST_GROUPS:
            raise DomainError(
                "limit_wrong", N_("应在 %(least)s 与 %(most)s 之间。"), field=name, least=least, most=MOST_GROUPS
            )


def _field_of(error: DomainError) -> str:
    """The setting that a refusal names (`levels #1 quota`), else the rule set as a whole."""
    where = str(error.params.get("where", "")).split(" ")[0]
    return where if any(where in keys for keys in TYPED.values()) else "rules"


# --------------------------------------------------------------------------- levels of award

_ROOM: Final = re.compile(r"(?:前)?(\d{1,4})(?:名|个|队|人)")
_SHARE: Final = re.compile(r"(?:前)?(\d{1,3}(?:\.\d{1,4})?)%")
_MARK: Final = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)分(?:以上|及以上)?")
REST: Final = "其余"


def levels_of(text: str) -> list[dict[str, Any]]:
    """`一等奖 2 名`, `二等奖 30%`, `三等奖 8.50 分`, `优秀奖 其余`: a level a line, the highest first.

    Raises DomainError `level_wrong` with the line.
    """
    lines = [line for line in (fold_width(one).strip() for one in text.splitlines()) if line]
    if len(lines) > MOST_LEVELS:
        raise DomainError("level_wrong", N_("最多 %(most)s 个等级。"), field="levels", most=MOST_LEVELS)
    levels = [_level(line) for line in lines]
    names = [level["name"] for level in levels]
    for name in names:
        if names.count(name) > 1:
            raise DomainError("level_twice", N_("%(name)s写了两次。"), field="levels", name=name)
    return levels


def _level(line: str) -> dict[str, Any]:
    name, _, rest = line.partition(" ")
    how = "".join(rest.split())
    if name and len(name) <= 20:
        if found := _ROOM.fullmatch(how):
            return {"name": name, "quota": int(found[1])}
        if (found := _SHARE.fullmatch(how)) and Decimal(found[1]) <= 100:
            return {"name": name, "share": _plain(Decimal(found[1]) / 100)}
        if found := _MARK.fullmatch(how):
            return {"name": name, "threshold": found[1]}
        if how == REST:
            return {"name": name, "threshold": "0"}
    raise DomainError(
        "level_wrong",
        N_("“%(line)s”没看懂，每行写一个等级，例如“一等奖 2 名”。"),
        field="levels",
        line=line[:40],
    )


def levels_text(levels: Sequence[Mapping[str, Any]]) -> str:
    """The same levels as they are typed."""
    return "\n".join(f"{level['name']} {_how(level)}" for level in levels)


def _how(level: Mapping[str, Any]) -> str:
    if level.get("quota") is not None:
        return f"{level['quota']} 名"
    if level.get("share") is not None:
        return f"{_plain(Decimal(str(level['share'])) * 100)}%"
    mark = str(level.get("threshold"))
    return REST if Decimal(mark) == 0 else f"{mark} 分"


def _plain(value: Decimal) -> str:
    """100, 12.5: no exponent, no zeros behind."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def drops_of(low: int | None, high: int | None) -> list[dict[str, int]] | None:
    """From how many judges on so many lowest and highest do not count: from one more than are dropped."""
    if low is None and high is None:
        return None
    low, high = low or 0, high or 0
    return [{"judges": low + high + 1, "low": low, "high": high}]


# --------------------------------------------------------------------------- medals and points of an edition

MOST_PLACES: Final = 40


@dataclass(frozen=True, slots=True)
class Standards:
    """How an edition gives medals and team points, as the office types it."""

    scale: str = ""
    """`9-7-6-5-4-3-2-1`; empty: as the rule set has it."""
    minus_k: int = 0
    minimum_entries: int = 0
    minimum_delegations: int = 0
    follow_minus_k: bool = True
    weighted_firsts: bool = False


def scale_of(text: str) -> list[str]:
    """The points of each place, the first place first. Raises DomainError `scale_wrong`."""
    parts = [part for part in re.split(r"[-—–、,，\s]+", fold_width(text).strip()) if part]
    fine = all(re.fullmatch(r"\d{1,4}(\.\d{1,2})?", part) for part in parts)
    if not fine or not 1 <= len(parts) <= MOST_PLACES:
        raise DomainError(
            "scale_wrong", N_("写成 9-7-6-5-4-3-2-1 这样，最多 %(most)s 名。"), field="scale", most=MOST_PLACES
        )
    values = [Decimal(part) for part in parts]
    if any(after > before for before, after in pairwise(values)):
        raise DomainError("scale_wrong", N_("名次越靠后，分数不能越高。"), field="scale")
    return parts


def standards_settings(typed: Standards, medal_rules: str, points_rules: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings of the medal table and of the team score: what differs from the rule sets, nothing else.

    Raises DomainError with the field.
    """
    for name, value in (
        ("minus_k", typed.minus_k),
        ("minimum_entries", typed.minimum_entries),
        ("minimum_delegations", typed.minimum_delegations),
    ):
        if not 0 <= value <= MOST_PLACES:
            raise DomainError("limit_wrong", N_("应在 0 与 %(most)s 之间。"), field=name, most=MOST_PLACES)
    usual = standards_of(medal_rules, {}, points_rules, {})
    both: dict[str, Any] = {
        name: getattr(typed, name)
        for name in ("minus_k", "minimum_entries", "minimum_delegations")
        if getattr(typed, name) != getattr(usual, name)
    }
    medals, points = dict(both), dict(both)
    if typed.follow_minus_k != usual.follow_minus_k:
        medals["follow_minus_k"] = typed.follow_minus_k
    if typed.weighted_firsts != usual.weighted_firsts:
        points["weighted_firsts"] = typed.weighted_firsts
    if typed.scale.strip() and scale_of(typed.scale) != scale_of(usual.scale):
        points["scale"] = scale_of(typed.scale)
    return medals, points


def standards_of(
    medal_rules: str, medal_settings: Mapping[str, Any], points_rules: str, points_settings: Mapping[str, Any]
) -> Standards:
    """What is in force: the rule sets with the numbers that the edition changes in them."""
    medals, points = rule_set(medal_rules), rule_set(points_rules)
    if not isinstance(medals, MedalRules) or not isinstance(points, TeamPointsRules):
        raise DomainError("rules_of_another_kind", N_("这不是团体总分的规则。"), field="points_rules")
    medals = medal_rules_of(medals, document(json.dumps(medal_settings).encode()))
    points = points_rules_of(points, document(json.dumps(points_settings).encode()))
    return Standards(
        scale="-".join(_plain(Decimal(one.numerator) / one.denominator) for one in points.scale),
        minus_k=points.scope.minus_k,
        minimum_entries=points.scope.minimum_entries,
        minimum_delegations=points.scope.minimum_delegations,
        follow_minus_k=medals.follow_minus_k,
        weighted_firsts=points.weighted_firsts,
    )
