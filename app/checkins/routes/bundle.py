"""The list for offline judging: `/api/v1/activities/ID/bundle`."""

from __future__ import annotations

from flask import Response, request
from flask_smorest import Blueprint

from app.activities.queries.refs import activity_id_of
from app.checkins.principals import the_device
from app.checkins.schemas import BUNDLE_DOC
from app.checkins.services.bundle import current_bundle
from app.core.errors import Unauthenticated
from app.core.permissions import Permission
from app.core.text import N_
from app.web.access import requires

blueprint = Blueprint("checkins_bundle", __name__, url_prefix="/api/v1", description="The list that phones take along")


@blueprint.get("/activities/<activity_ref>/bundle")
@blueprint.doc(**BUNDLE_DOC)
@requires(Permission.SCAN, of="activity_ref")
def bundle(activity_ref: str) -> Response:
    """Who may pass, where and when; signed, without names or numbers. 304 while the phone's own still holds."""
    device = the_device(live=True)
    activity_id = activity_id_of(activity_ref)
    if activity_id != device.ref.activity_id:
        raise Unauthenticated("device_elsewhere", N_("这台设备不是这次活动的。"))
    kept = current_bundle(activity_id=activity_id)
    response = Response(kept.file, content_type="application/octet-stream")
    response.set_etag(str(kept.number))
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response
