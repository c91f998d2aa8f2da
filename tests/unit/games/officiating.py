"""An event with named entries, and short words for what referees and the office do."""

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM, Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.permissions import Role, Scope, ScopeKind
from app.games.constants import EventStatus, UnitStatus
from app.games.models import Event, Place, Result, Unit
from app.games.services.publishing import publish_result
from app.games.services.referees import assign_referee
from app.games.services.results import confirm_result, write_result
from tests.factories import accounts
from tests.factories import games as made


class Match:
    """An event with named entries, and short words for what a referee does."""

    def __init__(self, kind, names="甲乙丙丁", **facts):
        self.games = made.make_games()
        self.event = made.add_event_to(self.games, format=kind, **facts)
        self.entry = {name: made.enter(self.games, self.event, name=name) for name in names}

    def unit(self, names, **facts):
        return made.unit_of(self.games, self.event, *(self.entry[name] for name in names), **facts)

    def drawn(self, names):
        """The unit that the draw has laid for two."""
        if not self.open_units():
            made.first_units(self.games, self.event)
        pair = {self.entry[name] for name in names}
        return next(one.id for one in self.open_units() if {one.a_id, one.b_id} == pair)

    def open_units(self):
        """Units of two who can meet and have no result yet, in their order."""
        rows = db.session.execute(
            select(Unit)
            .where(Unit.event_id == self.event, Unit.status == UnitStatus.SCHEDULED.value)
            .order_by(Unit.number)
            .execution_options(populate_existing=True)
        ).scalars()
        return [one for one in rows if one.a_id and one.b_id]

    def id(self, name):
        return str(self.entry[name])

    def write(self, unit, seen=0, *, actor=SYSTEM, **content):
        reason = content.pop("reason", "")
        return write_result(
            games_id=self.games,
            event_id=self.event,
            unit_id=unit,
            content=content,
            actor=actor,
            seen=seen,
            reason=reason,
        )

    def confirm(self, unit, version=1, *, actor=SYSTEM, publisher=False):
        return confirm_result(
            games_id=self.games,
            event_id=self.event,
            unit_id=unit,
            version=version,
            actor=actor,
            publisher=publisher,
        )

    def decide(self, unit, **content):
        return made.decide(self.games, self.event, unit, **content)

    def publish(self, to=EventStatus.OFFICIAL):
        publish_result(games_id=self.games, event_id=self.event, to=to, actor=SYSTEM)

    def row(self):
        return db.session.get_one(Event, (self.games, self.event), populate_existing=True)

    def versions(self, unit):
        found = select(Result).where(Result.unit_id == unit).order_by(Result.version)
        return db.session.execute(found.execution_options(populate_existing=True)).scalars().all()

    def ranks(self):
        names = {one: name for name, one in self.entry.items()}
        rows = db.session.execute(select(Place).where(Place.event_id == self.event).order_by(Place.position)).scalars()
        return [(names[row.entry_id], row.rank or row.irm or row.level) for row in rows]

    def marks(self):
        names = {one: name for name, one in self.entry.items()}
        rows = db.session.execute(select(Place).where(Place.event_id == self.event)).scalars()
        return {names[row.entry_id]: row.mark for row in rows}

    def referee(self, unit, number=0, panel=""):
        account = accounts.staff(Role.REFEREE, scope=Scope(ScopeKind.GAMES, self.games))
        assign_referee(
            games_id=self.games,
            event_id=self.event,
            unit_ids=[unit],
            account_id=account.id,
            number=number,
            panel=panel,
            actor=SYSTEM,
        )
        return Actor("account", account.id)


def bout(match, winner, victory=None, a=None, b=None):
    found = {"winner": match.id(winner) if winner else None, "victory": victory, "points_a": a, "points_b": b}
    return {key: value for key, value in found.items() if value is not None}


def refused(code, act, *args, **facts):
    with pytest.raises(DomainError) as caught:
        act(*args, **facts)
    assert caught.value.code == code
    return caught.value
