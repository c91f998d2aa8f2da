"""Granting and taking roles: the security administrator's work, never for oneself."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select

from app.accounts.constants import AccountKind
from app.accounts.models import Account, RoleGrant
from app.accounts.queries import may
from app.accounts.rules.roles import check_grant
from app.audit.services import SYSTEM, Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError, Forbidden, NotFound
from app.core.ids import uuid7
from app.core.permissions import OFFICE, Permission, Role, Scope
from app.core.text import N_
from app.core.transactions import act


def _check_actor(actor: Actor, account_id: uuid.UUID, at: datetime) -> None:
    """The route asks for the permission too; here it holds for every way in."""
    if actor == SYSTEM:
        return
    if actor.id == account_id:
        raise Forbidden("own_roles", N_("自己的角色要由别人来定。"))
    if actor.kind != "account" or actor.id is None or not may(actor.id, Permission.ROLE_GRANT, at=at):
        raise Forbidden("forbidden", N_("授予角色需要安全管理员。"))


@act
def grant_role(
    *,
    actor: Actor,
    at: datetime,
    account_id: uuid.UUID,
    role: Role,
    scope: Scope = OFFICE,
    expires_at: datetime | None = None,
) -> uuid.UUID:
    """Give an account a role in a scope, until `expires_at` if given; returns the grant's id.

    An expired grant of the same is renewed. Raises Forbidden (`own_roles`, no security
    administrator), NotFound, Conflict `role_held` and `roles_apart`, DomainError for a role that
    does not fit.
    """
    _check_actor(actor, account_id, at)
    statement = select(Account).where(Account.id == account_id).with_for_update()  # grants take turns
    found = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound("account_unknown", N_("没有这个账号。"))
    if expires_at is not None and expires_at <= at:
        raise DomainError("expiry_past", N_("到期日已经过了，请改日期。"), field="until")
    held = db.session.execute(select(RoleGrant).where(RoleGrant.account_id == account_id)).scalars().all()
    live = {Role(row.role) for row in held if row.expires_at is None or row.expires_at > at}
    check_grant(role, scope, kind=AccountKind(found.kind), held=live)
    same = [r for r in held if (r.role, r.scope_kind, r.scope_id) == (role.value, scope.kind.value, scope.id)]
    if same and (same[0].expires_at is None or same[0].expires_at > at):
        raise Conflict("role_held", N_("这个账号已有这个角色。"), field="role")
    grant = same[0] if same else RoleGrant(id=uuid7(), account_id=account_id, role=role.value)
    grant.scope_kind, grant.scope_id = scope.kind.value, scope.id
    grant.granted_by, grant.granted_at, grant.expires_at = actor.id, at, expires_at
    db.session.add(grant)
    db.session.flush()
    record(
        actor,
        "accounts.grant_role",
        subject_kind="account",
        subject_id=account_id,
        role=role.value,
        scope_kind=scope.kind.value,
        scope=str(scope.id),
    )
    return grant.id


@act
def revoke_role(*, actor: Actor, at: datetime, grant_id: uuid.UUID) -> None:
    """Take a role back, at once: every request reads the roles anew. NotFound, Forbidden."""
    grant = db.session.get(RoleGrant, grant_id)
    if grant is None:
        raise NotFound("grant_unknown", N_("这个角色已经收回了。"))
    _check_actor(actor, grant.account_id, at)
    record(
        actor,
        "accounts.revoke_role",
        subject_kind="account",
        subject_id=grant.account_id,
        role=grant.role,
        scope_kind=grant.scope_kind,
        scope=str(grant.scope_id),
    )
    db.session.delete(grant)
    db.session.flush()
