"""Who may do what: permissions, roles, and the matrix between them.

A grant ties an account to a role within a scope. The office's scope holds
everywhere; a season's in its activities; an organisation's in its subtree.
System, security and audit are apart (GB/T 22239-2019 level 2): no role here
holds the permissions of two of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.core.ids import NIL
from app.core.text import N_


class Permission(StrEnum):
    """What a route asks for. Every route declares one, or says why it is public."""

    OWN = "own"
    ACTIVITY_VIEW = "activity.view"
    ACTIVITY_EDIT = "activity.edit"
    REGISTRATION_VIEW = "registration.view"
    REGISTRATION_EDIT = "registration.edit"
    WALK_IN = "registration.walk_in"
    DRAW = "registration.draw"
    NOTICE_SEND = "notice.send"
    PERSON_UNMASK = "person.unmask"
    PERSON_MANAGE = "person.manage"
    PASS_ISSUE = "pass.issue"
    DEVICE_MANAGE = "device.manage"
    CHECKIN_VIEW = "checkin.view"
    CHECKIN_EDIT = "checkin.edit"
    SCAN = "checkin.scan"
    ATTENDANCE_VIEW = "attendance.view"
    ATTENDANCE_EXPORT = "attendance.export"
    ORGANISATION_EDIT = "organisation.edit"
    GAMES_VIEW = "games.view"
    GAMES_EDIT = "games.edit"
    ENTRY_EDIT = "games.enter"
    RESULT_WRITE = "games.result"
    RESULT_PUBLISH = "games.publish"
    SQUAD_VIEW = "squad.view"
    SQUAD_EDIT = "squad.edit"
    FACILITY_VIEW = "facility.view"
    FACILITY_EDIT = "facility.edit"
    SHIFT_EDIT = "volunteer.edit"
    HONOUR_EDIT = "honour.edit"
    REPORT_VIEW = "report.view"
    ACCOUNT_MANAGE = "account.manage"
    KEY_MANAGE = "key.manage"
    ROLE_GRANT = "role.grant"
    AUDIT_VIEW = "audit.view"


class Role(StrEnum):
    """The roles of an office; a citizen needs no grant."""

    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"
    EVENT_MANAGER = "event_manager"
    VOLUNTEER_COORDINATOR = "volunteer_coordinator"
    REFEREE = "referee"
    DELEGATION_LEADER = "delegation_leader"
    VOLUNTEER = "volunteer"
    CITIZEN = "citizen"

    @property
    def label(self) -> str:
        """The role's name as a msgid."""
        return _LABELS[self]


_LABELS = {
    Role.SYSTEM_ADMIN: N_("系统管理员"),
    Role.SECURITY_ADMIN: N_("安全管理员"),
    Role.AUDITOR: N_("审计员"),
    Role.EVENT_MANAGER: N_("赛事管理"),
    Role.VOLUNTEER_COORDINATOR: N_("志愿者协调"),
    Role.REFEREE: N_("裁判"),
    Role.DELEGATION_LEADER: N_("领队"),
    Role.VOLUNTEER: N_("志愿者"),
    Role.CITIZEN: N_("市民"),
}


class ScopeKind(StrEnum):
    """What a grant is limited to."""

    OFFICE = "office"
    SEASON = "season"
    ACTIVITY = "activity"
    GAMES = "games"
    ORGANISATION = "organisation"

    @property
    def label(self) -> str:
        """The kind's name as a msgid."""
        return _SCOPE_LABELS[self]


_SCOPE_LABELS = {
    ScopeKind.OFFICE: N_("全局"),
    ScopeKind.SEASON: N_("赛季"),
    ScopeKind.ACTIVITY: N_("活动"),
    ScopeKind.GAMES: N_("运动会"),
    ScopeKind.ORGANISATION: N_("单位"),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """A place in which a permission holds."""

    kind: ScopeKind
    id: uuid.UUID


OFFICE = Scope(ScopeKind.OFFICE, NIL)

_EVENTS = frozenset(
    {
        Permission.ACTIVITY_VIEW,
        Permission.ACTIVITY_EDIT,
        Permission.REGISTRATION_VIEW,
        Permission.REGISTRATION_EDIT,
        Permission.WALK_IN,
        Permission.DRAW,
        Permission.NOTICE_SEND,
        Permission.PERSON_UNMASK,
        Permission.PERSON_MANAGE,
        Permission.PASS_ISSUE,
        Permission.DEVICE_MANAGE,
        Permission.CHECKIN_VIEW,
        Permission.CHECKIN_EDIT,
        Permission.ATTENDANCE_VIEW,
        Permission.ATTENDANCE_EXPORT,
        Permission.ORGANISATION_EDIT,
        Permission.GAMES_VIEW,
        Permission.GAMES_EDIT,
        Permission.ENTRY_EDIT,
        Permission.RESULT_WRITE,
        Permission.RESULT_PUBLISH,
        Permission.SQUAD_VIEW,
        Permission.SQUAD_EDIT,
        Permission.FACILITY_VIEW,
        Permission.FACILITY_EDIT,
        Permission.SHIFT_EDIT,
        Permission.HONOUR_EDIT,
        Permission.REPORT_VIEW,
    }
)

MATRIX: dict[Role, frozenset[Permission]] = {
    Role.SYSTEM_ADMIN: frozenset({Permission.OWN, Permission.ACCOUNT_MANAGE, Permission.KEY_MANAGE}),
    Role.SECURITY_ADMIN: frozenset({Permission.OWN, Permission.ROLE_GRANT}),
    Role.AUDITOR: frozenset({Permission.OWN, Permission.AUDIT_VIEW}),
    Role.EVENT_MANAGER: _EVENTS | {Permission.OWN},
    Role.VOLUNTEER_COORDINATOR: frozenset(
        {
            Permission.OWN,
            Permission.ACTIVITY_VIEW,
            Permission.WALK_IN,
            Permission.DEVICE_MANAGE,
            Permission.CHECKIN_VIEW,
            Permission.CHECKIN_EDIT,
            Permission.ATTENDANCE_VIEW,
            Permission.SHIFT_EDIT,
        }
    ),
    Role.REFEREE: frozenset(
        {
            Permission.OWN,
            Permission.ACTIVITY_VIEW,
            Permission.CHECKIN_VIEW,
            Permission.GAMES_VIEW,
            Permission.RESULT_WRITE,
        }
    ),
    Role.DELEGATION_LEADER: frozenset({Permission.OWN, Permission.ENTRY_EDIT}),
    Role.VOLUNTEER: frozenset({Permission.OWN, Permission.WALK_IN}),
    Role.CITIZEN: frozenset({Permission.OWN}),
}
"""Role → permissions. A role gains pages as its room gains routes."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in one scope, as a principal carries it."""

    role: Role
    scope: Scope


class Principal(Protocol):
    """Whoever is calling: an account, a device, an API key."""

    def can(self, permission: Permission, scopes: Collection[Scope]) -> bool:
        """Whether `permission` holds in any of `scopes` (the office's scope is always one)."""


def allows(grants: Collection[Grant], permission: Permission, scopes: Collection[Scope]) -> bool:
    """Whether some grant gives `permission` for the office or for one of `scopes`.

    An empty `scopes` asks for the office as a whole.
    """
    return any(
        permission in MATRIX[grant.role] and (grant.scope == OFFICE or grant.scope in scopes) for grant in grants
    )


def holds_somewhere(grants: Collection[Grant], permission: Permission) -> bool:
    """Whether some grant gives `permission` in any scope: for menus and lists that filter themselves."""
    return any(permission in MATRIX[grant.role] for grant in grants)


def scopes_with(grants: Collection[Grant], permission: Permission) -> frozenset[Scope] | None:
    """The scopes in which some grant gives `permission`; None when one of them is the office."""
    held = frozenset(grant.scope for grant in grants if permission in MATRIX[grant.role])
    return None if OFFICE in held else held
