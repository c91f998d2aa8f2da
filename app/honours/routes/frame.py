"""What the routes of this room share."""

from __future__ import annotations

from flask import Blueprint, url_for

blueprint = Blueprint("honours", __name__, template_folder="../templates")
AREA = "/office/activities/<activity_ref>/after"


def check_base() -> str:
    """The address below which numbers are checked, as it is printed."""
    return url_for("honours.check", number="N", _external=True)[:-1]
