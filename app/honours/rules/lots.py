"""Lots of a prize draw: what goes in, in which order, and what a file for replaying says."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.core.errors import DomainError
from app.core.text import N_
from app.registrations.rules.draw import VERSION, commitment, draw

MOST_PRIZES: Final = 500


def ticket_of(bib: str | None, registration_id: uuid.UUID) -> str:
    """The bib, which everybody wears; without one the last twelve signs of the registration's id."""
    return bib or f"R-{registration_id.hex[-12:]}"


def in_order(tickets: Iterable[str]) -> list[str]:
    """The order in which lots go in: nobody can arrange it."""
    return sorted(set(tickets))


def check_draw(name: str, prizes: int, seed_from: str, lots: int) -> None:
    """Refuse what is no draw: DomainError with the input's name."""
    if not name.strip() or len(name) > 60:
        raise DomainError("name_wrong", N_("请写奖品，最多 60 个字。"), field="name")
    if not seed_from.strip() or len(seed_from) > 120:
        raise DomainError("seed_from_wrong", N_("请写种子从哪里来，最多 120 个字。"), field="seed_from")
    if not 1 <= prizes <= MOST_PRIZES:
        raise DomainError("prizes_wrong", N_("奖品数请填 1 到 500。"), field="prizes")
    if lots < prizes:
        raise DomainError("too_few", N_("签到的只有 %(n)s 人，奖品多了。"), field="prizes", n=lots)


def replayed(told: Mapping[str, Any]) -> list[str]:
    """The winners that a file gives by itself: {"version", "commitment", "seed", "prizes", "tickets"}.

    Raises DomainError `replay_version`, `replay_commitment` (the lots are not those that were sealed),
    `replay_shape`.
    """
    try:
        tickets = [str(one) for one in told["tickets"]]
        version, seed, prizes = str(told["version"]), str(told["seed"]), int(told["prizes"])
        sealed = str(told["commitment"])
    except (KeyError, TypeError, ValueError) as error:
        raise DomainError("replay_shape", N_("这不是抽奖的核对文件。")) from error
    if version != VERSION:
        raise DomainError("replay_version", N_("不认识这种抽法。"))
    if commitment(tickets).hex() != sealed:
        raise DomainError("replay_commitment", N_("名单和封存时的摘要对不上。"))
    return draw(tickets, seed)[:prizes]
