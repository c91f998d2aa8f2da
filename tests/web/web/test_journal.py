"""The log of requests (网络安全法): who asked what when, from where, with what outcome; and nothing else of anybody."""

from __future__ import annotations

import json
import stat
from datetime import timedelta

import pytest

from app.core.permissions import Role
from app.web.journal import Journal, forget_journal
from tests.factories import accounts, people
from tests.support import stores
from tests.support.pages import PageClient

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "logs"


@pytest.fixture
def visit(app, folder):
    """A browser at a site that writes its requests down."""
    from app import create_app

    site = create_app({**app.config, "LOG_FOLDER": str(folder), "LOG_KEEP_DAYS": 200})
    site.static_folder = app.static_folder
    yield PageClient(site)
    stores.engine_of(site).dispose()
    create_app({**app.config})  # whose journal is none


def lines(folder):
    return [json.loads(line) for path in sorted(folder.iterdir()) for line in path.read_text("utf-8").splitlines()]


def test_each_request_leaves_a_line_with_time_who_what_and_outcome(visit, folder):
    visit.get("/help")
    manager = accounts.staff(Role.EVENT_MANAGER)
    visit.login_as(manager).get("/office/activities")
    visit.get("/office/audit", status=403)
    visit.get("/nowhere", status=404)
    found = [(one["method"], one["path"], one["status"], one["who"]) for one in lines(folder)]
    who = f"account {manager.id}"
    assert found[0] == ("GET", "/help", 200, "")
    assert found[1:3] == [("GET", "/office/activities", 200, who), ("GET", "/office/audit", 403, who)]
    assert found[3][:3] == ("GET", "/nowhere", 404)
    assert {one["at"][:16] for one in lines(folder)} == {"2030-06-01T00:00"}
    assert {one["from"] for one in lines(folder)} == {"127.0.0.1"}


def test_no_question_no_form_and_no_name_stands_in_it(visit, folder):
    raw = people.raw_person(name="王德福", phone="13800005678")
    visit.get("/login?next=/my&phone=13800005678")
    visit.submit({"phone": raw.phone}, follow=False)
    visit.get(f"/activities?q={raw.name}")
    text = "".join(path.read_text("utf-8") for path in folder.iterdir())
    assert "/activities" in text
    for secret in ("13800005678", "5678", "王德福", json.dumps("王德福")[1:-1], "?", "next"):
        assert secret not in text, secret


def test_machines_that_ask_every_few_seconds_are_left_out(visit, folder):
    visit.open("/healthz", method="GET")
    visit.get("/help")
    assert [one["path"] for one in lines(folder)] == ["/help"]


def test_the_files_are_for_the_server_alone_and_one_a_day(visit, folder, clock):
    visit.get("/help")
    clock.shift(days=1)
    visit.get("/help")
    assert [path.name for path in sorted(folder.iterdir())] == [
        "requests-2030-06-01.jsonl",
        "requests-2030-06-02.jsonl",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_an_endless_path_is_cut(visit, folder):
    visit.get(f"/{'x' * 5_000}", status=404)
    assert len(lines(folder)[0]["path"]) == 300


def test_a_folder_that_cannot_be_written_stops_no_answer(visit, folder):
    folder.write_text("a file where the folder should be")
    assert visit.get("/help").status == 200
    assert folder.is_file()


def test_the_worker_deletes_what_is_older_than_the_setting_and_nothing_else(visit, folder, clock):
    folder.mkdir()
    for name in ("requests-2029-11-12.jsonl", "requests-2029-11-13.jsonl", "requests-2029-13-99.jsonl", "mine.txt"):
        (folder / name).touch()
    assert forget_journal() == 1
    left = sorted(path.name for path in folder.iterdir())
    assert left == ["mine.txt", "requests-2029-11-13.jsonl", "requests-2029-13-99.jsonl"]
    assert Journal(folder).forget(timedelta(days=184)) == 1


def test_without_a_folder_nothing_is_written_and_nothing_forgotten(client):
    client.get("/help")
    assert forget_journal() == 0
