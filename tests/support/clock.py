"""The clock of a test: it stands still unless the test moves it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from time_machine import Traveller

from app.core.clock import OFFICE_ZONE, now, office_time, today


class Clock:
    """Sets what `app.core.clock.now()` answers, everywhere in the process."""

    def __init__(self, traveller: Traveller) -> None:
        self._traveller = traveller

    def move_to(self, instant: datetime) -> None:
        """Go to an aware instant; a naive one is the office's wall clock."""
        self._traveller.move_to(instant if instant.tzinfo else instant.replace(tzinfo=OFFICE_ZONE))

    def at(self, year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> None:
        """Go to a wall-clock time of the office."""
        self.move_to(office_time(year, month, day, hour, minute))

    def shift(self, **parts: float) -> None:
        """Let time pass: `clock.shift(minutes=31)`."""
        self._traveller.shift(timedelta(**parts))

    @property
    def now(self) -> datetime:
        """The instant it shows."""
        return now()

    @property
    def today(self) -> date:
        """The office's day."""
        return today()
