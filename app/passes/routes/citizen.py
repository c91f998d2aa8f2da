"""My code: of oneself and of the family, on a page, full screen, as a picture, made anew."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.http import generate_etag
from werkzeug.wrappers import Response as AnyResponse

from app.core.clock import now
from app.core.errors import NotFound
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.text import N_
from app.passes.constants import PassKind
from app.passes.documents import code_png, code_svg
from app.passes.queries import CurrentIssue, current_issue
from app.passes.routes.beside import live_activities, next_line
from app.passes.rules import format_short_code
from app.passes.services import issue, pass_text, reissue
from app.people.queries.family import Relative, relative, relatives
from app.web.access import actor, requires, the_account

blueprint = Blueprint("passes", __name__, template_folder="../templates")


def _proven(person_id: uuid.UUID) -> Relative:
    """One proven person of this account; anybody else is not found, known or not."""
    found = relative(the_account(), person_id)
    if found is None or not found.proven:
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    return found


def _text(current: CurrentIssue) -> str:
    return pass_text(PassKind.PERSON, current.pass_id, current.generation, current.kid)


def _svg(current: CurrentIssue, name: str) -> Markup:
    return code_svg(_text(current), _("%(name)s的码", name=name))


def _etag(response: Response) -> AnyResponse:
    """Private, but not fetched twice: a code is opened again and again on a bad network."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(generate_etag(response.get_data()))
    return response.make_conditional(request)


def _shown(people: Sequence[Relative]) -> Relative | None:
    """Whose code the page shows: the one that is asked for, else the first."""
    wanted = parse_uuid(request.args.get("person"))
    proven = [one for one in people if one.proven]
    return next((one for one in proven if one.id == wanted), proven[0] if proven else None)


@blueprint.get("/my/code")
@requires(Permission.OWN)
def mine() -> AnyResponse | str:
    """The code of one person, and the way to the others."""
    people = relatives(the_account())
    person = _shown(people)
    wanted = request.args.get("person")
    if wanted is not None and (person is None or str(person.id) != wanted):
        raise NotFound("person_not_found", N_("没有找到这位家人。"))
    current = current_issue(person.id) if person else None
    return render_template(
        "passes/mine.html",
        people=[one for one in people if one.proven],
        unproven=[one for one in people if not one.proven],
        person=person,
        current=current,
        svg=_svg(current, person.name) if person and current else None,
        short_code=format_short_code(current.short_code) if current else "",
        beside=next_line(person.id) if person else None,
    )


@blueprint.get("/my/code/<uuid:person_id>")
@requires(Permission.OWN)
def white(person_id: uuid.UUID) -> str:
    """Nothing but the code, on white from edge to edge."""
    person = _proven(person_id)
    current = _current(person_id)
    return render_template(
        "passes/white.html",
        person=person,
        svg=_svg(current, person.name),
        short_code=format_short_code(current.short_code),
        beside=next_line(person_id),
    )


def _current(person_id: uuid.UUID) -> CurrentIssue:
    current = current_issue(person_id)
    if current is None:
        raise NotFound("pass_not_found", N_("还没有码，报名后就有。"))
    return current


@blueprint.get("/my/code/<uuid:person_id>.png")
@requires(Permission.OWN)
def png(person_id: uuid.UUID) -> AnyResponse:
    """The code for the phone's album."""
    _proven(person_id)
    current = _current(person_id)
    response = make_response(code_png(_text(current), current.short_code))
    response.headers["Content-Type"] = "image/png"
    response.headers["Content-Disposition"] = f'inline; filename="xiangyue-{current.short_code}.png"'
    return _etag(response)


@blueprint.post("/my/code/<uuid:person_id>/make")
@requires(Permission.OWN)
def make(person_id: uuid.UUID) -> AnyResponse:
    """A first code for somebody who has not registered for anything yet."""
    _proven(person_id)
    issue(person_id=person_id, actor=actor(), at=now())
    return redirect(url_for("passes.mine", person=person_id))


@blueprint.route("/my/code/<uuid:person_id>/new", methods=["GET", "POST"])
@requires(Permission.OWN)
def renew(person_id: uuid.UUID) -> AnyResponse | str:
    """A new code in place of one that others have seen: asks once, then does it."""
    person = _proven(person_id)
    _current(person_id)
    if request.method == "POST":
        reissue(person_id=person_id, live_activities=live_activities(person_id), actor=actor(), at=now())
        flash(_("已换新码，旧码不能再用。"))
        return redirect(url_for("passes.mine", person=person_id))
    return render_template("passes/renew.html", person=person)
