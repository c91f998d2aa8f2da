"""What must reach a phone at once or not at all: one-time codes. Everything else waits in `queue`.

The caller hands over the address; it is used once and kept nowhere.
"""

from __future__ import annotations

import logging

from app.core.text import mask_phone
from app.core.transactions import after_commit
from app.notices.senders import SmsSender, hand_over

log = logging.getLogger(__name__)

SECONDS = 5.0
"""[P] How long a request waits for the gateway: a slow one must not use up the threads of the web."""


class _Held:
    sender: SmsSender | None = None


def use(sender: SmsSender) -> None:
    """Make `sender` that of this process (once, at start-up)."""
    _Held.sender = sender


def sender() -> SmsSender:
    """The sender of this process."""
    if _Held.sender is None:
        raise RuntimeError("no sender: create the application first")
    return _Held.sender


def queue_text(*, phone: str, text: str) -> None:
    """Send `text` to `phone` (E.164) once the open act is committed, never when it fails.

    A text that the sender does not take is logged and lost: its act stands, and whoever waits for
    it asks again. RuntimeError outside an act.
    """
    after_commit(lambda: _hand_over(phone, text))


def _hand_over(phone: str, text: str) -> None:
    try:
        hand_over(sender(), phone, text, seconds=SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever a gateway raises, the act is committed
        # The error's own words may hold the number or the text, so only its name is kept.
        log.error("a text to %s was not sent: %s", mask_phone(phone), type(error).__name__)  # noqa: TRY400
