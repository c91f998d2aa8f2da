"""Who gets a certificate and how it is worded; what a ceremony needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

UP_TO: Final = 8
"""Places that get a certificate unless told otherwise: those that score in 综合运动会."""
MOST: Final = 64


@dataclass(frozen=True, slots=True)
class Award:
    """One entry that is honoured in one event. `members`: who stands behind it, as far as it is known."""

    event_code: str
    event: str
    discipline: str
    delegation: str
    delegation_code: str
    name: str
    members: tuple[str, ...]
    rank: int | None
    shared: bool
    medal: int | None
    level: str
    mark: str
    position: int
    decided_on: date | None
    alone: bool
    """Whether the event is for single athletes."""

    @property
    def medals(self) -> int | None:
        """How many medals its ceremony needs: one for each member; None where nobody is named."""
        if self.medal is None:
            return 0
        if self.members:
            return len(self.members)
        return 1 if self.alone else None

    def number(self, games_code: str) -> str:
        """The certificate's number: the same as long as the result is the same."""
        return f"{games_code}-{self.event_code}-{self.position + 1:03}"


def gold_first(awards: Sequence[Award]) -> list[tuple[str, str, list[Award]]]:
    """(discipline, event, its awards as a ceremony calls them), in the order of the programme."""
    events: dict[str, list[Award]] = {}
    for one in awards:
        events.setdefault(one.event_code, []).append(one)
    return [
        (some[0].discipline, some[0].event, sorted(some, key=lambda one: (one.medal or 9, one.position)))
        for some in events.values()
    ]


def medals_needed(awards: Sequence[Award]) -> dict[int, int]:
    """Medals by colour (1 gold, 2 silver, 3 bronze) that a ceremony needs, as far as members are known."""
    return {kind: sum(one.medals or 1 for one in awards if one.medal == kind) for kind in (1, 2, 3)}
