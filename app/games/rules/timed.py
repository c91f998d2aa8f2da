"""Timed events: gun and net time, marks, cut-off, ties 1, 2, 2, 4, and the team's hill climb."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Clock, Irm
from app.games.rules.ranking import Figure, Placing, Ranking, blocks_by, ranks_of

ORDER: Final = (Irm.FIN, Irm.OTL, Irm.DNF, Irm.DNS, Irm.WDR, Irm.DSQ)
"""Those without a rank, after those with one."""


@dataclass(frozen=True)
class TimedRules:
    """The numbers of one timed event.

    `resolution`: official times are rounded up to whole multiples of it, in seconds (World Athletics,
    Technical Rule 19.24: 2:09:44.3 → 2:09:45). Ranks go by the time as measured; `ties_by_printed`
    lets equal printed times share one. `cutoff` in seconds of gun time. `team`: rank teams by the last
    counted member, `counted` members each (None: all). `missed_voids_team`: a member who missed a
    checkpoint voids the team's time; else that member alone does not count.
    """

    name: str
    rank_by: Clock = Clock.GUN
    resolution: Fraction = Fraction(1)
    ties_by_printed: bool = False
    cutoff: Fraction | None = None
    team: bool = False
    counted: int | None = None
    missed_voids_team: bool = True


@dataclass(frozen=True)
class Finish:
    """One entry's times in seconds. `missed`: a checkpoint without a reading, for the referee to judge."""

    id: str
    gun: Fraction | None = None
    net: Fraction | None = None
    irm: Irm | None = None
    team: str | None = None
    missed: bool = False
    row: str = ""


_TIME: Final = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,6})(\.\d{1,6})?")


def seconds_of(text: str) -> Fraction | None:
    """Seconds of `2:09:44.3`, `9:44` or `584.25`; None for anything else, 1:75 included."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, part = found.groups()
    if (minutes is not None and int(seconds) > 59) or (hours is not None and int(minutes) > 59):
        return None
    return Fraction(int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)) + Fraction(part or 0)


def official(seconds: Fraction, resolution: Fraction) -> Fraction:
    """`seconds` rounded up to a multiple of `resolution`."""
    return -(-seconds // resolution) * resolution


def printed(seconds: Fraction) -> str:
    """`2:09:45`, or `9:45` below an hour; decimals only where there are any."""
    whole, part = divmod(seconds, 1)
    hours, rest = divmod(int(whole), 3600)
    decimals = f"{float(part):.3f}".lstrip("0").rstrip("0") if part else ""
    clock = f"{rest // 60}:{rest % 60:02}" if not hours else f"{hours}:{rest // 60:02}:{rest % 60:02}"
    return clock + decimals


def rank(finishes: Sequence[Finish], rules: TimedRules) -> Ranking:
    """The ranking: by time, then who finished untimed, over the limit, DNF, DNS, DSQ; last who has nothing yet.

    Raises DomainError `net_beyond_gun`, `team_missing`.
    """
    for one in finishes:
        if one.gun is not None and one.net is not None and one.net > one.gun:
            raise DomainError("net_beyond_gun", N_("%(where)s：净计时比枪声计时长。"), where=one.row or one.id)
    marked = [_marked(one, rules) for one in finishes]
    return _teams(marked, rules) if rules.team else _ranked(marked, rules)


def _marked(one: Finish, rules: TimedRules) -> Finish:
    clock = one.gun if one.gun is not None else one.net
    if one.irm is None and rules.cutoff is not None and clock is not None and clock > rules.cutoff:
        return Finish(one.id, one.gun, one.net, Irm.OTL, one.team, one.missed, one.row)
    return one


def _time(one: Finish, rules: TimedRules) -> Fraction | None:
    """The time that ranks; none for who has a mark."""
    return None if one.irm is not None else one.gun if rules.rank_by is Clock.GUN else one.net


def _key(time: Fraction, rules: TimedRules) -> Fraction:
    return official(time, rules.resolution) if rules.ties_by_printed else time


def _ranked(finishes: Sequence[Finish], rules: TimedRules) -> Ranking:
    ordered = sorted(finishes, key=lambda one: one.id)
    timed = [(one, time) for one in ordered if (time := _time(one, rules)) is not None]
    blocks = blocks_by(timed, lambda pair: _key(pair[1], rules))
    placings = [Placing(one.id, place, None, _figures(one, time, rules)) for (one, time), place in ranks_of(blocks)]
    rest = [one for one in ordered if _time(one, rules) is None]
    rest.sort(key=lambda one: ORDER.index(one.irm) if one.irm in ORDER else len(ORDER))
    placings += [Placing(one.id, None, one.irm, _figures(one, None, rules)) for one in rest]
    return Ranking(tuple(placings))


def _figures(one: Finish, time: Fraction | None, rules: TimedRules) -> dict[str, Figure]:
    figures: dict[str, Figure] = {"time": printed(official(time, rules.resolution)) if time is not None else None}
    if one.irm is None and time is None:
        figures["waiting"] = True
    figures |= {name: printed(own) if own is not None else None for name, own in (("gun", one.gun), ("net", one.net))}
    if one.missed:
        figures["incomplete_route"] = True
    return figures


def _teams(finishes: Sequence[Finish], rules: TimedRules) -> Ranking:
    """Teams by their last counted member."""
    teams: dict[str, list[Finish]] = {}
    for one in sorted(finishes, key=lambda one: one.id):
        if one.team is None:
            raise DomainError("team_missing", N_("%(where)s：没有写明队伍。"), where=one.row or one.id)
        teams.setdefault(one.team, []).append(one)
    times = {team: _team_time(members, rules) for team, members in sorted(teams.items())}
    timed = [(team, time) for team, time in times.items() if isinstance(time, Fraction)]
    blocks = blocks_by(timed, lambda pair: _key(pair[1], rules))
    placings = [
        Placing(team, place, None, {"time": printed(official(time, rules.resolution))} | _members(teams[team], rules))
        for (team, time), place in ranks_of(blocks)
    ]
    rest = [(team, mark) for team, mark in times.items() if not isinstance(mark, Fraction)]
    rest.sort(key=lambda pair: ORDER.index(pair[1]) if pair[1] in ORDER else len(ORDER))
    for team, mark in rest:
        figures = _members(teams[team], rules) | ({"waiting": True} if mark is None else {})
        placings.append(Placing(team, None, mark, figures))
    return Ranking(tuple(placings))


def _team_time(members: Sequence[Finish], rules: TimedRules) -> Fraction | Irm | None:
    """The time of the last counted member, the mark that voids it, or nothing yet."""
    if rules.missed_voids_team and any(one.missed for one in members):
        return Irm.DNF
    able = [time for one in members if not one.missed and (time := _time(one, rules)) is not None]
    wanted = rules.counted or len(members)
    if len(able) >= wanted:
        return sorted(able)[wanted - 1]
    under_way = sum(one.irm is None and not one.missed and _time(one, rules) is None for one in members)
    if under_way and len(able) + under_way >= wanted:
        return None
    marks = {one.irm for one in members if one.irm is not None}
    return next((mark for mark in (Irm.DSQ, Irm.DNF, Irm.OTL, Irm.DNS, Irm.WDR) if mark in marks), Irm.DNF)


def _members(members: Sequence[Finish], rules: TimedRules) -> dict[str, Figure]:
    missed = [one.id for one in members if one.missed]
    return {"finished": sum(_time(one, rules) is not None for one in members), "incomplete_route": missed or None}
