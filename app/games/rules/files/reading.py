"""Reading a JSON document that anybody may have written: each value is asked for by its kind.

What does not fit is refused with the place where it stands, as `games #3 score_a`: lists count from 1.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, NoReturn, TypeVar

from app.core.errors import DomainError, TooLarge
from app.core.text import N_

MAX_BYTES: Final = 20_000_000
MAX_ITEMS: Final = 100_000
MAX_TEXT: Final = 200
MAX_NUMBER: Final = 10**9
MAX_DECIMALS: Final = 9

E = TypeVar("E", bound=StrEnum)


def document(content: bytes) -> Node:
    """The document as a node. Numbers with a point become Decimals, never floats."""
    if len(content) > MAX_BYTES:
        raise TooLarge("file_too_large", N_("文件大于 %(most)s MB。"), most=MAX_BYTES // 1_000_000)
    try:
        value = json.loads(
            content.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except DomainError:
        raise
    except RecursionError as error:
        raise DomainError("not_json", N_("文件嵌套过深。")) from error
    except (ValueError, ArithmeticError) as error:  # not UTF-8, not JSON, a number of thousands of digits
        raise DomainError("not_json", N_("文件不是 UTF-8 的 JSON：%(reason)s"), reason=str(error)[:120]) from error
    node = Node(value, "")
    if not isinstance(value, dict):
        raise DomainError("wrong_kind", N_("文件的最外层应为对象。"))
    return node


def _no_number(word: str) -> NoReturn:
    raise DomainError("not_a_number", N_("文件里有 %(word)s，它不是数。"), word=word)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise DomainError("key_twice", N_("同一对象里 %(key)s 出现两次。"), key=key[:40])
        made[key] = value
    return made


class Node:
    """A value and where it stands. Remembers which keys were asked for."""

    def __init__(self, value: Any, where: str) -> None:
        self.value = value
        self.where = where
        self.asked: set[str] = set()

    # ----------------------------------------------------------------- going down

    def get(self, key: str) -> Node | None:
        """The value of `key`; None when it is missing or null."""
        if not isinstance(self.value, dict):
            raise DomainError("wrong_kind", N_("%(where)s：应为对象。"), where=self.where)
        self.asked.add(key)
        value = self.value.get(key)
        return None if value is None else Node(value, f"{self.where} {key}".strip())

    def need(self, key: str) -> Node:
        """The value of `key`, which must be there."""
        found = self.get(key)
        if found is None:
            place = f"{self.where} {key}".strip()
            raise DomainError("missing", N_("%(where)s：没有填。"), where=place)
        return found

    def items(self) -> list[Node]:
        """The items of a list."""
        if not isinstance(self.value, list):
            raise DomainError("wrong_kind", N_("%(where)s：应为列表。"), where=self.where)
        if len(self.value) > MAX_ITEMS:
            raise TooLarge("too_many", N_("%(where)s：多于 %(most)s 项。"), where=self.where, most=MAX_ITEMS)
        return [Node(item, f"{self.where} #{n}") for n, item in enumerate(self.value, 1)]

    def pairs(self) -> list[tuple[str, Node]]:
        """The keys and values of an object."""
        if not isinstance(self.value, dict):
            raise DomainError("wrong_kind", N_("%(where)s：应为对象。"), where=self.where)
        return [(_clean(key, self.where), Node(value, f"{self.where} {key}")) for key, value in self.value.items()]

    def unread(self) -> list[str]:
        """The keys of an object that nobody asked for."""
        return sorted(set(self.value) - self.asked) if isinstance(self.value, dict) else []

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.value, list)

    @property
    def is_object(self) -> bool:
        """Whether this is an object."""
        return isinstance(self.value, dict)

    # ----------------------------------------------------------------- values

    def text(self) -> str:
        """A text or a whole number (an id may be a bib), NFC, without spaces around it."""
        if isinstance(self.value, bool) or not isinstance(self.value, str | int):
            raise DomainError("wrong_kind", N_("%(where)s：应为文字。"), where=self.where)
        return _clean(str(self.value) if abs_small(self.value) else "", self.where)

    def whole(self, least: int = 0, most: int = MAX_NUMBER) -> int:
        """A whole number."""
        if isinstance(self.value, bool) or not isinstance(self.value, int):
            raise DomainError("wrong_kind", N_("%(where)s：应为整数。"), where=self.where)
        self._inside(Decimal(self.value) if abs_small(self.value) else Decimal(most) + 1, Decimal(least), Decimal(most))
        return self.value

    def number(self, least: int | Decimal = -MAX_NUMBER, most: int | Decimal = MAX_NUMBER) -> Decimal:
        """An exact number, as text ("8.80") or as a JSON number; at most nine decimals."""
        value = self.value
        if isinstance(value, str):
            value = _decimal(value)
        elif isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value) if abs_small(value) else Decimal("Infinity")
        if not isinstance(value, Decimal) or not value.is_finite():
            raise DomainError("wrong_kind", N_("%(where)s：应为数，例如 8.80。"), where=self.where)
        if value.adjusted() > 12:
            value = Decimal(MAX_NUMBER).copy_sign(value) * 10
        elif int(value.as_tuple().exponent) < -MAX_DECIMALS:
            raise DomainError("too_fine", N_("%(where)s：小数最多 %(most)s 位。"), where=self.where, most=MAX_DECIMALS)
        self._inside(value, Decimal(least), Decimal(most))
        return value

    def fraction(self, least: int = -MAX_NUMBER, most: int = MAX_NUMBER) -> Fraction:
        """An exact number as a Fraction."""
        return Fraction(self.number(least, most))

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise DomainError("wrong_kind", N_("%(where)s：应为 true 或 false。"), where=self.where)
        return self.value

    def choice(self, kind: type[E], also: dict[str, E] | None = None) -> E:
        """A word of `kind`, capitals or not; `also` are other words for the same."""
        words = {member.value.casefold(): member for member in kind} | (also or {})
        word = self.text().casefold()
        if word not in words:
            known = ", ".join(member.value for member in kind)
            raise DomainError("unknown_word", N_("%(where)s：只能是 %(known)s。"), where=self.where, known=known)
        return words[word]

    def _inside(self, value: Decimal, least: Decimal, most: Decimal) -> None:
        if not least <= value <= most:
            raise DomainError(
                "out_of_range",
                N_("%(where)s：应在 %(least)s 与 %(most)s 之间。"),
                where=self.where,
                least=least,
                most=most,
            )


def abs_small(value: object) -> bool:
    """Whether an int is short enough to be turned into digits (a text always is)."""
    return not isinstance(value, int) or abs(value) <= 10**30


def _decimal(text: str) -> Decimal | None:
    text = text.strip()
    if not text or len(text) > 40 or not all(sign in "0123456789.+-" for sign in text):
        return None
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


def _clean(text: str, where: str) -> str:
    folded = unicodedata.normalize("NFC", text).strip()
    if not folded or len(folded) > MAX_TEXT or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in folded):
        raise DomainError("bad_text", N_("%(where)s：应为 1 到 %(most)s 个字。"), where=where, most=MAX_TEXT)
    return folded


def once(texts: Iterable[tuple[str, Node]]) -> None:
    """Refuse a text that comes twice. Raises DomainError `twice`."""
    seen: set[str] = set()
    for text, node in texts:
        if text in seen:
            raise DomainError("twice", N_("%(where)s：%(name)s 重复。"), where=node.where, name=text)
        seen.add(text)


def some(node: Node, most: int = MAX_ITEMS) -> list[Node]:
    """The items of a list that must not be empty, nor longer than `most`."""
    found = node.items()
    if len(found) > most:
        raise TooLarge("too_many", N_("%(where)s：多于 %(most)s 项。"), where=node.where, most=most)
    if not found:
        raise DomainError("nobody", N_("%(where)s：一项也没有。"), where=node.where)
    return found


def overrides(root: Node, readers: Mapping[str, Callable[[Node], Any]]) -> dict[str, Any]:
    """The settings of a rule set that the document changes, each read in its own way."""
    return {key: read(node) for key, read in readers.items() if (node := root.get(key)) is not None}
