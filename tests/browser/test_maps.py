"""The map that opens on tap: what it fetches, what it draws, that it closes again and says when it cannot open."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import faults_of_access, faults_of_look, faults_of_width
from tests.browser.doors import follow, sign_in_staff

STATION = "/activities/CT-NEXT"
KEY = "0123456789abcdef" * 2
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""A transparent pixel as PNG."""


def opened(page: Page, path: str) -> None:
    page.goto(path)
    page.get_by_role("button", name="在地图上看").click()
    expect(page.locator(".x-map path.x-map__line").first).to_be_visible()


def test_the_map_comes_on_tap_alone_and_from_here_alone(phone):
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto(STATION)
    phone.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/map-" in url or ".geojson" in url]
    opened(phone, STATION)
    assert [url for url in asked if ".geojson" in url]
    home = phone.evaluate("location.origin")
    assert not [url for url in asked if not url.startswith((home, "blob:", "data:"))]


def test_stops_bear_their_numbers_and_tell_their_names(phone):
    opened(phone, STATION)
    expect(phone.locator(".x-map__stop")).to_have_text(["1", "2", "起"])
    phone.locator(".x-map__stop").first.click()
    expect(phone.locator(".leaflet-popup-content")).to_have_text("4 km 签到点")


def test_it_closes_and_opens_again(phone):
    opened(phone, STATION)
    phone.get_by_role("button", name="收起地图").click()
    expect(phone.locator(".x-map")).to_have_count(0)
    phone.get_by_role("button", name="在地图上看").click()
    expect(phone.locator(".x-map")).to_have_count(1)


@pytest.mark.parametrize("path", [STATION, "/facilities"])
def test_an_open_map_is_for_everybody(phone, path):
    opened(phone, path)
    assert faults_of_access(phone) == []
    assert faults_of_width(phone, 320) == []


@pytest.mark.parametrize("path", ["/office/activities/BZ-TODAY/route", "a greenway"])
def test_drawings_and_maps_of_the_office_are_legible_on_a_phone(as_walker, path):
    page = as_walker("limin")
    if path == "a greenway":
        page.goto("/office/facilities")
        follow(page.get_by_role("link", name="龙河").first)
        path = page.url
    page.set_viewport_size({"width": 375, "height": 800})
    for mode in ("standard", "elder"):
        page.context.add_cookies([{"name": "mode", "value": mode, "url": page.url}])
        opened(page, path)
        assert faults_of_access(page, enhanced=mode == "elder") + faults_of_look(page, mode) == []


@pytest.mark.parametrize("mode", ["standard", "elder"])
def test_several_lines_bear_numbers_whose_names_stand_below(phone, mode):
    phone.goto("/facilities")
    phone.context.add_cookies([{"name": "mode", "value": mode, "url": phone.url}])
    opened(phone, "/facilities")
    expect(phone.locator(".x-map__stop")).to_have_text(["1", "2", "3", "4"])
    names = phone.locator(".x-map-names li")
    expect(names).to_have_count(4)
    for name in ("环岩马湖", "环翼云湖", "龙河", "环翼云湖体育旅游线路"):
        expect(names.filter(has=phone.get_by_text(name, exact=True))).to_have_count(1)
    assert faults_of_look(phone, mode) == []


@pytest.mark.parametrize("mode", ["standard", "elder"])
@pytest.mark.parametrize("path", [STATION, "/facilities"])
def test_no_mark_is_cut_off_or_hides_below_the_buttons(phone, path, mode):
    phone.goto(path)
    phone.context.add_cookies([{"name": "mode", "value": mode, "url": phone.url}])
    opened(phone, path)
    phone.locator(".x-map").scroll_into_view_if_needed()
    ground, buttons = (phone.locator(one).bounding_box() for one in (".x-map", ".leaflet-control-zoom"))
    for mark in phone.locator(".x-map__stop").all():
        box = mark.bounding_box()
        assert ground["x"] <= box["x"]
        assert box["x"] + box["width"] <= ground["x"] + ground["width"]
        assert ground["y"] <= box["y"]
        assert box["y"] + box["height"] <= ground["y"] + ground["height"]
        assert box["x"] >= buttons["x"] + buttons["width"] or box["y"] >= buttons["y"] + buttons["height"]
        inside = mark.locator("span").bounding_box()
        assert abs((inside["y"] + inside["height"] / 2) - (box["y"] + box["height"] / 2)) <= 1.5, "in the middle"


def test_without_a_network_it_says_so_and_may_be_tried_again(phone, watch):
    watch.allow(r"ERR_INTERNET_DISCONNECTED")
    phone.goto(STATION)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="在地图上看").click()
    expect(phone.locator(".x-map-door")).to_contain_text("地图打不开，请检查网络，再点一次。")
    phone.context.set_offline(False)
    phone.get_by_role("button", name="在地图上看").click()
    expect(phone.locator(".x-map path.x-map__line")).to_be_visible()
    expect(phone.locator(".x-map-door")).not_to_contain_text("打不开")


def test_with_the_office_s_key_the_ground_is_fetched(open_page, site, watch):
    """The real tiles need the network and a real key; here somebody answers in their place."""
    watch.allow(r"asked another host \(https://t\d\.tianditu\.gov\.cn/")
    page = open_page("desk")
    asked: list[str] = []

    def answer(route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, content_type="image/png", body=DOT)

    page.context.route("https://*.tianditu.gov.cn/**", answer)
    sign_in_staff(page, site.instance, "wangfang")
    page.goto("/office/settings")
    page.get_by_label("天地图密钥").fill(KEY)
    follow(page.get_by_role("button", name="保存"))
    try:
        for _ in range(20):  # another process of the site may still know what was set before
            page.goto(STATION)
            if page.locator("[data-map]").get_attribute("data-ground"):
                break
            page.wait_for_timeout(500)
        page.get_by_role("button", name="在地图上看").click()
        expect(page.locator(".x-map img.leaflet-tile-loaded").first).to_be_attached()
        expect(page.get_by_text("底图：天地图").first).to_be_visible()
        assert {url.split("LAYER=")[1][:3] for url in asked} == {"vec", "cva"}
        assert all(f"tk={KEY}" in url for url in asked)
    finally:
        page.goto("/office/settings")
        page.get_by_label("天地图密钥").fill("")
        follow(page.get_by_role("button", name="保存"))
