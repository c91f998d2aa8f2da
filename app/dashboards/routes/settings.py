"""What an office sets by page: what it is called, how its notices and certificates read, its limits and holidays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.activities.routes.desk import tried
from app.core.clock import now
from app.core.permissions import Permission
from app.dashboards.forms.settings import HolidaysForm, SettingsForm, TextsForm
from app.dashboards.routes.frame import blueprint
from app.honours.documents.certificate import BODY, FOOT, PLACES
from app.registrations.rules.words import SENTENCES
from app.settings.constants import Key
from app.settings.queries import holidays, setting
from app.settings.rules.wording import shown_wording
from app.settings.services import save_settings
from app.web.access import actor, requires
from app.web.texts import fill

SENT = {Key.CERTIFICATE_BODY: BODY, Key.CERTIFICATE_FOOT: FOOT}


@blueprint.route("/office/settings", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def settings() -> Any:
    """The office itself; what is left empty is what the environment or the code says."""
    held = {key.value: setting(key) for key in Key}
    for key in SENT:
        held[key.value] = shown_wording(held[key.value] or "", PLACES)
    form = SettingsForm(data=held)
    if form.validate_on_submit() and tried(lambda: save_settings(values=form.values(), actor=actor()), form):
        flash(_("已保存。"))
        return redirect(url_for("dashboards.settings"))
    usual: Mapping[str, Any] = {
        **{key.value: current_app.config.get(key.value.upper()) for key in Key},
        **{key.value: shown_wording(text, PLACES) for key, text in SENT.items()},
    }
    return _page("settings", form, usual=usual, places=list(PLACES))


@blueprint.route("/office/settings/texts", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def texts() -> Any:
    """How notices read: each sentence with its usual words beside it, and an example of what arrives."""
    own = setting(Key.NOTICE_TEXTS) or {}
    form = TextsForm(data={one.name: shown_wording(own.get(one.name, ""), one.places) for one in SENTENCES})
    if form.validate_on_submit() and tried(
        lambda: save_settings(values={Key.NOTICE_TEXTS: form.texts() or None}, actor=actor()), form
    ):
        flash(_("已保存。"))
        return redirect(url_for("dashboards.texts"))
    example = {"who": _("王德福"), "activity": _("徐庄站"), "when": now(), "place": _("徐庄镇文化广场")}
    rows = [
        (one, form[one.name], shown_wording(one.usual, one.places), fill(own.get(one.name, one.usual), example))
        for one in SENTENCES
    ]
    return _page("texts", form, rows=rows)


@blueprint.route("/office/settings/holidays", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def holiday_list() -> Any:
    """The year's free days and working weekends."""
    form = HolidaysForm(data={"holidays": "\n".join(one.line for one in holidays())})
    if form.validate_on_submit() and tried(
        lambda: save_settings(values={Key.HOLIDAYS: form.packed() or None}, actor=actor()), form
    ):
        flash(_("已保存。"))
        return redirect(url_for("dashboards.holiday_list"))
    return _page("holidays", form, listed=holidays())


def _page(name: str, form: Any, **values: Any) -> Any:
    page = render_template(f"dashboards/{name}.html", form=form, **values)
    return (page, 422) if form.errors else page
