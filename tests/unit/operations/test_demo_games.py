"""The games of the demo: the 11th with its tables, the 12th open for entries."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account, RoleGrant
from app.audit.services import SYSTEM
from app.core.db import db
from app.core.permissions import Role, ScopeKind
from app.games.constants import EventStatus, GamesStatus, HonourState
from app.games.models import Entry
from app.games.queries.games import delegation_by_ref, disciplines, events, games_by_ref, progress
from app.games.queries.honours import honours
from app.games.queries.tables import places_of_event, tables
from app.operations.demo.crowd import make_crowd
from app.operations.demo.games import CALLED_OFF, load_games
from app.operations.demo.games_open import games_accounts, load_open_games
from app.operations.demo.stations import SEASON_2021
from app.operations.demo.year import _places
from app.people.services.organisations import seed_places


@pytest.fixture
def loaded(ctx):
    seed_places(actor=SYSTEM)
    load_games()
    return games_by_ref("sd11")


def test_the_eleventh_games_are_over_and_their_tables_add_up(loaded):
    assert loaded.status == GamesStatus.FINISHED.value
    assert len(disciplines(loaded.id)) >= 12
    done = progress(loaded.id)
    assert done.decided == done.events >= 80
    found = tables(loaded)
    assert len(found.medals) == len(found.scores) == 10
    assert found.names[found.medals[0].delegation] == "山城街道"
    counted = [event for event in events(loaded.id) if event.status == EventStatus.OFFICIAL.value]
    assert sum(line.gold for line in found.medals) == sum(int(event.multiplier) for event in counted)
    assert all(line.total for line in found.medals)


def test_what_was_called_off_has_no_result(loaded):
    called_off = [event for event in events(loaded.id) if event.status == EventStatus.CANCELLED.value]
    assert sorted(event.code for event in called_off) == sorted(CALLED_OFF)
    assert not any(places_of_event(loaded.id, event.id) for event in called_off)


def test_honours_and_a_penalty_are_there(loaded):
    assert len(honours(loaded.id, [HonourState.PUBLISHED])) == 6
    assert [line.penalty for line in tables(loaded).scores if line.penalty] == [3]


def test_the_twelfth_is_open_with_a_leader_and_a_referee(ctx):
    seed_places(actor=SYSTEM)
    towns, others = _places()
    crowd = make_crowd(60, seed=7, towns=towns, others=others, born_before=SEASON_2021[0].starts_at.date())
    games = games_by_ref(load_open_games(crowd))
    assert games.status == GamesStatus.ENTRIES.value
    entered = select(func.count()).select_from(Entry).where(Entry.games_id == games.id)
    assert db.session.execute(entered).scalar_one() > 10
    assert [line.split()[0] for line in games_accounts()] == ["zhaogang", "qianjun"]
    grants = db.session.execute(
        select(Account.login_name, RoleGrant.role, RoleGrant.scope_kind, RoleGrant.scope_id).join(
            RoleGrant, RoleGrant.account_id == Account.id
        )
    ).all()
    ours = next(one for one in (delegation_by_ref(games.id, "370406102"),) if one)
    assert {tuple(row) for row in grants} == {
        ("zhaogang", Role.DELEGATION_LEADER, ScopeKind.ORGANISATION, ours.organisation_id),
        ("qianjun", Role.REFEREE, ScopeKind.GAMES, games.id),
    }
    mine = entered.where(Entry.delegation_id == ours.id)
    assert db.session.execute(mine).scalar_one() == 0


def test_the_wrestling_of_the_city_was_hosted(loaded):
    hosted = games_by_ref("zz10-wrestling")
    assert hosted.edition is None
    done = progress(hosted.id)
    assert done.decided == done.events == 30
    assert {line.total for line in tables(hosted).medals} != {0}
    assert sum(line.bronze for line in tables(hosted).medals) == 60
