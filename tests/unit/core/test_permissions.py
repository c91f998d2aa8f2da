"""Roles, scopes, and the three that must stay apart."""

from __future__ import annotations

import pytest

from app.core.ids import uuid7
from app.core.permissions import (
    MATRIX,
    OFFICE,
    Grant,
    Permission,
    Role,
    Scope,
    ScopeKind,
    allows,
    holds_somewhere,
)

HERE = Scope(ScopeKind.ACTIVITY, uuid7())
THERE = Scope(ScopeKind.ACTIVITY, uuid7())
SEASON = Scope(ScopeKind.SEASON, uuid7())
EDIT = Permission.ACTIVITY_EDIT
SYSTEM = {Permission.ACCOUNT_MANAGE, Permission.KEY_MANAGE}
SECURITY = {Permission.ROLE_GRANT}
AUDIT = {Permission.AUDIT_VIEW}


def manager(scope: Scope) -> list[Grant]:
    return [Grant(Role.EVENT_MANAGER, scope)]


@pytest.mark.parametrize(
    ("granted", "asked", "expected"),
    [
        (OFFICE, (), True),
        (OFFICE, (HERE,), True),
        (OFFICE, (HERE, SEASON), True),
        (HERE, (HERE,), True),
        (HERE, (HERE, SEASON), True),
        (SEASON, (HERE, SEASON), True),
        (HERE, (), False),
        (HERE, (THERE,), False),
        (HERE, (THERE, SEASON), False),
        (SEASON, (HERE,), False),
    ],
)
def test_a_grant_holds_in_its_scope_and_the_office_s_everywhere(granted, asked, expected):
    assert allows(manager(granted), EDIT, asked) is expected


def test_an_activity_with_the_id_of_a_season_is_not_that_season():
    assert not allows(manager(SEASON), EDIT, [Scope(ScopeKind.ACTIVITY, SEASON.id)])


def test_a_role_gives_its_own_permissions_only():
    assert not allows(manager(OFFICE), Permission.AUDIT_VIEW, ())
    assert not allows([], Permission.OWN, ())
    assert not holds_somewhere([], Permission.OWN)


def test_somewhere_is_anywhere():
    assert holds_somewhere(manager(HERE), EDIT)
    assert not holds_somewhere(manager(HERE), Permission.ROLE_GRANT)


def test_every_role_has_a_line_and_a_name():
    assert set(MATRIX) == set(Role)
    assert all(role.label for role in Role)
    assert all(kind.label for kind in ScopeKind)


def test_every_permission_is_held_by_somebody():
    """Scanning belongs to devices, which hold no role."""
    assert set().union(*MATRIX.values()) | {Permission.SCAN} == set(Permission)
    assert not any(Permission.SCAN in held for held in MATRIX.values())


def test_everybody_has_their_own_things():
    assert [role for role in Role if Permission.OWN not in MATRIX[role]] == []


def test_a_citizen_has_nothing_else():
    assert MATRIX[Role.CITIZEN] == {Permission.OWN}


def test_system_security_and_audit_are_apart():
    """GB/T 22239-2019, level 2: no role holds the permissions of two of them."""
    for role, held in MATRIX.items():
        assert sum(bool(held & duties) for duties in (SYSTEM, SECURITY, AUDIT)) <= 1, role


def test_whoever_grants_roles_or_keeps_accounts_sees_no_person():
    personal = {Permission.PERSON_UNMASK, Permission.REGISTRATION_VIEW, Permission.ATTENDANCE_EXPORT}
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR):
        assert not MATRIX[role] & personal


def test_only_the_event_manager_unmasks():
    assert [role for role in Role if Permission.PERSON_UNMASK in MATRIX[role]] == [Role.EVENT_MANAGER]
