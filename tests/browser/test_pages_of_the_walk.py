"""Pages of people, registrations and check-ins that no link leads to, only an act."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page

from app.people.rules.documents import valid_resident_id
from tests.browser.doors import ask_for_code, follow, sign_in
from tests.browser.walking import Look, collecting


def _claims_who_is_looked_after(page: Page, other: Page, look: Look, born: date) -> None:
    """Somebody of the family has come of age, and claims their own registration from another phone."""
    sign_in(other, "13900139202", then="/my/family/add")
    other.locator("input[name=name]").fill("周国庆")
    other.locator("input[name=document_number]").fill(valid_resident_id("370499", born, 641))
    other.locator("input[name=phone]").fill("13900139202")
    other.get_by_label("我已阅读并同意").check()
    other.get_by_label("同意使用证件号").check()
    follow(other.get_by_role("button", name="登记"))
    follow(other.get_by_role("link", name="验证手机"))
    page.context.clear_cookies()
    page.context.add_cookies(other.context.cookies())
    page.goto(other.url)
    look()
    follow(page.get_by_role("button", name="发送验证码"))
    look(reload=False, name="the code of a relative")
    shown = re.search(r"验证码是 (\d{3} ?\d{3})", page.locator("main").inner_text())
    assert shown is not None
    page.get_by_label("验证码").fill(shown.group(1).replace(" ", ""))
    follow(page.get_by_role("button", name="验证"))
    page.goto("/my/family")
    follow(page.get_by_role("link", name="周国庆").first)
    follow(page.locator("a[href*='/keepers/']").first)
    look(name="who else looks after me")


def test_a_citizen_s_way_in_and_a_family_with_a_child(open_page, watch):
    page = open_page("phone")
    with collecting(page) as (look, seen):
        code = ask_for_code(page, "13900139201", then="/activities/CT-NEXT/register")
        look(reload=False, name="the code")
        page.get_by_label("验证码").fill(code)
        follow(page.get_by_role("button", name="登录"))
        follow(page.get_by_role("button", name="下一步"))
        look(reload=False, name="the form with errors")
        born = (date(1986, 5, 4), date(1955, 3, 12), date(date.today().year - 10, 2, 3))  # noqa: DTZ011
        for n, (name, birth) in enumerate(zip(("周秀英", "周国庆", "周一诺"), born, strict=True)):
            page.locator("input[name=name]").fill(name)
            page.locator("input[name=document_number]").fill(valid_resident_id("370499", birth, 640 + n))
            page.locator("input[name=phone]").fill("13900139204" if n == 1 else "13900139201")
            page.locator("input[name=category]").first.check()
            page.get_by_label("我已阅读并同意").check()
            page.get_by_label("同意使用证件号").check()
            if n < 2:
                follow(page.get_by_role("button", name="再加一位"))
        follow(page.get_by_role("button", name="下一步"))
        look(name="the confirmation")
        follow(page.get_by_role("button", name="提交报名"))
        look(reload=False, name="the confirmation with errors")
        page.locator("input[name$=guardian_name]").fill("周秀英")
        page.locator("input[name$=guardian_phone]").fill("13900139201")
        page.locator("label:has(input[name$=guardian_relation])").first.click()
        page.locator("input[name$=guardian_consent]").check()
        page.locator("input[name$=consent_terms]").first.check()
        follow(page.get_by_role("button", name="提交报名"))
        look(name="the last page")
        for name in ("周秀英", "周国庆", "周一诺"):
            assert name in page.locator("main").inner_text()
        _claims_who_is_looked_after(page, open_page("phone"), look, born[1])
    assert seen >= {
        "accounts/login_code.html",
        "registrations/confirm.html",
        "registrations/done.html",
        "people/prove.html",
        "people/dismiss.html",
    }


def test_a_team_s_file(as_walker):
    page = as_walker("citizen")
    rows = [["姓名", "证件号", "组别", "手机"]]
    rows += [
        [name, valid_resident_id("370499", date(1982, 8, 16), 500 + n), "体验组", ""]
        for n, name in enumerate(("钱小梅", "钱大勇"))
    ]
    rows += [["王德", "370499198208160000", "体验组", ""], ["李敏", "", "没有的组", "12"]]
    sheet = "\n".join(",".join(row) for row in rows).encode()
    with collecting(page) as (look, seen):
        page.goto("/activities/CT-NEXT/team")
        page.locator("input[name=name]").fill("山亭区第一中学")
        page.locator("input[name=file]").set_input_files({"name": "名单.csv", "mimeType": "text/csv", "buffer": sheet})
        follow(page.get_by_role("button", name="上传名单"))
        page.wait_for_url("**/uploads/**")
        look()
        for box in page.locator("main input[type=checkbox]").all():
            box.check()
        follow(page.get_by_role("button", name="报名").first)
        look()
        page.goto("/activities/CT-NEXT/team")
        follow(page.get_by_role("link", name="山亭区第一中学").first)
        look()
    assert seen >= {f"registrations/team_{name}.html" for name in ("preview", "report", "show")}


def test_what_the_office_s_acts_show(as_walker):
    page = as_walker("limin")
    with collecting(page) as (look, seen):
        page.goto("/office/activities/BZ-TODAY/devices")
        follow(page.get_by_role("button", name="出二维码"))
        look(reload=False, name="a QR to join by")
        page.goto("/office/activities/BZ-TODAY/devices")
        page.get_by_label("名称").fill("服务台电脑")
        follow(page.get_by_role("button", name="发令牌"))
        look(reload=False, name="a token")
        page.goto("/office/activities/BZ-TODAY/walk-in")
        follow(page.locator("main button[type=submit]").last)
        look(reload=False, name="the gate's form with errors")
        page.locator("input[name=category]").first.check()
        page.locator("input[name=name]").fill("孙建国")
        page.locator("input[name=document_number]").fill(valid_resident_id("370499", date(1961, 7, 9), 731))
        page.locator("input[name=phone]").fill("13900139203")
        for box in page.locator("input[name^=consent_]:not([name=consent_guardian])").all():
            box.check()
        follow(page.locator("main button[type=submit]").last)
        look(reload=False, name="the gate, somebody signed up")
        follow(page.get_by_role("link", name="打印号码和码"))
        look()
    assert seen >= {"checkins/join.html", "checkins/issued.html", "registrations/slip.html"}


def test_persons_whom_the_office_looks_for(as_walker):
    page = as_walker("limin")

    def find() -> None:
        page.locator("label:has(input[name=by][value=phone])").click()
        page.locator("input[name=phone]").fill("13800138000")
        follow(page.get_by_role("button", name="查找"))

    with collecting(page) as (look, seen):
        page.goto("/office/persons")
        find()
        look(reload=False, name="who was found")
        follow(page.locator("main tbody a").first)
        person = page.url
        look()
        follow(page.locator("a[href$='/identity']"))
        look()
        page.goto(person)
        follow(page.locator("a[href*='/links/']").first)
        look()
        page.goto(person)
        follow(page.locator("a[href*='?into=']").first)
        find()
        follow(page.locator("a[href*='/merge/']").first)
        look()
    assert seen >= {f"dashboards/person{name}.html" for name in ("", "_grant", "_identity", "_merge")}


def test_the_poster_and_what_it_opens(as_walker):
    desk, phone = as_walker("limin"), as_walker("citizen")
    with collecting(desk) as (look, on_the_desk):
        desk.goto("/office/activities/BZ-TODAY/poster/S")
        look()
        address = desk.locator("main").inner_text().split("/c/")[1].split()[0]
    with collecting(phone) as (look, on_the_phone):
        phone.goto(f"/c/{address}")
        look(name="a poster that is off")
        phone.goto(f"/c/{address}/000000")
        look(name="a screen's code that has gone")
        desk.goto("/office/activities/BZ-TODAY/window")
        desk.locator("input[name=poster_enabled]").check()
        follow(desk.locator("main form button[type=submit]").last)
        phone.goto(f"/c/{address}")
        look()
        follow(phone.locator("main button[type=submit]").first)
        look(reload=False, name="checked in by the poster")
    assert on_the_desk | on_the_phone >= {
        f"checkins/{name}.html" for name in ("poster", "poster_closed", "poster_done", "poster_sheet", "poster_stale")
    }


def test_what_a_phone_sent_that_cannot_be_read(as_walker):
    page = as_walker("limin")
    with collecting(page) as (look, seen):
        page.goto("/office/activities/BZ-TODAY/devices")
        page.get_by_label("名称").fill("旧扫码枪")
        follow(page.get_by_role("button", name="发令牌"))
        token = re.search(r"xd_[a-z2-7]+", page.locator("main").inner_text())
        assert token is not None
        sent = page.context.request.post(
            "/api/v1/scans", data={"scans": [{"id": "none"}]}, headers={"Authorization": f"Bearer {token.group()}"}
        )
        assert sent.ok
        page.goto("/office/activities/BZ-TODAY/conflicts")
        follow(page.locator("main a[href*='/conflicts/']").first)
        look()
    assert "checkins/conflict.html" in seen


def test_a_text_to_everybody_before_it_is_sent(as_walker):
    page = as_walker("limin")
    with collecting(page) as (look, seen):
        page.goto("/office/activities/CT-NEXT/notices")
        page.locator("textarea[name=text]").fill("集合时间改为 7:30，请提前到场。")
        follow(page.locator("main form button[type=submit]").last)
        look(reload=False)
        follow(page.locator("button[value=send]"))
        follow(page.locator("main a[href*='/notices/recipients']").first)
        look()
    assert {"registrations/notices_confirm.html", "registrations/recipients.html"} <= seen


def test_what_is_shown_once(as_walker):
    page = as_walker("wangfang")
    with collecting(page) as (look, seen):
        page.goto("/office/keys/new")
        follow(page.locator("main button[type=submit]"))
        look(reload=False, name="a key's form with errors")
        page.locator("input[name=label]").fill("区政府网站")
        page.locator("input[name=scope]").last.check()
        follow(page.locator("main button[type=submit]"))
        look(reload=False, name="a key, once")
        page.goto("/office/keys")
        follow(page.locator("a[href$='/revoke']").first)
        look()
        page.goto("/office/accounts/new")
        page.locator("input[name=display_name]").fill("周静")
        page.locator("input[name=login_name]").fill("zhoujing")
        follow(page.locator("main button[type=submit]"))
        look(reload=False, name="a password, once")
    assert seen >= {"accounts/key_once.html", "accounts/password_once.html"}


@pytest.mark.parametrize(
    ("who", "url", "status"),
    [("nobody", "/nowhere", 404), ("zhangwei", "/office/audit", 403), ("citizen", "/my/registrations/0", 404)],
)
def test_pages_of_refusal(as_walker, who, url, status):
    page = as_walker(who)
    with collecting(page) as (look, seen):
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == status
        look()
    assert seen >= {"web/error.html"}
