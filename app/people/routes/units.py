"""The office's tree of places and units."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.scopes import Place
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.core.transactions import end_read
from app.people.constants import OrganisationKind
from app.people.forms import UnitForm, parent_choices
from app.people.queries.organisations import towns, units
from app.people.routes.family import blueprint
from app.people.services.organisations import create_unit
from app.web.access import actor, requires
from app.web.errors import note_refusal
from app.web.texts import say


@blueprint.route("/office/organisations", methods=["GET", "POST"])
@requires(Permission.ORGANISATION_EDIT)
def organisations() -> Response | tuple[str, int]:
    """Every school, unit and club below its place, and the form for one more."""
    form, places, status = UnitForm(), towns(), 200
    form.parent.choices = parent_choices(places, units())
    if form.validate_on_submit():
        try:
            create_unit(
                name=form.name.data or "",
                kind=OrganisationKind(form.kind.data),
                parent_id=parse_uuid(form.parent.data),
                actor=actor(),
            )
            flash(_("已添加%(name)s。", name=form.name.data))
            return redirect(url_for("people.organisations"))
        except DomainError as error:
            end_read()
            note_refusal(error)
            field = form[error.field] if error.field in {"name", "kind"} else form.parent
            field.errors = [*field.errors, say(error)]
            status = error.status
    elif form.errors:
        status = 422
    return render_template("people/organisations.html", form=form, places=places, units=units()), status


def directory() -> list[Place]:
    """Places and units in which a role can be granted."""
    found = [Place(id=one.id, code=one.code, label=one.name) for one in towns()]
    return found + [Place(id=one.id, code=one.code, label=one.name) for one in units()]
