"""A gateway that keeps what it is given, fails, or hangs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.core import outbox
from app.notices import services
from app.notices.senders import SmsSender


class Recording:
    """Takes every text; `fails` of the next ones are refused first."""

    reveals = True

    def __init__(self) -> None:
        self.texts: list[tuple[str, str]] = []
        self.calls = 0
        self.fails = 0

    def send(self, phone_e164: str, text: str) -> None:
        self.calls += 1
        if self.fails:
            self.fails -= 1
            raise ConnectionError(f"could not reach {phone_e164} with {text}")
        self.texts.append((phone_e164, text))

    @property
    def words(self) -> list[str]:
        """The texts alone, without the signature."""
        return [text.removeprefix("【相约】") for _phone, text in self.texts]


class Hanging:
    """Never answers until it is let go."""

    reveals = False

    def __init__(self) -> None:
        self.go = threading.Event()
        self.called = threading.Event()

    def send(self, phone_e164: str, text: str) -> None:
        self.called.set()
        self.go.wait(60)


@contextmanager
def gateway(sender: SmsSender) -> Iterator[None]:
    """Send through `sender` meanwhile."""
    before = services.sender()
    services.use(sender)
    try:
        yield
    finally:
        services.use(before)


def drained() -> None:
    """Deliver what waits in the outbox, and what that leaves, until nothing is due."""
    while outbox.drain(limit=500):
        pass
