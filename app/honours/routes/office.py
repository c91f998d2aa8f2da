"""The office's page of an activity after it: certificates, prizes, news; and milestones of everybody."""

from __future__ import annotations

import io
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries import Station
from app.activities.routes.desk import done, station_or_404, tried
from app.core import wishes
from app.core.clock import now, today
from app.core.errors import DomainError, NotFound
from app.core.permissions import Permission
from app.core.text import N_, mask_name
from app.honours.forms import NewsForm, SealForm, SeedForm, WithdrawForm
from app.honours.queries.certificates import counts
from app.honours.queries.milestones import Passed, passed_in, years
from app.honours.queries.news import news_of
from app.honours.queries.prizes import draws_of
from app.honours.routes.frame import AREA, blueprint, check_base
from app.honours.rules.certificates import tidy_number
from app.honours.services.certificates import NAME, ask_for_all, withdraw
from app.honours.tasks import folder
from app.people.rules.ages import is_minor
from app.web.access import actor, requires
from app.web.paging import page_number, pager, pages_of

PAGE = 100


@blueprint.get(AREA)
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def after(activity_ref: str) -> str:
    """Certificates, prize draws and news of an activity."""
    return page_of(station_or_404(activity_ref))


def page_of(found: Station, **forms: Any) -> str:
    """The page, with the forms that were refused."""
    activity = found.activity
    done_n, issued = counts(activity.id)
    draws = draws_of(activity.id)
    return render_template(
        "honours/after.html",
        station=found,
        activity=activity,
        tab="honours.after",
        finished=done_n,
        issued=issued,
        file=wishes.state_of(folder(), activity.id, NAME),
        over=activity.ends_at <= now(),
        withdrawing=forms.get("withdrawing") or WithdrawForm(formdata=None, prefix="back"),
        draws=[
            (line, forms.get(line.draw.id.hex) or SeedForm(formdata=None, prefix=f"d{line.draw.id.hex}"))
            for line in draws
        ],
        sealing=forms.get("sealing") or SealForm(formdata=None, prefix="seal"),
        news=news_of(activity.id, public=False),
        writing=forms.get("writing") or NewsForm(formdata=None, prefix="news"),
        mask=mask_name,
    )


def back_to(found: Station, anchor: str = "") -> Response:
    """To the page of an activity after it."""
    address = url_for("honours.after", activity_ref=found.activity.code)
    return redirect(f"{address}#{anchor}" if anchor else address)


@blueprint.post(f"{AREA}/certificates")
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def ask_certificates(activity_ref: str) -> Response:
    """Wish for the certificates of everybody, as one file."""
    found = station_or_404(activity_ref)
    done(
        lambda: ask_for_all(activity_id=found.activity.id, folder=folder(), base=check_base(), actor=actor()),
        N_("开始生成，稍后刷新看看。"),
    )
    return back_to(found, "certificates")


@blueprint.get(f"{AREA}/certificates.zip")
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def certificates_file(activity_ref: str) -> Response:
    """The finished file."""
    found = station_or_404(activity_ref)
    data = wishes.read(folder(), found.activity.id, NAME)
    if data is None:
        flash(_("还没有生成，请先生成。"), "warning")
        return back_to(found, "certificates")
    answer = send_file(
        io.BytesIO(data),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{found.activity.code}-certificates.zip",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post(f"{AREA}/withdraw")
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def withdraw_certificate(activity_ref: str) -> Any:
    """Take a certificate back."""
    found, form = station_or_404(activity_ref), WithdrawForm(prefix="back")

    def take() -> None:
        withdraw(
            activity_id=found.activity.id,
            number=tidy_number(form.number.data or "") or "",
            reason=form.reason.data or "",
            actor=actor(),
        )

    def named() -> None:
        try:
            take()
        except NotFound as error:
            raise DomainError(error.code, error.message, field="number") from error

    if form.validate() and tried(named, form):
        flash(_("证书已作废。"))
        return back_to(found, "certificates")
    return page_of(found, withdrawing=form), 422


# --------------------------------------------------------------------------- milestones


def _shown(one: Passed) -> str:
    return mask_name(one.name) if is_minor(one.born, today()) else one.name


@blueprint.get("/office/milestones")
@requires(Permission.HONOUR_EDIT)
def milestones() -> str:
    """Who came for the tenth, 25th, 50th, 100th time in a year."""
    year = min(max(request.args.get("year", today().year, type=int), 2000), 2100)
    rows = passed_in(year)
    pages = pages_of(len(rows), PAGE)
    number = min(page_number(), pages)
    return render_template(
        "honours/milestones.html",
        year=year,
        years=sorted({*years(), year}, reverse=True),
        rows=rows[(number - 1) * PAGE : number * PAGE],
        shown=_shown,
        pager=pager(number, pages, len(rows), lambda n: url_for("honours.milestones", year=year, page=n)),
    )
