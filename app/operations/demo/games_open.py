"""The 12th games of the demo: entries are open, some delegations have begun, a leader and a referee can sign in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from app.accounts.services.staff import create_staff
from app.audit.services import SYSTEM
from app.core.clock import local, now, office_time
from app.core.permissions import Role, Scope, ScopeKind
from app.games.constants import EventForm, EventSex, GamesStatus
from app.games.models import Event, Games
from app.games.queries.games import delegations, events, games_by_ref
from app.games.rules.entering import EntryDraft, Member
from app.games.rules.schedule import SessionDraft
from app.games.services.entries import enter_many
from app.games.services.programme import set_games_status
from app.games.services.schedule import add_session
from app.operations.demo.crowd import Walker
from app.operations.demo.games import PLACE, choose, edition, wrestle
from app.people.constants import Sex

TWELFTH = "sd12"
LIBRARY = ("DAN", "TAI", "CRD", "BKB", "CLI", "TTE", "TOW", "ATH")
LEADER_OF = "西集镇"
A_DELEGATION = 8
"""Entries with which the delegations have begun; the leader of the demo begins with none."""


def load_open_games(crowd: Sequence[Walker]) -> str:
    """An edition in six weeks whose entries close in three; returns its code."""
    at = now()
    games_id = edition(
        TWELFTH,
        12,
        "十二",
        local(at).date() + timedelta(days=42),
        entries_open_at=at - timedelta(days=6),
        entries_close_at=at + timedelta(days=21),
    )
    choose(games_id, LIBRARY)
    wrestle(games_id)
    set_games_status(games_id=games_id, status=GamesStatus.ENTRIES, actor=SYSTEM)
    _sessions(games_id, local(at).date() + timedelta(days=42))
    alone = [event for event in events(games_id) if event.form == EventForm.INDIVIDUAL.value and not event.weight_up_to]
    for delegation in delegations(games_id):
        if delegation.name == LEADER_OF:
            continue
        mine = [walker for walker in crowd if walker.person.town_id == delegation.organisation_id]
        drafts = _drafts(mine, alone)
        if drafts:
            enter_many(
                games_id=games_id, delegation_id=delegation.id, drafts=drafts, declared=True, actor=SYSTEM, at=at
            )
    return TWELFTH


def _sessions(games_id: uuid.UUID, first: date) -> None:
    """When and where; what is played in them follows the draw."""
    for day, halves in enumerate((("开幕式和集体项目", "田径"), ("球类", "摔跤"))):
        for hour, name in zip((9, 14), halves, strict=True):
            on = first + timedelta(days=day)
            starts_at = office_time(on.year, on.month, on.day, hour)
            draft = SessionDraft(name, PLACE, starts_at, starts_at + timedelta(hours=3))
            add_session(games_id=games_id, draft=draft, actor=SYSTEM)


def _drafts(walkers: Sequence[Walker], alone: Sequence[Event]) -> list[EntryDraft]:
    """Each walker in the first event that takes them; what does not fit is refused as in life."""
    drafts: list[EntryDraft] = []
    for n, walker in enumerate(walkers):
        fits = [event for event in alone if _fits(event, walker)]
        if fits and len(drafts) < A_DELEGATION:
            drafts.append(EntryDraft(event_id=fits[n % len(fits)].id, members=(Member(walker.person),)))
    return drafts


def _fits(event: Event, walker: Walker) -> bool:
    born = walker.person.birth_date
    if born is None or walker.person.guardian_name is not None:
        return False
    age = now().year - born.year
    sexes = {EventSex.MEN.value: Sex.MALE.value, EventSex.WOMEN.value: Sex.FEMALE.value}
    return sexes.get(event.sex, walker.person.sex) == walker.person.sex and (event.min_age or 18) < age < (
        event.max_age or 60
    )


def games_accounts() -> list[str]:
    """A leader of one delegation and a referee of this edition; their lines for `demo-accounts.txt`."""
    games = games_by_ref(TWELFTH)
    if games is None:
        return []
    return [_account("zhaogang", "赵刚", Role.DELEGATION_LEADER, _town(games)), _account(*_referee(games))]


def _town(games: Games) -> tuple[Scope, str]:
    found = next(one for one in delegations(games.id) if one.name == LEADER_OF)
    if found.organisation_id is None:
        raise LookupError(LEADER_OF)
    return Scope(ScopeKind.ORGANISATION, found.organisation_id), f"leader of {found.name}: enters athletes"


def _referee(games: Games) -> tuple[str, str, Role, tuple[Scope, str]]:
    return "qianjun", "钱军", Role.REFEREE, (Scope(ScopeKind.GAMES, games.id), f"referee of {games.code}: results")


def _account(login: str, shown: str, role: Role, where: tuple[Scope, str]) -> str:
    scope, does = where
    made = create_staff(
        actor=SYSTEM, at=now(), login_name=login, display_name=shown, role=role, scope=scope, own_password=True
    )
    return f"  {login:10} {made.password:20} {does}"
