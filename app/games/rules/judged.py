"""Judged events: panels, dropped scores, components, the head judge's adjustment, deductions, levels.

Traditional taolu (传统武术套路竞赛规则) for the ties; the panels of 广场舞, 太极拳 and 广播体操 are the same
arithmetic with other numbers. Everything stays a Fraction until the total is rounded, once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Irm, TieBreak
from app.games.rules.ranking import Figure, Placing, Ranking, blocks_by, half_up, ranks_of

PANEL = "scores"
"""The one component of an event that has only one."""


@dataclass(frozen=True)
class Drops:
    """From `judges` scores on, how many of the lowest and highest do not count."""

    judges: int
    low: int
    high: int


@dataclass(frozen=True)
class Component:
    """A part of the total with a panel of its own: quality, performance, difficulty."""

    name: str = PANEL
    drops: tuple[Drops, ...] = (Drops(4, 1, 1),)
    weight: Fraction = Fraction(1)
    least: Fraction = Fraction(0)
    most: Fraction = Fraction(10)


@dataclass(frozen=True)
class Level:
    """A level of award: for the first `quota`, for a `share` of those ranked, or from `threshold` on."""

    name: str
    quota: int | None = None
    share: Fraction | None = None
    threshold: Fraction | None = None


@dataclass(frozen=True)
class JudgedRules:
    """The numbers of one judged event.

    `judges`: how many scores each panel must have; None takes what is there. `ranked` = False gives
    levels and no ranks. `tie_at_cut`: whether those level with the last within a quota have the level too.
    """

    name: str
    components: tuple[Component, ...] = (Component(),)
    decimals: int = 2
    adjustment_max: Fraction = Fraction(1, 10)
    judges: int | None = None
    ties: tuple[TieBreak, ...] = ()
    levels: tuple[Level, ...] = ()
    ranked: bool = True
    tie_at_cut: bool = True


@dataclass(frozen=True)
class Performance:
    """What the judges gave one entry, by component; None is a score that is missing."""

    id: str
    scores: Mapping[str, Sequence[Fraction | None]] = field(default_factory=dict)
    adjustment: Fraction = Fraction(0)
    deduction: Fraction = Fraction(0)
    irm: Irm | None = None
    row: str = ""


@dataclass(frozen=True)
class _Panel:
    """A panel's scores sorted, and what of them counts."""

    mean: Fraction
    dropped: tuple[Fraction, ...]
    low: tuple[Fraction, ...]


def rank(performances: Sequence[Performance], rules: JudgedRules) -> Ranking:
    """The ranking. Who has no scores yet has no rank and no mark.

    Raises DomainError `beyond_scale`, `judge_missing`, `panel_incomplete`, `unknown_component`,
    `adjustment_too_large`.
    """
    for one in performances:
        _check(one, rules)
    scored = [one for one in performances if one.irm is None and any(one.scores.values())]
    panels = {one.id: {part.name: panel(one.scores[part.name], part) for part in rules.components} for one in scored}
    totals = {one.id: total(one, panels[one.id], rules) for one in scored}
    keys = {one.id: (-totals[one.id], *_tie_keys(panels[one.id], rules)) for one in scored}
    blocks = blocks_by(sorted((one.id for one in scored), key=str), lambda one: keys[one])
    levels = _levels(blocks, totals, rules)
    placings = [
        Placing(one, place if rules.ranked else None, None, _figures(totals[one], panels[one], levels.get(one)))
        for one, place in ranks_of(blocks)
    ]
    waiting = sorted((one.id for one in performances if one.irm is None and one.id not in totals), key=str)
    placings += [Placing(one, None, None, {"waiting": True}) for one in waiting]
    out = sorted((one for one in performances if one.irm is not None), key=lambda one: (str(one.irm), one.id))
    placings += [Placing(one.id, None, one.irm) for one in out]
    return Ranking(tuple(placings))


def panel(scores: Sequence[Fraction | None], part: Component) -> _Panel:
    """The mean of what counts: by the number of scores as many of the lowest and highest are dropped."""
    given = sorted(score for score in scores if score is not None)
    rule = max(
        (drop for drop in part.drops if drop.judges <= len(given)), key=lambda d: d.judges, default=Drops(0, 0, 0)
    )
    end = len(given) - rule.high
    if end <= rule.low:
        raise DomainError("too_few_judges", N_("去掉最高最低分后没有分数了。"))
    valid = given[rule.low : end]
    low, high = given[: rule.low], given[end:]
    return _Panel(sum(valid, Fraction(0)) / len(valid), (*low, *high), tuple(low))


def total(one: Performance, panels: Mapping[str, _Panel], rules: JudgedRules) -> Decimal:
    """The total, rounded half up at the end and nowhere before: 8.785 → 8.79."""
    exact = sum((part.weight * panels[part.name].mean for part in rules.components), Fraction(0))
    return half_up(exact + one.adjustment - one.deduction, rules.decimals)


def _check(one: Performance, rules: JudgedRules) -> None:
    where = one.row or one.id
    known = {part.name: part for part in rules.components}
    for name in one.scores:
        if name not in known:
            raise DomainError("unknown_component", N_("%(where)s：没有 %(name)s 这一部分。"), where=where, name=name)
    if abs(one.adjustment) > rules.adjustment_max:
        most = half_up(rules.adjustment_max, rules.decimals)
        raise DomainError(
            "adjustment_too_large", N_("%(where)s：裁判长加减分不超过 %(most)s。"), where=where, most=most
        )
    if one.deduction < 0:
        raise DomainError("negative_deduction", N_("%(where)s：扣分不能为负。"), where=where)
    if one.irm is not None or not any(one.scores.values()):
        return
    for name, part in known.items():
        _check_scores(one.scores.get(name, ()), part, rules, f"{where} {name}")


def _check_scores(scores: Sequence[Fraction | None], part: Component, rules: JudgedRules, where: str) -> None:
    if not scores or (rules.judges is not None and len(scores) != rules.judges):
        raise DomainError(
            "panel_incomplete", N_("%(where)s：裁判人数不对，有 %(n)s 个分数。"), where=where, n=len(scores)
        )
    for n, score in enumerate(scores, 1):
        if score is None:
            raise DomainError(
                "judge_missing", N_("%(where)s #%(n)s：缺一名裁判的分数，不能当 0 分。"), where=where, n=n
            )
        if not part.least <= score <= part.most:
            raise DomainError(
                "beyond_scale",
                N_("%(where)s #%(n)s：分数应在 %(least)s 与 %(most)s 之间。"),
                where=where,
                n=n,
                least=half_up(part.least, rules.decimals),
                most=half_up(part.most, rules.decimals),
            )


# --------------------------------------------------------------------------- ties and levels


def _tie_keys(panels: Mapping[str, _Panel], rules: JudgedRules) -> list[tuple[Fraction, ...]]:
    """One key a step, smaller being better. What a panel without dropped scores cannot say is level."""
    return [_tie_key(step, panels, rules) for step in rules.ties]


def _tie_key(step: TieBreak, panels: Mapping[str, _Panel], rules: JudgedRules) -> tuple[Fraction, ...]:
    if step is TieBreak.COMPONENTS:
        return tuple(-panels[part.name].mean for part in rules.components)
    key: list[Fraction] = []
    for part in rules.components:
        one = panels[part.name]
        if not one.dropped:
            key.append(Fraction(0))
            continue
        dropped = sum(one.dropped, Fraction(0)) / len(one.dropped)
        match step:
            case TieBreak.NEAREST_DROPPED_MEAN:
                key.append(abs(dropped - one.mean))
            case TieBreak.HIGHEST_DROPPED_MEAN:
                key.append(-dropped)
            case TieBreak.HIGHEST_LOW_DROPPED:
                key.append(-max(one.low, default=Fraction(0)))
    return tuple(key)


def _levels(blocks: Sequence[Sequence[str]], totals: Mapping[str, Decimal], rules: JudgedRules) -> dict[str, str]:
    """Who has which level: the levels in their order, each after the one before."""
    levels: dict[str, str] = {}
    sizes = {one: len(block) for block in blocks for one in block}
    everybody = len(sizes)
    end = 0
    for level in rules.levels:
        end += _room(level, everybody)
        for one, place in ranks_of(blocks):
            by_room = place <= end if rules.tie_at_cut else place + sizes[one] - 1 <= end
            by_total = level.threshold is not None and Fraction(totals[one]) >= level.threshold
            if one not in levels and (by_total if level.threshold is not None else by_room):
                levels[one] = level.name
    return levels


def _room(level: Level, everybody: int) -> int:
    if level.quota is not None:
        return level.quota
    return int(half_up(level.share * everybody, 0)) if level.share is not None else 0


def _figures(score: Decimal, panels: Mapping[str, _Panel], level: str | None) -> dict[str, Figure]:
    figures: dict[str, Figure] = {"score": score}
    if len(panels) > 1:
        figures |= {name: one.mean for name, one in panels.items()}
    return figures | {"mean": sum((one.mean for one in panels.values()), Fraction(0)), "level": level}
