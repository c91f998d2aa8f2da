"""Honours: the office nominates, somebody else approves and publishes; everybody sees what is published."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.activities.routes.desk import done, tried
from app.core.permissions import Permission
from app.core.text import N_
from app.games.constants import HonourState
from app.games.forms.honours import HonourForm
from app.games.queries.games import delegations
from app.games.queries.honours import by_title, honours
from app.games.routes.frame import blueprint, games_or_404, public_or_404, public_tabs
from app.games.routes.leaders import place
from app.games.services.honours import approve_honour, nominate_honour, publish_honour, refuse_honour
from app.web.access import actor, public, requires, the_caller

AREA = "/office/games/<games_ref>/honours"
OF_LEADERS = "/games/<games_ref>/enter/<uuid:delegation_id>"
STEPS: dict[str, tuple[Callable[..., None], str]] = {
    "approve": (approve_honour, N_("已批准。")),
    "publish": (publish_honour, N_("已公布。")),
    "refuse": (refuse_honour, N_("已记为不授予。")),
}


@blueprint.get("/games/<games_ref>/honours")
@public("honours are public once they are published")
def honours_public(games_ref: str) -> str:
    """Every honour that is published, title by title."""
    games = public_or_404(games_ref)
    return render_template(
        "games/honours.html",
        games=games,
        public_nav=public_tabs(games, "games.honours_public"),
        titles=by_title(honours(games.id, [HonourState.PUBLISHED])),
    )


@blueprint.get(AREA)
@requires(Permission.GAMES_VIEW, of="games_ref")
def honours_office(games_ref: str) -> str:
    """All nominations with their state and the next step."""
    games = games_or_404(games_ref)
    return render_template(
        "games/honours_office.html", games=games, titles=by_title(honours(games.id)), me=the_caller().account_id
    )


@blueprint.route(f"{AREA}/new", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def nominate(games_ref: str) -> Any:
    """Nominate a delegation, a person or a team."""
    games = games_or_404(games_ref)
    form = HonourForm(delegations=[(str(one.id), one.name) for one in delegations(games.id)])
    if form.validate_on_submit():
        filed = tried(
            lambda: nominate_honour(
                games_id=games.id,
                title=form.chosen_title,
                delegation_id=form.chosen_delegation,
                name=form.name.data or "",
                reason=form.reason.data or "",
                actor=actor(),
            ),
            form,
        )
        if filed:
            return redirect(url_for("games.honours_office", games_ref=games.code))
    page = render_template("games/honour_form.html", games=games, form=form)
    return (page, 422) if form.errors else page


@blueprint.route(f"{OF_LEADERS}/nominations", methods=["GET", "POST"])
@requires(Permission.ENTRY_EDIT, of="delegation_id")
def nominate_own(games_ref: str, delegation_id: uuid.UUID) -> Any:
    """A leader nominates the own delegation, or one of its people; the office decides."""
    here = place(games_ref, delegation_id)
    form = HonourForm(delegations=[(str(delegation_id), here.delegation.name)])
    form.delegation_id.data = str(delegation_id)  # never another's, whatever was sent
    if form.validate_on_submit():
        filed = tried(
            lambda: nominate_honour(
                games_id=here.games.id,
                title=form.chosen_title,
                delegation_id=delegation_id,
                name=form.name.data or "",
                reason=form.reason.data or "",
                actor=actor(),
            ),
            form,
        )
        if filed:
            flash(_("已提名，等办公室审定。"))
            return redirect(url_for("games.nominate_own", games_ref=games_ref, delegation_id=delegation_id))
    mine = [one for one in honours(here.games.id) if one.delegation_code == here.delegation.code]
    page = render_template("games/enter_honours.html", here=here, games=here.games, form=form, mine=mine)
    return (page, 422) if form.errors else page


@blueprint.post(f"{AREA}/<uuid:honour_id>/<step>")
@requires(Permission.RESULT_PUBLISH, of="games_ref")
def step_honour(games_ref: str, honour_id: uuid.UUID, step: str) -> Response:
    """Approve, publish or refuse one nomination."""
    games = games_or_404(games_ref)
    if step not in STEPS:
        raise NotFound
    service, told = STEPS[step]
    done(lambda: service(games_id=games.id, honour_id=honour_id, actor=actor()), told)
    return redirect(url_for("games.honours_office", games_ref=games.code))
