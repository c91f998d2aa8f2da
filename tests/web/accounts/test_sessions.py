"""How long a session lives, how it ends, and what cannot be carried into one."""

from __future__ import annotations

import pytest

from app.accounts import services
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.permissions import Role
from tests.support.pages import PageClient
from tests.web.accounts.conftest import PASSWORD

pytestmark = pytest.mark.usefixtures("ctx", "clock")
PHONE, PHONE_2 = "13812345678", "13987654321"
OVER = "离开太久了，请重新登录。"


def inside(client: PageClient, path: str = "/office/password") -> bool:
    """Whether the page opens; else the answer leads to a login."""
    page = client.open(path, method="GET")
    assert page.status in {200, 302}
    return page.status == 200


def cookie(client: PageClient) -> str:
    found = client.http.get_cookie("xiangyue")
    return found.value if found else ""


# --------------------------------------------------------------------------- time


def test_staff_are_out_after_half_an_hour_without_a_click(client, member, enter, clock):
    enter(member())
    clock.shift(minutes=29)
    assert inside(client)
    clock.shift(minutes=30)
    assert inside(client)
    clock.shift(minutes=30, seconds=1)
    page = client.get("/office/password", follow=True)
    assert page.title == "工作人员登录"
    assert OVER in page.main


def test_staff_are_out_after_twelve_hours_however_busy(client, member, enter, clock):
    enter(member())
    for _ in range(36):
        clock.shift(minutes=20)
        assert inside(client)
    clock.shift(seconds=1)
    assert not inside(client)


def test_f10_no_session_lives_longer_because_the_servers_clock_steps_back(client, member, enter, clock):
    """A cookie from the future opens nothing; when the clock has caught up, its time goes on where it was."""
    enter(member())
    clock.shift(minutes=-10)
    assert not inside(client)
    clock.shift(minutes=10 + 31)
    assert not inside(client)


def test_a_citizen_stays_thirty_days_after_the_last_visit(client, enter_citizen, clock):
    enter_citizen(PHONE)
    for _ in range(3):
        clock.shift(days=29)
        assert inside(client, "/my/security")
    clock.shift(days=30, seconds=1)
    assert not inside(client, "/my/security")


def test_the_cookie_is_written_at_most_once_a_minute(client, member, enter, clock):
    enter(member())
    client.get("/office/password")  # takes the csrf token along
    clock.shift(seconds=59)
    page = client.get("/office/password")
    assert page.cookies == []
    clock.shift(seconds=1)
    page = client.get("/office/password")
    assert len(page.cookies) == 1
    assert client.session()["seen"] == int(now().timestamp())


def test_a_citizen_s_cookie_is_written_once_a_day_and_with_no_file(client, enter_citizen, clock):
    enter_citizen(PHONE)
    client.get("/my/security")  # takes the csrf token along
    clock.shift(hours=23)
    assert client.get("/my/security").cookies == []
    assert client.get("/static/dist/favicon.svg").cookies == []
    clock.shift(hours=1)
    (written,) = client.get("/my/security").cookies
    assert "Expires=" in written


def test_the_cookie_of_staff_ends_with_the_browser(client, member, enter):
    page = enter(member())
    (written,) = page.cookies
    assert "Expires=" not in written
    assert "Max-Age=" not in written
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(written.split("; "))


def test_no_remember_cookie_is_ever_set(client, member, enter, enter_citizen):
    pages = [enter(member()), enter_citizen(PHONE, browser=client.another())]
    assert not [one for page in pages for one in page.cookies if "remember" in one.lower()]


def test_a_clock_set_back_does_not_prolong_a_session(client, member, enter, clock):
    enter(member())
    clock.shift(minutes=-10)
    assert not inside(client)


@pytest.mark.parametrize(
    "values",
    [
        {"since": None},
        {"seen": None},
        {"seen": "soon"},
        {"_user_id": "nonsense"},
        {"_user_id": "00000000-0000-0000-0000-000000000000:0"},
        {"_user_id": ""},
    ],
)
def test_a_session_with_parts_missing_is_none(client, member, enter, values):
    enter(member())
    assert inside(client)
    client.set_session(**values)
    assert not inside(client)
    assert "_user_id" not in client.session()


# --------------------------------------------------------------------------- ending


def test_logging_out_ends_the_session_of_staff_everywhere_even_a_copied_cookie(client, member, enter):
    holder = member()
    enter(holder)
    copied, elsewhere = client.another(), client.another()
    copied.http.set_cookie("xiangyue", cookie(client))
    enter(holder, browser=elsewhere)
    assert inside(copied)
    client.get("/office/password")
    answer = client.submit({}, form=".x-head__acts form", follow=False)
    assert answer.location == "/office/login"
    assert [inside(window) for window in (client, copied, elsewhere)] == [False, False, False]


def test_logging_out_ends_a_citizen_s_session_on_this_device_alone(client, enter_citizen, clock):
    enter_citizen(PHONE)
    other = client.another()
    clock.shift(minutes=2)
    enter_citizen(PHONE, browser=other)
    client.get("/my/security")
    answer = client.submit({}, form="form[action='/logout']", follow=False)
    assert answer.location == "/login"
    assert "_user_id" not in client.session()
    assert [inside(window, "/my/security") for window in (client, other)] == [False, True]


def test_a_citizen_can_end_every_session_and_is_asked_once_before(client, enter_citizen, clock):
    enter_citizen(PHONE)
    other = client.another()
    clock.shift(minutes=2)
    enter_citizen(PHONE, browser=other)
    page = client.get("/my/security")
    assert "/my/security/end" in page.links
    page = client.get("/my/security/end")
    assert page.h1 == "退出所有设备？"
    assert inside(other, "/my/security")
    page = client.submit({})
    assert page.flash == ["所有设备都已退出。"]
    assert [inside(window, "/my/security") for window in (client, other)] == [False, False]


def test_a_member_of_staff_sees_tries_that_were_not_theirs_and_puts_everybody_out(client, member, enter):
    holder = member(Role.EVENT_MANAGER)
    thief = client.another()
    thief.get("/office/login")
    thief.submit({"login_name": holder.login_name, "password": "guessed-it-8A"}, follow=False)
    enter(holder, browser=thief)
    enter(holder)
    page = client.get("/office/password")
    assert page.main.count("登录了") == 2
    assert page.main.count("没登录成") == 1
    assert "guessed" not in page.html
    page = client.get("/my/security/end")
    assert "/office/password" in page.links
    client.submit({})
    assert [inside(window) for window in (client, thief)] == [False, False]


def test_a_citizen_sees_when_the_account_was_entered(client, enter_citizen, clock):
    enter_citizen(PHONE)
    clock.shift(minutes=2)
    enter_citizen(PHONE, browser=client.another())
    assert client.get("/my/security").main.count("登录了") == 2


def test_tries_of_others_and_older_ones_are_not_shown(client, enter_citizen, clock):
    enter_citizen(PHONE_2, browser=client.another())
    for _ in range(12):
        clock.shift(hours=5)
        enter_citizen(PHONE, browser=client.another())
    clock.shift(hours=1)
    enter_citizen(PHONE)
    assert client.get("/my/security").main.count("登录了") == 10


def test_whoever_is_disabled_is_out_at_once(client, member, enter):
    holder = member()
    enter(holder)
    services.disable_account(actor=SYSTEM, at=now(), account_id=holder.id)
    assert not inside(client)


def test_a_role_taken_back_is_gone_on_the_next_page(client, member, enter):
    holder = member()
    enter(holder)
    client.get("/office/accounts", status=403)
    grant_id = services.grant_role(actor=SYSTEM, at=now(), account_id=holder.id, role=Role.SYSTEM_ADMIN)
    client.get("/office/accounts")
    services.revoke_role(actor=SYSTEM, at=now(), grant_id=grant_id)
    client.get("/office/accounts", status=403)


def test_logging_out_without_a_session_is_no_mistake(client):
    assert client.post("/logout", follow=False).location == "/login"


def test_a_get_logs_nobody_out(client, member, enter):
    enter(member())
    client.get("/logout", status=405)
    assert inside(client)


# --------------------------------------------------------------------------- beginning


def test_nothing_planted_in_the_session_before_the_login_is_in_it_after(client, member, enter):
    client.get("/office/login")
    client.set_session(planted="by somebody else", since=1, seen=1)
    before, token = cookie(client), client.session()["csrf_token"]
    holder = member()
    client.submit({"login_name": holder.login_name, "password": PASSWORD}, follow=False)
    kept = client.session()
    assert set(kept) == {"_user_id", "_fresh", "since", "seen"}
    assert kept["_user_id"] == f"{holder.id}:0"
    assert kept.get("csrf_token") != token
    planted = client.another()
    planted.http.set_cookie("xiangyue", before)
    assert not inside(planted)


def test_one_login_takes_nothing_over_from_another(client, enter_citizen, member, enter):
    enter_citizen(PHONE)
    client.set_session(planted="x")
    enter(member(Role.SYSTEM_ADMIN))
    assert set(client.session()) == {"_user_id", "_fresh", "since", "seen"}
    client.get("/office/accounts")
    client.get("/my/security")
    client.submit({}, form="form[action='/logout']", follow=False)
    enter_citizen(PHONE_2)
    assert set(client.session()) == {"_user_id", "_fresh", "since", "seen", "_permanent"}
    client.get("/office/accounts", status=403)


def test_a_forged_cookie_is_worth_nothing(client, member, enter):
    enter(member(Role.SYSTEM_ADMIN))
    payload, stamp, signature = cookie(client).rsplit(".", 2)
    other = {"a": "b"}.get(signature[0], "a") + signature[1:]
    later = {"a": "b"}.get(stamp[-1], "a")
    for forged in (
        f"{payload}.{stamp}.{other}",
        f"{payload}.{stamp[:-1]}{later}.{signature}",
        f"{payload[:-4]}AAAA.{stamp}.{signature}",
        payload,
    ):
        window = client.another()
        window.http.set_cookie("xiangyue", forged)
        assert not inside(window)
    assert inside(client)


def test_a_changing_network_address_ends_nothing(client, member, enter):
    enter(member())
    page = client.get("/office/password", environ_overrides={"REMOTE_ADDR": "198.51.100.23"})
    assert page.status == 200


def test_the_caller_costs_two_statements_a_page_and_a_file_none(client, member, enter, statements):
    enter(member())
    with statements() as page:
        client.get("/office/accounts", status=403)
    with statements() as file:
        client.get("/static/dist/favicon.svg")
    assert [("FROM account" in one, "FROM role_grant" in one) for one in page[:2]] == [(True, False), (False, True)]
    assert sum("account" in one for one in page) == 2
    assert file == []
