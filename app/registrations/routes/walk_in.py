"""At the gate: somebody who has not registered, in one short form."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.activities.queries import ListFilter, Station, office_list
from app.core.clock import now, today
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.permissions import Permission
from app.passes.constants import PassKind
from app.passes.documents import code_svg
from app.passes.queries import current_issue
from app.passes.rules import format_short_code
from app.passes.services import pass_text
from app.people.constants import DocumentType, GuardianNeed
from app.people.forms import sentences
from app.people.queries.notices import notice_version
from app.people.queries.organisations import towns
from app.people.rules.ages import age_on, guardian_need, office_day
from app.people.rules.intake import PersonInput, read_person
from app.registrations.constants import Source
from app.registrations.forms.office import WalkInForm
from app.registrations.queries.office import Detail, detail
from app.registrations.routes.desk import age_words, blueprint, category_label
from app.registrations.routes.office import AREA, station_of
from app.registrations.rules.admission import Consents, Entry
from app.registrations.rules.drafts import Typed, with_guardian
from app.registrations.services.register import register
from app.registrations.services.storing import not_found
from app.web.access import actor, requires, the_caller
from app.web.errors import note_refusal
from app.web.texts import moment


@blueprint.get("/office/walk-ins")
@requires(Permission.WALK_IN, anywhere=True)
def walk_ins() -> str:
    """The activities at whose gate the caller stands."""
    scopes = the_caller().scopes_with(Permission.WALK_IN)
    page = office_list(scopes, ListFilter(when="upcoming"), now=now(), soonest=True)
    return render_template("registrations/walk_ins.html", rows=page.rows)


@blueprint.route(f"{AREA}/walk-in", methods=["GET", "POST"])
@requires(Permission.WALK_IN, of="activity_ref")
def walk_in(activity_ref: str) -> Response | tuple[str, int]:
    """The form, and above it the number of whoever came before."""
    found, form, status = station_of(activity_ref), WalkInForm(), 200
    form.show_places(towns())
    form.category.choices = [SelectChoice(str(one.id), category_label(one)) for one in found.categories]
    if request.method == "GET":
        form.category.data = str(
            found.activity.walkin_category_id or found.categories[0].id if found.categories else ""
        )
    elif form.validate():
        entry, errors = _entry(found, form)
        if entry is not None:
            try:
                outcome = register(activity_id=found.activity.id, entry=entry, source=Source.WALK_IN, actor=actor())
                here = url_for("registrations.walk_in", activity_ref=found.activity.code, done=outcome.registration_id)
                return redirect(here)
            except DomainError as error:
                note_refusal(error)
                errors = [error]
        form.put(sentences(errors))
        status = 409 if any(error.status == 409 for error in errors) else 422
    else:
        status = 422
    done = _done(found.activity.id, request.args.get("done", ""))
    return (
        render_template(
            "registrations/walk_in.html",
            station=found,
            activity=found.activity,
            tab="registrations.walk_in",
            form=form,
            cards={str(one.id): {"detail": age_words(one)} for one in found.categories},
            done=done,
        ),
        status,
    )


def _typed(form: WalkInForm) -> Typed:
    names = ("name", "document_type", "document_number", "sex", "birth_date", "phone", "town")
    return Typed(**{name: (form[name].data or "").strip() for name in names})


def _entry(found: Station, form: WalkInForm) -> tuple[Entry | None, list[DomainError]]:
    person, errors = read_person(_typed(form).raw(), today())
    if person is not None and _needs_guardian(found, person):
        person, errors = with_guardian(
            person,
            form.guardian_name.data or "",
            form.guardian_phone.data or "",
            form.guardian_relation.data or "",
        )
    if person is None or errors:
        return None, errors
    consents = Consents(
        notice=notice_version() if form.consent_notice.data else None,
        document_number=bool(form.consent_document.data) and person.document_type is not DocumentType.NONE,
        guardian=bool(form.consent_guardian.data),
        terms=found.terms.version if found.terms and form.consent_terms.data else None,
    )
    category = parse_uuid(form.category.data) or uuid.UUID(int=0)
    return Entry(person=person, category_id=category, consents=consents), []


def _needs_guardian(found: Station, person: PersonInput) -> bool:
    if person.birth_date is None:
        return False
    age = age_on(person.birth_date, office_day(found.activity.starts_at))
    return guardian_need(age, contact_to_18=found.activity.guardian_to_18) is not GuardianNeed.NONE


def _done(activity_id: uuid.UUID, text: str) -> Detail | None:
    """The walk-in whom the page names; a registration of another kind is none of the gate's business."""
    registration_id = parse_uuid(text)
    one = detail(activity_id, registration_id) if registration_id else None
    return one if one is not None and one.row.walk_in else None


@blueprint.get(f"{AREA}/walk-in/<uuid:registration_id>")
@requires(Permission.WALK_IN, of="activity_ref")
def walk_in_slip(activity_ref: str, registration_id: uuid.UUID) -> str:
    """The number and code of a walk-in on a slip of paper."""
    found = station_of(activity_ref)
    one = _done(found.activity.id, str(registration_id))
    current = current_issue(one.person_id) if one is not None else None
    if one is None or current is None:
        raise not_found()
    text = pass_text(PassKind.PERSON, current.pass_id, current.generation, current.kid)
    return render_template(
        "registrations/slip.html",
        activity=found.activity,
        row=one.row,
        svg=code_svg(text, one.row.name),
        short_code=format_short_code(current.short_code),
        printed_at=moment(now()),
    )
