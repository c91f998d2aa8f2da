"""When and where the athletes of an event come together."""

from __future__ import annotations

from collections.abc import Iterable

from app.activities.forms.fields import OfficeTimeField, RuledForm, TrimmedField, needed
from app.activities.rules.drafts import Problem, check_text
from app.core.text import N_
from app.games.rules.attendance import Meeting
from app.web.texts import lazy


class MeetingForm(RuledForm):
    """The facts of an activity that the event does not know."""

    place = TrimmedField(lazy(N_("地点")), [needed()])
    starts_at = OfficeTimeField(lazy(N_("开始")), description=lazy(N_("提前 1 小时可以签到")))
    ends_at = OfficeTimeField(lazy(N_("结束")))

    @property
    def meeting(self) -> Meeting:
        """What was typed."""
        return Meeting(self.place.data or "", self.starts_at.data, self.ends_at.data)

    def problems(self) -> Iterable[Problem]:
        """The rules of texts."""
        return check_text("place", self.place.data or "", 120, required=True)
