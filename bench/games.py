"""An edition of 300 events and 12,000 athletes beside one of 30: publishing, recomputing, the medal page, a draw."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench._client import Load, best, get, post, run
from bench._databases import databases, second, settle
from bench._site import ROOT, environment, flask, serve
from tooling.figures import Figure, report

FEW, MANY = 30, 300
ROUNDS, PUBLISHED = 3, 25
ASKED, TRIVIAL = 150, 3_000
PAGE = "/games/bench/medals"
_SCRIPT = """
import random, sys, time, uuid
from datetime import date
from sqlalchemy import select
from app import create_app
from app.audit.services import SYSTEM
from app.core.db import db
from app.core.transactions import act, end_read
from app.games.constants import EventFormat, EventStatus, GamesStatus
from app.games.models import Event
from app.games.queries.games import games_by_ref
from app.games.queries.tables import tables
from app.games.rules.programme import ResultRow
from app.games.services.draws import hold_draw
from app.games.services.imports import import_results
from app.games.services.publishing import publish_result, recompute, reopen_result
from tests.factories import games as made

count, rng, rows = int(sys.argv[1]), random.Random(7), []
for event in range(count):  # 40 delegations with one athlete each
    order = rng.sample(range(40), 40)
    rows += [ResultRow(2, f"S{event // 12}", f"E{event}", place, f"T{team}", f"{event} of {team}", "9:45")
             for place, team in enumerate(order, start=1)]

@act
def field(games_id):
    drawn = made.add_event_to(games_id, format=EventFormat.KNOCKOUT)
    teams = [made.add_delegation_to(games_id) for _ in range(32)]
    for n in range(256):
        made.enter(games_id, drawn, teams[n % 32])
    return drawn

with create_app().app_context():
    games_id = made.make_games(code="bench", status=GamesStatus.RUNNING)
    import_results(games_id=games_id, rows=rows, create_missing=True, actor=SYSTEM)
    done = select(Event.id).where(Event.games_id == games_id, Event.published_at.is_not(None))
    events = db.session.execute(done.order_by(Event.code).limit(20)).scalars().all()
    end_read()
    drawn = field(made.make_games(code="draw"))
    draw_games = games_by_ref("draw").id
    end_read()

    def published(n):
        event_id = events[n % len(events)]
        reopen_result(games_id=games_id, event_id=event_id, reason="bench", actor=SYSTEM)
        began = time.perf_counter()
        publish_result(games_id=games_id, event_id=event_id, to=EventStatus.OFFICIAL, actor=SYSTEM)
        found = tables(games_by_ref("bench"))
        took = time.perf_counter() - began
        assert sum(line.gold for line in found.medals) == count, "the table is not right"
        end_read()
        return took

    def recomputed(n):
        began = time.perf_counter()
        assert recompute(games_id=games_id, actor=SYSTEM) == count
        return time.perf_counter() - began

    def held(n):
        began = time.perf_counter()
        hold_draw(games_id=draw_games, event_id=drawn, actor=SYSTEM, reason="bench", seed=f"{n}")
        return time.perf_counter() - began

    acts = {"publish": published, "recompute": recomputed, "draw": held}
    print("ready", flush=True)
    for n, line in enumerate(sys.stdin):
        print(acts[line.strip()](n), flush=True)
"""


class Edition:
    """A process with an edition of so many events, which does one act at a time and says how long it took."""

    def __init__(self, env: Mapping[str, str], events: int) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, str(events)],
            cwd=ROOT,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> None:
        """Until the edition is there."""
        if self._told() != "ready":
            raise SystemExit("the edition could not be made")

    def ms(self, act: str) -> float:
        """Milliseconds of one act."""
        if self._child.stdin is None:
            raise SystemExit("the process takes no words")
        self._child.stdin.write(f"{act}\n")
        self._child.stdin.flush()
        return float(self._told()) * 1000

    def end(self) -> None:
        """Let the process go."""
        if self._child.stdin is not None:
            self._child.stdin.close()
        self._child.wait(30)

    def _told(self) -> str:
        line = self._child.stdout.readline() if self._child.stdout else ""
        if not line:
            raise SystemExit("the process of an edition broke")
        return line.strip()


@contextmanager
def editions(few: Mapping[str, str], many: Mapping[str, str]) -> Iterator[tuple[Edition, Edition]]:
    """Both editions, made, and their stores settled: entries come over weeks, not within the minute before."""
    pair = (Edition(few, FEW), Edition(many, MANY))
    try:
        for one, env in zip(pair, (few, many), strict=True):
            one.wait()
            settle(env["INSTANCE_PATH"], env.get("DATABASE_URL"))
        yield pair
    finally:
        for one in pair:
            one.end()


def _acts(few: Edition, many: Edition) -> tuple[float, float, float, float]:
    """(publish in few events, publish in many, recompute, draw) in ms: in turn, the usual of each."""
    small, large = [], []
    for one in (few, many):
        for _turn in range(3):
            one.ms("publish")
    for _turn in range(PUBLISHED):
        small.append(few.ms("publish"))
        large.append(many.ms("publish"))
    again = min(many.ms("recompute") for _turn in range(ROUNDS))
    draw = min(few.ms("draw") for _turn in range(ROUNDS))
    return statistics.median(small), statistics.median(large), again, draw


def _pages(env: Mapping[str, str]) -> tuple[Load, Load, Load]:
    """(trivial view, medal page, medal page for whoever holds it), in turn."""
    loads: tuple[list[Load], list[Load], list[Load]] = ([], [], [])
    with serve(env, "bench._trivial:app") as trivial, serve(env, "wsgi:app") as port:
        run(port, [get(PAGE)] * 20, clients=2)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{PAGE}") as answer:
            known = get(PAGE, {"If-None-Match": answer.headers["ETag"]})
        for _turn in range(ROUNDS):
            loads[0].append(run(trivial, [post("/trivial", b"{}")] * TRIVIAL, clients=1))
            loads[1].append(run(port, [get(PAGE)] * ASKED, clients=1))
            loads[2].append(run(port, [known] * ASKED, clients=1))
    if any(load.failed for load in loads[1]):
        raise SystemExit("the medal page was refused")
    if any(load.failed < ASKED for load in loads[2]):
        raise SystemExit("whoever holds the medal page was sent it again")
    return best(loads[0]), best(loads[1]), best(loads[2])


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
            few, many = environment(Path(here), url), environment(Path(there), second(url))
            for env in (few, many):
                flask(env, "db", "upgrade")
            with editions(few, many) as pair:
                small, large, again, draw = _acts(*pair)
            settle(there, second(url))
            trivial, page, known = _pages(many)
            figures += [
                Figure(
                    f"publishing a result of {MANY} events beside {FEW}, {name}", large, "ms", 1.5, small, "at_most"
                ),
                Figure(f"recomputing {MANY} events, 12,000 athletes, {name}", again / 1000, "s", 2.5, None, "at_most"),
                Figure(f"medal page beside a trivial view, {name}", page.p50, "ms", 10, trivial.p50, "at_most"),
                Figure(f"medal page that is held already, {name}", known.p50, "ms", 10, trivial.p50, "at_most"),
                Figure(f"a draw of 256, {name}", draw, "ms", 250, None, "at_most"),
            ]
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
