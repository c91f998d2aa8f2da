"""Kinds and states of accounts."""

from __future__ import annotations

from enum import StrEnum

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


class TokenScope(StrEnum):
    """What an API key may do."""

    REGISTRATIONS = "registrations"
    RESULTS = "results"
    READ = "read"
