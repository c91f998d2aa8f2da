"""News of an activity: written, given photos, published, taken down."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, func, select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act
from app.honours.models import News, NewsPhoto

MOST_PHOTOS, MOST_TEXT = 12, 3_000


@act
def save_news(
    *,
    activity_id: uuid.UUID,
    news_id: uuid.UUID | None,
    title: str,
    text: str,
    actor: Actor,
    version: int | None = None,
    at: datetime | None = None,
) -> uuid.UUID:
    """Write a piece of news, or change it; returns its id. Raises DomainError, Conflict `changed_meanwhile`."""
    for field, words, most in (("title", title, 60), ("text", text, MOST_TEXT)):
        if not words.strip() or len(words) > most:
            raise DomainError("text_wrong", N_("请填写，最多 %(most)s 个字。"), field=field, most=most)
    if news_id is None:
        found = News(id=uuid7(), about_activity=activity_id, created_at=at or now(), version=0)
        db.session.add(found)
    else:
        found = _open(activity_id, news_id)
        if version is not None and found.version != version:
            raise Conflict("changed_meanwhile", N_("刚被别人改过，填的都还在，核对后再保存。"))
    found.title, found.text = title.strip(), text.strip()
    found.version += 1
    db.session.flush()
    record(actor, "honours.news_saved", subject_kind="news", subject_id=found.id, scope_id=activity_id)
    return found.id


@act
def publish_news(
    *, activity_id: uuid.UUID, news_id: uuid.UUID, public: bool, actor: Actor, at: datetime | None = None
) -> None:
    """Show it on the activity's page, or take it down. The same once more changes nothing."""
    found = _open(activity_id, news_id)
    if (found.published_at is not None) == public:
        return
    found.published_at = (at or now()) if public else None
    found.version += 1
    record(
        actor, "honours.news_published", subject_kind="news", subject_id=news_id, scope_id=activity_id, public=public
    )


@act
def add_photo(*, activity_id: uuid.UUID, news_id: uuid.UUID, words: str, jpeg: bytes, actor: Actor) -> uuid.UUID:
    """Add a photo (see `facilities.documents.kept_photo`) with what is to be seen on it.

    Raises DomainError `words_missing`, Conflict `photos_enough`.
    """
    _open(activity_id, news_id)
    if not words.strip() or len(words) > 80:
        raise DomainError("words_missing", N_("请写照片里是什么，最多 80 个字，看不见的人也能知道。"), field="words")
    held = db.session.execute(
        select(func.count()).select_from(NewsPhoto).where(NewsPhoto.news_id == news_id)
    ).scalar_one()
    if held >= MOST_PHOTOS:
        raise Conflict("photos_enough", N_("最多 %(n)s 张照片。"), field="photo", n=MOST_PHOTOS)
    found = NewsPhoto(id=uuid7(), news_id=news_id, words=words.strip(), jpeg=jpeg, position=held)
    db.session.add(found)
    db.session.flush()
    record(actor, "honours.photo_added", subject_kind="news", subject_id=news_id, scope_id=activity_id)
    return found.id


@act
def drop_photo(*, activity_id: uuid.UUID, news_id: uuid.UUID, photo_id: uuid.UUID, actor: Actor) -> None:
    """Take a photo away. Again changes nothing."""
    _open(activity_id, news_id)
    gone = db.session.execute(
        delete(NewsPhoto).where(NewsPhoto.id == photo_id, NewsPhoto.news_id == news_id).returning(NewsPhoto.id)
    ).first()
    if gone is not None:
        record(actor, "honours.photo_dropped", subject_kind="news", subject_id=news_id, scope_id=activity_id)


@act
def drop_news(*, activity_id: uuid.UUID, news_id: uuid.UUID, actor: Actor) -> None:
    """Delete a piece of news with its photos. Raises Conflict `news_public`: take it down first."""
    found = _open(activity_id, news_id)
    if found.published_at is not None:
        raise Conflict("news_public", N_("先撤下再删除。"))
    db.session.execute(delete(NewsPhoto).where(NewsPhoto.news_id == news_id))
    db.session.delete(found)
    record(actor, "honours.news_dropped", subject_kind="news", subject_id=news_id, scope_id=activity_id)


def _open(activity_id: uuid.UUID, news_id: uuid.UUID) -> News:
    found = db.session.execute(
        select(News)
        .where(News.id == news_id, News.about_activity == activity_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("news_not_found", N_("没有找到这条新闻。"))
    return found
