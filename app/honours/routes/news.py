"""News of an activity: the office writes, everybody reads."""

from __future__ import annotations

import uuid
from contextlib import closing
from typing import Any

from flask import Response as Bytes
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.activities.queries import Station
from app.activities.routes.desk import done, station_or_404, tried
from app.core.errors import NotFound
from app.core.permissions import Permission
from app.core.text import N_
from app.facilities.documents import kept_photo
from app.honours.forms import NewsForm, PhotoForm
from app.honours.queries.news import NewsLine, news_of, photo
from app.honours.routes.frame import AREA, blueprint
from app.honours.routes.office import back_to, page_of
from app.honours.services.news import add_photo, drop_news, drop_photo, publish_news, save_news
from app.web.access import actor, can, public, requires

ONE = f"{AREA}/news/<uuid:news_id>"


@blueprint.post(f"{AREA}/news")
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def write_news(activity_ref: str) -> Any:
    """Write a piece of news."""
    found, form = station_or_404(activity_ref), NewsForm(prefix="news")
    made: list[uuid.UUID] = []

    def write() -> None:
        made.append(
            save_news(
                activity_id=found.activity.id,
                news_id=None,
                title=form.title.data or "",
                text=form.text.data or "",
                actor=actor(),
            )
        )

    if form.validate() and tried(write, form):
        return redirect(url_for("honours.one_news", activity_ref=found.activity.code, news_id=made[0]))
    return page_of(found, writing=form), 422


def _line(found: Station, news_id: uuid.UUID) -> NewsLine:
    line = next((one for one in news_of(found.activity.id, public=False) if one.news.id == news_id), None)
    if line is None:
        raise NotFound("news_not_found", N_("没有找到这条新闻。"))
    return line


def _here(found: Station, news_id: uuid.UUID) -> Response:
    return redirect(url_for("honours.one_news", activity_ref=found.activity.code, news_id=news_id))


@blueprint.route(ONE, methods=["GET", "POST"])
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def one_news(activity_ref: str, news_id: uuid.UUID) -> Any:
    """Change a piece of news, its photos, whether everybody sees it."""
    found = station_or_404(activity_ref)
    line, form = _line(found, news_id), NewsForm(prefix="news")
    if (
        request.method == "POST"
        and form.validate()
        and tried(
            lambda: save_news(
                activity_id=found.activity.id,
                news_id=news_id,
                title=form.title.data or "",
                text=form.text.data or "",
                version=form.seen_version,
                actor=actor(),
            ),
            form,
        )
    ):
        flash(_("已保存。"))
        return _here(found, news_id)
    page = _page(found, line, form=form if request.method == "POST" else None)
    return (page, 422) if request.method == "POST" else page


def _page(found: Station, line: NewsLine, *, form: NewsForm | None = None, adding: PhotoForm | None = None) -> str:
    form = form or NewsForm(formdata=None, prefix="news", obj=line.news)
    if not form.version.data or form.conflicts:
        form.use_version(line.news.version)
    return render_template(
        "honours/news.html",
        station=found,
        activity=found.activity,
        tab="honours.after",
        line=line,
        form=form,
        adding=adding or PhotoForm(formdata=None, prefix="photo"),
    )


@blueprint.post(f"{ONE}/publish")
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def publish(activity_ref: str, news_id: uuid.UUID) -> Response:
    """Show it to everybody, or take it down."""
    found = station_or_404(activity_ref)
    shown = request.form.get("public") == "1"
    done(
        lambda: publish_news(activity_id=found.activity.id, news_id=news_id, public=shown, actor=actor()),
        N_("已公开。") if shown else N_("已撤下。"),
    )
    return _here(found, news_id)


@blueprint.post(f"{ONE}/photos")
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def put_photo(activity_ref: str, news_id: uuid.UUID) -> Any:
    """Add a photo."""
    found, form = station_or_404(activity_ref), PhotoForm(prefix="photo")
    line = _line(found, news_id)

    def add() -> None:
        with closing(form.photo.data) as file:
            jpeg = kept_photo(file.read())
        add_photo(activity_id=found.activity.id, news_id=news_id, words=form.words.data or "", jpeg=jpeg, actor=actor())

    if form.validate() and tried(add, form):
        flash(_("已加照片。"))
        return _here(found, news_id)
    return _page(found, line, adding=form), 422


@blueprint.post(f"{ONE}/photos/<uuid:photo_id>/remove")
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def remove_photo(activity_ref: str, news_id: uuid.UUID, photo_id: uuid.UUID) -> Response:
    """Take a photo away."""
    found = station_or_404(activity_ref)
    done(
        lambda: drop_photo(activity_id=found.activity.id, news_id=news_id, photo_id=photo_id, actor=actor()),
        N_("已删除照片。"),
    )
    return _here(found, news_id)


@blueprint.route(f"{ONE}/remove", methods=["GET", "POST"])
@requires(Permission.HONOUR_EDIT, of="activity_ref")
def remove_news(activity_ref: str, news_id: uuid.UUID) -> Any:
    """Delete a piece of news, after a second look."""
    found = station_or_404(activity_ref)
    line = _line(found, news_id)
    if request.method == "POST":
        gone = done(lambda: drop_news(activity_id=found.activity.id, news_id=news_id, actor=actor()), N_("已删除。"))
        return back_to(found, "news") if gone else _here(found, news_id)
    return render_template(
        "honours/news_remove.html",
        station=found,
        activity=found.activity,
        tab="honours.after",
        line=line,
    )


@blueprint.get("/news/photos/<uuid:photo_id>.jpg")
@public("photos of published news; others are shown to whoever writes them")
def news_photo(photo_id: uuid.UUID) -> Response:
    """One photo."""
    found = photo(photo_id)
    if found is None or not (found[1] or can(Permission.HONOUR_EDIT, "activity_ref", str(found[2]))):
        raise NotFound("photo_not_found", N_("没有照片。"))
    kept = "public, max-age=3600" if found[1] else "private, no-store"
    return Bytes(found[0], mimetype="image/jpeg", headers={"Cache-Control": kept})
