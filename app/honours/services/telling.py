"""Telling people that they have come for the tenth, 25th, 50th, 100th time."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from app.core.ids import NIL
from app.core.text import N_
from app.core.transactions import act
from app.honours.queries.milestones import Crossed
from app.notices.constants import NoticeKind, Place
from app.notices.rules import Tidings
from app.notices.services.inbox import Recipient, begin_event, tell
from app.people.queries.family import contact_of

KEY: Final = "milestones"
"""Names the event “those who passed a milestone here were told” of an activity."""
_WORDS = N_("%(who)s参加活动满 %(n)s 次了，谢谢一路同行。记录在“我的”里。")
_DAYS = timedelta(days=3)


@act
def tell_crossed(*, crossed: Sequence[Crossed], at: datetime) -> int:
    """Tell whoever looks after these people; to a phone where there is no account. Each milestone once in a life.

    Returns how many inbox rows are new.
    """
    told = []
    for one in crossed:
        found = contact_of(one.person_id)
        if found is None:
            continue
        what = Tidings(
            scope_id=NIL,
            key=f"milestone:{one.milestone}:{one.person_id.hex}",
            kind=NoticeKind.MILESTONE,
            message=_WORDS,
            params={"who": found.name, "n": one.milestone},
            until=at + _DAYS,
            place=Place.MINE,
        )
        keepers = [(Recipient(account, phone), what) for account, phone in found.keepers.items()]
        told += keepers or ([(Recipient(None, found.phone), what)] if found.phone else [])
    return tell(told, at=at)


@act
def note_told(*, activity_ids: Collection[uuid.UUID], at: datetime) -> None:
    """These activities are done with: nobody is looked for in them again."""
    for activity_id in activity_ids:
        begin_event(scope_id=activity_id, key=KEY, kind=NoticeKind.MILESTONE, at=at)
