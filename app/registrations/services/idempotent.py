"""A caller's key makes a registration repeatable: the same key, the same answer, one row."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from app.audit.services import Actor
from app.core.clock import now
from app.core.db import db, table
from app.core.errors import Conflict
from app.core.keyed import Keyed, execute
from app.core.text import N_
from app.core.together import Together
from app.core.transactions import Again, act, end_read
from app.people.services.guessing import check_guesses
from app.registrations.constants import Source
from app.registrations.models import Idempotency
from app.registrations.rules.admission import Entry
from app.registrations.services.register import Outcome, register_apart

KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Answered:
    """The registration a request led to: `outcome` when it was now, None when it was before."""

    registration_id: uuid.UUID
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One person whom a caller sends, and the caller's name for sending it."""

    activity_id: uuid.UUID
    entry: Entry
    caller_id: uuid.UUID
    key: str | None
    body_sha256: bytes
    actor: Actor
    account_id: uuid.UUID | None
    at: datetime


_i = table(Idempotency).c
_KEPT = Keyed(
    lambda match: select(_i.key, _i.body_sha256, _i.registration_id).where(
        _i.caller_id == bindparam("caller"), match(_i.key)
    )
)
_NEW = insert(table(Idempotency))


def register_once(
    *,
    activity_id: uuid.UUID,
    entry: Entry,
    caller_id: uuid.UUID,
    key: str | None,
    body_sha256: bytes,
    actor: Actor,
    account_id: uuid.UUID | None,
    at: datetime | None = None,
) -> Answered:
    """Register through the API. The same key with another body is a Conflict `idempotency_conflict`.

    What one caller sends for one activity while an act of theirs runs goes together in the next
    (docs/decisions/0022).
    """
    at = at or now()
    if account_id is not None:
        check_guesses(account_id, at=at)
        end_read()
    request = Request(activity_id, entry, caller_id, key, body_sha256, actor, account_id, at)
    return _together((activity_id, caller_id, actor, account_id), request)


@act
def register_requests(*, take: Callable[[], Sequence[Request]]) -> list[Answered | Exception]:
    """Register what one caller has sent for one activity; per request its answer or its refusal, in order.

    Raises what concerns all of them (the activity closed), and `same_person_twice` where two mean one
    person: then each is registered by itself.
    """
    requests = take()
    kept = _kept(requests)
    fresh = [one for one in requests if one.key not in kept]
    outcomes = dict(zip(map(id, fresh), _register(fresh), strict=True))
    refused = [one for one in fresh if outcomes[id(one)].error is not None]
    # the same request, sent twice at once: the other one is through meanwhile, its answer is this one's
    if refused and _kept(refused):
        raise Again
    _keep([(one, outcomes[id(one)]) for one in fresh if one.key is not None and outcomes[id(one)].error is None])
    return [_answer(one, kept.get(one.key), outcomes.get(id(one))) for one in requests]


def _names(request: Request) -> frozenset[Hashable]:
    """What no two requests of one act may share: the key, the person as far as the words tell."""
    person = request.entry.person
    whom = person.document_number or (person.name, person.phone)
    return frozenset({("key", request.key or uuid.uuid4()), ("person", whom)})


_together: Together[Request, Answered] = Together(register_requests, names=_names, most=32)


def _register(requests: Sequence[Request]) -> list[Outcome]:
    if not requests:
        return []
    first = requests[0]
    outcomes = register_apart(
        activity_id=first.activity_id,
        entries=[one.entry for one in requests],
        source=Source.API if first.account_id is None else Source.WEB,
        actor=first.actor,
        account_id=first.account_id,
        at=max(one.at for one in requests),
    )
    for outcome in outcomes:
        if outcome.error is not None:
            if outcome.error.code == "same_person_twice":
                raise outcome.error
            outcome.error.act = f"{__name__}.register_once"
    return outcomes


def _answer(request: Request, kept: Any, outcome: Outcome | None) -> Answered | Exception:
    if kept is not None:
        if kept.body_sha256 != request.body_sha256:
            return Conflict("idempotency_conflict", N_("这个 Idempotency-Key 已用于另一份内容。"))
        return Answered(kept.registration_id)
    if outcome is None:
        raise AssertionError("what was not answered before is registered now")
    if outcome.error is not None:
        return outcome.error
    if outcome.registration_id is None:
        raise AssertionError("a registration without a refusal has an id")
    return Answered(outcome.registration_id, outcome)


def _kept(requests: Sequence[Request]) -> dict[str | None, Any]:
    keys = {one.key for one in requests if one.key is not None}
    return {row.key: row for row in _KEPT.run(keys, caller=requests[0].caller_id)} if keys else {}


def _keep(answered: Sequence[tuple[Request, Outcome]]) -> None:
    """Remember the answers; somebody with the same key was quicker: the whole act begins again and finds it."""
    rows = [
        {
            "caller_id": request.caller_id,
            "key": request.key,
            "body_sha256": request.body_sha256,
            "activity_id": request.activity_id,
            "registration_id": outcome.registration_id,
            "expires_at": request.at + KEPT,
        }
        for request, outcome in answered
    ]
    if rows:
        try:
            execute(_NEW, rows)
        except IntegrityError as error:
            raise Again from error


@act
def forget_old_keys(*, at: datetime | None = None) -> int:
    """Drop keys past their time; returns how many."""
    gone = db.session.execute(
        delete(Idempotency).where(Idempotency.expires_at < (at or now())).returning(Idempotency.key)
    ).all()
    return len(gone)
