"""What can be set by page."""

from __future__ import annotations

from enum import StrEnum


class Key(StrEnum):
    """A value of the office. Without one the environment's setting of the same name (upper case) holds, or
    what the code says.
    """

    OFFICE_NAME = "office_name"
    OFFICE_PHONE = "office_phone"
    SPEED_LIMIT_KMH = "speed_limit_kmh"
    SMS_DAILY_BUDGET = "sms_daily_budget"
    #: who signs what is printed; the office's name if left out
    SEAL_LINE = "seal_line"
    #: what the form of a new activity asks beside the usual: values of AskField
    USUAL_ASKS = "usual_asks"
    #: rows of `rules.holidays.Holiday.packed`
    HOLIDAYS = "holidays"
    #: name of a sentence → the office's own wording, in the code's form
    NOTICE_TEXTS = "notice_texts"
    #: what a certificate says of what was done, and its last line; in the code's form
    CERTIFICATE_BODY = "certificate_body"
    CERTIFICATE_FOOT = "certificate_foot"
    #: the office's key for the tiles of 天地图; without one maps stand on plain ground
    MAP_KEY = "map_key"


class FileKey(StrEnum):
    """A template that the office edits."""

    ANNUAL_REPORT = "annual_report"
