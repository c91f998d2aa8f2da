"""`record_scans`: every scan is stored with its verdict, answered once, judged by facts and not by arrival."""

from __future__ import annotations

import itertools
import random
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.audit.services import SYSTEM
from app.checkins.constants import DeviceKind
from app.checkins.models import Attendance, CheckIn, Reject, Scan
from app.checkins.queries.numbers import tally_of
from app.checkins.services.devices import own_device, revoke_device
from app.checkins.services.rejudge import judge_pending, rejudge
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.passes.services import reissue
from app.registrations.models import Registration
from app.registrations.services.changes import cancel
from app.registrations.services.register import Outcome
from tests.factories.notices import accept_notice
from tests.factories.walks import Walk, device, enrol, make_walk, person, read, scan, words

pytestmark = pytest.mark.usefixtures("ctx")


def check_ins(walk: Walk) -> set[tuple[object, ...]]:
    """What is derived: person, checkpoint, scan, inside."""
    rows = db.session.execute(
        select(CheckIn.person_id, CheckIn.checkpoint_id, CheckIn.scan_id, CheckIn.inside).where(
            CheckIn.activity_id == walk.id
        )
    )
    found = set(rows)
    db.session.rollback()
    return found


def stored(walk: Walk) -> dict[str, tuple[str, str]]:
    """First and present verdict of each scan."""
    rows = db.session.execute(
        select(Scan.id, Scan.first_verdict, Scan.verdict).where(Scan.activity_id == walk.id)
    ).all()
    db.session.rollback()
    return {str(row.id): (row.first_verdict, row.verdict) for row in rows}


def person_of(walk: Walk, one: Outcome) -> uuid.UUID:
    return db.session.execute(
        select(Registration.person_id).where(
            Registration.activity_id == walk.id, Registration.id == one.registration_id
        )
    ).scalar_one()


def test_a_registered_person_is_let_through_and_counted() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    (answer,) = read(device(walk), scan(one, "S", walk=walk))
    assert (answer.verdict, answer.checkin, answer.registration.bib) == ("accepted", True, one.bib)
    numbers = tally_of(walk.id)
    assert (numbers["attendances"], numbers["checkpoints"][0]["people"]) == (1, 1)


def test_a_second_scan_of_the_same_code_says_so_and_when_the_first_was() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    phone = device(walk)
    first = read(phone, scan(one, "S", 3, walk=walk))[0]
    second = read(phone, scan(one, "S", 9, walk=walk))[0]
    assert second.verdict == "repeat"
    assert second.first_at == first.first_at == walk.starts_at + timedelta(minutes=3)
    assert tally_of(walk.id)["checkpoints"][0] | {} == {
        "code": "S",
        "name": "S 点",
        "kind": "start",
        "people": 1,
        "scans": 2,
    }


def test_the_same_item_again_gives_the_first_answer_and_no_second_row() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    phone, item = device(walk), scan(one, "S", walk=walk)
    first, again = read(phone, item)[0], read(phone, item)[0]
    assert (again.verdict, again.first_verdict, again.replay) == (first.verdict, first.first_verdict, True)
    assert len(stored(walk)) == 1
    assert tally_of(walk.id)["checkpoints"][0]["scans"] == 1


def test_the_same_id_with_other_content_is_a_conflict_and_the_first_is_kept() -> None:
    walk = make_walk()
    one, two, _ = enrol(walk)
    phone, item = device(walk), scan(one, "S", walk=walk)
    read(phone, item)
    other = read(phone, scan(two, "S", walk=walk, id=item["id"]))[0]
    assert (other.verdict, other.checkin) == ("id_conflict", False)
    assert len(check_ins(walk)) == 1


def test_one_poisoned_item_blocks_nothing_and_is_kept() -> None:
    walk = make_walk()
    one, two, three = enrol(walk)
    poison = [None, 7, [], {"id": "x"}, {"id": str(uuid7()), "pass": "A", "code": "B", "checkpoint": "S"}]
    answers = read(
        device(walk), scan(one, "S", walk=walk), *poison, scan(two, "S", walk=walk), scan(three, "S", walk=walk)
    )
    assert words(answers) == ["accepted", *["invalid"] * 5, "accepted", "accepted"]
    kept = db.session.execute(
        select(func.count()).select_from(Reject).where(Reject.activity_id == walk.id)
    ).scalar_one()
    assert kept == 5


def test_undo_takes_back_a_scan_and_undo_of_the_undo_brings_it_back() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    phone, item = device(walk), scan(one, "S", walk=walk)
    read(phone, item)
    undo = {"id": str(uuid7()), "undoes": item["id"], "scanned_at": now().isoformat()}
    assert words(read(phone, undo)) == ["undo"]
    assert (check_ins(walk), tally_of(walk.id)["attendances"]) == (set(), 0)
    read(phone, {"id": str(uuid7()), "undoes": undo["id"], "scanned_at": now().isoformat()})
    assert (len(check_ins(walk)), tally_of(walk.id)["attendances"]) == (1, 1)
    assert stored(walk)[item["id"]] == ("accepted", "accepted")


def test_another_phone_cannot_take_back_a_scan_but_the_office_can() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    item = scan(one, "S", walk=walk)
    read(device(walk), item)
    undo = {"undoes": item["id"], "scanned_at": now().isoformat()}
    assert words(read(device(walk, "刘洋"), undo | {"id": str(uuid7())})) == ["invalid"]
    rejudge(activity_id=walk.id, person_ids=[person_of(walk, one)])  # judged again, it still may not
    assert len(check_ins(walk)) == 1
    office = own_device(activity_id=walk.id, kind=DeviceKind.OFFICE, actor=SYSTEM)
    read(office, undo | {"id": str(uuid7())})
    assert check_ins(walk) == set()


def test_scans_and_undos_come_to_the_same_in_every_order() -> None:
    """F07 in small: 120 orders of five facts, an undo that arrives before its scan among them."""
    seen = set()
    phones: dict[uuid.UUID, object] = {}
    for order in itertools.permutations(range(5)):
        walk = make_walk()
        (one,) = enrol(walk, person())
        phone = device(walk)
        phones[walk.id] = phone
        early, late, way = scan(one, "S", 1, walk=walk), scan(one, "S", 5, walk=walk), scan(one, "K", 50, walk=walk)
        twice = scan(one, "K", 40, walk=walk)
        undo = {"id": str(uuid7()), "undoes": early["id"], "scanned_at": now().isoformat()}
        facts = [early, late, way, twice, undo]
        for place in order:
            read(phone, facts[place])
        names = {fact["id"]: index for index, fact in enumerate(facts)}
        verdicts = tuple(sorted((names[key], today) for key, (_, today) in stored(walk).items()))
        derived = tuple(sorted(names[str(row[2])] for row in check_ins(walk)))
        seen.add((verdicts, derived))
    assert seen == {(((0, "undone"), (1, "accepted"), (2, "repeat"), (3, "accepted"), (4, "undo")), (1, 3))}


def test_an_earlier_scan_that_arrives_later_becomes_the_check_in_and_the_tally_follows() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    late, early = scan(one, "S", 40, walk=walk), scan(one, "S", 2, walk=walk)
    read(device(walk), late)
    read(device(walk, "刘洋"), early)
    assert stored(walk) == {late["id"]: ("accepted", "repeat"), early["id"]: ("accepted", "accepted")}
    assert tally_of(walk.id)["checkpoints"][0]["people"] == 1


def test_outside_the_hours_is_kept_flagged_and_ranked_behind_everything_inside() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    old = scan(one, "S", walk=walk, scanned_at="1970-01-01T08:00:00+08:00")
    inside = scan(one, "S", 30, walk=walk)
    assert words(read(device(walk), old, inside)) == ["outside_hours", "accepted"]
    assert {row[2:] for row in check_ins(walk)} == {(uuid.UUID(inside["id"]), True)}


@pytest.mark.parametrize("offset", [-90_000, 0, 3_600_000])
def test_the_phones_own_offset_corrects_its_clock(offset: int) -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    item = scan(one, "S", 10, walk=walk, offset_ms=offset)
    read(device(walk), item)
    row = db.session.execute(
        select(Scan.scanned_at, Scan.effective_at).where(Scan.activity_id == walk.id, Scan.id == uuid.UUID(item["id"]))
    ).one()
    assert row.effective_at - row.scanned_at == timedelta(milliseconds=offset)


def test_forged_foreign_and_unknown_codes_are_refused_and_stored() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    assert one.issued is not None
    text = one.issued.text
    swapped = text[:-1] + ("0" if text[-1] != "0" else "1")
    answers = read(
        device(walk),
        scan(one, "S", walk=walk, **{"pass": swapped}),
        scan(one, "S", walk=walk, **{"pass": "https://example.org/x"}),
        {k: v for k, v in scan(one, "S", walk=walk).items() if k != "pass"} | {"code": "0000 0001"},
        {k: v for k, v in scan(one, "S", walk=walk).items() if k != "pass"} | {"bib": "A9999"},
    )
    assert words(answers) == ["forged", "forged", "unknown", "unknown"]
    assert (len(stored(walk)), check_ins(walk)) == (4, set())


def test_short_code_bib_and_registration_name_the_same_person() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    assert one.issued is not None
    base = {k: v for k, v in scan(one, "S", walk=walk).items() if k not in {"pass", "id"}}
    named = [
        {"code": one.issued.short_code.lower()},
        {"bib": str(one.bib).lower()},
        {"registration": str(one.registration_id)},
    ]
    answers = [read(device(walk), base | {"id": str(uuid7())} | name)[0] for name in named]
    assert {answer.person_id for answer in answers} == {one.person_id}
    assert sorted(words(answers)) == ["accepted", "repeat", "repeat"]


def test_a_scan_gun_under_a_chinese_input_method_is_understood() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    assert one.issued is not None
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in one.issued.text.lower())
    assert words(read(device(walk), scan(one, "S", walk=walk, **{"pass": wide}))) == ["accepted"]


def test_an_old_code_says_that_there_is_a_new_one() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    assert one.person_id is not None
    new = reissue(person_id=one.person_id, live_activities=[walk.id], actor=SYSTEM, at=walk.starts_at)
    answers = read(device(walk), scan(one, "S", 1, walk=walk), scan(one, "S", 2, walk=walk, **{"pass": new.text}))
    assert words(answers) == ["revoked", "accepted"]


def test_a_registration_that_arrives_after_the_scan_counts() -> None:
    walk, other = make_walk(), make_walk()
    who = person()
    (elsewhere,) = enrol(other, who)
    assert words(read(device(walk), scan(elsewhere, "S", walk=walk))) == ["not_registered"]
    enrol(walk, who)
    judge_pending(walk.id)
    assert (len(check_ins(walk)), tally_of(walk.id)["attendances"]) == (1, 1)


def test_a_cancellation_counts_from_its_moment_but_who_was_let_in_stays_let_in() -> None:
    walk = make_walk()
    before, shown, after = enrol(walk)
    at = walk.starts_at + timedelta(minutes=30)
    for one in (before, shown, after):
        assert one.registration_id is not None
        cancel(activity_id=walk.id, registration_id=one.registration_id, actor=SYSTEM, checked_in=False, at=at)
    bundle = int(walk.starts_at.timestamp())
    answers = read(
        device(walk),
        scan(before, "S", 29, walk=walk),
        scan(shown, "S", 40, walk=walk, shown="accepted", bundle=bundle),
        scan(after, "S", 40, walk=walk),
    )
    assert words(answers) == ["accepted", "accepted", "cancelled"]
    numbers = tally_of(walk.id)
    assert (numbers["registered"], numbers["attendances"]) == (2, 2)


def test_what_a_revoked_device_sends_is_quarantined_not_dropped() -> None:
    walk = make_walk()
    (one,) = enrol(walk, person())
    phone = device(walk)
    revoke_device(activity_id=walk.id, device_id=phone.id, actor=SYSTEM)
    assert words(read(phone, scan(one, "S", walk=walk))) == ["quarantined"]
    assert (len(stored(walk)), check_ins(walk)) == (1, set())


def test_a_pickup_is_no_attendance() -> None:
    walk = make_walk(ways={"TY": ("S", "F", "P")})
    (one,) = enrol(walk, person())
    read(device(walk), scan(one, "P", walk=walk))
    numbers = tally_of(walk.id)
    assert (numbers["attendances"], numbers["checkpoints"][2]["people"]) == (0, 1)


@pytest.mark.parametrize(
    ("rule", "k", "passed", "finished", "incomplete"),
    [
        ("all", None, ("S", "K", "F"), 1, False),
        ("all", None, ("S", "F"), 0, False),
        ("finish_line", None, ("S", "F"), 1, True),
        ("finish_line", None, ("S", "K"), 0, False),
        ("at_least", 2, ("K", "F"), 1, True),
        ("at_least", 2, ("K",), 0, False),
    ],
)
def test_finishing_follows_the_categorys_rule(
    rule: str, k: int | None, passed: tuple[str, ...], finished: int, incomplete: bool
) -> None:
    walk = make_walk(finish={"TY": (rule, k)})
    (one,) = enrol(walk, person())
    for minutes, point in enumerate(passed):
        read(device(walk), scan(one, point, minutes * 30, walk=walk))
    assert tally_of(walk.id)["finished"] == finished
    row = db.session.execute(select(Attendance.incomplete).where(Attendance.activity_id == walk.id)).scalar_one()
    assert row is incomplete


def test_a_finish_after_the_cut_off_is_kept_and_does_not_finish() -> None:
    starts = now() - timedelta(hours=2)
    walk = make_walk(starts_at=starts, ways={"TY": ("S", "F")}, cutoffs={"F": starts + timedelta(minutes=60)})
    one, two, _ = enrol(walk)
    phone = device(walk)
    read(phone, scan(one, "S", 0, walk=walk), scan(one, "F", 59, walk=walk))
    read(phone, scan(two, "S", 0, walk=walk), scan(two, "F", 61, walk=walk))
    numbers = tally_of(walk.id)
    assert (numbers["attendances"], numbers["finished"]) == (2, 1)


def test_a_bare_pass_walks_in_where_the_activity_admits_it() -> None:
    home = make_walk()
    walk = make_walk(walkin_category="TY", walkin_capacity=0)
    (one,) = enrol(home, person())
    answers = read(device(walk), scan(one, "S", walk=walk))
    assert words(answers) == ["not_registered"], "no current privacy notice was accepted: listed, not registered"
    accept_notice(one.person_id)
    assert words(read(device(walk), scan(one, "S", 2, walk=walk))) == ["repeat"], "the first scan is the check-in now"
    numbers = tally_of(walk.id)
    assert (numbers["registered"], numbers["walk_ins"], numbers["attendances"]) == (0, 1, 1)


def test_the_tally_never_shows_more_people_at_a_checkpoint_than_registered_and_walk_ins() -> None:
    """Hi.Events 889: “more checked in than attendees”."""
    rng = random.Random(5)
    walk = make_walk(ways={"TY": ("S", "K", "F"), "TZ": ("S", "M", "F")})
    people = enrol(walk, *(person() for _ in range(12)))
    phones = [device(walk, f"{n} 号") for n in range(3)]
    for _ in range(40):
        items = [scan(rng.choice(people), rng.choice("SKMF"), rng.uniform(-30, 200), walk=walk) for _ in range(6)]
        read(rng.choice(phones), *items)
    numbers = tally_of(walk.id)
    assert all(point["people"] <= numbers["registered"] + numbers["walk_ins"] for point in numbers["checkpoints"])
    recount = db.session.execute(
        select(CheckIn.checkpoint_id, func.count())
        .where(CheckIn.activity_id == walk.id)
        .group_by(CheckIn.checkpoint_id)
    )
    by_code = {walk.checkpoints[point["code"]]: point["people"] for point in numbers["checkpoints"]}
    assert {point: n for point, n in by_code.items() if n} == dict(recount.all())
