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
import sys
from datetime import date, timedelta
from sqlalchemy import insert, select
from app import create_app
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.transactions import act
from app.games.constants import GamesStatus
from app.games.models import Entry, EntryMember
from app.games.rules.programme import ResultRow
from app.games.services.imports import import_results
from app.people.constants import DocumentType
from app.people.rules.intake import PersonInput
from app.people.services.persons import ensure_persons
from tests.factories import games as made
from tests.factories.people import document, name

@act
def name_members(*, entries):
    born = [date(1950, 1, 1) + timedelta(days=n // 500) for n, _ in entries]
    people = [PersonInput(name=one.name, document_type=DocumentType.RESIDENT_ID, document_number=document(on, n=n),
                          sex="male", birth_date=on, phone=None) for (n, one), on in zip(entries, born)]
    found = ensure_persons(people, at=now())
    rows = [{"games_id": one.games_id, "entry_id": one.id, "person_id": person.person_id, "name": one.name,
             "substitute": False, "position": 0} for (_, one), person in zip(entries, found)]
    db.session.execute(insert(EntryMember), rows)

events, teams = int(sys.argv[1]), int(sys.argv[2])
rows = [ResultRow(2, f"S{event // 12}", f"E{event}", place, f"T{team}", name(event * teams + team))
        for event in range(events) for place, team in enumerate(range(teams), start=1)]
with create_app().app_context():
    games_id = made.make_games(code="bench", status=GamesStatus.RUNNING)
    import_results(games_id=games_id, rows=rows, create_missing=True, actor=SYSTEM)
    entries = list(enumerate(db.session.execute(select(Entry).where(Entry.games_id == games_id)).scalars()))
    db.session.commit()
    for at in range(0, len(entries), 1_000):
        name_members(entries=entries[at : at + 1_000])
"""
_MAKE = """
import io, resource, sys, time, zipfile
from app import create_app
from app.audit.services import SYSTEM
from app.games.queries.entry_book import book_of
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
    book = read_book(books_folder(), games_id, form)
    if form is BookForm.DOCX:  # packed, 12,000 names are small
        book = zipfile.ZipFile(io.BytesIO(book)).read("word/document.xml")
    assert len(book) > 100_000, f"the names are missing: {len(book)} bytes of {form}"
    assert book_of(games_by_ref("bench"), str).athletes == int(sys.argv[2]), "the athletes are missing"
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
                seconds, peak = (float(word) for word in _run(env, _MAKE, form, str(EVENTS * DELEGATIONS)).split())
                what = f"entry book of {EVENTS * DELEGATIONS:,} athletes as {form}, {name}"
                figures += [
                    Figure(what, seconds, "s", 25, None, "at_most"),
                    Figure(f"memory of the {what}", peak / MEGABYTE, "MB", 500, None, "at_most"),
                ]
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
