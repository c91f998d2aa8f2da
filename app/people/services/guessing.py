"""How often one account may name a document together with a name that is not its bearer's.

The answer to a wrong name tells that the document is known. So it is told to one account a few times an hour [P]; the
count is that of the trail, where each refusal stands under whom it was told to: the same on every web node. Requests
that run at the very same moment may each be told once more.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from app.audit.queries import refusals_of
from app.audit.services import Actor, record
from app.core.errors import TooMany
from app.core.text import N_

MISMATCH: Final = "person_mismatch"
MOST: Final = 30
"""[P] A leader's list of two hundred holds some slips of the pen, and hardly thirty of them among people known."""
WITHIN: Final = timedelta(hours=1)


def check_guesses(account_id: uuid.UUID, *, at: datetime, more: int = 0) -> None:
    """Refuse an account that has had its share of mismatches, or would by `more`. TooMany `too_many_mismatches`."""
    told = refusals_of(account_id, MISMATCH, at - WITHIN)
    if sum(count for _at, count in told) + more <= (MOST if more else MOST - 1):
        return
    oldest = told[0][0] if told else at
    seconds = max(60, int((oldest + WITHIN - at).total_seconds()))
    raise TooMany(
        "too_many_mismatches",
        N_("姓名和证件对不上的太多，请 %(minutes)d 分钟后再试，或带证件到服务台办理。"),
        retry_after=seconds,
        minutes=-(-seconds // 60),
    )


def note_guesses(*, account_id: uuid.UUID, count: int, actor: Actor) -> None:
    """Count the mismatches of a list, which its preview tells row by row. Joins the open act."""
    if count:
        record(actor, "people.mismatches", subject_kind="refusal", subject_id=account_id, outcome=MISMATCH, count=count)
