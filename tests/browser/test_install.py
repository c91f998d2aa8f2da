"""Installable, started offline, light: the audits of Lighthouse by script; and WeChat on iPhone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.browser.offline import Field, Phone, all_sent, choose, eventually, field, read, stand
from tests.browser.video import nothing, write_video
from tests.support import places

FIRST_LOAD = 900_000
WECHAT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Mobile/15E148 MicroMessenger/8.0.50 NetType/4G Language/zh_CN"
)


@pytest.fixture(scope="module")
def hill() -> Iterator[Field]:
    with field(places.new_folder("install"), 20) as one:
        yield one


@pytest.fixture
def phone(playwright: Playwright, chromium_path: str, hill: Field, tmp_path: Path) -> Iterator[Phone]:
    one = Phone(playwright, chromium_path, tmp_path / "profile", hill.url)
    yield one
    one.close()


def test_installable(hill, phone):
    page = phone.open()
    page.goto("/scan")
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    link = page.locator("link[rel=manifest]").get_attribute("href")
    answer = phone.context.request.get(urljoin(page.url, link))
    assert answer.headers["content-type"].startswith("application/manifest+json")
    manifest = json.loads(answer.body())
    assert manifest["name"]
    assert manifest["short_name"]
    assert manifest["display"] in {"standalone", "fullscreen", "minimal-ui"}
    assert urljoin(answer.url, manifest["start_url"]) == f"{hill.url}/scan"
    assert f"{hill.url}/scan".startswith(urljoin(answer.url, manifest["scope"]))
    for icon in manifest["icons"]:
        side = page.evaluate(
            "async (url) => (await createImageBitmap(await (await fetch(url)).blob())).width",
            urljoin(answer.url, icon["src"]),
        )
        assert f"{side}x{side}" == icon["sizes"]
    session = phone.context.new_cdp_session(page)
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in found if one["errorId"] != "in-incognito"] == []


def test_a_cold_start_in_airplane_mode_opens_the_camera(hill, phone, tmp_path):
    video = write_video(tmp_path / "camera.mjpeg", [(nothing(), 1.0)])
    page = phone.open(camera=video, permissions=["camera"])
    stand(page, hill.device())
    phone.close()
    page = phone.open(camera=video, permissions=["camera"], offline=True)
    errors = []
    page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108 - a bound built-in will not do
    page.goto("/scan")
    expect(page.get_by_test_id("hint")).to_have_attribute("data-state", "idle")
    expect(page.locator("#sc-video")).to_have_attribute("data-ms", re.compile(r"\d"), timeout=15_000)
    assert errors == []
    assert read(page, hill.texts[0])[0] == "accepted"


def test_a_page_that_could_not_be_kept_at_first_is_kept_later(hill, phone):
    page = phone.open()
    phone.context.route("**/scan/worker.js", lambda route: route.abort())
    page.goto(f"/scan#token={hill.device()}")
    choose(page, "S")
    registered = "navigator.serviceWorker.getRegistration('/scan').then((one) => one !== undefined)"
    assert not page.evaluate(registered)
    phone.context.unroute("**/scan/worker.js")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_function(registered)


def test_the_first_load_weighs_at_most_900_kb(hill, phone):
    page = phone.open(service_workers="block")
    session = phone.context.new_cdp_session(page)
    session.send("Network.enable")
    weights: dict[str, float] = {}
    session.on("Network.loadingFinished", lambda done: weights.update({done["requestId"]: done["encodedDataLength"]}))
    wasm: list[str] = []
    phone.context.on(
        "response", lambda got: wasm.append(got.headers.get("content-length", "")) if ".wasm" in got.url else 0
    )
    page.goto("/scan", wait_until="networkidle")
    packed = phone.context.request.get(_wasm(page), headers={"Accept-Encoding": "br, gzip"})
    total = sum(weights.values()) + int(packed.headers["content-length"])
    assert 100_000 < total <= FIRST_LOAD, f"{total:,.0f} bytes"


def _wasm(page) -> str:
    return page.evaluate(
        """async () => {
          const text = await (await fetch(document.getElementById('scanner').dataset.worker)).text();
          return location.origin + JSON.parse(text.match(/RELEASE = (\\{.*?\\});/)[1]).files.find((one) => one.endsWith('.wasm'));
        }"""
    )


def test_wechat_on_an_iphone_is_told_to_open_the_browser_and_works_as_a_loaded_page(hill, phone):
    page = phone.open(user_agent=WECHAT, has_touch=True)
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto("/scan#join=ABCDEFGH")
    note = page.get_by_test_id("open-browser")
    expect(note).to_contain_text("在默认浏览器中打开")
    assert page.url.endswith("#join=ABCDEFGH"), "WeChat hands the address on, the code with it"
    assert_accessible(page)
    assert_no_sideways_scroll(page, 320)
    page.goto("about:blank")
    stand(page, hill.device())
    phone.context.set_offline(True)
    assert read(page, hill.texts[1])[0] == "accepted"
    assert read(page, hill.texts[1])[0] == "repeat"
    phone.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    all_sent(page)


def test_a_new_release_waits_until_the_volunteer_lets_it_in(hill, phone):
    page = phone.open()
    stand(page, hill.device())
    page.reload()
    expect(page.locator("#sc-list")).to_have_attribute("data-state", "fresh")
    page.evaluate("window.before = 1")
    # the page has asked for its own worker by now: asked later, it would take the place of the newer one
    expect(page.locator("#scanner")).to_have_attribute("data-hand", "right")

    # another script is another release, as far as the browser is concerned
    page.evaluate("async () => { await navigator.serviceWorker.register('/scan/worker.js?newer', {scope: '/scan'}); }")
    page.get_by_test_id("unsent").click()
    expect(page.get_by_test_id("release")).to_be_visible()
    assert page.evaluate("window.before") == 1, "mid-event nothing is opened anew by itself"
    phone.context.set_offline(True)
    page.get_by_test_id("state-back").click()
    read(page, hill.texts[5])
    page.get_by_test_id("unsent").click()
    assert page.evaluate("window.before") == 1
    expect(page.get_by_test_id("update")).to_be_hidden()
    phone.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    all_sent(page)
    page.get_by_test_id("update").click()
    page.wait_for_function("window.before === undefined")
    eventually(page, lambda: page.evaluate("navigator.serviceWorker.controller?.scriptURL ?? ''").endswith("?newer"))


def test_english_is_remembered_by_the_phone_and_needs_no_network(hill, phone):
    page = phone.open()
    page.goto("/scan#join=ABCDEFGH")
    page.get_by_test_id("join-language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_test_id("join-name")).to_be_focused()
    expect(page.get_by_test_id("join-code")).to_be_hidden()  # the link's code has come along
    assert_no_sideways_scroll(page, 320)
    page.goto("about:blank")
    stand(page, hill.device())
    phone.context.set_offline(True)
    page.goto("/scan")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#sc-list")).to_have_attribute("data-state", "fresh")
    assert read(page, hill.texts[7])[0] == "accepted"
    expect(page.get_by_test_id("verdict-word")).to_have_text("Pass")
    expect(page.get_by_test_id("verdict-bib")).to_have_text(re.compile(r"^A \d+$"))
    expect(page.get_by_test_id("unsent")).to_have_text("1 unsent")
    for text in (hill.texts[7], hill.texts[8][:-2] + "00", "https://x.example/poster"):
        read(page, text)
        assert_no_sideways_scroll(page, 320)
    page.get_by_test_id("unsent").click()
    panel = page.locator("[data-name=state]")
    assert not re.search(r"[\u3400-\u9fff]", panel.inner_text().replace("中文", ""))
    assert_accessible(page)
    assert_no_sideways_scroll(page, 320)
    assert_no_sideways_scroll(page, 375, text=1.5)
    page.get_by_test_id("language").locator("input[value=zh]").check()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_test_id("unsent")).to_have_attribute("data-count", "3")
    page.goto("/scan")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


@pytest.mark.parametrize("hand", ["right", "left"])
def test_the_hand_that_holds_the_phone_is_remembered(hill, phone, hand):
    page = phone.open()
    stand(page, hill.device())
    page.get_by_test_id("unsent").click()
    page.get_by_test_id("hand").locator(f"input[value={hand}]").check()
    assert_accessible(page)
    assert_no_sideways_scroll(page, 320)
    assert_no_sideways_scroll(page, 375, text=1.5)
    page.reload()
    expect(page.locator("#scanner")).to_have_attribute("data-hand", hand)
    code, search = (page.get_by_test_id(name).bounding_box()["x"] for name in ("open-code", "open-search"))
    assert (code < search) == (hand == "right")
