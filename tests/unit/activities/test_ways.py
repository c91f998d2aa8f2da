"""Groups, checkpoints and the ways between them, against the store."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.activities.constants import CheckpointKind, FinishRule
from app.activities.models import BibBlock, Category
from app.activities.queries import checkin_plan, station
from app.activities.rules.drafts import BlockDraft, CategoryDraft, CheckpointDraft, StopDraft
from app.activities.services.bibs import release_bib_block, reserve_bib_block
from app.activities.services.stations import change_window
from app.activities.services.ways import remove_category, remove_checkpoint, save_category, save_checkpoint
from app.audit.services import SYSTEM
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.transactions import act
from tests.factories import activities as made
from tests.factories import registrations, walks

pytestmark = pytest.mark.usefixtures("ctx", "clock")
HOUR = timedelta(hours=1)


def refused(kind, function, **arguments):
    with pytest.raises(kind) as error:
        function(**arguments)
    return error.value.code, error.value.field


@act
def occupy(walk, code, **counters):
    row = db.session.get_one(Category, (walk.id, walk.categories[code]))
    for name, value in counters.items():
        setattr(row, name, value)


def way(walk, code):
    found = station(walk.id)
    names = {one.id: one.code for one in found.checkpoints}
    return [names[stop.checkpoint_id] for stop in found.way(walk.categories[code])]


def draft_of(walk, code, **changes):
    return replace(station(walk.id).category(walk.categories[code]).draft, **changes)


class TestSaveCategory:
    def save(self, walk, code=None, draft=None, **more):
        return save_category(
            activity_id=walk.id,
            version=more.pop("version", None),
            category_id=walk.categories[code] if code else None,
            draft=draft or draft_of(walk, code),
            actor=SYSTEM,
            **more,
        )

    def test_a_new_one_goes_the_way_of_another(self):
        walk = made.station()
        made_id = self.save(walk, draft=CategoryDraft("QZ", "亲子组", 30), like=walk.categories["TY"], place=1)
        found = station(walk.id)
        assert [one.code for one in found.categories] == ["QZ", "TY", "TZ"]
        theirs = [(stop.checkpoint_id, stop.opens_at) for stop in found.way(walk.categories["TY"])]
        assert [(stop.checkpoint_id, stop.opens_at) for stop in found.way(made_id)] == theirs

    def test_a_published_station_takes_none_without_a_way(self):
        walk = made.station()
        arguments = {"activity_id": walk.id, "version": None, "category_id": None, "actor": SYSTEM}
        code = refused(Conflict, save_category, draft=CategoryDraft("QZ", "亲子组", 30), **arguments)
        assert code == ("no_checkpoint", None)
        assert len(station(walk.id).categories) == 2

    def test_a_code_belongs_to_one(self):
        walk = made.station()
        with pytest.raises(Conflict) as error:
            self.save(walk, "TY", replace(draft_of(walk, "TY"), code="TZ"))
        assert (error.value.code, error.value.field) == ("code_taken", "code")

    def test_an_older_version(self):
        walk = made.station()
        seen = station(walk.id).activity.version
        self.save(walk, "TY", draft_of(walk, "TY", name="健康组"), version=seen)
        with pytest.raises(Conflict) as error:
            self.save(walk, "TZ", version=seen)
        assert error.value.code == "changed_meanwhile"

    def test_capacity_is_free_until_somebody_signs_up(self):
        walk = made.station()
        self.save(walk, "TY", draft_of(walk, "TY", capacity=5))
        assert station(walk.id).category(walk.categories["TY"]).capacity == 5

    @pytest.mark.parametrize(
        ("capacity", "why"), [(2, "capacity_below_taken"), (50, "capacity_in_use"), (200, "capacity_in_use")]
    )
    def test_after_that_it_is_changed_where_the_waiting_are(self, capacity, why):
        walk = made.station()
        occupy(walk, "TY", taken=3)
        with pytest.raises(Conflict) as error:
            self.save(walk, "TY", draft_of(walk, "TY", capacity=capacity))
        assert (error.value.code, error.value.field) == (why, "capacity")

    def test_the_other_facts_can_still_change(self):
        walk = made.station()
        occupy(walk, "TY", taken=3, waiting=2)
        self.save(walk, "TY", draft_of(walk, "TY", name="健康组", max_age=80))
        found = station(walk.id).category(walk.categories["TY"])
        assert (found.name, found.max_age, found.taken, found.waiting) == ("健康组", 80, 3, 2)

    def test_nobody_can_pass_more_points_than_there_are(self):
        walk = made.station()
        four = draft_of(walk, "TY", finish_rule=FinishRule.AT_LEAST, finish_k=4)
        with pytest.raises(DomainError) as error:
            self.save(walk, "TY", four)
        assert (error.value.code, error.value.field) == ("finish_k_too_many", "finish_k")
        self.save(walk, "TY", replace(four, finish_k=3))
        assert checkin_plan(walk.id).categories[walk.categories["TY"]].finish_k == 3

    def test_what_is_gone(self):
        walk = made.station()
        with pytest.raises(NotFound) as error:
            save_category(
                activity_id=walk.id, version=None, category_id=uuid7(), draft=draft_of(walk, "TY"), actor=SYSTEM
            )
        assert error.value.code == "part_not_found"

    def test_a_group_of_another_station_is_not_found(self):
        mine, theirs = made.station(), made.station()
        with pytest.raises(NotFound):
            save_category(
                activity_id=mine.id,
                version=None,
                category_id=theirs.categories["TY"],
                draft=draft_of(theirs, "TY", name="改"),
                actor=SYSTEM,
            )


class TestRemoveCategory:
    def test_its_way_and_unused_numbers_go_along(self):
        walk = made.station()
        remove_category(activity_id=walk.id, version=None, category_id=walk.categories["TZ"], actor=SYSTEM)
        found = station(walk.id)
        assert [one.code for one in found.categories] == ["TY"]
        assert {stop.category_id for stop in found.stops} == {walk.categories["TY"]}
        prefixes = db.session.execute(select(BibBlock.prefix).where(BibBlock.activity_id == walk.id)).scalars()
        assert list(prefixes) == ["A"]

    def test_somebody_has_signed_up(self):
        walk = made.station()
        registrations.registered(walk)
        arguments = {"activity_id": walk.id, "version": None, "category_id": walk.category, "actor": SYSTEM}
        assert refused(Conflict, remove_category, **arguments) == ("category_in_use", None)
        assert len(station(walk.id).categories) == 2

    def test_walk_ins_go_there(self):
        walk = made.station()
        window = made.draft(starts_at=walk.starts_at).window
        change_window(activity_id=walk.id, version=None, window=replace(window, walkin_category="TZ"), actor=SYSTEM)
        arguments = {"activity_id": walk.id, "version": None, "category_id": walk.categories["TZ"], "actor": SYSTEM}
        assert refused(Conflict, remove_category, **arguments) == ("category_walks_in", None)

    def test_the_last_one_of_a_published_station_stays(self):
        walk = made.station()
        remove_category(activity_id=walk.id, version=None, category_id=walk.categories["TZ"], actor=SYSTEM)
        arguments = {"activity_id": walk.id, "version": None, "category_id": walk.category, "actor": SYSTEM}
        assert refused(Conflict, remove_category, **arguments) == ("no_category", None)


class TestSaveCheckpoint:
    def save(self, walk, code=None, *, draft=None, stops=(), **more):
        return save_checkpoint(
            activity_id=walk.id,
            version=None,
            checkpoint_id=walk.checkpoints[code] if code else None,
            draft=draft or CheckpointDraft(code, "改过的", CheckpointKind.WAYPOINT),
            stops=stops,
            actor=SYSTEM,
            **more,
        )

    def test_a_new_one_between_two_others(self):
        walk = made.station()
        draft = CheckpointDraft("K8", "8 km 签到点", CheckpointKind.WAYPOINT)
        self.save(walk, draft=draft, stops=[StopDraft("TZ", "K8", 3, 8_000)], place=3)
        assert [one.code for one in station(walk.id).checkpoints] == ["S", "K4", "K8", "K12", "F", "P"]
        assert way(walk, "TZ") == ["S", "K4", "K8", "K12", "F", "P"]
        assert way(walk, "TY") == ["S", "K4", "F", "P"]

    def test_a_group_that_no_longer_passes(self):
        walk = made.station()
        self.save(walk, "K4", stops=[StopDraft("TZ", "K4")])
        assert way(walk, "TY") == ["S", "F", "P"]
        assert way(walk, "TZ") == ["S", "K4", "K12", "F", "P"]

    def test_moved_along_one_way(self):
        walk = made.station()
        self.save(walk, "K4", stops=[StopDraft("TY", "K4"), StopDraft("TZ", "K4", 3)])
        assert way(walk, "TZ") == ["S", "K12", "K4", "F", "P"]
        assert way(walk, "TY") == ["S", "K4", "F", "P"]

    def test_hours_reach_the_plan(self):
        walk = made.station()
        opens = walk.starts_at + HOUR
        self.save(walk, "K4", stops=[StopDraft("TY", "K4", opens_at=opens), StopDraft("TZ", "K4")])
        plan = checkin_plan(walk.id)
        assert plan.hours[walk.category, walk.checkpoints["K4"]] == (opens, None)
        assert plan.hours[walk.categories["TZ"], walk.checkpoints["K4"]] == (None, None)

    @pytest.mark.parametrize(
        ("hours", "why"),
        [
            (lambda at: {"opens_at": at, "cutoff_at": at}, ("cutoff_before_open", "stops-1-cutoff_at")),
            (lambda at: {"cutoff_at": at + 10 * HOUR}, ("cutoff_after_end", "stops-1-cutoff_at")),
            (lambda at: {"opens_at": at - 2 * HOUR}, ("opens_before_gate", "stops-1-opens_at")),
        ],
    )
    def test_hours_that_contradict_name_their_row(self, hours, why):
        walk = made.station()
        stops = [StopDraft("TY", "K4"), StopDraft("TZ", "K4", **hours(walk.starts_at))]
        with pytest.raises(DomainError) as error:
            self.save(walk, "K4", stops=stops)
        assert (error.value.code, error.value.field) == why

    def test_a_group_that_does_not_exist(self):
        walk = made.station()
        with pytest.raises(DomainError) as error:
            self.save(walk, "K4", stops=[StopDraft("XX", "K4")])
        assert (error.value.code, error.value.field) == ("category_unknown", "stops-0-category")

    def test_a_code_belongs_to_one(self):
        walk = made.station()
        with pytest.raises(Conflict) as error:
            self.save(walk, draft=CheckpointDraft("S", "又一个", CheckpointKind.START))
        assert (error.value.code, error.value.field) == ("code_taken", "code")

    def test_a_published_way_keeps_a_point(self):
        walk = made.station()
        for code in ("S", "K4"):
            self.save(walk, code, stops=[StopDraft("TZ", code)])
        with pytest.raises(Conflict) as error:
            self.save(
                walk, "F", draft=CheckpointDraft("F", "终点", CheckpointKind.FINISH), stops=[StopDraft("TZ", "F")]
            )
        assert error.value.code == "no_checkpoint"
        assert way(walk, "TY") == ["F", "P"]

    def test_a_rule_that_could_no_longer_be_met(self):
        walk = made.station()
        three = draft_of(walk, "TY", finish_rule=FinishRule.AT_LEAST, finish_k=3)
        save_category(activity_id=walk.id, version=None, category_id=walk.category, draft=three, actor=SYSTEM)
        with pytest.raises(DomainError) as error:
            self.save(walk, "K4", stops=[StopDraft("TZ", "K4")])
        assert error.value.code == "finish_k_too_many"
        assert "体验组" in str(error.value)


class TestRemoveCheckpoint:
    def test_ways_close_up(self):
        walk = made.station()
        remove_checkpoint(activity_id=walk.id, version=None, checkpoint_id=walk.checkpoints["K4"], actor=SYSTEM)
        assert way(walk, "TZ") == ["S", "K12", "F", "P"]
        assert [stop.position for stop in station(walk.id).way(walk.categories["TZ"])] == [1, 2, 3, 4]

    def test_what_is_gone(self):
        walk = made.station()
        arguments = {"activity_id": walk.id, "version": None, "checkpoint_id": uuid7(), "actor": SYSTEM}
        assert refused(NotFound, remove_checkpoint, **arguments) == ("part_not_found", None)

    def test_what_was_scanned_there_keeps_it(self):
        walk = walks.make_walk()
        walker = walks.enrol(walk, walks.person())[0]
        walks.read(walks.device(walk), walks.scan(walker, "S", walk=walk))
        arguments = {"activity_id": walk.id, "version": None, "checkpoint_id": walk.checkpoints["S"], "actor": SYSTEM}
        assert refused(Conflict, remove_checkpoint, **arguments) == ("checkpoint_in_use", None)
        assert walk.checkpoints["S"] in checkin_plan(walk.id).checkpoints


class TestBlocks:
    def reserve(self, walk, **block):
        draft = BlockDraft(**{"prefix": "C", "first": 1, "last": 99} | block)
        return reserve_bib_block(activity_id=walk.id, version=None, draft=draft, actor=SYSTEM)

    def test_kept_behind_the_others(self):
        walk = made.station()
        block_id = self.reserve(walk, category="TY")
        row = db.session.get_one(BibBlock, (walk.id, block_id))
        assert (row.category_id, row.next, row.position) == (walk.category, 1, 3)

    @pytest.mark.parametrize(
        ("block", "why"),
        [
            ({"prefix": "A", "first": 9_999, "last": 10_500}, ("block_overlaps", "first")),
            ({"category": "XX"}, ("category_unknown", "category")),
            ({"first": 10, "last": 9}, ("last_before_first", "last")),
        ],
    )
    def test_bad(self, block, why):
        walk = made.station()
        with pytest.raises(DomainError) as error:
            self.reserve(walk, **block)
        assert (error.value.code, error.value.field) == why

    def test_given_up_while_nobody_has_a_number(self):
        walk = made.station()
        block_id = self.reserve(walk)
        release_bib_block(activity_id=walk.id, version=None, block_id=block_id, actor=SYSTEM)
        assert db.session.get(BibBlock, (walk.id, block_id)) is None
        arguments = {"activity_id": walk.id, "version": None, "block_id": block_id, "actor": SYSTEM}
        assert refused(NotFound, release_bib_block, **arguments) == ("part_not_found", None)

    def test_a_given_number_keeps_its_block(self):
        walk = made.station()
        registrations.registered(walk)
        block_id = db.session.execute(
            select(BibBlock.id).where(BibBlock.activity_id == walk.id, BibBlock.prefix == "A")
        ).scalar_one()
        with pytest.raises(Conflict) as error:
            release_bib_block(activity_id=walk.id, version=None, block_id=block_id, actor=SYSTEM)
        assert error.value.code == "block_in_use"
        assert "1" in str(error.value)
