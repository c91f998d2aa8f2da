"""Verdicts, kinds of devices and of scans."""

from __future__ import annotations

from enum import StrEnum

from app.core.text import N_


class Verdict(StrEnum):
    """What a scan means; every scan is stored with one, never dropped."""

    ACCEPTED = "accepted"
    REPEAT = "repeat"
    NOT_REGISTERED = "not_registered"
    NOT_ON_LIST = "not_on_list"
    WAITLISTED = "waitlisted"
    CANCELLED = "cancelled"
    OUTSIDE_HOURS = "outside_hours"
    REVOKED = "revoked"
    FORGED = "forged"
    UNKNOWN = "unknown"
    TEAM_PARTIAL = "team_partial"
    QUARANTINED = "quarantined"
    UNDONE = "undone"
    UNDO = "undo"
    ID_CONFLICT = "id_conflict"
    INVALID = "invalid"

    @property
    def label(self) -> str:
        """The verdict as a msgid."""
        return _LABELS[self]


_LABELS = {
    Verdict.ACCEPTED: N_("通过"),
    Verdict.REPEAT: N_("已签过，请放行"),
    Verdict.NOT_REGISTERED: N_("没有报名，请到服务台"),
    Verdict.NOT_ON_LIST: N_("名单上没有，已记下"),
    Verdict.WAITLISTED: N_("候补中，请到服务台"),
    Verdict.CANCELLED: N_("报名已取消，请到服务台"),
    Verdict.OUTSIDE_HOURS: N_("不在签到时间，已记下"),
    Verdict.REVOKED: N_("码已换新，请打开最新的码"),
    Verdict.FORGED: N_("不是相约的码，请到服务台"),
    Verdict.UNKNOWN: N_("查不到这个码，请到服务台"),
    Verdict.TEAM_PARTIAL: N_("团体码，请核对到场的人"),
    Verdict.QUARANTINED: N_("已记下，待办公室核对"),
    Verdict.UNDONE: N_("已撤销"),
    Verdict.UNDO: N_("撤销了上一次"),
    Verdict.ID_CONFLICT: N_("编号重复，保留第一次"),
    Verdict.INVALID: N_("内容不全，已记下"),
}

COUNTING = frozenset({Verdict.ACCEPTED, Verdict.REPEAT, Verdict.OUTSIDE_HOURS})
"""Verdicts of valid scans: one of them is the person's check-in at that checkpoint."""
PENDING = frozenset(
    {Verdict.NOT_REGISTERED, Verdict.NOT_ON_LIST, Verdict.WAITLISTED, Verdict.CANCELLED, Verdict.UNKNOWN}
)
"""Verdicts that a later registration may change."""


RELEASED, KEPT_BACK = "release", "keep"
"""The office's words about a scan in quarantine."""


class DeviceKind(StrEnum):
    """What read the code."""

    PHONE = "phone"
    GUN = "gun"
    POSTER = "poster"
    IMPORT = "import"
    OFFICE = "office"

    @property
    def label(self) -> str:
        """The kind as a msgid."""
        return {
            DeviceKind.PHONE: N_("手机"),
            DeviceKind.GUN: N_("扫码枪"),
            DeviceKind.POSTER: N_("海报自助"),
            DeviceKind.IMPORT: N_("文件导入"),
            DeviceKind.OFFICE: N_("办公室"),
        }[self]


class ScanKind(StrEnum):
    """What a scan names: exactly one of these."""

    PASS = "pass"
    CODE = "code"
    BIB = "bib"
    REGISTRATION = "registration"
    UNDO = "undo"
