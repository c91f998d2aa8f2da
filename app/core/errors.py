"""Refusals of the domain.

A service that cannot do an act raises a `DomainError`: a stable `code` for
programs, a Chinese sentence (a msgid with `%(name)s` places) for people, and
the HTTP status that the edge answers with.
"""

from __future__ import annotations

from typing import ClassVar


class DomainError(Exception):
    """An act that cannot be done, with the reason in the user's words.

    `code` is part of the API and never changes; `message` is a msgid that the
    edge translates and fills with `params`; `field` names the input that has
    to be changed, if there is one.
    """

    status: ClassVar[int] = 422

    def __init__(self, code: str, message: str, *, field: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.field = field
        self.params = params
        self.act: str | None = None

    def __str__(self) -> str:
        try:
            return self.message % self.params if self.params else self.message
        except (KeyError, ValueError, TypeError):
            return self.message


class NotFound(DomainError):
    """What was named does not exist, or not for this caller: the answers are equal."""

    status = 404


class Conflict(DomainError):
    """The request contradicts what is stored already."""

    status = 409


class Forbidden(DomainError):
    """Known caller, missing right."""

    status = 403


class Unauthenticated(DomainError):
    """No caller, or a token that is no longer valid."""

    status = 401


class TooLarge(DomainError):
    """More than the server takes in one request."""

    status = 413


class TooMany(DomainError):
    """A limit on the number of tries; `retry_after` in seconds."""

    status = 429

    def __init__(
        self, code: str, message: str, *, retry_after: int, field: str | None = None, **params: object
    ) -> None:
        super().__init__(code, message, field=field, **params)
        self.retry_after = retry_after


class Busy(DomainError):
    """The store is overloaded or full for the moment: nothing was changed, try again."""

    status = 503

    def __init__(self, code: str, message: str, *, retry_after: int = 2, **params: object) -> None:
        super().__init__(code, message, field=None, **params)
        self.retry_after = retry_after
