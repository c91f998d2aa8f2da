"""The privacy notice and who accepted it."""

from __future__ import annotations

import uuid

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.crypto import sha256
from app.core.transactions import act
from app.people.constants import ConsentKind
from app.people.services.consents import Agreement, agree, publish_notice

TEXT = "我们只为办活动使用您的信息。"


def notice() -> int:
    """Publish the notice; returns its version."""
    return publish_notice(text=TEXT, actor=SYSTEM, at=now())


@act
def accept_notice(person_id: uuid.UUID | None) -> None:
    """Somebody accepted the notice that is in force."""
    assert person_id is not None
    agree([(person_id, Agreement(ConsentKind.PRIVACY, 1, sha256(TEXT)))], given_by=None, at=now())
