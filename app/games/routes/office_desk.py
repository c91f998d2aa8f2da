"""What the office's pages about an edition begin with: its draft, its sections, forms that were sent back."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from app.activities.forms.fields import RuledForm
from app.core.text import N_
from app.games.models import Games
from app.games.queries.games import games_by_ref
from app.games.routes.frame import Link
from app.games.rules.programme import GamesDraft
from app.web.texts import say

SECTIONS = (
    ("games.edit", N_("基本")),
    ("games.standards", N_("奖牌和总分")),
    ("games.paragraphs", N_("规程正文")),
)
"""The parts of an edition's settings: endpoint and label."""
TEAMS = (("games.delegations_office", N_("代表团")), ("games.penalties", N_("扣分决定")))


def draft_of(games: Games) -> GamesDraft:
    """An edition as it is stored, to be changed in part."""
    return GamesDraft(
        code=games.code,
        name=games.name,
        starts_on=games.starts_on,
        ends_on=games.ends_on,
        place=games.place,
        edition=games.edition,
        host=games.host,
        entries_open_at=games.entries_open_at,
        entries_close_at=games.entries_close_at,
        athlete_limit=games.athlete_limit,
        medal_rules=games.medal_rules,
        medal_settings=games.medal_settings,
        points_rules=games.points_rules,
        points_settings=games.points_settings,
        paragraphs=tuple((head, text) for head, text in games.paragraphs),
    )


def sections(games: Games, pages: tuple[tuple[str, str], ...], active: str) -> list[Link]:
    """Links to the parts of one tab."""
    return [Link(say(label), url_for(page, games_ref=games.code), page == active) for page, label in pages]


def sent_back(
    template: str, games: Games, form: RuledForm, version: int | None = None, **more: Any
) -> str | tuple[str, int]:
    """A page with a form; 422 when it was sent back.

    After a conflict, and only then, the form rests on the state as it is now (`version`, else the
    edition's): sending it once more is a decision then and not the same conflict again.
    """
    wrong = bool(form.errors)
    if form.conflicts:
        games = games_by_ref(games.id) or games
        form.use_version(games.version if version is None else version)
    page = render_template(template, games=games, form=form, **more)
    return (page, 422) if wrong else page


def seen_version() -> int:
    """The version that a button's form has sent; one that never was, when it is no number."""
    version = request.form.get("version", type=int)
    return -1 if version is None else version


def ask(games: Games, *, tab: str, what: str, told: str, act: str, back: str) -> str:
    """A second look before something is gone: the same address, posted to, does it."""
    return render_template("games/confirm.html", games=games, tab=tab, what=what, told=told, act=act, back=back)
