"""The office's list of editions, and one of them: its overview, its steps, its settings, a copy of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import done, tried
from app.core.clock import today
from app.core.errors import DomainError, NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.games.constants import GamesStatus
from app.games.forms.games import (
    EMPTY_PARAGRAPHS,
    MOST_PARAGRAPHS,
    EditionCopyForm,
    GamesForm,
    ParagraphsForm,
    StandardsForm,
)
from app.games.models import Games
from app.games.queries.games import all_games, progress
from app.games.routes.frame import blueprint, games_or_404
from app.games.routes.office_desk import SECTIONS, draft_of, sections, seen_version, sent_back
from app.games.rules.settings import standards_of, standards_settings
from app.games.services.copies import copy_games
from app.games.services.programme import change_games, change_paragraphs, create_games, set_games_status
from app.web.access import actor, requires, the_caller

AREA = "/office/games/<games_ref>"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an edition's life as the office takes it."""

    to: GamesStatus
    label: str
    told: str


STEPS = {
    GamesStatus.DRAFT: (Step(GamesStatus.ENTRIES, N_("开始报项"), N_("公众能看到，领队在报项时间内可以报项。")),),
    GamesStatus.ENTRIES: (
        Step(GamesStatus.RUNNING, N_("开幕"), N_("开始比赛，成绩陆续公布。")),
        Step(GamesStatus.DRAFT, N_("退回筹备"), N_("公众看不到了，只在还没人报项时可以。")),
    ),
    GamesStatus.RUNNING: (
        Step(GamesStatus.FINISHED, N_("闭幕"), N_("比赛都结束了，成绩照常看得到。")),
        Step(GamesStatus.ENTRIES, N_("退回报项"), N_("还没开赛，按错了。")),
    ),
    GamesStatus.FINISHED: (Step(GamesStatus.RUNNING, N_("重新打开"), N_("闭幕早了，还有成绩要公布。")),),
}
"""From each state, the usual one first."""


@blueprint.get("/office/games")
@requires(Permission.GAMES_VIEW, anywhere=True)
def office_list() -> str:
    """The editions of the caller's scopes, the newest first."""
    found = all_games(the_caller().scopes_with(Permission.GAMES_VIEW))
    return render_template("games/office_list.html", games=found)


@blueprint.route("/office/games/new", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT)
def create() -> Any:
    """A new edition from nothing; its programme comes next."""
    form = GamesForm()
    if form.validate_on_submit() and tried(lambda: create_games(draft=form.draft(), actor=actor()), form):
        flash(_("已建立，接着设项目。"))
        return redirect(url_for("games.programme", games_ref=form.code.data))
    page = render_template("games/office_create.html", form=form)
    return (page, 422) if form.errors else page


@blueprint.get(AREA)
@requires(Permission.GAMES_VIEW, of="games_ref")
def overview(games_ref: str) -> str:
    """What the edition is, how far it has come, and the steps that can be taken."""
    games = games_or_404(games_ref)
    return render_template(
        "games/office_overview.html",
        games=games,
        progress=progress(games.id),
        steps=STEPS[GamesStatus(games.status)],
        standards=_standards(games),
    )


@blueprint.post(f"{AREA}/status")
@requires(Permission.GAMES_EDIT, of="games_ref")
def take_step(games_ref: str) -> Response:
    """Open entries, begin, close."""
    games = games_or_404(games_ref)
    wanted = request.form.get("to", "")
    if wanted not in set(GamesStatus):
        raise NotFound("not_found", N_("没有找到这一页。"))
    status, version = GamesStatus(wanted), seen_version()
    done(
        lambda: set_games_status(games_id=games.id, status=status, version=version, actor=actor()),
        N_("状态已改。"),
    )
    return redirect(url_for("games.overview", games_ref=games.code))


# --------------------------------------------------------------------------- settings


@blueprint.route(f"{AREA}/edit", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def edit(games_ref: str) -> Any:
    """What, where, when."""
    games = games_or_404(games_ref)
    form = GamesForm(obj=games)
    if form.validate_on_submit() and tried(
        lambda: change_games(
            games_id=games.id, draft=form.draft(draft_of(games)), version=form.seen_version, actor=actor()
        ),
        form,
    ):
        flash(_("已保存。"))
        return redirect(url_for("games.edit", games_ref=form.code.data))
    return sent_back("games/office_edit.html", games, form, sections=sections(games, SECTIONS, "games.edit"))


@blueprint.route(f"{AREA}/standards", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def standards(games_ref: str) -> Any:
    """How medals and team points are given."""
    games = games_or_404(games_ref)
    form = StandardsForm(obj=_standards(games), version=games.version)

    def save() -> None:
        medals, points = standards_settings(form.standards(), games.medal_rules, games.points_rules)
        draft = replace(draft_of(games), medal_settings=medals, points_settings=points)
        change_games(games_id=games.id, draft=draft, version=form.seen_version, actor=actor())

    if form.validate_on_submit() and tried(save, form):
        flash(_("已保存。"))
        return redirect(url_for("games.standards", games_ref=games.code))
    return sent_back("games/office_standards.html", games, form, sections=sections(games, SECTIONS, "games.standards"))


def _standards(games: Games) -> Any:
    return standards_of(games.medal_rules, games.medal_settings, games.points_rules, games.points_settings)


@blueprint.route(f"{AREA}/paragraphs", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def paragraphs(games_ref: str) -> Any:
    """What the 规程 says beyond the data."""
    games = games_or_404(games_ref)
    rows = [{"heading": head, "text": text} for head, text in games.paragraphs]
    rows += [{} for _n in range(min(EMPTY_PARAGRAPHS, MOST_PARAGRAPHS - len(rows)))]
    form = ParagraphsForm(data={"paragraphs": rows, "version": games.version})

    def save() -> None:
        typed = form.numbered()
        try:
            change_paragraphs(
                games_id=games.id,
                paragraphs=[pair for _n, pair in typed],
                version=form.seen_version,
                actor=actor(),
            )
        except DomainError as error:
            error.field = None  # the rows of the act are not those of the form
            raise

    if form.validate_on_submit() and tried(save, form):
        flash(_("已保存。"))
        return redirect(url_for("games.paragraphs", games_ref=games.code))
    return sent_back(
        "games/office_paragraphs.html", games, form, sections=sections(games, SECTIONS, "games.paragraphs")
    )


# --------------------------------------------------------------------------- copy

YEAR = timedelta(weeks=52)


@blueprint.route(f"{AREA}/copy", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT)
def copy(games_ref: str) -> Any:
    """The edition once more: programme, rules and, if wished, delegations."""
    games = games_or_404(games_ref)
    form = EditionCopyForm(data=_next(games) if request.method == "GET" else None)
    if form.validate_on_submit() and tried(
        lambda: copy_games(source_id=games.id, copy=form.copy(), actor=actor()), form
    ):
        flash(_("已复制，请核对日期和报项时间。"))
        return redirect(url_for("games.overview", games_ref=form.code.data))
    return sent_back("games/office_copy.html", games, form)


def _next(games: Games) -> dict[str, Any]:
    starts_on = _moved(games.starts_on)
    return {
        "name": games.name,
        "edition": games.edition + 1 if games.edition else None,
        "starts_on": starts_on,
        "ends_on": starts_on + (games.ends_on - games.starts_on),
        "delegations": True,
    }


def _moved(day: date) -> date:
    """The same weekday a year on; for games long past, the first such day to come."""
    moved = day + YEAR
    behind = today() - moved
    return moved if behind <= timedelta() else moved + timedelta(weeks=behind // timedelta(weeks=1) + 1)
