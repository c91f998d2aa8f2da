"""Years that lie behind a station: its rows again and again under earlier activities, and people in a great number.

Made past the application's acts, since five years of them take hours; every row is a copy of one that an act made.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from bench._site import ROOT

_COPY = """
import sys
from datetime import datetime, timedelta
from sqlalchemy import insert, literal, select
from app import create_app
from app.activities.constants import ActivityStatus
from app.activities.queries.refs import activity_id_of
from app.core.db import db
from app.core.ids import uuid7

copies = int(sys.argv[1])
HOT = ("category", "checkpoint", "category_checkpoint", "device", "registration", "scan", "check_in", "attendance",
       "person_activity", "tally")
with create_app().app_context():
    tables, source = db.metadata.tables, activity_id_of("BENCH")
    activity = tables["activity"]
    row = dict(db.session.execute(select(activity).where(activity.c.id == source)).one()._mapping)
    for n in range(1, copies + 1):
        past = {name: value - timedelta(days=7 * n) for name, value in row.items() if isinstance(value, datetime)}
        key = uuid7()
        db.session.execute(insert(activity).values(**row | past | {
            "id": key, "code": f"OLD-{n}", "season_id": None, "status": ActivityStatus.FINISHED.value}))
        for name in HOT:
            table = tables[name]
            picked = [literal(key, table.c.activity_id.type) if c.name == "activity_id" else c for c in table.c]
            wanted = select(*picked).where(table.c.activity_id == source)
            db.session.execute(insert(table).from_select([c.name for c in table.c], wanted))
        db.session.commit()
"""
_PEOPLE = """
import secrets, sys
from datetime import date, timedelta
from sqlalchemy import insert
from app import create_app
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.people.models import Person

people, days = int(sys.argv[1]), int(sys.argv[2])
with create_app().app_context():
    entered = now() - timedelta(days=days)
    for at in range(0, people, 10_000):
        db.session.execute(insert(Person), [{
            "id": uuid7(), "name": f"居民{n}", "document_type": "resident_id", "document_number": f"{n:018d}",
            "document_index": secrets.token_bytes(16), "sex": "female" if n % 2 else "male",
            "birth_date": date(1950, 1, 1) + timedelta(days=n % 20_000), "phone": f"+86199{n:08d}",
            "phone_index": secrets.token_bytes(16), "created_at": entered}
            for n in range(at, min(people, at + 10_000))])
        db.session.commit()
"""


_LEFT = """
import sys
from datetime import timedelta
from sqlalchemy import func, select
from app import create_app
from app.core.clock import now
from app.core.db import db
from app.people.models import Person

with create_app().app_context():
    long_ago = now() - timedelta(days=int(sys.argv[1]) - 1)
    wanted = select(func.count()).where(Person.created_at < long_ago, Person.document_index.is_not(None))
    print(db.session.execute(wanted).scalar_one())
"""


def copy_station(env: Mapping[str, str], copies: int) -> None:
    """The station BENCH with all that happened there, so many times more, a week apart."""
    _python(env, _COPY, str(copies))


def fill_people(env: Mapping[str, str], people: int, *, days_ago: int) -> None:
    """So many people more, entered that long ago and not heard of since."""
    _python(env, _PEOPLE, str(people), str(days_ago))


def left_of_people(env: Mapping[str, str], *, days_ago: int) -> int:
    """How many of those have not been forgotten yet."""
    return int(_python(env, _LEFT, str(days_ago)).split()[-1])


def _python(env: Mapping[str, str], script: str, *arguments: str) -> str:
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=dict(env), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout
