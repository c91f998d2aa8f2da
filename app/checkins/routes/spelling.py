"""Answers to scans in the words of the API, with what the volunteer's page shows beside."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from app.checkins.constants import COUNTING, Verdict
from app.checkins.queries.gate import shown_name, team_members
from app.checkins.rules.answers import ScanResult
from app.core.crypto import unseal
from app.registrations.queries.teams import team_name
from app.web.texts import say

ON_SCREEN = 20
"""Names travel with what a volunteer has just read, not with an upload of what was read hours ago."""


def spell_results(activity_id: uuid.UUID, results: Sequence[ScanResult]) -> list[dict[str, Any]]:
    """Answers as the door has them, with what the volunteer's page shows beside; names for at most ON_SCREEN."""
    named = len(results) <= ON_SCREEN
    return [_spell(activity_id, result, named=named) for result in results]


def _spell(activity_id: uuid.UUID, result: ScanResult, *, named: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": str(result.id) if result.id else None,
        "verdict": result.verdict.value,
        "first_verdict": result.first_verdict.value,
        "checkin": result.checkin,
    }
    if result.id is None:
        body["index"] = result.index
    if result.reason:
        body["reason"] = result.reason
    row = result.registration
    if row is not None:
        body["bib"] = row.bib
        if named:
            name = unseal(row.sealed_name, "registration.name") if row.sealed_name else None
            body["name"] = shown_name(name, row.age)
    if result.first_at is not None:
        body["first_at"] = result.first_at.isoformat()
    if result.verdict not in COUNTING:
        body["message"] = say(result.verdict.label)
    if result.verdict is Verdict.TEAM_PARTIAL and result.team_id is not None:
        members = team_members(activity_id, result.team_id, None)
        body["team"] = {
            "name": team_name(activity_id, result.team_id),
            "members": [
                {
                    "registration": str(one.registration_id),
                    "name": one.name,
                    "bib": one.bib,
                    "checked_in": one.checked_in_at is not None,
                }
                for one in members
            ],
        }
    return body
