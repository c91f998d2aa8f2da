"""One judge's score as typed: on the scale, or nothing at all. Nothing is not a zero."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.core.errors import DomainError
from app.core.text import N_, fold_width
from app.games.rules.ranking import half_up

DECIMALS: Final = 2
_SCORE: Final = re.compile(r"\d{1,3}(\.\d{1,2})?")


def score_of(text: str, least: Fraction, most: Fraction, *, name: str, field: str) -> Decimal | None:
    """The score, None for an empty text. Raises DomainError `not_a_score`, `beyond_scale`."""
    typed = fold_width(text).strip().replace("。", ".")
    if not typed:
        return None
    if not _SCORE.fullmatch(typed):
        raise DomainError("not_a_score", N_("%(name)s：分数写成 8.80。"), field=field, name=name)
    score = Decimal(typed)
    if not least <= Fraction(score) <= most:
        raise DomainError(
            "beyond_scale",
            N_("%(name)s：分数应在 %(least)s 与 %(most)s 之间。"),
            field=field,
            name=name,
            least=half_up(least, DECIMALS),
            most=half_up(most, DECIMALS),
        )
    return score


def split_scores(text: str) -> list[str]:
    """`8.8 8.9，9` → three texts; for a panel whose scores were taken on paper."""
    return [one for one in re.split(r"[\s,，、;；]+", fold_width(text).strip()) if one]
