"""What a scan names, in one spelling: so that whoever gets that bib, code or registration later is found."""

from __future__ import annotations

import uuid

from app.checkins.constants import ScanKind
from app.core.ids import parse_uuid
from app.passes.rules import parse_short_code


def name_of(kind: ScanKind, value: str) -> str | None:
    """The name as text; None when nobody can ever bear it."""
    if kind is ScanKind.BIB:
        return bib_name(value)
    if kind is ScanKind.CODE:
        code = parse_short_code(value)
        return code_name(code) if code else None
    if kind is ScanKind.REGISTRATION:
        found = parse_uuid(value)
        return registration_name(found) if found else None
    return None


def bib_name(bib: str) -> str:
    """A bib, as it is looked up."""
    return "bib:" + bib.strip().upper()


def code_name(code: str) -> str:
    """A short code of eight characters, normalised."""
    return "code:" + code


def registration_name(registration_id: uuid.UUID) -> str:
    """A registration."""
    return "registration:" + registration_id.hex
