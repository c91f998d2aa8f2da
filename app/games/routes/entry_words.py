"""What an event asks of its entries, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from app.games.constants import AgeBasis, EventForm, EventSex
from app.games.rules.eligibility import EventFacts, kilograms


def _between(least: object | None, most: object | None, unit: str) -> str:
    if least is not None and most is not None:
        return f"{least}—{most} {unit}" if least != most else f"{least} {unit}"
    if most is None:
        return str(_("%(n)s %(unit)s以上", n=least, unit=unit))
    return str(_("%(n)s %(unit)s以下", n=most, unit=unit))


def _weights(facts: EventFacts) -> str:
    over, up_to = (None if one is None else kilograms(one) for one in (facts.weight_over, facts.weight_up_to))
    if up_to is None:
        return str(_("超过 %(n)s kg", n=over))
    return str(_("不超过 %(n)s kg", n=up_to)) if over is None else f"{over}—{up_to} kg"


def asks_of(facts: EventFacts, *, limit: bool = True) -> str:
    """男子，18—60 岁，每团最多 2 项. Without `limit` where the number entered stands beside it anyway."""
    words = [_(facts.sex.label)] if facts.sex is not EventSex.OPEN else []
    if facts.min_age is not None or facts.max_age is not None:
        years = _between(facts.min_age, facts.max_age, _("岁"))
        words.append(_("%(age)s（按出生年份）", age=years) if facts.age_basis is AgeBasis.YEAR else years)
    if facts.weighed:
        words.append(_weights(facts))
    if facts.form is not EventForm.INDIVIDUAL:
        words.append(_("每队 %(n)s", n=_between(facts.team_min, facts.team_max, _("人"))))
    if limit and facts.entry_limit is not None:
        words.append(_("每团最多 %(n)s 项", n=facts.entry_limit))
    if facts.needs_school:
        words.append(_("看学籍"))
    return str(_("，")).join(words)
