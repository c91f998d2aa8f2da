"""Secrets: sealed values, keyed indexes, tokens.

Personal values are AES-256-GCM with the id of their key in front and an AAD
that names table and column, so a value copied into another column does not
open. Equality is searched through HMAC-SHA256 under a key of its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


@dataclass(frozen=True, slots=True)
class DataKeys:
    """The keys of one installation: `keys` by id, `current` seals, `index` hashes."""

    current: int
    keys: dict[int, AESGCM]
    index: bytes


class _Held:
    keys: DataKeys | None = None


def make_key_file(path: Path) -> None:
    """Write a new key file (0600); an existing one is never replaced."""
    body = {
        "current": 1,
        "keys": {"1": base64.b64encode(secrets.token_bytes(32)).decode()},
        "index": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    write_private(path, json.dumps(body, indent=1) + "\n")


def write_private(path: Path, text: str) -> None:
    """Create `path` readable by its owner only; FileExistsError when it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def load_keys(path: Path) -> DataKeys:
    """Read a key file; ValueError when it is not one."""
    body = json.loads(path.read_text(encoding="utf-8"))
    keys = {int(kid): AESGCM(base64.b64decode(key)) for kid, key in body["keys"].items()}
    current = int(body["current"])
    if current not in keys or not all(0 <= kid <= 255 for kid in keys):
        raise ValueError(f"{path}: the current key is not among the keys")
    return DataKeys(current=current, keys=keys, index=base64.b64decode(body["index"]))


def use(keys: DataKeys) -> None:
    """Make `keys` those of this process (once, at start-up)."""
    _Held.keys = keys


def _keys() -> DataKeys:
    if _Held.keys is None:
        raise RuntimeError("no data keys: create the application first")
    return _Held.keys


def seal(value: str, aad: str) -> bytes:
    """`value` encrypted: key id (1 byte), nonce (12), ciphertext and tag."""
    return seal_bytes(value.encode(), aad)


def seal_bytes(value: bytes, aad: str) -> bytes:
    """The same for what is no text."""
    held = _keys()
    nonce = os.urandom(NONCE)
    return bytes([held.current]) + nonce + held.keys[held.current].encrypt(nonce, value, aad.encode())


def unseal(sealed: bytes, aad: str) -> str:
    """The inverse of `seal`; ValueError when key, place or content do not fit."""
    return unseal_bytes(sealed, aad).decode()


def unseal_bytes(sealed: bytes, aad: str) -> bytes:
    """The inverse of `seal_bytes`; ValueError as `unseal`."""
    held = _keys()
    try:
        key = held.keys[sealed[0]]
        return key.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], aad.encode())
    except (InvalidTag, KeyError, IndexError) as error:
        raise ValueError(f"a sealed value of {aad} does not open") from error


def blind_index(value: str, purpose: str) -> bytes:
    """16 bytes that stand for `value` in an equality search, per `purpose`."""
    message = purpose.encode() + b"\0" + value.encode()
    return hmac.new(_keys().index, message, hashlib.sha256).digest()[:16]


def sha256(data: bytes | str) -> bytes:
    """The plain SHA-256 digest, 32 bytes."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).digest()


def new_token(prefix: str) -> str:
    """A bearer token of 160 random bits, recognisable by `prefix`."""
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(20)).decode().lower()}"


def same(left: bytes, right: bytes) -> bool:
    """Equality in constant time."""
    return hmac.compare_digest(left, right)
