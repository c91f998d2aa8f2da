"""Which of two registrations of one person goes on."""

from __future__ import annotations

import uuid
from datetime import datetime

from app.registrations.constants import ACTIVE_STATES, RegistrationState

WITH_PLACE = frozenset({RegistrationState.CONFIRMED, RegistrationState.SUBMITTED})


def precedence(state: RegistrationState, created_at: datetime, id_: uuid.UUID) -> tuple[int, datetime, uuid.UUID]:
    """Sorts first what goes on: a place before waiting, what is alive before what has ended, then the older."""
    return (0 if state in WITH_PLACE else 1 if state in ACTIVE_STATES else 2), created_at, id_
