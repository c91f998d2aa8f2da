"""Staff sign in by name and password, and change it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts import services
from app.accounts.constants import AccountState
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.permissions import Role
from tests.web.accounts.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("ctx", "clock")
REFUSED = "登录名或密码不对。连错 5 次要等 15 分钟。"
NEW = "Neu-8ab-Huan"


def sign_in(client, name, password):
    client.get("/office/login")
    return client.submit({"login_name": name, "password": password}, follow=False)


def change(client, current, new, again=None):
    client.get("/office/password")
    return client.submit(
        {"current": current, "new": new, "again": new if again is None else again},
        form="form[action='/office/password']",
        follow=False,
    )


def test_name_and_password_lead_to_the_office(client, member, enter):
    answer = enter(member(Role.EVENT_MANAGER))
    assert (answer.status, answer.location) == (302, "/office")


def test_who_was_sent_here_goes_on_where_they_were(client, member, enter):
    asked = client.get("/office/accounts?page=2", status=302)
    assert asked.location == "/office/login?next=/office/accounts?page%3D2"
    client.get(asked.location)
    holder = member(Role.SYSTEM_ADMIN)
    answer = client.submit({"login_name": holder.login_name, "password": PASSWORD}, follow=False)
    assert answer.location == "/office/accounts?page=2"
    assert client.get("/office/login", status=302).location == "/office"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/office/login", "/\\evil.example"])
def test_next_leads_nowhere_but_to_a_page_of_this_site(client, member, enter, target):
    assert enter(member(), next_page=target).location == "/office"


def test_every_refusal_looks_the_same(client, member):
    member(login_name="limin")
    unknown = sign_in(client, "nobody", PASSWORD)
    wrong = sign_in(client, "limin", "Wrong-77-Wrong")
    for _ in range(4):
        sign_in(client, "limin", "Wrong-77-Wrong")
    locked = sign_in(client, "limin", PASSWORD)
    pages = [unknown, wrong, locked]
    assert [page.status for page in pages] == [401] * 3
    assert [REFUSED in page.main for page in pages] == [True] * 3
    assert len({page.main for page in pages}) == 1
    assert "_user_id" not in client.session()


def test_the_name_stays_in_the_form_and_the_password_does_not(client, member):
    page = sign_in(client, "limin", "Wrong-77-Wrong")
    assert page.soup.select_one("[name=login_name]")["value"] == "limin"
    assert "Wrong-77-Wrong" not in page.html


def test_after_a_quarter_of_an_hour_the_lock_opens(client, member, clock):
    holder = member(login_name="limin")
    for _ in range(5):
        sign_in(client, "limin", "Wrong-77-Wrong")
    clock.shift(minutes=15)
    assert sign_in(client, "limin", PASSWORD).location == "/office"
    assert client.session()["_user_id"] == f"{holder.id}:0"


def test_a_disabled_account_is_told_to_whom_to_turn(client, member):
    member(login_name="limin", state=AccountState.DISABLED)
    page = sign_in(client, "limin", PASSWORD)
    page.assert_status(403)
    assert "账号已停用，请联系系统管理员。" in page.main


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("limin", ""), ("limin", "x" * 129)])
def test_an_empty_or_endless_field_is_said_beside_it(client, member, name, password):
    page = sign_in(client, name, password)
    page.assert_status(422)
    assert len(page.errors) == 1


# --------------------------------------------------------------------------- first and old passwords


def first_password(client, role=Role.SYSTEM_ADMIN):
    made = services.create_staff(actor=SYSTEM, at=now(), login_name="xin", display_name="新", role=role)
    sign_in(client, "xin", made.password)
    return made


def test_a_first_password_opens_nothing_but_its_change(client):
    made = first_password(client)
    for path in ("/office/accounts", "/office/keys", "/my/security", "/office/accounts/new"):
        assert client.get(path, status=302).location == "/office/password"
    page = client.get("/office/password")
    assert "这是别人设的密码，改成自己的再继续。" in page.main
    answer = change(client, made.password, NEW)
    assert answer.location == "/office"
    assert client.get("/office/accounts").h1 == "账号"


def test_a_first_password_posts_nothing_either(client):
    first_password(client)
    answer = client.post("/office/keys/new", {"label": "计时", "scope": "read"}, follow=False)
    assert answer.location == "/office/password"


def test_a_first_password_does_not_keep_anybody_inside(client):
    first_password(client)
    client.get("/office/password")
    answer = client.submit({}, form="form[action='/logout']", follow=False)
    assert answer.location == "/office/login"


def test_a_password_of_ninety_days_has_to_be_changed(client, member, enter, clock):
    holder = member(Role.SYSTEM_ADMIN)
    clock.shift(days=90)
    enter(holder)
    client.get("/office/accounts")
    clock.shift(seconds=1)
    assert client.get("/office/accounts", status=302).location == "/office/password"
    assert "密码已用满 90 天，改了再继续。" in client.get("/office/password").main
    change(client, PASSWORD, NEW)
    clock.shift(minutes=1)
    assert client.get("/office/accounts").status == 200


def test_a_first_password_gives_its_token_no_right_on_the_api(client, app):
    made = first_password(client)
    token = services.issue_account_token(actor=SYSTEM, at=now(), account_id=made.account_id, label="脚本").token
    with app.test_request_context("/api/v1/x", headers={"Authorization": f"Bearer {token}"}):
        from app.core.permissions import Permission
        from app.web.access import caller

        found = caller()
        assert found is not None
        assert not found.can_somewhere(Permission.ACCOUNT_MANAGE)
        assert found.can_somewhere(Permission.OWN)


# --------------------------------------------------------------------------- changing


def test_a_change_ends_every_other_session_and_keeps_this_one(client, member, enter):
    holder = member()
    other = client.another()
    enter(holder, browser=other)
    enter(holder)
    answer = change(client, PASSWORD, NEW)
    assert answer.location == "/office"
    assert client.get("/office/password").status == 200
    assert other.get("/office/password", status=302).location == "/office/login?next=/office/password"
    assert sign_in(client.another(), holder.login_name, NEW).location == "/office"


@pytest.mark.parametrize(
    ("current", "new", "again", "says"),
    [
        ("Wrong-77-Wrong", NEW, NEW, "现在的密码不对。"),
        (PASSWORD, NEW, NEW + "x", "两次填的不一样，请再填一次。"),
        (PASSWORD, "kurz", "kurz", "密码至少要 8 位。"),
        (PASSWORD, "walkwalkwalk7", "walkwalkwalk7", "大写、小写、数字、符号，至少用三种。"),
        (PASSWORD, "Passw0rd!2021", "Passw0rd!2021", "这个密码太容易猜，请换一个。"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码要和现在的不一样。"),
        ("", NEW, NEW, "请填现在的密码。"),
    ],
)
def test_a_change_that_does_not_do_says_why_beside_its_field(client, member, enter, current, new, again, says):
    holder = member()
    enter(holder)
    page = change(client, current, new, again)
    page.assert_status(422)
    assert page.errors == [f"要改： {says}"]
    assert NEW not in page.html
    assert sign_in(client.another(), holder.login_name, PASSWORD).location == "/office"


def test_a_citizen_has_no_password(client, enter_citizen):
    enter_citizen("13812345678")
    client.get("/office/password", status=403)


def test_a_dormant_account_is_refused(client, member, clock):
    member(login_name="limin")
    clock.shift(days=180, seconds=1)
    page = sign_in(client, "limin", PASSWORD)
    page.assert_status(403)
    assert "账号久未使用已停用，请联系系统管理员。" in page.main


def test_the_trail_names_who_came_in_and_who_did_not(client, member, enter):
    from app.audit.queries import history
    from app.core.ids import NIL

    holder = member(login_name="limin")
    sign_in(client, "limin", "Wrong-77-Wrong")
    enter(holder)
    rows = [row for row in history(NIL) if row.action == "accounts.sign_in_staff"]
    assert [(row.actor_kind, row.actor_id, row.subject_id, row.outcome) for row in rows] == [
        ("account", holder.id, holder.id, "done"),
        ("anonymous", None, holder.id, "login_refused"),
    ]
    assert rows[0].at - rows[1].at == timedelta()
