"""The 规程 as it follows from the data: chapters with sentences and tables. `say` makes msgids the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core.text import N_
from app.games.constants import AgeBasis, EventFormat, EventSex
from app.games.rules.labels import STYLES, rules_label
from app.games.rules.settings import REST, Standards, levels_text

Say = Callable[..., str]
DIGITS: Final = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event as it stands in the programme; weights in grams."""

    name: str
    sex: EventSex
    min_age: int | None
    max_age: int | None
    age_basis: AgeBasis
    weight_over: int | None
    weight_up_to: int | None
    team_min: int
    team_max: int
    entry_limit: int | None
    needs_document: bool
    needs_school: bool
    format: EventFormat
    rules: str | None
    settings: dict[str, object]
    multiplier: str
    counts_medals: bool
    counts_points: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What a 规程 is written from; `when` and `window` in the reader's words."""

    name: str
    when: str
    place: str
    host: str
    window: str
    athlete_limit: int | None
    standards: Standards
    delegations: tuple[str, ...]
    disciplines: tuple[tuple[str, tuple[EventFacts, ...]], ...]
    paragraphs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProgrammeTable:
    """The events of one discipline; the first row is the head."""

    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading, its sentences, and tables behind them."""

    heading: str
    lines: tuple[str, ...]
    tables: tuple[ProgrammeTable, ...] = ()


def numeral(n: int) -> str:
    """1 to 99 as chapters are counted: 一, 十, 十二, 二十."""
    tens, ones = divmod(n, 10)
    return (("" if tens == 1 else DIGITS[tens]) + "十" if tens else "") + (DIGITS[ones] if ones else "")


def chapters(facts: Facts, say: Say) -> list[Chapter]:
    """The 规程, chapter by chapter; what nobody has said yet has no chapter."""
    found = [
        (say(N_("时间和地点")), [say(N_("%(when)s，%(place)s。"), when=facts.when, place=facts.place or "—")], ()),
        (say(N_("主办单位")), [facts.host] if facts.host else [], ()),
        (say(N_("参加单位")), [say(N_("、")).join(facts.delegations)] if facts.delegations else [], ()),
        (say(N_("竞赛项目")), [], _tables(facts, say)),
        (say(N_("参加办法")), _entering(facts, say), ()),
        (say(N_("竞赛办法")), _methods(facts, say), ()),
        (say(N_("录取名次和计分")), _honours(facts, say), ()),
        *((head, text.split("\n"), ()) for head, text in facts.paragraphs),
    ]
    said = [(head, lines, tables) for head, lines, tables in found if lines or tables]
    return [
        Chapter(
            say(N_("%(numeral)s、%(title)s"), numeral=numeral(n), n=n, title=head),
            tuple(line for line in lines if line.strip()),
            tuple(tables),
        )
        for n, (head, lines, tables) in enumerate(said, 1)
    ]


def _tables(facts: Facts, say: Say) -> tuple[ProgrammeTable, ...]:
    head = tuple(say(one) for one in (N_("小项"), N_("谁能报"), N_("人数"), N_("每队限报"), N_("计分")))
    return tuple(
        ProgrammeTable(
            name,
            (
                head,
                *(
                    (
                        one.name,
                        who(one, say),
                        size(one, say),
                        str(one.entry_limit or say(N_("不限"))),
                        _counts(one, say),
                    )
                    for one in events
                ),
            ),
        )
        for name, events in facts.disciplines
        if events
    )


def who(event: EventFacts, say: Say) -> str:
    """男子 18—39 岁 57—65 kg."""
    return " ".join(part for part in (say(event.sex.label), _ages(event, say), weights(event, say)) if part)


def _ages(event: EventFacts, say: Say) -> str:
    if event.min_age is not None and event.max_age is not None:
        return say(N_("%(a)s—%(b)s 岁"), a=event.min_age, b=event.max_age)
    if event.min_age is not None:
        return say(N_("%(a)s 岁以上"), a=event.min_age)
    return say(N_("%(b)s 岁以下"), b=event.max_age) if event.max_age is not None else ""


def weights(event: EventFacts, say: Say) -> str:
    """57—65 kg; a class that takes its lower end itself is stored one gram below it."""
    over, up_to = event.weight_over, event.weight_up_to
    if over is not None and over % 1000 == 999:
        over += 1
    if over is not None and up_to is not None:
        return say(N_("%(a)s—%(b)s kg"), a=f"{over / 1000:g}", b=f"{up_to / 1000:g}")
    if up_to is not None:
        return say(N_("%(b)s kg 及以下"), b=f"{up_to / 1000:g}")
    return say(N_("%(a)s kg 以上"), a=f"{over / 1000:g}") if over is not None else ""


def size(event: EventFacts, say: Say) -> str:
    """个人, 2 人, 8—12 人."""
    if event.team_max == 1:
        return say(N_("个人"))
    if event.team_min == event.team_max:
        return say(N_("%(n)s 人"), n=event.team_max)
    return say(N_("%(a)s—%(b)s 人"), a=event.team_min, b=event.team_max)


def _counts(event: EventFacts, say: Say) -> str:
    if not event.counts_medals and not event.counts_points:
        return say(N_("不计"))
    if not event.counts_points:
        return say(N_("只计奖牌"))
    if not event.counts_medals:
        return say(N_("只计总分"))
    return f"×{event.multiplier}" if event.multiplier != "1" else say(N_("计"))


def _entering(facts: Facts, say: Say) -> list[str]:
    events = [event for _, some in facts.disciplines for event in some]
    lines = []
    if facts.window:
        lines.append(say(N_("报项时间：%(window)s。"), window=facts.window))
    if facts.athlete_limit:
        lines.append(say(N_("每人限报 %(n)s 项。"), n=facts.athlete_limit))
    aged = [event for event in events if event.min_age is not None or event.max_age is not None]
    bases = {event.age_basis for event in aged}
    if bases == {AgeBasis.FIRST_DAY}:
        lines.append(say(N_("年龄按开幕当日周岁计算。")))
    elif bases == {AgeBasis.YEAR}:
        lines.append(say(N_("年龄按出生年份计算。")))
    elif bases:
        by_year = say(N_("、")).join(event.name for event in aged if event.age_basis is AgeBasis.YEAR)
        lines.append(say(N_("年龄按开幕当日周岁计算；%(events)s按出生年份计算。"), events=by_year))
    if any(event.needs_document for event in events):
        lines.append(say(N_("报项时填写有效证件号码，比赛时带证件备查。")))
    schools = [event.name for event in events if event.needs_school]
    if schools:
        lines.append(say(N_("%(events)s的运动员要有代表团所属学校的学籍。"), events=say(N_("、")).join(schools)))
    return lines


def _methods(facts: Facts, say: Say) -> list[str]:
    lines = []
    for name, events in facts.disciplines:
        methods = dict.fromkeys(_method(event, say) for event in events)
        if methods:
            lines.append(say(N_("%(name)s：%(methods)s。"), name=name, methods=say(N_("；")).join(methods)))
    return lines


def _method(event: EventFacts, say: Say) -> str:
    parts = [say(event.format.label)]
    if event.rules:
        parts.append(say(rules_label(event.rules)))
    style = event.settings.get("style")
    if isinstance(style, str) and style in STYLES:
        parts[0] = say(STYLES[style])
    levels = event.settings.get("levels")
    if event.format is EventFormat.JUDGED and isinstance(levels, list):
        written = levels_text(levels).replace(REST, say(N_("其余")))
        parts.append(say(N_("、")).join(written.split("\n")))
    return say(N_("，")).join(parts)


def _honours(facts: Facts, say: Say) -> list[str]:
    rules = facts.standards
    scale = rules.scale.split("-")
    lines = [
        say(
            N_("各小项录取前 %(n)s 名，依次得 %(scale)s 分；并列的平分所占名次的分。"),
            n=len(scale),
            scale=say(N_("、")).join(scale),
        ),
        say(N_("奖牌榜依次比金牌、银牌、铜牌，都相同就并列。")),
        say(N_("团体总分相同时，第一名多的列前，再相同比第二名，依此类推。")),
    ]
    if rules.minus_k:
        lines.append(say(N_("报项数不足录取名额时，减 %(n)s 名录取。"), n=rules.minus_k))
        if not rules.follow_minus_k:
            lines.append(say(N_("减名录取时奖牌不减。")))
    if rules.minimum_entries:
        lines.append(say(N_("少于 %(n)s 项报项的小项不设奖、不计分。"), n=rules.minimum_entries))
    if rules.minimum_delegations:
        lines.append(say(N_("少于 %(n)s 个代表团的小项不设奖、不计分。"), n=rules.minimum_delegations))
    multiplied = [
        say(N_("%(event)s按 %(n)s 倍"), event=f"{name} {event.name}", n=event.multiplier)
        for name, events in facts.disciplines
        for event in events
        if event.multiplier != "1" and (event.counts_medals or event.counts_points)
    ]
    if multiplied:
        lines.append(say(N_("奖牌和得分加倍的小项：%(events)s。"), events=say(N_("、")).join(multiplied)))
    return lines
