"""A citizen's own certificates, and the public page of a number."""

from __future__ import annotations

import io
import uuid

from flask import redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.activities.queries import activity_by_ref
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_, mask_name
from app.games.tasks import plainly
from app.honours.documents.certificate import certificate_png
from app.honours.queries.certificates import checked
from app.honours.queries.service_records import served_with
from app.honours.routes.frame import blueprint, check_base
from app.honours.rules.certificates import tidy_number
from app.honours.services.certificates import issue_own
from app.honours.tasks import fonts, own_wording, pdf, sheet_of
from app.people.queries.family import relative
from app.people.services.family import not_on_list
from app.volunteers.queries.hours import hours_of
from app.web.access import actor, public, requires, the_account
from app.web.texts import seal_line


@blueprint.get("/my/certificates/<activity_ref>/<uuid:person_id>.<any(pdf, png):form>")
@requires(Permission.OWN)
def own_certificate(activity_ref: str, person_id: uuid.UUID, form: str) -> Response:
    """The certificate of oneself or of one of the family, as paper or picture; issued when it is asked for first."""
    found = relative(the_account(), person_id)
    if found is None or not found.proven:
        raise not_on_list()
    activity = activity_by_ref(activity_ref)
    if activity is None:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    one = issue_own(activity_id=activity.id, person_id=person_id, actor=actor())
    sheet = sheet_of(activity, one, check_base())
    if form == "pdf":
        data, kind = pdf(activity, [sheet]), "application/pdf"
    else:
        title = activity.name
        office = seal_line()
        data = certificate_png(sheet, title=title, office=office, fonts=fonts(), say=plainly, wording=own_wording())
        kind = "image/png"
    answer = send_file(
        io.BytesIO(data), mimetype=kind, as_attachment=form == "pdf", download_name=f"{one.number}.{form}"
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/certificates")
@public("whoever holds a certificate in hands may type its number")
def check_form() -> Response | str:
    """Type a number."""
    typed = request.args.get("certificate", "")
    number = tidy_number(typed) if typed else None
    if number is not None:
        return redirect(url_for("honours.check", number=number))
    return render_template("honours/check_form.html", typed=typed[:40])


@blueprint.get("/certificates/<number>")
@public("whoever holds a certificate in hands checks it by its code; the name is masked")
def check(number: str) -> str:
    """Whether a number holds, of whom (masked) and for what: a certificate, or a record of service hours."""
    found = checked(tidy_number(number) or "")
    served = served_with(tidy_number(number) or "") if found is None else None
    if served is not None:
        return render_template(
            "honours/check_service.html", found=served, name=mask_name(served.name), hours=hours_of(served.minutes)
        )
    if found is None:
        raise NotFound("certificate_not_found", N_("没有找到这张证书，请核对编号。"))
    return render_template("honours/check.html", found=found, name=mask_name(found.name))
