"""Facts about this installation that outlive a process: the epoch that a restore raises."""

from __future__ import annotations

import time

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, db
from app.core.transactions import act
from app.core.types import PUBLIC

EPOCH = "epoch"
KEPT_SECONDS = 5.0


class Installation(Model):
    """One named number of the installation."""

    __tablename__ = "installation"

    name: Mapped[str] = mapped_column(String(40), primary_key=True, info=PUBLIC)
    value: Mapped[int] = mapped_column()


class _Kept:
    value = 0
    until = 0.0


def epoch() -> int:
    """1 until a backup is restored, then one more each time: phones that see a new epoch send again
    what they hold. Kept in process for a few seconds.
    """
    if time.monotonic() >= _Kept.until:
        found = db.session.execute(select(Installation.value).where(Installation.name == EPOCH)).scalar_one_or_none()
        _Kept.value, _Kept.until = found or 1, time.monotonic() + KEPT_SECONDS
    return _Kept.value


def forget() -> None:
    """Ask the store again at the next question (tests)."""
    _Kept.until = 0.0


@act
def raise_epoch(*, above: int = 0) -> int:
    """Called by a restore, once it is done; returns the new epoch, higher than the one that is stored and than
    `above` (what phones may have seen of a store that is gone).
    """
    found = db.session.get(Installation, EPOCH, with_for_update=True)
    if found is None:
        found = Installation(name=EPOCH, value=1)
        db.session.add(found)
    found.value = max(found.value, above) + 1
    db.session.flush()
    forget()
    return found.value
