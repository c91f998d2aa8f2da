"""What pages and other rooms read: the right rows, in a fixed number of statements."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert

from app.activities.models import Activity, Category
from app.activities.queries import (
    ListFilter,
    activity_by_ref,
    all_series,
    bib_blocks,
    cards,
    hours,
    next_stations,
    office_list,
    poster_target,
    public_list,
    scopes_of_activity,
    season_stations,
    seasons,
    station,
    terms_history,
    terms_text,
)
from app.activities.queries.lists import PAGE
from app.activities.services.life import cancel, finish, pause
from app.activities.services.stations import create_station
from app.activities.services.terms import publish_terms
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.permissions import Scope, ScopeKind
from app.core.transactions import act
from tests.factories import activities as made
from tests.support.statements import fresh_session

pytestmark = pytest.mark.usefixtures("ctx")
DAY = timedelta(days=1)


@act
def many(count, season_id=None):
    """Plain rows: a thousand stations through the service would test nothing more here."""
    start = now() + 2 * DAY
    rows = [
        {
            "id": uuid7(),
            "code": f"m{n}",
            "season_id": season_id,
            "kind": "walk",
            "status": "published",
            "name": f"第 {n} 站",
            "place": "广场",
            "gate_opens_at": start,
            "starts_at": start + n * timedelta(minutes=1),
            "ends_at": start + 9 * DAY,
            "registration_opens_at": start - 9 * DAY,
            "registration_closes_at": start,
            "asks": [],
            "created_at": start,
        }
        for n in range(count)
    ]
    db.session.execute(insert(Activity), rows)
    db.session.execute(
        insert(Category),
        [
            {
                "activity_id": row["id"],
                "id": uuid7(),
                "code": code,
                "name": code,
                "capacity": 10,
                "taken": 3,
                "waiting": 1,
                "finish_rule": "all",
            }
            for row in rows
            for code in "AB"
        ],
    )
    return [row["id"] for row in rows]


class TestOne:
    def test_by_id_and_by_code(self, clock):
        walk = made.station()
        assert activity_by_ref(walk.code).id == walk.id
        assert activity_by_ref(walk.id) == activity_by_ref(str(walk.id)) == activity_by_ref(walk.code)
        assert activity_by_ref("nothing") is None
        assert activity_by_ref(uuid7()) is None

    def test_a_station_in_two_statements_and_six_after_a_change(self, clock, statements):
        walk = made.station(season_id=made.season())
        fresh_session()
        with statements() as first:
            found = station(walk.id)
        with statements() as second:
            again = station(walk.id)
        assert (len(first), len(second)) == (6, 2)
        assert again == found
        assert found.season.year == 2021
        assert found.category(walk.category).code == "TY"
        assert found.checkpoint(walk.start).code == "S"
        assert found.stop(walk.category, walk.checkpoints["K12"]) is None
        assert station(uuid7()) is None

    def test_scopes(self, clock):
        season_id = made.season()
        walk, alone = made.station(season_id=season_id), made.station()
        assert scopes_of_activity(walk.id) == [
            Scope(ScopeKind.ACTIVITY, walk.id),
            Scope(ScopeKind.SEASON, season_id),
        ]
        assert scopes_of_activity(alone.id) == [Scope(ScopeKind.ACTIVITY, alone.id)]
        assert scopes_of_activity(uuid7()) == []

    def test_hours(self, clock):
        walk = made.station()
        found = hours(walk.id)
        assert len(found) == 9
        assert found[walk.category, walk.start] == (walk.starts_at - made.HOUR, walk.starts_at + 9 * made.HOUR)

    def test_terms(self, clock):
        walk = made.station()
        first = station(walk.id).terms
        publish_terms(activity_id=walk.id, version=None, text="第二版", actor=SYSTEM)
        assert [one.version for one in terms_history(walk.id)] == [2, 1]
        assert terms_text(first.id) == first
        assert terms_text(uuid7()) is None

    def test_blocks_as_they_are_printed(self, clock):
        assert [(block.first_bib, block.last_bib, block.used) for block in bib_blocks(made.station().id)] == [
            ("A0001", "A9999", 0),
            ("B0001", "B9999", 0),
        ]

    def test_a_poster_names_its_checkpoint(self, clock):
        walk, other = made.station(), made.station()
        code = station(walk.id).checkpoint(walk.start).poster_code
        assert poster_target(code) == (walk.id, walk.start)
        assert poster_target(station(other.id).checkpoint(other.start).poster_code) == (other.id, other.start)
        assert poster_target("") is None
        assert poster_target("nothing") is None


class TestPublicLists:
    def test_what_citizens_see(self, clock):
        draft = made.station(published=False)
        later = made.station(starts_at=now() + 9 * DAY)
        sooner = made.station(starts_at=now() + 5 * DAY)
        called_off = made.station()
        cancel(activity_id=called_off.id, version=None, actor=SYSTEM)
        halted = made.station(starts_at=now() + 7 * DAY)
        pause(activity_id=halted.id, version=None, actor=SYSTEM)
        over = made.station(starts_at=now() + made.HOUR)
        clock.shift(hours=2)
        finish(activity_id=over.id, version=None, actor=SYSTEM)
        clock.shift(days=1)
        seen = public_list(now())
        assert [card.id for card in seen.upcoming] == [sooner.id, halted.id, later.id]
        assert [card.id for card in seen.past] == [over.id]
        assert [card.id for card in next_stations(now(), 5)] == [sooner.id, later.id]
        assert [card.id for card in next_stations(now(), 1)] == [sooner.id]
        assert draft.id not in {card.id for card in (*seen.upcoming, *seen.past)}

    def test_places_are_summed(self, clock):
        walk = made.station(capacity=100, hard_capacity=20)
        card = cards([walk.id])[walk.id]
        assert (card.capacity, card.taken, card.waiting, card.left) == (120, 0, 0, 120)
        assert isinstance(card.capacity, int)
        assert card.standing(now()).state == "open"

    def test_a_station_without_groups_has_no_places(self, clock):
        draft = replace(made.draft(), categories=(), stops=(), blocks=())
        activity_id = create_station(draft=draft, actor=SYSTEM)
        assert cards([activity_id])[activity_id].capacity == 0


class TestOfficeList:
    def ids(self, scopes=None, **filters):
        return {row.id for row in office_list(scopes, ListFilter(**filters), now=now()).rows}

    def test_scopes(self, clock):
        mine, other = made.season(), made.season()
        walk, foreign, alone = made.station(season_id=mine), made.station(season_id=other), made.station()
        assert self.ids() == {walk.id, foreign.id, alone.id}
        assert self.ids({Scope(ScopeKind.SEASON, mine)}) == {walk.id}
        assert self.ids({Scope(ScopeKind.SEASON, mine), Scope(ScopeKind.ACTIVITY, alone.id)}) == {walk.id, alone.id}
        assert self.ids({Scope(ScopeKind.ORGANISATION, mine)}) == set()
        assert self.ids(frozenset()) == set()

    def test_filters(self, clock):
        season_id = made.season()
        walk, draft = made.station(season_id=season_id), made.station(published=False)
        named = made.station(basics={"name": "100%_水泉站"}, starts_at=now() + made.HOUR)
        clock.shift(hours=11)
        assert self.ids(season_id=season_id) == {walk.id}
        assert self.ids(status="draft") == {draft.id}
        assert self.ids(when="past") == {named.id}
        assert self.ids(when="upcoming") == {walk.id, draft.id}
        assert self.ids(words="0%_水") == {named.id}
        assert self.ids(words="%") == {named.id}
        assert walk.id in self.ids(words=walk.code)
        assert self.ids(words="没有的") == set()

    def test_pages(self, clock):
        many(PAGE + 3)
        first = office_list(None, ListFilter(), now=now())
        last = office_list(None, ListFilter(), now=now(), number=99)
        assert (first.pages, first.total, len(first.rows)) == (2, PAGE + 3, PAGE)
        assert (last.number, len(last.rows)) == (2, 3)
        assert {row.id for row in first.rows}.isdisjoint(row.id for row in last.rows)
        assert first.rows[0].name == f"第 {PAGE + 2} 站"


def test_lists_cost_the_same_for_ten_and_a_thousand(clock, statements):
    season_id = made.season()
    ids = many(10, season_id)

    def read():
        fresh_session()
        with statements() as seen:
            office_list(None, ListFilter(), now=now())
            public_list(now())
            next_stations(now())
            season_stations(season_id)
            seasons()
            all_series()
            cards(ids)
        return len(seen)

    few = read()

    @act
    def clear():
        db.session.execute(delete(Category))
        db.session.execute(delete(Activity))

    clear()
    ids = many(1_000, season_id)
    assert len(season_stations(season_id)) == 1_000
    assert read() == few == 9
