"""Persons for the office: found by what names them exactly, shown masked."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.queries import holders_of
from app.accounts.rules.phones import parse_phone
from app.activities.queries.lists import ListFilter, office_list
from app.activities.queries.refs import activity_id_of
from app.core.clock import now, today
from app.core.errors import DomainError, NotFound
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.text import N_
from app.core.transactions import end_read
from app.dashboards.forms import SearchForm
from app.dashboards.queries.persons import PersonView, person_view
from app.dashboards.routes.frame import blueprint
from app.people.queries import office as people
from app.people.queries.aliases import canonical_of
from app.people.rules.names import clean_name
from app.people.services.disclosure import ShownPerson, disclose_person, note_search
from app.people.services.merge import unknown_person
from app.registrations.forms.office import DisclosureForm
from app.registrations.queries.persons import persons_named
from app.web.access import actor, requires, the_caller
from app.web.errors import note_refusal


def person_or_404(person_id: uuid.UUID) -> PersonView:
    """One person with everything around them."""
    found = person_view(person_id, today())
    if found is None:
        raise unknown_person()
    return found


def asked_for(form: SearchForm) -> list[people.OfficePerson]:
    """Whom the form names. DomainError, at its field, when it names nobody that there could be."""
    if form.by.data == "phone":
        return people.by_phone(parse_phone(form.phone.data or ""), today())
    if form.by.data == "name":
        name = clean_name(form.name.data or "")
        if not form.activity.data:
            raise DomainError("activity_missing", N_("请选活动。"), field="activity")
        ids = persons_named(activity_id_of(form.activity.data), name)
        return people.persons({canonical_of(ids).get(one, one) for one in ids}, today())
    if not (form.number.data or "").strip():
        raise DomainError("document_missing", N_("请填证件号。"), field="number")
    return people.by_document(form.number.data or "", today())


@blueprint.route("/office/persons", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def persons() -> Response | tuple[str, int]:
    """Search. Sent, not in the address: numbers and names stand in no log. `into`: to merge with that person."""
    into_id = parse_uuid(request.args.get("into", ""))
    into = people.office_person(into_id, today()) if into_id else None
    form, rows, status = SearchForm(), None, 200
    form.offer(office_list(None, ListFilter(), now=now()).rows)
    if form.validate_on_submit():
        try:
            rows = asked_for(form)
            end_read()
            note_search(by=form.by.data, found=len(rows), actor=actor())
        except DomainError as error:
            end_read()
            form.refuse(error)
            status = 422
    elif form.errors:
        status = 422
    return (
        render_template("dashboards/persons.html", form=form, rows=rows, into=into, limit=people.LIMIT),
        status,
    )


# --------------------------------------------------------------------------- one


def _page(found: PersonView, form: DisclosureForm, shown: ShownPerson | None = None, status: int = 200) -> Response:
    own = the_caller().account_id
    form.offer([(one, name) for one, name in holders_of(Permission.PERSON_UNMASK, at=now()) if one != own])
    body = render_template("dashboards/person.html", view=found, one=found.person, form=form, shown=shown)
    response = Response(body, status, content_type="text/html; charset=utf-8")
    if shown is not None:
        response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/office/persons/<uuid:person_id>")
@requires(Permission.PERSON_MANAGE)
def person(person_id: uuid.UUID) -> Response:
    """One person, masked; whoever was merged leads to the person who stayed."""
    found = person_or_404(person_id)
    if found.person.merged:
        return redirect(url_for("dashboards.person", person_id=found.person.canonical_id))
    return _page(found, DisclosureForm(None))


@blueprint.post("/office/persons/<uuid:person_id>/show")
@requires(Permission.PERSON_UNMASK)
def person_unmasked(person_id: uuid.UUID) -> Response:
    """The same, unmasked, once: the page is kept by no browser."""
    found = person_or_404(person_id)
    form = DisclosureForm()
    own = the_caller().account_id
    form.offer([(one, name) for one, name in holders_of(Permission.PERSON_UNMASK, at=now()) if one != own])
    if not form.validate():
        return _page(found, form, status=422)
    try:
        shown = disclose_person(
            person_id=person_id,
            reason=form.reason.data or "",
            approver_id=parse_uuid(form.approver.data),
            actor=actor(),
        )
    except NotFound:
        raise
    except DomainError as error:
        end_read()
        note_refusal(error)
        form.refuse(error)
        return _page(found, form, status=422)
    return _page(found, form, shown)
