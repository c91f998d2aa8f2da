"""What the office does to a person: two entries become one, a link is proven, identity is corrected."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.checkins.services.correction import correct_identity
from app.checkins.services.merge import merge_persons
from app.core.clock import now, today
from app.core.errors import DomainError, NotFound
from app.core.permissions import Permission
from app.core.transactions import end_read
from app.dashboards.forms import GrantForm, IdentityForm, MergeForm
from app.dashboards.queries.persons import merge_view
from app.dashboards.routes.frame import blueprint
from app.dashboards.routes.persons import person_or_404
from app.people.rules.intake import RawPerson, read_person
from app.people.services.merge import unknown_person
from app.people.services.office import grant_proof
from app.registrations.forms.office import Refusing
from app.web.access import actor, requires
from app.web.errors import note_refusal


def _refused(form: Refusing, error: DomainError) -> int:
    """Keep the refusal in the trail and show it in the form; what does not exist stays a 404."""
    if isinstance(error, NotFound):
        raise error
    end_read()
    note_refusal(error)
    form.refuse(error)
    return error.status


@blueprint.route("/office/persons/<uuid:person_id>/merge/<uuid:other_id>", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def merge(person_id: uuid.UUID, other_id: uuid.UUID) -> Response | tuple[str, int]:
    """Shows what merging `other_id` into `person_id` does, asks once, then does it."""
    found = merge_view(other_id, person_id, today())
    if found is None:
        raise unknown_person()
    form, status = MergeForm(), 200
    if form.validate_on_submit():
        try:
            stays = merge_persons(
                gone=other_id, stays=person_id, reason=form.reason.data or "", actor=actor(), at=now()
            )
            flash(_("已合并，以后按一个人算。"))
            return redirect(url_for("dashboards.person", person_id=stays))
        except DomainError as error:
            status = _refused(form, error)
    elif form.errors:
        status = 422
    return render_template("dashboards/person_merge.html", form=form, found=found), status


@blueprint.route("/office/persons/<uuid:person_id>/links/<uuid:keeper_id>", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def grant(person_id: uuid.UUID, keeper_id: uuid.UUID) -> Response | tuple[str, int]:
    """After seeing a document: this account may act for this person."""
    view = person_or_404(person_id)
    keeper = next((one for one in view.keepers if one.account_id == keeper_id), None)
    if keeper is None:
        raise unknown_person()
    form, status = GrantForm(), 200
    if form.validate_on_submit():
        try:
            grant_proof(account_id=keeper_id, person_id=person_id, reason=form.reason.data or "", actor=actor())
            flash(_("已核对，这个账号能看到码和报名了。"))
            return redirect(url_for("dashboards.person", person_id=person_id))
        except DomainError as error:
            status = _refused(form, error)
    elif form.errors:
        status = 422
    return render_template("dashboards/person_grant.html", form=form, one=view.person, keeper=keeper), status


@blueprint.route("/office/persons/<uuid:person_id>/identity", methods=["GET", "POST"])
@requires(Permission.PERSON_MANAGE)
def identity(person_id: uuid.UUID) -> Response | tuple[str, int]:
    """Name, document, sex and birth date as the document has them."""
    view = person_or_404(person_id)
    form, status, other = IdentityForm(), 200, None
    if form.validate_on_submit():
        given, errors = read_person(
            RawPerson(
                name=form.name.data or "",
                document_type=form.document_type.data or "",
                document_number=form.document_number.data or None,
                sex=form.sex.data or None,
                birth_date=form.birth_date.data or None,
            ),
            today(),
            phone_known=bool(view.person.phone),
        )
        for problem in errors:
            form.refuse(problem)
        status = 422
        if given is not None:
            try:
                changed = correct_identity(
                    person_id=person_id, given=given, reason=form.reason.data or "", actor=actor(), at=now()
                )
                flash(_("已更正。") if changed else _("和登记的一样，没有改动。"))
                return redirect(url_for("dashboards.person", person_id=person_id))
            except DomainError as error:
                status = _refused(form, error)
                other = error.params.get("other")
    elif form.errors:
        status = 422
    return render_template("dashboards/person_identity.html", form=form, one=view.person, other=other), status
