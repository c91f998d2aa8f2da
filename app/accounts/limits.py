"""The numbers that an installation may set. Those marked [P] were chosen here, not by an authority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.accounts.constants import PasswordPolicy


@dataclass(frozen=True, slots=True)
class Limits:
    """How often, how long."""

    #: codes to one phone: how many within which time
    per_phone: tuple[tuple[timedelta, int], ...] = (
        (timedelta(minutes=1), 1),
        (timedelta(hours=1), 5),
        (timedelta(days=1), 10),
    )
    #: [P] codes asked for from one address within an hour: a village may share one
    per_address: int = 30
    #: texts a day, for all phones together
    daily_budget: int = 20_000
    #: wrong passwords in a row that lock an account, and [P] for how long
    failures: int = 5
    lock: timedelta = timedelta(minutes=15)
    policy: PasswordPolicy = PasswordPolicy.MLPS2
    #: [P] how old a password gets under mlps2
    password_age: timedelta = timedelta(days=90)
    #: [P] staff that did not sign in for this long are shut out
    dormant: timedelta = timedelta(days=180)


class _Held:
    limits = Limits()


def use(limits: Limits) -> None:
    """Make `limits` those of this process (once, at start-up)."""
    _Held.limits = limits


def limits() -> Limits:
    """The limits of this process."""
    return _Held.limits


def limits_from(settings: Mapping[str, Any]) -> Limits:
    """The limits of an installation; ValueError for a password policy that does not exist."""
    usual = Limits()
    return Limits(
        per_address=int(settings.get("CODES_PER_ADDRESS", usual.per_address)),
        daily_budget=int(settings.get("SMS_DAILY_BUDGET", usual.daily_budget)),
        lock=timedelta(minutes=int(settings.get("LOGIN_LOCK_MINUTES", usual.lock.seconds // 60))),
        policy=PasswordPolicy(settings.get("PASSWORD_POLICY", usual.policy)),
        password_age=timedelta(days=int(settings.get("PASSWORD_MAX_DAYS", usual.password_age.days))),
        dormant=timedelta(days=int(settings.get("DORMANT_DAYS", usual.dormant.days))),
    )
