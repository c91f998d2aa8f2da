"""Making a report, for a page and for the command alike."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.routing import BuildError

from app.core.clock import now
from app.reports.documents.word import default_template, filled
from app.reports.queries.annual import annual_report
from app.reports.rules.annual import AnnualReport, Figure, figures
from app.reports.rules.fields import context
from app.settings.constants import FileKey
from app.settings.queries import stored_file
from app.web.texts import fill, full_day, office_name


def translate(message: str, **params: object) -> str:
    """A msgid with its places, in the reader's language."""
    return fill(message, params)


def address(figure: Figure) -> str:
    """The page with the list behind a figure; nothing when there is none."""
    if figure.source is None:
        return ""
    try:
        return str(url_for(figure.source.endpoint, **dict[str, Any](figure.source.args)))
    except BuildError:
        return ""


def both(year: int) -> tuple[AnnualReport, tuple[Figure, ...]]:
    """A year, and its figures beside those of the year before."""
    report = annual_report(year)
    return report, figures(report, annual_report(year - 1))


def word(report: AnnualReport, lines: tuple[Figure, ...], template: bytes | None = None) -> bytes:
    """The report in the office's template, or in the one given."""
    if template is None:
        own = stored_file(FileKey.ANNUAL_REPORT)
        template = own.content if own is not None else default_template()
    return filled(
        template,
        context(report, lines, office=office_name(), made_on=full_day(now()), say=translate, address=address),
    )
