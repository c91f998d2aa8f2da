"""Requests that wait for the same writer go as one act, and none of them pays for another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from app.core.errors import Busy, NotFound
from app.core.together import Together
from app.core.transactions import act, in_act

pytestmark = pytest.mark.usefixtures("ctx")


class Acts:
    """An act that answers a word with itself twice; the first one is held until it is let go."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def __call__(self, *, take: Callable[[], Sequence[str]]) -> list[str | Exception]:
        words = list(take())
        self.groups.append(words)
        self.begun.set()
        assert self.go_on.wait(10)
        if "poison" in words:
            raise ValueError("poison")
        if "full" in words:
            raise Busy("storage_full", "full of %(what)s", retry_after=60, what="scans")
        if "exit" in words:
            raise SystemExit
        return [NotFound("gone", "gone") if word == "gone" else word * 2 for word in words]


@pytest.fixture
def acts() -> Acts:
    return Acts()


@pytest.fixture
def answers(app, acts) -> Iterator[Callable[[Sequence[str]], dict[str, object]]]:
    """Send the first word alone, the others while it is being answered."""
    together = Together(acts, names=lambda word: frozenset({word.split(":")[-1]}), most=4)

    def send(words: Sequence[str]) -> dict[str, object]:
        got: dict[str, object] = {}

        def ask(word: str) -> None:
            with app.app_context():
                try:
                    got[word] = together("line", word)
                except BaseException as error:  # noqa: BLE001 - the test looks at it
                    got[word] = error

        threads = [threading.Thread(target=ask, args=(word,)) for word in words]
        acts.go_on.clear()
        acts.begun.clear()
        threads[0].start()
        assert acts.begun.wait(10)
        for place, thread in enumerate(threads[1:], 2):
            thread.start()
            give_up = time.monotonic() + 10
            while len(together._lines["line"].waiting) < place and time.monotonic() < give_up:
                time.sleep(0.001)
        acts.go_on.set()
        for thread in threads:
            thread.join(10)
            assert not thread.is_alive()
        return got

    return send


def test_what_queues_up_during_an_act_goes_together_in_the_next(answers, acts):
    assert answers(["a", "b", "c", "d"]) == {"a": "aa", "b": "bb", "c": "cc", "d": "dd"}
    assert acts.groups == [["a"], ["b", "c", "d"]]


def test_whoever_is_alone_is_an_act_alone(answers, acts):
    assert answers(["a"]) == {"a": "aa"}
    assert answers(["a"]) == {"a": "aa"}
    assert acts.groups == [["a"], ["a"]]


def test_no_more_than_the_most_go_together(answers, acts):
    answers(list("abcdefg"))
    assert acts.groups == [["a"], ["b", "c", "d", "e"], ["f", "g"]]


def test_two_that_name_the_same_are_not_in_one_act(answers, acts):
    got = answers(["a", "1:x", "2:x", "b"])
    assert (got["1:x"], got["2:x"]) == ("1:x" * 2, "2:x" * 2)
    assert acts.groups == [["a"], ["1:x"], ["2:x", "b"]]


def test_what_one_of_them_brought_does_not_harm_the_others(answers, acts):
    got = answers(["a", "b", "poison", "c"])
    assert isinstance(got.pop("poison"), ValueError)
    assert got == {"a": "aa", "b": "bb", "c": "cc"}
    assert acts.groups == [["a"], ["b", "poison", "c"], ["b"], ["poison"], ["c"]]


def test_an_answer_may_be_an_error_of_one(answers):
    got = answers(["a", "b", "gone"])
    assert isinstance(got.pop("gone"), NotFound)
    assert got == {"a": "aa", "b": "bb"}


def test_a_busy_store_is_told_to_all_of_them_at_once(answers, acts):
    got = answers(["a", "b", "full", "c"])
    assert [(got[word].code, got[word].retry_after, str(got[word])) for word in ("b", "full", "c")] == [
        ("storage_full", 60, "full of scans")
    ] * 3
    assert len(acts.groups) == 2  # nobody waits for another attempt
    assert len({id(got[word]) for word in ("b", "full", "c")}) == 3  # each raises its own


def test_a_thread_that_ends_leaves_nobody_waiting(answers):
    got = answers(["a", "exit", "b"])
    assert got["a"] == "aa"
    assert isinstance(got["exit"], SystemExit)
    assert isinstance(got["b"], SystemExit)
    assert answers(["c"]) == {"c": "cc"}


def test_an_act_that_begins_in_vain_is_told_to_those_who_waited(app):
    def busy(*, take: Callable[[], Sequence[str]]) -> list[str | Exception]:
        raise Busy("busy", "busy")

    together = Together(busy, names=lambda word: frozenset({word}), most=4)
    for _ in range(2):  # the line is free again
        with pytest.raises(Busy):
            together("line", "a")


def test_inside_an_act_it_joins_that_act(acts):
    seen = []

    def run(*, take: Callable[[], Sequence[str]]) -> list[str | Exception]:
        seen.append(in_act())
        return list(take())

    together = Together(run, names=lambda word: frozenset({word}), most=4)

    @act
    def outer() -> str:
        return together("line", "a")

    assert outer() == "a"
    assert seen == [True]
    assert together._lines == {}
