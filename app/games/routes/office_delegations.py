"""Delegations and their leaders; points taken from them by decision."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import done, tried
from app.core.permissions import Permission
from app.core.text import N_
from app.games.forms.delegation import DelegationForm
from app.games.forms.games import PenaltyForm
from app.games.models import Delegation, Games
from app.games.queries.games import delegation_by_ref, delegations
from app.games.queries.programme import delegation_lines, penalty_lines
from app.games.routes.frame import blueprint, figure, games_or_404
from app.games.routes.office_desk import TEAMS, ask, sections, sent_back
from app.games.services.opening import delegation_not_found
from app.games.services.penalties import add_penalty, lift_penalty
from app.games.services.programme import (
    add_delegation,
    add_town_delegations,
    change_delegation,
    remove_delegation,
)
from app.people.queries.organisations import names_of, towns, units
from app.web.access import actor, requires

AREA = "/office/games/<games_ref>"


def _delegation_or_404(games: Games, ref: str) -> Delegation:
    found = delegation_by_ref(games.id, ref)
    if found is None:
        raise delegation_not_found()
    return found


def _organisations() -> list[tuple[str, str]]:
    places = [(str(one.id), f"{one.group} {one.name}".strip()) for one in towns()]
    return places + [(str(one.id), " · ".join(part for part in (one.name, one.parent) if part)) for one in units()]


@blueprint.get(f"{AREA}/delegations")
@requires(Permission.GAMES_VIEW, of="games_ref")
def delegations_office(games_ref: str) -> str:
    """Every delegation with whose it is, its leader's name, and its entries."""
    games = games_or_404(games_ref)
    lines = delegation_lines(games.id)
    return render_template(
        "games/office_delegations.html",
        games=games,
        lines=lines,
        organisations=names_of({one.organisation_id for one in lines if one.organisation_id}),
        sections=sections(games, TEAMS, "games.delegations_office"),
    )


@blueprint.route(f"{AREA}/delegations/new", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def new_delegation(games_ref: str) -> Any:
    """One more delegation."""
    games = games_or_404(games_ref)
    form = DelegationForm(organisations=_organisations())
    if form.validate_on_submit() and tried(
        lambda: add_delegation(games_id=games.id, draft=form.draft(), actor=actor()), form
    ):
        flash(_("已添加。"))
        return redirect(url_for("games.delegations_office", games_ref=games.code))
    return sent_back("games/office_delegation.html", games, form, delegation=None)


@blueprint.route(f"{AREA}/delegations/<delegation_ref>/edit", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def edit_delegation(games_ref: str, delegation_ref: str) -> Any:
    """Change a delegation, its leader, and who may enter for it."""
    games = games_or_404(games_ref)
    found = _delegation_or_404(games, delegation_ref)
    form = DelegationForm(
        organisations=_organisations(),
        data={
            "name": found.name,
            "code": found.code,
            "organisation_id": str(found.organisation_id or ""),
            "leader_name": found.leader_name or "",
            "leader_phone": (found.leader_phone or "").removeprefix("+86"),
        },
    )
    if form.validate_on_submit() and tried(
        lambda: change_delegation(games_id=games.id, delegation_id=found.id, draft=form.draft(), actor=actor()), form
    ):
        flash(_("已保存。"))
        return redirect(url_for("games.delegations_office", games_ref=games.code))
    return sent_back("games/office_delegation.html", games, form, delegation=found)


@blueprint.post(f"{AREA}/delegations/towns")
@requires(Permission.GAMES_EDIT, of="games_ref")
def add_towns(games_ref: str) -> Response:
    """A delegation for each 镇街 that has none yet."""
    games = games_or_404(games_ref)
    added = add_town_delegations(games_id=games.id, actor=actor())
    flash(_("已添加 %(n)s 个镇街。", n=added) if added else _("各镇街都已在名单里。"))
    return redirect(url_for("games.delegations_office", games_ref=games.code))


@blueprint.route(f"{AREA}/delegations/<delegation_ref>/remove", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def drop_delegation(games_ref: str, delegation_ref: str) -> Response | str:
    """Remove a delegation that has nothing yet, after a second look."""
    games = games_or_404(games_ref)
    found = _delegation_or_404(games, delegation_ref)
    if request.method == "GET":
        return ask(
            games,
            tab="games.delegations_office",
            what=_("删除%(name)s？", name=found.name),
            told=_("没有报项和决定时才能删。"),
            act=_("删除代表团"),
            back=url_for("games.edit_delegation", games_ref=games.code, delegation_ref=found.code),
        )
    if done(lambda: remove_delegation(games_id=games.id, delegation_id=found.id, actor=actor()), N_("已删除。")):
        return redirect(url_for("games.delegations_office", games_ref=games.code))
    return redirect(url_for("games.edit_delegation", games_ref=games.code, delegation_ref=found.code))


# --------------------------------------------------------------------------- penalties


@blueprint.route(f"{AREA}/penalties", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def penalties(games_ref: str) -> Any:
    """Every decision, lifted ones too, and the form for one more."""
    games = games_or_404(games_ref)
    form = PenaltyForm(
        delegations=[(str(one.id), one.name) for one in delegations(games.id)], data={"key": str(uuid.uuid4())}
    )
    if form.validate_on_submit() and tried(
        lambda: add_penalty(
            games_id=games.id,
            penalty_id=form.penalty_id,
            delegation_id=form.chosen_delegation,
            points=form.points.data,
            reason=form.reason.data,
            actor=actor(),
        ),
        form,
    ):
        flash(_("已扣分，总分同时改了。"))
        return redirect(url_for("games.penalties", games_ref=games.code))
    return sent_back(
        "games/office_penalties.html",
        games,
        form,
        lines=penalty_lines(games.id),
        figure=figure,
        sections=sections(games, TEAMS, "games.penalties"),
    )


@blueprint.post(f"{AREA}/penalties/<uuid:penalty_id>/lift")
@requires(Permission.GAMES_EDIT, of="games_ref")
def lift(games_ref: str, penalty_id: uuid.UUID) -> Response:
    """Withdraw a decision: it stays on the list and counts no more."""
    games = games_or_404(games_ref)
    done(lambda: lift_penalty(games_id=games.id, penalty_id=penalty_id, actor=actor()), N_("已撤销，总分同时改了。"))
    return redirect(url_for("games.penalties", games_ref=games.code))
