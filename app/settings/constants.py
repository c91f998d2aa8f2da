"""What can be set by page."""

from __future__ import annotations

from enum import StrEnum


class Key(StrEnum):
    """A value of the office. Without one the environment's setting of the same name (upper case) holds."""

    OFFICE_NAME = "office_name"
    OFFICE_PHONE = "office_phone"
    SPEED_LIMIT_KMH = "speed_limit_kmh"


class FileKey(StrEnum):
    """A template that the office edits."""

    ANNUAL_REPORT = "annual_report"
