"""Clients that keep what they hold until the server has spoken, as phones and other software do."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.journal import Journal

PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers in lower case, decoded body."""

    status: int
    headers: dict[str, str]
    body: Any


def post(port: int, path: str, body: bytes, headers: dict[str, str], *, timeout: float = PATIENCE) -> Answer:
    """One request on a connection of its own; OSError or HTTPException when no answer comes."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        got = connection.getresponse()
        data = got.read()
        kind = got.headers.get("Content-Type", "")
        return Answer(
            got.status,
            {name.lower(): value for name, value in got.headers.items()},
            json.loads(data) if "json" in kind else data,
        )
    finally:
        connection.close()


def reject_digest(raw: Any) -> str:
    """How an item that is no scan is recognised again."""
    body = json.dumps(raw, ensure_ascii=False, sort_keys=True, default=str)[:4000]
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


class Phone:
    """A scanning phone: its token, and the log of what it was promised."""

    def __init__(self, port: int, token: str, journal: Journal) -> None:
        self.port, self.token, self.journal = port, token, journal

    def once(self, items: Sequence[Any], *, key: str | None = None, shared: bool = False, **more: Any) -> Answer:
        """Send a batch one time. `shared`: its items are in other batches too."""
        key = key or str(uuid.uuid4())
        scans = [item["id"] for item in items if _is_scan(item)]
        self.journal.intend("scans", key, scans=scans, shared=shared)
        body = json.dumps({"scans": list(items)}).encode()
        answer = post(self.port, "/api/v1/scans", body, {"Authorization": f"Bearer {self.token}"}, **more)
        if answer.status == 200:
            self.journal.acknowledge(key, answers=_told(items, answer.body["results"]))
        return answer

    def send(self, items: Sequence[Any], **more: Any) -> Answer:
        """Send a batch until the server has spoken; the same batch, the same ids, every time."""
        key, until = str(uuid.uuid4()), time.monotonic() + PATIENCE
        while True:
            try:
                answer = self.once(items, key=key, **more)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status < 500:
                return answer
            assert time.monotonic() < until, "the server did not come back"
            time.sleep(0.05)


def _is_scan(item: Any) -> bool:
    """Poison in these tests lacks an id or a checkpoint."""
    return isinstance(item, dict) and "id" in item and ("checkpoint" in item or "undoes" in item)


def _told(items: Sequence[Any], results: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Id and verdicts of each answer; a double within the batch is answered after the first."""
    seen: set[str] = set()
    told = []
    for item, one in zip(items, results, strict=True):
        told.append({"id": one["id"], "verdict": one["verdict"], "first_verdict": one["first_verdict"]})
        if not _is_scan(item):
            told[-1]["reject"] = reject_digest(item)
        if one["id"] in seen:
            told[-1]["double"] = True
        seen.add(one["id"])
    return told


class Registrar:
    """Other software that registers people, with a key and an Idempotency-Key for each."""

    def __init__(self, port: int, key: str, journal: Journal) -> None:
        self.port, self.key, self.journal = port, key, journal

    def once(self, body: dict[str, Any], unit: str, **more: Any) -> Answer:
        """Send a registration one time; `unit` is its Idempotency-Key."""
        self.journal.intend("registration", unit)
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": unit}
        answer = post(self.port, "/api/v1/registrations", json.dumps(body).encode(), headers, **more)
        if answer.status in {200, 201}:
            told = answer.body
            self.journal.acknowledge(unit, registration=told["id"], state=told["state"], bib=told["bib"])
        return answer

    def send(self, body: dict[str, Any], unit: str | None = None) -> Answer:
        """Send it until the server has spoken."""
        unit, until = unit or str(uuid.uuid4()), time.monotonic() + PATIENCE
        while True:
            try:
                answer = self.once(body, unit)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status < 500:
                return answer
            assert time.monotonic() < until, "the server did not come back"
            time.sleep(0.05)
