"""A real stream of readings: 31,984 runners, nine mats, 287,302 crossings (2014, names left out)."""

from __future__ import annotations

import csv
import lzma
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from app.audit.services import SYSTEM
from app.core.clock import office_time
from app.people.constants import DocumentType
from app.people.rules.documents import valid_resident_id
from app.people.rules.intake import PersonInput
from app.registrations.constants import Source
from app.registrations.rules.admission import Entry
from app.registrations.services.register import register_many
from tests.factories.walks import Walk, make_walk

DATA = Path(__file__).resolve().parents[1] / "data" / "marathon_splits_2014.csv.xz"
MATS = {"5k": "K5", "10k": "K10", "20k": "K20", "half": "K21", "25k": "K25", "30k": "K30", "35k": "K35", "40k": "K40"}
MATS |= {"official": "F42"}
START = office_time(2014, 4, 21, 9)
BATCH = 500


@dataclass(frozen=True)
class Runner:
    """A row of the results: minutes from the start by mat, where there was a reading."""

    age: int
    male: bool
    minutes: dict[str, float]


def runners(limit: int | None = None) -> list[Runner]:
    """The rows, in the file's order."""
    with lzma.open(DATA, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:limit]
    return [
        Runner(
            age=int(row["age"]),
            male=row["gender"] == "M",
            minutes={point: float(row[mat]) for mat, point in MATS.items() if row[mat]},
        )
        for row in rows
    ]


def race(field: Sequence[Runner]) -> tuple[Walk, list[str]]:
    """The race with everybody registered; the bibs in the order of `field`."""
    walk = make_walk(
        capacity=len(field),
        ways={"M": tuple(MATS.values())},
        starts_at=START,
        finish={"M": ("finish_line", None)},
        ends_at=START + timedelta(hours=12),
    )
    rng = random.Random(42)
    used: set[str] = set()
    bibs: list[str] = []
    for first in range(0, len(field), BATCH):
        entries = [
            Entry(person=_person(runner, rng, used), category_id=walk.categories["M"])
            for runner in field[first : first + BATCH]
        ]
        outcomes = register_many(
            activity_id=walk.id, entries=entries, source=Source.IMPORT, actor=SYSTEM, at=START - timedelta(days=9)
        )
        bibs += [outcome.bib or "" for outcome in outcomes]
    return walk, bibs


def _person(runner: Runner, rng: random.Random, used: set[str]) -> PersonInput:
    number = ""
    while not number or number in used:
        birth = date(START.year - runner.age, 1, 1) - timedelta(days=rng.randint(0, 300))
        number = valid_resident_id("370499", birth, rng.randint(0, 498) * 2 + runner.male)
    used.add(number)
    return PersonInput(
        name="王跑步",
        document_type=DocumentType.RESIDENT_ID,
        document_number=number,
        sex="male" if runner.male else "female",
        birth_date=birth,
        phone=None,
    )


def timing_file(field: Sequence[Runner], bibs: Sequence[str], path: Path, *, shuffled: int | None = None) -> int:
    """Write `bib,checkpoint,scanned_at`, one row a crossing; returns how many. Times without offset."""
    rows = [
        (bib, point, _moment(minutes))
        for runner, bib in zip(field, bibs, strict=True)
        for point, minutes in runner.minutes.items()
    ]
    if shuffled is not None:
        random.Random(shuffled).shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["bib", "checkpoint", "scanned_at"])
        writer.writerows(rows)
    return len(rows)


def _moment(minutes: float) -> str:
    at: datetime = START + timedelta(minutes=minutes) + timedelta(hours=8)  # the office's clock, written without offset
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds")
