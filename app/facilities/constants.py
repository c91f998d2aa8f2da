"""What is a place, and how far a set of equipment has come."""

from __future__ import annotations

from enum import StrEnum

from app.core.text import N_


class PlaceKind(StrEnum):
    """What stands on the list of places."""

    VENUE = "venue"
    GROUND = "ground"
    GREENWAY = "greenway"
    LINE = "line"

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return {
            PlaceKind.VENUE: N_("场馆"),
            PlaceKind.GROUND: N_("场地"),
            PlaceKind.GREENWAY: N_("绿道"),
            PlaceKind.LINE: N_("体育旅游线路"),
        }[self]


WITH_AREA = frozenset({PlaceKind.VENUE, PlaceKind.GROUND})
"""What counts as sports ground; the others are measured in km."""


class GrantState(StrEnum):
    """Where an application for equipment stands."""

    APPLIED = "applied"
    APPROVED = "approved"
    REFUSED = "refused"
    ARRIVED = "arrived"

    @property
    def label(self) -> str:
        """The state as a msgid."""
        return {
            GrantState.APPLIED: N_("已申请"),
            GrantState.APPROVED: N_("已批准"),
            GrantState.REFUSED: N_("没有批准"),
            GrantState.ARRIVED: N_("已到货"),
        }[self]


class ReportKind(StrEnum):
    """Who looked at a set: somebody of the office on a round, or a citizen who found a fault."""

    FAULT = "fault"
    INSPECTION = "inspection"

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return {ReportKind.FAULT: N_("报修"), ReportKind.INSPECTION: N_("巡查")}[self]


class ReportState(StrEnum):
    """What becomes of a report."""

    OPEN = "open"
    REPAIRING = "repairing"
    DONE = "done"

    @property
    def label(self) -> str:
        """The state as a msgid."""
        return {
            ReportState.OPEN: N_("待处理"),
            ReportState.REPAIRING: N_("维修中"),
            ReportState.DONE: N_("已处理"),
        }[self]
