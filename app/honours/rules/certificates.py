"""Numbers of certificates, and why one does not hold any more."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from app.core.text import N_

SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 signs none of which looks like another."""
LENGTH: Final = 8
WITHDRAWN: Final = {
    "corrected": N_("成绩更正，没有走完"),
    "mistaken": N_("发错了"),
    "erased": N_("本人删除了资料"),
}
"""Why the office takes a certificate back; chosen, never typed."""


def new_number(year: int, choose: Callable[[str], str] = secrets.choice) -> str:
    """2026-K7Q4-9XDM: 31^8 of a year, so that nobody finds one by trying."""
    signs = "".join(choose(SIGNS) for _ in range(LENGTH))
    return f"{year}-{signs[:4]}-{signs[4:]}"


def tidy_number(text: str) -> str | None:
    """A number as it is stored, from what somebody typed or read; None when it is none."""
    signs = "".join(sign for sign in text.upper() if sign.isascii() and sign.isalnum())
    year, rest = signs[:4], signs[4:]
    if len(rest) != LENGTH or not year.isdigit() or any(sign not in SIGNS for sign in rest):
        return None
    return f"{year}-{rest[:4]}-{rest[4:]}"
