"""Telling PostgreSQL's planner that tables have grown, before its own housekeeping looks.

A day's scans come within minutes; autovacuum looks once a minute. Until then a plan that was made for an empty
table stays in use, and each look-up reads all of an activity. So whoever writes many rows has the tables counted
anew (ANALYZE: a sample, a fraction of a second) each time as many have come as there were before.

That is counted for each activity by itself: statistics name the activities that the tables held when they were
taken, and of one that they do not name the planner expects a single row, however full the tables are.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import OrderedDict

from sqlalchemy.exc import SQLAlchemyError

from app.core.db import Base, db, table
from app.core.transactions import after_commit, connection

FIRST = 500
"""Rows after which the tables are counted for the first time."""
REMEMBERED = 1_000
"""Activities of which the rows are remembered; of those not written to for longest the count begins anew."""
log = logging.getLogger(__name__)


class Growth:
    """What this process has added to some tables that are read together, by activity."""

    def __init__(self, *models: type[Base]) -> None:
        self._names = ", ".join(table(model).name for model in models)
        self._lock = threading.Lock()
        self._rows: OrderedDict[uuid.UUID, tuple[int, int]] = OrderedDict()  # there so far, and when it is time

    def note(self, activity_id: uuid.UUID, rows: int) -> None:
        """So many rows are added by the open act; the tables are counted after its commit when it is time."""
        if not rows or connection().dialect.name != "postgresql":
            return
        with self._lock:
            there, due_at = self._rows.pop(activity_id, (0, FIRST))
            there += rows
            due = there >= due_at
            self._rows[activity_id] = (there, there * 2 if due else due_at)
            if len(self._rows) > REMEMBERED:
                self._rows.popitem(last=False)
        if due:
            after_commit(self._count)

    def _count(self) -> None:
        """Nobody waits for whoever else counts these tables; what goes wrong costs speed alone."""
        try:
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as own:
                own.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {self._names}")
        except SQLAlchemyError:
            log.warning("the planner could not be told of the growth of %s", self._names, exc_info=True)
