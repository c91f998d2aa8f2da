"""Ground a person, and how much more a target needs. Exact: Decimal, rounded once, as such figures are printed."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

HUNDREDTHS = Decimal(100)


def per_person(area_m2: int | None, population: int | None) -> Decimal | None:
    """㎡ a person with one decimal, half up: 1,190,000 ㎡ for 457,692 people are 2.6."""
    if not area_m2 or not population:
        return None
    return (Decimal(area_m2) / population).quantize(Decimal("0.1"), ROUND_HALF_UP)


def missing(area_m2: int | None, population: int | None, target_cm: int | None) -> Decimal | None:
    """㎡ that are missing to a target (hundredths of ㎡ a person), whole, never less than none."""
    if area_m2 is None or not population or target_cm is None:
        return None
    wanted = (Decimal(target_cm) * population / HUNDREDTHS).to_integral_value(ROUND_CEILING)
    return max(wanted - area_m2, Decimal())
