"""What an office sets by page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from wtforms import SelectMultipleField
from wtforms.fields.choices import SelectChoice

from app.activities.constants import AskField
from app.activities.forms.fields import LinesField, RuledForm, TrimmedField, WholeNumberField
from app.activities.rules.drafts import Problem, check_text
from app.core.text import N_
from app.dashboards.forms import OFFICE_NAME_MAX, OFFICE_PHONE_MAX
from app.honours.documents.certificate import PLACES
from app.registrations.rules.words import SENTENCES
from app.settings.constants import Key
from app.settings.rules.holidays import read_holidays
from app.settings.rules.wording import worded
from app.web.texts import lazy

SLOWEST, FASTEST = 5, 200
"""km/h between which a limit makes sense: a walker and a car."""
FEWEST, MOST = 100, 1_000_000
"""[P] Texts a day: fewer would lock people out of their accounts, more is nobody's district."""
CERTIFICATE_MAX: Final = 120
"""[P] Characters of a certificate's sentence: three lines of its page."""
FOOT_MAX: Final = 40
TEXT_MAX: Final = 70
"""Characters of one text message."""
HOLIDAYS_MAX: Final = 20_000
MAP_KEY: Final = re.compile(r"[0-9a-f]{32}", re.IGNORECASE | re.ASCII)


class SettingsForm(RuledForm):
    """What an office sets by page; empty is what the environment or the code says. Fields are named as `Key`."""

    office_name = TrimmedField(lazy(N_("单位名称")))
    office_phone = TrimmedField(lazy(N_("服务电话")))
    seal_line = TrimmedField(lazy(N_("落款")))
    usual_asks = SelectMultipleField(
        lazy(N_("新活动的报名表另外要问")), choices=[SelectChoice(ask.value, lazy(ask.label)) for ask in AskField]
    )
    sms_daily_budget = WholeNumberField(lazy(N_("每天最多发多少条短信")), optional=True)
    speed_limit_kmh = WholeNumberField(lazy(N_("待核对的速度（km/h）")), optional=True)
    certificate_body = TrimmedField(lazy(N_("证书正文")))
    certificate_foot = TrimmedField(lazy(N_("证书末句")))
    map_key = TrimmedField(lazy(N_("天地图密钥")))

    def problems(self) -> Iterable[Problem]:
        """The rules of texts, and numbers that somebody could mean."""
        found = [
            *check_text("office_name", self.office_name.data or "", OFFICE_NAME_MAX),
            *check_text("office_phone", self.office_phone.data or "", OFFICE_PHONE_MAX),
            *check_text("seal_line", self.seal_line.data or "", OFFICE_NAME_MAX),
        ]
        speed, budget = self.speed_limit_kmh.data, self.sms_daily_budget.data
        if speed is not None and not SLOWEST <= speed <= FASTEST:
            found.append(Problem("speed_limit_kmh", "speed_wrong", N_("速度应在 5 到 200 之间。")))
        if budget is not None and not FEWEST <= budget <= MOST:
            found.append(Problem("sms_daily_budget", "budget_wrong", N_("应在 100 到 1,000,000 之间。")))
        if self.map_key.data and not MAP_KEY.fullmatch(self.map_key.data):
            found.append(Problem("map_key", "map_key_wrong", N_("密钥是 32 位字母和数字，请从天地图网站复制。")))
        return found

    def values(self) -> dict[Key, Any]:
        """What to keep; None for what was left empty. Raises DomainError for a sentence that does not do."""
        plain = (Key.OFFICE_NAME, Key.OFFICE_PHONE, Key.SEAL_LINE, Key.SPEED_LIMIT_KMH, Key.SMS_DAILY_BUDGET)
        body = worded(
            self.certificate_body.data or "",
            PLACES,
            needed=("activity",),
            longest=CERTIFICATE_MAX,
            field="certificate_body",
        )
        foot = worded(self.certificate_foot.data or "", {}, needed=(), longest=FOOT_MAX, field="certificate_foot")
        return {
            **{key: self[key.value].data or None for key in plain},
            Key.USUAL_ASKS: sorted(self.usual_asks.data) or None,
            Key.CERTIFICATE_BODY: body or None,
            Key.CERTIFICATE_FOOT: foot or None,
            Key.MAP_KEY: (self.map_key.data or "").lower() or None,
        }


class TextsForm(RuledForm):
    """The sentences of notices; empty is the usual one. A field for each of `SENTENCES`."""

    def texts(self) -> dict[str, str]:
        """The office's own sentences by name, in the code's form. Raises DomainError for the first that does not do."""
        found = {
            one.name: worded(self[one.name].data or "", one.places, needed=one.needed, longest=TEXT_MAX, field=one.name)
            for one in SENTENCES
        }
        return {name: text for name, text in found.items() if text}


for _one in SENTENCES:
    setattr(TextsForm, _one.name, TrimmedField(lazy(_one.label)))


class HolidaysForm(RuledForm):
    """Free days and working weekends, a line each."""

    holidays = LinesField(lazy(N_("节假日和调休")))

    def problems(self) -> Iterable[Problem]:
        """Not without end."""
        return check_text("holidays", self.holidays.data or "", HOLIDAYS_MAX, lines=True)

    def packed(self) -> list[list[str]]:
        """The lines as they are stored. Raises DomainError for the first that cannot be read."""
        return [one.packed() for one in read_holidays(self.holidays.data)]
