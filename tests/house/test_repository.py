"""What must not stand in the repository: marks of unfinished work, machines, mirrors, secrets."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.sources import ROOT, WRITTEN_BY_TOOLS, named, text_of, tracked

UNFINISHED = re.compile(r"\b(TO" + "DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
MACHINE = re.compile(r"(?<![\w.])/(?:wo" + r"rk|ho" + r"me/\w+|ro" + r"ot|Us" + r"ers/\w+)/")
ABOVE = re.compile(r"\.\./sha" + r"red\b")
ADDRESS = re.compile(r"https?://([A-Za-z0-9.-]+)")
KEYS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
MIRROR = re.compile(r"^\s*(--(?:extra-)?index-url|--find-links|--trusted-host)\b", re.MULTILINE)
HOSTS = {
    "127.0.0.1": "this machine",
    "localhost": "this machine",
    "www.w3.org": "names of XML formats",
    "schemas.openxmlformats.org": "names of XML formats",
    "www.topografix.com": "names of XML formats",
    "t": "the ground of maps, t0 to t7.tianditu.gov.cn: fetched where an office has entered its key, else never",
}
"""Hosts whose addresses may stand in the repository, and why. Documentation may name sources."""
EXAMPLES = (".example", ".example.com", ".example.org", ".invalid", ".test")
SOURCES = ("docs/", "README", "frontend/README")


def test_nothing_is_marked_as_unfinished():
    assert [named(path) for path in tracked() if UNFINISHED.search(text_of(path))] == []


def test_no_path_of_a_machine():
    found = {named(path): m.group() for path in tracked() if (m := MACHINE.search(text_of(path)))}
    assert found == {}


def test_no_path_above_the_repository():
    assert [named(path) for path in tracked() if ABOVE.search(text_of(path))] == []


def test_addresses_lead_nowhere_unknown():
    strange = {
        f"{named(path)}: {host}"
        for path in tracked()
        if not named(path).startswith(SOURCES) and path.name not in WRITTEN_BY_TOOLS
        for host in ADDRESS.findall(text_of(path))
        if host.lower() not in HOSTS and not f".{host}".lower().endswith(EXAMPLES)
    }
    assert strange == set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_locks_name_no_index_and_hash_everything(name):
    lock = text_of(ROOT / name)
    assert not MIRROR.search(lock)
    pins = re.findall(r"^([A-Za-z0-9_.-]+(?:\[[\w,-]+\])?)==", lock, re.MULTILINE)
    assert len(pins) > 20
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_front_end_s_lock_names_no_registry():
    lock = json.loads(text_of(ROOT / "frontend" / "package-lock.json"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert {name for name, package in packages.items() if "resolved" in package} == set()


def test_no_private_key_and_no_database():
    assert [named(path) for path in tracked() if KEYS.search(text_of(path))] == []
    assert [named(path) for path in tracked() if path.suffix in {".db", ".pem", ".key", ".sqlite"}] == []


def test_nothing_that_is_built_is_tracked():
    built = ("app/static/dist/", "frontend/node_modules/", "instance/", "node_modules/")
    assert [named(path) for path in tracked() if named(path).startswith(built) or path.suffix in {".mo", ".pyc"}] == []
