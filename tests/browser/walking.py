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
    "volunteers/own_sign.html",
    "volunteers/record.html",
    "web/error.html",
}
"""What only an act leads to; each is seen in a test of its own, in test_pages_*.py."""
WITHOUT_A_WALK: dict[str, str] = {}
"""Pages that no walk here leads to yet, and why; the page client has checked them all the same."""
Look = Callable[..., None]


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
