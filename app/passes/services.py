"""Issuing personal codes: one pass per person for life, a reissue raises its generation."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from app.audit.services import Actor, record
from app.core import signing
from app.core.crypto import sha256
from app.core.db import db, table
from app.core.errors import NotFound
from app.core.ids import NIL
from app.core.keyed import InsertNew, Keyed
from app.core.outbox import send
from app.core.text import N_
from app.core.transactions import act
from app.notices.constants import NoticeKind, Place
from app.notices.rules import Tidings
from app.notices.services.inbox import Recipient, tell
from app.passes.constants import PassKind
from app.passes.models import Pass, PassIssue
from app.passes.rules import new_short_code, sign_pass
from app.people.queries.aliases import aliases_of
from app.people.queries.family import contact_of

REISSUED = "pass_reissued"
"""The message that a person has a new code."""


@dataclass(frozen=True, slots=True)
class IssuedPass:
    """A code as its owner shows it: the QR text and the characters to type."""

    pass_id: uuid.UUID
    generation: int
    text: str
    short_code: str


_REISSUED = N_("%(who)s的码换新了，旧码不能再用。请打开最新的码。")
_p, _i = table(Pass).c, table(PassIssue).c
_ISSUED = select(_p.person_id, _p.subject_id, _p.id, _i.generation, _i.kid, _i.short_code).join_from(
    table(Pass), table(PassIssue), _i.pass_id == _p.id
)
_KNOWN = Keyed(lambda match: _ISSUED.where(match(_p.person_id), _i.revoked_at.is_(None)))
_KNOWN_TEAM = Keyed(lambda match: _ISSUED.where(match(_p.subject_id), _i.revoked_at.is_(None)))


_NEW_PASS = InsertNew(Pass, "id", "person_id", "subject_id")
_NEW_ISSUE = InsertNew(PassIssue, "pass_id", "generation", "short_code", on=["short_code"])


def pass_text(kind: PassKind, pass_id: uuid.UUID, generation: int, kid: int) -> str:
    """The QR text of an issue: Ed25519 is deterministic, so it is signed again, never stored."""
    return sign_pass(signing.keys().private[kid], kind=kind, kid=kid, pass_id=pass_id, generation=generation)


def ensure_passes(
    owner_ids: Sequence[uuid.UUID],
    *,
    at: datetime,
    kind: PassKind = PassKind.PERSON,
    new: Collection[uuid.UUID] = (),
) -> dict[uuid.UUID, IssuedPass]:
    """The current code of each owner (persons, or teams), made where there is none. Joins the open act.

    `new`: owners that this very act has made, so that nobody has to look for their code.
    """
    statement = _KNOWN if kind is PassKind.PERSON else _KNOWN_TEAM
    owners = set(owner_ids).difference(new)
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
    made: dict[uuid.UUID, uuid.UUID] = {row.person_id or row.subject_id: row.id for row in _NEW_PASS.run(passes)}
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
        done = _NEW_ISSUE.run(rows).all()
        issued += [IssuedPass(row.pass_id, row.generation, pending.pop(row.pass_id)[1], row.short_code) for row in done]
    return issued


@act
def tell_reissued(*, person_id: uuid.UUID, generation: int, by: uuid.UUID | None, at: datetime) -> int:
    """Tell who looks after a person that the code is a new one; whoever has asked for it gets no text.

    Each once for each new code. Returns how many inbox rows are new.
    """
    found = contact_of(person_id)
    if found is None:
        return 0
    what = Tidings(
        scope_id=NIL,
        key=f"reissued:{person_id.hex}:{generation}",
        kind=NoticeKind.REISSUED,
        message=_REISSUED,
        params={"who": found.name},
        until=at + timedelta(days=3),
        place=Place.CODE,
        ref=str(person_id),
    )
    told = [(Recipient(one, None if one == by else phone), what) for one, phone in found.keepers.items()]
    if not told and found.phone:
        told = [(Recipient(None, found.phone), what)]
    return tell(told, at=at)


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
    """Give a person a new code and revoke the old ones, which then say 码已换新: those too of whom was
    merged into this person.

    `live_activities`: where the person is registered now; each hears of it through the outbox.
    """
    found = db.session.execute(select(Pass).where(Pass.person_id == person_id).with_for_update()).scalar_one_or_none()
    if found is None:
        raise NotFound("pass_not_found", N_("还没有码，报名后就有。"))
    last = db.session.execute(
        select(PassIssue.generation).where(PassIssue.pass_id == found.id).order_by(PassIssue.generation.desc()).limit(1)
    ).scalar_one()
    merged = select(Pass.id).where(Pass.person_id.in_(list(aliases_of([person_id]))))
    db.session.execute(
        update(PassIssue)
        .where(or_(PassIssue.pass_id == found.id, PassIssue.pass_id.in_(merged)), PassIssue.revoked_at.is_(None))
        .values(revoked_at=at)
        .execution_options(synchronize_session=False)
    )
    found.floor = last + 1
    db.session.flush()
    issued = _issue([(found.id, last + 1)], PassKind.PERSON, at)[0]
    record(actor, "pass.reissued", subject_kind="pass", subject_id=found.id, generation=last + 1)
    for activity_id in live_activities:
        send(activity_id, "pass_revoked", person_id=str(person_id))
    by = str(actor.id) if actor.id else None
    send(NIL, REISSUED, person_id=str(person_id), generation=last + 1, by=by)
    return issued


def end_passes(person_ids: Collection[uuid.UUID], *, at: datetime) -> None:
    """Let every code of these persons be good no more; none is issued instead. Joins the open act."""
    own = list(db.session.execute(select(Pass).where(Pass.person_id.in_(list(person_ids))).with_for_update()).scalars())
    ids = [one.id for one in own]
    db.session.execute(
        update(PassIssue)
        .where(PassIssue.pass_id.in_(ids), PassIssue.revoked_at.is_(None))
        .values(revoked_at=at)
        .execution_options(synchronize_session=False)
    )
    last = dict(
        db.session.execute(
            select(PassIssue.pass_id, func.max(PassIssue.generation))
            .where(PassIssue.pass_id.in_(ids))
            .group_by(PassIssue.pass_id)
        ).all()
    )
    for one in own:
        one.floor = last.get(one.id, one.floor) + 1
    db.session.flush()
