"""The splits of a real marathon, imported as a timing file."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.checkins.models import CheckIn
from app.checkins.queries.numbers import tally_of
from app.checkins.services.imports import import_scans
from app.core.db import db
from tests.factories.marathon import race, runners, timing_file
from tests.factories.walks import Walk

pytestmark = pytest.mark.usefixtures("ctx")
WHOLE = os.environ.get("TEST_DATABASE", "sqlite") == "sqlite"
"""The whole field on SQLite; on PostgreSQL every mat and rule with the first 3,000."""


def check_ins(walk: Walk) -> set[tuple[object, ...]]:
    rows = db.session.execute(
        select(CheckIn.registration_id, CheckIn.checkpoint_id, CheckIn.effective_at).where(
            CheckIn.activity_id == walk.id
        )
    )
    found = {tuple(row) for row in rows}
    db.session.rollback()
    return found


def test_every_mat_counts_what_its_column_holds_and_importing_twice_changes_nothing(
    tmp_path: Path, runner: FlaskCliRunner
) -> None:
    field = runners(None if WHOLE else 3_000)
    walk, bibs = race(field)
    columns = Counter(point for one in field for point in one.minutes)
    path = tmp_path / "splits.csv"
    rows = timing_file(field, bibs, path)
    assert not WHOLE or (rows, len(field)) == (287_302, 31_984)

    printed = runner.invoke(args=["scans", "import", str(path), "--activity", walk.code])
    assert printed.exit_code == 0, printed.output
    assert f"{rows} rows: {rows} new, 0 known already, 0 unreadable, 0 without a person" in printed.output

    numbers = tally_of(walk.id)
    assert {point["code"]: point["people"] for point in numbers["checkpoints"]} == columns
    assert {point["code"]: point["scans"] for point in numbers["checkpoints"]} == columns
    assert (numbers["registered"], numbers["finished"]) == (len(field), columns["F42"])
    assert not WHOLE or numbers["finished"] == 31_984

    before = {key: value for key, value in numbers.items() if key != "as_of"}
    again = import_scans(activity_id=walk.id, path=path)
    assert (again.rows, again.new, again.known) == (rows, 0, rows)
    assert {key: value for key, value in tally_of(walk.id).items() if key != "as_of"} == before


def test_a_shuffled_file_gives_the_same_check_ins(tmp_path: Path) -> None:
    field = runners(1_500)
    walk, bibs = race(field)
    rows = timing_file(field, bibs, tmp_path / "shuffled.csv", shuffled=7)
    assert import_scans(activity_id=walk.id, path=tmp_path / "shuffled.csv").new == rows
    shuffled = check_ins(walk)
    timing_file(field, bibs, tmp_path / "straight.csv")
    assert import_scans(activity_id=walk.id, path=tmp_path / "straight.csv").new == 0
    assert check_ins(walk) == shuffled
    expected = {(bib, point) for one, bib in zip(field, bibs, strict=True) for point in one.minutes}
    assert len(shuffled) == len(expected)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("bib;checkpoint;scanned_at\n", "表头"),
        ("", "表头"),
        ("bib,code,checkpoint,scanned_at\n", "表头"),
    ],
)
def test_a_file_with_another_head_is_refused_and_nothing_is_stored(
    tmp_path: Path, runner: FlaskCliRunner, text: str, says: str
) -> None:
    walk, _ = race(runners(2))
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    printed = runner.invoke(args=["scans", "import", str(path), "--activity", walk.code])
    assert (printed.exit_code, says in printed.output, check_ins(walk)) == (1, True, set())


def test_a_bad_row_is_named_and_blocks_no_other(tmp_path: Path, runner: FlaskCliRunner) -> None:
    field = runners(3)
    walk, bibs = race(field)
    path = tmp_path / "splits.csv"
    rows = timing_file(field, bibs, path)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{bibs[0]},K5,yesterday\nZZ9,K5,2014-04-21T10:00:00\n")
    printed = runner.invoke(args=["scans", "import", str(path), "--activity", walk.code])
    assert f"{rows + 2} rows: {rows + 1} new, 0 known already, 1 unreadable, 1 without a person" in printed.output
    assert f"line {rows + 2}: scanned_at_unreadable" in printed.output
    assert len(check_ins(walk)) == rows
