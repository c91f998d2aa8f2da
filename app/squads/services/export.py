"""What leaves the office: the entry list with whole names and documents, each time in the trail."""

from __future__ import annotations

import uuid
from datetime import datetime

from app.audit.services import Actor, record
from app.core.clock import local, now
from app.core.crypto import sha256
from app.core.transactions import act
from app.people.constants import Sex
from app.people.models import Person
from app.people.rules.ages import is_minor
from app.people.services.disclosure import check_disclosure
from app.squads.documents import Say, entry_list
from app.squads.queries.people import persons_of
from app.squads.queries.squads import MemberLine, members, squad


@act
def export_entry_list(
    *, squad_id: uuid.UUID, approver_id: uuid.UUID | None, actor: Actor, say: Say, at: datetime | None = None
) -> bytes:
    """The organiser's list as XLSX, everybody of the squad unmasked.

    The trail keeps how many rows, who approved that minors are shown (未成年人网络保护条例 36), and the
    file's SHA-256, so that a list found elsewhere can be told from others.

    Raises NotFound `squad_not_found`, DomainError `approval_required`, `approver_unknown`.
    """
    at = at or now()
    found = squad(squad_id)
    lines = members(squad_id, chosen=True)
    persons = persons_of([line.member.person_id for line in lines])
    minors = sum(is_minor(one.birth_date, local(at).date()) for one in persons.values())
    check_disclosure(reason="entry", approver_id=approver_id, actor=actor, minors=minors > 0, at=at)
    content = entry_list(found.name, [_row(line, persons[line.member.person_id], say) for line in lines], say=say)
    record(
        actor,
        "squads.exported",
        subject_kind="squad",
        subject_id=squad_id,
        rows=len(lines),
        minors=minors,
        approver=str(approver_id) if minors else None,
        sha256=sha256(content).hex(),
    )
    return content


def _row(line: MemberLine, person: Person, say: Say) -> list[str]:
    return [
        line.group,
        person.name,
        say(Sex(person.sex).label) if person.sex else "",
        person.birth_date.isoformat() if person.birth_date else "",
        person.document_number or "",
        line.organisation,
        line.member.mark,
        say(line.state.label),
    ]
