"""A new station, and the settings of one: what and when, signing up, 参加须知."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from app.activities import queries
from app.activities.constants import AskField
from app.activities.forms.seasons import TermsForm
from app.activities.forms.station import ChangeBasicsForm, CreateForm, WindowForm
from app.activities.queries import ActivityFacts, Station
from app.activities.routes.desk import (
    blueprint,
    need_choices,
    season_choices,
    settings_page,
    station_or_404,
    tried,
)
from app.activities.rules.drafts import StationDraft
from app.activities.services.stations import change_basics, change_window, create_station
from app.activities.services.terms import publish_terms
from app.core.clock import local, office_time, today
from app.core.permissions import Permission
from app.core.text import N_
from app.settings.constants import Key
from app.settings.queries import holiday_on, setting
from app.web.access import actor, requires
from app.web.texts import fill


@blueprint.route("/office/activities/new", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, anywhere=True)
def create() -> Any:
    """A new station: what, where, when; all else is asked in its settings."""
    offered = season_choices()
    need_choices(offered)
    asks = [AskField(one) for one in setting(Key.USUAL_ASKS) or ()]
    form = CreateForm(seasons=offered, asks=asks, data=_usual_times() if request.method == "GET" else None)
    if form.validate_on_submit():
        draft = StationDraft(basics=form.basics(), window=form.window())
        if tried(lambda: create_station(draft=draft, actor=actor()), form):
            flash(gettext("已建立草稿，接着设组别和签到点。"))
            name_the_day(draft.basics.starts_at)
            return redirect(url_for("activities.categories", activity_ref=draft.basics.code))
    page = render_template("activities/create.html", form=form)
    return (page, 422) if form.errors else page


def name_the_day(starts_at: datetime) -> None:
    """Say so when an activity begins on a holiday, or on a weekend on which everybody works."""
    found = holiday_on(local(starts_at).date())
    if found is not None:
        words = (
            N_("%(day)s是%(name)s（要上班），请看看日子对不对。") if found.works else N_("%(day)s是%(name)s（放假）。")
        )
        flash(fill(words, {"day": local(starts_at).date(), "name": found.name}))


def _usual_times() -> dict[str, Any]:
    """The first Saturday a week or more ahead, 8:00; sign-up from ten days until two nights before."""
    saturday = today() + timedelta(days=(5 - today().weekday()) % 7 + 7)
    start = office_time(saturday.year, saturday.month, saturday.day, 8)
    return {
        "gate_opens_at": start - timedelta(hours=1),
        "starts_at": start,
        "ends_at": start + timedelta(hours=4),
        "opens_at": _midnight(start - timedelta(days=10)) + timedelta(hours=8),
        "closes_at": _midnight(start - timedelta(days=2)),
    }


def _midnight(instant: datetime) -> datetime:
    return instant - timedelta(hours=8)


@blueprint.route("/office/activities/<activity_ref>/edit", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def edit(activity_ref: str) -> Any:
    """What, where and when."""
    found = station_or_404(activity_ref)
    activity = found.activity
    offered = season_choices(found.season, keep_none=found.season is None)
    form = ChangeBasicsForm(seasons=offered, data=_basics_data(activity))
    if form.validate_on_submit() and tried(
        lambda: change_basics(
            activity_id=activity.id,
            version=form.seen_version,
            basics=form.basics(),
            move_hours=bool(form.move_hours.data),
            actor=actor(),
        ),
        form,
    ):
        flash(gettext("已保存。"))
        name_the_day(form.starts_at.data)
        return redirect(url_for("activities.edit", activity_ref=form.code.data))
    return settings_page("activities/edit_basics.html", found, "activities.edit", form)


def _basics_data(activity: ActivityFacts) -> dict[str, Any]:
    return {
        "version": activity.version,
        "code": activity.code,
        "name": activity.name,
        "season_id": str(activity.season_id or ""),
        "kind": activity.kind.value,
        "place": activity.place,
        "address": activity.address,
        "gate_opens_at": activity.gate_opens_at,
        "starts_at": activity.starts_at,
        "ends_at": activity.ends_at,
        "service_phone": activity.service_phone,
        "seal_text": activity.seal_text,
        "intro": activity.intro,
        "move_hours": True,
    }


@blueprint.route("/office/activities/<activity_ref>/window", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def window(activity_ref: str) -> Any:
    """When and how people sign up, and what they are asked."""
    found = station_or_404(activity_ref)
    activity = found.activity
    form = WindowForm(
        ends_at=activity.ends_at,
        categories=[(one.code, one.name) for one in found.categories],
        data=_window_data(found),
    )
    if form.validate_on_submit() and tried(
        lambda: change_window(activity_id=activity.id, version=form.seen_version, window=form.window(), actor=actor()),
        form,
    ):
        flash(gettext("已保存。"))
        return redirect(url_for("activities.window", activity_ref=activity.code))
    return settings_page("activities/edit_window.html", found, "activities.window", form)


def _window_data(found: Station) -> dict[str, Any]:
    activity = found.activity
    walks_in = found.category(activity.walkin_category_id) if activity.walkin_category_id else None
    return {
        "version": activity.version,
        "opens_at": activity.registration_opens_at,
        "closes_at": activity.registration_closes_at,
        "allocation": activity.allocation.value,
        "waiting_list": activity.waiting_list,
        "needs_review": activity.needs_review,
        "guardian_to_18": activity.guardian_to_18,
        "asks": [ask.value for ask in activity.asks],
        "walkin_capacity": activity.walkin_capacity,
        "walkin_category": walks_in.code if walks_in else "",
        "poster_enabled": activity.poster_enabled,
    }


@blueprint.route("/office/activities/<activity_ref>/terms", methods=["GET", "POST"])
@requires(Permission.ACTIVITY_EDIT, of="activity_ref")
def terms(activity_ref: str) -> Any:
    """The 参加须知: a new version, and those before."""
    found = station_or_404(activity_ref)
    activity = found.activity
    newest = found.terms
    form = TermsForm(data={"version": activity.version, "text": newest.text if newest else ""})
    if form.validate_on_submit() and tried(
        lambda: publish_terms(activity_id=activity.id, version=form.seen_version, text=form.text.data, actor=actor()),
        form,
    ):
        flash(gettext("已保存。"))
        return redirect(url_for("activities.terms", activity_ref=activity.code))
    history = queries.terms_history(activity.id)
    return settings_page("activities/edit_terms.html", found, "activities.terms", form, history=history)
