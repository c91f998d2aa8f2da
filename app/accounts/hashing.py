"""Passwords as argon2id hashes (OWASP: t = 2, m = 19 MiB, p = 1), about 25 ms each.

Never inside a write transaction: on SQLite every other writer would wait.
"""

from __future__ import annotations

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ", "abcdefghjkmnpqrstuvwxyz", "23456789"


def hash_password(password: str) -> str:
    """The hash to store, with its salt and parameters."""
    return _HASHER.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` belongs to `stored`; None takes as long and is never right."""
    try:
        _HASHER.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether `stored` was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash that stands in for an account that does not exist, so that the answer takes as long."""
    return _HASHER.hash(secrets.token_hex(16))


def new_password() -> str:
    """A password to hand over: 4 groups of 4 without signs that look alike, of three kinds."""
    signs = "".join(_SIGNS)
    while True:
        groups = ["".join(secrets.choice(signs) for _ in range(4)) for _ in range(4)]
        password = "-".join(groups)
        if all(any(sign in kind for sign in password) for kind in _SIGNS):
            return password
