"""The Word template: download, hand in, go back to the product's own."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.core.clock import today
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.reports.documents.word import default_template
from app.reports.forms import TemplateForm
from app.reports.routes.frame import as_word, blueprint
from app.reports.rules.annual import NAMES
from app.reports.rules.fields import LISTS, PLAIN, single
from app.reports.tasks import both, word
from app.settings.constants import FileKey
from app.settings.queries import stored_file
from app.settings.services import drop_file, keep_file
from app.web.access import actor, requires
from app.web.texts import say

FILE_NAME = "annual-report-template.docx"


@blueprint.get("/office/reports/template")
@requires(Permission.REPORT_VIEW)
def template() -> str:
    """Which template is used, what it may name, and a form to hand in another."""
    return _page(TemplateForm())


@blueprint.post("/office/reports/template")
@requires(Permission.REPORT_VIEW)
def keep_template() -> Response | tuple[str, int]:
    """Try the template with this year's figures; use it from now on."""
    form = TemplateForm()
    if not form.validate_on_submit():
        return _page(form), 422
    content = form.file.data.read()
    try:
        report, lines = both(today().year)
        word(report, lines, content)
    except DomainError as error:
        form.file.errors = [say(error)]
        return _page(form), 422
    keep_file(key=FileKey.ANNUAL_REPORT, name=form.file.data.filename or FILE_NAME, content=content, actor=actor())
    flash(_("已换成新模板，以后的报告都用它。"), "success")
    return redirect(url_for("reports.template"))


@blueprint.post("/office/reports/template/drop")
@requires(Permission.REPORT_VIEW)
def drop_template() -> Response:
    """Use the product's own template again."""
    if drop_file(key=FileKey.ANNUAL_REPORT, actor=actor()):
        flash(_("已恢复自带模板。"), "success")
    return redirect(url_for("reports.template"))


@blueprint.get("/office/reports/template.docx")
@requires(Permission.REPORT_VIEW)
def template_file() -> Response:
    """The template that is used, to be edited in Word or WPS."""
    own = stored_file(FileKey.ANNUAL_REPORT)
    return as_word(own.content if own is not None else default_template(), own.name if own is not None else FILE_NAME)


def _page(form: TemplateForm) -> str:
    _report, lines = both(today().year)
    values = single(lines)
    return render_template(
        "reports/template.html",
        form=form,
        own=stored_file(FileKey.ANNUAL_REPORT),
        plain=PLAIN,
        lists=LISTS,
        singles=[(key, NAMES[key][0], value) for key, value in values.items()],
    )
