"""The rule sets by name. A name once published keeps its meaning; a new edition gets a new name."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import Among, Clock, Measure, TieBreak
from app.games.rules.judged import Component, Drops, JudgedRules
from app.games.rules.knockout import KnockoutRules
from app.games.rules.league import Criterion, LeagueRules
from app.games.rules.medals import MedalRules
from app.games.rules.team_points import TeamPointsRules
from app.games.rules.timed import TimedRules
from app.games.rules.wrestling.entries import WrestlingRules

RuleSet = LeagueRules | KnockoutRules | WrestlingRules | JudgedRules | TimedRules | MedalRules | TeamPointsRules

_TIED, _ALL = Among.TIED, Among.ALL

FIBA = LeagueRules("fiba-d")
"""FIBA Official Basketball Rules, Appendix D."""

FOOTBALL = LeagueRules(
    "football-3-1-0",
    win=Fraction(3),
    draw=Fraction(1),
    loss=Fraction(0),
    default_loss=Fraction(0),
    forfeit_score=3,
    default_score=3,
    nullify_at=None,
    ties=(
        Criterion(Measure.POINTS, _TIED),
        Criterion(Measure.DIFFERENCE, _TIED),
        Criterion(Measure.SCORED, _TIED),
        Criterion(Measure.DIFFERENCE, _ALL),
        Criterion(Measure.SCORED, _ALL),
    ),
    restart=False,
)
"""Three, one, none; among the tied first, then the whole group: the usual 规程 of Chinese football."""

TABLE_TENNIS = LeagueRules(
    "ittf-3.7.5",
    forfeit_score=3,
    default_score=3,
    default_loss=Fraction(0),
    nullify_at=None,
    ties=(Criterion(Measure.POINTS, _TIED), Criterion(Measure.RATIO, _TIED), Criterion(Measure.RALLY_RATIO, _TIED)),
)
"""ITTF Regulations 3.7.5: among the tied only, by match points, then ratios; those parted leave the count."""

BADMINTON = LeagueRules(
    "badminton-group",
    win=Fraction(1),
    loss=Fraction(0),
    default_loss=Fraction(0),
    forfeit_score=2,
    default_score=2,
    nullify_at=None,
    order=(Criterion(Measure.WINS, _ALL),),
    ties=(
        Criterion(Measure.WINS, _TIED),
        Criterion(Measure.DIFFERENCE, _ALL),
        Criterion(Measure.RALLY_DIFFERENCE, _ALL),
    ),
)
"""Group play as the BWF's regulations have it: wins; two level by their match, more by games won less lost, then by
points won less lost."""

VOLLEYBALL = LeagueRules(
    "fivb-2024",
    win=Fraction(3),
    loss=Fraction(0),
    default_loss=Fraction(0),
    forfeit_score=3,
    default_score=3,
    nullify_at=None,
    narrow_loss_at=2,
    narrow=(Fraction(2), Fraction(1)),
    order=(Criterion(Measure.WINS, _ALL), Criterion(Measure.POINTS, _ALL)),
    ties=(Criterion(Measure.RATIO, _ALL), Criterion(Measure.RALLY_RATIO, _ALL), Criterion(Measure.WINS, _TIED)),
    restart=False,
)
"""FIVB: matches won, points (3:2 gives 2 and 1), set ratio, point ratio, the match between them."""

AIR_VOLLEYBALL = LeagueRules(
    "air-volleyball",
    forfeit_score=2,
    default_score=2,
    nullify_at=None,
    ties=(Criterion(Measure.RATIO, _ALL), Criterion(Measure.RALLY_RATIO, _ALL), Criterion(Measure.POINTS, _TIED)),
    restart=False,
)
"""气排球: 2 for a win, 1 for a loss, 0 for a forfeit; level teams by C (sets) and Z (points inside the sets)."""

KNOCKOUT = KnockoutRules("knockout-1")
"""Single elimination by matches; `third` and the groups before it are said by the event."""

UWW = WrestlingRules("uww-2026-01")
"""UWW International Wrestling Rules, January 2026. Style and weight class are data of the event."""

UWW_H2H = WrestlingRules("uww-2026-01-h2h", h2h_when_reduced_to_two=True)
"""The same, but two who are left of a larger tie are parted by their bout."""

PANEL = JudgedRules("judged-panel")
"""One panel out of 10; from four judges on the lowest and the highest do not count. Ties share."""

TAOLU = JudgedRules(
    "taolu-traditional",
    ties=(TieBreak.NEAREST_DROPPED_MEAN, TieBreak.HIGHEST_DROPPED_MEAN, TieBreak.HIGHEST_LOW_DROPPED),
)
"""Traditional taolu and taijiquan."""

TAOLU_PARTS = JudgedRules(
    "taolu-quality-performance",
    components=(
        Component("A", (Drops(4, 1, 1),), most=Fraction(5)),
        Component("B", (Drops(4, 1, 1),), most=Fraction(5)),
    ),
    ties=(TieBreak.COMPONENTS,),
)
"""Quality A and performance B out of 5 each, with a panel each; A parts a tie before B."""

LEVELS = JudgedRules("judged-levels", ranked=False)
"""Levels of award instead of ranks; which levels there are is said by the event (`levels`)."""

GUN = TimedRules("timed-gun")
NET = TimedRules("timed-net", rank_by=Clock.NET)
HILL_CLIMB_TEAM = TimedRules("hill-climb-team", team=True)
"""登山团体: the time of the last counted member; a missing checkpoint voids it."""

MEDALS = MedalRules("medals-olympic")


def _scale(text: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(points) for points in text.split("-"))


EIGHT = TeamPointsRules("zonghe-8", _scale("9-7-6-5-4-3-2-1"))
TWELVE = TeamPointsRules("zonghe-12", _scale("13-11-10-9-8-7-6-5-4-3-2-1"))

RULE_SETS: Final[Mapping[str, RuleSet]] = {
    rules.name: rules
    for rules in (
        FIBA,
        FOOTBALL,
        TABLE_TENNIS,
        BADMINTON,
        VOLLEYBALL,
        AIR_VOLLEYBALL,
        KNOCKOUT,
        UWW,
        UWW_H2H,
        PANEL,
        TAOLU,
        TAOLU_PARTS,
        LEVELS,
        GUN,
        NET,
        HILL_CLIMB_TEAM,
        MEDALS,
        EIGHT,
        TWELVE,
    )
}

NEWEST: Final[Mapping[str, str]] = {
    "league": FIBA.name,
    "knockout": KNOCKOUT.name,
    "wrestling": UWW.name,
    "judged": PANEL.name,
    "timed": GUN.name,
    "medals": MEDALS.name,
    "team-points": EIGHT.name,
}
"""A family's own name stands for the rule set that is used where nothing else is said."""


def rule_set(name: str) -> RuleSet:
    """The rule set of that name, or the newest of a family. Raises DomainError `unknown_rules`."""
    wanted = name.strip().casefold().replace("_", "-")
    found = RULE_SETS.get(NEWEST.get(wanted, wanted))
    if found is None:
        known = ", ".join([*NEWEST, *RULE_SETS])
        raise DomainError("unknown_rules", N_("没有名为 %(name)s 的规则。现有：%(known)s"), name=name, known=known)
    return found
