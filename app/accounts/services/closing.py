"""A citizen's account that is closed for good."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, update

from app.accounts.constants import AccountKind, AccountState
from app.accounts.models import Account, ApiToken, RoleGrant
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.text import N_


def close_citizen(account_id: uuid.UUID, *, at: datetime) -> None:
    """End every session, token and role. Joins the open act; what the account holds of its owner is wiped elsewhere.

    Raises NotFound, Conflict `staff_account`: who works for the office is closed by the office.
    """
    found = db.session.get(Account, account_id)
    if found is None:
        raise NotFound("account_unknown", N_("没有这个账号。"))
    if found.kind != AccountKind.CITIZEN:
        raise Conflict("staff_account", N_("工作账号由系统管理员停用。"))
    found.state = AccountState.DISABLED.value
    found.session_epoch += 1
    db.session.execute(
        update(ApiToken).where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None)).values(revoked_at=at)
    )
    db.session.execute(delete(RoleGrant).where(RoleGrant.account_id == account_id))
    db.session.flush()
