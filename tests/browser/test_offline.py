"""The scanner where there is no signal: it starts, judges and loses nothing."""

from __future__ import annotations

import json
import random
import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, Response, Route, expect

from tests.browser.checks import assert_accessible, assert_no_sideways_scroll
from tests.browser.offline import GUN, ROWS, Field, Phone, all_sent, copy_of, eventually, field, read, stand, unsent
from tests.support import places

PEOPLE = 480
DOUBLES = 20


@pytest.fixture(scope="module")
def hill() -> Iterator[Field]:
    with field(places.new_folder("hill"), PEOPLE) as one:
        yield one


@pytest.fixture
def phone(playwright: Playwright, chromium_path: str, hill: Field, tmp_path: Path) -> Iterator[Phone]:
    one = Phone(playwright, chromium_path, tmp_path / "profile", hill.url)
    yield one
    one.close()


def held(page: Page) -> list[dict]:
    return sorted(page.evaluate(ROWS), key=lambda one: one["item"]["seq"])


def assert_all_there(found: dict, rows: list[dict]) -> None:
    """Every scan of the phone is on the server, once, and nothing else of it."""
    missing = {one["id"] for one in rows} - set(found["scans"])
    assert not missing, f"{len(missing)} scans were lost"


def test_500_scans_offline_survive_killed_phones_and_servers(hill, phone, tmp_path):
    """F03, F04, F24's upload, and the whole of the issue's first line."""
    draw = random.Random(8)
    texts = [*hill.texts, *draw.sample(hill.texts, DOUBLES)]
    page = phone.open()
    stand(page, hill.device())
    before = copy_of(hill.instance, tmp_path / "before")

    phone.context.set_offline(True)
    said = [read(page, text)[0] for text in texts[:250]]
    assert unsent(page) == 250
    phone.kill()

    page = phone.open(offline=True)
    page.goto("/scan")
    expect(page.get_by_test_id("hint")).to_be_attached()
    expect(page.get_by_test_id("unsent")).to_have_attribute("data-count", "250")
    said += [read(page, text)[0] for text in texts[250:]]
    assert said == ["accepted"] * PEOPLE + ["repeat"] * DOUBLES
    rows = held(page)
    assert [one["item"]["seq"] for one in rows] == list(range(1, 501))
    assert {one["state"] for one in rows} == {"pending"}

    requests = []

    def trouble(route: Route) -> None:
        requests.append(route.request.post_data_json)
        if len(requests) == 2:  # taken, but the answer is lost
            route.fetch()
            route.abort()
        elif len(requests) == 3:  # the server dies in the middle
            hill.kill()
            route.abort()
            hill.start()
        else:
            route.continue_()

    page.route(re.compile(r"/api/v1/scans"), trouble)
    phone.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    all_sent(page)

    found = hill.facts()
    assert_all_there(found, rows)
    assert len(found["scans"]) == 500
    reference = hill.reference(rows, before)
    assert found["check_ins"] == reference["check_ins"]
    assert {key: one[:2] for key, one in found["scans"].items()} == {
        key: one[:2] for key, one in reference["scans"].items()
    }
    assert {one["state"] for one in held(page)} == {"done"}, "rows stay on the phone for a day"


def test_the_control_an_answer_before_the_commit_loses_scans_and_is_caught(hill, phone):
    """The same check on a broken server: it says yes and has stored nothing."""
    page = phone.open()
    stand(page, hill.device())

    def broken(route: Route) -> None:
        items = route.request.post_data_json["scans"]
        answers = [{"id": one["id"], "verdict": "accepted"} for one in items]
        body = {"results": answers, "server_time": "2021-09-18T00:00:00Z", "epoch": 1}
        route.fulfill(json=body)

    page.route(re.compile(r"/api/v1/scans"), broken)
    for text in hill.texts[:3]:
        read(page, text)
    all_sent(page)
    with pytest.raises(AssertionError, match="3 scans were lost"):
        assert_all_there(hill.facts(), held(page))


def test_two_tabs_send_each_scan_once(hill, phone):
    first = phone.open()
    stand(first, hill.device(), "K")
    second = phone.context.new_page()
    second.goto("/scan")
    expect(second.locator("#sc-list")).to_have_attribute("data-state", "fresh")
    posted: list[str] = []

    def note(response: Response) -> None:
        if "/api/v1/scans" in response.url:
            posted.extend(one["id"] for one in response.request.post_data_json["scans"])

    for page in (first, second):
        page.on("response", note)
    phone.context.set_offline(True)
    for place, text in enumerate(hill.texts[:10]):
        assert read((first, second)[place % 2], text)[0] == "accepted"
    assert read(second, hill.texts[0])[0] == "repeat", "what one tab has read the other knows"
    rows = held(first)
    assert sorted(one["item"]["seq"] for one in rows) == list(range(1, 12))
    phone.context.set_offline(False)
    for page in (first, second):
        page.evaluate("window.dispatchEvent(new Event('online'))")
    all_sent(first)
    all_sent(second)
    assert sorted(posted) == sorted(one["id"] for one in rows)
    assert_all_there(hill.facts(), rows)


SHIFT = """
  window.shift = SHIFT;
  const True = Date;
  window.Date = class extends True {
    constructor(...given) { if (given.length) super(...given); else super(True.now() + window.shift); }
    static now() { return True.now() + window.shift; }
  };
"""


@pytest.mark.parametrize("hours", [-24, 1])
def test_a_clock_that_is_wrong_or_moved_does_not_move_the_scan(hill, phone, hours):
    page = phone.open()
    page.add_init_script(SHIFT.replace("SHIFT", str(hours * 3_600_000), 1))
    stand(page, hill.device(), "F")
    text = hill.texts[30 + hours]
    assert read(page, text)[0] == "accepted", "the phone judges by the server's time"
    phone.context.set_offline(True)
    page.evaluate("window.shift -= 3 * 3600 * 1000")  # somebody sets it back in the valley
    later = hill.texts[80 + hours]
    assert read(page, later)[0] == "accepted"
    phone.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    all_sent(page)
    scans = hill.facts()["scans"]
    times = [datetime.fromisoformat(scans[one["id"]][1]) for one in held(page)]
    assert all(abs(datetime.now(UTC) - at) < timedelta(minutes=2) for at in times), (
        "corrected by the phone's own measure"
    )


def test_the_server_s_name_joins_the_phone_s_word_and_a_contradiction_is_told(hill, phone):
    here = phone.open()
    stand(here, hill.device(), "P")
    text, other = hill.texts[300:302]
    assert read(here, text)[0] == "accepted"
    expect(here.get_by_test_id("verdict-name")).to_have_text("王德福")
    at = datetime.now(UTC) - timedelta(minutes=5)
    item = {"id": str(uuid.uuid4()), "pass": other, "checkpoint": "P", "scanned_at": at.isoformat()}
    hill.ask("replay", hill.walk["activity"], stdin=json.dumps([item]))
    read(here, other)  # the phone cannot know of another one: green, for as long as the answer takes
    expect(here.get_by_test_id("verdict")).to_have_attribute("data-verdict", "repeat")
    expect(here.get_by_test_id("verdict-lines")).to_contain_text("手机刚才判“通过”，已更正")
    expect(here.get_by_test_id("verdict-word")).to_have_text("已领过")


@pytest.mark.parametrize("offline", [False, True])
def test_an_undo_takes_back_somebody_who_was_read_twice(hill, phone, offline):
    """Taking back only the first scan would leave the second one as the check-in."""
    page = phone.open()
    stand(page, hill.device(), "F")
    phone.context.set_offline(offline)
    text = hill.texts[320 + offline]
    assert [read(page, text)[0] for _ in range(2)] == ["accepted", "repeat"]
    page.get_by_test_id("next").click()
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("last")).to_contain_text("已撤销")
    phone.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    all_sent(page)
    mine = {one["id"] for one in held(page) if "pass" in one["item"]}
    assert len(mine) == 2
    assert not mine & {scan for *_, scan in hill.facts()["check_ins"]}
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("last")).to_contain_text("已恢复")
    all_sent(page)
    assert len(mine & {scan for *_, scan in hill.facts()["check_ins"]}) == 1


def test_a_team_without_a_network_is_counted_and_its_names_come_later(hill, phone):
    page = phone.open()
    stand(page, hill.device(), "S")
    phone.context.set_offline(True)
    page.evaluate(GUN, hill.walk["team"])
    expect(page.get_by_test_id("heads-count")).to_have_text("3")
    assert_accessible(page)
    assert_no_sideways_scroll(page, 320)
    assert_no_sideways_scroll(page, 375, text=1.5)
    page.get_by_test_id("heads-more").click()
    page.get_by_test_id("heads-send").click()
    expect(page.get_by_test_id("verdict")).to_have_attribute("data-verdict", "team_partial")
    expect(page.get_by_test_id("verdict-lines")).to_contain_text("已记下 4 人")
    phone.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    all_sent(page)
    assert hill.facts()["heads"] == [4]


def test_the_search_says_that_it_needs_a_network_and_the_office_hears_of_the_phone(hill, phone):
    page = phone.open()
    stand(page, hill.device(), "S")
    release = page.locator("#scanner").get_attribute("data-release")
    told = [0, True, release]
    eventually(page, lambda: told in [[queue, held is not None, app] for queue, held, app in hill.facts()["phones"]])
    phone.context.set_offline(True)
    page.get_by_test_id("open-search").click()
    page.get_by_test_id("search-input").fill("王德福")
    expect(page.get_by_test_id("search-state")).to_have_text("找人要有网络。没有网时可以输短码。")
