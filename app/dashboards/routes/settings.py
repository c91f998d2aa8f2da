"""What an office sets by page: what it is called, whom citizens ring up, what counts as impossibly fast."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.core.permissions import Permission
from app.dashboards.forms import SettingsForm
from app.dashboards.routes.frame import blueprint
from app.settings.constants import Key
from app.settings.queries import setting
from app.settings.services import save_settings
from app.web.access import actor, requires


@blueprint.route("/office/settings", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def settings() -> Any:
    """Show and change them; what is left empty is what the environment says."""
    held = {key: setting(key) for key in Key}
    form = SettingsForm(data={key.value: held[key] for key in Key})
    if form.validate_on_submit():
        save_settings(values={key: form[key.value].data or None for key in Key}, actor=actor())
        flash(_("已保存。"))
        return redirect(url_for("dashboards.settings"))
    usual = {key.value: current_app.config[key.value.upper()] for key in Key}
    page = render_template("dashboards/settings.html", form=form, usual=usual)
    return (page, 422) if form.errors else page
