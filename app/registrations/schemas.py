"""The shape of a registration as other software sends and gets it."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from flask import Request

from app.core.errors import DomainError, TooLarge
from app.core.text import N_
from app.people.constants import DocumentType, Relation
from app.people.rules.intake import RawPerson
from app.registrations.rules.admission import Consents

MAX_BYTES = 64_000
_TEXT = {"type": "string"}

REGISTER_DOC: dict[str, Any] = {
    "summary": "Register a person for an activity",
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "maxLength": 120},
            "description": "The same key and body again: 200 and the same registration",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["activity", "category", "person", "consents"],
                    "properties": {
                        "activity": _TEXT,
                        "category": _TEXT,
                        "person": {
                            "type": "object",
                            "required": ["name"],
                            "properties": {
                                "name": _TEXT,
                                "document": {
                                    "type": ["object", "null"],
                                    "properties": {
                                        "type": {"enum": [kind.value for kind in DocumentType]},
                                        "number": _TEXT,
                                    },
                                },
                                "phone": _TEXT,
                                "sex": {"enum": ["male", "female"]},
                                "birth_date": {"type": "string", "format": "date"},
                                "town": _TEXT,
                                "organisation": _TEXT,
                            },
                        },
                        "guardian": {
                            "type": ["object", "null"],
                            "properties": {
                                "name": _TEXT,
                                "phone": _TEXT,
                                "relation": {"enum": [relation.value for relation in Relation]},
                            },
                        },
                        "consents": {"type": "object"},
                        "answers": {"type": "object", "additionalProperties": _TEXT},
                    },
                }
            }
        },
    },
    "responses": {
        "201": {"description": "registered"},
        "200": {"description": "the same request was answered before"},
        **{
            str(status): {"description": "problem+json with a `code`"}
            for status in (401, 403, 404, 409, 413, 422, 429, 503)
        },
    },
    "security": [{"key": []}],
}


@dataclass(frozen=True, slots=True)
class RegistrationBody:
    """What was sent, with names of places not yet looked up."""

    activity: str
    category: str
    person: RawPerson
    town: str | None
    organisation: str | None
    consents: Consents
    answers: dict[str, str]
    digest: bytes


def read_registration(request: Request) -> RegistrationBody:
    """The body; 413 or 422 with a code when it has another shape."""
    if request.content_length is not None and request.content_length > MAX_BYTES:
        raise TooLarge("too_large", N_("内容太大了，请分成小一些的再传。"))
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise DomainError("not_json", N_("需要一个 JSON 对象。"))
    person = _object(body, "person")
    document = _object(person, "document", optional=True)
    guardian = _object(body, "guardian", optional=True)
    return RegistrationBody(
        activity=_text(body, "activity", required=True),
        category=_text(body, "category", required=True),
        person=RawPerson(
            name=_text(person, "name", required=True),
            document_type=_text(document, "type") or DocumentType.RESIDENT_ID.value if document else "none",
            document_number=_text(document, "number") or None,
            sex=_text(person, "sex") or None,
            birth_date=_text(person, "birth_date") or None,
            phone=_text(person, "phone") or None,
            guardian_name=_text(guardian, "name") or None,
            guardian_phone=_text(guardian, "phone") or None,
            guardian_relation=_text(guardian, "relation") or None,
        ),
        town=_text(person, "town") or None,
        organisation=_text(person, "organisation") or None,
        consents=_consents(_object(body, "consents", optional=True)),
        answers=_answers(_object(body, "answers", optional=True)),
        digest=hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=True).encode()).digest(),
    )


def _object(body: dict[str, Any], name: str, *, optional: bool = False) -> dict[str, Any]:
    value = body.get(name)
    if value is None and optional:
        return {}
    if not isinstance(value, dict):
        raise DomainError("field_unreadable", N_("%(name)s 的形式不对。"), field=name, name=name)
    return value


def _text(body: dict[str, Any], name: str, *, required: bool = False) -> str:
    value = body.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()) or len(value) > 400 or "\0" in value:
        raise DomainError("field_unreadable", N_("%(name)s 的形式不对。"), field=name, name=name)
    return value


def _consents(given: dict[str, Any]) -> Consents:
    return Consents(
        notice=_version(given.get("notice")),
        document_number=given.get("document_number") is True,
        health=given.get("health") is True,
        guardian=given.get("guardian") is True,
        terms=_version(given.get("terms")),
    )


def _version(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 9:
        return int(value)
    return value if isinstance(value, int) and 0 <= value < 2**31 else None


def _answers(given: dict[str, Any]) -> dict[str, str]:
    answers = {str(key)[:40]: value[:200] for key, value in given.items() if isinstance(value, str) and value}
    return dict(list(answers.items())[:20])


def spell_registration(
    *,
    registration_id: uuid.UUID,
    activity: str,
    category: str,
    state: str,
    bib: str | None,
    pass_text: str | None,
    short_code: str | None,
) -> dict[str, Any]:
    """The answer as the door has it."""
    return {
        "id": str(registration_id),
        "activity": activity,
        "category": category,
        "state": state,
        "bib": bib,
        "pass": pass_text,
        "short_code": short_code,
    }
