"""The tree of places and units: the seed of every installation, and what the office adds."""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import select

from app.audit.services import Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.text import N_, normalise_search
from app.core.transactions import act
from app.people.constants import UNIT_KINDS, OrganisationKind
from app.people.models import Organisation

DISTRICTS: Final = (
    ("370402", "市中区"),
    ("370403", "薛城区"),
    ("370404", "峄城区"),
    ("370405", "台儿庄区"),
    ("370406", "山亭区"),
    ("370481", "滕州市"),
)
"""The six districts of 枣庄市 (3704)."""
TOWNS: Final = (
    ("370406001", "山城街道"),
    ("370406101", "店子镇"),
    ("370406102", "西集镇"),
    ("370406103", "桑村镇"),
    ("370406104", "北庄镇"),
    ("370406105", "城头镇"),
    ("370406106", "徐庄镇"),
    ("370406107", "水泉镇"),
    ("370406108", "冯卯镇"),
    ("370406109", "凫城镇"),
)
"""The ten 镇街 of 山亭区 (370406)."""
HOME_DISTRICT: Final = "370406"
OUTSIDE: Final = ("outside", "区外")
NAME_MAX: Final = 80


@act
def seed_places(*, actor: Actor) -> int:
    """Make the districts, 镇街 and 区外 that are missing; returns how many. Safe to repeat."""
    known = dict(db.session.execute(select(Organisation.code, Organisation.id)).all())
    made = 0

    def ensure(code: str, name: str, kind: OrganisationKind, position: int, parent: uuid.UUID | None) -> uuid.UUID:
        nonlocal made
        if code not in known:
            row = Organisation(id=uuid7(), code=code, name=name, kind=kind.value, parent_id=parent, position=position)
            db.session.add(row)
            known[code] = row.id
            made += 1
        return known[code]

    for n, (code, name) in enumerate(DISTRICTS, start=1):
        ensure(code, name, OrganisationKind.DISTRICT, n, None)
    db.session.flush()  # parents first: the key of the tree is checked row by row
    for n, (code, name) in enumerate(TOWNS, start=1):
        ensure(code, name, OrganisationKind.TOWN, n, known[HOME_DISTRICT])
    ensure(*OUTSIDE, OrganisationKind.OUTSIDE, len(DISTRICTS) + 1, None)
    db.session.flush()
    if made:
        record(actor, "organisation.seeded", subject_kind="organisation", subject_id=None, count=made)
    return made


@act
def create_unit(
    *,
    name: str,
    kind: OrganisationKind,
    actor: Actor,
    parent_id: uuid.UUID | None = None,
    code: str | None = None,
) -> uuid.UUID:
    """Add a school, unit or club below a place or another unit; returns its id.

    Raises DomainError `kind_unknown`, `name_missing`, `name_too_long`, NotFound `parent_not_found`,
    Conflict `organisation_exists` for the same name below the same parent, or a code that is taken.
    """
    if kind not in UNIT_KINDS:
        raise DomainError("kind_unknown", N_("请选学校、单位或社团俱乐部。"), field="kind")
    name = " ".join(name.split())
    if not name:
        raise DomainError("name_missing", N_("请填名称。"), field="name")
    if len(name) > NAME_MAX:
        raise DomainError("name_too_long", N_("名称最多 80 个字，请改短。"), field="name")
    if parent_id is not None and db.session.get(Organisation, parent_id) is None:
        raise NotFound("parent_not_found", N_("没有找到上级单位。"))
    _refuse_double(name, parent_id, code)
    row = Organisation(
        id=uuid7(), code=code or f"u{uuid7().hex[-16:]}", name=name, kind=kind.value, parent_id=parent_id
    )
    db.session.add(row)
    db.session.flush()
    record(
        actor,
        "organisation.created",
        subject_kind="organisation",
        subject_id=row.id,
        kind=kind.value,
    )
    return row.id


def _refuse_double(name: str, parent_id: uuid.UUID | None, code: str | None) -> None:
    beside = select(Organisation.name).where(
        Organisation.parent_id == parent_id if parent_id else Organisation.parent_id.is_(None)  # "= NULL" is never true
    )
    if any(normalise_search(one) == normalise_search(name) for one in db.session.execute(beside).scalars()):
        raise Conflict("organisation_exists", N_("已有同名的单位。"), field="name")
    if code is not None and db.session.execute(select(Organisation.id).where(Organisation.code == code)).first():
        raise Conflict("organisation_exists", N_("这个代码已有人用。"), field="code")
