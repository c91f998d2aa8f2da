"""Answers go out packed, and what is packed betrays nothing."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from app.web.compression import PAD
from app.web.security import mask, unmasked

ALL = {"Accept-Encoding": "gzip, deflate, br"}
SCRIPT = b"export const walk = 'xiangyue';" * 60


@pytest.fixture
def fetch(site):
    """Ask for an address; the answer is as it went over the wire."""
    http = site.test_client()

    def get(path, headers=None):
        with http.get(path, headers=headers) as answer:
            answer.get_data()  # before the file below is closed
            return answer

    return get


@pytest.fixture
def built(site, tmp_path, monkeypatch):
    """Static files: one that the build has packed, one that it has not, and a secret beside the folder."""
    folder = tmp_path / "static"
    shutil.copytree(Path(site.static_folder, "dist", ".vite"), folder / "dist" / ".vite")  # for the page of an error
    monkeypatch.setattr(site, "static_folder", str(folder))
    (folder / "a.js").write_bytes(SCRIPT)
    (folder / "a.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "a.js.br").write_bytes(b"by brotli")
    (folder / "b.css").write_bytes(b"b{}")
    (tmp_path / "secret.js.br").write_bytes(b"secret")
    return folder


@pytest.mark.parametrize(
    ("accepted", "coding", "file"),
    [
        ("gzip, deflate, br", "br", "a.js.br"),
        ("gzip", "gzip", "a.js.gz"),
        ("br;q=0, gzip;q=0.5", "gzip", "a.js.gz"),
        ("identity", None, "a.js"),
        ("", None, "a.js"),
    ],
)
def test_a_built_file_goes_in_the_best_coding_that_is_taken(fetch, built, accepted, coding, file):
    answer = fetch("/static/a.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.data == (built / file).read_bytes()
    assert answer.mimetype == "text/javascript"
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_file_that_was_not_packed_goes_as_it_is(fetch, built):
    answer = fetch("/static/b.css", headers=ALL)
    assert (answer.data, answer.mimetype) == (b"b{}", "text/css")
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/static/none.js", "/static/../secret.js", "/static/%2e%2e/secret.js"])
def test_nothing_outside_the_folder_is_served(fetch, built, path):
    assert fetch(path, headers=ALL).status_code == 404


def test_a_packed_file_is_not_sent_twice(fetch, built):
    first = fetch("/static/a.js", headers=ALL)
    again = fetch("/static/a.js", headers={**ALL, "If-None-Match": first.headers["ETag"]})
    plain = fetch("/static/a.js")
    assert again.status_code == 304
    assert plain.headers["ETag"] != first.headers["ETag"]


def test_a_page_is_packed_for_those_who_take_it(fetch):
    plain, packed = fetch("/probe/page"), fetch("/probe/page", headers=ALL)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert "探针" in gzip.decompress(packed.data).decode()
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/nowhere", "/api/v1/openapi.json"])
def test_answers_to_programs_go_as_they_are(fetch, path):
    assert "Content-Encoding" not in fetch(path, headers=ALL).headers


def test_the_length_of_a_page_tells_nothing(fetch):
    fetch("/probe/page")
    lengths = {len(fetch("/probe/page", headers=ALL).data) for _ in range(12)}
    assert len(lengths) > 1
    assert max(lengths) - min(lengths) <= PAD + 40  # the masked token packs a little better or worse


def test_a_token_looks_different_each_time_and_is_the_same_below(visit):
    def shown():
        page = visit.get("/probe/page")
        return [
            page.soup.find("meta", attrs={"name": "csrf-token"})["content"],
            *(field["value"] for field in page.soup.select("[name=csrf_token]")),
        ]

    first, second = shown(), shown()
    assert len(set(first)) == 1
    assert first[0] != second[0]
    assert unmasked(first[0]).split(".")[0] == unmasked(second[0]).split(".")[0]
    assert unmasked(first[0])[:20] not in first[0]


@pytest.mark.parametrize("sent", ["", "x", "????", "王", "A" * 21, "A" * 500])
def test_what_is_no_token_is_refused(visit, sent):
    visit.get("/probe/page")
    visit.post("/probe/form", {"name": "x", "csrf_token": mask(sent)}, csrf=False, status=400)
    visit.post("/probe/form", {"name": "x", "csrf_token": sent}, csrf=False, status=400)


def test_the_bare_token_is_refused(visit):
    visit.get("/probe/page")
    bare = unmasked(visit.csrf_token())
    visit.post("/probe/form", {"name": "x", "csrf_token": bare}, csrf=False, status=400)
