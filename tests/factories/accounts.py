"""Accounts as rows, for tests that are not about making them."""

from __future__ import annotations

import uuid
from datetime import datetime
from itertools import count
from typing import Any

from app.accounts.constants import AccountKind, AccountState
from app.accounts.models import Account, RoleGrant
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.permissions import OFFICE, Role, Scope
from app.core.transactions import act

_numbers = count(1)


@act
def account(*, kind: AccountKind = AccountKind.CITIZEN, **values: Any) -> Account:
    """A stored account; of a citizen unless `kind` says otherwise."""
    at: datetime = values.pop("created_at", None) or now()
    number = next(_numbers)
    if kind is AccountKind.STAFF:
        values = {
            "login_name": f"staff{number}",
            "display_name": f"员工{number}",
            "password_changed_at": at,
        } | values
    row = Account(**{"id": uuid7(), "kind": kind, "state": AccountState.ACTIVE, "created_at": at} | values)
    db.session.add(row)
    db.session.flush()
    return row


@act
def grant(holder: Account, role: Role, *, scope: Scope = OFFICE, expires_at: datetime | None = None) -> uuid.UUID:
    """Give `holder` a role, as a row."""
    row = RoleGrant(
        id=uuid7(),
        account_id=holder.id,
        role=role,
        scope_kind=scope.kind,
        scope_id=scope.id,
        granted_at=now(),
        expires_at=expires_at,
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def staff(role: Role | None = None, *, scope: Scope = OFFICE, **values: Any) -> Account:
    """Somebody of the office, with `role` in `scope`; without a role: somebody who may nothing."""
    found = account(kind=AccountKind.STAFF, **values)
    if role is not None:
        grant(found, role, scope=scope)
    return found
