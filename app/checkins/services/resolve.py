"""Who is behind a code: passes by digest, short codes, bibs, registrations."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app.checkins.constants import ScanKind, Verdict
from app.checkins.rules.reading import Item
from app.core import signing
from app.core.crypto import sha256
from app.core.db import table
from app.core.ids import parse_uuid
from app.core.keyed import Keyed
from app.passes.queries import Recognised, by_digests, by_pass_ids, by_short_codes
from app.passes.rules import PassFacts, canonical_text, parse_short_code, verify_pass
from app.registrations.models import Registration


@dataclass(slots=True)
class Resolved:
    """What an item names. `fixed`: the verdict when it names nobody who can be judged."""

    person_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    pass_id: uuid.UUID | None = None
    generation: int | None = None
    revoked_at: datetime | None = None
    fixed: Verdict | None = None


_r = table(Registration).c
_BY_BIB = Keyed(lambda match: select(_r.bib, _r.person_id).where(_r.activity_id == bindparam("a"), match(_r.bib)))
_BY_ID = Keyed(lambda match: select(_r.id, _r.person_id).where(_r.activity_id == bindparam("a"), match(_r.id)))


def resolve(activity_id: uuid.UUID, items: Sequence[Item]) -> list[Resolved]:
    """The person or team of each item, in order, in at most one statement a kind."""
    texts: dict[bytes, str] = {}
    digest_of: dict[int, bytes] = {}
    codes: dict[int, str | None] = {}
    bibs: set[str] = set()
    ids: set[uuid.UUID] = set()
    for index, item in enumerate(items):
        if item.kind is ScanKind.PASS:
            text = canonical_text(item.value)
            digest_of[index] = sha256(text)
            texts[digest_of[index]] = text
        elif item.kind is ScanKind.CODE:
            codes[index] = parse_short_code(item.value)
        elif item.kind is ScanKind.BIB:
            bibs.add(item.value.strip().upper())
        elif item.kind is ScanKind.REGISTRATION and (found := parse_uuid(item.value)):
            ids.add(found)
    passes = _passes(texts)
    shorts = by_short_codes({code for code in codes.values() if code})
    by_bib: dict[Any, uuid.UUID] = _map(_BY_BIB, activity_id, bibs)
    by_id: dict[Any, uuid.UUID] = _map(_BY_ID, activity_id, ids)
    result = []
    for index, item in enumerate(items):
        if item.kind is ScanKind.PASS:
            result.append(passes[digest_of[index]])
        elif item.kind is ScanKind.CODE:
            code = codes[index]
            result.append(_of(shorts.get(code)) if code else Resolved(fixed=Verdict.UNKNOWN))
        elif item.kind is ScanKind.BIB:
            result.append(_person(by_bib.get(item.value.strip().upper())))
        elif item.kind is ScanKind.REGISTRATION:
            result.append(_person(by_id.get(parse_uuid(item.value))))
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
    known = by_digests(list(texts))
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
