"""The list that a phone takes along: who may pass, where and when, without a name or a number of anybody.

One signed file: `kid (2) ‖ signature (64) ‖ body`, the signature over
`CONTEXT ‖ body`. A body is a JSON header for the few facts and
fixed rows for the many (docs/algorithms/bundle.md). Pure: the same facts, salt
and key give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import struct
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

CONTEXT: Final = b"XIANGYUE-BUNDLE-1\0"
MAGIC: Final = b"XYB1"
ENVELOPE: Final = 2 + 64
SALT_LENGTH: Final = 16
PASS_BYTES: Final = 6
"""48 bits: with 200,000 people on the list and as many strangers at the gate, 1.4 chances in 10,000
that a single stranger in all of them looks listed (2e5 × 2e5 / 2^48)."""
CODE_BYTES: Final = 5
"""40 bits: with 200,000 on the list, one wrong code in 5.5 million that still bears a right check character."""
NO_BIB: Final = 0xFF
_PERSON: Final = struct.Struct(f">{PASS_BYTES}s{CODE_BYTES}sHBBBBH")
_TEAM: Final = struct.Struct(f">{PASS_BYTES}s{CODE_BYTES}sHH")
_MAX_DIGITS: Final = 7


class BundleFault(ValueError):
    """A file that is no bundle, is cut, or was signed by somebody else."""


class Standing(IntEnum):
    """A registration as a phone has to know it."""

    CONFIRMED = 0
    WAITLISTED = 1
    CANCELLED = 2
    OTHER = 3


@dataclass(frozen=True, slots=True)
class Person:
    """One on the list. `floor`: the lowest generation that is still valid; `short_code`: today's."""

    pass_id: uuid.UUID
    floor: int
    short_code: str | None
    standing: Standing
    category: int
    bib: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """A team's code with the number of its confirmed members."""

    pass_id: uuid.UUID
    floor: int
    short_code: str | None
    headcount: int


@dataclass(frozen=True, slots=True)
class Roster:
    """The many: people, teams, and short codes that were replaced."""

    people: Sequence[Person]
    teams: Sequence[Group]
    revoked: Sequence[str]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A bundle as a phone sees it. Rows: (hash, code hash, floor, standing, category, bib), (…, headcount)."""

    header: dict[str, Any]
    people: list[tuple[bytes, bytes, int, Standing, int, str | None]]
    teams: list[tuple[bytes, bytes, int, int]]
    revoked: list[bytes]


def pass_hash(salt: bytes, pass_id: uuid.UUID) -> bytes:
    """How a list names a pass."""
    return hashlib.sha256(salt + b"P" + pass_id.bytes).digest()[:PASS_BYTES]


def code_hash(salt: bytes, short_code: str) -> bytes:
    """How a list names a short code."""
    return hashlib.sha256(salt + b"C" + short_code.encode("ascii")).digest()[:CODE_BYTES]


def fingerprint(header: Mapping[str, Any], roster: Roster) -> bytes:
    """Equal for lists that say the same, whenever and with whatever salt they were made."""
    people = sorted(
        (one.pass_id.hex, one.floor, one.short_code, one.standing, one.category, one.bib) for one in roster.people
    )
    teams = sorted((one.pass_id.hex, one.floor, one.short_code, one.headcount) for one in roster.teams)
    said = json.dumps([header, people, teams, sorted(roster.revoked)], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).digest()


def encode(header: Mapping[str, Any], roster: Roster, salt: bytes) -> bytes:
    """The body. Rows are sorted by their hashes, so that their order tells nothing."""
    bibs: dict[tuple[str, int], int] = {}
    people = sorted(_person_row(one, salt, bibs) for one in roster.people)
    teams = sorted(
        _TEAM.pack(pass_hash(salt, one.pass_id), _code(salt, one.short_code), one.floor, min(one.headcount, 0xFFFF))
        for one in roster.teams
    )
    revoked = sorted(code_hash(salt, code) for code in roster.revoked)
    about = dict(header) | {
        "salt": salt.hex(),
        "bibs": [[prefix, width] for prefix, width in bibs],
        "people": len(people),
        "teams": len(teams),
        "revoked": len(revoked),
    }
    head = json.dumps(about, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return b"".join((MAGIC, len(head).to_bytes(4, "big"), head, *people, *teams, *revoked))


def seal(body: bytes, key: Ed25519PrivateKey, kid: int) -> bytes:
    """The file that a phone gets."""
    return kid.to_bytes(2, "big") + key.sign(CONTEXT + body) + body


def unseal(file: bytes, keys: Mapping[int, Ed25519PublicKey]) -> bytes:
    """The body of a genuine file; BundleFault otherwise."""
    key = keys.get(int.from_bytes(file[:2], "big"))
    if len(file) <= ENVELOPE or key is None:
        raise BundleFault("no bundle, or signed by nobody known")
    body = file[ENVELOPE:]
    try:
        key.verify(file[2:ENVELOPE], CONTEXT + body)
    except InvalidSignature:
        raise BundleFault("the signature does not fit") from None
    return body


def decode(body: bytes) -> Decoded:
    """What a body says; BundleFault when it is cut or something else."""
    if body[:4] != MAGIC or len(body) < 8:
        raise BundleFault("no bundle")
    at = 8 + int.from_bytes(body[4:8], "big")
    try:
        header: dict[str, Any] = json.loads(body[8:at])
    except ValueError:
        raise BundleFault("a header that is cut") from None
    counts = (header["people"] * _PERSON.size, header["teams"] * _TEAM.size, header["revoked"] * CODE_BYTES)
    if len(body) != at + sum(counts):
        raise BundleFault("a bundle of another length")
    rest = body[at:]
    rows, teams, revoked = rest[: counts[0]], rest[counts[0] : counts[0] + counts[1]], rest[counts[0] + counts[1] :]
    return Decoded(
        header=header,
        people=[
            (key, code, floor, Standing(standing), category, _bib(header["bibs"], prefix, high << 16 | low))
            for key, code, floor, standing, category, prefix, high, low in _PERSON.iter_unpack(rows)
        ],
        teams=list(_TEAM.iter_unpack(teams)),
        revoked=[revoked[at : at + CODE_BYTES] for at in range(0, counts[2], CODE_BYTES)],
    )


def _person_row(one: Person, salt: bytes, bibs: dict[tuple[str, int], int]) -> bytes:
    prefix, number = _split(one.bib, bibs)
    return _PERSON.pack(
        pass_hash(salt, one.pass_id),
        _code(salt, one.short_code),
        one.floor,
        one.standing,
        min(one.category, 0xFF),
        prefix,
        number >> 16,
        number & 0xFFFF,
    )


def _code(salt: bytes, short_code: str | None) -> bytes:
    return code_hash(salt, short_code) if short_code else bytes(CODE_BYTES)


def _split(bib: str | None, bibs: dict[tuple[str, int], int]) -> tuple[int, int]:
    """(prefix's place, number); a bib of another kind than letters and digits is left out."""
    prefix = (bib or "").rstrip("0123456789")
    digits = (bib or "")[len(prefix) :]
    if not digits.isascii() or not 0 < len(digits) <= _MAX_DIGITS:
        return NO_BIB, 0
    place = bibs.setdefault((prefix, len(digits)), len(bibs)) if len(bibs) < NO_BIB else bibs.get((prefix, len(digits)))
    return (NO_BIB, 0) if place is None else (place, int(digits))


def _bib(bibs: Sequence[Sequence[Any]], place: int, number: int) -> str | None:
    return None if place == NO_BIB else f"{bibs[place][0]}{number:0{bibs[place][1]}d}"
