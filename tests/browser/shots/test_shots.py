"""The pictures of README and manual, taken anew from the demo: `make shots`. No part of `make test`."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.doors import sign_in_staff
from tests.browser.video import frame, nothing, write_video
from tooling.paths import ROOT

MANUAL = ROOT / "docs" / "manual" / "pictures"
SCALE = 1.5
GROUND = (214, 222, 219)
GAP = 24
COLOURS = 160
LARGEST = 260_000
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
