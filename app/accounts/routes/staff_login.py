"""Staff sign in with name and password, and change the password."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import sessions
from app.accounts.forms import PasswordForm, StaffLoginForm
from app.accounts.limits import limits
from app.accounts.queries import account, is_founded, sign_ins
from app.accounts.routes.frame import OFFICE_HOME, blueprint, page, refuse, wanted
from app.accounts.services import change_password as change
from app.accounts.services import sign_in_staff
from app.core.clock import now
from app.core.errors import DomainError, Forbidden
from app.core.permissions import Permission
from app.core.text import N_
from app.web.access import actor, caller, public, requires, the_caller


@blueprint.route("/office/login", methods=["GET", "POST"])
@public("the way in")
def staff_login() -> Response:
    """Name and password."""
    found = caller()
    if found is not None and found.is_staff and request.method == "GET":
        return redirect(wanted(OFFICE_HOME))
    form, status = StaffLoginForm(), 200
    if form.validate_on_submit():
        try:
            account_id = sign_in_staff(
                login_name=form.login_name.data, password=form.password.data, at=now(), actor=actor()
            )
            signed_in = account(account_id)
            if signed_in is not None:
                sessions.begin(signed_in)
            return redirect(wanted(OFFICE_HOME))
        except DomainError as error:
            status = refuse(form, error)
    elif form.errors:
        status = 422
    return page("staff_login", status, form=form, next=request.args.get("next"), founded=is_founded())


@blueprint.route("/office/password", methods=["GET", "POST"])
@requires(Permission.OWN)
def change_password() -> Response:
    """A member of staff's own account: a new password, and the way out. Also where a forced change leads."""
    who = the_caller()
    found = account(who.account_id) if who.account_id is not None else None
    if found is None or not who.is_staff:
        raise Forbidden("staff_only", N_("您用手机验证码登录，没有密码。"))
    first, forced = found.password_changed_at is None, getattr(who, "must_change", False)
    form, status = PasswordForm(), 200
    if form.validate_on_submit():
        if form.new.data != form.again.data:
            form.again.errors = [*form.again.errors, _("两次填的不一样，请再填一次。")]
            status = 422
        else:
            try:
                change(
                    actor=who.actor,
                    at=now(),
                    account_id=found.id,
                    current=form.current.data,
                    new=form.new.data,
                )
                return _again(found.id)
            except DomainError as error:
                status = refuse(form, error)
    elif form.errors:
        status = 422
    return page(
        "password",
        status,
        form=form,
        who=who,
        login_name=found.login_name,
        first=first,
        forced=forced,
        limits=limits(),
        sign_ins=sign_ins(found.id),
    )


def _again(account_id: uuid.UUID) -> Response:
    """The change has ended every session; this one begins anew."""
    found = account(account_id)
    if found is not None:
        sessions.begin(found)
    flash(_("密码已改，其他设备要重新登录。"))
    return redirect(OFFICE_HOME)
