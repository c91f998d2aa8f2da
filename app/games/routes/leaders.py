"""A delegation's leader enters athletes, on a phone or at a desk. The office does the same, late by decision."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import now, today
from app.core.errors import DomainError
from app.core.ids import uuid7
from app.core.permissions import Permission
from app.core.text import normalise_search
from app.core.transactions import end_read
from app.games.constants import EntryState, EventForm, GamesStatus
from app.games.forms.entries import EntryForm, OptionalDecisionForm
from app.games.models import Delegation, Event, Games
from app.games.queries.entering import drawn_events, event_facts
from app.games.queries.entries import EntryLine, delegations_in, entry_lines
from app.games.queries.games import all_games, delegation_by_ref, disciplines, events
from app.games.routes.entry_words import asks_of
from app.games.routes.frame import blueprint, event_or_404, games_or_404
from app.games.rules.entering import Desk, EntryDraft, takes_entries
from app.games.services.entries import enter, entry_not_found
from app.games.services.entry_changes import change_entry, withdraw
from app.games.services.opening import delegation_not_found
from app.people.queries.organisations import units
from app.web.access import actor, can, requires, the_caller
from app.web.errors import note_refusal

AREA = "/games/<games_ref>/enter/<uuid:delegation_id>"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody enters: the edition, the delegation, whether as the office, and whether it can be done now."""

    games: Games
    delegation: Delegation
    office: bool
    open: bool

    @property
    def takes(self) -> bool:
        """Whether this caller can enter now."""
        return self.open or self.office

    @property
    def late(self) -> bool:
        """Whether what is done now needs a decision."""
        return self.office and not self.open

    def desk(self, decision: str | None = None) -> Desk:
        """As the services ask for it."""
        return Desk(office=self.office, decision=(decision or "") if self.office else "")


def place(games_ref: str, delegation_id: uuid.UUID) -> Place:
    """The place that the address names; 404 for a delegation of another edition."""
    games = games_or_404(games_ref)
    delegation = delegation_by_ref(games.id, delegation_id)
    if delegation is None:
        raise delegation_not_found()
    return Place(
        games,
        delegation,
        can(Permission.GAMES_EDIT, "games_ref", games_ref),
        takes_entries(GamesStatus(games.status), games.entries_open_at, games.entries_close_at, now()),
    )


def _refused(error: DomainError, form: Any) -> int:
    if error.status not in {409, 413, 422}:
        raise error
    end_read()
    note_refusal(error)
    form.refuse(error)
    return error.status


# --------------------------------------------------------------------------- choosing


@blueprint.get("/office/entering")
@requires(Permission.ENTRY_EDIT, anywhere=True)
def enter_index() -> str:
    """The editions with the delegations for which the caller may enter."""
    scopes = the_caller().scopes_with(Permission.ENTRY_EDIT)
    found = [(games, delegations_in(games.id, scopes)) for games in all_games()]
    return render_template(
        "games/enter_index.html",
        editions=[(games, some) for games, some in found if some and games.status != GamesStatus.FINISHED.value],
    )


@blueprint.get("/games/<edition_ref>/enter")
@requires(Permission.ENTRY_EDIT, anywhere=True)
def enter_choose(edition_ref: str) -> Response | str:
    """The caller's delegations in one edition; with a single one it opens at once."""
    games = games_or_404(edition_ref)
    found = delegations_in(games.id, the_caller().scopes_with(Permission.ENTRY_EDIT))
    if len(found) == 1:
        return redirect(url_for("games.enter_home", games_ref=games.code, delegation_id=found[0].id))
    return render_template("games/enter_choose.html", games=games, delegations=found)


@blueprint.get(AREA)
@requires(Permission.ENTRY_EDIT, of="delegation_id")
def enter_home(games_ref: str, delegation_id: uuid.UUID) -> str:
    """The programme with what the delegation has entered, and how much more it can."""
    here = place(games_ref, delegation_id)
    lines = entry_lines(here.games.id, delegation_id=delegation_id, states=[EntryState.ENTERED])
    by_event: dict[uuid.UUID, list[EntryLine]] = {}
    for line in lines:
        by_event.setdefault(line.event_id, []).append(line)
    all_events = events(here.games.id)
    return render_template(
        "games/enter_home.html",
        here=here,
        games=here.games,
        by_event=by_event,
        people=len({member.person_id for line in lines for member in line.members}),
        entries=len(lines),
        groups=[
            (one, [event for event in all_events if event.discipline_id == one.id])
            for one in disciplines(here.games.id)
        ],
        asks={event.id: asks_of(event_facts(event), limit=False) for event in all_events},
    )


@blueprint.get(f"{AREA}/<event_ref>")
@requires(Permission.ENTRY_EDIT, of="delegation_id")
def enter_event(games_ref: str, delegation_id: uuid.UUID, event_ref: str) -> str:
    """One event: what it asks, what is entered, what can be done."""
    here, event = place(games_ref, delegation_id), _event(games_ref, event_ref)
    lines = entry_lines(here.games.id, delegation_id=delegation_id, event_id=event.id)
    live = sum(line.taking_part for line in lines)
    return render_template(
        "games/enter_event.html",
        here=here,
        games=here.games,
        event=event,
        asks=asks_of(event_facts(event)),
        lines=lines,
        drawn=bool(drawn_events(here.games.id, [event])),
        left=None if event.entry_limit is None else max(event.entry_limit - live, 0),
    )


def _event(games_ref: str, event_ref: str) -> Event:
    return event_or_404(games_or_404(games_ref).id, event_ref)


# --------------------------------------------------------------------------- entering


def unit_ids() -> dict[str, uuid.UUID]:
    """Units by their folded name, as people type it."""
    return {normalise_search(one.name): one.id for one in units()}


@blueprint.route(f"{AREA}/<event_ref>/new", methods=["GET", "POST"])
@requires(Permission.ENTRY_EDIT, of="delegation_id")
def enter_new(games_ref: str, delegation_id: uuid.UUID, event_ref: str) -> Any:
    """Enter an athlete, a pair or a team."""
    here, event = place(games_ref, delegation_id), _event(games_ref, event_ref)
    form, status = EntryForm(rows=min(max(event.team_min, 1), 10)), 200
    if request.method == "GET":
        form.entry_id.data = str(uuid7())
    elif request.form.get("act") == "more":
        form.members.append_entry()
    elif form.validate():
        members = form.read(today(), unit_ids())
        status = 422
        if members is not None:
            try:
                enter(
                    games_id=here.games.id,
                    delegation_id=delegation_id,
                    draft=EntryDraft(event.id, tuple(members), form.name.data or ""),
                    declared=bool(form.declared.data),
                    actor=actor(),
                    desk=here.desk(form.decision.data),
                    entry_id=form.chosen_id(),
                )
            except DomainError as error:
                status = _refused(error, form)
            else:
                flash(_("报上了。"))
                return redirect(_event_url(here, event))
    else:
        status = 422
    return _form_page("games/enter_form.html", here, event, form, status)


def _event_url(here: Place, event: Event) -> str:
    return url_for(
        "games.enter_event", games_ref=here.games.code, delegation_id=here.delegation.id, event_ref=event.code
    )


def _form_page(template: str, here: Place, event: Event, form: EntryForm, status: int, **more: Any) -> Any:
    page = render_template(
        template,
        here=here,
        games=here.games,
        event=event,
        form=form,
        asks=asks_of(event_facts(event)),
        several=event.form != EventForm.INDIVIDUAL.value,
        team=event.form == EventForm.TEAM.value,
        weighed=event_facts(event).weighed,
        late=here.late or (here.office and bool(drawn_events(here.games.id, [event]))),
        room=len(form.members.entries) < min(event.team_max, 40),
        **more,
    )
    return page, status


def _entry(here: Place, entry_id: uuid.UUID) -> EntryLine:
    found = entry_lines(here.games.id, delegation_id=here.delegation.id, entry_id=entry_id)
    if not found:
        raise entry_not_found()
    return found[0]


@blueprint.route(f"{AREA}/entries/<uuid:entry_id>", methods=["GET", "POST"])
@requires(Permission.ENTRY_EDIT, of="delegation_id")
def enter_change(games_ref: str, delegation_id: uuid.UUID, entry_id: uuid.UUID) -> Any:
    """Change who stands behind an entry, and a team's name."""
    here = place(games_ref, delegation_id)
    line = _entry(here, entry_id)
    event = _event(games_ref, line.event_code)
    people = [(str(one.person_id), one.name) for one in line.members]
    form, status = EntryForm(rows=0, people=people), 200
    if request.method == "GET":
        form.name.data = line.name if event.form != EventForm.INDIVIDUAL.value else ""
        form.seen.data = " ".join(id_ for id_, _name in people)
        form.keep.data = [id_ for id_, _name in people]
        form.substitutes.data = [str(one.person_id) for one in line.members if one.substitute]
    elif request.form.get("act") == "more":
        form.members.append_entry()
    elif form.validate():
        members = form.read(today(), unit_ids())
        status = 422
        if members is not None:
            try:
                change_entry(
                    games_id=here.games.id,
                    entry_id=entry_id,
                    name=form.name.data or "",
                    keep=form.kept(),
                    add=members,
                    seen=form.seen_ids(),
                    declared=bool(form.declared.data),
                    actor=actor(),
                    desk=here.desk(form.decision.data),
                )
            except DomainError as error:
                status = _refused(error, form)
                if error.code == "changed_meanwhile":
                    form.seen.data = " ".join(id_ for id_, _name in people)
            else:
                flash(_("已保存。"))
                return redirect(_event_url(here, event))
    else:
        status = 422
    return _form_page("games/enter_change.html", here, event, form, status, line=line)


@blueprint.route(f"{AREA}/entries/<uuid:entry_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.ENTRY_EDIT, of="delegation_id")
def enter_withdraw(games_ref: str, delegation_id: uuid.UUID, entry_id: uuid.UUID) -> Any:
    """Ask once more, then take the entry back."""
    here = place(games_ref, delegation_id)
    line = _entry(here, entry_id)
    event = _event(games_ref, line.event_code)
    form, status = OptionalDecisionForm(), 200
    if form.validate_on_submit():
        try:
            withdraw(games_id=here.games.id, entry_id=entry_id, actor=actor(), desk=here.desk(form.decision.data))
        except DomainError as error:
            status = _refused(error, form)
        else:
            flash(_("已撤项。"))
            return redirect(_event_url(here, event))
    elif form.errors:
        status = 422
    page = render_template(
        "games/enter_withdraw.html",
        here=here,
        games=here.games,
        event=event,
        line=line,
        form=form,
        back=_event_url(here, event),
    )
    return page, status
