"""Every kind of draw by one name each, so that a stored one can be replayed by anybody for ever.

`entrants` go in in a fixed order. What comes out is a list of ids: of numbers 1, 2, 3, …; of places from top to
bottom of a bracket, None for a bye; or a list of groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import DrawKind, EventFormat
from app.games.rules.draws import KNOCKOUT, Entrant, draw_bracket, draw_groups
from app.registrations.rules.draw import VERSION, draw

PAPER: Final = "paper"
"""The version of a draw that was typed in."""
LOTS: Final = f"lots-1/{VERSION}"
"""A number to everybody, seeds too: wrestling."""
TABLE: Final = f"table-1/{VERSION}"
"""Numbers of a league's table: the seeds first in their order, the others drawn."""
ORDER: Final = f"order-1/{VERSION}"
"""A running order: the others drawn, then the seeds, the first seed last."""
MOST_GROUPS: Final = 26

Outcome = list[Any]


@dataclass(frozen=True)
class Plan:
    """What a draw for an event gives, and by which way of drawing."""

    kind: DrawKind
    version: str
    least: int = 2


def plan_of(form: EventFormat, settings: Mapping[str, Any]) -> Plan | None:
    """How an event is drawn; None where places are typed in."""
    match form:
        case EventFormat.WRESTLING:
            return Plan(DrawKind.NUMBERS, LOTS, 1)
        case EventFormat.LEAGUE:
            return Plan(DrawKind.NUMBERS, TABLE)
        case EventFormat.KNOCKOUT:
            groups = groups_in(settings)
            return Plan(DrawKind.GROUPS, f"groups-1/{groups}/{VERSION}") if groups else Plan(DrawKind.BRACKET, KNOCKOUT)
        case EventFormat.JUDGED | EventFormat.TIMED:
            return Plan(DrawKind.ORDER, ORDER, 1)
        case EventFormat.PLACES:
            return None


def groups_in(settings: Mapping[str, Any]) -> int:
    """The number of groups that a knockout begins with; 0 for none."""
    groups = settings.get("groups") or 0
    return groups if isinstance(groups, int) else 0


def carry_out(version: str, entrants: Sequence[Entrant], seed: str) -> Outcome:
    """Draw. The same version, entrants and seed always give the same.

    Raises DomainError `seed_missing`, `seeds_wrong`, `no_groups`, and `unknown_version`.
    """
    check_seeds([one.seed for one in entrants if one.seed is not None])
    seeded = sorted((one for one in entrants if one.seed is not None), key=lambda one: one.seed or 0)
    others = [one for one in entrants if one.seed is None]
    if version == LOTS:
        return [one.id for one in draw(entrants, seed)]
    if version == TABLE:
        return [one.id for one in (*seeded, *draw(others, seed))]
    if version == ORDER:
        return [one.id for one in (*draw(others, seed), *reversed(seeded))]
    if version == KNOCKOUT:
        return list(draw_bracket(entrants, seed).places)
    groups = _groups_of(version)
    return [[one.id for one in group] for group in draw_groups(entrants, groups, seed)]


def check_seeds(seeds: Sequence[int]) -> None:
    """Seeds are 1, 2, 3, … without a gap. Raises DomainError `seeds_wrong`."""
    if sorted(seeds) != list(range(1, len(seeds) + 1)):
        raise DomainError("seeds_wrong", N_("种子号应从 1 起连续，不重复。"))


def _groups_of(version: str) -> int:
    name, _, rest = version.partition("/")
    count, _, way = rest.partition("/")
    if name != "groups-1" or way != VERSION or not count.isdigit() or not 1 <= int(count) <= MOST_GROUPS:
        raise DomainError("unknown_version", N_("不认识这种抽签方法。"))
    return int(count)


def replays(version: str, entrants: Sequence[Entrant], seed: str, outcome: Sequence[Any]) -> bool | None:
    """Whether a stored draw is what its seed and its entrants give; None for one on paper, which no seed gives."""
    if version == PAPER:
        return None
    try:
        return carry_out(version, entrants, seed) == list(outcome)
    except DomainError:
        return False


def flat(outcome: Sequence[Any]) -> list[str]:
    """Everybody in an outcome once, without byes; of groups, the first of each, then the second of each."""
    if any(isinstance(one, list) for one in outcome):
        longest = max((len(group) for group in outcome), default=0)
        return [group[n] for n in range(longest) for group in outcome if n < len(group)]
    return [one for one in outcome if one is not None]


def from_paper(kind: DrawKind, typed: Mapping[str, str]) -> Outcome:
    """The outcome that was typed in: what stands beside each entrant, a number, or for groups `A1`.

    Numbers run from 1 without a gap; of a bracket they are places from the top, where byes leave gaps. Raises
    DomainError with the entrant's id as field: `number_wrong`, `number_twice`, `numbers_incomplete`, `two_byes`.
    """
    if kind is DrawKind.GROUPS:
        return _paper_groups(typed)
    size = len(typed) if kind is not DrawKind.BRACKET else 1 << max(1, (len(typed) - 1).bit_length())
    row: list[str | None] = [None] * size
    for one, text in typed.items():
        if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= size:
            raise DomainError("number_wrong", N_("应为 1 到 %(most)s 的号。"), field=one, most=size)
        if row[int(text) - 1] is not None:
            raise DomainError("number_twice", N_("这个号已经填给别人。"), field=one)
        row[int(text) - 1] = one
    for n in range(0, size - 1, 2):
        if row[n] is None and row[n + 1] is None:
            raise DomainError("two_byes", N_("%(a)s 号和 %(b)s 号都空着，轮空不能相遇。"), a=n + 1, b=n + 2)
    return list(row)


def _paper_groups(typed: Mapping[str, str]) -> Outcome:
    seats: dict[tuple[str, int], str] = {}
    for one, text in typed.items():
        letter, number = text[:1].upper(), text[1:]
        if not ("A" <= letter <= "Z" and number.isascii() and number.isdigit() and 1 <= len(number) <= 3):
            raise DomainError("number_wrong", N_("应为组和号，例如 A1。"), field=one)
        if (letter, int(number)) in seats:
            raise DomainError("number_twice", N_("这个号已经填给别人。"), field=one)
        seats[letter, int(number)] = one
    letters = sorted({letter for letter, _ in seats})
    if letters != [chr(ord("A") + n) for n in range(len(letters))]:
        raise DomainError("numbers_incomplete", N_("组应从 A 起连续。"))
    groups: Outcome = []
    for letter in letters:
        numbers = sorted(number for other, number in seats if other == letter)
        if numbers != list(range(1, len(numbers) + 1)):
            raise DomainError("numbers_incomplete", N_("%(group)s 组的号应从 1 起连续。"), group=letter)
        groups.append([seats[letter, number] for number in numbers])
    return groups
