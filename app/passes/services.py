"""Issuing personal codes: one pass per person for life, a reissue raises its generation."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.services import Actor, record
from app.core import signing
from app.core.crypto import sha256
from app.core.db import db, table
from app.core.errors import NotFound
from app.core.keyed import Keyed
from app.core.outbox import send
from app.core.text import N_
from app.core.transactions import act
from app.passes.constants import PassKind
from app.passes.models import Pass, PassIssue
from app.passes.rules import new_short_code, sign_pass


@dataclass(frozen=True, slots=True)
class IssuedPass:
    """A code as its owner shows it: the QR text and the characters to type."""

    pass_id: uuid.UUID
    generation: int
    text: str
    short_code: str


_p, _i = table(Pass).c, table(PassIssue).c
_ISSUED = select(_p.person_id, _p.subject_id, _p.id, _i.generation, _i.kid, _i.short_code).join_from(
    table(Pass), table(PassIssue), _i.pass_id == _p.id
)
_KNOWN = Keyed(lambda match: _ISSUED.where(match(_p.person_id), _i.revoked_at.is_(None)))
_KNOWN_TEAM = Keyed(lambda match: _ISSUED.where(match(_p.subject_id), _i.revoked_at.is_(None)))


def pass_text(kind: PassKind, pass_id: uuid.UUID, generation: int, kid: int) -> str:
    """The QR text of an issue: Ed25519 is deterministic, so it is signed again, never stored."""
    return sign_pass(signing.keys().private[kid], kind=kind, kid=kid, pass_id=pass_id, generation=generation)


def ensure_passes(
    owner_ids: Sequence[uuid.UUID], *, at: datetime, kind: PassKind = PassKind.PERSON
) -> dict[uuid.UUID, IssuedPass]:
    """The current code of each owner (persons, or teams), made where there is none. Joins the open act."""
    statement = _KNOWN if kind is PassKind.PERSON else _KNOWN_TEAM
    owners = set(owner_ids)
    found: dict[uuid.UUID, IssuedPass] = {}
    for row in statement.run(owners) if owners else ():
        text = pass_text(kind, row.id, row.generation, row.kid)
        found[row.person_id or row.subject_id] = IssuedPass(row.id, row.generation, text, row.short_code)
    missing = [owner for owner in dict.fromkeys(owner_ids) if owner not in found]
    if missing:
        found |= _make(missing, kind, at)
    return found


def _make(owners: list[uuid.UUID], kind: PassKind, at: datetime) -> dict[uuid.UUID, IssuedPass]:
    column = "person_id" if kind is PassKind.PERSON else "subject_id"
    passes = [
        {"id": uuid.uuid4(), "kind": kind.label_code, "person_id": None, "subject_id": None, "floor": 0}
        | {column: owner}
        for owner in owners
    ]
    owner_column = table(Pass).c[column]
    made = {
        row[0]: row.id
        for row in db.session.execute(
            _dialect().insert(table(Pass)).on_conflict_do_nothing().returning(owner_column, table(Pass).c.id), passes
        )
    }
    issued = _issue([(pass_id, 0) for pass_id in made.values()], kind, at)
    by_pass = {one.pass_id: one for one in issued}
    result = {owner: by_pass[pass_id] for owner, pass_id in made.items()}
    late = [owner for owner in owners if owner not in result]
    if late:  # another transaction was quicker; its rows are visible now
        result |= ensure_passes(late, at=at, kind=kind)
    return result


def _issue(items: Iterable[tuple[uuid.UUID, int]], kind: PassKind, at: datetime) -> list[IssuedPass]:
    kid = signing.keys().current
    pending = {pass_id: (generation, pass_text(kind, pass_id, generation, kid)) for pass_id, generation in items}
    issued: list[IssuedPass] = []
    while pending:  # a short code that is taken already is drawn again
        rows: list[dict[str, Any]] = [
            {
                "pass_id": pass_id,
                "generation": generation,
                "kid": kid,
                "sha256": sha256(text),
                "short_code": new_short_code(),
                "issued_at": at,
                "revoked_at": None,
            }
            for pass_id, (generation, text) in pending.items()
        ]
        done = db.session.execute(
            _dialect()
            .insert(table(PassIssue))
            .on_conflict_do_nothing(index_elements=["short_code"])
            .returning(*(table(PassIssue).c[name] for name in ("pass_id", "generation", "short_code"))),
            rows,
        ).all()
        issued += [IssuedPass(row.pass_id, row.generation, pending.pop(row.pass_id)[1], row.short_code) for row in done]
    return issued


def _dialect() -> Any:
    return postgresql if db.engine.dialect.name == "postgresql" else sqlite


@act
def issue(*, person_id: uuid.UUID, actor: Actor, at: datetime) -> IssuedPass:
    """A person's code, made when there is none yet: for whoever wants it before the first registration."""
    known = db.session.execute(select(Pass.id).where(Pass.person_id == person_id)).scalar_one_or_none()
    issued = ensure_passes([person_id], at=at)[person_id]
    if known is None:
        record(actor, "pass.issued", subject_kind="pass", subject_id=issued.pass_id)
    return issued


@act
def reissue(*, person_id: uuid.UUID, live_activities: Sequence[uuid.UUID], actor: Actor, at: datetime) -> IssuedPass:
    """Give a person a new code and revoke the old ones, which then say 码已换新.

    `live_activities`: where the person is registered now; each hears of it through the outbox.
    """
    found = db.session.execute(select(Pass).where(Pass.person_id == person_id).with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound("pass_not_found", N_("还没有码，报名后就有。"))
    last = db.session.execute(
        select(PassIssue.generation).where(PassIssue.pass_id == found.id).order_by(PassIssue.generation.desc()).limit(1)
    ).scalar_one()
    db.session.execute(
        update(PassIssue).where(PassIssue.pass_id == found.id, PassIssue.revoked_at.is_(None)).values(revoked_at=at)
    )
    found.floor = last + 1
    db.session.flush()
    issued = _issue([(found.id, last + 1)], PassKind.PERSON, at)[0]
    record(actor, "pass.reissued", subject_kind="pass", subject_id=found.id, generation=last + 1)
    for activity_id in live_activities:
        send(activity_id, "pass_revoked", person_id=str(person_id))
    return issued
