"""Whom a stolen login has reached: the auditor's page (PIPL 57)."""

from __future__ import annotations

from flask import render_template

from app.core.clock import local
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.core.text import mask_name, mask_phone
from app.core.transactions import end_read
from app.dashboards.constants import ACTIONS
from app.dashboards.forms import BreachForm
from app.dashboards.queries.breach import Breach, Culprit, breach_of, culprit_named, reached
from app.dashboards.routes.frame import blueprint
from app.dashboards.rules.breach import Way, check_window
from app.dashboards.services import note_breach
from app.web.access import actor, requires

SHOWN = 100


@blueprint.route("/office/audit/breach", methods=["GET", "POST"])
@requires(Permission.AUDIT_VIEW)
def breach() -> tuple[str, int]:
    """Ask (GET) and answer (POST): whose login it was stands in no address. Names are masked: who has to write to
    these people takes the list from the server (`flask audit breach`), which is noted with the reason.
    """
    form, found, status = BreachForm(), None, 200
    culprit: Culprit | None = None
    if form.validate_on_submit():
        try:
            check_window(form.since.data, form.until.data)
            culprit = culprit_named(form.who.data or "")
            found = _looked_up(culprit, form)
        except DomainError as error:
            end_read()
            form.refuse(error)
            status = 422
    elif form.errors:
        status = 422
    rows = []
    for one in reached(found, limit=SHOWN) if found else ():
        phone = one.phone or one.guardian_phone
        rows.append((mask_name(one.name), mask_phone(phone) if phone else "", [way for way in Way if way in one.ways]))
    page = render_template(
        "dashboards/breach.html", form=form, culprit=culprit, found=found, rows=rows, ways=list(Way), actions=ACTIONS
    )
    return page, status


def _looked_up(culprit: Culprit, form: BreachForm) -> Breach:
    found = breach_of(culprit, form.since.data, form.until.data)
    end_read()
    note_breach(
        actor=actor(),
        of=culprit.id,
        kind=culprit.kind,
        since=local(form.since.data).isoformat(timespec="minutes"),
        until=local(form.until.data).isoformat(timespec="minutes"),
        persons=len(found.persons),
    )
    return found
