"""Grants, their sets, and what was reported of these."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import NotFound
from app.core.text import N_
from app.facilities.constants import GrantState, ReportKind, ReportState
from app.facilities.models import EquipmentSet, Grant, SetReport
from app.people.models import Organisation


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant with how many of its sets stand in a village."""

    grant: Grant
    state: GrantState
    distributed: int


@dataclass(frozen=True, slots=True)
class SetLine:
    """A set on a list."""

    id: uuid.UUID
    number: int
    code: str
    village: str
    town: str
    distributed_on: date | None
    open_reports: int


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report with where its set stands."""

    report: SetReport
    kind: ReportKind
    state: ReportState
    set_id: uuid.UUID
    code: str
    village: str


def grants() -> list[GrantLine]:
    """The latest first, in two statements."""
    counted = (
        select(EquipmentSet.grant_id, func.count().label("n"))
        .where(EquipmentSet.distributed_on.is_not(None))
        .group_by(EquipmentSet.grant_id)
    )
    distributed = {row.grant_id: row.n for row in db.session.execute(counted)}
    rows = db.session.execute(select(Grant).order_by(Grant.applied_on.desc(), Grant.name)).scalars()
    return [GrantLine(one, GrantState(one.state), distributed.get(one.id, 0)) for one in rows]


def grant(grant_id: uuid.UUID) -> Grant:
    """One grant; NotFound `grant_not_found`."""
    found = db.session.get(Grant, grant_id)
    if found is None:
        raise NotFound("grant_not_found", N_("没有找到这次申请。"))
    return found


def sets_of(grant_id: uuid.UUID) -> list[SetLine]:
    """The sets of a grant by their number."""
    waiting = (
        select(SetReport.set_id, func.count().label("n"))
        .where(SetReport.state != ReportState.DONE.value)
        .group_by(SetReport.set_id)
        .subquery()
    )
    rows = db.session.execute(
        select(EquipmentSet, Organisation.name.label("town"), waiting.c.n)
        .outerjoin(Organisation, Organisation.id == EquipmentSet.town_id)
        .outerjoin(waiting, waiting.c.set_id == EquipmentSet.id)
        .where(EquipmentSet.grant_id == grant_id)
        .order_by(EquipmentSet.number)
    )
    return [
        SetLine(one.id, one.number, one.code, one.village, town or "", one.distributed_on, n or 0)
        for one, town, n in rows
    ]


def handed_sets(grant_id: uuid.UUID) -> list[tuple[EquipmentSet, str]]:
    """The sets of a grant that stand in a village, with the 镇街, by their number."""
    rows = db.session.execute(
        select(EquipmentSet, Organisation.name)
        .outerjoin(Organisation, Organisation.id == EquipmentSet.town_id)
        .where(EquipmentSet.grant_id == grant_id, EquipmentSet.distributed_on.is_not(None))
        .order_by(EquipmentSet.number)
    )
    return [(one, town or "") for one, town in rows]


def all_sets() -> list[tuple[Grant, SetLine]]:
    """Every set with its grant: the latest grant first, sets by their number."""
    return [(line.grant, one) for line in grants() for one in sets_of(line.grant.id)]


def set_by_code(code: str) -> EquipmentSet | None:
    """The set that a QR code names."""
    return db.session.execute(select(EquipmentSet).where(EquipmentSet.code == code)).scalar_one_or_none()


def equipment_set(set_id: uuid.UUID) -> EquipmentSet:
    """One set; NotFound `set_not_found`."""
    found = db.session.get(EquipmentSet, set_id)
    if found is None:
        raise set_not_found()
    return found


def set_not_found() -> NotFound:
    """The one answer for a set that does not exist."""
    return NotFound("set_not_found", N_("没有找到这套器材。"))


def town_name(town_id: uuid.UUID | None) -> str:
    """What a 镇街 is called."""
    if town_id is None:
        return ""
    return db.session.execute(select(Organisation.name).where(Organisation.id == town_id)).scalar_one_or_none() or ""


def reports(*, set_id: uuid.UUID | None = None, waiting: bool = False, limit: int = 200) -> list[ReportLine]:
    """The latest first; of one set, or those that wait for the office (the oldest first then)."""
    query = select(SetReport, EquipmentSet.code, EquipmentSet.village).join(
        EquipmentSet, EquipmentSet.id == SetReport.set_id
    )
    if set_id is not None:
        query = query.where(SetReport.set_id == set_id)
    if waiting:
        query = query.where(SetReport.state != ReportState.DONE.value).order_by(SetReport.made_at)
    else:
        query = query.order_by(SetReport.made_at.desc())
    return [
        ReportLine(one, ReportKind(one.kind), ReportState(one.state), one.set_id, code, village)
        for one, code, village in db.session.execute(query.limit(limit))
    ]


def last_inspected(set_id: uuid.UUID) -> datetime | None:
    """When somebody of the office looked at a set last."""
    return db.session.execute(
        select(func.max(SetReport.made_at)).where(
            SetReport.set_id == set_id, SetReport.kind == ReportKind.INSPECTION.value
        )
    ).scalar_one_or_none()


def waiting_reports() -> int:
    """How many reports wait for the office."""
    return db.session.execute(
        select(func.count()).select_from(SetReport).where(SetReport.state != ReportState.DONE.value)
    ).scalar_one()
