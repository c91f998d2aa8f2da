"""What every page of the office about stations begins with."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, render_template, url_for
from flask_babel import gettext

from app.activities.forms.fields import RuledForm
from app.activities.forms.seasons import SeasonForm, SeriesForm
from app.activities.queries import SeasonFacts, Station, seasons, station
from app.activities.services.seasons import SeasonDraft, SeriesDraft
from app.core.errors import DomainError, Forbidden, NotFound
from app.core.permissions import Permission, Scope, ScopeKind
from app.core.text import N_
from app.web.access import the_caller
from app.web.errors import note_refusal
from app.web.texts import say

blueprint = Blueprint("activities", __name__, template_folder="../templates")

BESIDE_INPUT = frozenset({409, 413, 422})
"""Refusals that a form can show; the others are answers of their own."""


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads somewhere, as tabs, chips and pagers show it."""

    label: str
    url: str
    active: bool = False
    count: int | None = None


SECTIONS = (
    ("activities.edit", N_("基本")),
    ("activities.window", N_("报名")),
    ("activities.categories", N_("组别")),
    ("activities.checkpoints", N_("签到点")),
    ("activities.terms", N_("须知")),
    ("activities.route", N_("路线")),
    ("activities.bibs", N_("号码")),
)
"""The parts of a station's settings: endpoint and label."""


def scopes_of_season(season_id: uuid.UUID) -> list[Scope]:
    """Loader of the URL argument `season_id`."""
    return [Scope(ScopeKind.SEASON, season_id)]


def station_or_404(ref: str) -> Station:
    """The station that an id or a code names."""
    found = station(ref)
    if found is None:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    return found


def season_choices(also: SeasonFacts | None = None, *, keep_none: bool = False) -> list[tuple[str, str]]:
    """The seasons into which the caller may put a station, as (id, name), the newest first.

    `also` stays offered for a station that is in it already, `keep_none` for one
    that is in none: whoever may edit one station need not hold its season.
    """
    scopes = the_caller().scopes_with(Permission.ACTIVITY_EDIT)
    offered = [(str(card.season.id), card.season.name) for card in seasons(scopes)]
    if also is not None and str(also.id) not in {value for value, _ in offered}:
        offered.append((str(also.id), also.name))
    if scopes is None or keep_none:
        offered.append(("", gettext("不属于赛季")))
    return offered


def need_choices(offered: list[tuple[str, str]]) -> None:
    """Refuse a page that makes stations to whoever can put them nowhere."""
    if not offered:
        raise Forbidden("forbidden", N_("这页需要相应的权限，请联系系统管理员开通。"))


def tried(act: Callable[[], object], form: RuledForm) -> bool:
    """Do the act; a refusal is kept in the trail and stands beside the input that it names."""
    try:
        act()
    except DomainError as error:
        if error.status not in BESIDE_INPUT:
            raise
        note_refusal(error)
        form.refuse(error)
        return False
    return True


def done(act: Callable[[], object], message: str) -> bool:
    """Do an act without a form; say on the next page what came of it."""
    try:
        act()
    except DomainError as error:
        if error.status not in BESIDE_INPUT:
            raise
        note_refusal(error)
        flash(say(error), "error")
        return False
    flash(say(message))
    return True


def row_of(field: str | None, prefix: str, rows: Sequence[int]) -> str | None:
    """The input that a refusal names by the n-th row that was sent, as the form numbers its rows.

    A form counts the rows that are unticked too, an act does not get them.
    """
    if field is None or not field.startswith(prefix):
        return field
    n, _, name = field.removeprefix(prefix).partition("-")
    return f"{prefix}{rows[int(n)]}-{name}"


def settings_page(template: str, found: Station, active: str, form: RuledForm | None = None, **more: Any) -> Any:
    """A page of the station's settings; 422 when the form was sent back.

    After a conflict, and only then, the form rests on the station as it is now:
    sending it once more is a decision then and not the same conflict again.
    """
    sent_back = form is not None and bool(form.errors)
    if form is not None and form.conflicts:
        found = station(found.activity.id) or found
        form.use_version(found.activity.version)
    sections = [
        Link(say(label), url_for(endpoint, activity_ref=found.activity.code), endpoint == active)
        for endpoint, label in SECTIONS
    ]
    page = render_template(template, station=found, activity=found.activity, sections=sections, form=form, **more)
    return (page, 422) if sent_back else page


def series_draft(form: SeriesForm) -> SeriesDraft:
    """What was typed of a series."""
    return SeriesDraft(code=form.code.data, name=form.name.data, intro=form.intro.data or "")


def season_draft(form: SeasonForm) -> SeasonDraft:
    """What was typed of a season."""
    return SeasonDraft(
        series_id=form.chosen_series,
        code=form.code.data,
        name=form.name.data,
        year=form.year.data,
        keepsake=form.keepsake.data or "",
    )
