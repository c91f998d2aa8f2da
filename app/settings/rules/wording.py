"""Sentences that the office words itself: `{活动}改在{地点}` for `%(activity)s改在%(place)s`. Pure.

An office writes the places of a sentence as words in braces; the code fills it by name. A sentence of the
office is kept in the code's form, so that it is filled as every other text is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_

_BRACES: Final = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
_NAMED: Final = re.compile(r"%%|%\((\w+)\)s")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def worded(typed: str, places: Mapping[str, str], *, needed: Collection[str], longest: int, field: str) -> str:
    """A sentence in the code's form; "" for an empty one.

    `places`: the word of each place → its name. Raises DomainError, field `field`: `text_odd`,
    `place_unknown`, `place_open` (a brace without its fellow), `place_missing`, `text_long` (the places
    counted as they are written).
    """
    line = " ".join(unicodedata.normalize("NFC", typed).split())
    if any(unicodedata.category(sign) in _HIDDEN for sign in line):
        raise DomainError("text_odd", N_("有看不见的字符，请重新输入。"), field=field)
    if len(line) > longest:
        raise DomainError(
            "text_long", N_("最多 %(most)s 个字，现在 %(n)s 个。"), field=field, most=longest, n=len(line)
        )
    if not line:
        return ""
    names: list[str] = []

    def placed(found: re.Match[str]) -> str:
        word = found[1].strip()
        if word not in places:
            raise DomainError("place_unknown", N_("没有“%(word)s”这一项，请用括号里列出的。"), field=field, word=word)
        names.append(places[word])
        return f"%({places[word]})s"

    made = _BRACES.sub(placed, line.replace("%", "%%"))
    if set("{}｛｝") & set(made):
        raise DomainError("place_open", N_("花括号要成对。"), field=field)
    for word, name in places.items():
        if name in needed and name not in names:
            raise DomainError("place_missing", N_("这句话里要有{%(word)s}。"), field=field, word=word)
    return made


def shown_wording(message: str, places: Mapping[str, str]) -> str:
    """The same sentence as an office reads and writes it."""
    words = {name: word for word, name in places.items()}
    return _NAMED.sub(lambda found: "%" if found[0] == "%%" else "{" + words.get(found[1], found[1]) + "}", message)
