"""The office's pages of draws: which events are drawn; one event's seeds, draw, replay, and a draw on paper."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.routes.desk import tried
from app.core.permissions import Permission
from app.games.constants import DrawKind, EventFormat, EventStatus
from app.games.forms.draws import DrawForm, PaperForm, SeedsForm, paper_form, seeds_form
from app.games.models import Draw, Entry, Event, Games
from app.games.queries.brackets import sides_of
from app.games.queries.draws import draws_of, events_to_draw, is_written, rows_of, to_draw
from app.games.queries.games import delegations, entries_of
from app.games.routes.frame import blueprint, event_or_404, games_or_404
from app.games.rules.drawing import PAPER, plan_of
from app.games.services.draws import hold_draw, record_paper_draw, replay_of, set_seeds
from app.registrations.rules.draw import commitment
from app.web.access import actor, requires

AREA = "/office/games/<games_ref>/events/<event_ref>/draw"
DRAWABLE = frozenset({EventStatus.PLANNED, EventStatus.START_LIST})


@blueprint.get("/office/games/<games_ref>/draws")
@requires(Permission.GAMES_VIEW, of="games_ref")
def draws_office(games_ref: str) -> str:
    """Every event: how many are entered, whether it is drawn."""
    games = games_or_404(games_ref)
    return render_template(
        "games/draws.html",
        games=games,
        tab="games.draws_office",
        events=[(one, EventStatus(one.event.status), _plan(one.event) is not None) for one in events_to_draw(games.id)],
    )


def _plan(event: Event) -> Any:
    return plan_of(EventFormat(event.format), event.settings)


@blueprint.get(AREA)
@requires(Permission.GAMES_VIEW, of="games_ref")
def event_draw(games_ref: str, event_ref: str) -> str:
    """One event: entries with seeds, the draw that holds and whether it replays, earlier ones."""
    games = games_or_404(games_ref)
    return _page(games, event_or_404(games.id, event_ref))


@blueprint.post(AREA)
@requires(Permission.GAMES_EDIT, of="games_ref")
def draw_event(games_ref: str, event_ref: str) -> Any:
    """Draw by lots."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    form = DrawForm(prefix="lots")
    if form.validate() and tried(
        lambda: hold_draw(
            games_id=games.id,
            event_id=event.id,
            seed=form.seed.data or "",
            witnesses=form.witnesses.data or "",
            reason=form.reason.data or "",
            version=form.seen_version,
            actor=actor(),
        ),
        form,
    ):
        flash(_("已抽签，签表已公开。"))
        return redirect(url_for("games.event_draw", games_ref=games.code, event_ref=event.code))
    return _page(games, event, lots=form), 422


@blueprint.post(f"{AREA}/seeds")
@requires(Permission.GAMES_EDIT, of="games_ref")
def seed_event(games_ref: str, event_ref: str) -> Any:
    """Set the seeds."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    form = seeds_form(_labelled(to_draw(games.id, event.id), games), prefix="seeds")
    if form.validate() and tried(
        lambda: set_seeds(
            games_id=games.id, event_id=event.id, seeds=form.seeds, version=form.seen_version, actor=actor()
        ),
        form,
    ):
        flash(_("已保存种子。"))
        return redirect(url_for("games.event_draw", games_ref=games.code, event_ref=event.code))
    return _page(games, event, seeds=form), 422


@blueprint.post(f"{AREA}/paper")
@requires(Permission.GAMES_EDIT, of="games_ref")
def paper_draw(games_ref: str, event_ref: str) -> Any:
    """Type in a draw that was held on paper."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    form = paper_form(_labelled(to_draw(games.id, event.id), games), prefix="paper")
    if form.validate() and tried(
        lambda: record_paper_draw(
            games_id=games.id,
            event_id=event.id,
            typed=form.typed,
            witnesses=form.witnesses.data or "",
            reason=form.reason.data or "",
            version=form.seen_version,
            actor=actor(),
        ),
        form,
    ):
        flash(_("已录入抽签结果，签表已公开。"))
        return redirect(url_for("games.event_draw", games_ref=games.code, event_ref=event.code))
    return _page(games, event, paper=form), 422


@blueprint.get(f"{AREA}.json")
@requires(Permission.GAMES_VIEW, of="games_ref")
def draw_file(games_ref: str, event_ref: str) -> Response:
    """Everything that a replay needs, without a name."""
    games = games_or_404(games_ref)
    event = event_or_404(games.id, event_ref)
    body = [
        {
            "event": event.code,
            "kind": draw.kind,
            "version": draw.version,
            "seed": draw.seed,
            "drawn_at": draw.made_at.isoformat(),
            "entrants": draw.entrants,
            "outcome": draw.outcome,
            "reason": draw.reason,
        }
        for draw in draws_of(games.id, event.id)
    ]
    answer = Response(json.dumps(body, ensure_ascii=False, indent=1), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{games.code}-{event.code}-draw.json"'
    return answer


def _labelled(entries: Sequence[Entry], games: Games) -> list[tuple[Any, str, int | None]]:
    named = {one.id: one.name for one in delegations(games.id)}
    return [(one.id, f"{one.name} {named.get(one.delegation_id, '')}".strip(), one.seed) for one in entries]


def _page(
    games: Games,
    event: Event,
    *,
    lots: DrawForm | None = None,
    seeds: SeedsForm | None = None,
    paper: PaperForm | None = None,
) -> str:
    entries = to_draw(games.id, event.id)
    labelled = _labelled(entries, games)
    plan = _plan(event)
    held = draws_of(games.id, event.id)
    open_still = plan is not None and EventStatus(event.status) in DRAWABLE and not is_written(games.id, event.id)
    forms = {
        "lots": lots or DrawForm(None, prefix="lots"),
        "seeds": seeds or seeds_form(labelled, None, prefix="seeds"),
        "paper": paper or paper_form(labelled, None, prefix="paper"),
    }
    for form in forms.values():
        if not form.version.data or form.conflicts:
            form.use_version(event.version)
    return render_template(
        "games/draw.html",
        games=games,
        event=event,
        tab="games.draws_office",
        status=EventStatus(event.status),
        plan=plan,
        by_groups=plan is not None and plan.kind is DrawKind.GROUPS,
        entries=entries,
        open=open_still and len(entries) >= plan.least,
        draws=[(one, _replays(one), rows_of(one)) for one in held],
        sides=sides_of(entries_of(games.id, event.id), games.id),
        digest=commitment([str(one.id) for one in entries]).hex(),
        forms=forms,
    )


def _replays(draw: Draw) -> bool | None:
    return None if draw.version == PAPER else replay_of(draw)
