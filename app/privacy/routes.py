"""My data: what is kept, taking it along, deleting it."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.queries import account as read_account
from app.accounts.sessions import end
from app.core.clock import local, now
from app.core.errors import DomainError, NotFound
from app.core.permissions import Permission
from app.core.transactions import end_read
from app.people.forms import ProofForm
from app.people.queries.family import Relative, relative, relatives
from app.people.services.family import not_on_list
from app.privacy.documents import archive
from app.privacy.rules.terms import terms
from app.privacy.services.asked import erase_with_code, send_code
from app.privacy.services.export import Section, export_own, export_relative, shown
from app.web.access import actor, requires, the_account
from app.web.errors import note_refusal
from app.web.texts import say

blueprint = Blueprint("privacy", __name__, template_folder="templates")
AREA = "/my/data"


@blueprint.get(AREA)
@requires(Permission.OWN)
def mine() -> str:
    """Whose data is kept, for how long, and what can be done."""
    found = read_account(the_account())
    return render_template(
        "privacy/mine.html",
        people=[one for one in relatives(the_account()) if one.proven],
        terms=terms(),
        closable=found is not None and found.phone is not None,
    )


@blueprint.post(f"{AREA}/export")
@requires(Permission.OWN)
def export() -> Response:
    """Everything of the account and its people."""
    return _send(export_own(account_id=the_account(), actor=actor()))


@blueprint.post(f"{AREA}/<uuid:person_id>/export")
@requires(Permission.OWN)
def export_one(person_id: uuid.UUID) -> Response:
    """Everything of one of them."""
    return _send(export_relative(account_id=the_account(), person_id=person_id, actor=actor()))


def _send(sections: list[Section]) -> Response:
    told = [
        Section(one.title, one.columns, tuple(tuple(shown(value) for value in row) for row in one.rows))
        for one in sections
    ]
    at = local(now())
    answer = send_file(
        io.BytesIO(archive(told, say=say, made_at=at.isoformat(timespec="seconds"))),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"xiangyue-{at:%Y%m%d}.zip",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _person(person_id: uuid.UUID) -> Relative:
    """One of the account's people; the same refusal for everybody else."""
    found = relative(the_account(), person_id)
    if found is None or not found.proven:
        raise not_on_list()
    return found


@blueprint.route(f"{AREA}/<uuid:person_id>/delete", methods=["GET", "POST"])
@requires(Permission.OWN)
def delete(person_id: uuid.UUID) -> Any:
    """What goes of one of them and what stays; posting sends a code."""
    return _ask(_person(person_id))


@blueprint.post(f"{AREA}/<uuid:person_id>/delete/code")
@requires(Permission.OWN)
def delete_code(person_id: uuid.UUID) -> Any:
    """With the code it is done."""
    one, form = _person(person_id), ProofForm()
    if _done(one, form):
        flash(_("已删除%(name)s的资料。", name=one.name))
        return redirect(url_for("privacy.mine"))
    return _page(one, form, sent=True), 422


@blueprint.route(f"{AREA}/close", methods=["GET", "POST"])
@requires(Permission.OWN)
def close() -> Any:
    """The same of the account itself."""
    return _ask(None)


@blueprint.post(f"{AREA}/close/code")
@requires(Permission.OWN)
def close_code() -> Any:
    """With the code the account is closed, and nobody is signed in any more."""
    form = ProofForm()
    if _done(None, form):
        end()
        flash(_("账号已注销，资料已删除。"))
        return redirect(url_for("portal.home"))
    return _page(None, form, sent=True), 422


def _ask(one: Relative | None) -> Any:
    reveal, sent, status = None, False, 200
    if request.method == "POST":
        try:
            answer = send_code(
                account_id=the_account(),
                person_id=one.id if one else None,
                address=request.remote_addr or "",
                actor=actor(),
                at=now(),
            )
            sent, reveal = True, answer.reveal
        except NotFound:
            raise
        except DomainError as error:
            end_read()
            note_refusal(error)
            flash(say(error), "warning")
            status = error.status
    return _page(one, ProofForm(None), sent=sent, reveal=reveal), status


def _done(one: Relative | None, form: ProofForm) -> bool:
    if not form.validate_on_submit():
        return False
    try:
        erase_with_code(
            account_id=the_account(),
            person_id=one.id if one else None,
            code=form.code.data or "",
            actor=actor(),
            at=now(),
        )
    except NotFound:
        raise
    except DomainError as error:
        end_read()
        note_refusal(error)
        form.code.errors = [*form.code.errors, say(error)]
        return False
    return True


def _page(one: Relative | None, form: ProofForm, *, sent: bool, reveal: str | None = None) -> str:
    return render_template("privacy/delete.html", one=one, form=form, sent=sent, reveal=reveal)
