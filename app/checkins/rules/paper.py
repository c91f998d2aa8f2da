"""What is typed from a paper list: bibs one by one, or as ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.core.errors import DomainError, TooLarge
from app.core.text import N_, fold_width

MOST = 1_000
MOST_TEXT = 20_000
#: commas and dashes as Chinese keyboards have them too
_PARTS = re.compile(r"[\s,\uff0c\u3001;\uff1b]+")
_RANGE = re.compile(r"([A-Z]*)(\d{1,9})[-~\uff0d\uff5e\u2014\u81f3\u5230]+([A-Z]*)(\d{1,9})")
_DASHES = re.compile(r"\s*([-~\uff0d\uff5e\u2014\u81f3\u5230])\s*")


@dataclass(frozen=True, slots=True)
class Typed:
    """Bibs in the order typed, each once; `unread`: parts that are no bib."""

    bibs: tuple[str, ...]
    unread: tuple[str, ...] = ()


def read_bibs(text: str) -> Typed:
    """Bibs from `A0001, A0005-A0010` and the like. DomainError `bibs_missing`, TooLarge `too_many_bibs`."""
    if len(text) > MOST_TEXT:
        raise TooLarge("too_many_bibs", N_("一次最多 %(limit)s 个号码。"), field="bibs", limit=MOST)
    folded = _DASHES.sub(r"\1", fold_width(text).upper())
    found: dict[str, None] = {}
    unread: list[str] = []
    for part in _PARTS.split(folded):
        if not part:
            continue
        bibs = _expand(part)
        if bibs is None:
            unread.append(part[:20])
            continue
        found.update(dict.fromkeys(bibs))
        if len(found) > MOST:
            raise TooLarge("too_many_bibs", N_("一次最多 %(limit)s 个号码。"), field="bibs", limit=MOST)
    if not found and not unread:
        raise DomainError("bibs_missing", N_("请填号码，一行一个，或用逗号隔开。"), field="bibs")
    return Typed(tuple(found), tuple(unread))


def _expand(part: str) -> list[str] | None:
    ranged = _RANGE.fullmatch(part)
    if ranged is None:
        return [part] if re.fullmatch(r"[0-9A-Z]{1,12}", part) else None
    head, first, other, last = ranged.groups()
    if (other and other != head) or int(last) < int(first):
        return None
    if int(last) - int(first) >= MOST:
        raise TooLarge("too_many_bibs", N_("一次最多 %(limit)s 个号码。"), field="bibs", limit=MOST)
    return [f"{head}{n:0{len(first)}}" for n in range(int(first), int(last) + 1)]
