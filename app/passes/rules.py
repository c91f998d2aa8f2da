"""The personal pass: 86 bytes in a QR code, and the eight characters typed by hand.

    offset  length  field (big-endian)
    0       1       suite (high nibble), kind (low nibble)
    1       2       kid: the key that signed
    3       16      pass_id (random UUID)
    19      2       generation: a reissue raises it
    21      1       flags
    22      64      Ed25519 over SIGNING_CONTEXT + bytes 0..21

The bytes stand in the code as base45 (RFC 9285): 129 characters, no name, no number, no address.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.core.text import fold_width
from app.passes.constants import (
    BODY_LENGTH,
    KNOWN_FLAGS,
    PASS_LENGTH,
    SIGNING_CONTEXT,
    TEXT_LENGTH,
    PassFault,
    PassKind,
    Suite,
)

# --------------------------------------------------------------------------- base45

BASE45: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {character: value for value, character in enumerate(BASE45)}


def base45_encode(data: bytes) -> str:
    """RFC 9285: two bytes become three characters, a last single byte two."""
    text = []
    for i in range(0, len(data) - 1, 2):
        high, low = divmod(data[i] << 8 | data[i + 1], 45 * 45)
        text.append(BASE45[low % 45] + BASE45[low // 45] + BASE45[high])
    if len(data) % 2:
        text.append(BASE45[data[-1] % 45] + BASE45[data[-1] // 45])
    return "".join(text)


def base45_decode(text: str) -> bytes:
    """The bytes that `text` spells; ValueError for anything that `base45_encode` never writes."""
    if len(text) % 3 == 1:
        raise ValueError("a group of one character")
    try:
        values = [_VALUES[character] for character in text]
    except KeyError as unknown:
        raise ValueError(f"no base45 character: {unknown}") from None
    data = bytearray()
    whole = len(values) - len(values) % 3
    for i in range(0, whole, 3):
        group = values[i] + values[i + 1] * 45 + values[i + 2] * 2025
        if group > 0xFFFF:
            raise ValueError("a group above 65535")
        data += group.to_bytes(2, "big")
    if whole < len(values):
        last = values[whole] + values[whole + 1] * 45
        if last > 0xFF:
            raise ValueError("a last group above 255")
        data.append(last)
    return bytes(data)


# --------------------------------------------------------------------------- the pass

_LOWER: Final = {ord(lower): ord(lower) - 32 for lower in "abcdefghijklmnopqrstuvwxyz"}
# What a Chinese input method makes of keys that a scan gun presses; none of these is in the alphabet.
_INPUT_METHOD: Final = {ord("。"): ord("."), ord("￥"): ord("$"), ord("¥"): ord("$"), ord("、"): ord("/")}
_FOLD: Final = _LOWER | _INPUT_METHOD


@dataclass(frozen=True, slots=True)
class PassFacts:
    """What a genuine pass says. Whether its generation is still valid is the caller's to judge."""

    suite: Suite
    kind: PassKind
    kid: int
    pass_id: uuid.UUID
    generation: int
    flags: int


def canonical_text(text: str) -> str:
    """`text` as it was issued: full-width and lower case folded (scan guns under a Chinese input method).

    Nothing is trimmed and no space is dropped or joined: most passes contain one, some two in a row.
    """
    return fold_width(text).translate(_FOLD)


def build_body(*, kind: PassKind, kid: int, pass_id: uuid.UUID, generation: int, flags: int = 0) -> bytes:
    """Bytes 0..21; OverflowError when a number does not fit its field."""
    return b"".join(
        (
            (Suite.ED25519 << 4 | PassKind(kind)).to_bytes(1, "big"),
            kid.to_bytes(2, "big"),
            pass_id.bytes,
            generation.to_bytes(2, "big"),
            flags.to_bytes(1, "big"),
        )
    )


def sign_pass(
    key: Ed25519PrivateKey, *, kind: PassKind, kid: int, pass_id: uuid.UUID, generation: int, flags: int = 0
) -> str:
    """The QR text of a pass: 129 characters. The same facts and key always give the same text."""
    body = build_body(kind=kind, kid=kid, pass_id=pass_id, generation=generation, flags=flags)
    return base45_encode(body + key.sign(SIGNING_CONTEXT + body))


def verify_pass(text: str, keys: Mapping[int, Ed25519PublicKey]) -> PassFacts | PassFault:
    """The facts of a genuine pass, or the first check that `text` fails.

    Order: length, spelling, suite, kind, flags, key, signature. `keys`: every public key by kid.
    The text is folded first (`canonical_text`).
    """
    canonical = canonical_text(text)
    if len(canonical) != TEXT_LENGTH:
        return PassFault.BAD_LENGTH
    try:
        raw = base45_decode(canonical)
    except ValueError:
        return PassFault.BAD_TEXT
    return _verify_bytes(raw, keys)


def _verify_bytes(raw: bytes, keys: Mapping[int, Ed25519PublicKey]) -> PassFacts | PassFault:
    if len(raw) != PASS_LENGTH:
        return PassFault.BAD_LENGTH
    body, signature = raw[:BODY_LENGTH], raw[BODY_LENGTH:]
    if body[0] >> 4 != Suite.ED25519:
        return PassFault.UNKNOWN_SUITE
    try:
        kind = PassKind(body[0] & 0x0F)
    except ValueError:
        return PassFault.UNKNOWN_KIND
    flags = body[21]
    if flags & ~KNOWN_FLAGS:
        return PassFault.UNKNOWN_FLAGS
    kid = int.from_bytes(body[1:3], "big")
    key = keys.get(kid)
    if key is None:
        return PassFault.UNKNOWN_KEY
    try:
        key.verify(signature, SIGNING_CONTEXT + body)
    except InvalidSignature:
        return PassFault.FORGED
    return PassFacts(
        suite=Suite.ED25519,
        kind=kind,
        kid=kid,
        pass_id=uuid.UUID(bytes=body[3:19]),
        generation=int.from_bytes(body[19:21], "big"),
        flags=flags,
    )


# --------------------------------------------------------------------------- the short code

SHORT_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXY"
"""Crockford's symbols without Z: 31, a prime, and no I L O U Z to be mistaken."""
SHORT_LENGTH: Final = 8
_SHORT_VALUES: Final = {symbol: value for value, symbol in enumerate(SHORT_ALPHABET)}
_SHORT_FOLD: Final = str.maketrans("OIL", "011")
_SHORT_FILLERS: Final = re.compile(r"[\s\-‐‑–—·]+")


def short_check(seven: str) -> str:
    """The eighth character: Σ weight × value mod 31 with weights 1 to 7.

    31 is a prime, so every single wrong character and every swap of two different ones is noticed.
    """
    total = sum(weight * _SHORT_VALUES[symbol] for weight, symbol in enumerate(seven, start=1))
    return SHORT_ALPHABET[total % len(SHORT_ALPHABET)]


def new_short_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Seven random characters and their check character.

    It is no secret; that it is unique is the caller's to see to.
    """
    seven = "".join(choose(SHORT_ALPHABET) for _ in range(SHORT_LENGTH - 1))
    return seven + short_check(seven)


def parse_short_code(text: str) -> str | None:
    """The code that `text` spells, as eight characters, or None.

    Case, width, spaces and hyphens do not matter; O is read as 0, I and L as 1.
    """
    packed = _SHORT_FILLERS.sub("", fold_width(text)).translate(_LOWER).translate(_SHORT_FOLD)
    if len(packed) != SHORT_LENGTH or any(symbol not in _SHORT_VALUES for symbol in packed):
        return None
    return packed if short_check(packed[:-1]) == packed[-1] else None


def format_short_code(code: str) -> str:
    """The code as people read it, in two groups of four: 7K3M 9QX2."""
    return f"{code[:4]} {code[4:]}"
