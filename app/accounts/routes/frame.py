"""What the pages of accounts share."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_wtf import FlaskForm

from app.accounts.queries import PAGE
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


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a list stands, for the pager's macro."""

    number: int
    pages: int
    total: int
    prev_url: str | None
    next_url: str | None


def pager(endpoint: str, number: int, total: int) -> Pager:
    """The pager of a list of `total` rows that shows page `number`."""
    pages = max(1, -(-total // PAGE))
    return Pager(
        number=number,
        pages=pages,
        total=total,
        prev_url=url_for(endpoint, page=number - 1) if number > 1 else None,
        next_url=url_for(endpoint, page=number + 1) if number < pages else None,
    )


def page_number() -> int:
    """The page that the address asks for; 1 when it asks for nothing sensible."""
    return max(1, request.args.get("page", 1, type=int))
