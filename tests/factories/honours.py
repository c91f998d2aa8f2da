"""People who have come to a walk or finished it, through scans."""

from __future__ import annotations

from typing import Any

from tests.factories import walks
from tests.factories.walks import Walk

WAY = {"TY": ("S", "F")}


def finished(walk: Walk, *people: Any) -> list[Any]:
    """These people have read their code at the start and at the finish; their outcomes."""
    outcomes = walks.enrol(walk, *people)
    phone = walks.device(walk)
    for outcome in outcomes:
        walks.read(phone, walks.scan(outcome, "S", 1, walk=walk), walks.scan(outcome, "F", 50, walk=walk))
    return outcomes


def came(walk: Walk, *people: Any) -> list[Any]:
    """These people have read their code at the start alone."""
    outcomes = walks.enrol(walk, *people)
    phone = walks.device(walk)
    for outcome in outcomes:
        walks.read(phone, walks.scan(outcome, "S", 1, walk=walk))
    return outcomes
