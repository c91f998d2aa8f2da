"""Setting a value, keeping a template."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.crypto import sha256
from app.core.db import table
from app.core.keyed import execute
from app.core.transactions import act, after_commit
from app.settings.constants import FileKey, Key
from app.settings.models import Setting, StoredFile
from app.settings.queries import forget_settings, settings

TOLD_MAX = 400
"""Characters of a value that the trail holds as it is."""


@act
def save_settings(*, values: Mapping[Key, Any], actor: Actor) -> list[Key]:
    """Keep these values (None: the environment's holds again); returns what has changed."""
    before, rows = settings(), table(Setting)
    changed = [key for key, value in values.items() if before.get(key.value) != value]
    for key in changed:
        execute(delete(rows).where(rows.c.key == key.value))
        if values[key] is not None:
            execute(insert(rows).values(key=key.value, value=values[key], updated_at=now()))
    if changed:
        record(
            actor,
            "settings.changed",
            subject_kind="settings",
            subject_id=None,
            keys=[key.value for key in changed],
            before={key.value: _told(before.get(key.value)) for key in changed},
            after={key.value: _told(values[key]) for key in changed},
        )
        after_commit(forget_settings)
    return changed


def _told(value: Any) -> Any:
    """A value as the trail keeps it: long ones by their digest."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value if len(text) <= TOLD_MAX else f"sha256:{sha256(text).hex()}"


@act
def keep_file(*, key: FileKey, name: str, content: bytes, actor: Actor) -> None:
    """Use this template from now on."""
    rows = table(StoredFile)
    execute(delete(rows).where(rows.c.key == key.value))
    execute(insert(rows).values(key=key.value, name=name[-120:], content=content, updated_at=now()))
    record(actor, "settings.file_kept", subject_kind="settings", subject_id=None, key=key.value, bytes=len(content))


@act
def drop_file(*, key: FileKey, actor: Actor) -> bool:
    """Go back to the product's own template; whether there was another."""
    rows = table(StoredFile)
    gone = execute(delete(rows).where(rows.c.key == key.value)).rowcount > 0
    if gone:
        record(actor, "settings.file_dropped", subject_kind="settings", subject_id=None, key=key.value)
    return gone
