"""An inspector reads what was done in words, not in codes: whatever a service records has its word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from app.activities.constants import ActivityStatus
from app.dashboards.constants import ACTIONS
from app.games.constants import HonourState
from tests.support.sources import named, text_of, with_suffix

CODE = re.compile(r"[a-z_]+\.[a-z_.]+")
PUT_TOGETHER = {
    "activity.": [one.value for one in ActivityStatus],
    "games.honour_": [one.value for one in HonourState if one is not HonourState.NOMINATED],
    "quarantine.": ["keep", "release"],
}
"""Actions whose last word is the state that something came to."""


def recorded() -> Iterator[tuple[str, str]]:
    """(action or the beginning of one, file) of every call of `record`."""
    for path in with_suffix(".py", under="app/"):
        for node in ast.walk(ast.parse(text_of(path))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record" and len(node.args) > 1):
                continue
            for part in ast.walk(node.args[1]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and "." in part.value:
                    yield part.value, named(path)


def test_every_action_has_its_word():
    found = dict(recorded())
    assert len(found) > 150
    whole = {action for action in found if action not in PUT_TOGETHER}
    assert all(CODE.fullmatch(action) for action in whole)
    assert {action: found[action] for action in whole - ACTIONS.keys()} == {}


def test_so_has_every_state_that_something_comes_to():
    made = {start + end for start, ends in PUT_TOGETHER.items() for end in ends}
    assert made - ACTIONS.keys() == set()
    assert PUT_TOGETHER.keys() <= {action for action, _ in recorded()}
