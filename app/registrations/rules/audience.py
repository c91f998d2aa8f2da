"""Whom the office tells something: everybody of an activity, or a part that can be named in a word."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.ids import parse_uuid
from app.core.text import N_

OF_AGE = 18


class Who(StrEnum):
    """Which of the registered; or the volunteers, who need not be registered."""

    EVERYBODY = "everybody"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    MINORS = "minors"
    #: who serves; the room of volunteers knows them
    VOLUNTEERS = "volunteers"

    @property
    def label(self) -> str:
        """As a msgid."""
        return {
            Who.EVERYBODY: N_("全体报名的人"),
            Who.CONFIRMED: N_("已报上的"),
            Who.WAITLISTED: N_("候补的"),
            Who.MINORS: N_("未成年人的监护人"),
            Who.VOLUNTEERS: N_("安排好的志愿者"),
        }[self]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who, and from which 镇街 (None: from anywhere)."""

    who: Who = Who.EVERYBODY
    town_id: uuid.UUID | None = None

    @property
    def is_all(self) -> bool:
        """Whether nobody is left out."""
        return self == Audience()

    def packed(self) -> dict[str, str]:
        """As a message of the outbox holds it: words and ids."""
        return {"who": self.who.value, "town": str(self.town_id or "")}


def audience_of(packed: Mapping[str, Any] | None) -> Audience:
    """The same read back; nothing is everybody."""
    if not packed:
        return Audience()
    return Audience(Who(packed["who"]), parse_uuid(packed.get("town", "")))
