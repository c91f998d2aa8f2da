"""What the pages of reports share."""

from __future__ import annotations

import io
from pathlib import Path

from flask import Blueprint, abort, current_app, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.reports.queries.annual import FIRST_YEAR, LAST_YEAR

blueprint = Blueprint("reports", __name__, template_folder="../templates")
FONTS = "frontend/node_modules/@expo-google-fonts/noto-sans-sc"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def fonts() -> Path:
    """Where the set-up has put the fonts of what is printed."""
    return Path(current_app.root_path).parent / FONTS


def checked(year: int) -> int:
    """A year that a report can be of; 404 for any other."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    return year


def as_word(content: bytes, name: str) -> Response:
    """A Word document to be saved."""
    answer = send_file(io.BytesIO(content), mimetype=WORD, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def report_name(year: int) -> str:
    """What the file is called."""
    name: str = _("%(year)s年全民健身工作报告", year=str(year))
    return f"{name}.docx"
