"""Kinds and states of accounts, what a code is for, what a key may do."""

from __future__ import annotations

from enum import StrEnum

from app.core.permissions import Role
from app.core.text import N_


class AccountKind(StrEnum):
    """A citizen signs in by phone and code, staff by name and password."""

    CITIZEN = "citizen"
    STAFF = "staff"

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return {AccountKind.CITIZEN: N_("市民"), AccountKind.STAFF: N_("工作人员")}[self]


class AccountState(StrEnum):
    """Only an active account can sign in."""

    ACTIVE = "active"
    DISABLED = "disabled"

    @property
    def label(self) -> str:
        """The state as a msgid."""
        return {AccountState.ACTIVE: N_("使用中"), AccountState.DISABLED: N_("已停用")}[self]


class CodePurpose(StrEnum):
    """What a one-time code opens: one sent for signing in proves nothing else."""

    LOGIN = "login"
    PROOF = "proof"
    ERASE = "erase"


class PasswordPolicy(StrEnum):
    """`mlps2`: as assessors of GB/T 22239-2019 level 2 ask for. `asvs5`: OWASP ASVS 5."""

    MLPS2 = "mlps2"
    ASVS5 = "asvs5"


class TokenScope(StrEnum):
    """What an API key may do."""

    REGISTRATIONS = "registrations"
    RESULTS = "results"
    READ = "read"

    @property
    def label(self) -> str:
        """The scope as a msgid."""
        return {
            TokenScope.REGISTRATIONS: N_("代人报名"),
            TokenScope.RESULTS: N_("提交成绩"),
            TokenScope.READ: N_("只读"),
        }[self]


APART = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
"""System, security and audit: never two of them in one account, and always for the whole office."""

GUARDED = frozenset({Role.SECURITY_ADMIN, Role.AUDITOR})
"""Whose password no system administrator may set: they would hold two of the three at once."""

STAFF_ONLY = APART | {Role.EVENT_MANAGER, Role.VOLUNTEER_COORDINATOR}
"""Roles that are not given to an account that signs in with a code alone."""

GRANTABLE = tuple(role for role in Role if role is not Role.CITIZEN)
"""Every role that a grant can name: being a citizen needs none."""
