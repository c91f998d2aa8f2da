"""What the people of an activity were told; and telling all of them something."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.queries import names_of
from app.activities.queries import Station
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_uuid, uuid7
from app.core.outbox import waiting
from app.core.permissions import Permission
from app.core.text import N_
from app.notices.constants import NoticeKind
from app.notices.queries import counts_of, written
from app.notices.rules import awake_at, plain
from app.notices.services.again import send_again
from app.notices.services.queue import limits
from app.people.queries.organisations import towns
from app.registrations.forms.office import TellForm
from app.registrations.queries.addressees import about, reach_of
from app.registrations.queries.told import Page, event_of, events_of, told_page
from app.registrations.routes.desk import blueprint
from app.registrations.routes.office import AREA, refused, station_of
from app.registrations.rules.audience import Who
from app.registrations.rules.templates import fill, template_of
from app.registrations.rules.words import words
from app.registrations.services.beside import reach_of_anybody, tell_anybody
from app.registrations.services.telling import checked_text
from app.web.access import actor, requires
from app.web.paging import Pager, page_number, pager
from app.web.texts import number, office_phone, say

ONE_SMS, OF_SEVERAL = 70, 67
"""Characters that a gateway counts as one text, and as one part of a longer one."""


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
        told=[one for one in events_of(activity_id) if one.key not in {line.key for line in earlier}],
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
    """Fill in a template, or show the text and whom it reaches, ask once more, send it."""
    found = station_of(activity_ref)
    form = _form()
    step = request.form.get("step", "")
    if step == "template":
        return _filled(found, form)
    if not form.validate():
        return _page(found, form, 422)
    if step == "change":
        return _page(found, form)
    try:
        text = checked_text(form.text.data or "")
        token = parse_uuid(request.form.get("token", ""))
        if step == "send" and token is not None:
            return _send(found, text, token, form)
        reach = reach_of_anybody(found.activity.id, form.audience)
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
        reach=reach,
        **_as_sms(found, text, urgent=bool(form.urgent.data), volunteers=form.audience.who is Who.VOLUNTEERS),
    )


def _as_sms(found: Station, text: str, *, urgent: bool, volunteers: bool) -> dict[str, Any]:
    """The text as phones get it, how many a gateway counts it as, and when it goes if not at once."""
    facts = about(found.activity.id)
    sms = plain(*words(NoticeKind.OFFICE, facts, [], text=text)) if facts and not volunteers else ""
    parts = 1 if len(sms) <= ONE_SMS else -(-len(sms) // OF_SEVERAL)
    at = now()
    goes = at if urgent else awake_at(at, limits().quiet)
    return {"sms": sms, "parts": parts, "later": goes if goes > at else None}


def _filled(found: Station, form: TellForm) -> tuple[str, int]:
    chosen, facts = template_of(form.template.data or ""), about(found.activity.id)
    if chosen is None or facts is None:
        form.template.errors = [_("请先选一个模板。")]
        return _page(found, form, 422)
    form.text.data = fill(chosen.text, facts, found.activity.service_phone or office_phone())
    return _page(found, form)


def _form(*formdata: None) -> TellForm:
    return TellForm(*formdata, towns=[(str(one.id), one.name) for one in towns()])


def _send(found: Station, text: str, token: uuid.UUID, form: TellForm) -> Response:
    reach = tell_anybody(
        activity_id=found.activity.id,
        text=text,
        token=token,
        audience=form.audience,
        urgent=bool(form.urgent.data),
        actor=actor(),
    )
    flash(_("已发出，通知 %(n)s 处。", n=number(reach.accounts + reach.phones)))
    return redirect(url_for("registrations.notices", activity_ref=found.activity.code))


# --------------------------------------------------------------------------- one event


def _pages(found: Station, key: str, page: Page, *, failed: bool) -> Pager:
    def url(to: int) -> str:
        only = "failed" if failed else None
        return url_for("registrations.recipients", activity_ref=found.activity.code, event=key, page=to, only=only)

    return pager(page.number, page.pages, page.total, url)


@blueprint.get(f"{AREA}/notices/recipients")
@requires(Permission.REGISTRATION_VIEW, of="activity_ref")
def recipients(activity_ref: str) -> Response | str:
    """What became of one notice (`event`) for each whom it was told, people masked."""
    found = station_of(activity_ref)
    key = request.args.get("event", "")
    if not key:
        return redirect(url_for("registrations.notices", activity_ref=found.activity.code))
    event = event_of(found.activity.id, key)
    if event is None:
        raise NotFound("event_not_found", N_("没有找到这条通知。"))
    failed = request.args.get("only") == "failed"
    page = told_page(found.activity.id, event.key, page_number(), failed=failed)
    return render_template(
        "registrations/recipients.html",
        station=found,
        activity=found.activity,
        tab="registrations.notices",
        event=event,
        failed=failed,
        page=page,
        pager=_pages(found, event.key, page, failed=failed),
    )


@blueprint.post(f"{AREA}/notices/again")
@requires(Permission.NOTICE_SEND, of="activity_ref")
def again(activity_ref: str) -> Response:
    """Send once more what was given up of one notice."""
    found = station_of(activity_ref)
    event = event_of(found.activity.id, request.form.get("event", ""))
    if event is None:
        raise NotFound("event_not_found", N_("没有找到这条通知。"))
    try:
        texts = send_again(scope_id=found.activity.id, key=event.key, actor=actor())
    except DomainError as error:
        flash(say(error), "error")
    else:
        flash(_("%(n)s 条短信已重新排队。", n=number(texts)))
    return redirect(url_for("registrations.recipients", activity_ref=found.activity.code, event=event.key))
