"""The decision table of a check-in: its combinations, and the list and codes that the phone's side runs on."""

from __future__ import annotations

import base64
import itertools
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.checkins.rules.bundle import Group, Person, Roster, Standing, encode, seal
from app.passes.constants import PassKind
from app.passes.rules import new_short_code, sign_pass

DATA = Path(__file__).resolve().parents[1] / "data"
TABLE = DATA / "checkin_table.json"
VECTOR = DATA / "checkin_vector.json"
OPENS = datetime(2021, 9, 18, 0, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(minutes=180)
MADE = OPENS - timedelta(hours=3)
KEY, STRANGE = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
STANDINGS = {
    "confirmed": Standing.CONFIRMED,
    "waitlisted": Standing.WAITLISTED,
    "cancelled": Standing.CANCELLED,
    "submitted": Standing.OTHER,
    "rejected": Standing.OTHER,
}
TEAM = uuid.UUID(int=77 << 64)
TEAM_CODE = new_short_code(lambda symbols: symbols[7])
WRONG_SHORT = new_short_code(lambda symbols: symbols[9])


@dataclass(frozen=True)
class Case:
    """One combination with what is expected of both."""

    registration: str
    code: str
    checkpoint: str
    time: str
    before: str
    server: str
    phone: str


@cache
def table() -> dict[str, Any]:
    return json.loads(TABLE.read_text(encoding="utf-8"))


def cases() -> Iterator[Case]:
    axes = table()["axes"]
    for values in itertools.product(*axes.values()):
        named = dict(zip(axes, values, strict=True))
        row = next(one for one in table()["rows"] if _fits(one, named))
        phone = row.get("phone", row["server"])
        yield Case(**named, server=row["server"], phone=phone[named["code"]] if isinstance(phone, dict) else phone)


def _fits(row: Mapping[str, Any], named: Mapping[str, str]) -> bool:
    return all(named[axis] in row[axis] for axis in named if axis in row)


def pass_id(registration: str) -> uuid.UUID:
    return uuid.UUID(int=(1 + [*STANDINGS, "none"].index(registration)) << 64)


def short(registration: str, generation: int) -> str:
    number = 2 * [*STANDINGS, "none"].index(registration) + generation
    return new_short_code(lambda symbols: symbols[10 + number])


def text(registration: str, code: str) -> dict[str, str]:
    """What is scanned: {"pass": …} or {"code": …}."""
    person, kind = pass_id(registration), PassKind.PERSON
    if code == "team":
        return {"pass": sign_pass(KEY, kind=PassKind.TEAM, kid=1, pass_id=TEAM, generation=0)}
    if code == "short":
        return {"code": short(registration, 1)}
    if code == "old_short":
        return {"code": short(registration, 0)}
    if code == "wrong_short":
        return {"code": WRONG_SHORT}
    key, kid = {"forged_pass": (STRANGE, 1), "strange_key": (STRANGE, 9)}.get(code, (KEY, 1))
    return {"pass": sign_pass(key, kind=kind, kid=kid, pass_id=person, generation=int(code != "old_pass"))}


def header() -> dict[str, Any]:
    point = {"S": ("起点", "start"), "P": ("领物", "pickup")}
    opens, closes = int(OPENS.timestamp() * 1000), int(CLOSES.timestamp() * 1000)
    return {
        "v": 1,
        "number": int(MADE.timestamp()),
        "made_at": int(MADE.timestamp() * 1000),
        "activity": {"id": str(uuid.UUID(int=5)), "code": "XZ", "name": "徐庄站"},
        "epoch": 1,
        "walk_in": False,
        "window": [opens - 3_600_000, closes + 3_600_000],
        "tolerance_ms": 7_200_000,
        "keys": {"1": KEY.public_key().public_bytes_raw().hex()},
        "checkpoints": [{"code": code, "name": name, "kind": kind} for code, (name, kind) in point.items()],
        "categories": [{"code": "TY", "name": "体验组", "hours": [[0, opens, closes], [1, opens, closes]]}],
    }


def roster() -> Roster:
    people = [
        Person(pass_id(name), 1, short(name, 1), standing, 0, f"A{place:05d}")
        for place, (name, standing) in enumerate(STANDINGS.items())
    ]
    return Roster(people, [Group(TEAM, 0, TEAM_CODE, 12)], [short(name, 0) for name in STANDINGS])


def vector() -> dict[str, Any]:
    """The list and the codes for the phone's side, byte for byte the same in every run."""
    file = seal(encode(header(), roster(), bytes(range(16))), KEY, 1)
    codes = table()["axes"]["code"]
    texts = {name: {code: text(name, code) for code in codes} for name in (*STANDINGS, "none")}
    return {
        "about": "Written by tests/unit/checkins/test_table.py; do not edit.",
        "bundle": base64.b64encode(file).decode(),
        "opens_at": OPENS.isoformat(),
        "texts": texts,
    }
