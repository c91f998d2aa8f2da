"""A place as it is typed in, and what has to be right about it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from app.core.errors import DomainError
from app.core.text import N_
from app.facilities.constants import WITH_AREA, PlaceKind

MOST_M2, MOST_M = 100_000_000, 1_000_000
MOST_TITLE = 80
TITLE_YEARS = (1949, 2100)


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """A place as it is typed in. Areas in ㎡, lengths in m, money in yuan."""

    kind: PlaceKind
    name: str
    opened_on: date
    town_id: uuid.UUID | None = None
    address: str = ""
    area_m2: int | None = None
    length_m: int | None = None
    closed_on: date | None = None
    investment: int | None = None


def check_place(draft: PlaceDraft) -> None:
    """Refuse what contradicts itself or lacks what its kind is measured by."""
    if not draft.name.strip() or len(draft.name) > 80:
        raise DomainError("name_wrong", N_("请写名称，最多 80 个字。"), field="name")
    if draft.kind in WITH_AREA:
        if draft.area_m2 is None or not 1 <= draft.area_m2 <= MOST_M2:
            raise DomainError("area_wrong", N_("请写面积，单位平方米。"), field="area_m2")
    elif draft.length_m is None or not 1 <= draft.length_m <= MOST_M:
        raise DomainError("length_wrong", N_("请写长度，单位 km。"), field="length_m")
    if draft.closed_on is not None and draft.closed_on < draft.opened_on:
        raise DomainError("closed_before", N_("停用不能早于启用。"), field="closed_on")


def check_title(title: str, year: int | None) -> None:
    """Refuse an award without words or without a year that can be."""
    if not title.strip() or len(title.strip()) > MOST_TITLE:
        raise DomainError("title_wrong", N_("请写称号，最多 80 个字。"), field="title")
    if year is None or not TITLE_YEARS[0] <= year <= TITLE_YEARS[1]:
        raise DomainError("title_year", N_("请写哪年授予，例如 2021。"), field="year")
