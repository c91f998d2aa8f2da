"""The office's pages of entries: counts, lists, a file, decisions, the weigh-in; the public's start list."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import now
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.spreadsheets import Column, Kind, Sheet, xlsx_bytes
from app.core.transactions import end_read
from app.games.constants import EntryState, GamesStatus
from app.games.forms.entries import DecisionForm, WeighForm
from app.games.models import Games
from app.games.queries.entering import drawn_events, event_facts
from app.games.queries.entries import EntryLine, athlete_total, counts, entry_count, entry_lines
from app.games.queries.games import delegations, disciplines, events, progress
from app.games.routes.entry_files import xlsx
from app.games.routes.entry_words import asks_of
from app.games.routes.frame import blueprint, event_or_404, games_or_404, public_or_404, public_tabs
from app.games.rules.eligibility import kilograms, weight_refusal
from app.games.rules.entering import takes_entries
from app.games.services.entries import entry_not_found
from app.games.services.entry_changes import reinstate, scratch
from app.games.services.weigh_in import note_entry_file, weigh
from app.web.access import actor, public, requires
from app.web.errors import note_refusal
from app.web.paging import page_number, pager, pages_of
from app.web.texts import say

AREA = "/office/games/<games_ref>/entries"
PAGE = 100
FILTERS = ("event", "delegation", "state")


@blueprint.get(AREA)
@requires(Permission.GAMES_VIEW, of="games_ref")
def entries_office(games_ref: str) -> str:
    """How much is entered, by event and by delegation."""
    games = games_or_404(games_ref)
    by_delegation = request.args.get("by") == "delegation"
    all_events = events(games.id)
    return render_template(
        "games/entries_office.html",
        games=games,
        by_delegation=by_delegation,
        progress=progress(games.id),
        athletes=athlete_total(games.id),
        counts=counts(games.id, by_delegation=by_delegation),
        delegations=delegations(games.id),
        groups=[
            (one, [event for event in all_events if event.discipline_id == one.id]) for one in disciplines(games.id)
        ],
        weighed={event.id for event in all_events if event_facts(event).weighed},
        drawn=drawn_events(games.id, all_events),
    )


def _filter() -> dict[str, Any]:
    """What the address asks for; what makes no sense asks for nothing."""
    state = request.args.get("state", "")
    return {
        "event_id": parse_uuid(request.args.get("event", "")),
        "delegation_id": parse_uuid(request.args.get("delegation", "")),
        "states": [EntryState(state)] if state in set(EntryState) else list(EntryState),
    }


def _address(games: Games, endpoint: str, **more: Any) -> str:
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("event", "delegation", "state") if name in request.args
    }
    return url_for(endpoint, games_ref=games.code, **kept, **more)


@blueprint.get(f"{AREA}/list")
@requires(Permission.GAMES_VIEW, of="games_ref")
def entries_list(games_ref: str) -> str:
    """The entries by filters that stand in the address."""
    games = games_or_404(games_ref)
    wanted = _filter()
    total = entry_count(games.id, **wanted)
    pages = pages_of(total, PAGE)
    number = min(page_number(), pages)
    return render_template(
        "games/entries_list.html",
        games=games,
        lines=entry_lines(games.id, **wanted, part=((number - 1) * PAGE, PAGE)),
        wanted=wanted,
        state=wanted["states"][0].value if len(wanted["states"]) == 1 else "",
        states=list(EntryState),
        events=events(games.id),
        delegations=delegations(games.id),
        total=total,
        file=_address(games, "games.entries_file"),
        pager=pager(number, pages, total, lambda n: _address(games, "games.entries_list", page=n)),
    )


@blueprint.get(f"{AREA}.xlsx")
@requires(Permission.GAMES_VIEW, of="games_ref")
def entries_file(games_ref: str) -> Response:
    """What the filters list, one row a person; no document or phone is in it."""
    games = games_or_404(games_ref)
    lines = entry_lines(games.id, **_filter())
    rows = [row for line in lines for row in _file_rows(line)]
    columns = [
        Column(_("大项"), 12),
        Column(_("小项"), 24),
        Column(_("代表团"), 16),
        Column(_("姓名或队名"), 18),
        Column(_("队员"), 12),
        Column(_("替补"), 6),
        Column(_("号码"), 8),
        Column(_("体重（kg）"), 10, Kind.DECIMAL),
        Column(_("状态"), 10),
        Column(_("依据"), 30),
    ]
    games_id, name = games.id, f"{games.code}-entries.xlsx"
    end_read()
    data = xlsx_bytes([Sheet(_("报项"), columns, rows)])
    note_entry_file(games_id=games_id, what="xlsx", rows=len(rows), actor=actor())
    return xlsx(data, name)


def _file_rows(line: EntryLine) -> list[tuple[object, ...]]:
    head = (line.discipline, line.event, line.delegation, line.name)
    tail = (
        line.number or "",
        None if line.weight is None else line.weight / 1000,
        _(line.state.label),
        line.reason,
    )
    people = line.members or (None,)
    return [(*head, one.name if one else "", _("是") if one and one.substitute else "", *tail) for one in people]


# --------------------------------------------------------------------------- one entry


@blueprint.route(f"{AREA}/<uuid:entry_id>", methods=["GET", "POST"])
@requires(Permission.GAMES_EDIT, of="games_ref")
def entry_office(games_ref: str, entry_id: uuid.UUID) -> Any:
    """One entry; taken out, or put back, by decision."""
    games = games_or_404(games_ref)
    found = entry_lines(games.id, entry_id=entry_id)
    if not found:
        raise entry_not_found()
    (line,) = found
    form, status = DecisionForm(), 200
    if request.method == "GET" and request.args.get("why") == "weight":
        form.decision.data = _("称重不合格")
    if form.validate_on_submit():
        step = scratch if line.state is EntryState.ENTERED else reinstate
        try:
            step(games_id=games.id, entry_id=entry_id, reason=form.decision.data or "", actor=actor())
        except DomainError as error:
            if error.status not in {409, 413, 422}:
                raise
            end_read()
            note_refusal(error)
            form.refuse(error)
            status = error.status
        else:
            flash(_("已退赛。") if step is scratch else _("已恢复。"))
            return redirect(url_for("games.entry_office", games_ref=games_ref, entry_id=entry_id))
    elif form.errors:
        status = 422
    event = event_or_404(games.id, line.event_code)
    page = render_template(
        "games/entry_office.html",
        games=games,
        line=line,
        form=form,
        drawn=bool(drawn_events(games.id, [event])),
        asks=asks_of(event_facts(event)),
        weight=kilograms(line.weight) if line.weight is not None else "",
    )
    return page, status


# --------------------------------------------------------------------------- weigh-in


@blueprint.route("/office/games/<games_ref>/weigh-in/<event_ref>", methods=["GET", "POST"])
@requires(Permission.RESULT_WRITE, of="games_ref")
def weigh_in(games_ref: str, event_ref: str) -> Any:
    """The weights of a class, all on one page, to be typed as they are called."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    facts = event_facts(event)
    lines = entry_lines(games.id, event_id=event.id, states=[EntryState.ENTERED])
    form, status = WeighForm(), 200
    typed = {line.id: request.form.get(f"weight-{line.id}", "").strip() for line in lines}
    if form.validate_on_submit():
        weights = form.read(typed)
        status = 422
        if weights is not None:
            try:
                missed = weigh(games_id=games.id, event_id=event.id, weights=weights, actor=actor())
            except DomainError as error:
                if error.status not in {409, 413, 422}:
                    raise
                end_read()
                note_refusal(error)
                form.form_errors.append(say(error))
                status = error.status
            else:
                flash(_("已保存，%(n)s 人不合格。", n=missed) if missed else _("已保存。"))
                return redirect(url_for("games.weigh_in", games_ref=games_ref, event_ref=event_ref))
    rows = [
        {
            "line": line,
            "typed": typed[line.id] if status != 200 else kilograms(line.weight) if line.weight is not None else "",
            "error": form.read_errors.get(line.id),
            "missed": weight_refusal(facts, line.weight) if line.weight is not None else None,
        }
        for line in lines
    ]
    page = render_template(
        "games/entries_weigh_in.html",
        games=games,
        event=event,
        asks=asks_of(facts),
        weighed=facts.weighed,
        form=form,
        rows=rows,
    )
    return page, status


# --------------------------------------------------------------------------- for everybody


@blueprint.get("/games/<games_ref>/events/<event_ref>/entries")
@public("start lists are public once entries are closed: names and delegations")
def entries_public(games_ref: str, event_ref: str) -> str:
    """Who starts in an event, once nobody can enter any more."""
    games = public_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    open_ = takes_entries(GamesStatus(games.status), games.entries_open_at, games.entries_close_at, now())
    early = games.entries_open_at is not None and now() < games.entries_open_at
    shown = bool(drawn_events(games.id, [event])) or not (open_ or early)
    states = (EntryState.ENTERED, EntryState.SCRATCHED)
    return render_template(
        "games/entries_public.html",
        games=games,
        event=event,
        public_nav=public_tabs(games, "games.results"),
        shown=shown,
        lines=entry_lines(games.id, event_id=event.id, states=states) if shown else [],
        team=event.form != "individual",
    )
