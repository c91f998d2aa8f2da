"""Time. Stored instants are UTC; people see the office's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def now() -> datetime:
    """The current instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The current day in the office's zone."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """`instant` as the office's clock shows it."""
    return instant.astimezone(OFFICE_ZONE)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970-01-01 UTC, exact (no float in between)."""
    return (instant - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The inverse of `to_micros`."""
    return EPOCH + timedelta(microseconds=micros)


def office_time(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A wall-clock time of the office as an instant in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=OFFICE_ZONE).astimezone(UTC)
