"""The keys that sign personal codes: private, kept, and several of them at once."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import pytest

from app.core import signing
from app.core.signing import load_keys, make_key_file

SEED = bytes(range(32))
PUBLIC = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
"""The public key of the seed 00..1f (RFC 8032's algorithm; the project's vector)."""


def write(path: Path, current: int, **seeds: bytes) -> Path:
    body = {"current": current, "keys": {kid[1:]: base64.b64encode(seed).decode() for kid, seed in seeds.items()}}
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def test_a_made_file_is_private_kept_and_signs(tmp_path):
    path = tmp_path / "pass-keys.json"
    make_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        make_key_file(path)
    assert path.read_bytes() == before
    keys = load_keys(path)
    signature = keys.signer.sign(b"body")
    keys.public()[keys.current].verify(signature, b"body")
    assert len(signature) == 64


def test_the_vector(tmp_path):
    keys = load_keys(write(tmp_path / "k.json", 1, k1=SEED))
    assert keys.public()[1].public_bytes_raw().hex() == PUBLIC
    assert keys.signer.sign(b"x") == keys.signer.sign(b"x"), "Ed25519 is deterministic"


def test_one_key_signs_and_the_old_ones_verify(tmp_path):
    keys = load_keys(write(tmp_path / "k.json", 2, k1=SEED, k2=bytes(32)))
    assert set(keys.public()) == {1, 2}
    assert keys.signer.public_key() == keys.public()[2]


@pytest.mark.parametrize(("current", "seeds"), [(2, {"k1": SEED}), (65536, {"k65536": SEED})])
def test_a_file_without_its_current_key_or_with_a_wide_id_is_refused(tmp_path, current, seeds):
    with pytest.raises(ValueError, match="not among the keys"):
        load_keys(write(tmp_path / "k.json", current, **seeds))


def test_without_keys_nothing_is_signed(monkeypatch):
    monkeypatch.setattr(signing._Held, "keys", None)
    with pytest.raises(RuntimeError, match="no pass keys"):
        signing.keys()
