"""Deletion that somebody asks for: twice, the second time with a fresh code to the account's own phone."""

from __future__ import annotations

import uuid
from datetime import datetime

from app.accounts.constants import CodePurpose
from app.accounts.queries import account as read_account
from app.accounts.services.codes import SentCode, check_code, request_login_code, use_code
from app.audit.services import Actor
from app.core.errors import Conflict
from app.core.text import N_
from app.core.transactions import act, end_read
from app.privacy.services.erase import check_may_erase, erase_account, erase_relative


def send_code(
    *, account_id: uuid.UUID, person_id: uuid.UUID | None, address: str, actor: Actor, at: datetime
) -> SentCode:
    """Send the code. Raises what `check_may_erase` and `request_login_code` raise, Conflict `staff_account`."""
    phone = _phone(account_id)
    if person_id is not None:
        check_may_erase(account_id, person_id)
    end_read()
    return request_login_code(phone=phone, address=address, purpose=CodePurpose.ERASE, at=at, actor=actor)


def erase_with_code(
    *, account_id: uuid.UUID, person_id: uuid.UUID | None, code: str, actor: Actor, at: datetime
) -> None:
    """Delete a person of the account's list, or the account (None). Raises what `check_code` raises too."""
    phone = _phone(account_id)
    end_read()
    code_id = check_code(phone=phone, code=code, purpose=CodePurpose.ERASE, at=at, actor=actor)
    _erase(account_id=account_id, person_id=person_id, code_id=code_id, actor=actor, at=at)


@act
def _erase(
    *, account_id: uuid.UUID, person_id: uuid.UUID | None, code_id: uuid.UUID, actor: Actor, at: datetime
) -> None:
    use_code(code_id=code_id, at=at)
    if person_id is None:
        erase_account(account_id=account_id, actor=actor, at=at)
    else:
        erase_relative(account_id=account_id, person_id=person_id, actor=actor, at=at)


def _phone(account_id: uuid.UUID) -> str:
    found = read_account(account_id)
    if found is None or found.phone is None:
        raise Conflict("staff_account", N_("工作账号由系统管理员停用。"))
    return found.phone
