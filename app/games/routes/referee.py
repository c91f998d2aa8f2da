"""Referees on a phone: my units, one unit's result by its kind, the head referee's word. Works without a script."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import done, tried
from app.checkins.services.rejudge import judge_pending
from app.core.clock import local, now
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.games.constants import SHOWN, EventStatus, ResultState, UnitKind
from app.games.forms.results import (
    BoutForm,
    CheckinTimesForm,
    HeatForm,
    MatchForm,
    PanelForm,
    PlacesForm,
    ResultForm,
    RowsForm,
    SheetForm,
    TimesForm,
)
from app.games.queries.results import UnitFacts, referee_units, unit_facts, versions_of
from app.games.queries.sheets import own_sheet, panel_of
from app.games.routes.frame import blueprint, games_or_404
from app.games.services.gathering import by_members
from app.games.services.results import begin_unit, confirm_result, take_back_result, write_result
from app.games.services.sheets import write_panel, write_sheet
from app.games.services.times import take_checkins, take_times, times_of
from app.web.access import actor, can, requires, the_account
from app.web.texts import say

AREA = "/games/<games_ref>/referee"
UNIT = f"{AREA}/<uuid:unit_id>"
MOST_TEXT = 500_000


def unit_or_404(games_id: uuid.UUID, unit_id: uuid.UUID) -> UnitFacts:
    """One unit with everybody in it."""
    found = unit_facts(games_id, unit_id)
    if found is None:
        raise NotFound("unit_not_found", N_("没有找到这一场。"))
    return found


def publisher(games_ref: str) -> bool:
    """Whether the caller may publish results here, so may write and confirm every unit."""
    return can(Permission.RESULT_PUBLISH, "games_ref", games_ref)


def place_of(facts: UnitFacts) -> dict[str, Any]:
    """The unit as services are told of it."""
    return {
        "games_id": facts.unit.games_id,
        "event_id": facts.event.id,
        "unit_id": facts.unit.id,
        "actor": actor(),
    }


def is_head(facts: UnitFacts, games_ref: str) -> bool:
    """Whether the caller's word confirms this unit."""
    mine = facts.officer(the_account())
    return publisher(games_ref) or (mine is not None and mine.number == 0)


@blueprint.get(AREA)
@requires(Permission.RESULT_WRITE, of="games_ref")
def referee_units_page(games_ref: str) -> str:
    """My units of today by time and court; `when=all`: of every day."""
    games = games_or_404(games_ref)
    units = referee_units(games.id, the_account())
    today = local(now()).date()
    everything = request.args.get("when") == "all"
    shown = [one for one in units if everything or one.starts_at is None or local(one.starts_at).date() == today]
    return render_template("games/referee_units.html", games=games, units=shown, all=units, everything=everything)


@blueprint.get(UNIT)
@requires(Permission.RESULT_WRITE, of="games_ref")
def referee_unit(games_ref: str, unit_id: uuid.UUID) -> Any:
    """One unit: its state, what is written, and the form of its kind (a judge's own sheet)."""
    games = games_or_404(games_ref)
    facts = unit_or_404(games.id, unit_id)
    mine = facts.officer(the_account())
    if mine is not None and mine.number and facts.kind is UnitKind.PERFORMANCES:
        return redirect(url_for("games.referee_sheet", games_ref=games.code, unit_id=unit_id))
    form = form_of(facts)
    if facts.result is not None:
        form.show(facts.result.content)
    form.use_version(facts.version)
    return unit_page(games_ref, facts, form)


@blueprint.post(UNIT)
@requires(Permission.RESULT_WRITE, of="games_ref")
def write_unit(games_ref: str, unit_id: uuid.UUID) -> Any:
    """Write the result as a draft."""
    games = games_or_404(games_ref)
    facts = unit_or_404(games.id, unit_id)
    form = form_of(facts)

    def write() -> None:
        more: dict[str, Any] = {
            "seen": form.seen_version,
            "publisher": publisher(games_ref),
            "reason": form.reason.data or "",
        }
        if facts.judges and isinstance(form, PanelForm):
            write_panel(marks=form.marks(), **place_of(facts), **more)
        else:
            write_result(content=form.content(), **place_of(facts), **more)

    if form.validate_on_submit() and tried(write, form):
        flash(_("已存，等裁判长确认。"))
        return redirect(url_for("games.referee_unit", games_ref=games.code, unit_id=unit_id))
    facts = unit_or_404(games.id, unit_id)
    if form.conflicts:
        form.use_version(facts.version)
    return unit_page(games_ref, facts, form)


@blueprint.post(f"{UNIT}/confirm")
@requires(Permission.RESULT_WRITE, of="games_ref")
def confirm_unit(games_ref: str, unit_id: uuid.UUID) -> Response:
    """The head referee's word for the version that the page showed."""
    games = games_or_404(games_ref)
    facts = unit_or_404(games.id, unit_id)
    version = request.form.get("version", type=int) or 0
    done(
        lambda: confirm_result(version=version, publisher=publisher(games_ref), **place_of(facts)),
        N_("已确认。"),
    )
    return redirect(url_for("games.referee_unit", games_ref=games.code, unit_id=unit_id))


@blueprint.post(f"{UNIT}/take-back")
@requires(Permission.RESULT_WRITE, of="games_ref")
def take_back(games_ref: str, unit_id: uuid.UUID) -> Response:
    """Take the head referee's word back, so that an earlier bout can be put right."""
    games = games_or_404(games_ref)
    facts = unit_or_404(games.id, unit_id)
    version = request.form.get("version", type=int) or 0
    why = request.form.get("reason", "")
    done(
        lambda: take_back_result(version=version, reason=why, publisher=publisher(games_ref), **place_of(facts)),
        N_("已撤回确认。"),
    )
    return redirect(url_for("games.referee_unit", games_ref=games.code, unit_id=unit_id))


@blueprint.post(f"{UNIT}/begin")
@requires(Permission.RESULT_WRITE, of="games_ref")
def begin(games_ref: str, unit_id: uuid.UUID) -> Response:
    """Say that it is being played now."""
    games = games_or_404(games_ref)
    facts = unit_or_404(games.id, unit_id)
    done(lambda: begin_unit(publisher=publisher(games_ref), **place_of(facts)), N_("已开始。"))
    return redirect(url_for("games.referee_unit", games_ref=games.code, unit_id=unit_id))


@blueprint.route(f"{UNIT}/sheet", methods=["GET", "POST"])
@requires(Permission.RESULT_WRITE, of="games_ref")
def referee_sheet(games_ref: str, unit_id: uuid.UUID) -> Any:
    """A judge's own sheet, and nobody else's."""
    games = games_or_404(games_ref)
    facts = unit_or_404(games.id, unit_id)
    mine = facts.officer(the_account())
    if mine is None or not mine.number or facts.kind is not UnitKind.PERFORMANCES:
        raise NotFound("no_judge", N_("这一场没有您的评分表。"))
    form = SheetForm()
    if form.validate_on_submit() and tried(lambda: write_sheet(scores=form.scores(), **place_of(facts)), form):
        flash(_("已交分。"))
        return redirect(url_for("games.referee_sheet", games_ref=games.code, unit_id=unit_id))
    facts = unit_or_404(games.id, unit_id)
    if not form.is_submitted():
        held = own_sheet(games.id, unit_id, mine.panel, mine.number)
        form.use_rows([one.id for one in facts.competitors], held)
    page = render_template("games/sheet.html", games=games, facts=facts, form=form, mine=mine, locked=locked(facts))
    return (page, 422) if form.errors else page


@blueprint.route(f"{UNIT}/times", methods=["GET", "POST"])
@requires(Permission.RESULT_WRITE, of="games_ref")
def referee_times(games_ref: str, unit_id: uuid.UUID) -> Any:
    """Times in one go: typed or pasted lines, or a file; every slip by line and column."""
    games = games_or_404(games_ref)
    facts = unit_or_404(games.id, unit_id)
    form = TimesForm()
    if form.is_submitted():
        _take_file(form)

    def take() -> None:
        take_times(
            text=form.times.data,
            seen=form.seen_version,
            publisher=publisher(games_ref),
            reason=form.reason.data or "",
            **place_of(facts),
        )

    if form.validate_on_submit() and tried(take, form):
        flash(_("已存，等裁判长确认。"))
        return redirect(url_for("games.referee_unit", games_ref=games.code, unit_id=unit_id))
    facts = unit_or_404(games.id, unit_id)
    if not form.is_submitted() or form.conflicts:
        form.use_version(facts.version)
    slips: list[str] = []
    if form.times.errors and form.times.data:
        tried(
            lambda: slips.extend(
                say(one.refusal()) for one in times_of(facts.event, facts.unit, form.times.data).slips
            ),
            form,
        )
    page = render_template("games/referee_times.html", games=games, facts=facts, form=form, slips=slips[:50])
    return (page, 422) if form.errors else page


@blueprint.route(f"{UNIT}/checkins", methods=["GET", "POST"])
@requires(Permission.RESULT_WRITE, of="games_ref")
def referee_checkins(games_ref: str, unit_id: uuid.UUID) -> Any:
    """Times out of the check-ins of the event's activity: finish less start."""
    games = games_or_404(games_ref)
    facts = unit_or_404(games.id, unit_id)
    form = CheckinTimesForm(data={"started_at": facts.unit.starts_at, "version": facts.version})

    def take() -> None:
        if facts.event.activity_id is not None:
            judge_pending(facts.event.activity_id)
        take_checkins(
            started_at=form.started_at.data,
            seen=form.seen_version,
            publisher=publisher(games_ref),
            reason=form.reason.data or "",
            **place_of(facts),
        )

    if form.validate_on_submit() and tried(take, form):
        flash(_("已存，等裁判长确认。"))
        return redirect(url_for("games.referee_unit", games_ref=games.code, unit_id=unit_id))
    page = render_template("games/referee_checkins.html", games=games, facts=facts, form=form)
    return (page, 422) if form.errors else page


# --------------------------------------------------------------------------- steps


def form_of(facts: UnitFacts) -> ResultForm:
    """The empty form of a unit's kind (what was sent is in it already)."""
    sides = [(one.id, one.name) for one in facts.competitors]
    kinds: dict[UnitKind, Callable[[], ResultForm]] = {
        UnitKind.BOUT: lambda: BoutForm(sides=sides),
        UnitKind.MATCH: lambda: MatchForm(sides=sides),
        UnitKind.HEAT: HeatForm,
        UnitKind.PERFORMANCES: PanelForm,
        UnitKind.PLACES: PlacesForm,
    }
    form = kinds[facts.kind]()
    if isinstance(form, RowsForm) and not form.is_submitted():
        form.use_rows([one.id for one in facts.competitors])
    return form


def locked(facts: UnitFacts) -> bool:
    """Whether the head referee has confirmed, or the public sees it."""
    confirmed = facts.result is not None and facts.result.state == ResultState.CONFIRMED.value
    return confirmed or EventStatus(facts.event.status) in SHOWN


def unit_page(games_ref: str, facts: UnitFacts, form: ResultForm) -> Any:
    """The page of one unit; 422 when the form was sent back."""
    templates = {
        UnitKind.BOUT: "games/referee_bout.html",
        UnitKind.MATCH: "games/referee_match.html",
        UnitKind.HEAT: "games/referee_heat.html",
        UnitKind.PERFORMANCES: "games/referee_panel.html",
        UnitKind.PLACES: "games/referee_places.html",
    }
    head = is_head(facts, games_ref)
    judged = facts.kind is UnitKind.PERFORMANCES
    page = render_template(
        templates[facts.kind],
        games=games_or_404(games_ref),
        facts=facts,
        form=form,
        head=head,
        mine=facts.officer(the_account()),
        panel=panel_of(facts.unit.games_id, facts.unit.id) if judged and head else None,
        by_members=by_members(facts.event) if facts.kind is UnitKind.HEAT else False,
        versions=versions_of(facts.unit.games_id, facts.unit.id),
        public=EventStatus(facts.event.status) in SHOWN,
        ready=facts.kind not in {UnitKind.BOUT, UnitKind.MATCH} or len(facts.competitors) == len("ab"),
    )
    return (page, 422) if form.errors else page


def _take_file(form: TimesForm) -> None:
    """The lines of a file stand in the field, so that what is wrong can be put right there."""
    sent = form.file.data
    if not sent or not sent.filename:
        return
    content = sent.read(MOST_TEXT)
    try:
        form.times.data = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        form.times.data = content.decode("gb18030", errors="replace")
