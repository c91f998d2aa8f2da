"""Ways for a text to reach a phone. A vendor's gateway is a class with one method."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from app.core.clock import local, now
from app.core.text import mask_phone

DEMO_LOG = "demo-messages.log"
ENOUGH = 2
"""Lines of the same words on stdout."""


class SmsSender(Protocol):
    """What sends texts."""

    @property
    def reveals(self) -> bool:
        """Whether pages may show what was sent, because nobody receives it: demo and tests only."""

    def send(self, phone_e164: str, text: str) -> None:
        """Hand `text` over for `phone_e164`; any exception means that it was not taken."""


@dataclass(frozen=True, slots=True)
class ConsoleSender:
    """Sends nothing: in the demo the text stands on stdout and in `log`.

    Where real people sign in (`reveals` is False) the text stays out of every log, since it holds
    codes; the line only says that a sender has to be set up. The phone is masked always.
    """

    reveals: bool
    log: Path | None = None
    #: the words that were printed last and how often: a reminder to hundreds must not push addresses and passwords away
    _said: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    def send(self, phone_e164: str, text: str) -> None:
        """Write one line. Of the same words to one phone after the other the first stand on stdout, all of them in
        `log`.
        """
        shown = text if self.reveals else "not sent: no SMS sender is configured (SMS_SENDER)"
        line = f"{local(now()):%Y-%m-%d %H:%M:%S} {mask_phone(phone_e164)} {shown}\n"
        log = self.log if self.reveals else None
        times = self._said.get(text, 0) + 1
        self._said.clear()
        self._said[text] = times
        if log is None or times <= ENOUGH:
            sys.stdout.write(line)
        elif times == ENOUGH + 1:
            sys.stdout.write(f"… and to others the same: {log}\n")
        sys.stdout.flush()
        if log is not None:
            handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                file.write(line)


def choose_sender(settings: Mapping[str, Any]) -> SmsSender:
    """The sender of an installation.

    `SMS_SENDER` is a sender itself, or `package.module:name` of a callable that takes the settings
    and gives one; without it, the console. ValueError when the text has no colon.
    """
    chosen = settings.get("SMS_SENDER")
    if isinstance(chosen, str) and chosen:
        module, colon, name = chosen.partition(":")
        if not colon:
            raise ValueError(f"SMS_SENDER is {chosen!r}, expected package.module:name")
        return cast("SmsSender", getattr(import_module(module), name)(settings))
    if chosen:
        return cast("SmsSender", chosen)
    reveals = settings["MODE"] in {"demo", "test"}
    return ConsoleSender(reveals=reveals, log=Path(settings["INSTANCE_PATH"]) / DEMO_LOG)


# --------------------------------------------------------------------------- with a limit on time

AT_ONCE = 4
"""How many calls of a gateway may hang in one process. Further ones fail at once."""
_slots = threading.BoundedSemaphore(AT_ONCE)


class GatewayHangs(Exception):
    """So many calls of the gateway hang already that another one is not begun."""


def hand_over(sender: SmsSender, phone_e164: str, text: str, *, seconds: float) -> None:
    """Call `sender`, and wait `seconds` at most: whatever a gateway does, the caller goes on.

    Raises what the sender raises, TimeoutError, or GatewayHangs. A call that was given up may still
    succeed later: who then sends again, sends twice.
    """
    slots = _slots
    if not slots.acquire(blocking=False):
        raise GatewayHangs
    done = threading.Event()
    failed: list[BaseException] = []

    def call() -> None:
        try:
            sender.send(phone_e164, text)
        except BaseException as error:  # noqa: BLE001 - it belongs to the caller, not to this thread
            failed.append(error)
        finally:
            slots.release()
            done.set()

    threading.Thread(target=call, name="sms", daemon=True).start()
    if not done.wait(seconds):
        raise TimeoutError
    if failed:
        raise failed[0]
