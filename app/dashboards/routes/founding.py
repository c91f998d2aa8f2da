"""The first page of an installation: open to whoever knows the code of the console, gone once there is staff."""

from __future__ import annotations

from flask import Response, current_app, make_response, render_template

from app.accounts.queries import is_founded
from app.accounts.routes.frame import refuse
from app.core.clock import now
from app.core.errors import DomainError
from app.core.text import N_
from app.dashboards.forms import FoundingForm
from app.dashboards.routes.frame import blueprint
from app.dashboards.rules.founding import is_setup_code
from app.dashboards.services.founding import already_founded, found_office
from app.web.access import public


@blueprint.route("/setup", methods=["GET", "POST"])
@public("nobody has an account yet; it asks for the code that the console prints, and ends with the first account")
def founding() -> Response:
    """What the office is called and who its two administrators are."""
    if is_founded():
        raise already_founded()
    form, status = FoundingForm(), 200
    if form.validate_on_submit():
        try:
            return _founded(form)
        except DomainError as error:
            if error.code == "founded":
                raise
            status = refuse(form, error)
    elif form.errors:
        status = 422
    return _page("founding", status, form=form)


def _founded(form: FoundingForm) -> Response:
    if not is_setup_code(form.setup_code.data, current_app.config["SECRET_KEY"]):
        words = N_("设置码不对，请看服务器启动时打印的那一行。")
        raise DomainError("setup_code_wrong", words, field="setup_code")
    if form.password.data != form.again.data:
        raise DomainError("passwords_differ", N_("两次填的不一样，请再填一次。"), field="again")
    made = found_office(form.founding(), at=now())
    return _page("founded", login_name=form.security_login.data, name=form.security_name.data, password=made.password)


def _page(template: str, status: int = 200, **values: object) -> Response:
    response = make_response(render_template(f"dashboards/{template}.html", **values), status)
    response.headers["Cache-Control"] = "no-store"
    return response
