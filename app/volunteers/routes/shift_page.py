"""The office's page of one shift, which many acts come back to."""

from __future__ import annotations

import uuid
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.activities.queries import Station
from app.core.clock import local, now, today
from app.core.text import mask_phone
from app.people.rules.ages import is_minor
from app.volunteers.constants import POSTS, ServiceState
from app.volunteers.forms import AddForm, DecideForm, FindForm, NamedForm, ShiftForm
from app.volunteers.models import Shift
from app.volunteers.queries.shifts import ServiceLine, line_of, services_in, shifts_of
from app.volunteers.routes.frame import masked, shown_name


def back_to(found: Station, shift_id: uuid.UUID) -> Response:
    """To the page of a shift."""
    return redirect(url_for("volunteers.shift", activity_ref=found.activity.code, shift_id=shift_id))


def decide_form(found: Station, one: Shift, people: list[ServiceLine], **kwargs: Any) -> DecideForm:
    """The form over the list, with whom and where to one can choose."""
    others = [line.shift for line in shifts_of(found.activity.id) if line.shift.cancelled_at is None]
    at = now()
    return DecideForm(
        prefix="decide",
        ids=[str(line.service.id) for line in people],
        shifts=[(str(each.id), _named(each)) for each in others if each.id != one.id and each.ends_at > at],
        **kwargs,
    )


def _named(one: Shift) -> str:
    """路口引导 06-08 07:00: enough to tell shifts of an activity apart."""
    return f"{one.post} {local(one.starts_at):%m-%d %H:%M}"


def shift_page(found: Station, one: Shift, **forms: Any) -> str:
    """The page; `forms`: those that were refused, or what was found, in place of fresh ones."""
    people = services_in(one.id)
    facts = forms.get("facts") or ShiftForm(formdata=None, prefix="shift", obj=one)
    if not facts.version.data or facts.conflicts:
        facts.use_version(one.version)
    return render_template(
        "volunteers/shift.html",
        station=found,
        activity=found.activity,
        tab="volunteers.shifts",
        line=line_of(one),
        shift=one,
        people=people,
        shown=shown_name,
        masked=masked,
        minor=lambda born: is_minor(born, today()),
        mask=mask_phone,
        posts=POSTS,
        over=one.ends_at <= now(),
        facts=facts,
        decision=forms.get("decision")
        or decide_form(found, one, people, formdata=None, data={"to": ServiceState.ASSIGNED.value}),
        adding=forms.get("adding") or AddForm(formdata=None, prefix="add"),
        finding=forms.get("finding") or FindForm(formdata=None, prefix="find"),
        candidates=forms.get("candidates"),
        signing=forms.get("signing") or NamedForm(formdata=None, prefix="sign"),
    )
