"""News and photos, without the photos' bytes unless one is asked for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import exists, select

from app.core.db import db
from app.honours.models import News, NewsPhoto, PrizeDraw


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo by its id."""

    id: uuid.UUID
    words: str


@dataclass(frozen=True, slots=True)
class NewsLine:
    """A piece of news with its photos."""

    news: News
    photos: tuple[Photo, ...]


def news_of(activity_id: uuid.UUID, *, public: bool) -> list[NewsLine]:
    """The latest first; `public`: what everybody sees."""
    query = select(News).where(News.about_activity == activity_id).order_by(News.created_at.desc(), News.id)
    if public:
        query = query.where(News.published_at.is_not(None))
    found = db.session.execute(query).scalars().all()
    if not found:
        return []
    rows = db.session.execute(
        select(NewsPhoto.news_id, NewsPhoto.id, NewsPhoto.words)
        .where(NewsPhoto.news_id.in_([one.id for one in found]))
        .order_by(NewsPhoto.position, NewsPhoto.id)
    ).all()
    return [NewsLine(one, tuple(Photo(row.id, row.words) for row in rows if row.news_id == one.id)) for one in found]


def shown_after(activity_id: uuid.UUID) -> tuple[bool, bool]:
    """Whether everybody finds news of an activity, and prize draws: one statement for the public page."""
    news = exists().where(News.about_activity == activity_id, News.published_at.is_not(None))
    draws = exists().where(PrizeDraw.held_at_activity == activity_id)
    row = db.session.execute(select(news.label("news"), draws.label("draws"))).one()
    return bool(row.news), bool(row.draws)


def photo(photo_id: uuid.UUID) -> tuple[bytes, bool, uuid.UUID] | None:
    """(JPEG, whether everybody may see it, the activity) of a photo."""
    row = db.session.execute(
        select(NewsPhoto.jpeg, News.published_at, News.about_activity)
        .join(News, News.id == NewsPhoto.news_id)
        .where(NewsPhoto.id == photo_id)
    ).one_or_none()
    return (row.jpeg, row.published_at is not None, row.about_activity) if row is not None else None
