"""Names: what may stand in one, and when two are the same."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_, fold_width, normalise_search, unify_dots

NAME_MAX: Final = 60

_PUNCTUATION: Final = frozenset(" ·'.-")
_APOSTROPHES: Final = str.maketrans("’‘ʼ＇", "''''")
_SPACES: Final = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f]+")  # pasted text brings odd ones
_SPACE_IN_HAN: Final = re.compile(r"(?<=[\u2e80-\u9fff\U00020000-\U0003ffff]) (?=[\u2e80-\u9fff\U00020000-\U0003ffff])")


def clean_name(text: str, *, field: str = "name") -> str:
    """`text` as a name is stored: NFC, half-width, one dot, single spaces, none inside a Chinese name.

    Letters, marks, space and · ' . - are allowed, at most NAME_MAX characters, a letter first.
    Raises DomainError `name_missing`, `name_too_long`, `name_hidden` (control and other invisible
    characters), `name_private` (a rare character in a private encoding), `name_character` or
    `name_start`.
    """
    name = unify_dots(fold_width(unicodedata.normalize("NFC", text))).translate(_APOSTROPHES)
    name = _SPACE_IN_HAN.sub("", _SPACES.sub(" ", name).strip(" "))
    if not name:
        raise DomainError("name_missing", N_("请填姓名。"), field=field)
    if len(name) > NAME_MAX:
        raise DomainError("name_too_long", N_("姓名最多60个字，请改短。"), field=field)
    for character in name:
        category = unicodedata.category(character)
        if category[0] in "LM" or character in _PUNCTUATION:
            continue
        if category == "Co":
            raise DomainError("name_private", N_("有个字电脑存不了，可用拼音代替。"), field=field)
        if category[0] in "CZ":
            raise DomainError("name_hidden", N_("姓名里有看不见的字符，请重新输入。"), field=field)
        raise DomainError("name_character", N_("姓名里不能有“%(character)s”，请改。"), field=field, character=character)
    if unicodedata.category(name[0])[0] != "L":
        raise DomainError("name_start", N_("姓名要以文字开头，请改。"), field=field)
    return name


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same but for case, width, spaces and the kind of dot."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return normalise_search(name).translate(_APOSTROPHES).replace("·", "")
