"""Many calls at the same moment, each with a session of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask

from app.core.errors import DomainError


def at_once(app: Flask, calls: list[Callable[[], Any]]) -> list[Any]:
    """Run all calls together, each with a session of its own; a refusal is answered by its code."""
    gate = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        with app.app_context():
            gate.wait(30)
            try:
                answers[place] = call()
            except DomainError as error:
                answers[place] = error.code

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return answers
