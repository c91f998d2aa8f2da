"""Fixtures of the browser tests: a Chromium, a served installation, watched pages.

    def test_x(site, phone, desk): ...       two people at once, each with cookies of their own
    site.cli("staff", "create", ...)         the command line of that installation
    watch.allow(r"status of 409")            a trouble that the test provokes
    open_page("phone", browser=camera_browser(video), permissions=["camera"])

`tests.browser.checks` holds what a page is checked for, `tests.browser.video` makes what a fake
camera sees. `make test` finds the browser; by hand, CHROMIUM names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.doors import sign_in, sign_in_staff
from tests.browser.served import Site, installation
from tests.browser.tour import Tour
from tests.browser.walking import WALKERS
from tests.browser.watching import PageWatch
from tests.support import places
from tooling import browser as browsers
from tooling.paths import ROOT

OpenPage = Callable[..., Page]
CameraBrowser = Callable[[Path], Browser]

KINDS: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 375, "height": 812},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desk": {"viewport": {"width": 1280, "height": 800}},
}
PATIENCE = 15_000  # milliseconds before a step counts as failed, on a busy machine too
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything below this folder needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser that `make test` found, or that the same search finds now."""
    found = browsers.find()
    assert found, browsers.HOW_TO_GET_ONE.format(python=".venv/bin/python")
    return found


@pytest.fixture(scope="session")
def chromium(playwright: Playwright, chromium_path: str, pytestconfig: pytest.Config) -> Iterator[Browser]:
    """One Chromium for the whole run."""
    headed = bool(pytestconfig.getoption("--headed"))
    launched = playwright.chromium.launch(
        executable_path=chromium_path, args=list(browsers.ARGUMENTS), headless=not headed
    )
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def start_site() -> Iterator[Callable[..., Site]]:
    """Start installations of other kinds: `start_site(demo=None)`, `start_site(demo=("--seed", "7"))`."""
    with ExitStack() as stack:

        def start(**wishes: Any) -> Site:
            return stack.enter_context(installation(places.new_folder("site"), **wishes))

        yield start


@pytest.fixture(scope="session")
def site(start_site: Callable[..., Site]) -> Site:
    """The installation with the small demo, shared by all tests: leave it usable for the next."""
    return start_site()


@pytest.fixture
def watch(site: Site) -> PageWatch:
    """Collects the troubles of this test's pages."""
    return PageWatch(site.url)


@pytest.fixture
def camera_browser(playwright: Playwright, chromium_path: str) -> Iterator[CameraBrowser]:
    """Start a Chromium whose camera plays a video (see tests.browser.video)."""
    launched = []

    def start(video: Path) -> Browser:
        arguments = [
            *browsers.ARGUMENTS,
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={video}",
        ]
        browser = playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        launched.append(browser)
        return browser

    yield start
    for browser in launched:
        browser.close()


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest,
    chromium: Browser,
    camera_browser: CameraBrowser,  # stands longer than the pages in it
    site: Site,
    watch: PageWatch,
) -> Iterator[OpenPage]:
    """Open pages, each in a context (cookies, storage) of its own: `open_page("desk", locale="en")`."""
    contexts = []

    def open_one(kind: str = "phone", *, browser: Browser | None = None, **wishes: Any) -> Page:
        settings = {"base_url": site.url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = (browser or chromium).new_context(**settings | KINDS[kind] | wishes)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        watch.watch(context)
        return context.new_page()

    yield open_one
    if getattr(getattr(request.node, "rep_call", None), "failed", False):
        _keep_pictures(request.node.nodeid, [page for context in contexts for page in context.pages])
    for context in contexts:
        context.close()
    assert watch.troubles() == [], "the pages of this test were in trouble:\n" + "\n".join(watch.troubles())


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A citizen's or volunteer's phone: 375 × 812, touch."""
    return open_page("phone")


@pytest.fixture
def desk(open_page: OpenPage) -> Page:
    """A desktop of the office: 1280 × 800."""
    return open_page("desk")


@pytest.fixture
def as_walker(open_page, site, doors) -> Callable[[str], Page]:
    """A page of somebody who is signed in; citizens hold a phone, the office sits at a desk."""

    def enter(who: str) -> Page:
        page = open_page("phone" if who in {"nobody", "citizen"} else "desk", storage_state=doors(who))
        page.goto("/")
        return page

    return enter


@pytest.fixture(scope="session")
def doors(site, chromium) -> Callable[[str], dict]:
    """Cookies of those who are signed in: one login for each of them, since codes come once a minute."""
    kept: dict[str, dict] = {"nobody": {"cookies": [], "origins": []}}

    def door(who: str) -> dict:
        if who not in kept:
            context = chromium.new_context(base_url=site.url, locale="zh-CN")
            page = context.new_page()
            if who == "citizen":
                sign_in(page, "13800138000")
            else:
                sign_in_staff(page, site.instance, who)
            kept[who] = context.storage_state()
            context.close()
        return kept[who]

    return door


@pytest.fixture(scope="session")
def tours(site, chromium, doors) -> Callable[[str], Tour]:
    """What each of them finds; walked once."""
    kept: dict[str, Tour] = {}

    def tour(who: str) -> Tour:
        if who not in kept:
            context = chromium.new_context(base_url=site.url, locale="zh-CN", storage_state=doors(who))
            kept[who] = Tour(context, WALKERS[who])
            assert kept[who].stops
            context.close()
        return kept[who]

    return tour


def _keep_pictures(test: str, pages: list[Page]) -> None:
    """Leave what a failed test saw in test-results/."""
    folder = ROOT / "test-results"
    folder.mkdir(exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", test).strip("-")[-120:]
    for number, page in enumerate(pages, 1):
        page.screenshot(path=folder / f"{name}-{number}.png")
