"""What people are told of their registrations: first what is, then what to do. Pure.

Every sentence fits one text of 70 characters with names of usual length. Who has registered several
people is told of all of them in one sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.core.text import N_
from app.notices.constants import NoticeKind
from app.notices.rules import Param
from app.registrations.constants import ACTIVE_STATES, RegistrationState

State = RegistrationState
STATES: Final[Mapping[NoticeKind, Collection[str]]] = {
    NoticeKind.PROMOTED: {State.CONFIRMED},
    NoticeKind.DRAWN: {State.CONFIRMED, State.SUBMITTED, State.WAITLISTED, State.NOT_DRAWN},
    NoticeKind.REVIEWED: {State.CONFIRMED, State.REJECTED},
    NoticeKind.CANCELLED: {State.CANCELLED},
    NoticeKind.MOVED: ACTIVE_STATES,
    NoticeKind.CALLED_OFF: ACTIVE_STATES,
    NoticeKind.REMINDER: {State.CONFIRMED},
    NoticeKind.OFFICE: ACTIVE_STATES,
}
"""Whom a kind concerns, when it is told: who has cancelled meanwhile is told nothing."""
TO_EVERYBODY: Final = frozenset({NoticeKind.MOVED, NoticeKind.CALLED_OFF, NoticeKind.REMINDER, NoticeKind.OFFICE})
"""Kinds that concern a whole activity: their words name nobody."""
WAKING: Final = frozenset({NoticeKind.MOVED, NoticeKind.CALLED_OFF})
"""Kinds whose texts go at night too: people would set out for nothing."""
DAYS: Final = timedelta(days=3)
"""[P] How long a text about a registration is worth sending."""

_PROMOTED = N_("%(who)s候补报上了%(activity)s。%(when)s，%(place)s见。")
_WON = N_("%(who)s中签了：%(activity)s。%(when)s，%(place)s见。")
_WON_TO_REVIEW = N_("%(who)s中签了，还要审核：%(activity)s。结果会通知您。")
_QUEUED = N_("%(who)s没有中签，已排候补：%(activity)s。有名额会通知您。")
_NOT_DRAWN = N_("%(who)s这次没有中签：%(activity)s。可以看看别的活动。")
_MIXED = N_("%(activity)s抽签：中签 %(won)s 人，候补 %(queued)s 人，未中签 %(out)s 人。")
_ACCEPTED = N_("%(who)s通过审核：%(activity)s。%(when)s，%(place)s见。")
_REJECTED = N_("%(who)s报%(activity)s没有通过审核。可以打电话问一问。")
_CANCELLED = N_("%(who)s的%(activity)s报名已由办公室取消。可以打电话问一问。")
_MOVED = {
    frozenset({"time"}): N_("%(activity)s改了时间：%(when)s，%(place)s见。报名还在。"),
    frozenset({"place"}): N_("%(activity)s改了地点：%(when)s，%(place)s见。报名还在。"),
    frozenset({"time", "place"}): N_("%(activity)s改了时间和地点：%(when)s，%(place)s见。报名还在。"),
}
_CALLED_OFF = N_("%(activity)s取消了，%(when)s不用到场。")
_REMINDER = N_("%(activity)s快到了：%(when)s，%(place)s见。请带好您的码。")
_OFFICE = N_("%(activity)s：%(text)s")
_AND = N_("、")
PLACES: Final[Mapping[str, str]] = {
    N_("谁"): "who",
    N_("活动"): "activity",
    N_("时间"): "when",
    N_("地点"): "place",
}
"""What an office may name in a sentence of its own."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that an office may word itself: when it is sent, how it usually reads, what it must name."""

    name: str
    label: str
    usual: str
    needed: tuple[str, ...] = ("activity",)

    @property
    def places(self) -> Mapping[str, str]:
        """The places that can be filled: who is named where the sentence is about somebody."""
        return {word: name for word, name in PLACES.items() if name != "who" or "%(who)s" in self.usual}


SENTENCES: Final = (
    Sentence("promoted", N_("候补报上了"), _PROMOTED, ("activity", "who")),
    Sentence("won", N_("中签了"), _WON, ("activity", "who")),
    Sentence("not_drawn", N_("没有中签"), _NOT_DRAWN, ("activity", "who")),
    Sentence("accepted", N_("通过审核"), _ACCEPTED, ("activity", "who")),
    Sentence("rejected", N_("没有通过审核"), _REJECTED, ("activity", "who")),
    Sentence("cancelled", N_("报名由办公室取消"), _CANCELLED, ("activity", "who")),
    Sentence("moved_time", N_("改了时间"), _MOVED[frozenset({"time"})], ("activity", "when")),
    Sentence("moved_place", N_("改了地点"), _MOVED[frozenset({"place"})], ("activity", "place")),
    Sentence("moved_both", N_("改了时间和地点"), _MOVED[frozenset({"time", "place"})], ("activity", "when", "place")),
    Sentence("called_off", N_("活动取消"), _CALLED_OFF),
    Sentence("reminder", N_("活动前一天提醒"), _REMINDER, ("activity", "when")),
)


def reworded(message: str, own: Mapping[str, str]) -> str:
    """The office's own sentence in place of the usual one; `own`: by name, as `settings.rules.wording` made them."""
    name = next((one.name for one in SENTENCES if one.usual == message), "")
    return own.get(name, message)


_SEVERAL = N_("%(who)s等 %(n)s 人")


@dataclass(frozen=True, slots=True)
class About:
    """What the words take from the activity, as it is now."""

    name: str
    place: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Concerned:
    """One registration that is spoken of."""

    name: str
    state: RegistrationState


def who(names: Sequence[str]) -> str:
    """王德福; 王德福、李梅; 王德福等 3 人."""
    if len(names) > 2:
        return _SEVERAL % {"who": names[0], "n": f"{len(names):,}"}
    return _AND.join(names)


def words(
    kind: NoticeKind, about: About, people: Sequence[Concerned], *, parts: Collection[str] = (), text: str = ""
) -> tuple[str, dict[str, Param]]:
    """The msgid and what fills it. `parts`: what moved (time, place); `text`: what the office wrote."""
    params: dict[str, Param] = {"activity": about.name, "when": about.starts_at, "place": about.place}
    named = params | {"who": who([one.name for one in people])}
    states = {one.state for one in people}
    if kind is NoticeKind.PROMOTED:
        return _PROMOTED, named
    if kind is NoticeKind.DRAWN:
        return _drawn(states, people, named)
    if kind is NoticeKind.REVIEWED:
        return (_ACCEPTED if State.CONFIRMED in states else _REJECTED), named
    if kind is NoticeKind.CANCELLED:
        return _CANCELLED, named
    if kind is NoticeKind.MOVED:
        return _MOVED[frozenset(parts) & {"time", "place"}], params
    if kind is NoticeKind.CALLED_OFF:
        return _CALLED_OFF, params
    if kind is NoticeKind.REMINDER:
        return _REMINDER, params
    return _OFFICE, params | {"text": text}


def _drawn(
    states: Collection[RegistrationState], people: Sequence[Concerned], named: dict[str, Param]
) -> tuple[str, dict[str, Param]]:
    if len(states) == 1:
        sentence = {State.CONFIRMED: _WON, State.SUBMITTED: _WON_TO_REVIEW, State.WAITLISTED: _QUEUED}
        return sentence.get(next(iter(states)), _NOT_DRAWN), named
    tally = {
        name: sum(one.state in group for one in people)
        for name, group in (
            ("won", {State.CONFIRMED, State.SUBMITTED}),
            ("queued", {State.WAITLISTED}),
            ("out", {State.NOT_DRAWN}),
        )
    }
    return _MIXED, named | tally


def useful_until(kind: NoticeKind, about: About, at: datetime) -> datetime:
    """After this instant a text would be of no use."""
    if kind is NoticeKind.REMINDER:
        return about.starts_at
    if kind in {NoticeKind.CANCELLED, NoticeKind.OFFICE}:
        return at + DAYS
    return min(at + DAYS, about.ends_at)
