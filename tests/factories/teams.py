"""Teams as their leaders make them: a file, confirmed."""

from __future__ import annotations

import uuid
from datetime import date

from app.audit.services import Actor
from app.core.spreadsheets import Row, Table
from app.registrations.services.teams import Declared, Review, confirm_upload, keep_upload
from tests.factories import people, registrations
from tests.factories.activities import Station


def table(members: int = 2) -> Table:
    """A list of that many adults, as it is read from a file."""
    numbers = [people.number() for _ in range(members)]
    lines = [(people.name(n), people.document(date(1982, 8, 16), n=n), "体验组") for n in numbers]
    return Table(tuple(Row(n, cells) for n, cells in enumerate([("姓名", "证件号", "组别"), *lines], start=1)))


def team(station: Station, leader_id: uuid.UUID, *, name: str = "山亭区第一中学", members: int = 2) -> Review:
    """A team that is registered; the answer names the upload and the team."""
    actor = Actor("account", leader_id)
    upload_id = keep_upload(
        activity_id=station.id,
        account_id=leader_id,
        team_name=name,
        file_name="名单.xlsx",
        table=table(members),
        actor=actor,
    )
    texts = registrations.consents(station)
    return confirm_upload(
        upload_id=upload_id,
        activity_id=station.id,
        account_id=leader_id,
        declared=Declared(notice=texts.notice, terms=texts.terms, document_number=True),
        actor=actor,
    )
