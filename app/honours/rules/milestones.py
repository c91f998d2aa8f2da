"""How often somebody has come: 10, 25, 50 and 100 times."""

from __future__ import annotations

from typing import Final

MILESTONES: Final = (10, 25, 50, 100)


def reached(times: int) -> int | None:
    """The last milestone behind somebody; None before the first."""
    return max((one for one in MILESTONES if one <= times), default=None)


def next_milestone(times: int) -> int | None:
    """The next milestone; None after the last."""
    return next((one for one in MILESTONES if one > times), None)


def passed(before: int, after: int) -> list[int]:
    """The milestones that lie between two counts, the earlier excluded."""
    return [one for one in MILESTONES if before < one <= after]
