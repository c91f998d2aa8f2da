"""Kinds of passes, and why a text is none."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final

from app.core.text import N_


class PassKind(IntEnum):
    """Whose code it is; the value is the type nibble of the code itself (3 is reserved)."""

    PERSON = 1
    TEAM = 2
    VOLUNTEER = 4

    @property
    def label_code(self) -> str:
        """The kind as it is stored and spoken of in the API."""
        return self.name.lower()

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return {
            PassKind.PERSON: N_("个人码"),
            PassKind.TEAM: N_("团体码"),
            PassKind.VOLUNTEER: N_("志愿者码"),
        }[self]


class Suite(IntEnum):
    """The signature of a code: the suite nibble. 2 (SM2) and 3 (P-256) are reserved."""

    ED25519 = 1


class PassFault(StrEnum):
    """Why a text is no pass that can be trusted, in the order of the checks."""

    BAD_LENGTH = "bad_length"
    BAD_TEXT = "bad_text"
    UNKNOWN_SUITE = "unknown_suite"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_FLAGS = "unknown_flags"
    UNKNOWN_KEY = "unknown_key"
    FORGED = "forged"

    @property
    def label(self) -> str:
        """The reason as a msgid, in a volunteer's words."""
        return {
            PassFault.BAD_LENGTH: N_("不是相约的码"),
            PassFault.BAD_TEXT: N_("不是相约的码"),
            PassFault.UNKNOWN_SUITE: N_("码的版本太新，请更新本页"),
            PassFault.UNKNOWN_KIND: N_("码的版本太新，请更新本页"),
            PassFault.UNKNOWN_FLAGS: N_("码的版本太新，请更新本页"),
            PassFault.UNKNOWN_KEY: N_("不是本地发的码"),
            PassFault.FORGED: N_("码是假的"),
        }[self]


BODY_LENGTH: Final = 22
SIGNATURE_LENGTH: Final = 64
PASS_LENGTH: Final = BODY_LENGTH + SIGNATURE_LENGTH
"""Bytes of a pass."""
TEXT_LENGTH: Final = PASS_LENGTH // 2 * 3
"""Characters of its base45 text."""
KNOWN_FLAGS: Final = 0
"""Flag bits with a meaning; a pass with any other is refused, so that a meaning can be added."""
SIGNING_CONTEXT: Final = b"XIANGYUE-PASS-1\0"
"""Signed before the body, so that no other signature of these keys can pass for a pass."""
