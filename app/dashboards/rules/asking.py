"""What the address of a list asks for, read against what the activity has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.core.errors import NotFound
from app.core.text import N_
from app.people.constants import Sex
from app.people.rules.ages import AGE_BANDS

NONE = "none"
"""Spells “not known” in an address, where an empty value asks for nothing."""
QUARTERS = 2**31
"""No quarter of an hour lies so far from 1970."""


def unknown() -> NotFound:
    """An address that names what there is not."""
    return NotFound("not_found", N_("没有找到这一页。"))


def age_asked(text: str) -> str | None:
    """An age band, "" for unknown ages, None for all; NotFound for anything else."""
    return _of(text, AGE_BANDS)


def sex_asked(text: str) -> str | None:
    """A sex, "" for unknown, None for all; NotFound for anything else."""
    return _of(text, [sex.value for sex in Sex])


def quarter_asked(text: str) -> int | None:
    """A quarter of an hour since 1970 UTC, None for all; NotFound for anything else."""
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or int(text[:12]) >= QUARTERS:
        raise unknown()
    return int(text)


def station_count_asked(text: str, most: int) -> int | None:
    """A number of stations, 0 to `most`; None for all people; NotFound for anything else."""
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or int(text[:6]) > most:
        raise unknown()
    return int(text[:6])


def _of(text: str, known: Iterable[str]) -> str | None:
    if not text:
        return None
    if text == NONE:
        return ""
    if text not in known:
        raise unknown()
    return text


def narrowed(values: Mapping[str, str], order: Iterable[str]) -> dict[str, str]:
    """The parts of an address that ask for something, in a fixed order."""
    return {name: values[name] for name in order if values.get(name)}
