"""The code that opens the first page of a new installation. Pure.

Whoever finds a fresh site before its office does must not become its administrator: the code follows from
the secret key, so that whoever can read the settings of the server knows it and nobody else; nothing is
stored and every process knows the same. 80 bits: no guesser needs to be counted.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from app.core.text import fold_width

SIGNS: Final = 16
_PURPOSE: Final = b"xiangyue: the first administrator"


def setup_code(secret: str) -> str:
    """Sixteen letters and figures in groups of four, as they are printed on the console."""
    digest = hmac.new(secret.encode(), _PURPOSE, hashlib.sha256).digest()
    text = base64.b32encode(digest).decode()[:SIGNS]
    return "-".join(text[n : n + 4] for n in range(0, SIGNS, 4))


def is_setup_code(typed: str, secret: str) -> bool:
    """Whether it is that code, however it is spaced and in letters of either case. Takes the same time for all."""
    packed = "".join(sign for sign in fold_width(typed).upper() if sign.isalnum())
    return hmac.compare_digest(packed.encode(), setup_code(secret).replace("-", "").encode())


@dataclass(frozen=True, slots=True)
class Founding:
    """What is typed on the first page. The second name gets a password that is shown once."""

    office_name: str
    office_phone: str
    admin_login: str
    admin_name: str
    password: str
    security_login: str
    security_name: str
