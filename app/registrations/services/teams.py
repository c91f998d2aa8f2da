"""Teams: a leader's file is read, shown, confirmed; whoever can be registered is, the rest is told why not."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import delete, select

from app.audit.services import Actor, record
from app.core.clock import now
from app.core.db import db
from app.core.errors import DomainError
from app.core.ids import uuid7
from app.core.spreadsheets import Table
from app.core.text import N_
from app.core.transactions import act, end_read
from app.passes.constants import PassKind
from app.passes.services import ensure_passes
from app.people.constants import GuardianNeed, Relation
from app.people.rules.ages import age_on, guardian_need, office_day
from app.people.services.guessing import check_guesses, note_guesses
from app.registrations.constants import Source
from app.registrations.models import Team, TeamUpload
from app.registrations.rules.admission import ActivityFacts, Consents, Entry, check_window
from app.registrations.rules.team_file import TEXT_MAX, TeamMember
from app.registrations.services.facts import load_facts
from app.registrations.services.register import register_many
from app.registrations.services.team_rows import (
    BATCH,
    CheckedRow,
    Kept,
    RowState,
    cell_error,
    check_rows,
    mismatches,
    read_file,
    team_facts,
)
from app.registrations.services.uploads import seal_sheet, sealed_sheet, to_confirm


@dataclass(frozen=True, slots=True)
class Declared:
    """What the leader declares for everybody of the sheet: versions of the texts, and the boxes."""

    notice: int | None = None
    terms: int | None = None
    document_number: bool = False
    guardian: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """An upload as its leader sees it."""

    id: uuid.UUID
    team_name: str
    file_name: str
    expires_at: datetime
    titles: tuple[str, ...]
    rows: Sequence[CheckedRow]
    team_id: uuid.UUID | None
    finished: bool

    def count(self, state: RowState | str) -> int:
        """How many rows have come to `state`."""
        return Counter(row.state for row in self.rows)[RowState(state)]

    @property
    def ready(self) -> list[CheckedRow]:
        """The rows that a confirmation would register."""
        return [row for row in self.rows if row.state is RowState.READY]

    @property
    def wrong(self) -> list[CheckedRow]:
        """The rows that have to be changed, in their order."""
        return [row for row in self.rows if row.state is RowState.WRONG]


def read_upload(activity_id: uuid.UUID, data: bytes, *, at: datetime | None = None) -> Table:
    """The table of a file, or why it is none (see `read_file`); nothing is stored. Outside an act: it takes long.

    An activity that takes no registrations now refuses before the file is opened.
    """
    at = at or now()
    facts = load_facts(activity_id)
    check_window(facts.activity, at, Source.TEAM_FILE)
    return read_file(data, team_facts(facts, at))


def keep_upload(
    *,
    activity_id: uuid.UUID,
    account_id: uuid.UUID,
    team_name: str,
    file_name: str,
    table: Table,
    actor: Actor,
    at: datetime | None = None,
) -> uuid.UUID:
    """Seal what was read for 24 hours, in the place of this leader's earlier upload; returns its id.

    Raises DomainError `team_name` for a name that is empty or longer than 80 characters, TooMany
    `too_many_mismatches` where the preview would tell of too many documents that they are another one's.
    """
    at, kept = at or now(), Kept(table)
    wrong = mismatches(activity_id, kept, team_facts(load_facts(activity_id), at))
    end_read()
    return _keep(
        activity_id=activity_id,
        account_id=account_id,
        team_name=team_name,
        file_name=file_name,
        kept=kept,
        wrong=wrong,
        actor=actor,
        at=at,
    )


@act
def _keep(
    *,
    activity_id: uuid.UUID,
    account_id: uuid.UUID,
    team_name: str,
    file_name: str,
    kept: Kept,
    wrong: int,
    actor: Actor,
    at: datetime,
) -> uuid.UUID:
    name = " ".join(team_name.split())
    if not name or len(name) > TEXT_MAX:
        raise DomainError("team_name", N_("请填团体名称，最多 80 个字。"), field="name")
    check_guesses(account_id, at=at, more=wrong)
    note_guesses(account_id=account_id, count=wrong, actor=actor)
    row = seal_sheet(scope_id=activity_id, account_id=account_id, name=name, file_name=file_name, kept=kept, at=at)
    record(
        actor,
        "team.uploaded",
        subject_kind="team_upload",
        subject_id=row.id,
        scope_id=activity_id,
        count=len(kept.table.rows),
        sha256=row.sha256.hex(),
    )
    return row.id


def review(
    *, upload_id: uuid.UUID, activity_id: uuid.UUID, account_id: uuid.UUID, at: datetime | None = None
) -> Review:
    """An upload with every row and what it has come to by now. NotFound for anybody but its leader."""
    at = at or now()
    row = sealed_sheet(upload_id, activity_id, account_id, at)
    kept = Kept.from_json(row.body)
    return Review(
        id=row.id,
        team_name=row.team_name,
        file_name=row.file_name,
        expires_at=row.expires_at,
        titles=kept.titles,
        rows=check_rows(activity_id, kept, team_facts(load_facts(activity_id), at)),
        team_id=kept.team_id,
        finished=bool(kept.done or kept.refused),
    )


def confirm_upload(
    *,
    upload_id: uuid.UUID,
    activity_id: uuid.UUID,
    account_id: uuid.UUID,
    declared: Declared,
    actor: Actor,
    at: datetime | None = None,
) -> Review:
    """Register every row that can be, in acts of at most BATCH rows; returns the upload as it stands then.

    Each act notes its rows, so that a second confirmation goes on where a first one was cut off, and
    changes nothing when all is done. Raises `nobody_ready`, or what refuses the whole activity.
    """
    at = at or now()
    look = partial(review, upload_id=upload_id, activity_id=activity_id, account_id=account_id, at=at)
    ready = to_confirm(look, N_("没有可以报名的人，请改好名单再上传。")).ready
    for start in range(0, len(ready), BATCH):
        register_batch(
            upload_id=upload_id,
            activity_id=activity_id,
            account_id=account_id,
            rows=ready[start : start + BATCH],
            declared=declared,
            actor=actor,
            at=at,
        )
    return look()


@act
def register_batch(
    *,
    upload_id: uuid.UUID,
    activity_id: uuid.UUID,
    account_id: uuid.UUID,
    rows: Sequence[CheckedRow],
    declared: Declared,
    actor: Actor,
    at: datetime,
) -> int:
    """Register up to BATCH rows of an upload and note what they came to; returns how many were registered."""
    upload = sealed_sheet(upload_id, activity_id, account_id, at, lock=True)
    kept = Kept.from_json(upload.body)
    facts = load_facts(activity_id).activity
    left = [
        (row.number, _entry(row.member, facts, declared))
        for row in rows
        if row.member is not None and row.number not in kept.done and row.number not in kept.refused
    ]
    team = _team_named(activity_id, account_id, upload.team_name)
    team_id = team.id if team is not None else uuid7()
    outcomes = register_many(
        activity_id=activity_id,
        entries=[entry for _number, entry in left],
        source=Source.TEAM_FILE,
        actor=actor,
        account_id=account_id,
        team_id=team_id,
        at=at,
    )
    done = set()
    for (number, _entry_of), outcome in zip(left, outcomes, strict=True):
        if outcome.error is None:
            done.add(number)
        elif outcome.error.code != "already_registered":  # what was quicker than us is found by the next review
            kept.refused[number] = cell_error(outcome.error)
    if done:
        if team is None:
            _found_team(team_id, activity_id, account_id, upload.team_name, at)
        kept.team_id = team_id
    kept.done |= done
    upload.body = kept.to_json()
    db.session.flush()
    record(
        actor,
        "team.registered",
        subject_kind="team",
        subject_id=team_id if done else None,
        scope_id=activity_id,
        count=len(done),
        refused=len(left) - len(done),
        notice=declared.notice,
        terms=declared.terms,
        guardian=declared.guardian,
    )
    return len(done)


def _entry(member: TeamMember, activity: ActivityFacts, declared: Declared) -> Entry:
    """A row as an entry, with what the leader has declared as far as it concerns this person."""
    birth = member.person.birth_date
    age = age_on(birth, office_day(activity.starts_at)) if birth else None
    minor = age is not None and guardian_need(age, contact_to_18=activity.guardian_to_18) is not GuardianNeed.NONE
    return Entry(
        person=member.person,
        category_id=member.category_id,
        consents=Consents(
            notice=declared.notice,
            document_number=declared.document_number,
            guardian=declared.guardian and minor,
            terms=declared.terms,
        ),
        answers=member.answers,
        relation=Relation.OTHER.value,
    )


def _team_named(activity_id: uuid.UUID, account_id: uuid.UUID, name: str) -> Team | None:
    """The leader's team of that name: who is in a corrected file joins it."""
    return db.session.execute(
        select(Team)
        .where(Team.activity_id == activity_id, Team.leader_account_id == account_id, Team.name == name)
        .order_by(Team.id)
        .limit(1)
    ).scalar_one_or_none()


def _found_team(team_id: uuid.UUID, activity_id: uuid.UUID, account_id: uuid.UUID, name: str, at: datetime) -> None:
    db.session.add(Team(activity_id=activity_id, id=team_id, name=name, leader_account_id=account_id, created_at=at))
    db.session.flush()
    ensure_passes([team_id], at=at, kind=PassKind.TEAM)


@act
def forget_old_uploads(*, at: datetime | None = None) -> int:
    """Delete uploads past their day; returns how many. Called by the worker."""
    gone = db.session.execute(
        delete(TeamUpload).where(TeamUpload.expires_at <= (at or now())).returning(TeamUpload.id)
    ).all()
    return len(gone)
