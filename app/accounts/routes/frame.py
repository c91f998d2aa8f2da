"""What the pages of accounts share."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf import FlaskForm

from app.core.errors import DomainError
from app.core.transactions import end_read
from app.web.errors import note_refusal
from app.web.frame import safe_next
from app.web.texts import say

blueprint = Blueprint("accounts", __name__, template_folder="../templates")

HOME, OFFICE_HOME = "/", "/office"
LOGIN_PATHS = ("/login", "/office/login", "/logout")


def wanted(fallback: str) -> str:
    """Where the reader was going before the login: a path of this site, and no login page again."""
    target = safe_next(request.args.get("next"), fallback)
    path = target.partition("?")[0].rstrip("/")
    return fallback if path in LOGIN_PATHS or path.startswith("/login/") else target


def refuse(form: FlaskForm, error: DomainError) -> int:
    """Put a refusal beside the field that it names (else on top), keep it in the trail; its status."""
    end_read()
    note_refusal(error)
    field = form._fields.get(error.field or "")
    if field is None:
        form.form_errors.append(say(error))
    else:
        field.errors = [*field.errors, say(error)]
    return error.status


def page(template: str, status: int = 200, *, secret: bool = False, **values: object) -> Response:
    """A page of this room; one with a `secret` on it is kept by no browser."""
    response = make_response(render_template(f"accounts/{template}.html", **values), status)
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response
