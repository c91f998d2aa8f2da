"""What every page of the games begins with: the edition or 404, the public's tabs, words for medals."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from fractions import Fraction

from flask import Blueprint, url_for
from flask_babel import gettext as _

from app.core.clock import today
from app.core.permissions import Permission, Scope, ScopeKind
from app.games.constants import GamesStatus
from app.games.models import Event, Games
from app.games.queries.games import event_by_ref, games_by_ref, games_not_found
from app.games.services.opening import event_not_found
from app.web.access import can
from app.web.texts import day

blueprint = Blueprint("games", __name__, template_folder="../templates")

MEDALS = {1: "gold", 2: "silver", 3: "bronze"}


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere, as tabs and chips show it."""

    label: str
    url: str
    active: bool = False
    count: int | None = None


def scopes_of_games(ref: str) -> list[Scope]:
    """Loader of the URL argument `games_ref` (id or code): an unknown one lies nowhere."""
    found = games_by_ref(ref)
    return [Scope(ScopeKind.GAMES, found.id)] if found else []


def games_or_404(ref: str) -> Games:
    """The edition that an id or a code names, drafts too: for the office."""
    found = games_by_ref(ref)
    if found is None:
        raise games_not_found()
    return found


def public_or_404(ref: str) -> Games:
    """The edition for everybody; a draft only for whoever may see it at the office."""
    found = games_or_404(ref)
    if found.status == GamesStatus.DRAFT.value and not can(Permission.GAMES_VIEW, "games_ref", ref):
        raise games_not_found()
    return found


def event_or_404(games_id: uuid.UUID, ref: str) -> Event:
    """An event by id or code."""
    found = event_by_ref(games_id, ref)
    if found is None:
        raise event_not_found()
    return found


def public_tabs(games: Games, active: str) -> list[Link]:
    """What the public can look at, as the top bar of every public page of an edition."""
    pages = (
        ("games.results", _("成绩")),
        ("games.schedule", _("赛程")),
        ("games.medals", _("奖牌和总分")),
        ("games.honours_public", _("荣誉")),
        ("games.records_page", _("纪录")),
        ("games.regulations", _("规程")),
    )
    return [Link(label, url_for(page, games_ref=games.code), page == active) for page, label in pages]


def days_of(games: Games) -> str:
    """10月9日 星期六 — 10月16日 星期六, with the year where it is not this one."""
    year = "" if games.starts_on.year == today().year else _("%(year)s年", year=games.starts_on.year) + " "
    if games.ends_on == games.starts_on:
        return f"{year}{day(games.starts_on)}"
    return f"{year}{day(games.starts_on)} — {day(games.ends_on)}"


def figure(value: Fraction) -> str:
    """7, 186.5, or 16/3 with two decimals (5.33) where it does not end."""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    text = f"{float(value):,.2f}"
    return text.rstrip("0").rstrip(".")
