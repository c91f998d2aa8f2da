"""Who may be a referee of an edition, and where each one officiates."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from app.accounts.constants import AccountState
from app.accounts.models import Account, RoleGrant
from app.accounts.queries import shown_name
from app.core.clock import now
from app.core.db import db
from app.core.permissions import MATRIX, OFFICE, Permission, Role, ScopeKind


def referee_accounts(games_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Accounts that may write results here, those with the role of a referee first, by name."""
    roles = [role.value for role, held in MATRIX.items() if Permission.RESULT_WRITE in held]
    rows = db.session.execute(
        select(Account, RoleGrant.role)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.state == AccountState.ACTIVE.value,
            RoleGrant.role.in_(roles),
            ((RoleGrant.scope_kind == ScopeKind.GAMES.value) & (RoleGrant.scope_id == games_id))
            | ((RoleGrant.scope_kind == OFFICE.kind.value) & (RoleGrant.scope_id == OFFICE.id)),
            RoleGrant.expires_at.is_(None) | (RoleGrant.expires_at > now()),
        )
    )
    found: dict[uuid.UUID, tuple[bool, str]] = {}
    for account, role in rows:
        other = role != Role.REFEREE.value
        held = found.get(account.id)
        found[account.id] = (other and (held is None or held[0]), shown_name(account))
    return [(one, name) for one, (_, name) in sorted(found.items(), key=lambda item: (item[1], str(item[0])))]
