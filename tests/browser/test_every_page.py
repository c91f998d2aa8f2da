"""Every page, as everybody who can open it sees it: accessible, readable, for a finger, on any screen.

Pages are found by following links; what only an act leads to is walked to in test_pages_*.py. A template
or an address that neither finds fails the last tests.
"""

from __future__ import annotations

import pytest

from tests.browser.tour import pages_of_the_project
from tests.browser.walking import ADDRESSES_BY_ACTS, BY_ACTS, NO_PAGES, WALKERS, WITHOUT_A_WALK, collecting


@pytest.mark.parametrize("who", WALKERS)
def test_pages_that_links_lead_to(as_walker, tours, who):
    """Each template once, by whom the table above names first."""
    before = {stop.templates for one in list(WALKERS)[: list(WALKERS).index(who)] for stop in tours(one).stops}
    page = as_walker(who)
    with collecting(page) as (look, _seen):
        for stop in tours(who).stops:
            if stop.templates in before and who != "citizen":
                continue
            answer = page.goto(stop.url)
            assert answer is not None
            assert answer.ok, stop
            look()


def test_no_page_is_left_out(tours):
    linked = {name for who in WALKERS for stop in tours(who).stops for name in stop.templates}
    left_out = pages_of_the_project() - linked - BY_ACTS - set(WITHOUT_A_WALK)
    assert not left_out, (
        f"nobody reaches {sorted(left_out)}: link them, or walk to them in a test_pages_*.py and name them in walking.py"
    )
    assert set(WITHOUT_A_WALK) & linked == set(), "links lead there now"


def test_no_address_is_left_out(site, tours):
    """Every address of the application that answers a GET: a link leads there, or a walk, or it is no page."""
    answering = {}
    for line in site.cli("routes").splitlines():
        endpoint, *methods, rule = line.split()
        if "GET" in " ".join(methods):
            answering[endpoint] = rule
    assert len(answering) > 200
    walked = {endpoint for who in WALKERS for endpoint in tours(who).seen}
    named = {*ADDRESSES_BY_ACTS, *NO_PAGES}
    left_out = {
        endpoint: rule
        for endpoint, rule in answering.items()
        if endpoint not in walked | named and not rule.startswith("/api/")
    }
    assert not left_out, f"nobody comes to {left_out}: link them, or walk to them and name them in walking.py"
    assert named <= set(answering), f"{sorted(named - set(answering))} are no addresses any more"
