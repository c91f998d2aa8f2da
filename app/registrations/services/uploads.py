"""A sheet between its upload and its end: sealed for a day, one for each account in its place.

Teams of an activity and delegations of games keep theirs here (`activity_id` is then the delegation's id).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import delete, select

from app.core.crypto import sha256
from app.core.db import db
from app.core.errors import DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import end_read
from app.registrations.models import TeamUpload
from app.registrations.services.team_rows import Kept

KEPT_FOR: Final = timedelta(hours=24)
FILE_NAME_MAX: Final = 200


class Looked(Protocol):
    """A sheet as it stands: what a confirmation would write, and whether one has written something already."""

    @property
    def ready(self) -> Sequence[Any]:
        """What a confirmation would write."""

    @property
    def finished(self) -> bool:
        """Whether rows were taken or refused by a confirmation."""


V = TypeVar("V", bound=Looked)


def seal_sheet(
    *, scope_id: uuid.UUID, account_id: uuid.UUID, name: str, file_name: str, kept: Kept, at: datetime
) -> TeamUpload:
    """Keep a sheet for 24 hours, in the place of this account's earlier one; called within an act.

    `scope_id`: the activity's or the delegation's id. `name`: of the team or the delegation.
    """
    db.session.execute(
        delete(TeamUpload).where(TeamUpload.activity_id == scope_id, TeamUpload.account_id == account_id)
    )
    body = kept.to_json()
    row = TeamUpload(
        id=uuid7(),
        activity_id=scope_id,
        account_id=account_id,
        team_name=name,
        file_name=file_name[:FILE_NAME_MAX],
        body=body,
        sha256=sha256(body),
        created_at=at,
        expires_at=at + KEPT_FOR,
    )
    db.session.add(row)
    db.session.flush()
    return row


def sealed_sheet(
    upload_id: uuid.UUID, scope_id: uuid.UUID, account_id: uuid.UUID, at: datetime, *, lock: bool = False
) -> TeamUpload:
    """An account's own sheet. NotFound for another's, and past its day."""
    wanted = select(TeamUpload).where(
        TeamUpload.id == upload_id,
        TeamUpload.activity_id == scope_id,
        TeamUpload.account_id == account_id,
        TeamUpload.expires_at > at,
    )
    found = db.session.execute(wanted.with_for_update() if lock else wanted).scalar_one_or_none()
    if found is None:
        raise NotFound("upload_not_found", N_("没有找到这份名单，可能已过 24 小时，请重新上传。"))
    return found


def to_confirm(look: Callable[[], V], none_ready: str) -> V:
    """The sheet that a confirmation goes by. Raises DomainError `nobody_ready`, with the words `none_ready`.

    A sheet is read before its rows are judged. Where another confirmation ends in between, its rows are there
    already and the sheet that was read does not know by whom: it is looked at anew before anybody is refused.
    """
    found = look()
    if not found.ready and not found.finished:
        end_read()
        found = look()
    if not found.ready and not found.finished:
        raise DomainError("nobody_ready", none_ready)
    return found
