"""Roles: who grants them, what may stand together, how long they hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts import services
from app.accounts.constants import GRANTABLE, AccountKind
from app.accounts.queries import grants_of, may, staff_row
from app.accounts.rules.roles import parse_scope, scope_text
from app.audit.services import SYSTEM, Actor
from app.core.clock import now
from app.core.errors import Conflict, DomainError, Forbidden, NotFound
from app.core.ids import NIL, uuid7
from app.core.permissions import OFFICE, Grant, Permission, Role, Scope, ScopeKind
from tests.factories.accounts import account, grant, staff

pytestmark = pytest.mark.usefixtures("ctx", "clock")
STATION = Scope(ScopeKind.ACTIVITY, uuid7())
APART = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)


def by(holder) -> Actor:
    return Actor("account", holder.id)


def give(holder, role, *, actor=SYSTEM, scope=OFFICE, expires_at=None):
    return services.grant_role(
        actor=actor, at=now(), account_id=holder.id, role=role, scope=scope, expires_at=expires_at
    )


def refusal(call):
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value


def held(holder):
    return set(grants_of(holder.id, at=now()))


def test_the_security_administrator_grants_and_takes_back(trail):
    security, holder = staff(Role.SECURITY_ADMIN), staff()
    grant_id = give(holder, Role.EVENT_MANAGER, actor=by(security), scope=STATION)
    assert held(holder) == {Grant(Role.EVENT_MANAGER, STATION)}
    services.revoke_role(actor=by(security), at=now(), grant_id=grant_id)
    assert held(holder) == set()
    assert trail(holder.id) == [("accounts.grant_role", "done"), ("accounts.revoke_role", "done")]


@pytest.mark.parametrize("role", [role for role in GRANTABLE if role is not Role.SECURITY_ADMIN])
def test_nobody_else_grants_or_takes_back(role):
    other, holder = staff(role), staff()
    grant_id = give(holder, Role.REFEREE)
    assert isinstance(refusal(lambda: give(holder, Role.VOLUNTEER, actor=by(other))), Forbidden)
    taken = refusal(lambda: services.revoke_role(actor=by(other), at=now(), grant_id=grant_id))
    assert isinstance(taken, Forbidden)
    assert held(holder) == {Grant(Role.REFEREE, OFFICE)}


def test_a_key_or_a_device_grants_nothing():
    holder = staff()
    for actor in (Actor("api_key", uuid7()), Actor("device", uuid7()), Actor("anonymous")):
        assert refusal(lambda actor=actor: give(holder, Role.VOLUNTEER, actor=actor)).code == "forbidden"
    assert held(holder) == set()


def test_nobody_grants_to_themselves_or_takes_from_themselves():
    security = staff(Role.SECURITY_ADMIN)
    own = staff_row(security.id)
    assert own is not None
    assert refusal(lambda: give(security, Role.EVENT_MANAGER, actor=by(security))).code == "own_roles"
    taken = refusal(lambda: services.revoke_role(actor=by(security), at=now(), grant_id=own.roles[0].id))
    assert taken.code == "own_roles"
    assert held(security) == {Grant(Role.SECURITY_ADMIN, OFFICE)}


@pytest.mark.parametrize("first", APART)
@pytest.mark.parametrize("second", APART)
def test_system_security_and_audit_never_meet_in_one_account(first, second):
    holder = staff(first)
    refused = refusal(lambda: give(holder, second))
    assert isinstance(refused, Conflict)
    assert refused.code == ("role_held" if first is second else "roles_apart")
    assert held(holder) == {Grant(first, OFFICE)}


def test_a_role_that_ran_out_makes_room_for_another():
    holder = staff()
    grant(holder, Role.AUDITOR, expires_at=now() - timedelta(seconds=1))
    give(holder, Role.SYSTEM_ADMIN)
    assert held(holder) == {Grant(Role.SYSTEM_ADMIN, OFFICE)}


@pytest.mark.parametrize("role", APART)
def test_the_three_are_held_for_the_whole_office_only(role):
    holder = staff()
    assert refusal(lambda: give(holder, role, scope=STATION)).code == "role_office_only"
    assert held(holder) == set()


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.SYSTEM_ADMIN, "role_staff_only"),
        (Role.SECURITY_ADMIN, "role_staff_only"),
        (Role.AUDITOR, "role_staff_only"),
        (Role.EVENT_MANAGER, "role_staff_only"),
        (Role.VOLUNTEER_COORDINATOR, "role_staff_only"),
        (Role.CITIZEN, "role_implied"),
    ],
)
def test_a_code_by_text_message_opens_no_office(role, code):
    holder = account(kind=AccountKind.CITIZEN)
    assert refusal(lambda: give(holder, role)).code == code
    assert held(holder) == set()


def test_a_citizen_can_lead_a_delegation_and_help_at_one_station():
    holder = account()
    give(holder, Role.DELEGATION_LEADER)
    give(holder, Role.VOLUNTEER, scope=STATION)
    assert held(holder) == {Grant(Role.DELEGATION_LEADER, OFFICE), Grant(Role.VOLUNTEER, STATION)}


def test_the_same_role_stands_once_in_a_scope_and_again_in_another():
    holder = staff()
    give(holder, Role.REFEREE, scope=STATION)
    assert refusal(lambda: give(holder, Role.REFEREE, scope=STATION)).code == "role_held"
    give(holder, Role.REFEREE)
    assert len(held(holder)) == 2


def test_a_role_holds_until_its_time_and_can_be_renewed(clock):
    holder = staff()
    first = give(holder, Role.REFEREE, expires_at=now() + timedelta(days=1))
    clock.shift(hours=23, minutes=59)
    assert may(holder.id, Permission.CHECKIN_VIEW, at=now())
    clock.shift(minutes=1)
    assert not may(holder.id, Permission.CHECKIN_VIEW, at=now())
    assert give(holder, Role.REFEREE) == first
    assert may(holder.id, Permission.CHECKIN_VIEW, at=now())


def test_a_time_that_is_over_is_no_end():
    holder = staff()
    refused = refusal(lambda: give(holder, Role.REFEREE, expires_at=now()))
    assert (refused.code, refused.field) == ("expiry_past", "until")


def test_unknown_accounts_and_grants_are_not_found():
    security = staff(Role.SECURITY_ADMIN)
    assert isinstance(
        refusal(lambda: services.grant_role(actor=by(security), at=now(), account_id=uuid7(), role=Role.REFEREE)),
        NotFound,
    )
    unknown = refusal(lambda: services.revoke_role(actor=by(security), at=now(), grant_id=uuid7()))
    assert isinstance(unknown, NotFound)


def test_a_disabled_security_administrator_grants_nothing():
    security, holder = staff(Role.SECURITY_ADMIN), staff()
    services.disable_account(actor=SYSTEM, at=now(), account_id=security.id)
    assert refusal(lambda: give(holder, Role.REFEREE, actor=by(security))).code == "forbidden"
    assert held(holder) == set()


def test_making_an_account_with_a_role_asks_for_the_right_to_grant(trail):
    system = staff(Role.SYSTEM_ADMIN)
    refused = refusal(
        lambda: services.create_staff(
            actor=by(system), at=now(), login_name="neu", display_name="新", role=Role.EVENT_MANAGER
        )
    )
    assert refused.code == "forbidden"
    made = services.create_staff(
        actor=SYSTEM, at=now(), login_name="neu", display_name="新", role=Role.EVENT_MANAGER, scope=STATION
    )
    assert set(grants_of(made.account_id, at=now())) == {Grant(Role.EVENT_MANAGER, STATION)}
    assert trail(made.account_id) == [("accounts.create_staff", "done"), ("accounts.grant_role", "done")]


def test_scopes_as_text():
    assert [parse_scope(one) for one in ("office", f"office:{NIL}")] == [OFFICE, OFFICE]
    assert parse_scope(scope_text(STATION)) == STATION
    assert scope_text(OFFICE) == "office"
    for nonsense in ("", "activity", "activity:", "activity:西集", f"office:{STATION.id}", f"moon:{STATION.id}"):
        assert parse_scope(nonsense) is None
