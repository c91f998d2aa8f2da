"""What stands in the 秩序册: title, figures, delegations with their people, programme, schedule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.text import N_

Say = Callable[..., str]
"""A msgid with its places, in the language of the book."""
Progress = Callable[[int, int], None]
"""Told how much of how much is done."""


class BookForm(StrEnum):
    """As what the book is made."""

    PDF = "pdf"
    DOCX = "docx"


@dataclass(frozen=True, slots=True)
class DelegationPart:
    """A delegation: its leader, and by event who starts for it (each a line of text)."""

    name: str
    leader: str
    entries: int
    athletes: int
    events: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class ProgrammePart:
    """A discipline with its events: name, entries, delegations."""

    discipline: str
    events: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class SessionPart:
    """A session with what is held in it: when an event begins there, its name, how many units."""

    name: str
    venue: str
    starts_at: datetime
    ends_at: datetime
    events: tuple[tuple[datetime | None, str, int], ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The whole book."""

    title: str
    host: str
    place: str
    starts_on: date
    ends_on: date
    entries: int
    athletes: int
    delegations: Sequence[DelegationPart]
    programme: Sequence[ProgrammePart]
    sessions: Sequence[SessionPart]


def entry_text(name: str, members: Sequence[tuple[str, bool]], say: Say, *, team: bool) -> str:
    """王德福; a pair 王德福/李秀英; a team 一队：王德福、李秀英（替补：赵磊）. `members`: name, substitute."""
    names = [one for one, _ in members]
    if not names or names == [name] or "/".join(names) == name or not team:
        return name
    regular = [one for one, substitute in members if not substitute]
    text = f"{name}{say(N_('：'))}{say(N_('、')).join(regular)}"
    substitutes = [one for one, substitute in members if substitute]
    return text + say(N_("（替补：%(names)s）"), names=say(N_("、")).join(substitutes)) if substitutes else text
