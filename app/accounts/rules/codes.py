"""When a one-time code may be sent, and until when it opens something."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from app.core.errors import TooMany
from app.core.text import N_, fold_width

DIGITS: Final = 6
LIFETIME: Final = timedelta(minutes=5)
TRIES: Final = 5
HOUR: Final = timedelta(hours=1)

_WAITS: Final = {
    timedelta(minutes=1): ("code_too_soon", N_("刚发过一条，请 %(seconds)d 秒后再试。")),
    timedelta(hours=1): ("code_too_many", N_("发得太多了，请 %(minutes)d 分钟后再试。")),
    timedelta(days=1): ("code_too_many_today", N_("今天发得太多了，请明天再试。")),
}


def wait_for(sent: Sequence[datetime], windows: Sequence[tuple[timedelta, int]], at: datetime) -> None:
    """Refuse when one more message would pass a limit.

    `sent` are the latest earlier messages, newest first; `windows` are (span, how many within it).
    The clock may have been set back: a message from the future counts as just sent. Raises TooMany
    with the seconds until the limit lets go.
    """
    for span, most in windows:
        if len(sent) < most:
            continue
        left = sent[most - 1] + span - at
        if left > timedelta():
            seconds = _up(left.total_seconds())
            code, message = _WAITS[span]
            raise TooMany(code, message, retry_after=seconds, field="phone", seconds=seconds, minutes=_up(seconds / 60))


def wait_for_address(sent: Sequence[datetime], most: int, at: datetime) -> None:
    """The same for one address and one hour, in words that do not blame the person."""
    if len(sent) >= most and (left := sent[most - 1] + HOUR - at) > timedelta():
        seconds = _up(left.total_seconds())
        raise TooMany(
            "code_address",
            N_("这个网络发得太多，请 %(minutes)d 分钟后再试。"),
            retry_after=seconds,
            field="phone",
            minutes=_up(seconds / 60),
        )


def _up(number: float) -> int:
    return -int(-number // 1)


def typed_digits(text: str) -> str:
    """What somebody typed as a code: full-width digits and spaces are fine."""
    return "".join(fold_width(text).split())
