"""Telling people that another account has put them on its list: nobody is registered behind their back."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from app.accounts.queries import phones_of
from app.core.ids import NIL
from app.core.text import N_
from app.core.transactions import act
from app.notices.constants import NoticeKind, Place
from app.notices.rules import Tidings
from app.notices.services.inbox import Recipient, tell
from app.people.queries.family import contact_of

DAYS = timedelta(days=3)
"""[P] How long a text about a list is worth sending."""
_LINKED = N_("有人把%(who)s加进了自己的名单。不认识的，请致电办公室。")


@act
def tell_linked(*, person_id: uuid.UUID, account_id: uuid.UUID, at: datetime) -> int:
    """Tell who looks after a person (with nobody: the person's phone) that `account_id` has added them.

    Each once for each account that adds them. Returns how many inbox rows are new.
    """
    found = contact_of(person_id)
    if found is None:
        return 0
    what = Tidings(
        scope_id=NIL,
        key=f"linked:{person_id.hex}:{account_id.hex}",
        kind=NoticeKind.LINKED,
        message=_LINKED,
        params={"who": found.name},
        until=at + DAYS,
        place=Place.FAMILY,
    )
    others = {one: phone for one, phone in found.keepers.items() if one != account_id}
    if others:
        return tell([(Recipient(one, phone), what) for one, phone in others.items()], at=at)
    adder = phones_of([account_id]).get(account_id)
    if found.phone and found.phone != adder and account_id not in found.keepers:
        return tell([(Recipient(None, found.phone), what)], at=at)
    return 0
