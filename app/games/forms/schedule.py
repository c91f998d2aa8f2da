"""Sessions, what is put into them, one unit's time."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from wtforms import BooleanField, SelectField, SelectMultipleField

from app.activities.forms.fields import (
    LinesField,
    OfficeTimeField,
    TrimmedField,
    WholeNumberField,
    choices_of,
    needed,
)
from app.activities.rules.drafts import Problem, check_text
from app.core.errors import DomainError
from app.core.ids import parse_uuid
from app.core.text import N_
from app.games.constants import SessionStatus
from app.games.forms.draws import OneOfSeveral
from app.games.rules.schedule import ClashLine, ScheduleClash, SessionDraft
from app.web.texts import lazy


class SessionForm(OneOfSeveral):
    """A stretch of time at a venue."""

    name = TrimmedField(lazy(N_("单元名称")), [needed()], description=lazy(N_("例如：第一天上午")))
    venue = TrimmedField(lazy(N_("场馆")), [needed()])
    starts_at = OfficeTimeField(lazy(N_("开始")))
    ends_at = OfficeTimeField(lazy(N_("结束")))

    @property
    def draft(self) -> SessionDraft:
        """What was typed."""
        return SessionDraft(self.name.data or "", self.venue.data or "", self.starts_at.data, self.ends_at.data)

    def problems(self) -> Iterable[Problem]:
        """The rules of texts."""
        return [
            *check_text("name", self.name.data or "", 80, required=True),
            *check_text("venue", self.venue.data or "", 80, required=True),
        ]


class _Confirmed(OneOfSeveral):
    """A form that is sent once more when something would overlap; `overlaps` tells the page to show what."""

    confirmed = BooleanField(lazy(N_("重叠已核对，照样保存")))
    overlaps: Sequence[ClashLine] = ()

    def refuse(self, error: DomainError) -> None:
        """Remember an overlap: only then the box to confirm it is shown."""
        if isinstance(error, ScheduleClash):
            self.overlaps = error.found
            error.field = "confirmed"
        super().refuse(error)


class PlaceForm(_Confirmed):
    """Which events' units go into a session, and how."""

    events = SelectMultipleField(lazy(N_("放哪些小项的场次")), [needed()])
    minutes = WholeNumberField(lazy(N_("每场几分钟")))
    courts = LinesField(lazy(N_("场地")), [needed()], description=lazy(N_("一行一块，例如：1 号垫")))
    starts_at = OfficeTimeField(
        lazy(N_("从几点排起")), optional=True, description=lazy(N_("不填就从单元开始的时间排起"))
    )

    @property
    def event_ids(self) -> list[uuid.UUID]:
        """The chosen events in the order of the programme."""
        chosen = set(self.events.data or ())
        return [one for value, _ in self.events.choices if value in chosen and (one := parse_uuid(value)) is not None]


class MoveForm(_Confirmed):
    """One unit's time and place."""

    session = SelectField(lazy(N_("单元")), [needed()])
    starts_at = OfficeTimeField(lazy(N_("开始")))
    minutes = WholeNumberField(lazy(N_("几分钟")))
    court = TrimmedField(lazy(N_("场地")))

    def problems(self) -> Iterable[Problem]:
        """The rules of texts."""
        return check_text("court", self.court.data or "", 40)


class PutOffForm(OneOfSeveral):
    """Whether a session takes place, and why not."""

    status = SelectField(lazy(N_("安排")), choices=choices_of(SessionStatus))
    reason = TrimmedField(lazy(N_("原因")), description=lazy(N_("推迟或取消时要写，记在操作记录里")))

    def problems(self) -> Iterable[Problem]:
        """A reason where it does not take place."""
        return check_text("reason", self.reason.data or "", 200, required=self.status.data != SessionStatus.SCHEDULED)
