"""The decision table against the server's judgement: every combination, and some through the whole of it.

`UPDATE_VECTOR=1 pytest tests/unit/checkins/test_table.py` writes the phone's list and codes anew.
"""

from __future__ import annotations

import json
import os
import uuid
from datetime import timedelta

import pytest

from app.activities.constants import CheckpointKind, FinishRule
from app.audit.services import SYSTEM
from app.checkins.constants import Verdict
from app.checkins.rules.judgement import Course, ScanFacts, Standing, Way, judge
from app.core import signing
from app.passes.constants import PassKind
from app.passes.rules import PassFacts, verify_pass
from app.passes.services import reissue
from app.registrations.services.changes import cancel
from tests.factories import tables
from tests.factories.tables import CLOSES, KEY, OPENS, Case, cases, table, text, vector
from tests.factories.walks import device, enrol, make_walk, person, read, scan, words

CATEGORY = uuid.UUID(int=1)
POINTS = {"S": uuid.UUID(int=2), "P": uuid.UUID(int=3)}
KINDS = {POINTS["S"]: CheckpointKind.START, POINTS["P"]: CheckpointKind.PICKUP}
COURSE = Course(
    kinds=KINDS,
    ways={
        CATEGORY: Way(
            checkpoint_ids=tuple(POINTS.values()),
            hours=dict.fromkeys(POINTS.values(), (OPENS, CLOSES)),
            finish_rule=FinishRule.ALL,
            finish_k=None,
            kinds=KINDS,
        )
    },
    window=(OPENS - timedelta(hours=1), CLOSES + timedelta(hours=1)),
)
REVOKED_AT = tables.MADE - timedelta(hours=1)


def standing(case: Case) -> Standing | None:
    if case.registration == "none":
        return None
    return Standing(
        category_id=CATEGORY,
        confirmed=case.registration == "confirmed",
        waitlisted=case.registration == "waitlisted",
        cancelled=case.registration == "cancelled",
        left_at=REVOKED_AT if case.registration == "cancelled" else None,
    )


def facts(number: int, minutes: float, point: str, case: Case, *, named: bool = True) -> ScanFacts:
    """A scan of today's pass, or of what the case names, resolved as `services/resolve.py` does."""
    fixed, revoked_at = None, None
    if named and case.code.endswith(("pass", "key")):
        read = verify_pass(text(case.registration, case.code)["pass"], {1: KEY.public_key()})
        fixed = None if isinstance(read, PassFacts) else Verdict.FORGED
    elif named and case.code == "team":
        read = verify_pass(text(case.registration, "team")["pass"], {1: KEY.public_key()})
        assert isinstance(read, PassFacts)
        assert read.kind is PassKind.TEAM
        fixed = Verdict.TEAM_PARTIAL
    elif named and case.code == "wrong_short":
        fixed = Verdict.UNKNOWN
    if named and case.code.startswith("old_"):
        revoked_at = REVOKED_AT
    return ScanFacts(
        id=uuid.UUID(int=number),
        checkpoint_id=POINTS[point],
        effective_at=OPENS + timedelta(minutes=minutes),
        fixed=fixed,
        revoked_at=revoked_at,
    )


def undo(number: int, target: int) -> ScanFacts:
    return ScanFacts(uuid.UUID(int=number), None, OPENS, undoes=uuid.UUID(int=target))


def earlier(case: Case) -> list[ScanFacts]:
    """What was read of the same person before; frontend/tests/scanner/table.test.ts makes the same."""
    other = "P" if case.checkpoint == "S" else "S"
    here = facts(1, 10, case.checkpoint, case, named=False)
    return {
        "nothing": [],
        "here": [here],
        "here_early": [facts(1, -121, case.checkpoint, case, named=False)],
        "elsewhere": [facts(1, 10, other, case, named=False)],
        "taken_back": [here, undo(2, 1)],
        "taken_back_and_again": [here, undo(2, 1), undo(3, 2)],
    }[case.before]


def test_the_server_says_what_the_table_says():
    wrong = []
    for case in cases():
        now = facts(9, table()["times"][case.time], case.checkpoint, case)
        said = judge([*earlier(case), now], standing(case), COURSE).verdicts[now.id]
        if said != case.server:
            wrong.append(f"{case}: {said}")
    assert wrong == []


def test_the_table_is_whole():
    found = list(cases())
    assert len(found) == 6 * 8 * 2 * 5 * 6
    used = {(case.server, case.phone) for case in found}
    assert {server for server, _ in used} >= {
        *("accepted", "repeat", "not_registered", "waitlisted", "cancelled", "outside_hours"),
        *("revoked", "forged", "unknown", "team_partial"),
    }
    for row in table()["rows"]:
        assert ("phone" in row) == bool(row.get("why")), row


def test_the_phone_never_greets_whom_the_server_stops():
    for case in cases():
        if case.phone == "accepted":
            assert case.server == "accepted", case


def test_the_phone_s_list_and_codes_are_those_of_the_encoder():
    if os.environ.get("UPDATE_VECTOR"):
        tables.VECTOR.write_text(json.dumps(vector(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert json.loads(tables.VECTOR.read_text(encoding="utf-8")) == vector()


@pytest.mark.usefixtures("ctx", "clock")
@pytest.mark.parametrize("registration", ["confirmed", "cancelled", "none"])
@pytest.mark.parametrize("code", ["pass", "old_pass", "forged_pass", "short", "old_short", "wrong_short"])
@pytest.mark.parametrize("before", ["nothing", "here"])
def test_the_same_through_the_store(registration, code, before):
    walk = make_walk(ways={"TY": ("S", "P")})
    who = person()
    (one,) = enrol(walk if registration != "none" else make_walk(), who)
    early = walk.starts_at - timedelta(minutes=30)
    fresh = reissue(person_id=one.person_id, live_activities=[], actor=SYSTEM, at=early)
    if registration == "cancelled":
        cancel(activity_id=walk.id, registration_id=one.registration_id, actor=SYSTEM, checked_in=False, at=early)
    named = {
        "pass": {"pass": fresh.text},
        "old_pass": {"pass": one.issued.text},
        "forged_pass": text(registration, "forged_pass"),
        "short": {"code": fresh.short_code},
        "old_short": {"code": one.issued.short_code},
        "wrong_short": {"code": tables.WRONG_SHORT},
    }[code]
    assert signing.keys().public()[1] != tables.STRANGE.public_key()
    phone = device(walk)
    if before == "here":
        read(phone, scan(one, "S", 1, walk=walk) | {"pass": fresh.text})
    item = {key: value for key, value in scan(one, "S", 5, walk=walk).items() if key != "pass"} | named
    (expected,) = {
        case.server
        for case in cases()
        if (case.registration, case.code, case.before) == (registration, code, before)
        and (case.time, case.checkpoint) == ("inside", "S")
    }
    assert words(read(phone, item)) == [expected]
