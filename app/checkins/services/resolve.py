"""Who is behind a code: passes by digest, short codes, bibs, registrations."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from app.checkins.constants import ScanKind, Verdict
from app.checkins.rules.reading import Item
from app.core import signing
from app.core.crypto import sha256
from app.core.db import table
from app.core.ids import parse_uuid
from app.core.keyed import Keyed
from app.passes.queries import Recognised, by_digests, by_pass_ids, by_short_codes
from app.passes.rules import PassFacts, canonical_text, parse_short_code, verify_pass
from app.people.models import PersonAlias
from app.registrations.models import Registration

WORTH_IT = 20


@dataclass(slots=True)
class Resolved:
    """What an item names. `fixed`: the verdict when it names nobody who can be judged."""

    person_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    pass_id: uuid.UUID | None = None
    generation: int | None = None
    revoked_at: datetime | None = None
    fixed: Verdict | None = None


_r, _a = table(Registration).c, table(PersonAlias).c
#: a registration that was cancelled when its person was merged lies with the alias: its bib names who stayed
_WHO = func.coalesce(_a.canonical_id, _r.person_id)
_FROM = table(Registration).outerjoin(table(PersonAlias), _a.person_id == _r.person_id)
_BY_BIB = Keyed(
    lambda match: select(_r.bib, _WHO).select_from(_FROM).where(_r.activity_id == bindparam("a"), match(_r.bib))
)
_BY_ID = Keyed(
    lambda match: select(_r.id, _WHO).select_from(_FROM).where(_r.activity_id == bindparam("a"), match(_r.id))
)


Known = Mapping[str, Recognised]
"""Issues by the text of their code as it was sent."""


def recognise(items: Sequence[Item]) -> Known:
    """The genuine passes among many items, looked up before the act, while others write.

    What may change until the act begins is heard there: a replaced code and a merge have the person
    judged anew. What is not found here is looked up again. Few items are not worth a read of their own.
    """
    if len(items) < WORTH_IT:
        return {}
    digests = {item.value: sha256(canonical_text(item.value)) for item in items if item.kind is ScanKind.PASS}
    found = by_digests(set(digests.values()))
    return {value: found[digest] for value, digest in digests.items() if digest in found}


def resolve(activity_id: uuid.UUID, items: Sequence[Item], known: Known | None = None) -> list[Resolved]:
    """The (canonical) person or team of each item, in order, in at most one statement a kind.

    `known`: what `recognise` has found before.
    """
    return resolve_names(activity_id, [(item.kind, item.value) for item in items], known)


def resolve_names(
    activity_id: uuid.UUID, names: Sequence[tuple[ScanKind, str]], known: Known | None = None
) -> list[Resolved]:
    """The same, for what is named by (kind, value)."""
    known = known or {}
    texts: dict[bytes, str] = {}
    digest_of: dict[int, bytes] = {}
    codes: dict[int, str | None] = {}
    bibs: set[str] = set()
    ids: set[uuid.UUID] = set()
    for index, (kind, value) in enumerate(names):
        if kind is ScanKind.PASS:
            if value in known:
                continue
            text = canonical_text(value)
            digest_of[index] = sha256(text)
            texts[digest_of[index]] = text
        elif kind is ScanKind.CODE:
            codes[index] = parse_short_code(value)
        elif kind is ScanKind.BIB:
            bibs.add(value.strip().upper())
        elif kind is ScanKind.REGISTRATION and (found := parse_uuid(value)):
            ids.add(found)
    passes = _passes(texts)
    shorts = by_short_codes({code for code in codes.values() if code})
    by_bib: dict[Any, uuid.UUID] = _map(_BY_BIB, activity_id, bibs)
    by_id: dict[Any, uuid.UUID] = _map(_BY_ID, activity_id, ids)
    result = []
    for index, (kind, value) in enumerate(names):
        if kind is ScanKind.PASS:
            result.append(_of(known[value]) if value in known else passes[digest_of[index]])
        elif kind is ScanKind.CODE:
            code = codes[index]
            result.append(_of(shorts.get(code)) if code else Resolved(fixed=Verdict.UNKNOWN))
        elif kind is ScanKind.BIB:
            result.append(_person(by_bib.get(value.strip().upper())))
        elif kind is ScanKind.REGISTRATION:
            result.append(_person(by_id.get(parse_uuid(value))))
        else:
            result.append(Resolved())
    return result


def _map(statement: Keyed, activity_id: uuid.UUID, keys: set[Any]) -> dict[Any, uuid.UUID]:
    if not keys:
        return {}
    rows: Any = statement.run(keys, a=activity_id)
    return {row[0]: row[1] for row in rows}


def _person(person_id: uuid.UUID | None) -> Resolved:
    return Resolved(person_id=person_id) if person_id else Resolved(fixed=Verdict.UNKNOWN)


def _of(found: Recognised | None) -> Resolved:
    if found is None:
        return Resolved(fixed=Verdict.UNKNOWN)
    return Resolved(
        person_id=found.person_id,
        team_id=found.subject_id,
        pass_id=found.pass_id,
        generation=found.generation,
        revoked_at=found.revoked_at,
        fixed=None if found.person_id else Verdict.TEAM_PARTIAL,
    )


def _passes(texts: dict[bytes, str]) -> dict[bytes, Resolved]:
    """Equal to a text that was issued means genuine; only an unequal one goes through its signature."""
    known = by_digests(texts)
    result = {digest: _of(found) for digest, found in known.items()}
    strange: dict[bytes, PassFacts] = {}
    for digest in texts.keys() - known.keys():
        facts = verify_pass(texts[digest], signing.keys().public())
        if isinstance(facts, PassFacts):
            strange[digest] = facts
        else:
            result[digest] = Resolved(fixed=Verdict.FORGED)
    if strange:  # signed by us, the issue is not stored: after a restore from an older backup
        owners = by_pass_ids({facts.pass_id for facts in strange.values()})
        for digest, facts in strange.items():
            owner = owners.get(facts.pass_id)
            if owner is None:
                result[digest] = Resolved(pass_id=facts.pass_id, generation=facts.generation, fixed=Verdict.UNKNOWN)
            else:
                result[digest] = Resolved(
                    person_id=owner.person_id,
                    team_id=owner.subject_id,
                    pass_id=facts.pass_id,
                    generation=facts.generation,
                    revoked_at=owner.revoked_at if facts.generation < owner.generation else None,
                    fixed=None if owner.person_id else Verdict.TEAM_PARTIAL,
                )
    return result
