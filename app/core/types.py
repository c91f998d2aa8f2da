"""Column types of our own, and the tags that every text column carries."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from app.core import crypto
from app.core.clock import from_micros, to_micros

PUBLIC: dict[Any, Any] = {"personal": False}
"""`info` of a column that tells nothing about a person."""
PERSONAL: dict[Any, Any] = {"personal": True}
"""`info` of a column that does: encrypted or short-lived, exported, wiped by retention."""


_new = object.__new__
_set = object.__setattr__
_UNKNOWN = uuid.SafeUUID.unknown


@lru_cache(maxsize=16_384)
def _from_hex(value: str | None) -> uuid.UUID | None:
    """A UUID from its 32 digits, without the checks for input that no database gives back.

    What was read a moment ago is given again: a batch meets each person and checkpoint several times, and the
    same object is found in a dict without a comparison.
    """
    if value is None:
        return None
    found = _new(uuid.UUID)
    _set(found, "int", int(value, 16))
    _set(found, "is_safe", _UNKNOWN)
    return found


class Id(Uuid[uuid.UUID]):
    """The portable Uuid, read four times as fast where the store keeps it as text (SQLite)."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Text to UUID."""
        if dialect.supports_native_uuid:
            return None  # native stores give UUIDs already
        return _from_hex

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """As Uuid does it; SQLite gets the hexadecimal digits."""
        if dialect.supports_native_uuid:
            return None
        return _to_hex


def _to_hex(value: uuid.UUID | None) -> str | None:
    return None if value is None else value.hex


class Instant(TypeDecorator[datetime]):
    """An instant as UTC microseconds in a BIGINT: exact, sortable, the same in every store."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive times: nobody knows which zone they mean."""
        return _to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Microseconds back to an aware UTC time."""
        return _from_micros(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """The same without the calls between: every scan binds several times."""
        return _to_micros

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """The same on the way out."""
        return _from_micros


def _to_micros(value: Any) -> int | None:
    if value is None or isinstance(value, int):
        return value
    if value.tzinfo is None:
        raise ValueError("a stored time needs a zone")
    return to_micros(value)


def _from_micros(value: int | None) -> datetime | None:
    return None if value is None else from_micros(value)


class Sealed(TypeDecorator[str]):
    """Text encrypted at rest; `place` is its table.column and is authenticated."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else crypto.seal(value, self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else crypto.unseal(value, self.place)


class SealedBytes(TypeDecorator[bytes]):
    """The same for what is no text: a drawn signature."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else crypto.seal_bytes(value, self.place)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Open on the way out."""
        return None if value is None else crypto.unseal_bytes(value, self.place)
