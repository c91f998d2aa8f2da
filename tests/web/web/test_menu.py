"""The office's side bar and tabs: what a caller may open, in order, the current one marked."""

from __future__ import annotations

import pytest

from app.core.permissions import Role
from app.web.registry import menu_items, tabs_of
from tests.web.web.conftest import OURS, THEIRS, Door, Visitor

PROBES = {"探针", "深处", "探针的"}


def shown(page, part: str = ".x-side__nav") -> list[str]:
    return [a.get_text(strip=True) for a in page.soup.select(f"{part} a") if a.get_text(strip=True) in PROBES]


def marked(page) -> list[str]:
    return [a.get_text(strip=True) for a in page.soup.select(".x-side__nav a[aria-current=page]")]


def test_it_shows_what_the_caller_may_open_in_order(visit):
    Door.visitor = Visitor(Role.EVENT_MANAGER)
    page = visit.get("/office/probe")
    assert shown(page) == ["深处", "探针"]
    assert shown(page, ".x-side__fold") == ["深处", "探针"], "the folded menu of a narrow screen is the same"


def test_a_permission_in_one_scope_is_enough_to_be_shown(visit):
    Door.visitor = Visitor(Role.EVENT_MANAGER, scope=OURS)
    assert shown(visit.get("/office/probe/deep")) == ["深处", "探针"]


def test_the_page_that_is_open_is_marked_and_no_other(visit):
    Door.visitor = Visitor(Role.EVENT_MANAGER)
    assert marked(visit.get("/office/probe")) == ["探针"]
    assert marked(visit.get("/office/probe/deep")) == ["深处"]
    assert marked(visit.get("/office/probe/1/edit")) == ["探针"], "a page below an entry belongs to it"


def test_nobody_sees_no_menu(site):
    from app.web.registry import menu

    with site.test_request_context("/office/probe"):
        assert menu() == []


def test_every_entry_leads_somewhere(app):
    with app.test_request_context():
        for item in menu_items(app):
            assert item.endpoint in app.view_functions
            assert item.label


def test_the_order_of_the_entries_is_settled(app):
    orders = [(item.group, item.order) for item in menu_items(app)]
    assert len(orders) == len(set(orders)), "two entries want the same place"


@pytest.mark.parametrize(
    ("visitor", "expected"),
    [
        (None, []),
        (Visitor(Role.AUDITOR), []),
        (Visitor(Role.VOLUNTEER_COORDINATOR), ["查看"]),
        (Visitor(Role.EVENT_MANAGER), ["查看", "修改"]),
        (Visitor(Role.EVENT_MANAGER, scope=OURS), ["查看", "修改"]),
        (Visitor(Role.EVENT_MANAGER, scope=THEIRS), []),
    ],
    ids=["nobody", "auditor", "coordinator", "manager", "of this one", "of another"],
)
def test_tabs_are_of_one_thing_and_what_one_may_do_there(site, visitor, expected):
    Door.visitor = visitor
    with site.test_request_context("/office/probe/1/edit"):
        tabs = tabs_of("activity_id", "1", "probe.edit")
        assert [tab.label for tab in tabs] == expected
        assert all(tab.active and tab.url == "/office/probe/1/edit" for tab in tabs)


def test_a_thing_without_tabs_has_none(site):
    Door.visitor = Visitor(Role.EVENT_MANAGER)
    with site.test_request_context("/"):
        assert tabs_of("season_id", "1", "x") == []
