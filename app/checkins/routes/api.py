"""What phones, scan guns and other software say to check-in: `/api/v1/scans` and its neighbours."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from app.activities.queries.plans import checkin_plan
from app.activities.queries.refs import activity_id_of
from app.checkins.principals import the_device
from app.checkins.queries.gate import search, team_members
from app.checkins.queries.numbers import device_counts, tally_of
from app.checkins.routes.spelling import spell_results
from app.checkins.schemas import (
    DEVICE_DOC,
    JOIN_DOC,
    SCANS_DOC,
    SEARCH_DOC,
    STATE_DOC,
    TALLY_DOC,
    device_state,
    join_body,
    scan_items,
)
from app.checkins.services.devices import join
from app.checkins.services.record import record_scans
from app.checkins.services.rejudge import judge_pending
from app.checkins.services.states import report_state
from app.core.clock import now
from app.core.errors import Unauthenticated
from app.core.ids import NIL, parse_uuid
from app.core.installation import epoch
from app.core.permissions import Permission
from app.core.text import N_
from app.web.access import public, requires

blueprint = Blueprint("checkins_api", __name__, url_prefix="/api/v1", description="Devices, scans and counts")


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False, default=str), status, content_type="application/json")


@blueprint.post("/scans")
@blueprint.doc(**SCANS_DOC)
@requires(Permission.SCAN)
def scans() -> Response:
    """Store and judge up to 500 scans; an answer per item, in the order of the request."""
    device = the_device(live=False)
    items = scan_items(request)
    at = now()
    results = record_scans(device=device.ref, items=items, at=at)
    body: dict[str, Any] = {
        "results": spell_results(device.ref.activity_id, results),
        "server_time": at.isoformat(),
        "epoch": epoch(),
    }
    if request.args.get("counts"):
        body["counts"] = device_counts(device.ref.activity_id, device.checkpoint_id, request.args.get("checkpoint"))
    return _json(body)


@blueprint.get("/device")
@blueprint.doc(**DEVICE_DOC)
@requires(Permission.SCAN)
def device_info() -> Response:
    """What this device is for, and the running counts."""
    device = the_device(live=True)
    return _json(
        _describe(
            device.ref.activity_id,
            device.ref.id,
            device.name,
            device.ref.kind,
            device.checkpoint_id,
            request.args.get("checkpoint"),
        )
    )


@blueprint.post("/device/state")
@blueprint.doc(**STATE_DOC)
@requires(Permission.SCAN)
def tell_state() -> Response:
    """Note what the phone says of itself, and answer as `device_info`.

    A revoked phone's word is noted too: the office wants to know what it still holds.
    """
    state = device_state(request)
    report_state(device=the_device(live=False).ref, state=state, at=now())
    device = the_device(live=True)
    return _json(
        _describe(
            device.ref.activity_id,
            device.ref.id,
            device.name,
            device.ref.kind,
            device.checkpoint_id,
            state.checkpoint,
        )
    )


@blueprint.post("/devices/join")
@blueprint.doc(**JOIN_DOC)
@public("a phone becomes a device by the coordinator's code, which lives 30 minutes")
def join_device() -> Response:
    """Make this phone a device; the token is told once."""
    code, name = join_body(request)
    issued = join(code=code, name=name)
    body = _describe(issued.ref.activity_id, issued.ref.id, issued.name, issued.ref.kind, issued.checkpoint_id, None)
    return _json({"token": issued.token, **body}, 201)


def _describe(
    activity_id: uuid.UUID,
    device_id: uuid.UUID,
    name: str,
    kind: str,
    checkpoint_id: uuid.UUID | None,
    chosen: str | None,
) -> dict[str, Any]:
    plan = checkin_plan(activity_id)
    checkpoints = []
    for point in sorted(plan.checkpoints.values(), key=lambda one: one.position):
        hours = [hours for (_, where), hours in plan.hours.items() if where == point.id]
        opens = [one for one, _ in hours if one]
        closes = [one for _, one in hours if one]
        checkpoints.append(
            {
                "code": point.code,
                "name": point.name,
                "kind": point.kind.value,
                "opens_at": min(opens).isoformat() if opens else None,
                "closes_at": max(closes).isoformat() if closes else None,
            }
        )
    return {
        "device": {"id": str(device_id), "name": name, "kind": kind},
        "activity": {"id": str(activity_id), "code": plan.code, "name": plan.name},
        "checkpoints": checkpoints,
        "checkpoint": plan.checkpoints[checkpoint_id].code if checkpoint_id else None,
        "counts": device_counts(activity_id, checkpoint_id, chosen),
        "epoch": epoch(),
        "server_time": now().isoformat(),
    }


@blueprint.get("/activities/<activity_ref>/search")
@blueprint.doc(**SEARCH_DOC)
@requires(Permission.SCAN, of="activity_ref")
def find(activity_ref: str) -> Response:
    """Registrations by name, pinyin initials, bib or last four digits: for the gate, at most 30."""
    device = the_device(live=True)
    activity_id = activity_id_of(activity_ref)
    if activity_id != device.ref.activity_id:
        raise Unauthenticated("device_elsewhere", N_("这台设备不是这次活动的。"))
    plan = checkin_plan(activity_id)
    checkpoint_id = plan.by_code.get(request.args.get("checkpoint", "")) or device.checkpoint_id
    named = request.args.get("team")
    team = parse_uuid(named or "") or NIL
    found = (
        team_members(activity_id, team, checkpoint_id)
        if named
        else search(activity_id, request.args.get("q", ""), checkpoint_id=checkpoint_id)
    )
    return _json(
        {
            "results": [
                {
                    "registration": str(one.registration_id),
                    "name": one.name,
                    "bib": one.bib,
                    "category": one.category,
                    "state": one.state,
                    "checked_in_at": one.checked_in_at.isoformat() if one.checked_in_at else None,
                }
                for one in found
            ]
        }
    )


@blueprint.get("/activities/<activity_ref>/tally")
@blueprint.doc(**TALLY_DOC)
@requires(Permission.CHECKIN_VIEW, of="activity_ref", key="read")
def tally(activity_ref: str) -> Response:
    """The counts of an activity, exact at `as_of`."""
    activity_id = activity_id_of(activity_ref)
    judge_pending(activity_id)
    return _json(tally_of(activity_id))
