"""What the office does to a registration and must ask of the check-ins first."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries import station as read_station
from app.activities.queries.refs import activity_id_of
from app.checkins.queries.presence import has_check_in
from app.core.errors import Conflict
from app.core.permissions import Permission
from app.core.transactions import end_read
from app.portal.routes.frame import blueprint, hidden
from app.registrations.queries.office import detail
from app.registrations.services.changes import cancel
from app.registrations.services.storing import not_found
from app.web.access import actor, requires
from app.web.errors import note_refusal
from app.web.texts import say


@blueprint.route(
    "/office/activities/<activity_ref>/registrations/<uuid:registration_id>/cancel", methods=["GET", "POST"]
)
@requires(Permission.REGISTRATION_EDIT, of="activity_ref")
def office_cancel(activity_ref: str, registration_id: uuid.UUID) -> Response | str:
    """Asks once, then cancels; the place goes to the first in waiting."""
    found = read_station(activity_id_of(activity_ref))
    one = detail(found.activity.id, registration_id) if found else None
    if found is None:
        raise hidden()
    if one is None:
        raise not_found()
    back = url_for("registrations.office_detail", activity_ref=found.activity.code, registration_id=registration_id)
    if request.method == "POST":
        try:
            cancel(
                activity_id=found.activity.id,
                registration_id=registration_id,
                actor=actor(),
                checked_in=has_check_in(found.activity.id, one.person_id),
                reason="office",
            )
            flash(_("已取消%(name)s的报名。", name=one.row.name))
        except Conflict as error:
            end_read()
            note_refusal(error)
            flash(say(error), "error")
        return redirect(back)
    return render_template(
        "portal/office_cancel.html",
        station=found,
        activity=found.activity,
        tab="registrations.office_list",
        row=one.row,
        back_url=back,
    )
