"""Which cells of an activity's rollup a change of a count adds to."""

from __future__ import annotations

from typing import Any

from app.activities.constants import Metric


def cubes_of(row: Any) -> list[tuple[str, str, str]]:
    """The cells (cube, k1, k2) that a delta adds to. Bounded by the station, not by its people."""
    if row.metric == Metric.CHECKIN:
        point = row.checkpoint_id.hex
        return [
            ("checkpoint", point, ""),
            ("checkpoint_quarter", point, str(row.quarter)),
            ("checkpoint_category", point, row.category_id.hex),
        ]
    if row.metric == Metric.SCAN:
        return [("checkpoint", row.checkpoint_id.hex, "")]
    return [
        ("total", "", ""),
        ("category", row.category_id.hex, ""),
        ("town", row.town_id.hex, ""),
        ("age_sex", row.age_band, row.sex),
        ("quarter", str(row.quarter), ""),
    ]
