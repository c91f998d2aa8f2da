"""The system administrator's pages: who works here, and whose account is open."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.forms import StaffForm
from app.accounts.queries import PAGE, StaffRow, staff_count, staff_row, staff_rows
from app.accounts.routes.frame import blueprint, page, refuse
from app.accounts.routes.roles import scope_label
from app.accounts.services import create_staff, disable_account, enable_account, reset_password
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.web.access import actor, requires
from app.web.paging import page_number, pager, pages_of


def found_staff(account_id: uuid.UUID) -> StaffRow:
    """One member of staff; NotFound for a citizen's account too, in the same words."""
    found = staff_row(account_id)
    if found is None:
        raise NotFound("account_unknown", N_("没有这个账号。"))
    return found


@blueprint.get("/office/accounts")
@requires(Permission.ACCOUNT_MANAGE)
def staff_list() -> Response:
    """All staff, 50 a page."""
    number, total = page_number(), staff_count()
    return page(
        "staff_list",
        rows=staff_rows(page=number),
        pager=pager(number, pages_of(total, PAGE), total, lambda n: url_for("accounts.staff_list", page=n)),
        scope_label=scope_label(),
        at=now(),
    )


@blueprint.route("/office/accounts/new", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def new_staff() -> Response:
    """A new account: the first password is made up and shown once; a role is somebody else's to give."""
    form, status = StaffForm(), 200
    if form.validate_on_submit():
        try:
            made = create_staff(
                actor=actor(),
                at=now(),
                login_name=form.login_name.data,
                display_name=form.display_name.data,
            )
            return page(
                "password_once",
                secret=True,
                row=found_staff(made.account_id),
                password=made.password,
                heading=_("账号已建好"),
                hint=_("角色由安全管理员授予。"),
            )
        except DomainError as error:
            status = refuse(form, error)
    elif form.errors:
        status = 422
    return page("new_staff", status, form=form)


@blueprint.get("/office/accounts/<uuid:account_id>")
@requires(Permission.ACCOUNT_MANAGE)
def staff(account_id: uuid.UUID) -> Response:
    """One account."""
    return page("staff", row=found_staff(account_id), scope_label=scope_label(), at=now())


@blueprint.route("/office/accounts/<uuid:account_id>/disable", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def disable(account_id: uuid.UUID) -> Response:
    """Shut an account: asks once, then does it."""
    row = found_staff(account_id)
    if request.method == "POST":
        disable_account(actor=actor(), at=now(), account_id=account_id)
        flash(_("%(name)s 的账号已停用。", name=row.display_name))
        return redirect(url_for("accounts.staff", account_id=account_id))
    return page(
        "confirm",
        heading=_("停用 %(name)s 的账号？", name=row.display_name),
        sentence=_("会马上退出所有设备，可以再启用。"),
        act=_("停用账号"),
        keep=_("保留"),
        back_url=url_for("accounts.staff", account_id=account_id),
    )


@blueprint.post("/office/accounts/<uuid:account_id>/enable")
@requires(Permission.ACCOUNT_MANAGE)
def enable(account_id: uuid.UUID) -> Response:
    """Open an account again."""
    row = found_staff(account_id)
    enable_account(actor=actor(), at=now(), account_id=account_id)
    flash(_("%(name)s 的账号已启用。", name=row.display_name))
    return redirect(url_for("accounts.staff", account_id=account_id))


@blueprint.route("/office/accounts/<uuid:account_id>/reset", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def reset(account_id: uuid.UUID) -> Response:
    """A new first password: asks once, then shows it once."""
    row = found_staff(account_id)
    if request.method == "POST":
        password = reset_password(actor=actor(), at=now(), account_id=account_id)
        return page("password_once", secret=True, row=row, password=password, heading=_("密码已重设"), hint="")
    return page(
        "confirm",
        heading=_("重设 %(name)s 的密码？", name=row.display_name),
        sentence=_("原密码马上失效，所有设备都会退出。"),
        act=_("重设密码"),
        keep=_("返回"),
        back_url=url_for("accounts.staff", account_id=account_id),
    )
