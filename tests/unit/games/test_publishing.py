"""`publish_result`: what may be published, what follows from it, what a correction changes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.core.transactions import act
from app.games.constants import EventFormat, EventStatus, GamesStatus, ResultState, UnitKind
from app.games.models import Event, Games, Penalty, Result, Unit
from app.games.queries.tables import places_of_event, tables
from app.games.services.programme import change_event, change_games
from app.games.services.publishing import publish_result, recompute, reopen_result
from tests.factories.games import add_delegation_to, add_event_to, enter, event_draft, games_draft, make_games

pytestmark = pytest.mark.usefixtures("ctx", "clock")


class Field:
    """A games with delegations A to E and one event whose places are typed in."""

    def __init__(self, *, points_settings=None, also=(), **event) -> None:
        self.games = make_games(status=GamesStatus.RUNNING, points_settings=points_settings or {})
        self.delegations = {one: add_delegation_to(self.games, code=one, name=f"{one}镇") for one in "ABCDE"}
        self.event = self.add(**event)

    def add(self, **event):
        """One more event."""
        return add_event_to(self.games, format=EventFormat.PLACES, rules=None, **event)

    def enter(self, letters: str, event=None, **facts):
        """An entry of each delegation named."""
        return [
            enter(self.games, event or self.event, self.delegations[one], name=f"{one} {n}", **facts)
            for n, one in enumerate(letters)
        ]

    @act
    def write(self, entries, places, event=None, *, confirmed=True):
        """A result: the entries take these places."""
        event = event or self.event
        unit = db.session.execute(
            select(Unit).where(Unit.games_id == self.games, Unit.event_id == event)
        ).scalar_one_or_none()
        if unit is None:
            unit = Unit(games_id=self.games, id=uuid7(), event_id=event, kind=UnitKind.PLACES.value, number=1, field=[])
            db.session.add(unit)
            db.session.flush()
        versions = db.session.execute(
            select(Result.version).where(Result.games_id == self.games, Result.unit_id == unit.id)
        ).scalars()
        state = ResultState.CONFIRMED if confirmed else ResultState.DRAFT
        db.session.add(
            Result(
                games_id=self.games,
                id=uuid7(),
                event_id=event,
                unit_id=unit.id,
                version=max(versions, default=0) + 1,
                state=state.value,
                content={"places": [{"entry": str(e), "place": p} for e, p in zip(entries, places, strict=True)]},
                written_at=now(),
            )
        )

    def publish(self, to=EventStatus.OFFICIAL, event=None):
        publish_result(games_id=self.games, event_id=event or self.event, to=to, actor=SYSTEM)

    def medals(self):
        """Code → gold, silver, bronze of those who have one."""
        found = tables(db.session.get_one(Games, self.games))
        return {found.codes[one.delegation]: (one.gold, one.silver, one.bronze) for one in found.medals if one.total}

    def points(self):
        """Code → points of those who have any."""
        found = tables(db.session.get_one(Games, self.games))
        return {found.codes[one.delegation]: one.points for one in found.scores if one.points}


def refused(code: str):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


class TestStates:
    def test_unofficial_places_are_shown_and_count_only_once_official(self):
        field = Field()
        field.write(field.enter("ABC"), (1, 2, 3))
        field.publish(EventStatus.UNOFFICIAL)
        assert [one.rank for one in places_of_event(field.games, field.event)] == [1, 2, 3]
        assert field.medals() == {}
        field.publish()
        assert field.medals() == {"A": (1, 0, 0), "B": (0, 1, 0), "C": (0, 0, 1)}

    def test_what_is_not_confirmed_is_not_published(self):
        field = Field()
        field.write(field.enter("ABC"), (1, 2, 3), confirmed=False)
        with refused("not_confirmed"):
            field.publish()
        assert field.medals() == {}

    def test_nothing_is_not_published(self):
        with refused("nothing_to_publish"):
            Field().publish()

    def test_a_protest_leaves_the_medals_until_it_is_decided(self):
        field = Field()
        field.write(field.enter("AB"), (1, 2))
        field.publish()
        reopen_result(games_id=field.games, event_id=field.event, reason="抢跑", actor=SYSTEM, protest=True)
        assert field.medals() == {"A": (1, 0, 0), "B": (0, 1, 0)}
        assert db.session.get_one(Event, (field.games, field.event)).status == EventStatus.PROTESTED

    def test_a_correction_takes_the_event_out_and_recomputes_everything(self):
        field = Field()
        entries = field.enter("ABC")
        field.write(entries, (1, 2, 3))
        field.publish()
        reopen_result(games_id=field.games, event_id=field.event, reason="录反了", actor=SYSTEM)
        assert field.medals() == {}
        field.write(entries, (2, 1, 3))
        field.publish()
        assert field.medals() == {"B": (1, 0, 0), "A": (0, 1, 0), "C": (0, 0, 1)}
        assert field.points() == {"B": 9, "A": 7, "C": 6}
        kept = db.session.execute(select(Result.version).where(Result.games_id == field.games)).scalars().all()
        assert sorted(kept) == [1, 2]

    def test_reopening_asks_for_a_reason_and_for_something_published(self):
        field = Field()
        with refused("not_published"):
            reopen_result(games_id=field.games, event_id=field.event, reason="x", actor=SYSTEM)
        field.write(field.enter("A"), (1,))
        field.publish()
        with refused("text_missing"):
            reopen_result(games_id=field.games, event_id=field.event, reason=" ", actor=SYSTEM)

    def test_each_publication_is_audited_once(self):
        field = Field()
        field.write(field.enter("A"), (1,))
        field.publish()
        rows = (
            db.session.execute(select(AuditEntry.details).where(AuditEntry.action == "games.published")).scalars().all()
        )
        assert [one["status"] for one in rows] == ["official"]


class TestWorth:
    def test_two_share_second_in_a_double_event(self):
        field = Field(multiplier="2")
        field.write(field.enter("ABCD"), (1, 2, 2, 4))
        field.publish()
        assert field.points() == {"A": 18, "B": 13, "C": 13, "D": 10}
        assert field.medals() == {"A": (2, 0, 0), "B": (0, 2, 0), "C": (0, 2, 0)}

    def test_two_golds_leave_no_silver(self):
        field = Field()
        field.write(field.enter("ABC"), (1, 1, 3))
        field.publish()
        assert field.medals() == {"A": (1, 0, 0), "B": (1, 0, 0), "C": (0, 0, 1)}

    def test_a_place_counts_for_both_delegations_that_trained_the_athlete(self):
        field = Field()
        entries = field.enter("A", also=[str(field.delegations["E"])])
        field.write(entries, (1,))
        field.publish()
        assert field.medals() == {"A": (1, 0, 0), "E": (1, 0, 0)}
        assert field.points() == {"A": 9, "E": 9}

    def test_an_event_may_count_for_neither(self):
        field = Field(counts_medals=False, counts_points=False)
        field.write(field.enter("AB"), (1, 2))
        field.publish()
        assert (field.medals(), field.points()) == ({}, {})

    def test_penalties_are_taken_off_and_lifted_ones_are_not(self):
        field = Field()
        field.write(field.enter("AB"), (1, 2))
        field.publish()
        _penalise(field, "A", "3")
        assert field.points() == {"A": 6, "B": 7}
        _penalise(field, "B", "1/2", lifted=True)
        assert field.points()["B"] == Fraction(7)

    def test_recomputing_changes_nothing(self):
        field = Field()
        field.write(field.enter("ABCD"), (1, 2, 2, 4))
        field.publish()
        before = (field.medals(), field.points(), places_of_event(field.games, field.event))
        assert recompute(games_id=field.games, actor=SYSTEM) == 1
        assert (field.medals(), field.points(), places_of_event(field.games, field.event)) == before


class TestRulesStay:
    def test_after_publication_the_event_s_rules_are_fixed(self):
        field = Field()
        field.write(field.enter("A"), (1,))
        field.publish()
        event = db.session.get_one(Event, (field.games, field.event))
        draft = event_draft(code=event.code, name="新名字", format=EventFormat.PLACES, rules=None)
        change_event(games_id=field.games, event_id=field.event, draft=draft, actor=SYSTEM)
        heavier = event_draft(code=event.code, format=EventFormat.PLACES, rules=None, multiplier="2")
        with pytest.raises(Conflict, check=lambda error: error.code == "rules_fixed"):
            change_event(games_id=field.games, event_id=field.event, draft=heavier, actor=SYSTEM)

    def test_after_publication_the_scale_is_fixed(self):
        field = Field()
        field.write(field.enter("A"), (1,))
        field.publish()
        with refused("rules_fixed"):
            change_games(
                games_id=field.games,
                draft=games_draft(code="other", points_settings={"scale": [5, 3, 1]}),
                actor=SYSTEM,
            )


@act
def _penalise(field: Field, code: str, points: str, *, lifted: bool = False) -> None:
    db.session.add(
        Penalty(
            games_id=field.games,
            id=uuid7(),
            delegation_id=field.delegations[code],
            points=points,
            reason="弃权",
            made_at=now(),
            lifted_at=now() if lifted else None,
        )
    )
