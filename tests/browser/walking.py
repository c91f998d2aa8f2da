"""Walking through pages in the browser: who walks, what only an act leads to, and what each page is checked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.browser.checks import faults_of_access, faults_of_look, faults_of_width

WALKERS = {
    "nobody": ("/", "/scan", "/activities/XZ2021/register"),
    "citizen": ("/", "/my", "/activities/XZ2021/register"),
    "limin": ("/office",),
    "zhangwei": ("/office",),
    "wangfang": ("/office",),
    "zhaolei": ("/office",),
    "sunjing": ("/office",),
}
"""Who walks, and where they come in; XZ2021 is over."""
BY_ACTS = {
    "accounts/key_once.html",
    "accounts/login_code.html",
    "accounts/password_once.html",
    "checkins/issued.html",
    "checkins/join.html",
    "checkins/poster.html",
    "checkins/poster_closed.html",
    "checkins/poster_done.html",
    "checkins/conflict.html",
    "checkins/poster_sheet.html",
    "checkins/poster_stale.html",
    "dashboards/founded.html",
    "dashboards/founding.html",
    "dashboards/person.html",
    "dashboards/person_grant.html",
    "dashboards/person_identity.html",
    "dashboards/person_merge.html",
    "games/enter_preview.html",
    "games/protest.html",
    "games/referee_bout.html",
    "games/referee_checkins.html",
    "games/referee_heat.html",
    "games/referee_match.html",
    "games/referee_panel.html",
    "games/referee_places.html",
    "games/referee_times.html",
    "games/schedule_session.html",
    "games/schedule_unit.html",
    "games/sheet.html",
    "honours/check.html",
    "honours/check_form.html",
    "honours/check_service.html",
    "honours/draws.html",
    "honours/news.html",
    "honours/news_remove.html",
    "honours/public_news.html",
    "people/dismiss.html",
    "people/prove.html",
    "registrations/confirm.html",
    "registrations/done.html",
    "registrations/notices_confirm.html",
    "registrations/recipients.html",
    "registrations/slip.html",
    "registrations/team_preview.html",
    "registrations/team_report.html",
    "registrations/team_show.html",
    "squads/sheet_preview.html",
    "volunteers/own_sign.html",
    "volunteers/record.html",
    "web/error.html",
}
"""What only an act leads to; each is seen in a test of its own, in test_pages_*.py."""
WITHOUT_A_WALK: dict[str, str] = {}
"""Pages that no walk here leads to yet, and why; the page client has checked them all the same."""
ADDRESSES_BY_ACTS = {
    "accounts.end_key": "a key to end: test_pages_of_the_walk.py",
    "accounts.login_code": "the second step of signing in: test_pages_of_the_walk.py",
    "checkins_office.conflict": "test_pages_of_the_walk.py",
    "checkins_poster.from_screen": "test_pages_of_the_walk.py",
    "checkins_poster.poster": "test_pages_of_the_walk.py",
    "checkins_poster.sheet": "test_pages_of_the_walk.py",
    "dashboards.founding": "test_pages_of_the_first_day.py",
    "dashboards.grant": "test_pages_of_the_walk.py",
    "dashboards.identity": "test_pages_of_the_walk.py",
    "dashboards.merge": "test_pages_of_the_walk.py",
    "dashboards.person": "test_pages_of_the_walk.py",
    "games.clear_session": "test_pages_of_games.py",
    "games.decide": "test_pages_of_games.py",
    "games.enter_preview": "test_pages_of_games.py",
    "games.referee_checkins": "test_pages_of_games.py",
    "games.referee_sheet": "test_pages_of_games.py",
    "games.referee_times": "test_pages_of_games.py",
    "games.referee_unit": "test_pages_of_games.py",
    "games.unit_time": "test_pages_of_games.py",
    "honours.check": "test_pages_of_the_year.py",
    "honours.check_form": "test_pages_of_the_year.py",
    "honours.one_news": "test_pages_of_the_year.py",
    "honours.public_draws": "test_pages_of_the_year.py",
    "honours.public_news": "test_pages_of_the_year.py",
    "honours.remove_news": "test_pages_of_the_year.py",
    "people.dismiss": "test_pages_of_the_walk.py",
    "people.prove": "test_pages_of_the_walk.py",
    "registrations.confirm": "test_pages_of_the_walk.py",
    "registrations.done": "test_pages_of_the_walk.py",
    "registrations.recipients": "test_pages_of_the_walk.py",
    "registrations.walk_in_slip": "test_pages_of_the_walk.py",
    "team.preview": "test_pages_of_the_walk.py",
    "team.show": "test_pages_of_the_walk.py",
    "volunteers.camera": "test_volunteers.py",
    "squads.sheet_preview": "test_pages_of_the_year.py",
    "volunteers.own_sign": "test_pages_of_the_year.py",
    "volunteers.service_record": "test_pages_of_the_year.py",
}
"""Addresses that only an act leads to, and the walk that looks at them."""
NO_PAGES = {
    "api-docs.openapi_json": "for programs",
    "checkins.worker": "a script",
    "checkins_office.day_live": "a part of the board, which stands in its page",
    "dashboards.figures": "a part of the attendance page, which stands in it",
    "activities.route_map": "what a map draws: test_maps.py",
    "facilities.all_map": "what a map draws: test_maps.py",
    "facilities.place_map": "what a map draws: test_maps.py",
    "facilities.set_photo": "a picture",
    "facilities.set_signature": "a picture",
    "games.draw_file": "a file",
    "games.enter_wrong": "a file",
    "games.entry_book_file": "a file",
    "health.healthz": "for programs",
    "health.metrics": "for programs",
    "honours.certificates_file": "a file",
    "honours.draw_file": "a file",
    "honours.news_photo": "a picture",
    "honours.office_service_record": "a file",
    "honours.own_certificate": "a file",
    "honours.own_service_record": "a file",
    "portal.route_map": "what a map draws: test_maps.py",
    "registrations.draw_file": "a file",
    "static": "files",
    "team.cards": "a file",
    "team.wrong": "a file",
    "volunteers.hours_file": "a file",
}
"""Addresses that answer with no page; those of the API are known by their path."""
Look = Callable[..., None]


WIDTHS = (375, 1280)
"""CSS pixels of a phone and of a desk: the office looks in from a phone too, a citizen from a desk."""


def _found(page: Page, mode: str) -> Iterator[tuple[str, str]]:
    """Where, and what is wrong there: in both widths, on the narrowest phone, with half as large text again."""
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for fault in faults_of_access(page, enhanced=mode == "elder") + faults_of_look(page, mode):
            yield f", {width} px", fault
    larger = faults_of_width(page, 375, text=1.5) + faults_of_width(page, 1280)  # the page keeps the larger text
    page.evaluate("document.querySelectorAll('*').forEach((e) => e.style?.removeProperty('font-size'))")
    for fault in larger + faults_of_width(page, 320):
        yield "", fault
    if before:
        page.set_viewport_size(before)


@contextmanager
def collecting(page: Page) -> Iterator[tuple[Look, set[str]]]:
    """`look()` checks the page as it stands, in both modes; the block fails with all faults at once."""
    faults: list[str] = []
    seen: set[str] = set()
    answered: dict[str, str] = {}
    page.on("response", lambda answer: answered.update({answer.url: answer.headers.get("x-templates", "")}))

    def look(*, reload: bool = True, name: str = "") -> None:
        seen.update(answered.get(page.url.split("#")[0], "").split())
        for mode in ("standard", "elder"):
            if reload:
                page.context.add_cookies([{"name": "mode", "value": mode, "url": page.url}])
                page.reload()
            else:
                page.evaluate("mode => document.documentElement.dataset.mode = mode", mode)
            found = faults_of_access(page, enhanced=mode == "elder") + faults_of_look(page, mode)
            found += faults_of_width(page, 320) + faults_of_width(page, 375, text=1.5)
            faults.extend(f"{name or page.url} [{mode}] {fault}" for fault in found)
            if not reload:
                page.evaluate("document.querySelectorAll('*').forEach((e) => e.style?.removeProperty('font-size'))")
        page.context.add_cookies([{"name": "mode", "value": "standard", "url": page.url}])
        if not reload:
            page.evaluate("document.documentElement.dataset.mode = 'standard'")

    yield look, seen
    assert faults == [], "\n".join(faults)
