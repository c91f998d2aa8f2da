"""Volunteers of one year, for the yearly report."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.volunteers.queries.hours import hours_in, hours_of


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """Different people, and the hours of all of them."""

    people: int
    hours: Decimal


def service_figures(year: int) -> ServiceFigures | None:
    """The figures of a year; None when nobody served."""
    lines = hours_in(year)
    if not lines:
        return None
    return ServiceFigures(len(lines), hours_of(sum(one.minutes for one in lines)))
