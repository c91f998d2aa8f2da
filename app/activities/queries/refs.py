"""Ids and codes: both are accepted wherever something is named."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.activities.models import Activity
from app.activities.rules.drafts import is_code
from app.core.db import db
from app.core.errors import NotFound
from app.core.ids import parse_uuid
from app.core.text import N_


def activity_id_of(ref: uuid.UUID | str) -> uuid.UUID:
    """The id behind an id or a code, in one small statement; NotFound for what is nobody's."""
    as_id = parse_uuid(ref)
    named = Activity.code == str(ref) if as_id is None else Activity.id == as_id
    found = None
    if as_id is not None or is_code(str(ref)):
        found = db.session.execute(select(Activity.id).where(named)).scalar_one_or_none()
    if found is None:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    return found
