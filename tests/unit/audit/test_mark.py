"""The mark of a scope's trail, by which pages are kept."""

import pytest

from app.audit import services
from app.audit.queries import mark_of
from app.audit.services import SYSTEM, record
from app.core.ids import first_of, uuid7
from app.core.transactions import act

pytestmark = pytest.mark.usefixtures("ctx")
SCOPE = uuid7()


@act
def note(scope_id=SCOPE):
    record(SYSTEM, "test.done", subject_kind="test", subject_id=None, scope_id=scope_id)


def test_each_act_gives_another_mark_and_reading_none():
    seen = [mark_of(SCOPE)]
    for _ in range(3):
        note()
        seen.append(mark_of(SCOPE))
    assert len(set(seen)) == 4
    assert mark_of(SCOPE) == seen[-1]


def test_an_act_elsewhere_changes_nothing():
    note()
    before = mark_of(SCOPE)
    note(uuid7())
    assert mark_of(SCOPE) == before


def test_an_act_that_commits_after_a_younger_one_is_seen(monkeypatch):
    early = uuid7()
    note()
    before = mark_of(SCOPE)
    monkeypatch.setattr(services, "uuid7", lambda: early)
    note()
    assert mark_of(SCOPE)[0] == before[0]
    assert mark_of(SCOPE) != before


def test_the_least_id_of_a_millisecond():
    made = uuid7()
    at = made.int >> 80
    assert first_of(at) <= made < first_of(at + 1)
