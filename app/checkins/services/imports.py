"""A timing file: one row one scan, fed to `record_scans` in batches of its own transaction each."""

from __future__ import annotations

import csv
import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.activities.queries.plans import checkin_plan
from app.activities.services.tally import roll_up
from app.audit.services import SYSTEM, Actor
from app.checkins.constants import DeviceKind, Verdict
from app.checkins.services.devices import own_device
from app.checkins.services.record import record_scans
from app.core.errors import DomainError
from app.core.text import N_

BATCH = 1_000
NAMES = ("pass", "code", "bib", "registration")
EXAMPLES = 10


@dataclass(slots=True)
class ImportReport:
    """What became of a file's rows."""

    rows: int = 0
    new: int = 0
    known: int = 0
    unreadable: int = 0
    unknown: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[int, str]] = field(default_factory=list)


def import_scans(
    *,
    activity_id: uuid.UUID,
    path: Path,
    actor: Actor = SYSTEM,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Read a CSV with the columns of one name (`bib`, `code`, `pass` or `registration`), `checkpoint`,
    `scanned_at` and optionally `id`. A row without an id gets a UUIDv5 of its content, so the same
    file again changes nothing; a time without offset is in the office's zone.

    DomainError `columns_missing` when the head does not fit; a bad row is counted, kept and named.
    """
    plan = checkin_plan(activity_id)
    device = own_device(activity_id=activity_id, kind=DeviceKind.IMPORT, actor=actor)
    report = ImportReport()
    rows = _rows(path, activity_id)
    first_line = 2
    while batch := list(itertools.islice(rows, BATCH)):
        results = record_scans(device=device, items=batch, zone_default=True)
        for place, result in enumerate(results):
            report.rows += 1
            report.verdicts[result.verdict.value] += 1
            report.known += result.replay
            report.new += not result.replay and result.verdict is not Verdict.INVALID
            report.unknown += result.verdict is Verdict.UNKNOWN
            if result.verdict is Verdict.INVALID:
                report.unreadable += 1
                if len(report.examples) < EXAMPLES:
                    report.examples.append((first_line + place, result.reason or result.verdict.value))
        first_line += len(batch)
        roll_up(activity_id=plan.activity_id)
        if progress:
            progress(report.rows)
    return report


def _rows(path: Path, activity_id: uuid.UUID) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        head = [name.strip().lower() for name in next(reader, [])]
        who = [name for name in NAMES if name in head]
        if len(who) != 1 or "checkpoint" not in head or "scanned_at" not in head:
            raise DomainError(
                "columns_missing",
                N_("表头要有 bib（或 code、pass）、checkpoint、scanned_at 三列。"),
                field="file",
            )
        name = who[0]
        where = {column: head.index(column) for column in (name, "checkpoint", "scanned_at")}
        id_at = head.index("id") if "id" in head else None
        for row in reader:
            if not row:
                continue
            yield _item(row, name, where, id_at, activity_id)


def _item(
    row: list[str], name: str, where: dict[str, int], id_at: int | None, activity_id: uuid.UUID
) -> dict[str, Any]:
    def cell(column: str) -> str:
        place = where[column]
        return row[place] if place < len(row) else ""

    given = row[id_at].strip() if id_at is not None and id_at < len(row) else ""
    content = "\x1f".join((name, cell(name), cell("checkpoint"), cell("scanned_at")))
    return {
        "id": given or str(uuid.uuid5(activity_id, content)),
        name: cell(name),
        "checkpoint": cell("checkpoint").strip(),
        "scanned_at": cell("scanned_at").strip(),
    }
