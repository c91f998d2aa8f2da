"""Keys for other software: a list, one more, an end."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.constants import TokenScope
from app.accounts.forms import KeyForm
from app.accounts.queries import api_keys
from app.accounts.routes.frame import blueprint, page, refuse
from app.accounts.services import issue_key, revoke_key
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.web.access import actor, requires


@blueprint.get("/office/keys")
@requires(Permission.KEY_MANAGE)
def keys() -> Response:
    """Every key, without its secret."""
    return page("keys", rows=api_keys(), scopes={scope.value: scope.label for scope in TokenScope}, at=now())


@blueprint.route("/office/keys/new", methods=["GET", "POST"])
@requires(Permission.KEY_MANAGE)
def new_key() -> Response:
    """One more key: its secret is shown on this answer and never again."""
    form, status = KeyForm(), 200
    if form.validate_on_submit():
        try:
            issued = issue_key(actor=actor(), at=now(), scope=TokenScope(form.scope.data), label=form.label.data)
            return page("key_once", secret=True, token=issued.token, label=form.label.data)
        except DomainError as error:
            status = refuse(form, error)
    elif form.errors:
        status = 422
    return page("new_key", status, form=form)


@blueprint.route("/office/keys/<uuid:key_id>/revoke", methods=["GET", "POST"])
@requires(Permission.KEY_MANAGE)
def end_key(key_id: uuid.UUID) -> Response:
    """End a key: asks once, then does it."""
    row = next((one for one in api_keys() if one.id == key_id), None)
    if row is None:
        raise NotFound("key_unknown", N_("没有这个密钥。"))
    if request.method == "POST":
        revoke_key(actor=actor(), at=now(), key_id=key_id)
        flash(_("密钥已停用：%(label)s。", label=row.label))
        return redirect(url_for("accounts.keys"))
    return page(
        "confirm",
        heading=_("停用密钥“%(label)s”？", label=row.label),
        sentence=_("用它的软件马上连不上，不能恢复。"),
        act=_("停用密钥"),
        keep=_("保留"),
        back_url=url_for("accounts.keys"),
    )
