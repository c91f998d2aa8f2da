"""Plans are kept in process and never older than the station."""

from dataclasses import replace

import pytest

from app.activities.constants import CheckpointKind
from app.activities.queries import checkin_plan, registration_settings, station
from app.activities.queries import kept as kept_module
from app.activities.queries.kept import forget_plans
from app.activities.rules.drafts import CheckpointDraft, StopDraft
from app.activities.services.life import pause
from app.activities.services.stations import change_window
from app.activities.services.terms import publish_terms
from app.activities.services.ways import save_checkpoint
from app.audit.services import SYSTEM
from app.core.errors import NotFound
from app.core.ids import uuid7
from app.core.transactions import act
from tests.factories import activities as made

pytestmark = pytest.mark.usefixtures("ctx", "clock")


def test_a_plan_in_full():
    season_id = made.season()
    walk = made.station(season_id=season_id)
    plan = checkin_plan(walk.id)
    assert (plan.code, plan.status, plan.season_id) == (walk.code, "published", season_id)
    assert plan.by_code == walk.checkpoints
    assert plan.checkpoints[walk.start].kind is CheckpointKind.START
    way = plan.categories[walk.categories["TZ"]].checkpoint_ids
    assert [plan.checkpoints[point].code for point in way] == ["S", "K4", "K12", "F", "P"]
    assert (walk.category, walk.checkpoints["K12"]) not in plan.hours


def test_the_second_call_asks_for_the_version_alone(statements):
    walk = made.station()
    with statements() as first:
        plan = checkin_plan(walk.id)
    with statements() as second:
        again = checkin_plan(walk.id)
    assert (len(first), len(second)) == (5, 1)
    assert again is plan


@pytest.mark.parametrize("change", ["status", "window", "way", "terms"])
def test_every_change_shows(change):
    walk = made.station()
    before = checkin_plan(walk.id), registration_settings(walk.id)
    page = station(walk.id)
    given = {"activity_id": walk.id, "version": None, "actor": SYSTEM}
    if change == "status":
        pause(**given)
    elif change == "window":
        window = replace(made.draft(starts_at=walk.starts_at).window, walkin_category="TZ", needs_review=True)
        change_window(window=window, **given)
    elif change == "terms":
        publish_terms(text="第二版", **given)
    else:
        draft = CheckpointDraft("K8", "8 km", CheckpointKind.WAYPOINT)
        save_checkpoint(checkpoint_id=None, draft=draft, stops=[StopDraft("TY", "K8")], **given)
    after = checkin_plan(walk.id), registration_settings(walk.id)
    assert after[0] is not before[0]
    assert after[1] is not before[1]
    assert after[0].version == after[1].version == station(walk.id).activity.version
    shown = {
        "status": after[0].status == "paused",
        "window": after[0].walkin_category_id == walk.categories["TZ"] and after[1].needs_review,
        "way": "K8" in after[0].by_code,
        "terms": after[1].terms.version == 2,
    }
    assert shown[change]
    page_after = station(walk.id)
    parts = [page.activity, page.checkpoints, page.stops, page.terms]
    parts_after = [page_after.activity, page_after.checkpoints, page_after.stops, page_after.terms]
    assert [old != new for old, new in zip(parts, parts_after, strict=True)] == {
        "status": [True, False, False, False],
        "window": [True, False, False, False],
        "way": [True, True, True, False],
        "terms": [True, False, False, True],
    }[change]


def test_an_act_that_fails_leaves_nothing_of_what_it_changed():
    walk = made.station()

    @act
    def change_and_fail():
        draft = CheckpointDraft("K8", "8 km", CheckpointKind.WAYPOINT)
        given = {"activity_id": walk.id, "version": None, "actor": SYSTEM}
        save_checkpoint(checkpoint_id=None, draft=draft, stops=[StopDraft("TY", "K8")], **given)
        assert "K8" in {point.code for point in station(walk.id).checkpoints}
        raise ValueError("the act fails")

    before = station(walk.id)
    with pytest.raises(ValueError, match="fails"):
        change_and_fail()
    assert station(walk.id) == before
    pause(activity_id=walk.id, version=None, actor=SYSTEM)  # takes the version that the failed act had
    assert station(walk.id).checkpoints == before.checkpoints


def test_the_least_used_are_forgotten(monkeypatch, statements):
    monkeypatch.setattr(kept_module, "KEPT", 2)
    walks = [made.station() for _ in range(3)]
    kept = [checkin_plan(walk.id) for walk in walks]
    assert checkin_plan(walks[2].id) is kept[2]
    assert checkin_plan(walks[0].id) is not kept[0]


def test_what_is_forgotten_is_read_again():
    walk = made.station()
    plan = checkin_plan(walk.id)
    forget_plans()
    again = checkin_plan(walk.id)
    assert again == plan
    assert again is not plan


def test_an_unknown_activity():
    for read in (checkin_plan, registration_settings):
        with pytest.raises(NotFound) as error:
            read(uuid7())
        assert error.value.code == "activity_not_found"


def test_settings_in_full():
    walk = made.station()
    settings = registration_settings(walk.id)
    assert settings.by_code == walk.categories
    assert settings.categories[walk.categories["TZ"]].min_age == 16
    assert settings.terms.sha256 == station(walk.id).terms.sha256
