"""Requests that wait for the same writer go as one act.

While one act runs, small requests of other threads of this process queue up behind it. Each alone would
begin, read, write and commit; together they do that once. Whoever comes first leads: it waits for the
writers' turn, takes along what has queued up by then, runs it as one act, hands out the answers and names the
next leader. Nobody is answered before the commit. Whoever is alone never waits for others; where the act before
had company, a moment is given to those it has just answered, who are likely to be back.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from app.core.errors import Busy
from app.core.transactions import end_read, in_act

LINGER = 0.5
"""In parts of what the act before took: won back by one begin and one commit less."""
LINGER_AT_MOST = 0.02
"""Seconds, should the act before have been held up."""
Q = TypeVar("Q")
R = TypeVar("R")


class Run(Protocol):
    """An act that answers several requests: `take()` says which, once it has begun."""

    def __call__(self, *, take: Callable[[], Sequence[Any]]) -> Sequence[Any]:
        """The answers, in order, each an answer or an error of its own."""


@dataclass(slots=True)
class _Waiting(Generic[Q, R]):
    request: Q
    told: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    answer: R | None = None
    error: BaseException | None = None


@dataclass(slots=True)
class _Line(Generic[Q, R]):
    """Who waits, in order, the leader first; how many the last act answered, in how many seconds."""

    waiting: deque[_Waiting[Q, R]] = field(default_factory=deque)
    last: int = 1
    seconds: float = 0.0


class Together(Generic[Q, R]):
    """`run(take)` is an act: once it has begun, `take()` gives the requests that it answers, each with its
    answer or its own error (the same ones again when the act is repeated).

    `names(request)` are what no two requests of one act may share: whoever names the same waits for the
    act after. At most `most` requests go together.
    """

    def __init__(
        self,
        run: Run,
        *,
        names: Callable[[Q], frozenset[Hashable]],
        most: int,
    ) -> None:
        self._run = run
        self._names = names
        self._most = most
        self._changed = threading.Condition()
        self._lines: dict[Hashable, _Line[Q, R]] = {}  # small, and as many as there are activities

    def __call__(self, line: Hashable, request: Q) -> R:
        """The answer to `request`, after the commit of the act that it went with. Only what stands in one `line` goes
        together. Inside an act it joins that act, as every service does.
        """
        mine: _Waiting[Q, R] = _Waiting(request)
        if in_act():
            self._answer([mine], lambda: None)
        else:
            end_read()  # no connection is held while one waits
            with self._changed:
                here = self._lines.setdefault(line, _Line())
                here.waiting.append(mine)
                mine.leads = len(here.waiting) == 1
                self._changed.notify_all()
            if not mine.leads:
                mine.told.wait()
            if mine.leads:
                self._lead(here)
        if mine.error is not None:
            raise mine.error
        return mine.answer  # type: ignore[return-value]  # answered, or there is an error

    def _lead(self, line: _Line[Q, R]) -> None:
        """Run what stands at the head of the line, oneself first; then pass the lead on, whatever happened."""
        taken: list[_Waiting[Q, R]] = []

        def take() -> None:
            if not taken:
                with self._changed:
                    taken.extend(self._head(line.waiting))

        began = time.monotonic()
        try:
            if line.last > 1:
                with self._changed:
                    self._changed.wait_for(
                        lambda: len(line.waiting) >= line.last, min(LINGER * line.seconds, LINGER_AT_MOST)
                    )
            began = time.monotonic()
            self._answer(taken, take)
        except BaseException as error:  # the thread is ending: nobody else may wait for it
            for one in taken:
                one.error = one.error or error
            raise
        finally:
            take()  # at least oneself
            with self._changed:
                line.last, line.seconds = len(taken), time.monotonic() - began
                for _ in taken:
                    line.waiting.popleft()
                if line.waiting:
                    line.waiting[0].leads = True
                    line.waiting[0].told.set()
            for one in taken[1:]:
                one.told.set()

    def _head(self, waiting: Sequence[_Waiting[Q, R]]) -> list[_Waiting[Q, R]]:
        taken: list[_Waiting[Q, R]] = []
        named: set[Hashable] = set()
        for one in waiting:
            names = self._names(one.request)
            if len(taken) == self._most or not named.isdisjoint(names):
                break
            named |= names
            taken.append(one)
        return taken

    def _answer(self, taken: Sequence[_Waiting[Q, R]], take: Callable[[], None]) -> None:
        def requests() -> list[Q]:
            take()
            return [one.request for one in taken]

        try:
            answers = self._run(take=requests)
        except Busy as busy:
            take()  # whoever has queued up meanwhile has waited as long
            for one in taken:
                one.error = Busy(busy.code, busy.message, retry_after=busy.retry_after, **busy.params)
        except Exception as error:  # noqa: BLE001 - told to whoever asked
            take()
            if len(taken) == 1:
                taken[0].error = error
                return
            for one in taken:  # what one of them brought must not harm the others
                self._answer([one], lambda: None)
        else:
            for one, answer in zip(taken, answers, strict=True):
                if isinstance(answer, Exception):
                    one.error = answer
                else:
                    one.answer = answer
