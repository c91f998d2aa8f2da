"""The ceiling of batches: a script without rules that puts the same rows into the same tables."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from bench._people import Prepared
from bench._site import ROOT

_SCRIPT = """
import sys, time, uuid
from sqlalchemy import insert, select, delete
from app import create_app
from app.activities.models import TallyDelta
from app.checkins.models import Attendance, CheckIn, Scan
from app.core.db import WRITE, db, table
activity, batches, size = uuid.UUID(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
with create_app().app_context():
    across = {"xiangyue_across": "bench"}
    def rows(model, limit):
        t = table(model)
        return [dict(one) for one in db.session.execute(
            select(t).where(t.c.activity_id == activity).limit(limit), execution_options=across).mappings()]
    scans, check_ins, deltas = rows(Scan, batches * size), rows(CheckIn, batches * size), rows(TallyDelta, 12)
    attendances = rows(Attendance, batches * size)
    checkpoints = list({one["checkpoint_id"] for one in check_ins})
    with db.engine.connect().execution_options(**{WRITE: True}) as connection:
        for model in (CheckIn, Attendance, TallyDelta, Scan):
            t = table(model)
            connection.execute(delete(t).where(t.c.activity_id == activity))
        connection.commit()
        best = 0.0
        began = time.perf_counter()
        for n in range(batches):
            mine = slice(n * size, (n + 1) * size)
            for model, held in ((Scan, scans), (CheckIn, check_ins), (Attendance, attendances)):
                if held[mine]:
                    connection.execute(insert(table(model)), held[mine])
            if deltas:  # a long import has rolled its own up
                connection.execute(insert(table(TallyDelta)), [{**one, "id": uuid.uuid4()} for one in deltas])
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
