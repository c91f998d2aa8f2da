"""Telling people what became of their registrations. Acts leave a message; the worker composes it.

A message names an event by `key`, which the act has made: delivered twice, it tells nobody twice.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.errors import Conflict, DomainError
from app.core.ids import uuid7
from app.core.outbox import send
from app.core.text import N_
from app.core.transactions import act
from app.notices.constants import NoticeKind, Place
from app.notices.queries import event_text
from app.notices.rules import Tidings
from app.notices.services.inbox import OWN, Recipient, begin_event, tell
from app.registrations.queries.addressees import EVERYBODY, Reach, about, grouped, ids_by_account, reach_of
from app.registrations.rules.audience import Audience, Who, audience_of
from app.registrations.rules.words import (
    STATES,
    TO_EVERYBODY,
    WAKING,
    About,
    Concerned,
    reworded,
    useful_until,
    words,
)
from app.settings.constants import Key
from app.settings.queries import setting

JOB = "registrations_told"
CHUNK = 200
"""Registrations told in one transaction: no draw of thousands holds the store for seconds."""
LONGEST = 70
"""Characters of one text."""
BLANK = re.compile(r"[{\uff5b][^{}\uff5b\uff5d]*[}\uff5d]")
"""What a template leaves to be filled in: braces, those of a Chinese keyboard too."""


def announce(
    activity_id: uuid.UUID,
    kind: NoticeKind,
    registration_ids: Collection[uuid.UUID] | None = None,
    *,
    key: str | None = None,
    parts: Collection[str] = (),
    audience: Audience = EVERYBODY,
    urgent: bool = False,
) -> None:
    """Leave word in the open act that these people (None: everybody registered of `audience`) are to be told."""
    payload: dict[str, Any] = {"kind": kind.value, "key": key or f"{kind.value}:{uuid7()}", "parts": sorted(parts)}
    if urgent or kind in WAKING:
        payload["urgent"] = True
    if registration_ids is not None:
        if not registration_ids:
            return
        payload["registrations"] = [str(one) for one in registration_ids]
    elif not audience.is_all:
        payload["audience"] = audience.packed()
    send(activity_id, JOB, **payload)


# --------------------------------------------------------------------------- the job


@act
def compose(*, activity_id: uuid.UUID, payload: Mapping[str, Any], at: datetime) -> int:
    """Write the notices of one message, or split it into several. Returns how many inbox rows are new."""
    kind = NoticeKind(payload["kind"])
    ids, audience = payload.get("registrations"), audience_of(payload.get("audience"))
    if ids is None or (len(ids) > CHUNK and not payload.get("part")):
        wanted = None if ids is None else [uuid.UUID(one) for one in ids]
        for chunk in _chunks(ids_by_account(activity_id, STATES[kind], wanted, audience)):
            send(activity_id, JOB, **{**payload, "part": True, "registrations": [str(one) for one in chunk]})
        return 0
    facts = about(activity_id)
    if facts is None:
        return 0
    one_key = kind in TO_EVERYBODY
    guardians = audience.who is Who.MINORS
    found = grouped(activity_id, [uuid.UUID(one) for one in ids], STATES[kind], one_key=one_key, guardians=guardians)
    text = event_text(activity_id, payload["key"]) if kind is NoticeKind.OFFICE else ""
    own_words = setting(Key.NOTICE_TEXTS) or {}  # read once: within an act each look asks the store
    told: list[tuple[Recipient, Tidings]] = []
    for addressee, rows in found.items():
        what = _tidings(activity_id, kind, payload, facts, rows, text=text, at=at)
        what = replace(what, message=reworded(what.message, own_words))
        told.append((addressee.recipient, replace(what, key=what.key + OWN) if addressee.own else what))
    return tell(told, at=at)


def _chunks(rows: Sequence[tuple[uuid.UUID, uuid.UUID | None]]) -> list[list[uuid.UUID]]:
    """Lists of CHUNK and a few more: the registrations of one account are never parted, so that it gets one text."""
    chunks: list[list[uuid.UUID]] = []
    before: uuid.UUID | None = None
    for registration_id, account_id in rows:
        apart = account_id is None or account_id != before
        if not chunks or (len(chunks[-1]) >= CHUNK and apart):
            chunks.append([])
        chunks[-1].append(registration_id)
        before = account_id
    return chunks


def _tidings(
    activity_id: uuid.UUID,
    kind: NoticeKind,
    payload: Mapping[str, Any],
    facts: About,
    rows: Sequence[tuple[uuid.UUID, Concerned]],
    *,
    text: str,
    at: datetime,
) -> Tidings:
    message, params = words(kind, facts, [one for _id, one in rows], parts=payload["parts"], text=text)
    single = str(rows[0][0]) if len(rows) == 1 else ""
    return Tidings(
        scope_id=activity_id,
        key=payload["key"],
        kind=kind,
        message=message,
        params=params,
        until=useful_until(kind, facts, at),
        place=Place.REGISTRATION if single else Place.MINE,
        ref=single,
        urgent=bool(payload.get("urgent")),
    )


# --------------------------------------------------------------------------- the whole activity


@act
def tell_everybody(
    *,
    activity_id: uuid.UUID,
    kind: NoticeKind,
    key: str,
    at: datetime,
    parts: Collection[str] = (),
) -> bool:
    """Tell everybody registered of what happened to the activity, once for each `key`. False: told before."""
    if not begin_event(scope_id=activity_id, key=key, kind=kind, at=at):
        return False
    announce(activity_id, kind, key=key, parts=parts)
    return True


def checked_text(text: str) -> str:
    """What the office wrote, as one line. DomainError `text_missing`, `text_long`, `text_odd`, `text_unfilled`."""
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line:
        raise DomainError("text_missing", N_("请填要通知的话。"), field="text")
    if len(line) > LONGEST:
        raise DomainError(
            "text_long",
            N_("一条短信最多 %(most)s 个字，现在 %(n)s 个。"),
            field="text",
            most=LONGEST,
            n=len(line),
        )
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cs", "Cn"} for letter in line):
        raise DomainError("text_odd", N_("有看不见的字符，请重新输入。"), field="text")
    blank = BLANK.search(line)
    if blank is not None:
        raise DomainError("text_unfilled", N_("“%(blank)s”还没填，请改成要说的话。"), field="text", blank=blank[0])
    return line


def checked_reach(activity_id: uuid.UUID, audience: Audience) -> Reach:
    """How many `audience` reaches. Conflict `nobody_registered` (nobody at all), `nobody_of_these`."""
    reach = reach_of(activity_id, audience)
    if reach.accounts + reach.phones:
        return reach
    if audience.is_all:
        raise Conflict("nobody_registered", N_("还没有人报名，没有人可以通知。"))
    raise Conflict("nobody_of_these", N_("这样选没有人可以通知，请换“发给谁”或“哪个镇街”。"), field="who")


@act
def tell_registered(
    *,
    activity_id: uuid.UUID,
    text: str,
    token: uuid.UUID,
    actor: Actor,
    audience: Audience = EVERYBODY,
    urgent: bool = False,
    at: datetime | None = None,
) -> Reach:
    """Tell everybody registered, or those of `audience`, what the office wrote; returns how many that is.

    `token` was made when the text was shown for confirmation: sent twice, it is told once (Conflict
    `told_already`). Also DomainError of `checked_text`, Conflict `nobody_registered`.
    """
    at = at or now()
    line = checked_text(text)
    reach = checked_reach(activity_id, audience)
    key = f"{NoticeKind.OFFICE.value}:{token}"
    if not begin_event(scope_id=activity_id, key=key, kind=NoticeKind.OFFICE, at=at, text=line, by=actor.id):
        raise Conflict("told_already", N_("这条通知已经发出。"))
    announce(activity_id, NoticeKind.OFFICE, key=key, audience=audience, urgent=urgent)
    record(
        actor,
        "registration.told",
        subject_kind="activity",
        subject_id=activity_id,
        scope_id=activity_id,
        accounts=reach.accounts,
        phones=reach.phones,
        length=len(line),
        who=audience.who.value,
        town=str(audience.town_id or ""),
        urgent=urgent,
    )
    return reach
