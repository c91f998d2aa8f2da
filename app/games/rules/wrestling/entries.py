"""Who enters, what was fought, who left: the input, and the numbers of the rule set."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.games.constants import Few, Leaving, Victory

POINTS: Final[Mapping[Victory, tuple[int, int]]] = {
    Victory.VFA: (5, 0),
    Victory.VIN: (5, 0),
    Victory.VCA: (5, 0),
    Victory.VFO: (5, 0),
    Victory.DSQ: (5, 0),
    Victory.VSU: (4, 0),
    Victory.VSU1: (4, 1),
    Victory.VPO: (3, 0),
    Victory.VPO1: (3, 1),
    Victory.DSQ2: (0, 0),
    Victory.VIN2: (0, 0),
    Victory.VFO2: (0, 0),
}
"""Classification points, winner and loser (Art. 41)."""


@dataclass(frozen=True)
class WrestlingRules:
    """The numbers of one edition.

    Up to `nordic_up_to` entries one group, up to `groups_up_to` two, beyond that elimination with
    repechage. Up to `few_up_to` entries nothing is fought, and `few` says what happens.
    `h2h_when_reduced_to_two`: in a tie of three or more, once the list has left two, their bout
    decides; the text of 2026 goes on with the list. `leads` are the leads of technical superiority by
    style; while no `style` is named, the smallest is asked for.
    """

    name: str
    nordic_up_to: int = 5
    groups_up_to: int = 7
    few_up_to: int = 1
    few: Few = Few.AWARD
    h2h_when_reduced_to_two: bool = False
    leads: tuple[tuple[str, int], ...] = (("FS", 10), ("WW", 10), ("GR", 8))
    style: str | None = None
    points: tuple[tuple[Victory, int, int], ...] = tuple((victory, *both) for victory, both in POINTS.items())

    @property
    def lead(self) -> int:
        """Technical points ahead at which a bout ends."""
        leads = dict(self.leads)
        return leads[self.style] if self.style in leads else min(leads.values(), default=0)

    def points_of(self, victory: Victory) -> tuple[int, int]:
        """Classification points of winner and loser."""
        return next(((won, lost) for one, won, lost in self.points if one is victory), (0, 0))


@dataclass(frozen=True)
class Entry:
    """A wrestler in the weight class. `draw` is the number drawn, which the seeded may lack."""

    id: str
    seed: int | None = None
    draw: int | None = None


@dataclass(frozen=True)
class Bout:
    """A bout as the referees wrote it; `winner` is None when both lost. `row` names it in messages."""

    a: str
    b: str
    winner: str | None
    victory: Victory | None = None
    points_a: int | None = None
    points_b: int | None = None
    phase: str | None = None
    row: str = ""


@dataclass(frozen=True)
class Withdrawal:
    """Somebody who takes no further part."""

    id: str
    reason: Leaving


_PHASES: Final = (
    (re.compile(r"rep|复活"), 60),
    (re.compile(r"bronze|铜|third|3rd|3-5|三四名"), 70),
    (re.compile(r"qual|资格"), 0),
    (re.compile(r"1/32"), 10),
    (re.compile(r"1/16"), 20),
    (re.compile(r"1/8"), 30),
    (re.compile(r"1/4|quarter|四分之一"), 40),
    (re.compile(r"1/2|semi|半决赛"), 50),
    (re.compile(r"group|nordic|pool|组|循环"), -10),
    (re.compile(r"final|gold|决赛|冠军"), 80),
)
GROUP, SEMI, FINAL = -10, 50, 80


def phase_of(text: str | None) -> int | None:
    """When a phase comes in the tournament, smaller being earlier; None for words that say nothing."""
    if text is None:
        return None
    folded = text.casefold()
    return next((order for words, order in _PHASES if words.search(folded)), None)


_REASONS: Final = (
    (re.compile(r"weigh|称重|体重|超重"), Leaving.WEIGH_IN),
    (re.compile(r"dop|兴奋剂"), Leaving.DOPING),
    (re.compile(r"dsq|disq|取消资格|犯规"), Leaving.DISQUALIFIED),
    (re.compile(r"inj|vin|medic|ill|伤|病"), Leaving.INJURY),
    (re.compile(r"forf|vfo|show|dns|wdr|withdr|弃权|退赛"), Leaving.FORFEIT),
)


def leaving_of(text: str) -> Leaving | None:
    """The reason that the words of a file mean: `second weigh-in`, `VFO`, `因伤`; None for others."""
    folded = text.casefold().replace("_", "-")
    return next((reason for words, reason in _REASONS if words.search(folded)), None)
