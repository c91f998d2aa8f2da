"""The product with one promise broken on purpose: what the controls run the same tests against.

`BROKEN` names the fault; `tests.faults.broken:app` is served in place of `wsgi:app`. In a test of the same
process `put_in(name, patch)` does it for as long as the monkeypatch lasts.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from app.activities.models import Category
from app.activities.services import places
from app.audit import services as audit
from app.checkins.constants import Verdict
from app.checkins.models import Scan
from app.checkins.queries import conflicts
from app.checkins.rules.answers import ScanResult
from app.checkins.rules.reading import Item, Unreadable
from app.checkins.services import batch, record, settle
from app.core import transactions
from app.core.db import db, table
from app.core.ids import parse_uuid, uuid7
from app.core.locks import Turn
from app.registrations.models import Registration
from app.registrations.services import idempotent, storing

Patch = pytest.MonkeyPatch
BEHIND = 0.25
READ_FIRST = "xiangyue_read_first"


def ack_before_commit(patch: Patch) -> None:
    """Answer at once, write behind: what a cache in front of the store does."""
    from app import create_app
    from app.checkins.routes import api

    held: list[dict[str, Any]] = []
    real = api.record_scans

    def write_behind() -> None:
        with create_app().app_context():
            while True:
                time.sleep(BEHIND)
                while held:
                    real(**held.pop(0))

    def answer_first(*, device: Any, items: Any, at: Any) -> list[ScanResult]:
        if not held:
            threading.Thread(target=write_behind, daemon=True).start()
        held.append({"device": device, "items": items, "at": at})
        accepted = Verdict.ACCEPTED
        return [
            ScanResult(index, parse_uuid(item["id"]), accepted, accepted, checkin=True)
            for index, item in enumerate(items)
        ]

    patch.setattr(api, "record_scans", answer_first)


def dedupe_by_rowcount(patch: Patch) -> None:
    """Insert, ignore conflicts, and take the number of rows that were sent for the number that is new."""
    patch.setattr(batch, "scans_named", lambda activity_id, ids: [])

    def insert_ignoring(rows: list[dict[str, Any]]) -> None:
        dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
        db.session.execute(dialect.insert(table(Scan)).on_conflict_do_nothing(), rows)

    patch.setattr(batch, "_insert", insert_ignoring)


def ids_of_the_server(patch: Patch) -> None:
    """A number of its own for whatever arrives: a retry is another scan."""
    real = record.read_item

    def renamed(raw: Any, **more: Any) -> Any:
        read = real(raw, **more)
        if isinstance(read, Item):
            read.id = uuid7()
        return read

    patch.setattr(record, "read_item", renamed)


def a_commit_for_each(patch: Patch) -> None:
    """Each item in a transaction of its own, slowly: a batch may end in the middle."""
    real = record.record_requests

    def one_by_one(*, take: Any) -> list[Any]:
        answers = []
        for request in take():
            results: list[ScanResult] = []
            for item in request.read:
                alone = [replace(request, read=[item])]
                (answer,) = real(take=partial(list, alone))
                results += answer
                time.sleep(0.02)
            answers.append(results)
        return answers

    _record_by(patch, one_by_one)


def _record_by(patch: Patch, instead: Callable[..., Any]) -> None:
    """Both ways to the act: an upload's own, and that of scans which go together."""
    patch.setattr(record, "record_requests", instead)
    patch.setattr(record._together, "_run", instead)


def cut_is_accepted(patch: Patch) -> None:
    """Take what has arrived of a request that broke off."""
    import json

    from app.checkins.routes import api

    def lenient(request: Any) -> list[Any]:
        stream, data = request.environ["wsgi.input"], b""
        try:
            while piece := stream.read(256):
                data += piece
        except (OSError, HTTPException):  # the client has gone: what came, came
            pass
        text = data.decode()
        whole = text if text.endswith("]}") else text[: text.rindex("}, {") + 1] + "]}"
        items: list[Any] = json.loads(whole)["scans"]
        return items

    patch.setattr(api, "scan_items", lenient)


def rejects_are_dropped(patch: Patch) -> None:
    """What is no scan is answered and forgotten."""
    patch.setattr(batch, "keep_rejects", lambda *args, **more: None)


def poison_spoils_all(patch: Patch) -> None:
    """One item that cannot be read, and the batch is refused as a whole."""
    real = record.record_requests

    def whole(*, take: Any) -> Any:
        requests = list(take())
        if any(not isinstance(one, Item) for request in requests for one in request.read):
            raise ValueError("the batch is not valid")
        return real(take=lambda: requests)

    _record_by(patch, whole)


def first_come_wins(patch: Patch) -> None:
    """The check-in that is there stays: the order of arrival decides."""
    real = settle._compare

    def keep(activity_id: Any, person_id: Any, one: Any, judged: Any, writes: Any) -> None:
        for point in one.check_ins.keys() & judged.check_ins.keys():
            del judged.check_ins[point]
            del one.check_ins[point]
        real(activity_id, person_id, one, judged, writes)

    patch.setattr(settle, "_compare", keep)


def clocks_are_believed(patch: Patch) -> None:
    """Every time is as good as any other."""
    from app.checkins.rules import judgement

    patch.setattr(judgement, "is_inside", lambda *args: True)


def count_then_insert(patch: Patch) -> None:
    """Look how many are registered, then let somebody in: the classic. No counter row, no lock."""

    def look_first(activity_id: Any, category_id: Any, wanted: int, *, may_queue: bool) -> places.Allotment:
        here = (Registration.activity_id == activity_id, Registration.category_id == category_id)
        taken = db.session.execute(
            select(func.count()).select_from(Registration).where(*here, Registration.state == "confirmed")
        ).scalar_one()
        category = db.session.execute(
            select(Category.capacity, Category.queue_tail).where(
                Category.activity_id == activity_id, Category.id == category_id
            )
        ).one()
        time.sleep(0.05)
        granted = max(0, min(wanted, category.capacity - taken))
        return places.Allotment(granted, wanted - granted if may_queue else 0, category.queue_tail + 1)

    def alone(_line: Any, request: idempotent.Request) -> idempotent.Answered:
        """Each request by itself: together they would look once."""
        (answer,) = idempotent.register_requests(take=lambda: [request])
        if isinstance(answer, Exception):
            raise answer
        return answer

    patch.setattr(places, "allot", look_first)
    patch.setattr(idempotent, "_together", alone)
    _reads_outside(patch)


def _reads_outside(patch: Patch) -> None:
    """SQLite as the driver has it by default: no transaction while one reads, and writers do not queue."""
    patch.setattr(transactions, "fair_turn", lambda path: nullcontext(Turn(None)))
    patch.setattr(transactions, "WRITE", READ_FIRST)

    def undo_begin(connection: Connection) -> None:
        if connection.dialect.name == "sqlite" and connection.get_execution_options().get(READ_FIRST):
            connection.exec_driver_sql("COMMIT")

    event.listen(Engine, "begin", undo_begin)


def a_place_twice(patch: Patch) -> None:
    """Who leaves frees a place and hands it on as well."""
    real = places.free_place

    def both(activity_id: Any, category_id: Any, *, promote: bool) -> bool:
        goes_on = real(activity_id, category_id, promote=promote)
        if goes_on:
            db.session.execute(
                update(Category)
                .where(Category.activity_id == activity_id, Category.id == category_id)
                .values(taken=Category.taken - 1)
            )
        return goes_on

    patch.setattr(places, "free_place", both)


def audit_when_it_can(patch: Patch) -> None:
    """A trail that may fail without anybody noticing."""
    real = audit.record

    def try_it(*args: Any, **more: Any) -> None:
        try:
            with transactions.connection().begin_nested():
                real(*args, **more)
        except DBAPIError:  # the business goes on
            pass

    patch.setattr(storing, "record", try_it)


def waits_for_ever(patch: Patch) -> None:
    """A writer that cannot get in is told after the driver's patience, as an unexpected failure."""
    from app.web import errors

    patch.setattr(record, "SMALL", 0)  # each by itself: together, what fails is tried once more alone
    patch.setattr(transactions, "is_transient", lambda error: False)
    patch.setattr(errors, "is_transient", lambda error: False)


def strict_about_fields(patch: Patch) -> None:
    """A field that is missing or not known yet makes an item worthless; it is answered and forgotten."""
    real = record.read_item
    fields = {"id", "pass", "checkpoint", "scanned_at", "offset_ms", "seq", "shown", "bundle"}

    def strict(raw: Any, **more: Any) -> Any:
        if isinstance(raw, dict) and raw.keys() != fields:
            return Unreadable("fields", parse_uuid(raw.get("id")), "", b"")
        return real(raw, **more)

    patch.setattr(record, "read_item", strict)
    rejects_are_dropped(patch)


def conflicts_by_arrival(patch: Patch) -> None:
    """Whichever scan came in before is the one before, whenever it was read."""
    real = conflicts._before

    def by_arrival(column: Any, *, of: Any, by: Any) -> Any:
        if of is conflicts.OWNER:  # scans; a check-in has no arrival of its own
            by = (Scan.received_at, Scan.device_id, Scan.seq, *by)
        return real(column, of=of, by=by)

    patch.setattr(conflicts, "_before", by_arrival)


FAULTS: dict[str, Callable[[Patch], None]] = {
    fault.__name__: fault
    for fault in (
        ack_before_commit,
        dedupe_by_rowcount,
        ids_of_the_server,
        a_commit_for_each,
        cut_is_accepted,
        rejects_are_dropped,
        poison_spoils_all,
        first_come_wins,
        clocks_are_believed,
        count_then_insert,
        a_place_twice,
        audit_when_it_can,
        waits_for_ever,
        strict_about_fields,
        conflicts_by_arrival,
    )
}


def put_in(name: str, patch: Patch) -> None:
    """Break the promise `name` for as long as `patch` lasts."""
    FAULTS[name](patch)


def __getattr__(name: str) -> Any:
    """`app`, made when a server asks for it."""
    if name != "app":
        raise AttributeError(name)
    from app import create_app

    put_in(os.environ["BROKEN"], pytest.MonkeyPatch())
    return create_app()
