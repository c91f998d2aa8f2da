"""Which role may stand in which account."""

from __future__ import annotations

from collections.abc import Collection

from app.accounts.constants import APART, GRANTABLE, STAFF_ONLY, AccountKind
from app.core.errors import Conflict, DomainError
from app.core.ids import NIL, parse_uuid
from app.core.permissions import OFFICE, Role, Scope, ScopeKind
from app.core.text import N_


def check_grant(role: Role, scope: Scope, *, kind: AccountKind, held: Collection[Role]) -> None:
    """Refuse a role that does not fit the account, its scope or its other roles.

    GB/T 22239-2019 level 2: system, security and audit are apart. Raises DomainError.
    """
    if role not in GRANTABLE:
        raise DomainError("role_implied", N_("这个角色不用授予。"), field="role")
    if kind is AccountKind.CITIZEN and role in STAFF_ONLY:
        raise DomainError("role_staff_only", N_("这个角色只给工作人员账号。"), field="role")
    if role in APART and scope != OFFICE:
        raise DomainError("role_office_only", N_("这个角色只能管全局，请选“全局”。"), field="scope")
    others = (APART - {role}) & set(held)
    if role in APART and others:
        raise Conflict("roles_apart", N_("系统、安全、审计三个角色要分给不同的人。"), field="role")


def parse_scope(text: str) -> Scope | None:
    """`office`, or `kind:uuid`; None when it is neither."""
    kind, _, rest = text.strip().partition(":")
    if kind == ScopeKind.OFFICE.value and rest in {"", str(NIL)}:
        return OFFICE
    found = parse_uuid(rest)
    if found is None or kind not in {member.value for member in ScopeKind} or kind == ScopeKind.OFFICE.value:
        return None
    return Scope(ScopeKind(kind), found)


def scope_text(scope: Scope) -> str:
    """The inverse of `parse_scope`."""
    return scope.kind.value if scope == OFFICE else f"{scope.kind.value}:{scope.id}"
