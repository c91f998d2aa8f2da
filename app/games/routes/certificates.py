"""Certificates and the list for the ceremony."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import now
from app.core.errors import Busy
from app.core.permissions import Permission
from app.core.text import N_
from app.core.transactions import end_read
from app.games.documents.ceremony import ceremony_pdf
from app.games.documents.certificates import certificate_of, certificates_pdf, prize_of
from app.games.models import Games
from app.games.queries.awards import awarded_events, awards
from app.games.queries.games import delegation_by_ref, delegations, disciplines
from app.games.routes.frame import MEDALS, Link, blueprint, event_or_404, games_or_404
from app.games.rules.awards import MOST, UP_TO, gold_first, medals_needed
from app.games.services.opening import delegation_not_found
from app.games.services.printing import note_print
from app.web.access import actor, requires
from app.web.texts import fill, full_day, seal_line

AREA = "/office/games/<games_ref>/awards"
FONTS = "frontend/node_modules/@expo-google-fonts/noto-sans-sc"
CHOICES = (3, 6, 8, 12)


def translate(message: str, **params: object) -> str:
    """A msgid with its places, in the reader's language."""
    return fill(message, params)


def up_to() -> int:
    """How many places get a certificate."""
    wanted = request.args.get("up_to", UP_TO, type=int)
    return min(max(wanted, 1), MOST)


@blueprint.get(AREA)
@requires(Permission.GAMES_VIEW, of="games_ref")
def awards_office(games_ref: str) -> str:
    """What can be printed: certificates by event, by delegation, of all; the list for the ceremony."""
    games = games_or_404(games_ref)
    places = up_to()
    return render_template(
        "games/ceremony_office.html",
        games=games,
        events=awarded_events(games.id, up_to=places),
        delegations=delegations(games.id),
        up_to=places,
        choices=[
            Link(_("前 %(n)s 名", n=n), url_for("games.awards_office", games_ref=games.code, up_to=n), n == places)
            for n in CHOICES
        ],
    )


@blueprint.get(f"{AREA}/certificates.pdf")
@requires(Permission.GAMES_VIEW, of="games_ref")
def certificates(games_ref: str) -> Response:
    """One page for each entry that is honoured: of an event, of a delegation, or of all."""
    games = games_or_404(games_ref)
    wanted: dict[str, Any] = {}
    name = games.code
    if request.args.get("event"):
        event = event_or_404(games.id, request.args["event"])
        wanted, name = {"event_id": event.id}, f"{games.code}-{event.code}"
    elif request.args.get("delegation"):
        delegation = delegation_by_ref(games.id, request.args["delegation"])
        if delegation is None:
            raise delegation_not_found()
        wanted, name = {"delegation_id": delegation.id}, f"{games.code}-{delegation.code}"
    found = awards(games.id, up_to=up_to(), **wanted)
    if not found:
        return _nothing(games)
    title, office = games.name, games.host or seal_line()
    pages = [
        certificate_of(
            one,
            games=games.name,
            games_code=games.code,
            day=full_day(one.decided_on) if one.decided_on else "",
            say=translate,
        )
        for one in found
    ]
    end_read()
    try:
        data = certificates_pdf(pages, title=title, office=office, fonts=fonts(), printed_at=now(), say=translate)
    except FileNotFoundError as error:
        raise no_fonts() from error
    note_print(games_id=games.id, what="certificates", rows=len(pages), actor=actor())
    return as_pdf(data, f"{name}-certificates.pdf")


@blueprint.get(f"{AREA}/ceremony")
@requires(Permission.GAMES_VIEW, of="games_ref")
def ceremony(games_ref: str) -> str:
    """The list by which the ceremony calls, to print from the browser."""
    games = games_or_404(games_ref)
    found = awards(games.id, discipline_id=_discipline(games), medals_only=True)
    return render_template(
        "games/ceremony.html",
        games=games,
        events=gold_first(found),
        need=medals_needed(found),
        disciplines=disciplines(games.id),
        chosen=request.args.get("discipline", ""),
        words=MEDALS,
        prize=lambda one: prize_of(one, say=translate),
        printed_at=now(),
    )


@blueprint.get(f"{AREA}/ceremony.pdf")
@requires(Permission.GAMES_VIEW, of="games_ref")
def ceremony_file(games_ref: str) -> Response:
    """The same as a PDF."""
    games = games_or_404(games_ref)
    found = awards(games.id, discipline_id=_discipline(games), medals_only=True)
    if not found:
        return _nothing(games)
    title = f"{games.name} {_('领奖名单')}"
    end_read()
    try:
        data = ceremony_pdf(found, title=title, fonts=fonts(), printed_at=now(), say=translate)
    except FileNotFoundError as error:
        raise no_fonts() from error
    note_print(games_id=games.id, what="ceremony", rows=len(found), actor=actor())
    return as_pdf(data, f"{games.code}-ceremony.pdf")


def _discipline(games: Games) -> Any:
    wanted = request.args.get("discipline")
    return next((one.id for one in disciplines(games.id) if one.code == wanted), None) if wanted else None


def _nothing(games: Games) -> Response:
    flash(_("还没有正式成绩，出成绩后再印。"), "error")
    return redirect(url_for("games.awards_office", games_ref=games.code))


def fonts() -> Path:
    """Where the set-up has put the fonts for printing."""
    return Path(current_app.root_path).parent / FONTS


def no_fonts() -> Busy:
    """The refusal of a machine on which the set-up has not run."""
    return Busy("fonts_missing", N_("服务器缺少打印用的字体，请联系办公室。"), retry_after=3600)


def as_pdf(data: bytes, name: str) -> Response:
    """A PDF to keep; no cache holds names."""
    response = send_file(io.BytesIO(data), "application/pdf", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
