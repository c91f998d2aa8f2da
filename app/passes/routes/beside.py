"""What stands beside a code: the next station and the number to wear.

This floor knows no activities. The room that does hangs in two questions.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app


@dataclass(frozen=True, slots=True)
class Beside:
    """A line under the name (徐庄站 体验组 8 km) and the number to wear there."""

    line: str
    bib: str | None


NextLine = Callable[[uuid.UUID], Beside | None]
LiveActivities = Callable[[uuid.UUID], Sequence[uuid.UUID]]
_KEY = "xiangyue_beside_passes"


def stand_beside(app: Flask, *, next_line: NextLine, live: LiveActivities) -> None:
    """Let a room answer for a person: what comes next, and the activities where a code matters now."""
    app.extensions[_KEY] = (next_line, live)


def next_line(person_id: uuid.UUID) -> Beside | None:
    """What stands beside this person's code; None when nothing comes, or nobody knows."""
    hung = current_app.extensions.get(_KEY)
    found: Beside | None = hung[0](person_id) if hung else None
    return found


def live_activities(person_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Where a new code of this person must become known."""
    hung = current_app.extensions.get(_KEY)
    found: Sequence[uuid.UUID] = hung[1](person_id) if hung else ()
    return found
