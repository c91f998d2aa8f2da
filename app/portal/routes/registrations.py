"""One of my registrations: what stands in it, and cancelling it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries import Station
from app.activities.queries import station as read_station
from app.checkins.queries.presence import has_check_in
from app.core.clock import now
from app.core.errors import Conflict
from app.core.permissions import Permission
from app.core.transactions import end_read
from app.portal.queries.mine import Mine, mine
from app.portal.routes.frame import blueprint, hidden, mark_of_registration
from app.registrations.constants import ACTIVE_STATES
from app.registrations.queries.mine import MyRegistration
from app.registrations.services.changes import cancel
from app.registrations.services.storing import not_found
from app.web.access import actor, requires, the_account
from app.web.errors import note_refusal
from app.web.texts import say


def _mine(registration_id: uuid.UUID) -> tuple[MyRegistration, Mine, Station]:
    """A registration of this account; the same refusal for everybody else's as for none."""
    owned = mine(the_account())
    row = next((one for one in owned.registrations if one.id == registration_id), None)
    if row is None:
        raise not_found()
    found = read_station(row.activity_id)
    if found is None:
        raise hidden()
    return row, owned, found


@blueprint.get("/my/registrations/<uuid:registration_id>")
@requires(Permission.OWN)
def registration(registration_id: uuid.UUID) -> str:
    """What stands in it, and what can be done."""
    row, owned, found = _mine(registration_id)
    at = now()
    presence = owned.presence_of(row)
    return render_template(
        "portal/registration.html",
        row=row,
        name=owned.name_of(row.person_id),
        station=found,
        activity=found.activity,
        category=found.category(row.category_id),
        mark=mark_of_registration(row, owned),
        presence=presence,
        cancellable=row.state in ACTIVE_STATES and presence is None and found.activity.ends_at > at,
    )


@blueprint.route("/my/registrations/<uuid:registration_id>/cancel", methods=["GET", "POST"])
@requires(Permission.OWN)
def cancel_registration(registration_id: uuid.UUID) -> Response | str:
    """Asks once, then cancels; the place goes to the first in waiting."""
    row, owned, found = _mine(registration_id)
    if request.method == "POST":
        try:
            cancel(
                activity_id=row.activity_id,
                registration_id=row.id,
                actor=actor(),
                checked_in=has_check_in(row.activity_id, row.person_id),
            )
            flash(_("已取消%(name)s的报名。", name=owned.name_of(row.person_id)))
        except Conflict as error:
            end_read()
            note_refusal(error)
            flash(say(error), "error")
        return redirect(url_for("portal.registration", registration_id=row.id))
    if row.state not in ACTIVE_STATES:
        return redirect(url_for("portal.registration", registration_id=row.id))
    return render_template("portal/cancel.html", row=row, name=owned.name_of(row.person_id), activity=found.activity)
