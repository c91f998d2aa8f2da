"""What everybody sees: places, and one set of equipment with a form for its faults."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.rules.phones import parse_phone
from app.activities.routes.desk import tried
from app.activities.routes.maps import map_answer
from app.core.clock import today
from app.facilities.constants import PlaceKind, ReportKind
from app.facilities.forms.equipment import FaultForm
from app.facilities.models import EquipmentSet
from app.facilities.queries.equipment import last_inspected, set_by_code, set_not_found, town_name
from app.facilities.queries.places import places, titles_by_place
from app.facilities.queries.year import facility_figures
from app.facilities.routes.frame import blueprint, place_features, town_names
from app.facilities.rules.equipment import CODE_LENGTH
from app.facilities.services.equipment import report_set
from app.web.access import actor, public

OPEN = "where one can do sports is for everybody to know"


@blueprint.get("/facilities")
@public(OPEN)
def index() -> str:
    """Venues, grounds, greenways and lines that are in use."""
    found = places(in_use_on=today())
    return render_template(
        "facilities/index.html",
        mapped=any((one.route or {}).get("line") for one in found),
        groups=[(kind, [one for one in found if one.kind == kind]) for kind in PlaceKind],
        titles=titles_by_place(),
        figures=facility_figures(today().year),
        towns=town_names(),
    )


@blueprint.get("/facilities/routes.geojson")
@public(OPEN)
def all_map() -> Response:
    """The routes of all lines that are in use, numbered, each with its length and titles, for one map."""
    titles = titles_by_place()
    mapped = [one for one in places(in_use_on=today()) if (one.route or {}).get("line")]
    return map_answer(
        feature
        for number, one in enumerate(mapped, start=1)
        for feature in place_features(one, titles.get(one.id, ()), number=number)
    )


def _set_or_404(code: str) -> EquipmentSet:
    found = set_by_code(code.upper()) if len(code) == CODE_LENGTH else None
    if found is None:
        raise set_not_found()
    return found


@blueprint.get("/equipment/<code>")
@public("whoever stands before the set reads its code, to report a fault")
def public_set(code: str) -> str:
    """One set: where it stands, when it was looked at, a form for what is broken."""
    return _page(_set_or_404(code), FaultForm())


@blueprint.post("/equipment/<code>")
@public("a fault is reported without a login; ten a day are kept of one set, twenty of one address")
def report_fault(code: str) -> Any:
    """Report a fault."""
    found, form = _set_or_404(code), FaultForm()

    def keep() -> None:
        phone = parse_phone(form.phone.data) if form.phone.data else None
        report_set(
            set_id=found.id,
            kind=ReportKind.FAULT,
            text=form.text.data or "",
            phone=phone,
            address=request.remote_addr,
            actor=actor(),
        )

    if form.validate() and tried(keep, form):
        flash(_("已报修，谢谢。"))
        return redirect(url_for("facilities.public_set", code=found.code))
    return _page(found, form), 422


def _page(found: EquipmentSet, form: FaultForm) -> str:
    return render_template(
        "facilities/public_set.html",
        set=found,
        town=town_name(found.town_id),
        inspected_at=last_inspected(found.id),
        form=form,
    )
