"""Every read of this room."""

from __future__ import annotations

from app.activities.queries.plans import (
    CategoryFacts,
    CategorySettings,
    CheckinPlan,
    CheckpointFacts,
    RegistrationSettings,
    TermsFacts,
    checkin_plan,
    registration_settings,
)

__all__ = [
    "CategoryFacts",
    "CategorySettings",
    "CheckinPlan",
    "CheckpointFacts",
    "RegistrationSettings",
    "TermsFacts",
    "checkin_plan",
    "registration_settings",
]
