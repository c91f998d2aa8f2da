"""Every page, as everybody who can open it sees it: accessible, readable, for a finger, on any screen.

Pages are found by following links; what only an act leads to is walked to in test_pages_*.py. A page
that neither finds fails the last test.
"""

from __future__ import annotations

import pytest

from tests.browser.tour import pages_of_the_project
from tests.browser.walking import BY_ACTS, WALKERS, WITHOUT_A_WALK, collecting


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
