"""The office's list of registrations, one of them, review, places."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.queries import holders_of, names_of
from app.activities.queries import Station
from app.activities.queries import station as read_station
from app.activities.queries.refs import activity_id_of
from app.core.clock import now
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.text import N_
from app.core.transactions import end_read
from app.people.queries.organisations import towns
from app.registrations.constants import RegistrationState
from app.registrations.forms.office import CapacityForm, DisclosureForm, Refusing
from app.registrations.queries.office import Detail, Filter, counts, detail, next_submitted, page_of
from app.registrations.routes.desk import blueprint
from app.registrations.services.changes import change_capacity, review
from app.registrations.services.disclosure import Disclosed, disclose
from app.registrations.services.storing import not_found
from app.web.access import actor, requires, the_caller
from app.web.errors import note_refusal
from app.web.paging import page_number, pager
from app.web.texts import say

AREA = "/office/activities/<activity_ref>"


def station_of(ref: str) -> Station:
    """The station that the address names, drafts too."""
    found = read_station(activity_id_of(ref))
    if found is None:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    return found


def asked() -> Filter:
    """What the address asks for; what makes no sense asks for nothing."""
    state = request.args.get("state", "")
    walk_in = request.args.get("walk_in", "")
    return Filter(
        state=RegistrationState(state) if state in set(RegistrationState) else None,
        category_id=parse_uuid(request.args.get("category", "")),
        town_id=parse_uuid(request.args.get("town", "")),
        walk_in={"1": True, "0": False}.get(walk_in),
        words=request.args.get("q", "").strip()[:60],
    )


def address(wanted: Filter, **more: Any) -> dict[str, Any]:
    """The filter as arguments of an address."""
    found = {
        "state": wanted.state.value if wanted.state else None,
        "category": wanted.category_id,
        "town": wanted.town_id,
        "walk_in": None if wanted.walk_in is None else int(wanted.walk_in),
        "q": wanted.words or None,
    }
    return {name: value for name, value in (found | more).items() if value is not None}


def _page_url(found: Station, wanted: Filter, number: int) -> str:
    return url_for("registrations.office_list", activity_ref=found.activity.code, **address(wanted, page=number))


@blueprint.get(f"{AREA}/registrations")
@requires(Permission.REGISTRATION_VIEW, of="activity_ref")
def office_list(activity_ref: str) -> str:
    """Everybody, by filters that stand in the address."""
    found = station_of(activity_ref)
    wanted = asked()
    page = page_of(found.activity.id, wanted, page_number())
    return render_template(
        "registrations/office_list.html",
        station=found,
        activity=found.activity,
        tab="registrations.office_list",
        page=page,
        counts=counts(found.activity.id),
        wanted=wanted,
        narrowed=wanted != Filter(),
        states=list(RegistrationState),
        towns=towns(),
        file_args=address(wanted),
        pager=pager(page.number, page.pages, page.total, lambda n: _page_url(found, wanted, n)),
    )


# --------------------------------------------------------------------------- one


def approvers() -> list[tuple[uuid.UUID, str]]:
    """Who else could approve that a minor's data is shown."""
    own = the_caller().account_id
    return [(one, name) for one, name in holders_of(Permission.PERSON_UNMASK, at=now()) if one != own]


def detail_or_404(activity_id: uuid.UUID, registration_id: uuid.UUID) -> Detail:
    """One registration of this activity."""
    found = detail(activity_id, registration_id)
    if found is None:
        raise not_found()
    return found


def _detail_page(
    found: Station, one: Detail, form: DisclosureForm, shown: Disclosed | None = None, status: int = 200
) -> Response:
    names = names_of({event.actor_id for event in one.events if event.actor_id is not None})
    body = render_template(
        "registrations/office_detail.html",
        station=found,
        activity=found.activity,
        tab="registrations.office_list",
        one=one,
        row=one.row,
        names=names,
        form=form,
        shown=shown,
    )
    response = Response(body, status, content_type="text/html; charset=utf-8")
    if shown is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get(f"{AREA}/registrations/<uuid:registration_id>")
@requires(Permission.REGISTRATION_VIEW, of="activity_ref")
def office_detail(activity_ref: str, registration_id: uuid.UUID) -> Response:
    """One registration with its history, masked."""
    found = station_of(activity_ref)
    form = DisclosureForm(None)
    form.offer(approvers())
    return _detail_page(found, detail_or_404(found.activity.id, registration_id), form)


@blueprint.post(f"{AREA}/registrations/<uuid:registration_id>/show")
@requires(Permission.PERSON_UNMASK, of="activity_ref")
def show_unmasked(activity_ref: str, registration_id: uuid.UUID) -> Response:
    """The same, unmasked, once: the page is kept by no browser."""
    found = station_of(activity_ref)
    one = detail_or_404(found.activity.id, registration_id)
    form = DisclosureForm()
    form.offer(approvers())
    if not form.validate():
        return _detail_page(found, one, form, status=422)
    try:
        shown = disclose(
            activity_id=found.activity.id,
            registration_id=registration_id,
            reason=form.reason.data or "",
            approver_id=parse_uuid(form.approver.data),
            actor=actor(),
        )
    except DomainError as error:
        if isinstance(error, NotFound):
            raise
        refused(form, error)
        return _detail_page(found, one, form, status=422)
    return _detail_page(found, one, form, shown)


def refused(form: Refusing, error: DomainError) -> None:
    """Keep the refusal in the trail and show it in the form."""
    end_read()
    note_refusal(error)
    form.refuse(error)


@blueprint.post(f"{AREA}/registrations/<uuid:registration_id>/review")
@requires(Permission.REGISTRATION_EDIT, of="activity_ref")
def decide(activity_ref: str, registration_id: uuid.UUID) -> Response:
    """审核: accept or reject, then the next that waits."""
    found = station_of(activity_ref)
    accept = request.form.get("decision") == "accept"
    try:
        review(activity_id=found.activity.id, registration_id=registration_id, accept=accept, actor=actor())
        flash(_("已通过。") if accept else _("已退回，名额让给候补。"))
    except Conflict as error:
        end_read()
        note_refusal(error)
        flash(say(error), "error")
    following = next_submitted(found.activity.id)
    if following is None:
        return redirect(url_for("registrations.office_list", activity_ref=found.activity.code))
    return redirect(url_for("registrations.office_detail", activity_ref=found.activity.code, registration_id=following))


# --------------------------------------------------------------------------- places


@blueprint.route(f"{AREA}/capacity", methods=["GET", "POST"])
@requires(Permission.REGISTRATION_EDIT, of="activity_ref")
def capacity(activity_ref: str) -> Response | tuple[str, int]:
    """The places of each category; more places promote the waiting in the same act."""
    found = station_of(activity_ref)
    status = 200
    forms = {
        one.id: CapacityForm(None, prefix=str(one.id), data={"capacity": one.capacity}) for one in found.categories
    }
    chosen = parse_uuid(request.form.get("category", ""))
    if request.method == "POST" and chosen in forms:
        form = forms[chosen] = CapacityForm(prefix=str(chosen))
        if form.validate():
            try:
                promoted = change_capacity(
                    activity_id=found.activity.id, category_id=chosen, capacity=form.capacity.data, actor=actor()
                )
                flash(_("已保存，递补了 %(n)s 人。", n=promoted) if promoted else _("已保存"))
                return redirect(url_for("registrations.capacity", activity_ref=found.activity.code))
            except DomainError as error:
                refused(form, error)
        status = 422
    return (
        render_template(
            "registrations/capacity.html",
            station=found,
            activity=found.activity,
            tab="registrations.office_list",
            forms=forms,
        ),
        status,
    )
