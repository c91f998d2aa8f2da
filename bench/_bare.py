"""The ceiling of batches: a script without rules that puts the same rows into the same tables."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from bench._people import Prepared
from bench._site import ROOT

_SCRIPT = """
import sys, time, uuid
from sqlalchemy import delete, insert, select
from app import create_app
from app.activities.models import TallyDelta
from app.checkins.models import Attendance, CheckIn, Scan
from app.core.db import WRITE, db, table
activity, batches, size = uuid.UUID(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
with create_app().app_context():
    across = {"xiangyue_across": "bench"}
    def rows(model, order):
        t = table(model)
        return [dict(one) for one in db.session.execute(
            select(t).where(t.c.activity_id == activity).order_by(*(t.c[name] for name in order)),
            execution_options=across).mappings()]
    # the newest scans, in the order in which they came, and what each act has stored beside them
    scans = rows(Scan, ("received_at", "seq"))[-batches * size:]
    began_ms = int(scans[0]["received_at"].timestamp() * 1000)
    ids, persons = {one["id"] for one in scans}, {one["person_id"] for one in scans}
    of_scan = {one["scan_id"]: one for one in rows(CheckIn, ("person_id",)) if one["scan_id"] in ids}
    of_person = {one["person_id"]: one for one in rows(Attendance, ("person_id",)) if one["person_id"] in persons}
    deltas = [one for one in rows(TallyDelta, ("id",)) if one["id"].int >> 80 >= began_ms]
    each = -(-len(deltas) // batches)
    with db.engine.connect().execution_options(**{WRITE: True}) as connection:
        def forget(model, name, keys):
            t, keys = table(model), list(keys)
            for n in range(0, len(keys), 500):
                connection.execute(delete(t).where(t.c.activity_id == activity, t.c[name].in_(keys[n:n + 500])))
        forget(CheckIn, "scan_id", of_scan)
        forget(Attendance, "person_id", of_person)
        forget(TallyDelta, "id", [one["id"] for one in deltas])
        forget(Scan, "id", ids)
        connection.commit()
        began = time.perf_counter()
        for n in range(batches):
            mine = scans[n * size:(n + 1) * size]
            sets = (
                (Scan, mine),
                (CheckIn, [of_scan[one["id"]] for one in mine if one["id"] in of_scan]),
                # popped: a person who comes twice has one attendance
                (Attendance, [held for one in mine if (held := of_person.pop(one["person_id"], None))]),
                (TallyDelta, deltas[n * each:(n + 1) * each]),
            )
            for model, given in sets:
                if given:
                    connection.execute(insert(table(model)), given)
            connection.commit()
        print(batches * size / (time.perf_counter() - began))
"""


def bare_batches(env: Mapping[str, str], prepared: Prepared, *, batches: int, size: int) -> float:
    """Scans a second of the bare script, with the rows that the run before has stored."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, prepared.activity, str(batches), str(size)],
        cwd=ROOT,
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr[-3000:])
    return float(done.stdout.split()[-1])
