"""`POST /api/v1/registrations`: other software and citizens' tokens register through the one act."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from app.activities.queries.plans import RegistrationSettings, registration_settings_of
from app.core.clock import now, today
from app.core.errors import DomainError
from app.core.permissions import Permission
from app.core.text import N_
from app.people.queries.places import organisation_named, town_named
from app.people.rules.intake import PersonInput, read_person
from app.registrations.queries.answers import Answer, answer_of
from app.registrations.rules.admission import Entry
from app.registrations.schemas import REGISTER_DOC, RegistrationBody, read_registration, spell_registration
from app.registrations.services.idempotent import register_once
from app.registrations.services.register import Outcome
from app.web.access import requires, the_caller

blueprint = Blueprint("registrations_api", __name__, url_prefix="/api/v1", description="Registrations")
MAX_KEY = 120


@blueprint.post("/registrations")
@blueprint.doc(**REGISTER_DOC)
@requires(Permission.OWN, key="registrations")
def create() -> Response:
    """Register one person. A repeated `Idempotency-Key` with the same body gets the first answer."""
    caller = the_caller()
    body = read_registration(request)
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= MAX_KEY:
        raise DomainError("idempotency_key_unreadable", N_("Idempotency-Key 请用 1 到 120 个字符。"))
    settings = registration_settings_of(body.activity)
    category = settings.category_named(body.category)
    if category is None:
        raise DomainError("category_unknown", N_("请选择一个组别。"), field="category")
    person = _person(body)
    caller_id = caller.account_id or caller.actor.id or uuid.UUID(int=0)
    answered = register_once(
        activity_id=settings.activity_id,
        entry=Entry(person=person, category_id=category.id, consents=body.consents, answers=body.answers),
        caller_id=caller_id,
        key=key,
        body_sha256=body.digest,
        actor=caller.actor,
        account_id=caller.account_id,
        at=now(),
    )
    shown = _fresh(answered.outcome, settings) or answer_of(
        settings.activity_id, answered.registration_id, account_id=caller.account_id
    )
    spelled: dict[str, Any] = spell_registration(
        registration_id=answered.registration_id,
        activity=shown.activity,
        category=shown.category,
        state=shown.state,
        bib=shown.bib,
        pass_text=shown.pass_text,
        short_code=shown.short_code,
    )
    return Response(
        json.dumps(spelled, ensure_ascii=False),
        200 if answered.outcome is None else 201,
        content_type="application/json",
    )


def _fresh(outcome: Outcome | None, settings: RegistrationSettings) -> Answer | None:
    """The answer that the act itself can give; None where it has to be read."""
    if outcome is None or outcome.existing or outcome.issued is None or outcome.category_id is None:
        return None
    return Answer(
        activity=settings.code,
        category=settings.categories[outcome.category_id].code,
        state=outcome.state or "",
        bib=outcome.bib if outcome.proven else None,
        pass_text=outcome.issued.text if outcome.proven else None,
        short_code=outcome.issued.short_code if outcome.proven else None,
    )


def _person(body: RegistrationBody) -> PersonInput:
    person, errors = read_person(body.person, today())
    if person is None:
        raise errors[0]
    return replace(
        person,
        town_id=town_named(body.town) if body.town else None,
        organisation_id=organisation_named(body.organisation) if body.organisation else None,
    )
