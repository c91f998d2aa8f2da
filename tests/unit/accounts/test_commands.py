"""`flask staff …` and `flask keys …`."""

from __future__ import annotations

import re
import uuid

import pytest

from app.accounts import services
from app.accounts.queries import account_by_login, api_keys, grants_of, live_token
from app.accounts.scopes import Place, add_scope_directory
from app.core.clock import now
from app.core.permissions import OFFICE, Grant, Role, Scope, ScopeKind

ELSEWHERE = uuid.UUID("01a20b30-c70d-7001-889b-5be2938b0ada")
STATION = Place(id=uuid.UUID("01a20b30-c665-7000-b175-ba8c08950e7d"), code="XUZHUANG", label="徐庄站")


@pytest.fixture
def stations(app):
    """One station that roles can be limited to, and no other."""
    held = app.extensions.setdefault("xiangyue_scope_directories", {})
    before = dict(held)
    add_scope_directory(app, ScopeKind.ACTIVITY, lambda: [STATION])
    yield
    held.clear()
    held.update(before)


def run(runner, *arguments, **options):
    return runner.invoke(args=list(arguments), **options)


def sign_in(name, password):
    return services.sign_in_staff(login_name=name, password=password, at=now())


def test_an_account_with_a_role_and_a_password_printed_once(runner, ctx):
    answer = run(runner, "staff", "create", "--name", "limin", "--role", "system_admin", "--display-name", "李敏")
    assert answer.exit_code == 0, answer.output
    password = re.search(r"^password: (\S+)$", answer.output, re.MULTILINE)
    assert password
    account_id = sign_in("limin", password.group(1))
    assert set(grants_of(account_id, at=now())) == {Grant(Role.SYSTEM_ADMIN, OFFICE)}
    found = account_by_login("limin")
    assert found is not None
    assert (found.display_name, found.password_changed_at) == ("李敏", None)


def test_a_password_that_is_asked_for_is_the_owner_s_and_not_printed(runner, ctx):
    answer = run(
        runner,
        "staff",
        "create",
        "--name",
        "zhou",
        "--role",
        "auditor",
        "--ask",
        input="Dong-7xy-Ling\nDong-7xy-Ling\n",
    )
    assert answer.exit_code == 0, answer.output
    assert "Dong-7xy-Ling" not in answer.output
    found = account_by_login("zhou")
    assert found is not None
    assert found.id == sign_in("zhou", "Dong-7xy-Ling")
    assert found.password_changed_at is not None


@pytest.mark.parametrize("scope", ["activity:XUZHUANG", f"activity:{STATION.id}"])
def test_a_scope_is_named_by_code_or_by_id(runner, ctx, stations, scope):
    answer = run(runner, "staff", "create", "--name", "chen", "--role", "event_manager", "--scope", scope)
    assert answer.exit_code == 0, answer.output
    found = account_by_login("chen")
    assert found is not None
    place = Scope(ScopeKind.ACTIVITY, STATION.id)
    assert set(grants_of(found.id, at=now())) == {Grant(Role.EVENT_MANAGER, place)}


@pytest.mark.parametrize("scope", ["activity:NOWHERE", f"activity:{ELSEWHERE}", "moon:XUZHUANG", "activity"])
def test_a_scope_that_does_not_exist_makes_no_account(runner, ctx, stations, scope):
    answer = run(runner, "staff", "create", "--name", "chen", "--role", "event_manager", "--scope", scope)
    assert answer.exit_code == 2
    assert account_by_login("chen") is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--name", "x", "--role", "auditor"), "登录名用 2—40 个字母、数字或汉字。"),
        (("--name", "chen", "--role", "citizen"), "citizen"),
        (("--name", "chen"), "--role"),
    ],
)
def test_what_does_not_do_is_said_and_exits_with_an_error(runner, ctx, arguments, says):
    answer = run(runner, "staff", "create", *arguments)
    assert answer.exit_code != 0
    assert says in answer.output
    assert "Traceback" not in answer.output
    assert account_by_login("chen") is None


def test_a_security_administrator_is_reset_on_the_server(runner, ctx):
    run(runner, "staff", "create", "--name", "wang", "--role", "security_admin")
    answer = run(runner, "staff", "reset", "--name", "wang")
    password = re.search(r"^password: (\S+)$", answer.output, re.MULTILINE)
    assert password
    assert sign_in("wang", password.group(1)) is not None
    unknown = run(runner, "staff", "reset", "--name", "nobody")
    assert unknown.exit_code == 1
    assert "nobody" in unknown.output


def test_a_key_is_printed_once_and_revoked_by_its_id(runner, ctx):
    answer = run(runner, "keys", "issue", "--scope", "results", "--label", "计时系统")
    assert answer.exit_code == 0, answer.output
    printed = dict(line.split(": ") for line in answer.output.splitlines())
    found = live_token(printed["token"], at=now())
    assert found is not None
    assert (str(found.id), found.scope, found.label) == (printed["id"], "results", "计时系统")
    ended = run(runner, "keys", "revoke", printed["id"])
    assert ended.output == "revoked\n"
    again = [row.revoked_at is not None for row in api_keys()]
    assert again == [True]


def test_a_key_that_does_not_exist_or_says_nothing_is_refused(runner, ctx):
    unknown = run(runner, "keys", "revoke", str(ELSEWHERE))
    assert unknown.exit_code == 1
    assert "没有这个密钥。" in unknown.output
    silent = run(runner, "keys", "issue", "--scope", "read", "--label", " ")
    assert silent.exit_code == 1
    assert api_keys() == []
