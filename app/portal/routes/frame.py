"""What the citizens' pages share: the bar of four words, marks, words for what comes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, url_for
from flask_babel import gettext as _

from app.activities.constants import PUBLIC_STATUSES, ActivityStatus
from app.activities.queries import Card, CategoryDetail, Station
from app.activities.rules.states import SignUp, Standing
from app.core.clock import local, now, today
from app.core.errors import NotFound
from app.core.text import N_
from app.passes.routes.beside import Beside
from app.portal.queries.mine import NOTHING, Mine, mine, next_registration
from app.portal.queries.mine import live_activities as live
from app.registrations.constants import RegistrationState
from app.registrations.queries.mine import MyRegistration
from app.web.access import caller
from app.web.texts import choose_language, km, moment, number

blueprint = Blueprint("portal", __name__, template_folder="../templates")

Mark = tuple[str, str, str | None]
"""A badge: kind, words, icon."""
HAN = "〇一两三四五六七八九十"


@dataclass(frozen=True, slots=True)
class NavItem:
    """One word of the bottom bar."""

    key: str
    label: str
    url: str
    icon: str


def citizen_nav() -> list[NavItem]:
    """首页 活动 我的码 我的."""
    return [
        NavItem("home", _("首页"), url_for("portal.home"), "home"),
        NavItem("activities", _("活动"), url_for("portal.activities"), "calendar-event"),
        NavItem("pass", _("我的码"), url_for("passes.mine"), "qrcode"),
        NavItem("me", _("我的"), url_for("portal.mine"), "user"),
    ]


def account_or_none() -> uuid.UUID | None:
    """The account that looks at a public page, if somebody has signed in."""
    found = caller()
    return found.account_id if found else None


def my_things(activity_ids: list[uuid.UUID] | None = None) -> Mine:
    """What belongs to whoever looks; nothing without a sign-in."""
    account_id = account_or_none()
    return mine(account_id, activity_ids) if account_id else NOTHING


def hidden() -> NotFound:
    """The one answer for an activity that does not exist, is a draft, or was called off for others."""
    return NotFound("activity_not_found", N_("没有找到这次活动。"))


def visible(status: ActivityStatus, owned: Mine, activity_id: uuid.UUID) -> bool:
    """Whether a citizen may see an activity: public, or theirs although it was called off or put away."""
    if status in PUBLIC_STATUSES:
        return True
    return status in {ActivityStatus.CANCELLED, ActivityStatus.ARCHIVED} and bool(owned.of(activity_id))


# --------------------------------------------------------------------------- marks


def mark_of_registration(row: MyRegistration, owned: Mine) -> Mark:
    """The state of one registration, check-ins included."""
    presence = owned.presence_of(row)
    if presence is not None:
        return ("seal", _("已完成"), "rubber-stamp") if presence.finished_at else ("ok", _("已签到"), "checks")
    if row.state is RegistrationState.WAITLISTED and row.position:
        return "wait", _("候补第 %(n)s 位", n=number(row.position)), "clock"
    icons = {"wait": "clock", "open": "ticket", "ok": "check", "no": "x", "off": "minus"}
    icon = "ban" if row.state is RegistrationState.CANCELLED else icons[row.state.badge]
    return row.state.badge, _(row.state.label), icon


def mark_of(activity_id: uuid.UUID, found: Standing, opens_at: datetime, owned: Mine) -> Mark:
    """What a list says of an activity: one's own state where there is one, else whether one can sign up."""
    active = owned.active(activity_id)
    confirmed = [row for row in active if row.state is RegistrationState.CONFIRMED]
    if len(confirmed) > 1 and not any(owned.presence_of(row) for row in confirmed):
        return "ok", _("已报名 %(n)s 人", n=number(len(confirmed))), "check"
    if active:
        return mark_of_registration((confirmed or active)[0], owned)
    return mark_of_standing(found, opens_at)


def mark_of_standing(found: Standing, opens_at: datetime) -> Mark:
    """Whether one can sign up now, in the words of a badge."""
    if found.state is SignUp.OPEN:
        return "open", _("余 %(n)s 个名额", n=number(found.left)) if found.left else _("可以报名"), None
    if found.state is SignUp.FULL:
        return ("wait", _("已满，可候补"), "clock") if found.may_queue else ("off", _("已满"), "minus")
    if found.state is SignUp.NOT_YET:
        return "off", _("%(when)s 开始报名", when=moment(opens_at)), None
    return "off", _(found.state.label), None


# --------------------------------------------------------------------------- words


def days_until(instant: datetime) -> int:
    """Whole days in the office's calendar from today; negative when it was."""
    return (local(instant).date() - today()).days


def day_of_month(value: datetime) -> int:
    """The figure of a date block."""
    return local(value).day


def ages(category: CategoryDetail) -> str:
    """Whom a category takes: 18—65 岁, 不限年龄."""
    low, high = category.min_age, category.max_age
    if low is not None and high is not None:
        return str(_("%(low)s—%(high)s 岁", low=low, high=high))
    if low is not None:
        return str(_("满 %(low)s 岁", low=low))
    if high is not None:
        return str(_("最大 %(high)s 岁", high=high))
    return str(_("不限年龄"))


def other_year(value: datetime) -> str:
    """2021年 and a space, where the year is not this one."""
    year = local(value).year
    return "" if year == today().year else str(_("%(year)s年", year=year)) + " "


def spaced_bib(text: str | None) -> str:
    """A number to wear as people read it: the letters apart from the figures, B 0387; none is empty."""
    if not text:
        return ""
    letters = text.rstrip("0123456789")
    return f"{letters} {text[len(letters) :]}" if letters and letters != text else text


def han(count: int) -> str:
    """Few things by a Chinese numeral, as one says 两站, 四站; more in figures."""
    return HAN[count] if choose_language() != "en" and count < len(HAN) else str(count)


def standing_of(card: Card | Station) -> Standing:
    """Whether one can sign up at this moment."""
    return card.standing(now())


def beside_code(person_id: uuid.UUID) -> Beside | None:
    """The line and number under a name on the page of the code."""
    found = next_registration(person_id, now())
    if found is None:
        return None
    distance = f" {km(found.distance_m)}" if found.distance_m else ""
    return Beside(f"{found.card.name} {found.category}{distance}", found.bib)


def where_it_matters(person_id: uuid.UUID) -> list[uuid.UUID]:
    """The activities where a new code must become known."""
    return live(person_id, now())
