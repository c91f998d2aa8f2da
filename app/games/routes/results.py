"""Results at the office: the state of every event, publication, protests, versions, who officiates where."""

from __future__ import annotations

import uuid
from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import done, tried
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.games.constants import SHOWN, EventFormat, EventStatus, ProtestOutcome, UnitKind
from app.games.forms.results_office import DecisionForm, ProtestForm, RefereeForm, ReopenForm
from app.games.models import Event, Games
from app.games.queries.games import delegations
from app.games.queries.referees import referee_accounts
from app.games.queries.results import (
    event_states,
    officials_of,
    protests_of,
    unit_facts,
    units_of_event,
    versions_of,
)
from app.games.queries.tables import places_of_event
from app.games.routes.frame import MEDALS, blueprint, event_or_404, figure, games_or_404
from app.games.services.protests import decide_protest, file_protest
from app.games.services.publishing import publish_result, reopen_result
from app.games.services.referees import assign_referee, release_referee
from app.games.services.results import open_list_of_places
from app.games.services.review import review
from app.web.access import actor, requires
from app.web.texts import say

AREA = "/office/games/<games_ref>/results"
EVENT = "/office/games/<games_ref>/events/<event_ref>/results"
TARGETS = {"unofficial": EventStatus.UNOFFICIAL, "official": EventStatus.OFFICIAL}


def back_to(games: Games, event: Event) -> Response:
    """The publication page of an event."""
    return redirect(url_for("games.event_results", games_ref=games.code, event_ref=event.code))


@blueprint.get(AREA)
@requires(Permission.GAMES_VIEW, of="games_ref")
def results_office(games_ref: str) -> str:
    """Every event with its state: what runs, what waits for publication."""
    games = games_or_404(games_ref)
    states = event_states(games.id)
    wanted = request.args.get("state", "")
    shown = [one for one in states if not wanted or one.event.status == wanted]
    return render_template(
        "games/results_office.html",
        games=games,
        states=shown,
        wanted=wanted,
        counts={status: sum(one.event.status == status.value for one in states) for status in EventStatus},
        total=len(states),
        status_of={one.event.id: EventStatus(one.event.status) for one in states},
    )


@blueprint.get(EVENT)
@requires(Permission.GAMES_VIEW, of="games_ref")
def event_results(games_ref: str, event_ref: str) -> str:
    """The places as they would come out, what is missing, and the step that comes next."""
    return event_page(games_or_404(games_ref), event_ref)


def event_page(games: Games, event_ref: str, **more: Any) -> str:
    """The publication page, with a form that was sent back in `more`."""
    event = event_or_404(games.id, event_ref)
    status = EventStatus(event.status)
    units = units_of_event(games.id, event.id)
    forms = {
        "reopen": ReopenForm(formdata=None),
        "protest": ProtestForm(formdata=None, delegations=_delegations(games)),
    } | more
    return render_template(
        "games/publish.html",
        games=games,
        event=event,
        status=status,
        shown=status in SHOWN,
        review=review(event),
        units=units,
        officials=officials_of(games.id, [one.id for one in units]),
        by_list=event.format == EventFormat.PLACES.value or any(one.kind is UnitKind.PLACES for one in units),
        protests=protests_of(games.id, event.id),
        figure=lambda value: figure(Fraction(value)),
        words=MEDALS,
        say=say,
        **forms,
    )


def _delegations(games: Games) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in delegations(games.id)]


@blueprint.post(f"{EVENT}/publish/<target>")
@requires(Permission.RESULT_PUBLISH, of="games_ref")
def publish(games_ref: str, event_ref: str, target: str) -> Response:
    """Make the result unofficial or official."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    if target not in TARGETS:
        raise NotFound("not_found", N_("没有找到这一页。"))
    done(
        lambda: publish_result(games_id=games.id, event_id=event.id, to=TARGETS[target], actor=actor()),
        N_("已公布为正式成绩。") if target == "official" else N_("已公布为非正式成绩。"),
    )
    return back_to(games, event)


@blueprint.post(f"{EVENT}/reopen")
@requires(Permission.RESULT_PUBLISH, of="games_ref")
def reopen(games_ref: str, event_ref: str) -> Any:
    """Open a published result for a correction; it counts no more until it is published anew."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    form = ReopenForm()

    def act() -> None:
        reopen_result(games_id=games.id, event_id=event.id, reason=form.reason.data or "", actor=actor())

    if form.validate_on_submit() and tried(act, form):
        flash(_("已重新打开，改好再公布。"))
        return back_to(games, event)
    return event_page(games, event_ref, reopen=form), 422


@blueprint.post(f"{EVENT}/list")
@requires(Permission.RESULT_WRITE, of="games_ref")
def open_list(games_ref: str, event_ref: str) -> Response:
    """Open the list on which places are typed in."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    made: list[uuid.UUID] = []
    done(
        lambda: made.append(open_list_of_places(games_id=games.id, event_id=event.id, actor=actor())),
        N_("可以填名次了。"),
    )
    if made:
        return redirect(url_for("games.referee_unit", games_ref=games.code, unit_id=made[-1]))
    return back_to(games, event)


@blueprint.post(f"{EVENT}/protests")
@requires(Permission.RESULT_PUBLISH, of="games_ref")
def protest(games_ref: str, event_ref: str) -> Any:
    """Take down a protest."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    form = ProtestForm(delegations=_delegations(games))

    def act() -> None:
        file_protest(
            games_id=games.id,
            event_id=event.id,
            delegation_id=form.chosen_delegation,
            text=form.text.data or "",
            actor=actor(),
        )

    if form.validate_on_submit() and tried(act, form):
        flash(_("已记下申诉。"))
        return back_to(games, event)
    return event_page(games, event_ref, protest=form), 422


@blueprint.route(f"{EVENT}/protests/<uuid:protest_id>", methods=["GET", "POST"])
@requires(Permission.RESULT_PUBLISH, of="games_ref")
def decide(games_ref: str, event_ref: str, protest_id: uuid.UUID) -> Any:
    """Decide a protest, with the reason."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    line = next((one for one in protests_of(games.id, event.id) if one.protest.id == protest_id), None)
    if line is None:
        raise NotFound("protest_not_found", N_("没有找到这份申诉。"))
    form = DecisionForm()

    def act() -> None:
        decide_protest(
            games_id=games.id,
            event_id=event.id,
            protest_id=protest_id,
            outcome=ProtestOutcome(form.outcome.data),
            decision=form.decision.data or "",
            actor=actor(),
        )

    if form.validate_on_submit() and tried(act, form):
        flash(_("已裁决。"))
        return back_to(games, event)
    page = render_template("games/protest.html", games=games, event=event, line=line, form=form)
    return (page, 422) if form.errors else page


@blueprint.get(f"{EVENT}/units/<uuid:unit_id>")
@requires(Permission.GAMES_VIEW, of="games_ref")
def unit_versions(games_ref: str, event_ref: str, unit_id: uuid.UUID) -> str:
    """Every version of one result: who, when, why, and what it says."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    facts = unit_facts(games.id, unit_id)
    if facts is None or facts.event.id != event.id:
        raise NotFound("unit_not_found", N_("没有找到这一场。"))
    return render_template(
        "games/result_versions.html", games=games, event=event, facts=facts, versions=versions_of(games.id, unit_id)
    )


@blueprint.get(f"{EVENT}/sheet")
@requires(Permission.GAMES_VIEW, of="games_ref")
def result_sheet(games_ref: str, event_ref: str) -> str:
    """The result as a sheet of paper to sign and to hang up."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    status = EventStatus(event.status)
    published = status in SHOWN
    return render_template(
        "games/result_sheet.html",
        games=games,
        event=event,
        status=status,
        places=places_of_event(games.id, event.id) if published else (),
        review=None if published else review(event),
        units=units_of_event(games.id, event.id),
        figure=lambda value: figure(Fraction(value)),
        words=MEDALS,
    )


@blueprint.route("/office/games/<games_ref>/events/<event_ref>/referees", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def event_referees(games_ref: str, event_ref: str) -> Any:
    """Who officiates in the units of an event."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    units = units_of_event(games.id, event.id)
    form = RefereeForm(
        accounts=[(str(one), name) for one, name in referee_accounts(games.id)],
        units=[(str(one.id), _("第 %(n)s 场", n=one.number)) for one in units],
        data={"number": 0, "units": [str(one.id) for one in units] if len(units) == 1 else []},
    )

    def act() -> None:
        assign_referee(
            games_id=games.id,
            event_id=event.id,
            unit_ids=form.chosen_units,
            account_id=form.chosen_account,
            number=form.number.data,
            panel=form.panel.data or "",
            actor=actor(),
        )

    if form.validate_on_submit() and tried(act, form):
        flash(_("已派好裁判。"))
        return redirect(url_for("games.event_referees", games_ref=games.code, event_ref=event.code))
    officials = officials_of(games.id, [one.id for one in units])
    page = render_template(
        "games/result_referees.html", games=games, event=event, units=units, officials=officials, form=form
    )
    return (page, 422) if form.errors else page


@blueprint.post("/office/games/<games_ref>/events/<event_ref>/referees/<uuid:unit_id>/<uuid:account_id>/release")
@requires(Permission.GAMES_EDIT, of="games_ref")
def release(games_ref: str, event_ref: str, unit_id: uuid.UUID, account_id: uuid.UUID) -> Response:
    """Take somebody out of a unit."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    done(
        lambda: release_referee(
            games_id=games.id, event_id=event.id, unit_ids=[unit_id], account_id=account_id, actor=actor()
        ),
        N_("已取消这位裁判。"),
    )
    return redirect(url_for("games.event_referees", games_ref=games.code, event_ref=event.code))
