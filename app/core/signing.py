"""The keys that sign personal codes. Private seeds stay in a file outside the database."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.core.crypto import write_private


@dataclass(frozen=True, slots=True)
class PassKeys:
    """One key signs (`current`), all of them verify; keys by kid (0..65535)."""

    current: int
    private: dict[int, Ed25519PrivateKey]

    @property
    def signer(self) -> Ed25519PrivateKey:
        """The key for new issues."""
        return self.private[self.current]

    def public(self) -> dict[int, Ed25519PublicKey]:
        """Every public key by kid."""
        return {kid: key.public_key() for kid, key in self.private.items()}


class _Held:
    keys: PassKeys | None = None


def make_key_file(path: Path) -> None:
    """Write a file with one fresh key (0600)."""
    body = {"current": 1, "keys": {"1": base64.b64encode(secrets.token_bytes(32)).decode()}}
    write_private(path, json.dumps(body, indent=1) + "\n")


def load_keys(path: Path) -> PassKeys:
    """Read a key file; ValueError when its current key is missing."""
    body = json.loads(path.read_text(encoding="utf-8"))
    private = {
        int(kid): Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed)) for kid, seed in body["keys"].items()
    }
    current = int(body["current"])
    if current not in private or not all(0 <= kid <= 0xFFFF for kid in private):
        raise ValueError(f"{path}: the current key is not among the keys")
    return PassKeys(current=current, private=private)


def use(keys: PassKeys) -> None:
    """Make `keys` those of this process."""
    _Held.keys = keys


def keys() -> PassKeys:
    """The keys of this process."""
    if _Held.keys is None:
        raise RuntimeError("no pass keys: create the application first")
    return _Held.keys
