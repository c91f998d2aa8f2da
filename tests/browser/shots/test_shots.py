"""The pictures of README and manual, taken anew from the demo: `make shots`. No part of `make test`."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.doors import follow, sign_in_staff
from tests.browser.offline import READ
from tests.browser.video import frame, nothing, write_video
from tooling.paths import ROOT

MANUAL = ROOT / "docs" / "manual" / "pictures"
SCALE = 1.5
GROUND = (214, 222, 219)
GAP = 24
COLOURS = 160
LOW, HIGH = {"width": 1280, "height": 760}, {"width": 1280, "height": 1180}
LARGEST = 150_000
"""Bytes of a picture: a manual is read on a phone too."""


def assert_kept(path: Path, shots: Sequence[bytes]) -> None:
    """Lay the shots side by side, cut to the lowest, and keep them as a small PNG."""
    seen = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    height = max(one.height for one in seen)
    width = sum(one.width for one in seen) + GAP * (len(seen) + 1)
    if len(seen) == 1:
        sheet = seen[0]
    else:
        sheet = Image.new("RGB", (width, height + 2 * GAP), GROUND)
        left = GAP
        for one in seen:
            sheet.paste(one, (left, GAP))
            left += one.width + GAP
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LARGEST, f"{path.name} has {path.stat().st_size:,} bytes"


def shot(page: Page, path: str, *, at: str = "") -> bytes:
    """The page as it fills the screen; `at`: what is scrolled to first."""
    page.goto(path)
    page.wait_for_load_state("networkidle")
    if at:
        page.locator(at).first.evaluate("e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 70)")
    return page.screenshot()


@pytest.fixture(scope="module")
def signed_in(doors) -> dict:
    """Cookies of the demo's citizen."""
    return doors("citizen")


@pytest.fixture
def citizen(open_page, signed_in) -> Page:
    page = open_page("phone", device_scale_factor=SCALE, storage_state=signed_in)
    page.goto("/")
    return page


@pytest.fixture
def clerk(open_page, site) -> Page:
    page = open_page("desk")
    sign_in_staff(page, site.instance, "limin")
    return page


def test_what_citizens_and_the_office_see(citizen, clerk):
    home = shot(citizen, "/")
    code = shot(citizen, "/my/code")
    clerk.set_viewport_size({"width": 1280, "height": 812})
    large = clerk.context.browser
    assert large is not None
    attendance = shot(clerk, "/office/activities/FM2021/attendance")
    phones = [Image.open(io.BytesIO(one)) for one in (home, code)]
    smaller = []
    for phone in phones:
        out = io.BytesIO()
        phone.resize((375, 812), Image.Resampling.LANCZOS).save(out, "PNG")
        smaller.append(out.getvalue())
    assert_kept(ROOT / "docs" / "pictures" / "home-and-code.png", [*smaller, attendance])
    assert_kept(
        MANUAL / "citizen-home.png",
        [home, shot(citizen, "/activities/CT-NEXT", at=".x-terms"), shot(citizen, "/activities/CT-NEXT/register")],
    )
    assert_kept(MANUAL / "citizen-code.png", [code, shot(citizen, "/my/family"), shot(citizen, "/my", at="#stamps")])
    citizen.context.add_cookies([{"name": "mode", "value": "elder", "url": citizen.url}])
    assert_kept(
        MANUAL / "citizen-elder.png",
        [shot(citizen, "/"), shot(citizen, "/my/code"), shot(citizen, "/activities/CT-NEXT", at=".x-terms")],
    )


def test_what_the_office_does(clerk):
    assert_kept(MANUAL / "office-list.png", [shot(clerk, "/office/activities")])
    assert_kept(MANUAL / "registrations.png", [shot(clerk, "/office/activities/CT-NEXT/registrations")])
    assert_kept(MANUAL / "devices.png", [shot(clerk, "/office/activities/BZ-TODAY/devices")])
    clerk.set_viewport_size({"width": 1280, "height": 1180})
    assert_kept(MANUAL / "attendance.png", [shot(clerk, "/office/activities/FM2021/attendance")])


def test_what_volunteers_see(site, citizen, open_page, camera_browser, tmp_path):
    citizen.goto("/my/code")
    citizen.locator("main svg[role=img]").first.screenshot(path=tmp_path / "code.png")
    film = write_video(tmp_path / "camera.mjpeg", [(nothing(), 6.0), (frame(tmp_path / "code.png"), 8.0)])
    token = site.cli("devices", "issue", "--activity", "BZ-TODAY", "--name", "张敏").split()[-1]
    phone = open_page("phone", browser=camera_browser(film), permissions=["camera"], device_scale_factor=SCALE)
    phone.goto(f"/scan#token={token}")
    phone.locator("[data-checkpoint=S]").wait_for()
    choose = phone.screenshot()
    phone.locator("[data-checkpoint=S]").click()
    phone.wait_for_timeout(2_500)
    ready = phone.screenshot()
    expect(phone.get_by_test_id("verdict")).to_have_attribute("data-verdict", "accepted", timeout=20_000)
    assert_kept(MANUAL / "scanner.png", [choose, ready, phone.screenshot()])


def test_what_the_office_holds(clerk):
    """The year, squads, places, equipment, the report: as the demo has them."""
    clerk.set_viewport_size(LOW)
    assert_kept(MANUAL / "office-home.png", [shot(clerk, "/office")])
    assert_kept(MANUAL / "squads.png", [shot(clerk, "/office/squads")])
    clerk.goto("/office/squads")
    clerk.set_viewport_size(HIGH)
    assert_kept(MANUAL / "squad.png", [shot(clerk, _address(clerk, "main tbody a"))])
    assert_kept(MANUAL / "facilities.png", [shot(clerk, "/office/facilities")])
    assert_kept(MANUAL / "report.png", [shot(clerk, "/office/reports/annual/2021")])
    clerk.goto("/office/equipment")
    clerk.set_viewport_size(LOW)
    assert_kept(MANUAL / "equipment.png", [shot(clerk, _address(clerk, "main tbody a"))])


def test_what_the_office_does_around_an_activity(clerk, volunteers_phones, citizen):
    """Shifts, a notice before it goes, what comes after, and a conflict that two phones have made."""
    clerk.set_viewport_size(LOW)
    assert_kept(MANUAL / "shifts.png", [shot(clerk, "/office/activities/BZ-TODAY/volunteers")])
    assert_kept(MANUAL / "after.png", [shot(clerk, "/office/activities/XZ2021/after")])
    clerk.goto("/office/activities/CT-NEXT/notices")
    clerk.locator("[name=text]").fill("明天下雨，城头站改到下星期六，时间地点不变。")
    follow(clerk.get_by_role("button", name="下一步：核对"))
    assert_kept(MANUAL / "notice.png", [clerk.screenshot()])
    code = _short_code(citizen)
    for page in volunteers_phones("K4", "F8"):
        assert page.evaluate(READ, code)[0] == "accepted"
        expect(page.get_by_test_id("unsent")).to_have_attribute("data-count", "0")
    clerk.goto("/office/activities/BZ-TODAY/conflicts")
    follow(clerk.locator("main a[href*='/conflicts/']").first)
    assert_kept(MANUAL / "conflict.png", [clerk.screenshot()])


def test_games(clerk, open_page):
    """The office's side of games, and what everybody sees of them."""
    clerk.set_viewport_size(LOW)
    assert_kept(MANUAL / "games.png", [shot(clerk, "/office/games/sd12")])
    assert_kept(MANUAL / "games-results.png", [shot(clerk, "/office/games/sd11/results")])
    clerk.goto("/office/games/sd11/results")
    clerk.set_viewport_size(HIGH)
    assert_kept(MANUAL / "games-event.png", [shot(clerk, _address(clerk, "main tbody a"))])
    public = open_page("phone", device_scale_factor=SCALE)
    public.goto("/games/sd11")
    event = _address(public, "main tbody a")
    assert_kept(
        MANUAL / "citizen-games.png",
        [shot(public, "/games/sd11"), shot(public, event), shot(public, "/games/sd11/medals")],
    )


def test_what_a_citizen_keeps_and_deletes(citizen):
    citizen.goto("/my")
    walked = _address(citizen, "a:has-text('徐庄站')")
    assert_kept(
        MANUAL / "citizen-data.png",
        [shot(citizen, walked), shot(citizen, "/my/data"), shot(citizen, "/my/data/close")],
    )


def test_how_a_citizen_becomes_a_volunteer(citizen):
    offer = shot(citizen, "/activities/CT-NEXT/volunteer")
    citizen.locator("label:has(input[type=checkbox])").first.click()
    follow(citizen.locator("main form button[type=submit]").last)
    assert_kept(MANUAL / "volunteer-shifts.png", [offer, shot(citizen, "/my/volunteer")])


def test_what_the_person_at_the_machine_sees(site, clerk, open_page):
    """The trail and whom a stolen login has touched, by the auditor; settings, by the administrator."""
    auditor, administrator = open_page("desk"), open_page("desk")
    for page, name in ((auditor, "sunjing"), (administrator, "wangfang")):
        page.set_viewport_size(LOW)
        sign_in_staff(page, site.instance, name)
    assert_kept(MANUAL / "audit.png", [shot(auditor, "/office/audit")])
    assert clerk.request.get("/office/activities/CT-NEXT/registrations.xlsx").ok  # what a stolen login might do
    auditor.set_viewport_size(HIGH)
    auditor.goto("/office/audit/breach")
    auditor.locator("[name=who]").fill("limin")
    auditor.locator("[name=since]").fill("2021-01-01T00:00")
    auditor.locator("[name=until]").fill(f"{datetime.now(UTC).year + 1}-01-01T00:00")
    follow(auditor.get_by_role("button", name="查找"))
    assert_kept(MANUAL / "breach.png", [auditor.screenshot()])
    assert_kept(MANUAL / "settings.png", [shot(administrator, "/office/settings")])


def _address(page: Page, link: str) -> str:
    """Where the first such link of the page leads."""
    return str(page.locator(link).first.get_attribute("href"))


def _short_code(page: Page) -> str:
    page.goto("/my/code")
    found = re.search(r"\b[0-9A-Z]{4}[ -][0-9A-Z]{4}\b", page.locator("main").inner_text())
    assert found is not None
    return re.sub(r"[ -]", "", found.group())


@pytest.fixture
def volunteers_phones(site, open_page):
    """`volunteers_phones("K4", "F8")`: a phone of the station of today at each of these points."""

    def at(*points: str) -> list[Page]:
        pages = []
        for point in points:
            token = site.cli("devices", "issue", "--activity", "BZ-TODAY", "--name", f"手机{point}").split()[-1]
            page = open_page("phone")
            page.goto(f"/scan#token={token}")
            page.locator(f"[data-checkpoint={point}]").click()
            expect(page.get_by_test_id("checkpoint")).to_be_visible()
            pages.append(page)
        return pages

    return at
