"""Who is behind a stored scan: whom it named when it came, or whom its bib or code turned out to be."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func

from app.checkins.models import Nobody, Scan
from app.core.db import table

_s, _n = table(Scan).c, table(Nobody).c
OWNER = func.coalesce(_s.person_id, _n.person_id)


def with_owner(statement: Any) -> Any:
    """A statement on scans, joined with who was found for those that named nobody."""
    return statement.select_from(table(Scan)).outerjoin(
        table(Nobody), (_n.activity_id == _s.activity_id) & (_n.scan_id == _s.id)
    )
