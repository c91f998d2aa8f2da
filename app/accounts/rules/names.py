"""Names of logins and of keys."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_, fold_width

_LOGIN: Final = re.compile(r"[^\W_][\w.-]{1,39}")


def fold_login(text: str) -> str:
    """A login name as it is compared: NFC, half-width, lower case, no spaces around."""
    return unicodedata.normalize("NFC", fold_width(text)).strip().lower()


def clean_login(text: str) -> str:
    """A new login name: 2 to 40 letters and digits, with `.`, `-`, `_` inside. Raises DomainError."""
    folded = fold_login(text)
    if not _LOGIN.fullmatch(folded):
        raise DomainError("login_name_invalid", N_("登录名用 2—40 个字母、数字或汉字。"), field="login_name")
    return folded


def clean_label(text: str, *, field: str, longest: int) -> str:
    """A text that names something for people: NFC, one line. Raises DomainError when empty or unfit."""
    cleaned = " ".join(unicodedata.normalize("NFC", text).split())
    if not cleaned:
        raise DomainError("name_missing", N_("请填名称。"), field=field)
    if len(cleaned) > longest or any(unicodedata.category(sign)[0] == "C" for sign in cleaned):
        raise DomainError("name_invalid", N_("名称里有不能用的字符，或者太长。"), field=field)
    return cleaned
