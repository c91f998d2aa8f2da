"""The office's day: one clerk makes and publishes a station, tells its people, settles a conflict, exports, reports.

A citizen and two volunteers' phones stand beside it; every figure is followed from the page into the file that leaves
the house and back to the list it came from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from app.core.clock import OFFICE_ZONE
from app.people.rules.documents import valid_resident_id
from tests.browser.doors import follow, sign_in
from tests.browser.offline import READ

CODE, NAME = "yiyunhu-day", "翼云湖站"
HOME = f"/office/activities/{CODE}"
WALKERS = (("吴秀兰", "1958-06-07"), ("吴建军", "1984-02-19"))
NOTICE = "今天风大，请戴帽子，集合改到码头东侧。"


@dataclass(frozen=True)
class Times:
    """The station is under way, and people can still sign up."""

    now: datetime

    def at(self, **ahead: int) -> str:
        """As a field of date and time takes it."""
        return (self.now + timedelta(**ahead)).astimezone(OFFICE_ZONE).strftime("%Y-%m-%dT%H:%M")

    @property
    def starts(self) -> datetime:
        return (self.now - timedelta(hours=1)).astimezone(OFFICE_ZONE)


def figure(page: Page, label: str) -> int:
    """This year's value of one line of the report's figures; 0 where the line is not there."""
    row = page.locator("section[aria-labelledby=figures] tbody tr").filter(
        has=page.get_by_role("rowheader", name=label, exact=True)
    )
    return int(row.locator("td").first.inner_text().replace(",", "")) if row.count() else 0


@pytest.fixture
def times() -> Times:
    return Times(datetime.now(UTC))


def _make(page: Page, times: Times) -> None:
    """The draft, which says what it lacks; a group, a start and a finish."""
    page.goto("/office/activities/new")
    for name, value in {
        "name": NAME,
        "code": CODE,
        "place": "翼云湖码头",
        "opens_at": times.at(hours=-3),
        "gate_opens_at": times.at(hours=-2),
        "starts_at": times.at(hours=-1),
        "ends_at": times.at(hours=3),
        "closes_at": times.at(hours=1),
    }.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=season_id]").select_option(index=0)  # the newest
    follow(page.get_by_role("button", name="建立草稿"))
    page.goto(HOME)
    expect(page.locator("main")).to_contain_text("发布前还差")
    expect(page.get_by_role("button", name="发布", exact=True)).to_have_count(0)
    page.goto(f"{HOME}/categories/new")
    for name, value in {"name": "体验组", "code": "A", "capacity": "50", "distance_m": "4.2"}.items():
        page.locator(f"[name={name}]").fill(value)
    follow(page.get_by_role("button", name="保存"))
    for kind, name, code, place in (("start", "起点 码头", "S", "1"), ("finish", "终点 观鸟台", "F", "2")):
        page.goto(f"{HOME}/checkpoints/new")
        page.locator("[name=name]").fill(name)
        page.locator("[name=code]").fill(code)
        page.locator(f"label:has([name=kind][value={kind}])").click()
        if not page.locator("[name$=-here]").first.is_checked():
            page.locator("label:has([name$=-here])").first.click()
        page.locator("[name=stops-0-place]").fill(place)
        follow(page.get_by_role("button", name="保存"))


def _publish(page: Page, public: Page) -> None:
    """Nobody sees a draft; everybody sees what is published."""
    public.goto("/activities")
    expect(public.locator("main")).not_to_contain_text(NAME)
    page.goto(f"{HOME}/terms")
    page.locator("[name=text]").fill("量力而行，听从工作人员的指挥。")
    follow(page.locator("main form button[type=submit]").last)
    page.goto(HOME)
    follow(page.get_by_role("button", name="发布", exact=True))
    public.goto("/activities")
    expect(public.locator("main")).to_contain_text(NAME)


def _sign_up(phone: Page) -> str:
    """Two of one family on the phone of the first; the short code of the first."""
    sign_in(phone, "13900139501", then=f"/activities/{CODE}/register")
    for n, (name, birth) in enumerate(WALKERS):
        phone.locator("input[name=name]").fill(name)
        phone.locator("input[name=document_number]").fill(
            valid_resident_id("370499", date.fromisoformat(birth), 860 + n)
        )
        phone.locator("input[name=phone]").fill(f"1390013950{n + 1}")
        phone.locator("input[name=category]").first.check()
        phone.get_by_label("我已阅读并同意").check()
        phone.get_by_label("同意使用证件号").check()
        follow(phone.get_by_role("button", name="再加一位" if n == 0 else "下一步"))
    phone.locator("input[name$=consent_terms]").first.check()
    follow(phone.get_by_role("button", name="提交报名"))
    expect(phone.locator("main")).to_contain_text("报上了")
    phone.goto("/my/code")
    found = re.search(r"\b[0-9A-Z]{4}[ -][0-9A-Z]{4}\b", phone.locator("main").inner_text())
    assert found is not None
    return re.sub(r"[ -]", "", found.group())


def _tell(page: Page, phone: Page) -> None:
    """A notice: refused when empty, counted before it goes, in the inbox after it, told once."""
    page.goto(f"{HOME}/notices")
    follow(page.get_by_role("button", name="下一步：核对"))
    expect(page.locator("main [role=alert], main .x-errors").first).to_be_visible()
    page.locator("[name=text]").fill(NOTICE)
    follow(page.get_by_role("button", name="下一步：核对"))
    expect(page.locator("main")).to_contain_text(NOTICE)
    reached = re.search(r"发给 (\d+) 处", page.locator("main").inner_text())
    assert reached is not None
    assert reached.group(1) == "1"  # one account looks after both
    follow(page.get_by_role("button", name="发出"))
    expect(page.locator("body")).to_contain_text("已发出，通知 1 处。")
    expect(page.locator("main")).to_contain_text(NOTICE)
    for _ in range(30):  # the worker writes the inbox
        phone.goto("/my/notices")
        if phone.get_by_text(NOTICE).count():
            break
        phone.wait_for_timeout(500)
    expect(phone.get_by_text(NOTICE)).to_have_count(1)


def _scanned_twice(site, phones: dict[str, Page], code: str) -> None:
    """One code at both ends of the way, within a minute, on two phones."""
    for point, page in phones.items():
        token = site.cli("devices", "issue", "--activity", CODE, "--name", f"手机{point}").split()[-1]
        page.goto(f"/scan#token={token}")
        page.locator(f"[data-checkpoint={point}]").click()
        expect(page.get_by_test_id("checkpoint")).to_be_visible()
        assert page.evaluate(READ, code)[0] == "accepted"
        expect(page.get_by_test_id("unsent")).to_have_attribute("data-count", "0")


def _settle(page: Page) -> None:
    """The conflict is on the desk's first page; the scan at the finish is taken back, the start stays."""
    page.goto(f"{HOME}/attendance")
    expect(page.locator("main")).to_contain_text("1 人次")
    due = page.locator("section[aria-labelledby=due] li").filter(has_text=NAME).filter(has_text="1 条扫码待核对")
    for _ in range(30):  # the number is kept for 20 seconds
        page.goto("/office")
        if due.count():
            break
        page.wait_for_timeout(1_000)
    follow(due.get_by_role("link", name="去核对"))
    conflict = page.locator("section", has=page.get_by_role("heading", name="一分钟内在两处扫码"))
    expect(conflict).to_contain_text("吴秀兰")
    follow(conflict.get_by_role("link", name="处理").first)
    page.locator("label:has([name=decision])").filter(has_text="终点 观鸟台").click()
    page.locator("[name=note]").fill("同伴代扫，本人还在路上")
    follow(page.get_by_role("button", name="定下"))
    expect(page.locator("main")).to_contain_text("同伴代扫，本人还在路上")
    expect(conflict).to_have_count(0)


def _export(page: Page, folder: Path) -> None:
    """The filtered list as a file: the rows of the page, names whole, numbers as numbers."""
    page.goto(f"{HOME}/registrations?q=吴秀兰")
    file = _download(page, page.get_by_role("link", name="导出 Excel"), folder)
    sheet = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0)
    narrowed = sheet.to_python()
    assert [row[1] for row in narrowed] == ["姓名", "吴秀兰"]
    page.goto(f"{HOME}/registrations")
    file = _download(page, page.get_by_role("link", name="导出 Excel"), folder)
    head, *rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    assert head == ["号码", "姓名", "性别", "年龄", "组别", "状态", "镇街", "单位", "来源", "报名时间"]
    assert sorted(row[1] for row in rows) == sorted(name for name, _birth in WALKERS)
    ages = {row[1]: row[3] for row in rows}
    assert ages["吴秀兰"] - ages["吴建军"] in {25, 26}
    assert {(row[4], row[5]) for row in rows} == {("体验组", "已报名")}
    assert all(isinstance(row[9], datetime) for row in rows)


def _download(page: Page, control, folder: Path) -> Path:
    with page.expect_download() as got:
        control.click()
    target = folder / got.value.suggested_filename
    got.value.save_as(target)
    return target


def _report(page: Page, url: str, before: dict[str, int], folder: Path) -> None:
    """One attendance more on the page, in the text, in Word; and the figure leads to its people."""
    page.goto(url)
    after = {label: figure(page, label) for label in before}
    assert after == {label: value + 1 for label, value in before.items()}
    file = _download(page, page.get_by_role("link", name="下载 Word"), folder)
    text = "\n".join(one.text for one in docx.Document(str(file)).paragraphs)
    sentence = f"全年活动共 {after['全年参加人次']:,} 人次参加"
    assert sentence in text
    assert NAME in text
    expect(page.locator("section[aria-labelledby=text]")).to_contain_text(sentence)
    follow(page.get_by_role("link", name="系列活动站数", exact=True))
    follow(page.locator("main").get_by_role("link", name=NAME).first)
    expect(page.locator("main")).to_contain_text("1 人次")
    follow(page.get_by_role("link", name="看名单").nth(1))
    expect(page.locator("main")).to_contain_text("吴秀兰")
    expect(page.locator("main")).not_to_contain_text("吴建军")


def test_a_clerk_publishes_tells_settles_exports_and_reports(as_walker, open_page, site, times, tmp_path):
    desk, phone = as_walker("limin"), open_page("phone")
    url = f"/office/reports/annual/{times.starts.year}"
    desk.goto(url)
    before = {
        label: figure(desk, label) for label in ("系列活动站数", "系列活动参加人次", "全年参加人次", "全年参加人数")
    }
    _make(desk, times)
    _publish(desk, open_page("phone"))
    code = _sign_up(phone)
    _tell(desk, phone)
    _scanned_twice(site, {"S": open_page("phone"), "F": open_page("phone")}, code)
    _settle(desk)
    _export(desk, tmp_path)
    _report(desk, url, before, tmp_path)
    phone.goto("/my")
    expect(phone.locator("main")).to_contain_text(NAME)
