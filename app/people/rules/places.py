"""Places and units as forms offer them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from app.people.constants import OrganisationKind


@dataclass(frozen=True, slots=True)
class Place:
    """A 镇街, a district that is not split up, or 区外; `group` is the district above it."""

    id: uuid.UUID
    code: str
    name: str
    kind: OrganisationKind
    group: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A school, unit or club with the place it belongs to."""

    id: uuid.UUID
    code: str
    name: str
    kind: OrganisationKind
    parent: str
