"""An activity with people who are registered, made through the application's own acts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bench.site import ROOT, flask

_SCRIPT = """
import json, sys
from datetime import timedelta
from app import create_app
from app.audit.services import SYSTEM
from app.checkins.services.devices import issue_device
from app.core.clock import now
from app.operations.demo import year
from app.operations.demo.crowd import make_crowd
from app.operations.demo.stations import DemoStation
from app.people.services.organisations import seed_places
from app.activities.services.seasons import SeasonDraft, SeriesDraft, create_season, create_series
import random
people = int(sys.argv[1])
with create_app().app_context():
    seed_places(actor=SYSTEM)
    towns, others = year._places()
    crowd = make_crowd(people, seed=7, towns=towns, others=others, born_before=now().date())
    series = create_series(draft=SeriesDraft("bench", "bench"), actor=SYSTEM)
    season = create_season(draft=SeasonDraft(series, "bench-1", "bench", 2021), actor=SYSTEM)
    station = DemoStation("BENCH", "bench", "bench", "测试", now() - timedelta(minutes=30), (35.0, 117.4))
    opened = now() - timedelta(days=3)
    made = year._make(station, season, year._rounded(max(people, 40_000)), opens_at=opened,
                      closes_at=now() + timedelta(hours=4), walk_ins=0, at=opened)
    outcomes = year._register(made, crowd, random.Random(1), opened=opened, days=1)
    token = issue_device(activity_id=made, name="bench", actor=SYSTEM).token
    texts = [one.issued.text for one in outcomes if one.issued]
    print(json.dumps({"activity": str(made), "token": token, "texts": texts,
                      "starts_at": station.starts_at.isoformat()}))
"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A station `BENCH` under way, its device's token, the texts of its people's codes."""

    activity: str
    token: str
    texts: list[str]
    starts_at: datetime


def prepare(env: Mapping[str, str], *, people: int) -> Prepared:
    """Migrate, make the station, register `people`."""
    flask(env, "db", "upgrade")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(people)],
        cwd=ROOT,
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr[-3000:])
    made = json.loads(done.stdout.splitlines()[-1])
    return Prepared(
        activity=made["activity"],
        token=made["token"],
        texts=made["texts"],
        starts_at=datetime.fromisoformat(made["starts_at"]),
    )
