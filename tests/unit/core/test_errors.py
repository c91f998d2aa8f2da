"""Refusals: a code for programs, a sentence for people, a status for the edge."""

from __future__ import annotations

import pytest

from app.core import errors
from app.core.errors import Busy, DomainError, TooMany

STATUSES = {
    errors.DomainError: 422,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Forbidden: 403,
    errors.Unauthenticated: 401,
    errors.TooLarge: 413,
}


@pytest.mark.parametrize("kind", STATUSES)
def test_each_kind_has_its_status(kind):
    refused = kind("code", "句子。", field="name")
    assert (refused.status, refused.code, refused.field, refused.act) == (
        STATUSES[kind],
        "code",
        "name",
        None,
    )


def test_every_kind_is_known_here():
    kinds = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, DomainError)}
    assert kinds == set(STATUSES) | {TooMany, Busy}


def test_the_sentence_is_filled():
    assert (
        str(DomainError("full", "%(name)s已满，还有 %(n)d 人候补。", name="体验组", n=12))
        == "体验组已满，还有 12 人候补。"
    )


@pytest.mark.parametrize("params", [{}, {"other": 1}, {"n": "many"}])
def test_a_sentence_that_cannot_be_filled_is_still_said(params):
    assert str(DomainError("full", "还有 %(n)d 人候补。", **params)) == "还有 %(n)d 人候补。"


def test_those_that_pass_say_when_to_come_back():
    limited = TooMany("too_many", "请稍等 %(n)s 秒。", retry_after=30, n=30)
    assert (limited.status, limited.retry_after, str(limited)) == (429, 30, "请稍等 30 秒。")
    overloaded = Busy("busy", "现在人多。")
    assert (overloaded.status, overloaded.retry_after) == (503, 2)
