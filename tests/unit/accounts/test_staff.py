"""Staff: made by hand, signed in by password, locked, closed."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from app.accounts import services
from app.accounts.constants import AccountKind, AccountState, PasswordPolicy
from app.accounts.hashing import hash_password, verify_password
from app.accounts.models import Account
from app.accounts.queries import account_by_login, live_token, names_of, staff_row, staff_rows
from app.accounts.services import staff as staff_module
from app.audit.services import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, Forbidden, NotFound, Unauthenticated
from app.core.ids import uuid7
from app.core.permissions import Role
from tests.factories.accounts import account, staff

pytestmark = pytest.mark.usefixtures("ctx", "clock")
PASSWORD = "Dong-7xy-Ling"
STORED = hash_password(PASSWORD)
REFUSED = "登录名或密码不对。连错 5 次要等 15 分钟。"


def member(**values):
    return staff(**{"login_name": "limin", "password_hash": STORED} | values)


def sign_in(password=PASSWORD, name="limin"):
    return services.sign_in_staff(login_name=name, password=password, at=now())


def refusal(call):
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value


def fresh(account_id: uuid.UUID) -> Account:
    db.session.rollback()
    found = db.session.get(Account, account_id)
    assert found is not None
    return found


# --------------------------------------------------------------------------- making


def test_a_new_account_has_a_made_up_first_password_and_a_hash_of_it(trail):
    made = services.create_staff(actor=SYSTEM, at=now(), login_name=" LiMin ", display_name="李  敏")
    found = fresh(made.account_id)
    assert (found.login_name, found.display_name, found.kind) == ("limin", "李 敏", AccountKind.STAFF)
    assert found.password_changed_at is None
    assert verify_password(found.password_hash, made.password)
    assert trail(made.account_id) == [("accounts.create_staff", "done")]
    assert sign_in(made.password) == made.account_id


def test_a_password_that_its_owner_chose_is_no_first_one():
    made = services.create_staff(
        actor=SYSTEM, at=now(), login_name="zhou", display_name="周", password=PASSWORD, own_password=True
    )
    assert fresh(made.account_id).password_changed_at == now()


def test_a_name_stands_once_whatever_its_case():
    member()
    refused = refusal(lambda: services.create_staff(actor=SYSTEM, at=now(), login_name="ＬIMIN", display_name="李敏"))
    assert isinstance(refused, Conflict)
    assert (refused.code, refused.field) == ("login_name_taken", "login_name")


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"login_name": "l"}, "login_name_invalid", "login_name"),
        ({"login_name": "li min"}, "login_name_invalid", "login_name"),
        ({"login_name": "_limin"}, "login_name_invalid", "login_name"),
        ({"login_name": "a" * 41}, "login_name_invalid", "login_name"),
        ({"display_name": "  "}, "name_missing", "display_name"),
        ({"display_name": "李\u202e敏"}, "name_invalid", "display_name"),
        ({"display_name": "李" * 41}, "name_invalid", "display_name"),
        ({"password": "short"}, "password_short", "new"),
        ({"password": "Walk-limin-88"}, "password_name", "new"),
    ],
)
def test_what_does_not_do_is_refused_and_leaves_no_account(values, code, field):
    given = {"login_name": "limin", "display_name": "李敏"} | values
    refused = refusal(lambda: services.create_staff(actor=SYSTEM, at=now(), **given))
    assert (refused.code, refused.field) == (code, field)
    assert staff_rows() == []


def test_a_name_in_chinese_can_sign_in():
    made = services.create_staff(actor=SYSTEM, at=now(), login_name="李敏", display_name="李敏")
    assert sign_in(made.password, "李敏") == made.account_id


def test_names_are_sealed():
    services.create_staff(actor=SYSTEM, at=now(), login_name="limin", display_name="李敏")
    row = db.session.execute(text("SELECT display_name FROM account")).one()
    assert "李敏".encode() not in bytes(row.display_name)


# --------------------------------------------------------------------------- signing in


def test_name_and_password_open(trail):
    holder = member()
    assert sign_in(name="ＬiMin ") == holder.id
    found = fresh(holder.id)
    assert (found.last_login_at, found.failures) == (now(), 0)
    assert trail(holder.id)[-1] == ("accounts.sign_in_staff", "done")


def test_an_unknown_name_a_wrong_password_and_a_locked_account_get_one_answer(trail):
    member()
    unknown = refusal(lambda: sign_in(name="nobody"))
    wrong = [refusal(lambda: sign_in("Wrong-77-Wrong")) for _ in range(5)]
    locked = refusal(sign_in)
    answers = {(type(one), one.code, str(one), one.field, one.act) for one in (unknown, *wrong, locked)}
    assert answers == {(Unauthenticated, "login_refused", REFUSED, None, None)}
    assert [row for row in trail() if row[0] == "accounts.sign_in_staff"] == [
        ("accounts.sign_in_staff", "login_refused")
    ] * 7


def test_an_unknown_name_costs_a_hash_too(monkeypatch):
    seen = []
    monkeypatch.setattr(
        staff_module,
        "verify_password",
        lambda stored, password: seen.append((stored, password)) or verify_password(stored, password),
    )
    refusal(lambda: sign_in(name="nobody"))
    assert seen == [(None, PASSWORD)]


def test_no_write_transaction_is_open_while_a_password_is_verified(monkeypatch):
    member()
    seen = []

    def look(stored, password):
        seen.append(db.session().in_transaction())
        return verify_password(stored, password)

    monkeypatch.setattr(staff_module, "verify_password", look)
    sign_in()
    assert seen == [False]


def test_five_failures_lock_for_a_quarter_of_an_hour(clock):
    holder = member()
    for _ in range(4):
        refusal(lambda: sign_in("Wrong-77-Wrong"))
    assert sign_in() == holder.id  # four are forgiven by the right one
    for _ in range(5):
        refusal(lambda: sign_in("Wrong-77-Wrong"))
    assert fresh(holder.id).locked_until == now() + timedelta(minutes=15)
    clock.shift(minutes=14, seconds=59)
    assert refusal(sign_in).code == "login_refused"
    clock.shift(seconds=1)
    assert sign_in() == holder.id
    assert fresh(holder.id).locked_until is None


def test_tries_during_the_lock_do_not_prolong_it(clock):
    holder = member()
    for _ in range(5):
        refusal(lambda: sign_in("Wrong-77-Wrong"))
    until = fresh(holder.id).locked_until
    clock.shift(minutes=10)
    for _ in range(6):
        refusal(lambda: sign_in("Wrong-77-Wrong"))
    assert fresh(holder.id).locked_until == until


def test_a_disabled_account_says_so_to_its_owner_only():
    member(state=AccountState.DISABLED)
    assert refusal(lambda: sign_in("Wrong-77-Wrong")).code == "login_refused"
    refused = refusal(sign_in)
    assert isinstance(refused, Forbidden)
    assert refused.code == "account_disabled"


def test_an_account_that_nobody_used_for_half_a_year_is_shut(clock, trail):
    holder, other = member(), staff(login_name="zhou", password_hash=STORED)
    clock.shift(days=180)
    assert sign_in(name="zhou") == other.id
    clock.shift(seconds=1)
    assert refusal(sign_in).code == "account_dormant"
    assert services.close_dormant(at=now()) == 1
    assert services.close_dormant(at=now()) == 0
    assert [fresh(one.id).state for one in (holder, other)] == [AccountState.DISABLED, AccountState.ACTIVE]
    assert ("accounts.close_dormant", "done") in trail()
    services.enable_account(actor=SYSTEM, at=now(), account_id=holder.id)
    assert sign_in() == holder.id


def test_a_citizen_s_account_has_no_password_to_guess():
    account(login_name="wang")
    assert refusal(lambda: sign_in("", "wang")).code == "login_refused"


def test_a_hash_of_yesterday_s_parameters_is_renewed_by_signing_in():
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    holder = member(password_hash=weak)
    refusal(lambda: sign_in("Wrong-77-Wrong"))
    assert fresh(holder.id).password_hash == weak
    sign_in()
    assert (fresh(holder.id).password_hash or "").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in() == holder.id


# --------------------------------------------------------------------------- passwords


def test_a_change_ends_the_sessions_and_only_the_new_password_opens(trail):
    holder = member()
    change(holder, PASSWORD, "Neu-8ab-Huan")
    found = fresh(holder.id)
    assert (found.session_epoch, found.password_changed_at) == (1, now())
    assert refusal(sign_in).code == "login_refused"
    assert sign_in("Neu-8ab-Huan") == holder.id
    assert ("accounts.change_password", "done") in trail(holder.id)


def change(holder, current, new):
    services.change_password(
        actor=Actor("account", holder.id), at=now(), account_id=holder.id, current=current, new=new
    )


@pytest.mark.parametrize(
    ("current", "new", "code", "field"),
    [
        ("Wrong-77-Wrong", "Neu-8ab-Huan", "password_wrong", "current"),
        (PASSWORD, PASSWORD, "password_same", "new"),
        (PASSWORD, "kurz", "password_short", "new"),
        (PASSWORD, "Der-limin-88", "password_name", "new"),
    ],
)
def test_a_change_that_does_not_do(current, new, code, field):
    holder = member()
    refused = refusal(lambda: change(holder, current, new))
    assert (refused.code, refused.field) == (code, field)
    assert (fresh(holder.id).password_hash, fresh(holder.id).session_epoch) == (STORED, 0)


def test_guessing_the_current_password_in_a_stolen_session_locks_too():
    holder = member()
    for _ in range(5):
        refusal(lambda: change(holder, "Wrong-77-Wrong", "Neu-8ab-Huan"))
    assert fresh(holder.id).locked_until == now() + timedelta(minutes=15)
    assert refusal(lambda: change(holder, PASSWORD, "Neu-8ab-Huan")).code == "password_wrong"


def test_the_policy_is_the_installation_s(set_limits):
    holder = member()
    assert refusal(lambda: change(holder, PASSWORD, "willowgreenboat")).code == "password_kinds"
    set_limits(policy=PasswordPolicy.ASVS5)
    change(holder, PASSWORD, "willowgreenboat")
    assert sign_in("willowgreenboat") == holder.id


def test_a_reset_gives_a_first_password_and_lifts_the_lock(trail):
    holder, admin = member(), staff(Role.SYSTEM_ADMIN)
    for _ in range(5):
        refusal(lambda: sign_in("Wrong-77-Wrong"))
    password = services.reset_password(actor=Actor("account", admin.id), at=now(), account_id=holder.id)
    found = fresh(holder.id)
    assert (found.password_changed_at, found.session_epoch, found.locked_until) == (None, 1, None)
    assert sign_in(password) == holder.id
    assert ("accounts.reset_password", "done") in trail(holder.id)


@pytest.mark.parametrize("role", [Role.SECURITY_ADMIN, Role.AUDITOR])
def test_no_system_administrator_takes_over_security_or_audit_by_a_reset(role):
    admin, holder = staff(Role.SYSTEM_ADMIN), staff(role, password_hash=STORED)
    refused = refusal(lambda: services.reset_password(actor=Actor("account", admin.id), at=now(), account_id=holder.id))
    assert refused.code == "reset_on_server"
    assert fresh(holder.id).password_hash == STORED
    on_the_server = services.reset_password(actor=SYSTEM, at=now(), account_id=holder.id)
    assert sign_in(on_the_server, holder.login_name) == holder.id


def test_a_citizen_s_password_cannot_be_reset():
    citizen = account()
    refused = refusal(lambda: services.reset_password(actor=SYSTEM, at=now(), account_id=citizen.id))
    assert isinstance(refused, NotFound)
    assert fresh(citizen.id).password_hash is None


# --------------------------------------------------------------------------- states


def test_disabling_ends_sessions_and_tokens_and_can_be_undone(trail):
    holder, admin = member(), staff(Role.SYSTEM_ADMIN)
    token = services.issue_account_token(actor=SYSTEM, at=now(), account_id=holder.id, label="脚本").token
    actor = Actor("account", admin.id)
    services.disable_account(actor=actor, at=now(), account_id=holder.id)
    found = fresh(holder.id)
    assert (found.is_active, found.session_epoch) == (False, 1)
    assert live_token(token, at=now()) is None
    services.enable_account(actor=actor, at=now(), account_id=holder.id)
    assert sign_in() == holder.id
    assert [row for row, _ in trail(holder.id)] == [
        "accounts.disable_account",
        "accounts.enable_account",
        "accounts.sign_in_staff",
    ]


def test_nobody_disables_themselves():
    admin = staff(Role.SYSTEM_ADMIN)
    refused = refusal(lambda: services.disable_account(actor=Actor("account", admin.id), at=now(), account_id=admin.id))
    assert refused.code == "own_account"
    assert fresh(admin.id).is_active


def test_raising_the_epoch_ends_sessions_and_spares_tokens_when_told_to():
    holder = member()
    token = services.issue_account_token(actor=SYSTEM, at=now(), account_id=holder.id, label="脚本").token
    services.raise_epoch(actor=SYSTEM, at=now(), account_id=holder.id, tokens=False)
    assert fresh(holder.id).session_epoch == 1
    assert live_token(token, at=now()) is not None
    services.raise_epoch(actor=SYSTEM, at=now(), account_id=holder.id)
    assert fresh(holder.id).session_epoch == 2
    assert live_token(token, at=now()) is None


@pytest.mark.parametrize("act", [services.disable_account, services.enable_account, services.raise_epoch])
def test_an_unknown_account_is_not_found(act):
    assert isinstance(refusal(lambda: act(actor=SYSTEM, at=now(), account_id=uuid7())), NotFound)


# --------------------------------------------------------------------------- reading


def test_a_page_of_staff_takes_two_statements_whatever_its_length(statements):
    for _ in range(3):
        staff(Role.REFEREE)
    with statements() as few:
        assert len(staff_rows()) == 3
    for _ in range(47):
        staff(Role.REFEREE)
    with statements() as many:
        assert len(staff_rows()) == 50
    assert len(few) == len(many) == 2
    assert staff_rows(page=2) == []


def test_staff_are_listed_active_first_and_citizens_not_at_all():
    account()
    member(state=AccountState.DISABLED)
    staff(login_name="zhou")
    staff(login_name="chen")
    assert [row.login_name for row in staff_rows()] == ["chen", "zhou", "limin"]


def test_a_citizen_s_account_is_no_row_of_staff():
    assert staff_row(account().id) is None
    assert staff_row(uuid7()) is None


def test_accounts_are_called_by_name_else_by_masked_phone():
    holder = member(display_name="李敏")
    citizen = account(phone="+8613812345678", phone_index=b"x" * 16)
    assert names_of([holder.id, citizen.id, uuid7()]) == {holder.id: "李敏", citizen.id: "138****5678"}
    assert names_of([]) == {}
    assert account_by_login("LIMIN") is not None
