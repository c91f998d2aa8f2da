"""Conflicts and rejects of an activity: the list, each one, and what the office decides."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.queries import names_of
from app.activities.queries.plans import CheckinPlan
from app.checkins.constants import DeviceKind
from app.checkins.queries.conflicts import (
    MOST,
    all_conflicts,
    forget_counts,
    open_conflicts,
    open_count,
    settled_keys,
    settlements,
)
from app.checkins.queries.devices import told_devices
from app.checkins.queries.gate import by_persons, strangers
from app.checkins.routes.desk import blueprint, plan_of, tried
from app.checkins.rules.conflicts import DECISIONS, SPEED_LIMIT_KMH, TAKE_BACK, Conflict, Kind
from app.checkins.services.conflicts import NOTE, READING, read_reject, reopen_conflict, settle_conflict
from app.checkins.services.rejudge import judge_pending
from app.core.clock import now
from app.core.errors import NotFound
from app.core.ids import parse_uuid
from app.core.permissions import Permission, ScopeKind
from app.core.text import N_
from app.settings.constants import Key
from app.settings.queries import setting
from app.web.access import actor, requires, scopes_of
from app.web.texts import say


def speed_limit() -> float:
    """What counts as impossibly fast, in km/h; whoever counts conflicts elsewhere counts by the same."""
    return float(setting(Key.SPEED_LIMIT_KMH) or current_app.config.get("SPEED_LIMIT_KMH", SPEED_LIMIT_KMH))


def waiting(activity_ref: object) -> int | None:
    """How many conflicts of an activity are open, for its tab."""
    here = next((one.id for one in scopes_of("activity_ref", activity_ref) if one.kind is ScopeKind.ACTIVITY), None)
    return (open_count(here, limit_kmh=speed_limit()) or None) if here is not None else None


def _people(plan: CheckinPlan, persons: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, tuple[str, str]]:
    """(name, bib) by person; a minor's name is masked. Registered or not."""
    ids = list({one for one in persons if one})
    found = {one: (shown.name, shown.bib or "") for one, shown in by_persons(plan.activity_id, ids).items()}
    return found | {one: (name, "") for one, name in strangers([one for one in ids if one not in found]).items()}


def _devices(plan: CheckinPlan) -> dict[uuid.UUID, str]:
    return {
        one.id: one.name if one.is_reader else say(DeviceKind(one.kind).label) for one in told_devices(plan.activity_id)
    }


@blueprint.get("/<activity_ref>/conflicts")
@requires(Permission.CHECKIN_EDIT, of="activity_ref")
def conflicts(activity_ref: str) -> str:
    """What waits for the office, by kind, and what was decided."""
    plan = plan_of(activity_ref)
    judge_pending(plan.activity_id)
    found, done = open_conflicts(plan, limit_kmh=speed_limit()), settlements(plan.activity_id)
    persons = [one.person_id for rows in found.values() for one in rows] + [one.person_id for one in done]
    return render_template(
        "checkins/conflicts.html",
        plan=plan,
        activity_ref=activity_ref,
        found=found,
        done=done,
        people=_people(plan, persons),
        devices=_devices(plan),
        makers=names_of([one.settled_by for one in done if one.settled_by]),
        decisions=DECISIONS,
        waiting=[one for one in told_devices(plan.activity_id) if one.revoked_at],
        most=MOST,
    )


def _one(plan: CheckinPlan, kind: str, subject_id: uuid.UUID) -> Conflict:
    rows = all_conflicts(plan, limit_kmh=speed_limit()).get(Kind(kind), ()) if kind in set(Kind) else ()
    found = next((one for one in rows if one.subject_id == subject_id), None)
    if found is None:
        raise NotFound("conflict_not_found", N_("没有找到这一条。"))
    return found


@blueprint.get("/<activity_ref>/conflicts/<kind>/<uuid:subject_id>")
@requires(Permission.CHECKIN_EDIT, of="activity_ref")
def conflict(activity_ref: str, kind: str, subject_id: uuid.UUID) -> str:
    """One conflict, with what can be decided."""
    plan = plan_of(activity_ref)
    return _conflict_page(activity_ref, plan, _one(plan, kind, subject_id), body=None)


def _conflict_page(activity_ref: str, plan: CheckinPlan, found: Conflict, *, body: str | None) -> str:
    return render_template(
        "checkins/conflict.html",
        plan=plan,
        activity_ref=activity_ref,
        one=found,
        people=_people(plan, [found.person_id]),
        devices=_devices(plan),
        decisions=DECISIONS,
        take_back=TAKE_BACK,
        reading=READING,
        note=NOTE,
        body=body,
        settled=(found.kind.value, found.subject_id) in settled_keys(plan.activity_id),
    )


@blueprint.post("/<activity_ref>/conflicts/<kind>/<uuid:subject_id>")
@requires(Permission.CHECKIN_EDIT, of="activity_ref")
def settle_one(activity_ref: str, kind: str, subject_id: uuid.UUID) -> Response:
    """Decide it."""
    plan = plan_of(activity_ref)
    found = _one(plan, kind, subject_id)
    word, _colon, scan = request.form.get("decision", "").partition(":")
    done = tried(
        lambda: settle_conflict(
            activity_id=plan.activity_id,
            conflict=found,
            decision=word,
            scan_id=parse_uuid(scan) if scan else None,
            note=request.form.get("note", ""),
            actor=actor(),
            at=now(),
        ),
        N_("已定下。"),
    )
    forget_counts()
    if done:
        return redirect(url_for("checkins_office.conflicts", activity_ref=activity_ref))
    return redirect(url_for("checkins_office.conflict", activity_ref=activity_ref, kind=kind, subject_id=subject_id))


@blueprint.post("/<activity_ref>/conflicts/<kind>/<uuid:subject_id>/reopen")
@requires(Permission.CHECKIN_EDIT, of="activity_ref")
def reopen(activity_ref: str, kind: str, subject_id: uuid.UUID) -> Response:
    """Take the decision back."""
    plan = plan_of(activity_ref)
    reopen_conflict(activity_id=plan.activity_id, kind=kind, subject_id=subject_id, actor=actor(), at=now())
    forget_counts()
    flash(_("已重新打开。"), "ok")
    return redirect(url_for("checkins_office.conflicts", activity_ref=activity_ref))


@blueprint.post("/<activity_ref>/conflicts/<kind>/<uuid:subject_id>/read")
@requires(Permission.CHECKIN_EDIT, of="activity_ref")
def read_sealed(activity_ref: str, kind: str, subject_id: uuid.UUID) -> str | Response:
    """Show what a device sent that was no scan; the reason stands in the trail, the content nowhere else."""
    plan = plan_of(activity_ref)
    found = _one(plan, kind, subject_id)
    bodies: list[str] = []

    def read() -> None:
        reason = request.form.get("reason", "")
        bodies.append(read_reject(activity_id=plan.activity_id, reject_id=subject_id, reason=reason, actor=actor()))

    if not tried(read, N_("已打开，查看记在审计里。")):
        address = url_for("checkins_office.conflict", activity_ref=activity_ref, kind=kind, subject_id=subject_id)
        return redirect(address)
    return _conflict_page(activity_ref, plan, found, body=bodies[-1])
