"""The first page, the list of activities, my things, the privacy notice, help."""

from __future__ import annotations

import re
import uuid
from datetime import datetime

from flask import render_template
from flask_babel import gettext as _

from app.activities.queries import Card, cards, next_stations, public_list, season
from app.core.clock import now
from app.core.permissions import Permission
from app.games.queries.games import public_games
from app.games.routes.frame import days_of
from app.honours.queries.milestones import times_of
from app.honours.queries.prizes import prizes_of
from app.honours.rules.milestones import next_milestone, reached
from app.notices.queries import unread
from app.people.queries.family import may_claim
from app.people.queries.notices import current_notice
from app.portal.queries.mine import Mine, Stamp, mine, stamps
from app.portal.routes.frame import (
    Mark,
    blueprint,
    mark_of,
    mark_of_registration,
    my_things,
    standing_of,
)
from app.registrations.constants import RegistrationState
from app.web.access import public, requires, the_account

GAMES_SHOWN = 3
HEADING = re.compile(r"[一二三四五六七八九十]+、")
"""How the parts of the notice begin."""
SHOWN = 8
"""Rows before 全部."""


def _marked(rows: tuple[Card, ...], owned: Mine) -> list[tuple[Card, Mark]]:
    return [(card, mark_of(card.id, standing_of(card), card.registration_opens_at, owned)) for card in rows]


@blueprint.get("/")
@public("the first page")
def home() -> str:
    """The next station, my code, my stamps, what comes."""
    at = now()
    coming = next_stations(at, SHOWN + 1)
    owned = my_things()
    first = coming[0] if coming else None
    season = next((card.season_id for card in coming if card.season_id), None)
    strip = stamps(season, owned.first.id if owned.first else None) if season else []
    return render_template(
        "portal/home.html",
        first=first,
        standing=standing_of(first) if first else None,
        owned=owned,
        mine_first=owned.active(first.id) if first else [],
        coming=_marked(coming[:SHOWN], owned),
        more=len(coming) > SHOWN,
        strip=strip if len(strip) > 1 else [],
        counted=_counts(owned, at),
    )


def _counts(owned: Mine, at: datetime) -> dict[str, int]:
    """How many registrations stand, and how many wait, of activities to come."""
    known = cards({row.activity_id for row in owned.registrations})
    ahead = [row for row in owned.registrations if row.activity_id in known and known[row.activity_id].ends_at > at]
    return {
        "confirmed": sum(row.state is RegistrationState.CONFIRMED for row in ahead),
        "waiting": sum(row.state is RegistrationState.WAITLISTED for row in ahead),
    }


@blueprint.get("/activities")
@public("what citizens can take part in")
def activities() -> str:
    """Everything that comes, and what was."""
    owned = my_things()
    found = public_list(now())
    return render_template(
        "portal/activities.html",
        upcoming=_marked(found.upcoming, owned),
        past=_marked(found.past, owned),
        games=public_games()[:GAMES_SHOWN],
        days_of=days_of,
    )


@blueprint.get("/my", endpoint="mine")
@requires(Permission.OWN)
def mine_page() -> str:
    """My registrations, my history, my stamps, and the ways to family, code and safety."""
    at = now()
    owned = mine(the_account())
    known = cards({row.activity_id for row in owned.registrations})
    rows = [(row, known[row.activity_id], mark_of_registration(row, owned)) for row in owned.registrations]
    seasons = list(dict.fromkeys(card.season_id for _row, card, _mark in rows if card.season_id is not None))
    person = owned.first
    times = times_of([person.id]).get(person.id, 0) if person else 0
    return render_template(
        "portal/mine.html",
        owned=owned,
        may_claim=may_claim(the_account()),
        ahead=sorted((one for one in rows if one[1].ends_at > at), key=lambda one: one[1].starts_at),
        past=sorted((one for one in rows if one[1].ends_at <= at), key=lambda one: one[1].starts_at, reverse=True),
        strips=_strips(seasons, person.id if person else None),
        unread=unread(the_account()),
        times=times,
        milestone=reached(times),
        following=next_milestone(times),
        prizes=prizes_of([one.id for one in owned.people]),
    )


def _strips(season_ids: list[uuid.UUID], person_id: uuid.UUID | None) -> list[tuple[str, list[Stamp], str]]:
    """Name, seals and, when all of them are earned, the keepsake of each season; the newest first."""
    found = []
    for season_id in season_ids:
        rows = stamps(season_id, person_id)
        if len(rows) > 1:
            facts = season(season_id) if all(one.earned for one in rows) else None
            name, keepsake = rows[0].card.season_name or _("系列活动"), facts.season.keepsake if facts else ""
            found.append((rows[-1].card.starts_at, (name, rows, keepsake)))
    return [strip for _at, strip in sorted(found, key=lambda one: one[0], reverse=True)]


@blueprint.get("/privacy")
@public("what is asked for must be readable before signing in")
def privacy() -> str:
    """The privacy notice in force."""
    notice = current_notice()
    lines = [line.strip() for line in notice.text.splitlines() if line.strip()] if notice else []
    return render_template(
        "portal/privacy.html", notice=notice, lines=[(bool(HEADING.match(one)), one) for one in lines]
    )


@blueprint.get("/help", endpoint="help")
@public("whom to ring up")
def help_page() -> str:
    """The telephone, and the questions that are asked most."""
    return render_template("portal/help.html")
