"""What the people of an activity were told; and telling all of them something."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.queries import names_of
from app.activities.queries import Station
from app.core.errors import DomainError
from app.core.ids import parse_uuid, uuid7
from app.core.outbox import waiting
from app.core.permissions import Permission
from app.notices.queries import counts_of, written
from app.people.queries.organisations import towns
from app.registrations.forms.office import TellForm
from app.registrations.queries.addressees import reach_of
from app.registrations.routes.desk import blueprint
from app.registrations.routes.office import AREA, refused, station_of
from app.registrations.rules.audience import Audience
from app.registrations.services.telling import checked_text, tell_registered
from app.web.access import actor, requires
from app.web.texts import number


def _page(found: Station, form: TellForm, status: int = 200) -> tuple[str, int]:
    activity_id = found.activity.id
    earlier = written(activity_id)
    body = render_template(
        "registrations/notices.html",
        station=found,
        activity=found.activity,
        tab="registrations.notices",
        counts=counts_of(activity_id),
        written=earlier,
        names=names_of({one.by for one in earlier if one.by is not None}),
        stuck=waiting(activity_id)[1],
        reach=reach_of(activity_id),
        form=form,
    )
    return body, status


@blueprint.get(f"{AREA}/notices")
@requires(Permission.REGISTRATION_VIEW, of="activity_ref")
def notices(activity_ref: str) -> tuple[str, int]:
    """How many were told what, and what became of the texts: figures only."""
    return _page(station_of(activity_ref), _form(None))


@blueprint.post(f"{AREA}/notices/tell")
@requires(Permission.NOTICE_SEND, of="activity_ref")
def tell(activity_ref: str) -> Response | tuple[str, int] | str:
    """Show the text and whom it reaches, ask once more, send it."""
    found = station_of(activity_ref)
    form = _form()
    step = request.form.get("step", "")
    if not form.validate():
        return _page(found, form, 422)
    if step == "change":
        return _page(found, form)
    try:
        text = checked_text(form.text.data or "")
        token = parse_uuid(request.form.get("token", ""))
        if step == "send" and token is not None:
            return _send(found, text, token, form.audience)
    except DomainError as error:
        refused(form, error)
        return _page(found, form, error.status)
    return render_template(
        "registrations/notices_confirm.html",
        station=found,
        activity=found.activity,
        tab="registrations.notices",
        text=text,
        token=uuid7(),
        form=form,
        who=form.audience.who,
        town=dict(form.town.choices).get(form.town.data, "") if form.town.data else "",
        reach=reach_of(found.activity.id, form.audience),
    )


def _form(*formdata: None) -> TellForm:
    return TellForm(*formdata, towns=[(str(one.id), one.name) for one in towns()])


def _send(found: Station, text: str, token: uuid.UUID, audience: Audience) -> Response:
    reach = tell_registered(activity_id=found.activity.id, text=text, token=token, audience=audience, actor=actor())
    flash(_("已发出，通知 %(n)s 处。", n=number(reach.accounts + reach.phones)))
    return redirect(url_for("registrations.notices", activity_ref=found.activity.code))
