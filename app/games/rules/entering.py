"""What is typed to enter somebody, and when entries are taken. No database."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.errors import Conflict, DomainError
from app.core.text import N_
from app.games.constants import EventForm, GamesStatus
from app.games.rules.eligibility import Athlete
from app.people.constants import DocumentType, Sex
from app.people.rules.intake import PersonInput


@dataclass(frozen=True, slots=True)
class Member:
    """One person of an entry. `weight`: grams, as declared; it is checked against the class and not kept."""

    person: PersonInput
    substitute: bool = False
    weight: int | None = None

    def athlete(self, key: object) -> Athlete:
        """As eligibility looks at them, told apart by `key`."""
        return Athlete(
            key=key,
            name=self.person.name,
            sex=Sex(self.person.sex) if self.person.sex else None,
            birth_date=self.person.birth_date,
            has_document=self.person.document_type is not DocumentType.NONE,
            organisation=self.person.organisation_id,
            weight=self.weight,
        )


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry as it is typed. `name` is the team's; an individual is called by the athlete's own."""

    event_id: uuid.UUID
    members: tuple[Member, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who enters: a delegation's leader, or the office, whose late changes rest on a `decision` in words."""

    office: bool = False
    decision: str = ""


LEADER = Desk()
OFFICE_DESK = Desk(office=True)


def entry_name(form: EventForm, typed: str, names: Sequence[str], delegation: str) -> str:
    """The name on start lists: the athlete's, a pair's two, else the team's or its delegation's."""
    if form is EventForm.INDIVIDUAL:
        return names[0] if names else delegation
    if typed.strip():
        return " ".join(typed.split())
    return "/".join(names[:2]) if form is EventForm.PAIR and names else delegation


def check_window(
    desk: Desk, status: GamesStatus, opens: datetime | None, closes: datetime | None, at: datetime
) -> None:
    """Refuse what comes too early or too late.

    Leaders act while entries are open. The office acts at any time; once they are closed it says by
    what decision. Raises Conflict `entries_not_open`, `entries_closed`, DomainError `decision_missing`.
    """
    early = status is GamesStatus.DRAFT or (opens is not None and at < opens)
    late = status in {GamesStatus.RUNNING, GamesStatus.FINISHED} or (closes is not None and at >= closes)
    if desk.office:
        if late and not desk.decision.strip():
            raise DomainError("decision_missing", N_("报项已截止，请写明是谁怎么决定的。"), field="decision")
        return
    if late:
        raise Conflict("entries_closed", N_("报项已截止，要改请联系组委会。"))
    if early:
        raise Conflict("entries_not_open", N_("还没有开始报项。"))


def takes_entries(status: GamesStatus, opens: datetime | None, closes: datetime | None, at: datetime) -> bool:
    """Whether leaders may enter now."""
    try:
        check_window(LEADER, status, opens, closes, at)
    except DomainError:
        return False
    return True
