"""Games for the browser: an edition whose entries are open, and one under way with a unit of every kind.

Run in the environment of an installation; prints what the test has to know as JSON.
"""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

from sqlalchemy import select

from app import create_app
from app.accounts.services.staff import create_staff
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.permissions import Role, Scope, ScopeKind
from app.games.constants import EventFormat, GamesStatus
from app.games.rules.schedule import SessionDraft
from app.games.services.referees import assign_referee
from app.games.services.schedule import add_session, place_units
from app.people.models import Organisation
from tests.factories import games as made

KINDS = {
    "bout": EventFormat.WRESTLING,
    "match": EventFormat.LEAGUE,
    "heat": EventFormat.TIMED,
    "panel": EventFormat.JUDGED,
    "places": EventFormat.PLACES,
}


def staff(name: str, role: Role, scope: Scope) -> tuple[uuid.UUID, str]:
    """An account with a password that need not be changed."""
    made_one = create_staff(
        actor=SYSTEM, at=now(), login_name=name, display_name=name, role=role, scope=scope, own_password=True
    )
    return made_one.account_id, str(made_one.password)


def day() -> dict[str, str]:
    """Entries are open: one delegation has entered two wrestlers, the other's leader comes now."""
    town = db.session.execute(select(Organisation.id).where(Organisation.code == "370406102")).scalar_one()
    games_id = made.make_games(
        code="day",
        name="一日比赛",
        starts_on=now().date() + timedelta(days=3),
        ends_on=now().date() + timedelta(days=4),
    )
    event_id = made.add_event_to(games_id, code="FS", name="自由式公开级")
    made.add_delegation_to(games_id, code="XJ", name="西集镇队", organisation_id=town)
    other = made.add_delegation_to(games_id, code="FM", name="冯卯镇队")
    for name in ("孙大力", "钱小勇"):
        made.enter(games_id, event_id, other, name=name)
    _, leader = staff("lingdui", Role.DELEGATION_LEADER, Scope(ScopeKind.ORGANISATION, town))
    _, referee = staff("caipan", Role.REFEREE, Scope(ScopeKind.GAMES, games_id))
    return {"leader": leader, "referee": referee}


def sheets() -> dict[str, str]:
    """Entries are open for the same leader's delegation, in games that stay open."""
    town = db.session.execute(select(Organisation.id).where(Organisation.code == "370406102")).scalar_one()
    games_id = made.make_games(
        code="sheets",
        name="报项表",
        starts_on=now().date() + timedelta(days=3),
        ends_on=now().date() + timedelta(days=4),
    )
    made.add_event_to(games_id, code="M100", name="男子 100 米", format=EventFormat.TIMED)
    return {"delegation": str(made.add_delegation_to(games_id, code="XJ", name="西集镇队", organisation_id=town))}


def venue() -> dict[str, object]:
    """Under way: a unit of every kind, a head referee for all of them, a judge of the judged one."""
    games_id = made.make_games(code="venue", name="赛场", status=GamesStatus.RUNNING)
    scope = Scope(ScopeKind.GAMES, games_id)
    (head, password), (judge, judges) = staff("zhuren", Role.REFEREE, scope), staff("dafen", Role.REFEREE, scope)
    starts_at = now()
    draft = SessionDraft("上午", "体育馆", starts_at, starts_at + timedelta(hours=3))
    session_id = add_session(games_id=games_id, draft=draft, actor=SYSTEM)
    units = {}
    for court, (name, kind) in enumerate(KINDS.items(), 1):
        event_id = made.add_event_to(games_id, name=f"小项 {name}", format=kind)
        entries = [made.enter(games_id, event_id, name=who, draw=n) for n, who in enumerate(("甲队", "乙队"), 1)]
        units[name] = made.unit_of(games_id, event_id, *entries)
        officials = [(head, 0), (judge, 1)] if name == "panel" else [(head, 0)]
        for account_id, number in officials:
            facts = {"games_id": games_id, "event_id": event_id, "unit_ids": [units[name]], "account_id": account_id}
            assign_referee(**facts, number=number, panel="", actor=SYSTEM)
        facts = {"games_id": games_id, "session_id": session_id, "unit_ids": [units[name]], "minutes": 20}
        place_units(**facts, courts=[f"{court} 号"], confirmed=True, actor=SYSTEM)
    return {
        "head": password,
        "judge": judges,
        "session": str(session_id),
        "units": {name: str(one) for name, one in units.items()},
    }


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps({"day": day(), "sheets": sheets(), "venue": venue()}))
