"""The volunteer's camera page: a shell without anybody's data; all its calls bear the device's token."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from app.web.access import public

blueprint = Blueprint("checkins", __name__, template_folder="../templates")


@blueprint.get("/scan")
@public("an empty shell: whatever it shows comes through the device's own token")
def scanner() -> Response:
    """The page; a join code comes in the fragment, which never reaches a server."""
    response = make_response(render_template("checkins/scanner.html"))
    response.headers["Cache-Control"] = "no-cache"
    return response
