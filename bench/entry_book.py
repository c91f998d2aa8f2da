"""The entry book of 12,000 athletes of 40 delegations in 300 events, as PDF and as Word, made by the worker's job."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench._databases import databases, settle
from bench._site import ROOT, environment, flask
from tooling.figures import Figure, report

EVENTS, DELEGATIONS = 300, 40
MEGABYTE = 1024
_FILL = """
import random, sys
from app import create_app
from app.audit.services import SYSTEM
from app.games.constants import GamesStatus
from app.games.rules.programme import ResultRow
from app.games.services.imports import import_results
from tests.factories import games as made
from tests.factories.people import name

events, teams = int(sys.argv[1]), int(sys.argv[2])
rows = [ResultRow(2, f"S{event // 12}", f"E{event}", place, f"T{team}", name(event * teams + team))
        for event in range(events) for place, team in enumerate(range(teams), start=1)]
with create_app().app_context():
    games_id = made.make_games(code="bench", status=GamesStatus.RUNNING)
    import_results(games_id=games_id, rows=rows, create_missing=True, actor=SYSTEM)
"""
_MAKE = """
import resource, sys, time
from app import create_app
from app.audit.services import SYSTEM
from app.games.queries.games import games_by_ref
from app.games.rules.entry_book import BookForm
from app.games.services.entry_books import ask_for_book, read_book
from app.games.tasks import books_folder, make_books

form = BookForm(sys.argv[1])
with create_app().app_context():
    games_id = games_by_ref("bench").id
    ask_for_book(games_id=games_id, form=form, folder=books_folder(), actor=SYSTEM)
    began = time.perf_counter()
    assert make_books() == 1
    seconds = time.perf_counter() - began
    assert len(read_book(books_folder(), games_id, form)) > 100_000, "the names are missing"
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _run(env: Mapping[str, str], script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            flask(env, "db", "upgrade")
            _run(env, _FILL, str(EVENTS), str(DELEGATIONS))
            settle(folder, url)
            for form in ("pdf", "docx"):
                seconds, peak = (float(word) for word in _run(env, _MAKE, form).split())
                what = f"entry book of {EVENTS * DELEGATIONS:,} athletes as {form}, {name}"
                figures += [
                    Figure(what, seconds, "s", 25, None, "at_most"),
                    Figure(f"memory of the {what}", peak / MEGABYTE, "MB", 500, None, "at_most"),
                ]
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
