"""Tests invariants I1 to I7 on a database after a fault, against the clients' own log.

    INSTANCE_PATH=… DATABASE_URL=… python -m tests.faults.checker LOG

prints what is damaged, one line each, and ends with 1 if anything is. Medals and points (I8) have no content yet.
"""

from __future__ import annotations

import sys
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.activities.constants import ActivityStatus
from app.activities.models import Activity, Category
from app.activities.queries.plans import checkin_plan
from app.audit.models import AuditEntry
from app.audit.queries import scopes, verify
from app.checkins.constants import COUNTING
from app.checkins.models import Attendance, CheckIn, Reject, Scan
from app.checkins.rules.judgement import judge
from app.checkins.services.load import load
from app.checkins.services.rejudge import judge_pending
from app.checkins.services.settle import course
from app.core.clock import now
from app.core.db import ACROSS, db, table
from app.core.types import Sealed
from app.people.models import PersonActivity
from app.registrations.models import Registration, RegistrationEvent
from tests.faults.journal import read_log
from tests.faults.recount import counted, recounted

ANYWHERE = {ACROSS: "the checker looks at the whole store"}
HOLDING = {"confirmed", "submitted"}
COMING = ("confirmed", "submitted", "waitlisted", "in_draw")
MOVING_UP = {"registration.cancelled", "registration.reviewed", "activity.capacity_changed"}
PIECE = 2_000


@dataclass(frozen=True, slots=True, order=True)
class Damage:
    """One broken promise."""

    invariant: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


Log = Sequence[dict[str, Any]]


def check(path: Path) -> list[Damage]:
    """Everything that does not hold; call inside an application context, outside an act."""
    log = read_log(path)
    activities = list(db.session.execute(select(Activity.id)).scalars())
    for activity_id in activities:
        judge_pending(activity_id)  # what reads before counting do
    found: list[Damage] = []
    try:
        for probe in (_registrations_kept, _scans_kept, _nothing_half):
            found += [Damage(*one) for one in probe(log)]
        for activity_id in activities:
            for each in (_places, _check_ins, _rejudged, _rollups, _trail, _traces):
                found += [Damage(*one) for one in each(activity_id)]
        found += [
            Damage("I6", f"the chain of {scope} breaks at link {broken}")
            for scope in scopes()
            if (broken := verify(scope).broken_at) is not None
        ]
    finally:
        db.session.rollback()
    return sorted(found)


def _all(model: Any, **where: Any) -> list[Any]:
    columns = [column for column in table(model).c if not isinstance(column.type, Sealed)]
    statement = select(*columns).execution_options(**ANYWHERE)
    for name, value in where.items():
        statement = statement.where(table(model).c[name] == value)
    return list(db.session.execute(statement))


Found = Iterator[tuple[str, str]]


def _registrations_kept(log: Log) -> Found:
    """I1: every acknowledged registration exists, and a key never led to two."""
    stored = {str(row.id): row for row in _all(Registration)}
    answers: dict[str, set[str]] = defaultdict(set)
    for entry in log:
        if entry["what"] == "ack" and "registration" in entry:
            answers[entry["key"]].add(entry["registration"])
            row = stored.get(entry["registration"])
            if row is None:
                yield "I1", f"acknowledged registration {entry['registration']} is gone"
            elif entry.get("bib") and row.bib != entry["bib"]:
                yield "I1", f"registration {row.id} was told bib {entry['bib']} and has {row.bib}"
    for key, ids in answers.items():
        if len(ids) > 1:
            yield "I1", f"one key led to {len(ids)} registrations: {key}"


def _scans_kept(log: Log) -> Found:
    """I2: every acknowledged scan exists exactly once, with the first answer it was given; refused ones too."""
    intents = {entry["key"]: entry for entry in log if entry["what"] == "intent" and entry["kind"] == "scans"}
    if not intents:
        return
    stored = {str(row.id): row for row in _all(Scan)}
    rejects = Counter(row.sha256.hex() for row in _all(Reject))
    sent = {one for entry in intents.values() for one in entry["scans"]}
    for one in {one for entry in log if entry["what"] == "ack" for one in _scans_of(entry)} - stored.keys():
        yield "I2", f"acknowledged scan {one} is gone"
    for entry in log[_last_restore(log) :]:
        if entry["what"] != "ack" or entry["key"] not in intents:
            continue
        for answer in entry["answers"]:
            row = stored.get(answer["id"] or "")
            if "reject" in answer:
                if rejects[answer["reject"]] != 1:
                    yield "I2", f"an acknowledged item that is no scan is kept {rejects[answer['reject']]} times"
                continue
            if answer["verdict"] == "id_conflict":
                continue
            if row is not None and row.first_verdict != answer["first_verdict"] and not answer.get("double"):
                yield "I2", f"scan {row.id} was answered {answer['first_verdict']} and holds {row.first_verdict}"
    for one in stored.keys() - sent:
        yield "I2", f"scan {one} was sent by nobody"


def _scans_of(entry: dict[str, Any]) -> Iterator[str]:
    """The scans that an acknowledgement promises to keep."""
    for answer in entry.get("answers", ()):
        if "reject" not in answer and answer["verdict"] != "id_conflict":
            yield answer["id"]


def _last_restore(log: Log) -> int:
    """From where on answers are held against what is stored: after a restore the first answer is given anew."""
    return max((place for place, entry in enumerate(log) if entry["what"] == "restored"), default=0)


def _nothing_half(log: Log) -> Found:
    """I7: of each batch, acknowledged or not, everything is there or nothing."""
    stored = {str(row.id) for row in _all(Scan)}
    seen: dict[str, list[str]] = {}
    for entry in log:
        if entry["what"] == "intent" and entry["kind"] == "scans" and not entry.get("shared"):
            seen[entry["key"]] = entry["scans"]
    for key, ids in seen.items():
        there = len(stored.intersection(ids))
        if there not in {0, len(set(ids))}:
            yield "I7", f"batch {key} is there by {there} of {len(set(ids))}"


def _places(activity_id: uuid.UUID) -> Found:
    """I3: places are given once, never more than there are; the list moves up in order."""
    activity = db.session.execute(select(Activity).where(Activity.id == activity_id)).scalar_one()
    rows = _all(Registration, activity_id=activity_id)
    for category in _all(Category, activity_id=activity_id):
        mine = [row for row in rows if row.category_id == category.id and not row.walk_in]
        holding = sum(row.state in HOLDING for row in mine)
        waiting = sorted(row.queue_no for row in mine if row.state == "waitlisted")
        if holding > category.capacity:
            yield "I3", f"{holding} hold the {category.capacity} places of {category.code}"
        if category.taken != holding:
            yield "I3", f"{category.code} says {category.taken} taken, {holding} hold a place"
        if category.waiting != len(waiting):
            yield "I3", f"{category.code} says {category.waiting} wait, {len(waiting)} do"
        if len(set(waiting)) != len(waiting) or (waiting and waiting[-1] > category.queue_tail):
            yield "I3", f"numbers of the waiting list of {category.code} are given twice"
        frozen = activity.status != ActivityStatus.PUBLISHED or now() >= activity.gate_opens_at
        if waiting and holding < category.capacity and not frozen:
            yield "I3", f"{category.capacity - holding} places of {category.code} are free while {len(waiting)} wait"


def _check_ins(activity_id: uuid.UUID) -> Found:
    """I4: the check-in is the minimum over the valid scans, and there is one where there is a valid scan."""
    best: dict[tuple[Any, Any], tuple[bool, Any, uuid.UUID]] = {}
    for scan in _all(Scan, activity_id=activity_id):
        if scan.verdict not in COUNTING or scan.checkpoint_id is None:
            continue
        key, rank = (scan.checkpoint_id, scan.person_id), (scan.verdict == "outside_hours", scan.effective_at, scan.id)
        best[key] = min(best.get(key, rank), rank)
    held = {
        (row.checkpoint_id, row.person_id): (not row.inside, row.effective_at, row.scan_id)
        for row in _all(CheckIn, activity_id=activity_id)
    }
    for key in best.keys() | held.keys():
        if best.get(key) != held.get(key):
            yield "I4", f"person {key[1]} at {key[0]}: {held.get(key)} is held, {best.get(key)} is the minimum"


def _rejudged(activity_id: uuid.UUID) -> Found:
    """I4: verdicts, check-ins and attendances are what the facts give when they are judged from nothing."""
    persons = sorted(
        {row.person_id for row in _all(Scan, activity_id=activity_id) if row.person_id}
        | {row.person_id for row in _all(CheckIn, activity_id=activity_id)}
        | {row.person_id for row in _all(Attendance, activity_id=activity_id)}
    )
    way = course(checkin_plan(activity_id))
    for first in range(0, len(persons), PIECE):
        for person_id, facts in load(activity_id, persons[first : first + PIECE]).items():
            judged = judge(facts.scans, facts.standing, way)
            if {one: verdict.value for one, verdict in judged.verdicts.items()} != facts.verdicts:
                yield "I4", f"person {person_id}: the stored verdicts are not what the facts give"
            old, new = facts.attendance, judged.attendance
            stored = old and (old.first_at, old.points, old.finished_at, old.incomplete)
            if stored != (new and (new.first_at, new.points, new.finished_at, new.incomplete)):
                yield "I4", f"person {person_id}: the attendance is not what the check-ins give"


def _rollups(activity_id: uuid.UUID) -> Found:
    """I5: cubes and deltas together equal a recount."""
    rows = {model: _all(model, activity_id=activity_id) for model in (Registration, CheckIn, Attendance, Scan)}
    facts, said = recounted(rows), counted(activity_id)
    for cell in sorted(facts.keys() | said.keys()):
        if facts[cell] != said[cell]:
            yield "I5", f"{' '.join(cell)} says {said[cell]}, a recount {facts[cell]}"


def _trail(activity_id: uuid.UUID) -> Found:
    """I6: one row for each change of state."""
    done = [row for row in _all(AuditEntry, scope_id=activity_id) if row.outcome == "done"]
    events = Counter(row.state for row in _all(RegistrationEvent, activity_id=activity_id))
    registrations = len(_all(Registration, activity_id=activity_id))
    told = Counter(row.action for row in done)
    came = sum(row.details["count"] for row in done if row.action == "registration.registered")
    came += sum(row.details.get("promoted", 0) for row in done if row.action in MOVING_UP)
    came += sum(row.details["accepted"] for row in done if row.action == "registration.reviewed")
    if came != registrations + sum(events[state] for state in COMING):
        yield "I6", f"{registrations} registrations, steps {dict(events)}; the trail tells of {came}"
    if told["registration.cancelled"] != events["cancelled"]:
        yield "I6", f"{events['cancelled']} cancellations, the trail tells of {told['registration.cancelled']}"


def _traces(activity_id: uuid.UUID) -> Found:
    """I7: no registration without its traces, no check-in without its scan."""
    known = {row.person_id for row in _all(PersonActivity, activity_id=activity_id)}
    rows = _all(Registration, activity_id=activity_id)
    for row in rows:
        if row.person_id not in known:
            yield "I7", f"registration {row.id} is not in its person's directory"
        if row.state == "confirmed" and not row.bib:
            yield "I7", f"registration {row.id} is confirmed without a number"
    scans = {row.id for row in _all(Scan, activity_id=activity_id)}
    for held in _all(CheckIn, activity_id=activity_id):
        if held.scan_id not in scans:
            yield "I7", f"the scan of a check-in is missing: {held.scan_id}"


def main() -> None:
    """Check the database of the environment against the log that is named."""
    from app import create_app

    with create_app().app_context():
        found = check(Path(sys.argv[1]))
    for one in found:
        print(one)
    print(f"{len(found)} damages" if found else "I1 to I7 hold")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
