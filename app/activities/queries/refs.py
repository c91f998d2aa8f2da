"""Ids and codes: both are accepted wherever something is named."""

from __future__ import annotations

import uuid

from sqlalchemy import bindparam, select

from app.activities.models import Activity
from app.activities.rules.drafts import is_code
from app.core.db import table
from app.core.errors import NotFound
from app.core.ids import parse_uuid
from app.core.keyed import execute
from app.core.text import N_

_a = table(Activity).c
_BY_ID = select(_a.id).where(_a.id == bindparam("id"))
_BY_CODE = select(_a.id).where(_a.code == bindparam("code"))


def activity_id_of(ref: uuid.UUID | str) -> uuid.UUID:
    """The id behind an id or a code, in one small statement; NotFound for what is nobody's."""
    as_id = parse_uuid(ref)
    found: uuid.UUID | None = None
    if as_id is not None:
        found = execute(_BY_ID, {"id": as_id}).scalar_one_or_none()
    elif is_code(str(ref)):
        found = execute(_BY_CODE, {"code": str(ref)}).scalar_one_or_none()
    if found is None:
        raise NotFound("activity_not_found", N_("没有找到这次活动。"))
    return found
