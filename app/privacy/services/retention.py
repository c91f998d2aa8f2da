"""What goes by its age (PIPL 19, 47), in short acts: single scans go on in between. Each step is safe to repeat."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import ColumnElement, CursorResult, and_, delete, or_, select, update

from app.accounts.services.staff import close_dormant
from app.activities.models import Activity
from app.audit.services import SYSTEM, record
from app.checkins.models import Device, Reject, Scan, Settlement
from app.core.db import ACROSS, db, fold_log, table
from app.core.transactions import act, end_read
from app.facilities.models import EquipmentSet, SetReport
from app.games.models import Delegation, Entry, Games
from app.notices.models import NoticeEvent
from app.privacy.queries.due import due_persons, ended_activities, idle_accounts
from app.privacy.queries.holdings import ERASED
from app.privacy.rules.terms import Terms, terms
from app.privacy.services.erase import erase
from app.registrations.models import Draw, Registration
from app.squads.models import Squad, SquadMember


class Step(Protocol):
    """One kind of data; returns how many rows went."""

    def __call__(self, *, at: datetime, kept: Terms) -> int:
        """Everything past its term."""


CHUNK = 200
"""Rows an act: some ten milliseconds, after which whoever waits has their turn."""
A_SENDER_S_DAY = timedelta(days=1)
REST = 3.0
"""Times as long as the act took: scans keep more than half of their rate, with a million people behind them too."""
LONGEST_REST = 1.0
"""Seconds."""
Done = TypeVar("Done")
NAMES: Mapping[str, None] = dict.fromkeys(("name", "name_index", "initials", "phone_tail", "answers", "birth_year"))


def run(*, at: datetime, kept: Terms | None = None) -> dict[str, int]:
    """Everything that is past its term; returns how many rows of each. One row in the trail.

    The write-ahead log is folded at the end: what was overwritten is not left in it.
    """
    kept = kept or terms()
    found = {name: step(at=at, kept=kept) for name, step in STEPS.items()}
    _note(found=found)
    end_read()
    fold_log()
    return found


@act
def _note(*, found: Mapping[str, int]) -> None:
    record(SYSTEM, "privacy.retention", subject_kind="office", subject_id=None, rows=dict(found))


# --------------------------------------------------------------------------- activities


def _answers(*, at: datetime, kept: Terms) -> int:
    """Health statements and emergency contacts."""
    return sum(
        _look_through(
            activity_id, "answers_wiped_at", at, lambda one: _registrations(activity_id=one, columns=("answers",))
        )
        for activity_id in ended_activities(before=at - kept.answers, unwiped="answers_wiped_at")
    )


def _answers_of(activity_id: uuid.UUID) -> int:
    return _registrations(activity_id=activity_id, columns=("answers",))


def _names(*, at: datetime, kept: Terms) -> int:
    """Names in registrations, what was read of nobody, notes and volunteers' names on phones."""
    return sum(
        _look_through(activity_id, "names_wiped_at", at, _of_activity)
        for activity_id in ended_activities(before=at - kept.activity, unwiped="names_wiped_at")
    )


def _resting(step: Callable[[], Done]) -> Done:
    """One act, then a longer rest: whoever scans meanwhile is not always behind this job."""
    began = time.monotonic()
    done = step()
    time.sleep(min(REST * (time.monotonic() - began), LONGEST_REST))
    return done


def _look_through(activity_id: uuid.UUID, mark: str, at: datetime, wipe: Callable[[uuid.UUID], int]) -> int:
    """Wipe until nothing is left, then remember that it was looked through."""
    done = 0
    while changed := _resting(partial(wipe, activity_id)):
        done += changed
    _mark(activity_id=activity_id, mark=mark, at=at)
    return done


@act
def _mark(*, activity_id: uuid.UUID, mark: str, at: datetime) -> None:
    db.session.execute(update(Activity).where(Activity.id == activity_id).values({mark: at}))


@act
def _registrations(*, activity_id: uuid.UUID, columns: Sequence[str]) -> int:
    """The next rows in which one of these columns says something."""
    left = or_(*(getattr(Registration, name).is_not(None) for name in columns))
    ids = _ids(select(Registration.id).where(Registration.activity_id == activity_id, left))
    if ids:
        rows = table(Registration)
        db.session.execute(
            update(rows).where(rows.c.activity_id == activity_id, rows.c.id.in_(ids)).values(dict.fromkeys(columns))
        )
    return len(ids)


def _of_activity(activity_id: uuid.UUID) -> int:
    return (
        _registrations(activity_id=activity_id, columns=tuple(NAMES))
        or _hot(activity_id=activity_id, model=Scan, left=Scan.raw.is_not(None), values={"raw": None})
        or _notes(activity_id=activity_id)
    )


@act
def _hot(*, activity_id: uuid.UUID, model: Any, left: ColumnElement[bool], values: Mapping[str, Any]) -> int:
    ids = _ids(select(model.id).where(model.activity_id == activity_id, left))
    if ids:
        rows = table(model)
        db.session.execute(update(rows).where(rows.c.activity_id == activity_id, rows.c.id.in_(ids)).values(values))
    return len(ids)


@act
def _notes(*, activity_id: uuid.UUID) -> int:
    """What is few: the office's notes, rejected items, phones, witnesses."""
    gone = db.session.execute(delete(Reject).where(Reject.activity_id == activity_id))
    return _changed(gone) + sum(
        _wipe(model, and_(model.activity_id == activity_id, left), values)
        for model, left, values in (
            (Settlement, Settlement.note.is_not(None), {"note": None}),
            (Device, Device.name != ERASED, {"name": ERASED}),
            (Draw, Draw.witnesses != "", {"witnesses": ""}),
        )
    )


# --------------------------------------------------------------------------- persons and accounts


def _persons(*, at: datetime, kept: Terms) -> int:
    """Whoever was not needed for long, as if they had asked for it themselves."""
    done, after = 0, None
    while True:
        look = due_persons(after, before=at - kept.person, limit=CHUNK)
        end_read()
        for start in range(0, len(look.due), CHUNK // 4):
            part = look.due[start : start + CHUNK // 4]
            _resting(partial(_erase, person_ids=part, account_id=None, at=at))
            done += len(part)
        if look.last is None:
            return done
        after = look.last


def _accounts(*, at: datetime, kept: Terms) -> int:
    """Citizens' accounts that nobody uses and that look after nobody."""
    done = 0
    while ids := idle_accounts(before=at - kept.person, limit=CHUNK):
        end_read()
        for account_id in ids:
            _resting(partial(_erase, person_ids=(), account_id=account_id, at=at))
        done += len(ids)
    return done


@act
def _erase(*, person_ids: Sequence[uuid.UUID], account_id: uuid.UUID | None, at: datetime) -> None:
    erase(person_ids, account_id=account_id, actor=SYSTEM, at=at, why="term")


def _dormant(*, at: datetime, kept: Terms) -> int:
    """Staff accounts that were not used (GB/T 22239-2019, level 2): `DORMANT_DAYS` is their term."""
    del kept
    return close_dormant(at=at)


# --------------------------------------------------------------------------- the other rooms


@act
def _games(*, at: datetime, kept: Terms) -> int:
    """Weights, and who led a delegation."""
    over = select(Games.id).where(Games.ends_on < (at - kept.games).date())
    done = _wipe(Entry, and_(Entry.games_id.in_(over), Entry.weight.is_not(None)), {"weight": None})
    led = or_(Delegation.leader_name.is_not(None), Delegation.leader_phone.is_not(None))
    return done + _wipe(
        Delegation, and_(Delegation.games_id.in_(over), led), {"leader_name": None, "leader_phone": None}
    )


@act
def _squads(*, at: datetime, kept: Terms) -> int:
    """Guardians and reasons of a selection."""
    years = [
        year for year in db.session.execute(select(Squad.year).distinct()).scalars() if _over(year, at, kept.squad)
    ]
    of_these = SquadMember.squad_id.in_(select(Squad.id).where(Squad.year.in_(years)))
    said = or_(*(one.is_not(None) for one in (SquadMember.agreed_on, SquadMember.proposed_by, SquadMember.decided_by)))
    return _wipe(
        SquadMember,
        and_(of_these, said),
        {"guardian": None, "agreed_on": None, "reason": "", "proposed_by": None, "decided_by": None},
    )


def _over(year: int, at: datetime, term: timedelta) -> bool:
    return date(year, 12, 31) < (at - term).date()


@act
def _reports(*, at: datetime, kept: Terms) -> int:
    """Whom to call back about a fault; and, after a day, the mark by which one sender's reports are counted."""
    settled = SetReport.settled_at < at - kept.report
    sent = and_(SetReport.made_at < at - A_SENDER_S_DAY, SetReport.address_index.is_not(None))
    return _wipe(SetReport, and_(settled, SetReport.phone.is_not(None)), {"phone": None}) + _wipe(
        SetReport, sent, {"address_index": None}
    )


@act
def _receipts(*, at: datetime, kept: Terms) -> int:
    """Who has signed for a set."""
    before = (at - kept.receipt).date()
    given = and_(EquipmentSet.distributed_on < before, EquipmentSet.receiver.is_not(None))
    return _wipe(EquipmentSet, given, {"receiver": None, "signature": None})


@act
def _events(*, at: datetime, kept: Terms) -> int:
    """What the office wrote to everybody of an activity."""
    return _wipe(
        NoticeEvent,
        and_(NoticeEvent.created_at < at - kept.activity, NoticeEvent.text.is_not(None)),
        {"text": None},
        **{ACROSS: "what is past its time goes in every scope"},
    )


def _wipe(model: Any, which: ColumnElement[bool], values: Mapping[str, Any], **options: Any) -> int:
    done = db.session.execute(
        update(model).where(which).values(values).execution_options(synchronize_session=False, **options)
    )
    return _changed(done)


def _changed(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount


def _ids(statement: Any) -> list[uuid.UUID]:
    return list(db.session.execute(statement.limit(CHUNK)).scalars())


STEPS: Mapping[str, Step] = {
    "answers": _answers,
    "registrations": _names,
    "persons": _persons,
    "accounts": _accounts,
    "staff": _dormant,
    "games": _games,
    "squads": _squads,
    "reports": _reports,
    "receipts": _receipts,
    "notices": _events,
}
"""Name → step, in the order in which they run."""
