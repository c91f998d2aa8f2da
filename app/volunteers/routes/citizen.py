"""A citizen's pages: offering to serve, one's shifts and hours, signing in by the poster of a shift."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.constants import PUBLIC_STATUSES
from app.activities.queries import Station, station
from app.activities.routes.desk import done, tried
from app.core.clock import local, now, today
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.people.constants import Relation
from app.people.queries.family import Relative, relatives
from app.volunteers.constants import ASKED, ServiceState
from app.volunteers.forms import OfferForm
from app.volunteers.queries.hours import hours_of, span_of
from app.volunteers.queries.shifts import OwnLine, own_services, shift_by_code, shift_not_found, shifts_of
from app.volunteers.routes.frame import blueprint
from app.volunteers.services.offers import offer, withdraw
from app.volunteers.services.signing import sign
from app.web.access import actor, requires, the_account


def _station(ref: str) -> Station:
    found = station(ref)
    if found is None or found.activity.status not in PUBLIC_STATUSES:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    return found


def _family() -> list[Relative]:
    return [one for one in relatives(the_account()) if one.proven]


def _own() -> list[OwnLine]:
    return own_services([one.id for one in _family()])


@blueprint.route("/activities/<activity_ref>/volunteer", methods=["GET", "POST"])
@requires(Permission.OWN)
def offer_page(activity_ref: str) -> Any:
    """The shifts that still look for somebody, and an offer."""
    found, at = _station(activity_ref), now()
    lines = [one for one in shifts_of(found.activity.id) if one.takes_offers(at)]
    people, form = _family(), OfferForm()
    form.offer([(str(one.id), one.name) for one in people], [(str(one.shift.id), one.shift.post) for one in lines])
    if request.method == "GET" and people:
        form.person.data = str(people[0].id)

    def send() -> None:
        offer(
            activity_id=found.activity.id,
            shift_ids=form.chosen,
            person_id=uuid.UUID(form.person.data),
            account_id=the_account(),
            guardian=bool(form.guardian.data),
            actor=actor(),
        )

    if form.validate_on_submit() and tried(send, form):
        flash(_("已报名，安排好会通知您。"))
        return redirect(url_for("volunteers.mine"))
    page = render_template(
        "volunteers/offer.html", station=found, activity=found.activity, lines=lines, people=people, form=form
    )
    return (page, 422) if form.errors else page


@blueprint.get("/my/volunteer")
@requires(Permission.OWN)
def mine() -> str:
    """The shifts of oneself and one's family, and the hours."""
    lines, at = _own(), now()
    return render_template(
        "volunteers/mine.html",
        ahead=[one for one in reversed(lines) if one.shift.ends_at > at and one.state in ASKED],
        past=[one for one in lines if one.shift.ends_at <= at and one.state is ServiceState.ASSIGNED],
        hours=hours_of(sum(one.service.minutes or 0 for one in lines)),
        several=len({one.person_id for one in lines}) > 1,
        years=sorted({local(one.shift.starts_at).year for one in lines if one.service.minutes}, reverse=True),
    )


@blueprint.post("/my/volunteer/<uuid:service_id>/withdraw")
@requires(Permission.OWN)
def withdraw_own(service_id: uuid.UUID) -> Response:
    """Take an offer back."""
    done(
        lambda: withdraw(service_id=service_id, account_id=the_account(), actor=actor()),
        N_("已退出这个班次。"),
    )
    return redirect(url_for("volunteers.mine"))


@blueprint.get("/my/volunteer/record")
@requires(Permission.OWN)
def service_record() -> str:
    """A record to print: every shift served in a year, of each of the family."""
    year = min(max(request.args.get("year", today().year, type=int), 2000), 2100)
    since, until = span_of(year)
    served = [one for one in reversed(_own()) if one.service.minutes and since <= one.shift.starts_at < until]
    people = dict.fromkeys(one.person_id for one in served)
    return render_template(
        "volunteers/record.html",
        year=year,
        parts=[
            (lines[0].name, lines, hours_of(sum(one.service.minutes or 0 for one in lines)), person_id)
            for person_id in people
            for lines in [[one for one in served if one.person_id == person_id]]
        ],
        hours_of=hours_of,
    )


# --------------------------------------------------------------------------- the poster of a shift


@blueprint.route("/volunteer/<shift_code>", methods=["GET", "POST"])
@requires(Permission.OWN)
def own_sign(shift_code: str) -> Any:
    """Sign in or out with one's own phone, before the poster of the shift."""
    shift = shift_by_code(shift_code) if len(shift_code) <= 12 else None
    if shift is None:
        raise shift_not_found()
    lines = [one for one in _own() if one.shift.id == shift.id and one.state is ServiceState.ASSIGNED]
    if request.method == "POST":
        line = next((one for one in lines if str(one.service.id) == request.form.get("service")), None)
        if line is None:
            raise NotFound("service_not_found", N_("没有找到这次服务。"))
        out = line.service.in_at is not None
        done(
            lambda: sign(
                activity_id=shift.activity_id, shift_id=shift.id, person_id=line.service.person_id, actor=actor()
            ),
            N_("已签退。") if out else N_("已签到。"),
        )
        return redirect(url_for("volunteers.own_sign", shift_code=shift.code))
    found = station(str(shift.activity_id))
    return render_template(
        "volunteers/own_sign.html",
        shift=shift,
        activity=found.activity if found else None,
        lines=lines,
        self_value=Relation.SELF,
    )
