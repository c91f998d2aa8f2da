"""The checks of pages find what they are there for: each is shown a page that it must refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser import video
from tests.browser.checks import assert_accessible, assert_no_sideways_scroll, faults_of_look
from tests.browser.watching import PageWatch

HOME = "http://xiangyue.test"
OPEN_CAMERA = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
  const seen = document.createElement('video');
  seen.srcObject = stream;
  seen.muted = true;
  await seen.play();
  await new Promise((done) => seen.requestVideoFrameCallback(done));
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
  const ground = canvas.getContext('2d');
  ground.drawImage(seen, 0, 0, 1280, 720);
  return [...ground.getImageData(640, 360, 1, 1).data].slice(0, 3);
}"""


def document(body: str, head: str = "") -> str:
    start = '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>相约</title>'
    fit = '<meta name="viewport" content="width=device-width">'
    return f"{start}{fit}{head}</head><body><main>{body}</main></body></html>"


@pytest.fixture
def show(chromium: Browser) -> Iterator[Callable[[str], Page]]:
    """Show a page of one's own at HOME; whatever else is asked for is answered by 404."""
    context = chromium.new_context(viewport={"width": 375, "height": 812})

    def open_page(body: str, head: str = "", status: int = 200) -> Page:
        def answer(route: Route) -> None:
            if route.request.url == f"{HOME}/":
                route.fulfill(status=status, body=document(body, head), content_type="text/html")
            else:
                route.fulfill(status=404, body="")

        context.route("**/*", answer)
        page = context.pages[0] if context.pages else context.new_page()
        page.goto(f"{HOME}/")
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    context.close()


@pytest.fixture
def watch(chromium: Browser, show: Callable[..., Page]) -> PageWatch:
    watching = PageWatch(HOME)
    watching.watch(chromium.contexts[-1])
    return watching


def test_a_sound_page_passes_every_check(show, watch):
    page = show("<h1>相约星期六</h1><p>今天走一段。</p>", head='<link rel="icon" href="data:,">')
    assert_accessible(page)
    assert_no_sideways_scroll(page, 320, text=1.5)
    assert watch.troubles() == []


def test_pale_text_is_not_accessible(show):
    page = show('<h1>相约</h1><p style="color:#bbb;background:#fff">看不清</p>')
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_accessible(page)


def test_a_field_without_a_name_is_not_accessible(show):
    page = show('<h1>相约</h1><input type="text">')
    with pytest.raises(AssertionError, match="label"):
        assert_accessible(page)


def test_a_wide_table_scrolls_sideways(show):
    page = show('<h1>相约</h1><div class="too-wide" style="width:400px">表</div>')
    with pytest.raises(AssertionError, match="too-wide"):
        assert_no_sideways_scroll(page, 320)
    assert page.viewport_size == {"width": 375, "height": 812}


def test_a_row_that_fits_only_small_text_is_found(show):
    page = show('<h1>相约</h1><p style="white-space:nowrap;font-size:16px">一二三四五六七八九十一二三四</p>')
    assert_no_sideways_scroll(page, 320)
    with pytest.raises(AssertionError, match="sideways"):
        assert_no_sideways_scroll(page, 320, text=1.5)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<h1>相约</h1><details><summary>更正成绩</summary><p>第二版</p></details>", "<summary>"),
        (
            '<nav class="x-crumbs"><ol><li><span>运动会</span></li></ol></nav><h1 style="margin-top:-30px">相约</h1>',
            "over",
        ),
        ('<h1>相约</h1><p style="font-size:11px">看不清的小字</p>', "11.0 px"),
    ],
)
def test_what_is_hard_to_hit_or_to_read_is_found(show, body, fault):
    faults = faults_of_look(show(body), "standard")
    assert any(fault in one for one in faults), faults


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("<script>console.error('出错了')</script>", "console: 出错了"),
        ("<script>throw new Error('broken here')</script>", "script error"),
        ("<img alt='' src='https://elsewhere.test/pixel.gif'>", "asked another host"),
        ("<img alt='' src='/missing.png'>", "status of 404"),
    ],
)
def test_trouble_on_a_page_is_noticed(show, watch, body, trouble):
    show(body, head='<link rel="icon" href="data:,">')
    assert any(trouble in line for line in watch.troubles())


def test_an_allowed_trouble_does_not_count(show, watch):
    watch.allow("出错了")
    show("<script>console.error('出错了')</script>", head='<link rel="icon" href="data:,">')
    assert watch.troubles() == []


def test_a_form_refused_with_422_is_no_trouble_but_a_500_is(show, watch):
    show("<h1>请检查</h1>", head='<link rel="icon" href="data:,">', status=422)
    assert watch.troubles() == []
    show("<h1>出错</h1>", head='<link rel="icon" href="data:,">', status=500)
    assert any("status 500" in line for line in watch.troubles())


def test_the_fake_camera_shows_the_video(camera_browser, tmp_path):
    red = video.nothing()
    red.paste((200, 20, 20), (0, 0, *video.SIZE))
    film = video.write_video(tmp_path / "red.mjpeg", [(red, 0.5)])
    context = camera_browser(film).new_context(permissions=["camera"])
    context.route("**/*", lambda route: route.fulfill(body=document("<h1>扫码</h1>"), content_type="text/html"))
    page = context.new_page()
    page.goto("http://localhost/")  # a camera is for secure origins, and this machine counts as one
    seen_red, seen_green, seen_blue = page.evaluate(OPEN_CAMERA)
    assert seen_red > 150
    assert max(seen_green, seen_blue) < 80
    context.close()
