"""People of an activity whom a room above knows: it says how many there are, and tells them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from app.audit.services import Actor
from app.core.clock import now
from app.core.errors import Conflict
from app.core.text import N_
from app.registrations.queries.addressees import Reach
from app.registrations.rules.audience import Audience, Who
from app.registrations.services.telling import checked_reach, tell_registered


class Tells(Protocol):
    """The act that tells them."""

    def __call__(
        self, *, activity_id: uuid.UUID, text: str, token: uuid.UUID, actor: Actor, at: datetime, urgent: bool
    ) -> int:
        """Returns how many people."""


class _Held:
    reach: Callable[[uuid.UUID], Reach] | None = None
    tell: Tells | None = None


def use_volunteers(reach: Callable[[uuid.UUID], Reach], tell: Tells) -> None:
    """Say who knows the volunteers (once, at start-up)."""
    _Held.reach, _Held.tell = reach, tell


def reach_of_anybody(activity_id: uuid.UUID, audience: Audience) -> Reach:
    """How many are reached, volunteers too.

    Conflict `nobody_registered`, `nobody_of_these`, `nobody_serves`, `volunteers_of_a_town`.
    """
    if audience.who is not Who.VOLUNTEERS:
        return checked_reach(activity_id, audience)
    if audience.town_id is not None:
        raise Conflict("volunteers_of_a_town", N_("志愿者不分镇街，“哪个镇街”请选“全部”。"), field="town")
    reach = _Held.reach(activity_id) if _Held.reach else Reach(0, 0, 0)
    if not reach.accounts + reach.phones:
        raise Conflict("nobody_serves", N_("还没有安排好的志愿者。"), field="who")
    return reach


def tell_anybody(
    *,
    activity_id: uuid.UUID,
    text: str,
    token: uuid.UUID,
    audience: Audience,
    actor: Actor,
    urgent: bool = False,
) -> Reach:
    """Tell those of `audience`; errors as those of `reach_of_anybody` and of the acts that tell."""
    if audience.who is not Who.VOLUNTEERS or _Held.tell is None:
        return tell_registered(
            activity_id=activity_id, text=text, token=token, audience=audience, urgent=urgent, actor=actor
        )
    reach = reach_of_anybody(activity_id, audience)
    _Held.tell(activity_id=activity_id, text=text, token=token, actor=actor, at=now(), urgent=urgent)
    return reach
