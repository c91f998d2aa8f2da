"""The code on a hall's screen: it changes every 30 seconds, so that a picture of it is soon worth nothing."""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import datetime, timedelta

from app.core.clock import from_micros, to_micros
from app.core.crypto import blind_index, same, seal, unseal

WINDOW = timedelta(seconds=30)
SIGN_IN = timedelta(minutes=10)
"""From reading the screen until one has signed in and tapped."""
_PURPOSE, _PLACE = "poster.screen", "poster.seen"


def screen_code(checkpoint_id: uuid.UUID, at: datetime) -> str:
    """What the screen shows at `at`: a keyed hash of the checkpoint and the half minute."""
    return _code(checkpoint_id, to_micros(at) // to_micros(from_micros(0) + WINDOW))


def _code(checkpoint_id: uuid.UUID, window: int) -> str:
    return blind_index(f"{checkpoint_id}:{window}", _PURPOSE).hex()[:20]


def is_shown(checkpoint_id: uuid.UUID, code: str, at: datetime) -> bool:
    """Whether the screen shows this code now, or did in the half minute before."""
    return any(same(code.encode(), screen_code(checkpoint_id, at - ago).encode()) for ago in (timedelta(), WINDOW))


def seen_at(checkpoint_id: uuid.UUID, at: datetime) -> str:
    """A sealed word that somebody stood before the screen at `at`, for the address to carry through sign-in."""
    sealed = seal(f"{checkpoint_id}:{to_micros(at)}", _PLACE)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def was_seen(checkpoint_id: uuid.UUID, word: str, at: datetime) -> bool:
    """Whether such a word is ours, of this checkpoint, and not older than ten minutes."""
    try:
        place, _, micros = unseal(base64.urlsafe_b64decode(word.encode() + b"=" * (-len(word) % 4)), _PLACE).partition(
            ":"
        )
    except (ValueError, binascii.Error):
        return False
    return place == str(checkpoint_id) and timedelta() <= at - from_micros(int(micros)) <= SIGN_IN
