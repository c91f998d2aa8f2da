"""The desk of the administrators: accounts, roles, keys."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.accounts import services
from app.accounts.constants import TokenScope
from app.accounts.queries import account_by_login, api_keys, grants_of, live_token, staff_row
from app.accounts.scopes import Place, add_scope_directory
from app.audit.services import SYSTEM
from app.core.clock import now, office_time
from app.core.ids import uuid7
from app.core.permissions import OFFICE, Grant, Role, Scope, ScopeKind
from tests.factories.accounts import account, grant, staff

pytestmark = pytest.mark.usefixtures("ctx", "clock")
STATION = Place(id=uuid7(), code="XUZHUANG", label="徐庄站")
PLACE = Scope(ScopeKind.ACTIVITY, STATION.id)


@pytest.fixture
def system(client):
    """The client is the system administrator's."""
    found = staff(Role.SYSTEM_ADMIN, login_name="guan", display_name="管理")
    client.login_as(found)
    return found


@pytest.fixture
def security(client):
    """The client is the security administrator's."""
    found = staff(Role.SECURITY_ADMIN, login_name="anquan", display_name="安全")
    client.login_as(found)
    return found


@pytest.fixture
def stations(app):
    """Exactly one station that roles can be limited to."""
    held = app.extensions.setdefault("xiangyue_scope_directories", {})
    before = dict(held)
    held.clear()
    add_scope_directory(app, ScopeKind.ACTIVITY, lambda: [STATION])
    yield
    held.clear()
    held.update(before)


def once(page):
    """The secret that an answer shows."""
    (found,) = page.soup.select("[data-once]")
    return found.get_text()


# --------------------------------------------------------------------------- accounts


def test_a_new_account_shows_its_first_password_once_and_on_no_browser_s_disk(client, system):
    client.get("/office/accounts/new")
    page = client.submit({"display_name": "李敏", "login_name": "LiMin"})
    password = once(page)
    assert page.h1 == "账号已建好"
    assert page.headers["Cache-Control"] == "no-store"
    found = account_by_login("limin")
    assert found is not None
    assert found.id == services.sign_in_staff(login_name="limin", password=password, at=now())
    assert grants_of(found.id, at=now()) == ()
    listed = client.get("/office/accounts")
    assert "李敏" in listed.main
    assert password not in listed.html


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"display_name": "", "login_name": "limin"}, "请填姓名。"),
        ({"display_name": "李敏", "login_name": "guan"}, "已有这个登录名，请换一个。"),
        ({"display_name": "李敏", "login_name": "l m"}, "登录名用 2—40 个字母、数字或汉字。"),
        ({"display_name": "李\u202e敏", "login_name": "limin"}, "名称里有不能用的字符，或者太长。"),
    ],
)
def test_an_account_that_does_not_do_says_why_and_keeps_what_was_typed(client, system, fields, says):
    client.get("/office/accounts/new")
    page = client.submit(fields)
    assert page.status in {409, 422}
    assert page.errors == [f"要改： {says}"]
    assert page.soup.select_one("[name=login_name]")["value"] == fields["login_name"]
    assert account_by_login("limin") is None


def test_names_are_shown_as_text_whatever_is_in_them(client, system):
    staff(login_name="yue", display_name="<script>alert(1)</script>")
    page = client.get("/office/accounts")
    assert "<script>alert(1)</script>" in page.main
    assert "<script>alert(1)" not in page.html


def test_the_list_shows_roles_states_and_last_logins(client, system, clock):
    holder = staff(Role.REFEREE, login_name="cai", display_name="裁判甲")
    locked = staff(login_name="suo", display_name="锁着", locked_until=now() + timedelta(minutes=15))
    services.disable_account(actor=SYSTEM, at=now(), account_id=holder.id)
    rows = {
        tag.find("th").get_text(): " ".join(tag.get_text(" ").split())
        for tag in client.get("/office/accounts").soup.select("tbody tr")
    }
    assert list(rows) == ["管理", "锁着", "裁判甲"]
    assert "裁判 （ 全局 ）" in rows["裁判甲"].replace("（", " （ ").replace("）", " ） ").replace("  ", " ")
    assert "已停用" in rows["裁判甲"]
    assert "锁到 8:15" in rows["锁着"]
    assert "还没有" in rows["锁着"]
    assert staff_row(locked.id) is not None


def test_a_long_list_has_pages(client, system):
    for _ in range(55):
        staff()
    first = client.get("/office/accounts")
    assert len(first.soup.select("tbody tr")) == 50
    assert "第 1 / 2 页，共 56 条" in first.main
    second = client.get("/office/accounts?page=2")
    assert len(second.soup.select("tbody tr")) == 6
    assert len(client.get("/office/accounts?page=-3").soup.select("tbody tr")) == 50
    assert client.get("/office/accounts?page=x").status == 200


def test_disabling_asks_once_and_enabling_undoes_it(client, system):
    holder = staff(login_name="limin", display_name="李敏")
    page = client.get(f"/office/accounts/{holder.id}")
    assert f"/office/accounts/{holder.id}/disable" in page.links
    page = client.get(f"/office/accounts/{holder.id}/disable")
    assert page.h1 == "停用 李敏 的账号？"
    row = staff_row(holder.id)
    assert row is not None
    assert row.active
    page = client.submit({})
    assert page.flash == ["李敏 的账号已停用。"]
    row = staff_row(holder.id)
    assert row is not None
    assert not row.active
    page = client.submit({})
    assert page.flash == ["李敏 的账号已启用。"]
    row = staff_row(holder.id)
    assert row is not None
    assert row.active


def test_one_s_own_account_is_disabled_by_somebody_else(client, system):
    client.get(f"/office/accounts/{system.id}/disable")
    page = client.submit({})
    page.assert_status(403)
    assert "自己的账号要由别人停用" in page.text
    assert client.get("/office/accounts").status == 200


def test_a_reset_asks_once_and_shows_the_new_password_once(client, system):
    holder = staff(login_name="limin", display_name="李敏")
    client.get(f"/office/accounts/{holder.id}/reset")
    page = client.submit({})
    assert page.headers["Cache-Control"] == "no-store"
    assert services.sign_in_staff(login_name="limin", password=once(page), at=now()) == holder.id


def test_the_auditor_s_password_is_not_the_system_administrator_s_to_set(client, system):
    holder = staff(Role.AUDITOR)
    client.get(f"/office/accounts/{holder.id}/reset")
    page = client.submit({})
    page.assert_status(403)
    assert page.soup.select("[data-once]") == []


def test_a_citizen_s_account_and_no_account_are_the_same_to_the_desk(client, system, security):
    citizen, nobody = account().id, uuid7()
    pages = []
    client.login_as(system)
    for tail in ("", "/disable", "/reset"):
        pages += [client.get(f"/office/accounts/{one}{tail}", status=404).main for one in (citizen, nobody)]
    client.login_as(security)
    pages += [client.get(f"/office/roles/{one}", status=404).main for one in (citizen, nobody)]
    assert len(set(pages)) == 1


# --------------------------------------------------------------------------- roles


def test_a_role_is_granted_for_one_station_until_a_day_and_taken_back(client, security, stations, clock):
    holder = staff(login_name="limin", display_name="李敏")
    client.get(f"/office/roles/{holder.id}")
    page = client.submit({"role": "event_manager", "scope": f"activity:{STATION.id}", "until": "2030-06-30"})
    assert page.flash == ["已授予：赛事管理。"]
    assert "活动 徐庄站" in page.main
    assert "到 6月30日" in page.main
    assert grants_of(holder.id, at=now()) == (Grant(Role.EVENT_MANAGER, PLACE),)
    assert grants_of(holder.id, at=office_time(2030, 6, 30, 23, 59)) != ()
    assert grants_of(holder.id, at=office_time(2030, 7, 1)) == ()
    (link,) = [one for one in page.links if one.endswith("/revoke")]
    page = client.get(link)
    assert page.h1 == "收回 李敏 的角色？"
    assert "赛事管理，活动 徐庄站" in page.main
    page = client.submit({})
    assert page.flash == ["已收回：赛事管理。"]
    assert grants_of(holder.id, at=now()) == ()


def test_the_choices_are_the_office_and_the_named_places(client, security, stations):
    holder = staff()
    page = client.get(f"/office/roles/{holder.id}")
    assert [tag["value"] for tag in page.soup.select("[name=scope] option")] == [
        "office",
        f"activity:{STATION.id}",
    ]
    assert [tag["label"] for tag in page.soup.select("[name=scope] optgroup")] == ["活动"]
    assert page.soup.select_one("[name=role] option[selected]") is None


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"role": "", "scope": "office"}, 422, "请选角色。"),
        ({"role": "auditor", "scope": f"activity:{STATION.id}"}, 422, "这个角色只能管全局，请选“全局”。"),
        ({"role": "referee", "scope": "office", "until": "2030-05-31"}, 422, "到期日已经过了，请改日期。"),
        ({"role": "security_admin", "scope": "office"}, 409, "系统、安全、审计三个角色要分给不同的人。"),
        ({"role": "system_admin", "scope": "office"}, 409, "这个账号已有这个角色。"),
    ],
)
def test_a_role_that_does_not_do_says_why(client, security, stations, fields, status, says):
    holder = staff(Role.SYSTEM_ADMIN)
    client.get(f"/office/roles/{holder.id}")
    page = client.submit(fields)
    page.assert_status(status)
    assert page.errors == [f"要改： {says}"]
    assert grants_of(holder.id, at=now()) == (Grant(Role.SYSTEM_ADMIN, OFFICE),)


@pytest.mark.parametrize(
    "fields", [{"role": "emperor"}, {"scope": f"activity:{uuid7()}"}, {"scope": "moon"}, {"until": "morgen"}]
)
def test_what_is_no_choice_is_refused(client, security, stations, fields):
    holder = staff()
    page = client.post(f"/office/roles/{holder.id}", {"role": "referee", "scope": "office"} | fields)
    page.assert_status(422)
    assert len(page.errors) == 1
    assert grants_of(holder.id, at=now()) == ()


def test_nobody_grants_to_themselves_on_the_page_either(client, security, stations):
    client.get(f"/office/roles/{security.id}")
    page = client.submit({"role": "event_manager", "scope": "office"})
    page.assert_status(403)
    assert "自己的角色要由别人来定。" in page.main
    assert grants_of(security.id, at=now()) == (Grant(Role.SECURITY_ADMIN, OFFICE),)


def test_a_grant_is_found_under_its_own_account_alone(client, security):
    holder, other = staff(), staff()
    grant_id = grant(holder, Role.REFEREE)
    client.get(f"/office/roles/{other.id}/{grant_id}/revoke", status=404)
    client.post(f"/office/roles/{other.id}/{grant_id}/revoke").assert_status(404)
    assert grants_of(holder.id, at=now()) == (Grant(Role.REFEREE, OFFICE),)


def test_the_list_of_roles_takes_as_many_statements_for_many_as_for_few(client, security, stations, statements):
    staff(Role.REFEREE, scope=PLACE)
    client.get("/office/roles")
    with statements() as few:
        client.get("/office/roles")
    for _ in range(40):
        staff(Role.REFEREE, scope=PLACE)
    with statements() as many:
        client.get("/office/roles")
    assert len(few) == len(many)


# --------------------------------------------------------------------------- keys


def test_a_key_shows_its_secret_once_and_ends_when_told_to(client, system):
    assert "还没有密钥" in client.get("/office/keys").main
    client.get("/office/keys/new")
    page = client.submit({"label": "市体育局计时系统", "scope": "results"})
    token = once(page)
    assert page.headers["Cache-Control"] == "no-store"
    found = live_token(token, at=now())
    assert found is not None
    assert found.scope == "results"
    listed = client.get("/office/keys")
    assert "市体育局计时系统" in listed.main
    assert "提交成绩" in listed.main
    assert token not in listed.html
    client.get(f"/office/keys/{found.id}/revoke")
    page = client.submit({})
    assert page.flash == ["密钥已停用：市体育局计时系统。"]
    assert live_token(token, at=now()) is None


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"label": "", "scope": "read"}, "请写明用在哪里。"),
        ({"label": "x" * 81, "scope": "read"}, "名称里有不能用的字符，或者太长。"),
        ({"label": "计时", "scope": None}, "请选一项。"),
    ],
)
def test_a_key_that_does_not_do_says_why(client, system, fields, says):
    client.get("/office/keys/new")
    page = client.submit(fields)
    page.assert_status(422)
    assert page.errors == [f"要改： {says}"]
    assert api_keys() == []


def test_the_token_of_an_account_is_no_key_of_the_office(client, system):
    issued = services.issue_account_token(actor=SYSTEM, at=now(), account_id=account().id, label="脚本")
    client.get(f"/office/keys/{issued.key_id}/revoke", status=404)
    key = services.issue_key(actor=SYSTEM, at=now(), scope=TokenScope.READ, label="市")
    assert [row.id for row in api_keys()] == [key.key_id]
    assert live_token(issued.token, at=now()) is not None


def test_the_menu_shows_each_administrator_their_own(client, system, security):
    def menu():
        page = client.get("/office/password")
        return [tag.get_text(strip=True) for tag in page.soup.select(".x-side__nav a")]

    client.login_as(system)
    assert [word for word in menu() if word in {"账号", "角色", "接口密钥", "我的账号"}] == [
        "账号",
        "接口密钥",
        "我的账号",
    ]
    client.login_as(security)
    assert [word for word in menu() if word in {"账号", "角色", "接口密钥", "我的账号"}] == ["角色", "我的账号"]
