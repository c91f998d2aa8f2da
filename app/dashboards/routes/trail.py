"""The auditor's page: who did what, and whether the chain holds."""

from __future__ import annotations

from flask import render_template, request

from app.core.ids import NIL, parse_uuid
from app.core.permissions import Permission
from app.dashboards.constants import ACTIONS, ACTORS, ROOMS
from app.dashboards.queries.trail import TrailRow, trail
from app.dashboards.routes.frame import blueprint, exact
from app.dashboards.rules.asking import unknown
from app.web.access import requires
from app.web.texts import say


@blueprint.get("/office/audit")
@requires(Permission.AUDIT_VIEW)
def audit() -> str:
    """The newest rows of one scope; `scope` and `before` stand in the address."""
    wanted = request.args.get("scope", "")
    scope_id = parse_uuid(wanted) if wanted else NIL
    if scope_id is None:
        raise unknown()
    found = trail(scope_id, before=parse_uuid(request.args.get("before", "")), check="check" in request.args)
    return render_template("dashboards/audit.html", trail=found, who=who, did=did, exact=exact, details=details)


def who(row: TrailRow) -> str:
    """The actor's name, or what kind of actor it is."""
    kind = say(ACTORS.get(row.actor_kind, row.actor_kind))
    if row.actor:
        return row.actor if row.actor_kind == "account" else f"{kind} {row.actor}"
    return kind


def did(row: TrailRow) -> str:
    """What was done in words; a refused act by the room in which it stands; else its code."""
    if row.action in ACTIONS:
        return say(ACTIONS[row.action])
    parts = row.action.split(".")
    known = f"{parts[0]}.{parts[-1]}"
    if known in ACTIONS:
        return say(ACTIONS[known])
    return say(ROOMS[parts[0]]) if parts[0] in ROOMS else row.action


def details(row: TrailRow) -> str:
    """The subject and what the row tells of it: ids by their first letters, digests left out."""
    subject = [f"{row.subject_kind} {str(row.subject_id)[:8]}"] if row.subject_id else []
    told = [
        f"{name}={_short(value)}"
        for name, value in sorted(row.details.items())
        if value not in (None, "", str(NIL)) and name != "sha256"
    ]
    return " ".join(subject + told)


def _short(value: object) -> str:
    text = str(value)
    return text[:8] if parse_uuid(text) else text[:60]
