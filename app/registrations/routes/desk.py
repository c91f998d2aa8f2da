"""What the pages of signing up share: the activity, its groups as cards, what is kept between pages."""

from __future__ import annotations

import json
import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.constants import PUBLIC_STATUSES, ActivityStatus, Allocation
from app.activities.queries import CategoryDetail, Station, activity_by_ref
from app.activities.queries import station as read_station
from app.activities.rules.states import Places
from app.core.clock import now
from app.core.crypto import seal, unseal
from app.core.errors import NotFound
from app.core.text import N_
from app.web.texts import km, number

blueprint = Blueprint("registrations", __name__, template_folder="../templates")

STASH, STASH_AAD, STASH_FOR = "typed", "cookie.typed", 3600
DONE, DONE_AAD = "registered", "session.registered"


def open_station(ref: str) -> Station:
    """The activity that somebody wants to sign up for; one called off is shown to say so."""
    activity = activity_by_ref(ref)
    shown = PUBLIC_STATUSES | {ActivityStatus.CANCELLED}
    found = read_station(activity.id) if activity and activity.status in shown else None
    if found is None:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    return found


def category_label(one: CategoryDetail) -> str:
    """体验组 8 km."""
    return f"{one.name} {km(one.distance_m)}" if one.distance_m else one.name


def age_words(one: CategoryDetail) -> str:
    """Whom a group takes."""
    if one.min_age is not None and one.max_age is not None:
        return str(_("%(low)s—%(high)s 岁", low=one.min_age, high=one.max_age))
    if one.min_age is not None:
        return str(_("满 %(low)s 岁", low=one.min_age))
    if one.max_age is not None:
        return str(_("最大 %(high)s 岁", high=one.max_age))
    return str(_("不限年龄"))


def category_cards(found: Station) -> dict[str, dict[str, Any]]:
    """What stands on the card of each group: whom it takes, what is left."""
    activity = found.activity
    queue = activity.waiting_list and now() < activity.gate_opens_at
    cards: dict[str, dict[str, Any]] = {}
    for one in found.categories:
        left = Places(one.capacity, one.taken, one.waiting).left
        card: dict[str, Any] = {"detail": age_words(one)}
        if activity.allocation is Allocation.DRAW:
            card["side"] = _("抽签")
        elif left:
            card["side"] = _("余 %(n)s", n=number(left))
        elif queue:
            card |= {"badge": ("wait", _("候补"), "clock"), "detail": _("有人退出就按顺序递补")}
        else:
            card |= {"badge": ("off", _("已满"), "minus"), "disabled": True}
        cards[str(one.id)] = card
    return cards


# --------------------------------------------------------------------------- across a lost session


def stash_typed(response: Response, ref: str) -> Response:
    """Keep what was sent without a session, sealed, on the reader's own device for an hour."""
    kept = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    body = json.dumps(kept, ensure_ascii=False)
    if len(body) <= 2_400:  # a cookie holds 4 kB
        response.set_cookie(
            STASH,
            b64encode(seal(body, STASH_AAD)).decode("ascii"),
            max_age=STASH_FOR,
            path=f"/activities/{ref}/register",
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    return response


def stashed() -> dict[str, list[str]]:
    """What `stash_typed` kept; nothing when there is none, or it does not open."""
    kept = request.cookies.get(STASH)
    if not kept:
        return {}
    try:
        found = json.loads(unseal(b64decode(kept), STASH_AAD))
    except ValueError:
        return {}
    return {str(name): [str(one) for one in values] for name, values in found.items()}


# --------------------------------------------------------------------------- what came of it


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the page after sending, the same for persons known before and not."""

    name: str
    category: str
    state: str
    position: int | None


def keep_told(activity_id: uuid.UUID, rows: list[Told]) -> None:
    """Keep the result for the page after sending, sealed: a cookie lies open in the browser's store."""
    body = json.dumps([str(activity_id), [[r.name, r.category, r.state, r.position] for r in rows]])
    session[DONE] = b64encode(seal(body, DONE_AAD)).decode("ascii")


def told(activity_id: uuid.UUID) -> list[Told]:
    """The result of the last sending for this activity."""
    kept = session.get(DONE)
    if not isinstance(kept, str):
        return []
    try:
        of, rows = json.loads(unseal(b64decode(kept), DONE_AAD))
    except ValueError:
        return []
    return [Told(*row) for row in rows] if of == str(activity_id) else []
