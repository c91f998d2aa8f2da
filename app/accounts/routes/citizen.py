"""A citizen signs in: the phone, then the code that was sent there."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import sessions
from app.accounts.constants import CodePurpose
from app.accounts.forms import CodeForm, PhoneForm
from app.accounts.queries import account, shown_name, sign_ins
from app.accounts.routes.frame import HOME, blueprint, page, refuse, wanted
from app.accounts.rules.phones import parse_phone
from app.accounts.services import raise_epoch, request_login_code, sign_in_with_code
from app.core.clock import now
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.core.text import mask_phone
from app.web.access import actor, caller, public, requires, the_account, the_caller
from app.web.errors import note_refusal
from app.web.texts import say


def _send(phone: str) -> None:
    """Send a code and keep, sealed in the cookie, where it went."""
    sent = request_login_code(
        phone=phone, address=request.remote_addr or "", purpose=CodePurpose.LOGIN, at=now(), actor=actor()
    )
    sessions.await_code(phone, sent.expires_at, sent.reveal)


@blueprint.route("/login", methods=["GET", "POST"])
@public("the way in")
def login() -> Response:
    """Step one: the phone."""
    if caller() is not None and request.method == "GET":
        return redirect(wanted(HOME))
    form, status = PhoneForm(), 200
    if form.validate_on_submit():
        try:
            _send(parse_phone(form.phone.data))
            return redirect(url_for("accounts.login_code", next=request.args.get("next")))
        except DomainError as error:
            status = refuse(form, error)
    elif form.errors:
        status = 422
    return page("login", status, form=form, next=request.args.get("next"))


@blueprint.route("/login/code", methods=["GET", "POST"])
@public("the way in")
def login_code() -> Response:
    """Step two: the code."""
    waiting = sessions.awaited()
    if waiting is None:
        return redirect(url_for("accounts.login", next=request.args.get("next")))
    form, status = CodeForm(), 200
    if form.validate_on_submit():
        try:
            account_id = sign_in_with_code(phone=waiting.phone, code=form.code.data, at=now(), actor=actor())
            found = account(account_id)
            if found is not None:
                sessions.begin(found)
            return redirect(wanted(HOME))
        except DomainError as error:
            status = refuse(form, error)
    elif form.errors:
        status = 422
    return page(
        "login_code",
        status,
        secret=True,
        form=form,
        next=request.args.get("next"),
        phone=mask_phone(waiting.phone),
        reveal=waiting.reveal,
    )


@blueprint.post("/login/again")
@public("the way in")
def login_again() -> Response:
    """Another code to the same phone."""
    waiting = sessions.awaited()
    if waiting is None:
        return redirect(url_for("accounts.login", next=request.args.get("next")))
    try:
        _send(waiting.phone)
        flash(_("已重新发出，前一个验证码不再有效。"))
    except DomainError as error:
        note_refusal(error)
        flash(say(error), "warning")
    return redirect(url_for("accounts.login_code", next=request.args.get("next")))


@blueprint.post("/logout")
@public("whoever has no session has nothing to end")
def logout() -> Response:
    """Sign out: a citizen on this device; staff everywhere, since a copied cookie must be worth nothing."""
    found = caller()
    staff = found is not None and found.is_staff
    if found is not None and staff and found.account_id is not None:
        raise_epoch(actor=found.actor, at=now(), account_id=found.account_id, tokens=False)
    sessions.end()
    flash(_("已退出。"))
    return redirect(url_for("accounts.staff_login") if staff else url_for("accounts.login"))


@blueprint.get("/my/security")
@requires(Permission.OWN)
def security() -> Response:
    """What holds this account, and the ways to end its sessions."""
    found = account(the_account())
    return page("security", found=found, name=shown_name(found) if found else "", sign_ins=sign_ins(the_account()))


@blueprint.route("/my/security/end", methods=["GET", "POST"])
@requires(Permission.OWN)
def end_sessions() -> Response:
    """End every session of this account on all devices: asks once, then does it."""
    found = the_caller()
    if request.method == "POST":
        raise_epoch(actor=found.actor, at=now(), account_id=the_account())
        sessions.end()
        flash(_("所有设备都已退出。"))
        return redirect(url_for("accounts.staff_login" if found.is_staff else "accounts.login"))
    return page("end_sessions", back_url=url_for("accounts.change_password" if found.is_staff else "accounts.security"))
