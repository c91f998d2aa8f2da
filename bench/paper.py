"""Files that an office waits for: a list of 50,000 people as Excel, 12,500 certificates as PDF in the background."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from bench._databases import databases, settle
from bench._people import attend, prepare, staff_cookie
from bench._site import ROOT, environment, flask, serve
from tooling.figures import Figure, report

ROWS, FINISHERS = 50_000, 12_500
ROUNDS = 3
MEGABYTE = 1024
LIST = "/office/activities/BENCH/attendance/people.xlsx?what=registered"
_MAKE = """
import resource, sys, time
from app import create_app
from app.activities.queries.refs import activity_id_of
from app.audit.services import SYSTEM
from app.honours.services.certificates import NAME, ask_for_all
from app.honours.tasks import folder, make_certificates
from app.core import wishes
with create_app().app_context():
    key = activity_id_of("BENCH")
    ask_for_all(activity_id=key, folder=folder(), base="https://example.org/certificates/", actor=SYSTEM)
    began = time.perf_counter()
    assert make_certificates() == 1
    seconds = time.perf_counter() - began
    assert len(wishes.read(folder(), key, NAME)) > 1_000_000, "the pages are missing"
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _exported(env: Mapping[str, str], folder: Path) -> tuple[float, float, Path]:
    """(seconds, peak MB of the server's process that made it, the file)."""
    file = folder / "people.xlsx"
    with serve(env, "wsgi:app") as port:
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{LIST}", headers={"Cookie": staff_cookie(env, port)})
        found = _servers(port)
        for pid in found:  # signing in hashes a password in much memory: that is not the list's
            Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
        seconds = 1e9
        for _ in range(ROUNDS):
            began = time.perf_counter()
            with urllib.request.urlopen(asked) as answer:  # noqa: S310 - our own
                file.write_bytes(answer.read())
            seconds = min(seconds, time.perf_counter() - began)
        peak = max(_peak(pid) for pid in found)
    return seconds, peak, file


def _servers(port: int) -> list[int]:
    """The processes of the server on a port."""
    found = subprocess.run(["pgrep", "-f", f"127.0.0.1:{port}"], capture_output=True, text=True, check=True)
    return [int(word) for word in found.stdout.split()]


def _peak(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / MEGABYTE


def _bare(file: Path, folder: Path) -> tuple[float, int]:
    """Seconds of the writer library alone for the very cells of a file, and its rows."""
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    best = 1e9
    for _ in range(ROUNDS):
        began = time.perf_counter()
        book = xlsxwriter.Workbook(str(folder / "bare.xlsx"), {"constant_memory": True})
        page = book.add_worksheet()
        for n, row in enumerate(rows):
            for m, value in enumerate(row):
                if value != "":
                    page.write(n, m, value if isinstance(value, int | float) else str(value))
        book.close()
        best = min(best, time.perf_counter() - began)
    return best, len(rows) - 1


def main() -> None:
    """Measure on each store."""
    figures: list[Figure] = []
    for name, url in databases():
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            env = environment(folder, url)
            prepared = prepare(env, people=ROWS)
            attend(env, replace(prepared, texts=prepared.texts[:FINISHERS]))
            flask(env, "worker", "run", "--once")
            settle(place, url)
            seconds, peak, file = _exported(env, folder)
            bare, rows = _bare(file, folder)
            if rows != ROWS:
                raise SystemExit(f"the list has {rows} rows")
            done = subprocess.run(
                [sys.executable, "-c", _MAKE], cwd=ROOT, env=env, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                raise SystemExit(done.stderr[-2000:])
            printing, memory = (float(word) for word in done.stdout.split())
            figures += [
                Figure(f"list of {ROWS:,} as Excel, {name}", ROWS / seconds, "rows/s", 0.5, ROWS / bare),
                Figure(f"memory of the list, {name}", peak, "MB", 200, None, "at_most"),
                Figure(f"{FINISHERS:,} certificates as PDF, {name}", printing, "s", 75, None, "at_most"),
                Figure(f"memory of the certificates, {name}", memory / MEGABYTE, "MB", 500, None, "at_most"),
            ]
    sys.exit(report(figures))


if __name__ == "__main__":
    main()
