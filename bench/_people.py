"""An activity with people who are registered, made through the application's own acts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench._site import ROOT, flask

_SCRIPT = """
import json, random, sys
from datetime import timedelta
from app import create_app
from app.activities.models import Activity
from app.activities.services.seasons import SeasonDraft, SeriesDraft, create_season, create_series
from app.audit.services import SYSTEM
from app.checkins.services.devices import issue_device
from app.core.clock import now
from app.core.db import db
from app.operations.demo import year
from app.operations.demo.crowd import make_crowd
from app.operations.demo.stations import DemoStation
from app.people.services.organisations import seed_places
people = int(sys.argv[1])
with create_app().app_context():
    seed_places(actor=SYSTEM)
    towns, others = year._places()
    crowd = make_crowd(people, seed=7, towns=towns, others=others, born_before=now().date())
    opened = now() - timedelta(days=3)
    series = create_series(draft=SeriesDraft("bench", "bench"), actor=SYSTEM)
    season = create_season(draft=SeasonDraft(series, "bench-1", "bench", 2021), actor=SYSTEM)
    station = DemoStation("BENCH", "bench", "bench", "测试", now() - timedelta(minutes=30), (35.0, 117.4))
    made = year._make(station, season, year._rounded(60_000), opens_at=opened,
                      closes_at=now() + timedelta(hours=4), walk_ins=0, at=opened)
    outcomes = year._register(made, crowd, random.Random(1), opened=opened, days=1)
    token = issue_device(activity_id=made, name="bench", actor=SYSTEM).token
    texts = [one.issued.text for one in outcomes if one.issued]
    starts = db.session.get(Activity, made).starts_at
    print(json.dumps({"activity": str(made), "token": token, "texts": texts, "starts_at": starts.isoformat()}))
"""
_ATTEND = """
import json, random, sys
from datetime import datetime, timedelta
from pathlib import Path
from app import create_app
from app.activities.queries.refs import activity_id_of
from app.operations.demo import year
from app.operations.demo.crossing import Ticket, crossings
texts = json.load(sys.stdin)
with create_app().app_context():
    starts = datetime.fromisoformat(sys.argv[1])
    scans = crossings([Ticket(text, "TY") for text in texts], starts, rng=random.Random(3))
    year._scan(activity_id_of("BENCH"), scans, late=timedelta(0))
"""
_RACE = """
import json, sys
from pathlib import Path
from app import create_app
from tests.factories.marathon import START, race, runners, timing_file
with create_app().app_context():
    field = runners()
    walk, bibs = race(field)
    timing_file(field, bibs, Path(sys.argv[1]))
    print(json.dumps({"activity": str(walk.id), "token": "", "texts": [], "starts_at": START.isoformat()}))
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
    return _prepared(_python(env, _SCRIPT, str(people)))


def attend(env: Mapping[str, str], prepared: Prepared) -> None:
    """Let everybody of `prepared` pass the checkpoints."""
    _python(env, _ATTEND, prepared.starts_at.isoformat(), given=json.dumps(prepared.texts))


def race(env: Mapping[str, str], folder: Path) -> tuple[Prepared, Path]:
    """The marathon with its whole field registered, and its timing file."""
    file = folder / "splits.csv"
    return _prepared(_python(env, _RACE, str(file))), file


def staff_cookie(env: Mapping[str, str], port: int) -> str:
    """Sign in an event manager and return the session's cookie."""
    name = f"bench{port}"
    printed = flask(env, "staff", "create", "--name", name, "--role", "event_manager")
    password = printed.split()[-1]
    jar = urllib.request.HTTPCookieProcessor()
    browser = urllib.request.build_opener(jar)
    base = f"http://127.0.0.1:{port}"

    def token(path: str) -> str:
        page = browser.open(base + path).read().decode()
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        if found is None:
            raise SystemExit(f"{path} has no form")
        return found.group(1)

    def send(path: str, **fields: str) -> None:
        browser.open(base + path, urllib.parse.urlencode({"csrf_token": token(path), **fields}).encode())

    send("/office/login", login_name=name, password=password)
    chosen = "Bench-2026-walk"
    send("/office/password", current=password, new=chosen, again=chosen)
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar.cookiejar)


def _prepared(printed: str) -> Prepared:
    made = json.loads(printed.splitlines()[-1])
    return Prepared(
        activity=made["activity"],
        token=made["token"],
        texts=made["texts"],
        starts_at=datetime.fromisoformat(made["starts_at"]),
    )


def _python(env: Mapping[str, str], script: str, *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env=dict(env),
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout
