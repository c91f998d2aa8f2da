"""One of everything, so that each route can be called with arguments that exist."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import AnyConverter, Rule

from app.accounts.constants import TokenScope
from app.accounts.models import Account, RoleGrant
from app.accounts.services.keys import issue_account_token, issue_key
from app.activities.models import BibBlock, Checkpoint, Season
from app.activities.rules.route import route_of
from app.activities.services.routes_gpx import set_route
from app.audit.services import SYSTEM
from app.checkins.models import Reject
from app.checkins.services.devices import IssuedDevice
from app.checkins.services.record import record_scans
from app.core.clock import now
from app.core.db import db
from app.core.permissions import Role
from app.core.transactions import act
from app.facilities.constants import ReportKind
from app.facilities.models import PlaceTitle
from app.facilities.queries.equipment import equipment_set
from app.facilities.services.equipment import report_set
from app.facilities.services.places import add_title
from app.games.models import Delegation, Event, Games
from app.games.rules.schedule import SessionDraft
from app.games.services.schedule import add_session, place_units
from app.honours.services.news import add_photo, save_news
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from app.squads.models import SquadTrial
from app.volunteers.models import Shift
from app.volunteers.services.offers import offer
from app.volunteers.services.shifts import save_shift
from app.web.access import Access
from tests.factories import (
    accounts,
    activities,
    devices,
    facilities,
    games,
    people,
    registrations,
    squads,
    teams,
    volunteers,
)

GPX = b"""<gpx><trk><trkseg><trkpt lat="35.059" lon="117.571"><ele>120</ele></trkpt>
<trkpt lat="35.066" lon="117.579"><ele>160</ele></trkpt><trkpt lat="35.061" lon="117.590"><ele>130</ele></trkpt>
</trkseg></trk></gpx>"""
NO_ACCESS = {"static", "api-docs.openapi_json"}
"""Endpoints of libraries, which declare nothing: files that anybody may read."""


@dataclass
class World:
    """What exists, by the name of the URL argument that names it."""

    citizen: Account
    values: dict[str, Any] = field(default_factory=dict)
    elsewhere: activities.Station | None = None
    device_token: str = ""
    other_games: uuid.UUID | None = None

    def token_of(self, account: Account) -> str:
        """A bearer token that calls the API as `account`."""
        return issue_account_token(actor=SYSTEM, at=now(), account_id=account.id, label="test").token

    def key(self, scope: TokenScope) -> str:
        """A key of other software."""
        return issue_key(actor=SYSTEM, at=now(), scope=scope, label="test").token

    def url(self, app: Flask, rule: Rule) -> str:
        """The address of `rule` with arguments that exist."""
        choices = {name: min(one.items) for name, one in rule._converters.items() if isinstance(one, AnyConverter)}
        known = choices | self.values
        unknown = rule.arguments - set(known)
        assert not unknown, f"tests/support/world.py knows nothing for {unknown} of {rule}"
        with app.test_request_context():
            return app.url_for(rule.endpoint, **{name: known[name] for name in rule.arguments})


def build_world() -> World:
    """Fill the empty database."""
    people.notice()
    season_id = activities.season()
    station = activities.station(season_id=season_id, window={"poster_enabled": True})
    citizen, colleague = accounts.account(), accounts.staff(Role.AUDITOR)
    person_id = people.person()
    tie(citizen.id, person_id)
    outcome = registrations.registered(station)
    team = teams.team(station, citizen.id)
    device = devices.device(station)
    set_route(activity_id=station.id, version=None, gpx=GPX, route=route_of(GPX), actor=SYSTEM)
    world = World(citizen=citizen, elsewhere=activities.station(), device_token=device.token)
    world.values = {
        "account_id": colleague.id,
        "activity_ref": station.code,
        "block_id": _one(select(BibBlock.id).where(BibBlock.activity_id == station.id).limit(1)),
        "category_id": station.category,
        "checkpoint_code": "S",
        "checkpoint_id": station.start,
        "device_id": device.ref.id,
        "grant_id": _one(select(RoleGrant.id).where(RoleGrant.account_id == colleague.id)),
        "keeper_id": citizen.id,
        "kind": "reject",
        "key_id": issue_key(actor=SYSTEM, at=now(), scope=TokenScope.READ, label="test").key_id,
        "name": "pause",
        "organisation_id": people.organisation(),
        "other_id": outcome.person_id,
        "person_id": person_id,
        "poster_code": _one(select(Checkpoint.poster_code).where(Checkpoint.id == station.start)),
        "registration_id": outcome.registration_id,
        "season_id": season_id,
        "series_id": _one(select(Season.series_id).where(Season.id == season_id)),
        "screen_word": "0",
        "subject_id": _a_reject(station, device),
        "team_id": team.team_id,
        "upload_id": team.id,
        "year": now().year,
    } | _games()
    world.values |= _facilities() | _squads() | _volunteers(station.id, citizen.id, person_id)
    world.values |= _honours(station.id)
    world.other_games = games.make_games()
    return world


def _games() -> dict[str, Any]:
    """An edition with a delegation that has entered a class of wrestling: its first bout is to come."""
    games_id = games.make_games()
    discipline = games.add_discipline_to(games_id)
    event, delegation = games.add_event_to(games_id, discipline), games.add_delegation_to(games_id)
    entries = [games.enter(games_id, event, delegation, draw=n) for n in (1, 2, 3)]
    code = _one(select(Event.code).where(Event.games_id == games_id))
    draft = SessionDraft("上午", "体育馆", now(), now() + timedelta(hours=3))
    session_id = add_session(games_id=games_id, draft=draft, actor=SYSTEM)
    unit_id = games.unit_of(games_id, event, *entries[:2])
    facts = {"games_id": games_id, "session_id": session_id, "unit_ids": [unit_id]}
    place_units(**facts, minutes=20, courts=["1"], actor=SYSTEM)
    return {
        "delegation_id": delegation,
        "delegation_ref": _one(select(Delegation.code).where(Delegation.games_id == games_id)),
        "discipline_id": discipline,
        "edition_ref": _one(select(Games.code).where(Games.id == games_id)),
        "entry_id": entries[0],
        "entry_ref": entries[0],
        "event_ref": code,
        "games_ref": _one(select(Games.code).where(Games.id == games_id)),
        "honour_id": uuid.UUID(int=1),
        "member": 0,
        "penalty_id": uuid.UUID(int=1),
        "protest_id": uuid.UUID(int=1),
        "ready_code": "wrestling",
        "session_id": session_id,
        "step": "approve",
        "target": "official",
        "unit_id": unit_id,
    }


def _squads() -> dict[str, Any]:
    """A squad with one candidate."""
    squad_id = squads.make_squad()
    group_id = squads.add_group_to(squad_id)
    member_id = squads.candidate(squad_id, 900, mark="9.8")
    trial_id = _one(select(SquadTrial.id).where(SquadTrial.member_id == member_id))
    return {"squad_id": squad_id, "group_id": group_id, "member_id": member_id, "trial_id": trial_id}


def _honours(activity_id: uuid.UUID) -> dict[str, Any]:
    """A piece of news with a photo; of a certificate and a draw only the shape of their names."""
    news_id = save_news(activity_id=activity_id, news_id=None, title="新闻", text="正文", actor=SYSTEM)
    photo = {"words": "队伍", "jpeg": facilities.picture()}
    return {
        "news_id": news_id,
        "photo_id": add_photo(activity_id=activity_id, news_id=news_id, actor=SYSTEM, **photo),
        "number": "2026-ABCD-2345",
        "prize_draw_id": uuid.UUID(int=1),
        "place": 1,
    }


def _volunteers(activity_id: uuid.UUID, account_id: uuid.UUID, person_id: uuid.UUID) -> dict[str, Any]:
    """A shift of the day after tomorrow, in which the citizen has offered to serve."""
    draft = volunteers.draft(now() + timedelta(days=2))
    shift_id = save_shift(activity_id=activity_id, shift_id=None, draft=draft, actor=SYSTEM)
    offer(
        activity_id=activity_id,
        shift_ids=[shift_id],
        person_id=person_id,
        account_id=account_id,
        guardian=False,
        actor=SYSTEM,
    )
    return {
        "shift_id": shift_id,
        "service_id": volunteers.service_of(shift_id, person_id).id,
        "shift_code": _one(select(Shift.code).where(Shift.id == shift_id)),
    }


def _facilities() -> dict[str, Any]:
    """A place, an application whose sets have come, one of them in a village with a fault."""
    grant_id = facilities.arrived()
    set_id = facilities.hand_over(grant_id)
    report_id = report_set(set_id=set_id, kind=ReportKind.FAULT, text="坏", actor=SYSTEM)
    place_id = facilities.add_place()
    add_title(place_id=place_id, title="精品", year=2021, actor=SYSTEM)
    return {
        "place_id": place_id,
        "title_id": _one(select(PlaceTitle.id).where(PlaceTitle.place_id == place_id)),
        "application_id": grant_id,
        "set_id": set_id,
        "report_id": report_id,
        "code": equipment_set(set_id).code,
    }


def _a_reject(station: activities.Station, device: IssuedDevice) -> uuid.UUID:
    record_scans(device=device.ref, items=[{"id": "none"}])
    return _one(select(Reject.id).where(Reject.activity_id == station.id))


@act
def tie(account_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Let the account look after the person, proven."""
    link(account_id=account_id, person_id=person_id, relation=Relation.SELF, proof=ProofLevel.PHONE_CODE, at=now())


def _one(statement: Any) -> Any:
    return db.session.execute(statement).scalar_one()


def routes(app: Flask) -> Iterator[tuple[Rule, Access]]:
    """Every route with what it declares, but those of libraries."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in NO_ACCESS:
            yield rule, app.view_functions[rule.endpoint].access  # type: ignore[attr-defined]


def is_api(rule: Rule) -> bool:
    """Whether programs call it."""
    return str(rule).startswith("/api/")
