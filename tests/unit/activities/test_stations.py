"""Making a station and changing what it is, against the store."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.activities.constants import Allocation, AskField, CheckpointKind
from app.activities.models import Activity, BibBlock, Checkpoint, Terms
from app.activities.queries import activity_by_ref, checkin_plan, station
from app.activities.rules.drafts import BlockDraft, CategoryDraft, CheckpointDraft, StopDraft
from app.activities.services.life import archive
from app.activities.services.stations import change_basics, change_window, create_station
from app.activities.services.terms import publish_terms
from app.audit.models import AuditEntry
from app.audit.services import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.outbox import Outbox
from app.core.transactions import act
from app.people.models import PersonActivity
from tests.factories import activities as made

pytestmark = pytest.mark.usefixtures("ctx", "clock")
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


def refused(kind, function, **arguments):
    with pytest.raises(kind) as error:
        function(**arguments)
    return error.value.code, error.value.field


def rows_of(model, activity_id):
    return db.session.execute(select(model).where(model.activity_id == activity_id)).scalars().all()


@act
def somebody_signed_up(activity_id):
    db.session.add(PersonActivity(person_id=uuid7(), activity_id=activity_id, created_at=now()))


class TestCreate:
    def test_everything_is_there(self):
        actor = Actor("account", uuid7())
        wanted = made.draft()
        activity_id = create_station(draft=wanted, actor=actor)
        found = station(activity_id)
        assert found.activity.status == "draft"
        assert found.activity.version == 1
        assert [one.code for one in found.categories] == ["TY", "TZ"]
        assert [one.code for one in found.checkpoints] == ["S", "K4", "K12", "F", "P"]
        names = {one.id: one.code for one in found.checkpoints}
        ways = [[names[stop.checkpoint_id] for stop in found.way(one.id)] for one in found.categories]
        assert ways == [["S", "K4", "F", "P"], ["S", "K4", "K12", "F", "P"]]
        assert found.terms.text == wanted.terms
        assert found.terms.version == 1
        assert [one.next for one in rows_of(BibBlock, activity_id)] == [1, 1]

    def test_one_audit_row_names_who_did_it(self):
        actor = Actor("account", uuid7())
        activity_id = create_station(draft=made.draft(), actor=actor)
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.scope_id == activity_id)).scalar_one()
        assert (entry.action, entry.actor_id, entry.subject_id) == ("activity.created", actor.id, activity_id)

    def test_each_checkpoint_has_a_poster_of_its_own(self):
        first, second = made.station(), made.station()
        codes = [one.poster_code for one in rows_of(Checkpoint, first.id) + rows_of(Checkpoint, second.id)]
        assert len(set(codes)) == 10
        assert all(len(code) == 12 for code in codes)

    def test_the_seal_takes_the_name_when_it_is_not_said(self):
        activity_id = create_station(draft=made.draft(basics={"name": "水泉站", "seal_text": ""}), actor=SYSTEM)
        assert station(activity_id).activity.seal_text == "水泉"

    def test_a_code_belongs_to_one(self):
        first = made.station()
        again = made.draft(basics={"code": first.code})
        assert refused(Conflict, create_station, draft=again, actor=SYSTEM) == ("code_taken", "code")

    def test_an_unknown_season(self):
        draft = made.draft(season_id=uuid7())
        assert refused(DomainError, create_station, draft=draft, actor=SYSTEM) == ("season_unknown", "season_id")

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (lambda d: {"categories": (*d.categories, CategoryDraft("TY", "又一组", 5))}, "code_taken"),
            (
                lambda d: {"checkpoints": (*d.checkpoints, CheckpointDraft("S", "又一点", CheckpointKind.START))},
                "code_taken",
            ),
            (lambda d: {"stops": (*d.stops, StopDraft("TY", "K99"))}, "stop_unknown"),
            (lambda d: {"stops": (*d.stops, StopDraft("XX", "S"))}, "stop_unknown"),
            (lambda d: {"stops": (StopDraft("TY", "S", opens_at=d.basics.ends_at + HOUR),)}, "opens_after_end"),
            (lambda d: {"blocks": (*d.blocks, BlockDraft("A", 50, 60))}, "block_overlaps"),
            (lambda d: {"blocks": (BlockDraft("C", 1, 9, category="XX"),)}, "category_unknown"),
            (lambda d: {"terms": "字" * 20_001}, "too_long"),
            (lambda d: {"basics": replace(d.basics, ends_at=d.basics.starts_at)}, "ends_before_start"),
            (lambda d: {"window": replace(d.window, closes_at=d.window.opens_at)}, "closes_before_open"),
        ],
    )
    def test_a_contradiction_stores_nothing(self, change, why):
        draft = made.draft()
        wrong = replace(draft, **change(draft))
        assert refused(DomainError, create_station, draft=wrong, actor=SYSTEM)[0] == why
        assert db.session.execute(select(Activity)).scalars().all() == []


def basics_of(activity_id, **changes):
    found = station(activity_id).activity
    draft = made.draft(basics={"code": found.code, "name": found.name}, starts_at=found.starts_at)
    return replace(draft.basics, season_id=found.season_id, **changes)


def change(activity_id, *, move_hours=False, version=None, **changes):
    change_basics(
        activity_id=activity_id,
        version=version,
        basics=basics_of(activity_id, **changes),
        move_hours=move_hours,
        actor=SYSTEM,
    )


class TestChangeBasics:
    def test_it_changes_and_raises_the_version(self):
        walk = made.station()
        before = station(walk.id).activity.version
        change(walk.id, name="徐庄新站", service_phone="12345")
        after = station(walk.id).activity
        assert (after.name, after.service_phone, after.version) == ("徐庄新站", "12345", before + 1)

    def test_somebody_else_was_quicker(self):
        walk = made.station()
        seen = station(walk.id).activity.version
        change(walk.id, version=seen, name="一")
        code = refused(
            Conflict,
            change_basics,
            activity_id=walk.id,
            version=seen,
            basics=basics_of(walk.id, name="二"),
            move_hours=False,
            actor=SYSTEM,
        )
        assert code == ("changed_meanwhile", None)
        assert station(walk.id).activity.name == "一"

    def test_an_unknown_activity(self):
        walk = made.station()
        arguments = {"version": None, "basics": basics_of(walk.id), "move_hours": False, "actor": SYSTEM}
        assert refused(NotFound, change_basics, activity_id=uuid7(), **arguments) == ("activity_not_found", None)

    def test_another_day_takes_the_hours_along(self):
        walk = made.station()
        before = checkin_plan(walk.id).hours
        old = station(walk.id).activity
        change(
            walk.id,
            move_hours=True,
            starts_at=old.starts_at + WEEK,
            ends_at=old.ends_at + WEEK,
            gate_opens_at=old.gate_opens_at + WEEK,
        )
        after = checkin_plan(walk.id).hours
        assert after == {key: (opens + WEEK, cutoff + WEEK) for key, (opens, cutoff) in before.items()}

    def test_hours_left_behind_are_refused(self):
        walk = made.station()
        old = station(walk.id).activity
        with pytest.raises(DomainError) as error:
            change(
                walk.id,
                starts_at=old.starts_at + WEEK,
                ends_at=old.ends_at + WEEK,
                gate_opens_at=old.gate_opens_at + WEEK,
            )
        assert (error.value.code, error.value.field) == ("hours_outside", "starts_at")
        assert "起点" in str(error.value)
        assert station(walk.id).activity.starts_at == old.starts_at

    def test_sign_up_cannot_outlast_the_activity(self):
        walk = made.station()
        old = station(walk.id).activity
        with pytest.raises(DomainError) as error:
            change(
                walk.id,
                move_hours=True,
                starts_at=old.starts_at - WEEK,
                ends_at=old.ends_at - WEEK,
                gate_opens_at=old.gate_opens_at - WEEK,
            )
        assert (error.value.code, error.value.field) == ("closes_after_end", "ends_at")

    def test_a_published_code_is_on_posters(self):
        walk = made.station()
        with pytest.raises(Conflict) as error:
            change(walk.id, code="other")
        assert (error.value.code, error.value.field) == ("code_fixed", "code")
        draft = made.station(published=False)
        change(draft.id, code="other")
        assert activity_by_ref("other").id == draft.id

    def test_a_draft_cannot_take_anothers_code(self):
        walk, draft = made.station(), made.station(published=False)
        with pytest.raises(Conflict) as error:
            change(draft.id, code=walk.code)
        assert (error.value.code, error.value.field) == ("code_taken", "code")

    def test_an_archived_activity_stays_as_it_is(self):
        draft = made.station(published=False)
        archive(activity_id=draft.id, version=None, actor=SYSTEM)
        with pytest.raises(Conflict) as error:
            change(draft.id, name="又改")
        assert error.value.code == "activity_sealed"

    def test_higher_rooms_hear_of_it_once_it_is_public(self):
        draft, walk = made.station(published=False), made.station()
        change(draft.id, name="甲")
        change(walk.id, name="乙")
        heard = db.session.execute(
            select(Outbox.scope_id, Outbox.payload).where(Outbox.job == "activity_changed")
        ).all()
        assert [(row.scope_id, row.payload["parts"]) for row in heard] == [(walk.id, ["status"]), (walk.id, ["basics"])]


def window_of(activity_id, **changes):
    found = station(activity_id).activity
    draft = made.draft(starts_at=found.starts_at)
    return replace(draft.window, **changes)


class TestChangeWindow:
    def set(self, activity_id, **changes):
        change_window(activity_id=activity_id, version=None, window=window_of(activity_id, **changes), actor=SYSTEM)

    def test_it_changes(self):
        walk = made.station()
        self.set(walk.id, asks=(AskField.SHIRT,), walkin_category="TZ", poster_enabled=True, needs_review=True)
        after = station(walk.id).activity
        assert after.asks == (AskField.SHIRT,)
        assert after.walkin_category_id == walk.categories["TZ"]
        assert after.poster_enabled
        assert after.needs_review

    def test_places_are_given_in_one_way(self):
        walk = made.station()
        self.set(walk.id, allocation=Allocation.DRAW)
        somebody_signed_up(walk.id)
        with pytest.raises(Conflict) as error:
            self.set(walk.id, allocation=Allocation.FIRST_COME)
        assert (error.value.code, error.value.field) == ("allocation_fixed", "allocation")

    def test_walk_ins_that_came_cannot_be_undone(self):
        walk = made.station()
        set_walk_ins(walk.id, 7)
        with pytest.raises(Conflict) as error:
            self.set(walk.id, walkin_capacity=6)
        assert (error.value.code, error.value.field) == ("walkin_below_taken", "walkin_capacity")
        assert "7" in str(error.value)

    def test_more_walk_ins_than_places_do_not_hold_up_other_changes(self):
        walk = made.station()
        set_walk_ins(walk.id, 17)
        self.set(walk.id, needs_review=True)
        assert station(walk.id).activity.needs_review


@act
def set_walk_ins(activity_id, taken):
    db.session.get_one(Activity, activity_id).walkin_taken = taken


class TestTerms:
    def test_versions_are_added_and_the_same_text_is_none(self):
        walk = made.station()
        assert publish_terms(activity_id=walk.id, version=None, text="新的须知\r\n第二行 ", actor=SYSTEM) == 2
        assert publish_terms(activity_id=walk.id, version=None, text="新的须知\n第二行", actor=SYSTEM) == 2
        stored = sorted(rows_of(Terms, walk.id), key=lambda one: one.version)
        assert [one.version for one in stored] == [1, 2]
        assert stored[1].text == "新的须知\n第二行"
        assert station(walk.id).terms.id == stored[1].id

    @pytest.mark.parametrize(("text", "why"), [("  ", "required"), ("\x00", "hidden_characters")])
    def test_bad(self, text, why):
        walk = made.station()
        arguments = {"activity_id": walk.id, "version": None, "text": text, "actor": SYSTEM}
        assert refused(DomainError, publish_terms, **arguments) == (why, "text")
