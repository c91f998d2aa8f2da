"""How long personal data stays after its purpose has ended (PIPL 19: the shortest time that serves it).

No authority names these numbers for mass sport; all are [P], chosen here and set by the installation.
What each rests on stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Terms:
    """Days after the purpose has ended."""

    #: health statement and emergency contact, after the activity: they serve that day alone
    answers: timedelta = timedelta(days=30)
    #: name, initials and phone in a registration, what was read of nobody, a volunteer's name on a phone,
    #: after the activity: until complaints and insurance claims of that year are through
    activity: timedelta = timedelta(days=365)
    #: weight and leaders' phones, after the games: until the last protest and the accounts are closed
    games: timedelta = timedelta(days=365)
    #: a person's own row, after they last took part or somebody who looks after them signed in
    person: timedelta = timedelta(days=730)
    #: guardians' names and reasons of a selection, after its year: two seasons of complaints
    squad: timedelta = timedelta(days=730)
    #: whom to call back about a fault, after it was settled
    report: timedelta = timedelta(days=180)
    #: who has signed for a set, after the hand-over: as long as its warranty and audit usually run
    receipt: timedelta = timedelta(days=1825)


class _Held:
    terms = Terms()


def use(terms: Terms) -> None:
    """Make `terms` those of this process (once, at start-up)."""
    _Held.terms = terms


def terms() -> Terms:
    """The terms of this process."""
    return _Held.terms


def terms_from(settings: Mapping[str, Any]) -> Terms:
    """The terms of an installation, from RETENTION_DAYS (name → days); ValueError for less than a day."""
    given: Mapping[str, int] = settings.get("RETENTION_DAYS", {})
    unknown = set(given) - set(Terms.__dataclass_fields__)
    if unknown or any(days < 1 for days in given.values()):
        raise ValueError(f"RETENTION_DAYS: {dict(given)!r}; known are {', '.join(Terms.__dataclass_fields__)}")
    return Terms(**{name: timedelta(days=days) for name, days in given.items()})
