"""What citizens' pages weigh on the way, and what comes out of a printer."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, Response

from tests.browser.doors import follow, sign_in, sign_in_staff
from tests.support import readers

LIMIT = 100_000
"""Bytes over the wire for one page with everything that belongs to it, on a first visit."""
MILLIMETRE = 96 / 25.4
CITIZENS = (
    "/",
    "/activities",
    "/activities/CT-NEXT",
    "/activities/CT-NEXT/register",
    "/activities/CT-NEXT/team",
    "/help",
    "/privacy",
    "/my",
    "/my/code",
    "/my/family",
)


def weight(page: Page, path: str) -> int:
    """Bytes that came over the wire: answers with their headers, as the browser counted them."""
    wire = page.context.new_cdp_session(page)
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok, path
    page.wait_for_load_state("networkidle")
    wire.detach()
    assert len(sizes) >= 3, f"{path}: page, styles and scripts were not all counted"
    return round(sum(sizes))


def test_citizens_pages_are_light(phone):
    sign_in(phone, "13900139301")
    weights = {path: weight(phone, path) for path in CITIZENS}
    heavy = {path: size for path, size in weights.items() if size > LIMIT}
    assert not heavy, weights


def test_what_is_sent_is_packed(phone):
    sent: list[Response] = []

    def note(answer: Response) -> None:
        sent.append(answer)

    phone.on("response", note)
    phone.goto("/")
    phone.wait_for_load_state("networkidle")
    assets = [answer for answer in sent if "/static/dist/assets/" in answer.url]
    assert {answer.url.rsplit(".", 1)[-1] for answer in assets} >= {"css", "js"}
    for answer in assets:
        assert answer.headers.get("content-encoding") in {"br", "gzip"} or len(answer.body()) < 1000, answer.url
    assert sent[0].headers["content-encoding"] == "gzip"


def decoded(picture: bytes) -> str:
    """What an ordinary decoder reads in a picture."""
    return readers.code(Image.open(io.BytesIO(picture)))


@pytest.fixture
def own_code(phone) -> Page:
    """A citizen with a code, made without signing up for anything."""
    sign_in(phone, "13900139302", then="/my/family/add")
    phone.locator("input[name=name]").fill("吴丽华")
    phone.locator("select[name=document_type]").select_option("none")
    phone.locator("label:has(input[name=sex])").first.click()
    phone.locator("input[name=birth_date]").fill("1971-03-05")
    phone.locator("input[name=phone]").fill("13900139302")
    phone.get_by_label("我已阅读并同意").check()
    follow(phone.get_by_role("button", name="登记"))
    phone.goto("/my/code")
    follow(phone.get_by_role("button", name="现在就做"))
    return phone


def test_a_code_on_the_screen_on_paper_and_in_the_album_reads_the_same(own_code):
    page = own_code
    code = page.locator(".x-pass__code svg")
    on_screen = decoded(code.screenshot())
    assert len(on_screen) > 60
    page.emulate_media(media="print")
    box = code.bounding_box()
    assert box is not None
    assert box["width"] >= 30 * MILLIMETRE
    assert decoded(code.screenshot()) == on_screen
    album = page.request.get(page.locator("a[download]").get_attribute("href") or "")
    assert decoded(album.body()) == on_screen


def test_the_office_s_lists_print_without_their_bars(desk, site):
    sign_in_staff(desk, site.instance, "limin")
    for path in ("/office/activities/XZ2021/attendance", "/office/activities/XZ2021/attendance/people/print"):
        desk.goto(path)
        desk.emulate_media(media="print")
        assert any(one.is_visible() for one in desk.locator("table").all()), path
        assert "打印于" in desk.locator(".x-print-foot").inner_text()
        for part in (".x-side", ".x-tabs", ".x-btn", ".x-skip"):
            assert all(not one.is_visible() for one in desk.locator(part).all()), f"{part} on {path}"
        grounds = desk.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert grounds == "rgb(255, 255, 255)"
        desk.emulate_media(media="screen")
