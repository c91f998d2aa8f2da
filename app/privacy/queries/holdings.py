"""Everything that is kept of a person, table by table: which rows, what an export shows, what deletion leaves.

One table for all rooms, so that it can be read, and tested, as a whole: a personal column that is in no
holding and in no entry of `NOT_OF_ONE` fails `tests/unit/privacy/test_holdings.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.accounts.constants import AccountState
from app.accounts.models import Account
from app.checkins.models import Attendance, CheckIn, Device, Scan, Settlement
from app.core.db import Model
from app.core.text import N_, mask_name
from app.facilities.models import SetReport
from app.games.models import Delegation, Entry, EntryMember, Honour
from app.honours.models import Certificate, Keepsake, Prize, ServiceRecord
from app.notices.models import Notice, NoticeText
from app.people.constants import DocumentType
from app.people.models import AccountPerson, Consent, Person
from app.privacy.queries.rows import (
    Rows,
    account,
    delegations,
    devices,
    entries,
    honours,
    links,
    notices,
    of_account,
    of_activities,
    of_persons,
    persons,
    reports,
    scans,
    squad_results,
    squad_trials,
    texts,
)
from app.privacy.queries.subjects import Subject
from app.registrations.models import Draft, Registration, TeamUpload
from app.squads.models import SquadMember, SquadResult, SquadTrial
from app.volunteers.models import Service

ERASED = N_("已删除")
"""The name of whoever was deleted: counts, results and medals keep their rows."""
GONE = object()
"""Deletion deletes the row."""
Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holding:
    """One table. `shown`: attribute → its words in an export. `leaves`: attribute → what deletion makes of it (a
    value, or a function of row and subject), or GONE. `stays`: personal columns that deletion leaves, and why.
    """

    model: type[Model]
    title: str
    rows: Rows
    shown: Mapping[str, str]
    leaves: Change | object
    stays: Mapping[str, str] = field(default_factory=dict)


NOT_OF_ONE: Mapping[str, str] = {
    "scan_reject.body": "an item that was no scan: nobody knows of whom; gone by age",
    "registration_draw.witnesses": "published with the draw, a public act; gone by age",
    "notice_event.text": "what the office wrote to everybody; gone by age",
    "equipment_set.receiver": "who has signed a receipt of public property; gone by age",
    "equipment_set.signature": "drawn beside that name; gone with it",
}
"""Personal columns that cannot be found by a person, and what becomes of them."""


def _masked(row: Any, one: Subject) -> str:
    """A name in a published result: the surname stays, as on every public list of minors."""
    return mask_name(row.name) if one.has_name(row.name) else row.name


def _another_key(_row: Any, _one: Subject) -> str:
    return secrets.token_hex(16)


HOLDINGS: tuple[Holding, ...] = (
    Holding(
        Account,
        N_("账号"),
        account,
        {"phone": N_("手机"), "display_name": N_("姓名"), "login_name": N_("登录名"), "created_at": N_("注册时间")},
        {
            "phone": None,
            "phone_index": None,
            "display_name": None,
            "login_name": None,
            "state": AccountState.DISABLED.value,
        },
    ),
    Holding(
        Person,
        N_("个人信息"),
        persons,
        {
            "name": N_("姓名"),
            "document_type": N_("证件类型"),
            "document_number": N_("证件号码"),
            "sex": N_("性别"),
            "birth_date": N_("出生日期"),
            "phone": N_("手机"),
            "guardian_name": N_("监护人姓名"),
            "guardian_phone": N_("监护人手机"),
            "guardian_relation": N_("监护人关系"),
            "created_at": N_("登记时间"),
        },
        {
            "name": ERASED,
            "document_type": DocumentType.NONE.value,
            "document_number": None,
            "document_index": None,
            "no_document_key": lambda _row, _one: secrets.token_bytes(16),
            "sex": None,
            "birth_date": None,
            "phone": None,
            "phone_index": None,
            "town_id": None,
            "organisation_id": None,
            "guardian_name": None,
            "guardian_phone": None,
            "guardian_relation": None,
        },
    ),
    Holding(
        AccountPerson,
        N_("家人"),
        links,
        {"relation": N_("关系"), "created_at": N_("登记时间")},
        GONE,
    ),
    Holding(
        Consent,
        N_("同意记录"),
        of_persons(Consent),
        {
            "kind": N_("同意的事"),
            "version": N_("版本"),
            "given_at": N_("同意时间"),
            "withdrawn_at": N_("撤回时间"),
        },
        {},
    ),
    Holding(
        Registration,
        N_("报名"),
        of_activities(Registration),
        {
            "name": N_("姓名"),
            "initials": N_("拼音首字母"),
            "sex": N_("性别"),
            "age": N_("年龄"),
            "bib": N_("号码"),
            "state": N_("状态"),
            "answers": N_("报名时填的"),
            "created_at": N_("报名时间"),
            "cancelled_at": N_("取消时间"),
        },
        {
            "name": None,
            "name_index": None,
            "initials": None,
            "phone_tail": None,
            "answers": None,
            "birth_year": None,
        },
        {"sex": "one of three words beside age and town: the counts of the day rest on it, nobody behind it is known"},
    ),
    Holding(
        Scan,
        N_("扫码"),
        scans,
        {"raw": N_("扫到的内容"), "scanned_at": N_("扫码时间"), "verdict": N_("结果")},
        {"raw": None},
    ),
    Holding(
        Settlement,
        N_("核对"),
        of_activities(Settlement),
        {"note": N_("说明"), "settled_at": N_("核对时间")},
        {"note": None},
    ),
    Holding(CheckIn, N_("签到"), of_activities(CheckIn), {"effective_at": N_("签到时间")}, {}),
    Holding(
        Attendance,
        N_("参加"),
        of_activities(Attendance),
        {"first_at": N_("到场时间"), "finished_at": N_("完成时间")},
        {},
    ),
    Holding(Device, N_("签到手机"), devices, {"name": N_("名称"), "created_at": N_("登记时间")}, {"name": ERASED}),
    Holding(
        Draft,
        N_("没有提交的报名"),
        of_account(Draft),
        {"body": N_("报名时填的"), "expires_at": N_("保留到")},
        GONE,
    ),
    Holding(
        TeamUpload,
        N_("没有提交的团队名单"),
        of_account(TeamUpload),
        {"file_name": N_("文件名"), "body": N_("名单"), "created_at": N_("上传时间")},
        GONE,
    ),
    Holding(
        Entry,
        N_("比赛报项"),
        entries,
        {"name": N_("姓名或队名"), "number": N_("号码"), "weight": N_("体重（克）"), "created_at": N_("报名时间")},
        {"name": _masked, "weight": None},
    ),
    Holding(
        EntryMember,
        N_("比赛队员"),
        of_persons(EntryMember),
        {"name": N_("姓名")},
        {"name": _masked},
    ),
    Holding(Honour, N_("奖项"), honours, {"name": N_("姓名"), "title": N_("奖项")}, {"name": _masked}),
    Holding(
        Delegation,
        N_("代表团领队"),
        delegations,
        {"leader_name": N_("姓名"), "leader_phone": N_("手机")},
        {"leader_name": None, "leader_phone": None},
    ),
    Holding(
        SquadMember,
        N_("选拔和展演"),
        of_persons(SquadMember),
        {
            "mark": N_("选拔成绩"),
            "state": N_("状态"),
            "reason": N_("原因"),
            "guardian": N_("监护人"),
            "agreed_on": N_("监护人同意"),
        },
        {"reason": "", "guardian": None},
    ),
    Holding(
        SquadTrial,
        N_("选拔成绩"),
        squad_trials,
        {"mark": N_("选拔成绩"), "tried_on": N_("选拔日期"), "noted_at": N_("登记时间")},
        {},
    ),
    Holding(
        SquadResult,
        N_("参赛成绩"),
        squad_results,
        {"name": N_("姓名"), "event": N_("小项"), "place": N_("名次")},
        {"name": _masked, "key": _another_key},
    ),
    Holding(
        Service,
        N_("志愿服务"),
        of_persons(Service),
        {
            "state": N_("状态"),
            "reason": N_("原因"),
            "agreed_on": N_("监护人同意"),
            "made_at": N_("报名时间"),
            "in_at": N_("签到时间"),
            "out_at": N_("签退时间"),
            "minutes": N_("服务分钟"),
        },
        {"reason": ""},
    ),
    Holding(
        Certificate,
        N_("完赛证书"),
        of_persons(Certificate),
        {"number": N_("证书编号"), "issued_at": N_("发证时间"), "withdrawn_at": N_("作废时间")},
        {},
    ),
    Holding(
        ServiceRecord,
        N_("服务记录"),
        of_persons(ServiceRecord),
        {"number": N_("记录编号"), "year": N_("年份"), "issued_at": N_("编号日期"), "withdrawn_at": N_("作废时间")},
        {},
    ),
    Holding(Keepsake, N_("纪念"), of_persons(Keepsake), {"handed_at": N_("领取时间")}, {}),
    Holding(
        Prize,
        N_("奖品"),
        of_persons(Prize),
        {"ticket": N_("号码"), "place": N_("序号"), "collected_at": N_("领取时间")},
        {},
    ),
    Holding(
        SetReport,
        N_("器材报修"),
        reports,
        {"text": N_("哪里坏了"), "phone": N_("手机"), "made_at": N_("报修时间")},
        {"text": "", "phone": None},
    ),
    Holding(
        Notice,
        N_("通知"),
        notices,
        {"message": N_("通知"), "params": N_("内容"), "created_at": N_("时间")},
        GONE,
    ),
    Holding(
        NoticeText,
        N_("待发的短信"),
        texts,
        {"phone": N_("手机"), "body": N_("内容"), "created_at": N_("时间")},
        GONE,
    ),
)
"""Accounts and persons first, then rooms from the ground up; deletion takes the rows of all before it changes any."""
