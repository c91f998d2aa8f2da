"""Why the office changes what is known of a person, or shows it: codes for the trail, words for the page.

A reason is chosen, never typed: the trail holds no personal values.
"""

from __future__ import annotations

from typing import Final

from app.core.errors import DomainError
from app.core.text import N_

DISCLOSURE: Final = {
    "emergency": N_("有人受伤或走失，要联系"),
    "correction": N_("本人要求核对、更正"),
    "insurance": N_("办保险或理赔"),
    "complaint": N_("处理投诉或争议"),
    "entry": N_("上报参赛名单"),
}
MERGE: Final = {
    "document_seen": N_("看过证件，是同一个人"),
    "person_said": N_("本人来电或到场确认"),
    "typed_twice": N_("同一个人登记了两次"),
}
PROOF: Final = {
    "own_document": N_("看过本人的证件"),
    "family_register": N_("看过户口簿或出生证"),
    "letter": N_("看过单位或社区的证明"),
}
CORRECTION: Final = {
    "document_seen": N_("看过证件，登记写错了"),
    "document_changed": N_("换了新的证件"),
    "document_added": N_("原来没有证件，现在有了"),
    "name_changed": N_("改了姓名"),
}


def check_reason(reason: str, known: dict[str, str]) -> str:
    """`reason` when it is one of `known`; DomainError `reason_required`."""
    if reason not in known:
        raise DomainError("reason_required", N_("请选一个原因。"), field="reason")
    return reason
