"""Sealed values open in their own place only; keyed indexes find equals and tell nothing."""

from __future__ import annotations

import base64
import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from app.core import crypto
from app.core.crypto import (
    DataKeys,
    blind_index,
    load_keys,
    make_key_file,
    new_token,
    same,
    seal,
    sha256,
    unseal,
)

AAD = "person.name"


@pytest.fixture(autouse=True)
def _keys() -> Iterator[DataKeys]:
    before = crypto._Held.keys
    held = keys(1)
    crypto.use(held)
    yield held
    crypto._Held.keys = before


def keys(current: int, *ids: int, index: bytes = b"i" * 32) -> DataKeys:
    return DataKeys(current=current, keys={kid: AESGCM(bytes([kid]) * 32) for kid in ids or (current,)}, index=index)


@given(st.text(), st.text(alphabet="abc._", max_size=20))
def test_what_is_sealed_opens_again(value, place):
    assert unseal(seal(value, place), place) == value


def test_a_sealed_value_never_looks_the_same_twice():
    assert seal("王德福", AAD) != seal("王德福", AAD)
    assert "王德福".encode() not in seal("王德福", AAD)


def test_a_value_moved_to_another_column_does_not_open():
    with pytest.raises(ValueError, match=r"person\.phone does not open"):
        unseal(seal("13800005678", AAD), "person.phone")


def test_every_changed_bit_is_noticed():
    sealed = seal("王", AAD)
    for place in range(len(sealed)):
        for bit in range(8):
            broken = bytearray(sealed)
            broken[place] ^= 1 << bit
            with pytest.raises(ValueError, match="does not open"):
                unseal(bytes(broken), AAD)


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x01" + bytes(12), b"\x09" + bytes(40)])
def test_what_was_never_sealed_does_not_open(broken):
    with pytest.raises(ValueError, match=r"does not open|Nonce"):
        unseal(broken, AAD)


def test_a_new_key_seals_and_the_old_one_still_opens():
    old = seal("王德福", AAD)
    crypto.use(keys(2, 1, 2))
    new = seal("王德福", AAD)
    assert (old[0], new[0]) == (1, 2)
    assert unseal(old, AAD) == unseal(new, AAD) == "王德福"
    crypto.use(keys(2))
    with pytest.raises(ValueError, match="does not open"):
        unseal(old, AAD)


def test_without_keys_nothing_is_sealed():
    crypto._Held.keys = None
    with pytest.raises(RuntimeError, match="no data keys"):
        seal("x", AAD)


def test_equal_values_have_equal_indexes_for_one_purpose_alone():
    index = blind_index("370406199001011234", "person.document")
    assert index == blind_index("370406199001011234", "person.document")
    assert len(index) == 16
    assert index != blind_index("370406199001011235", "person.document")
    assert index != blind_index("370406199001011234", "account.phone")


def test_the_purpose_cannot_run_into_the_value():
    assert blind_index("b", "a") != blind_index("", "ab")


def test_indexes_depend_on_their_key():
    index = blind_index("x", "p")
    crypto.use(keys(1, index=b"j" * 32))
    assert blind_index("x", "p") != index


# --------------------------------------------------------------------------- files


def test_a_key_file_is_private_and_never_replaced(tmp_path: Path):
    path = tmp_path / "deep" / "data-keys.json"
    make_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        make_key_file(path)
    assert path.read_bytes() == before


def test_a_made_key_file_can_be_used(tmp_path: Path):
    path = tmp_path / "data-keys.json"
    make_key_file(path)
    loaded = load_keys(path)
    assert (loaded.current, len(loaded.index)) == (1, 32)
    crypto.use(loaded)
    assert unseal(seal("王德福", AAD), AAD) == "王德福"


def test_two_installations_have_different_keys(tmp_path: Path):
    for name in ("a.json", "b.json"):
        make_key_file(tmp_path / name)
    assert (tmp_path / "a.json").read_bytes() != (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize(
    "body",
    [
        {"current": 2, "keys": {"1": 32}, "index": 32},
        {"current": 300, "keys": {"300": 32}, "index": 32},
        {"current": 1, "keys": {"1": 31}, "index": 32},
    ],
    ids=["the current key is missing", "an id that is no byte", "a short key"],
)
def test_a_broken_key_file_is_refused(tmp_path: Path, body):
    def material(length: int) -> str:
        return base64.b64encode(bytes(length)).decode()

    spelled = {
        "current": body["current"],
        "keys": {kid: material(length) for kid, length in body["keys"].items()},
        "index": material(body["index"]),
    }
    path = tmp_path / "data-keys.json"
    path.write_text(json.dumps(spelled), encoding="utf-8")
    with pytest.raises(ValueError, match=r"\w"):
        load_keys(path)


# --------------------------------------------------------------------------- tokens and digests


def test_tokens_are_recognisable_and_never_repeat():
    made = {new_token("xd") for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"xd_[a-z2-7]{32}", token) for token in made)


def test_digests_of_text_and_bytes_agree():
    assert sha256("abc") == sha256(b"abc")
    assert sha256("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_comparing():
    assert same(b"abc", b"abc")
    assert not same(b"abc", b"abd")
    assert not same(b"abc", b"ab")
