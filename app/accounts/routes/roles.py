"""The security administrator's pages: who holds which role, and where."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.accounts.forms import RoleForm
from app.accounts.queries import PAGE, HeldRole, StaffRow, staff_count, staff_row, staff_rows
from app.accounts.routes.frame import blueprint, page, refuse
from app.accounts.rules.roles import parse_scope, scope_text
from app.accounts.scopes import labels, places
from app.accounts.services import grant_role, revoke_role
from app.core.clock import now, office_time
from app.core.errors import DomainError, NotFound
from app.core.permissions import OFFICE, Permission, Role, Scope
from app.core.text import N_
from app.web.access import actor, requires
from app.web.paging import page_number, pager, pages_of
from app.web.texts import say


def scope_label() -> Callable[[Scope], str]:
    """How pages call a scope: 全局, or its kind and name. The directories are read once a page."""
    names: dict[str, str] = {}

    def shown(scope: Scope) -> str:
        if scope == OFFICE:
            return say(scope.kind.label)
        if not names:
            names.update(labels())
        return f"{say(scope.kind.label)} {names.get(scope_text(scope), str(scope.id)[:8])}"

    return shown


def scope_choices() -> list[SelectChoice]:
    """The choices of the form: the office, then every named place, grouped by kind."""
    found = [SelectChoice(scope_text(OFFICE), say(N_("全局，所有活动")))]
    for kind, rows in places().items():
        found += [SelectChoice(scope_text(Scope(kind, one.id)), one.label, optgroup=say(kind.label)) for one in rows]
    return found


def _end_of(day: date | None) -> datetime | None:
    """A role holds through its last day, by the office's clock."""
    return office_time(day.year, day.month, day.day) + timedelta(days=1) if day is not None else None


def _found(account_id: uuid.UUID) -> StaffRow:
    row = staff_row(account_id)
    if row is None:
        raise NotFound("account_unknown", N_("没有这个账号。"))
    return row


@blueprint.get("/office/roles")
@requires(Permission.ROLE_GRANT)
def roles() -> Response:
    """All staff with their roles."""
    number, total = page_number(), staff_count()
    return page(
        "roles",
        rows=staff_rows(page=number),
        pager=pager(number, pages_of(total, PAGE), total, lambda n: url_for("accounts.roles", page=n)),
        scope_label=scope_label(),
        at=now(),
    )


@blueprint.route("/office/roles/<uuid:account_id>", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT)
def account_roles(account_id: uuid.UUID) -> Response:
    """The roles of one account, and the form for one more."""
    row = _found(account_id)
    form, status = RoleForm(), 200
    form.scope.choices = scope_choices()
    if form.validate_on_submit():
        try:
            grant_role(
                actor=actor(),
                at=now(),
                account_id=account_id,
                role=Role(form.role.data),
                scope=parse_scope(form.scope.data) or OFFICE,
                expires_at=_end_of(form.until.data),
            )
            flash(_("已授予：%(role)s。", role=say(Role(form.role.data).label)))
            return redirect(url_for("accounts.account_roles", account_id=account_id))
        except DomainError as error:
            status = refuse(form, error)
    elif form.errors:
        status = 422
    return page("account_roles", status, form=form, row=row, scope_label=scope_label(), at=now())


@blueprint.route("/office/roles/<uuid:account_id>/<uuid:grant_id>/revoke", methods=["GET", "POST"])
@requires(Permission.ROLE_GRANT)
def revoke(account_id: uuid.UUID, grant_id: uuid.UUID) -> Response:
    """Take a role back: asks once, then does it."""
    row = _found(account_id)
    held: HeldRole | None = next((one for one in row.roles if one.id == grant_id), None)
    if held is None:
        raise NotFound("grant_unknown", N_("这个角色已经收回了。"))
    back_url = url_for("accounts.account_roles", account_id=account_id)
    if request.method == "POST":
        revoke_role(actor=actor(), at=now(), grant_id=grant_id)
        flash(_("已收回：%(role)s。", role=say(held.role.label)))
        return redirect(back_url)
    return page(
        "confirm",
        heading=_("收回 %(name)s 的角色？", name=row.display_name),
        sentence=f"{say(held.role.label)}{_('，')}{scope_label()(held.scope)}",
        act=_("收回角色"),
        keep=_("保留"),
        back_url=back_url,
    )
