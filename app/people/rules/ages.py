"""Days, ages and what follows from them. An age is whole years on a day in the office's zone."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from app.core.clock import local
from app.core.errors import DomainError
from app.core.text import N_, fold_width
from app.people.constants import GuardianNeed, Relation

CHILD_UNTIL: Final = 14
"""PIPL 31: under this age a guardian has to consent."""
MINOR_UNTIL: Final = 18
OLDEST: Final = 130
"""Nobody is older: a greater age is a typing error."""

_BANDS: Final = ((13, "0-13"), (17, "14-17"), (34, "18-34"), (44, "35-44"), (59, "45-59"), (69, "60-69"))
_LAST_BAND: Final = "70+"
AGE_BANDS: Final = (*(name for _, name in _BANDS), _LAST_BAND)
"""The bands of the attendance page, youngest first."""


def office_day(instant: datetime) -> date:
    """The day that `instant` (aware) falls on in the office's zone."""
    return local(instant).date()


def age_on(birth: date, day: date) -> int:
    """Whole years of someone born on `birth`, on `day`; negative before birth.

    Who was born on 02-29 is a year older on 03-01 in years without that day.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_minor(birth: date | None, day: date) -> bool:
    """Whether somebody is known to be under 18 on `day`."""
    return birth is not None and age_on(birth, day) < MINOR_UNTIL


def age_band(age: int) -> str:
    """The band of AGE_BANDS that `age` falls into."""
    return next((name for last, name in _BANDS if age <= last), _LAST_BAND)


def real_date(year: int, month: int, day: int, *, field: str = "birth_date") -> date:
    """The date, or a DomainError `date_unreal` that names what the calendar lacks."""
    try:
        return date(year, month, day)
    except ValueError:
        pass
    if not 1 <= month <= 12:
        raise DomainError("date_unreal", N_("没有%(month)d月，请改日期。"), field=field, month=month)
    if (month, day) == (2, 29):
        raise DomainError("date_unreal", N_("%(year)d年2月没有29日，请改日期。"), field=field, year=year)
    raise DomainError("date_unreal", N_("%(month)d月没有%(day)d日，请改日期。"), field=field, month=month, day=day)


def check_birth(birth: date, today: date, *, field: str = "birth_date") -> date:
    """`birth` itself; refused when still to come (`birth_future`) or too long ago (`birth_past`)."""
    if birth > today:
        raise DomainError("birth_future", N_("出生日期在今天之后，请核对。"), field=field)
    if age_on(birth, today) > OLDEST:
        raise DomainError("birth_past", N_("出生年份太早，请核对。"), field=field)
    return birth


_DATE_FORMS: Final = (
    re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:T?00:00(?::00)?)?"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)


def parse_date(text: str, *, field: str = "birth_date") -> date:
    """A day as people and spreadsheets write it: 1990-03-07, 1990/3/7, 1990年3月7日, 19900307.

    Raises DomainError `date_form` when it is no date at all, `date_unreal` when the calendar lacks it.
    """
    packed = re.sub(r"\s+", "", fold_width(text))
    for form in _DATE_FORMS:
        if found := form.fullmatch(packed):
            year, month, day = map(int, found.groups())
            return real_date(year, month, day, field=field)
    raise DomainError("date_form", N_("日期请写成 1990-03-07 这样。"), field=field)


# --------------------------------------------------------------------------- minors


def guardian_need(age: int, *, contact_to_18: bool = True) -> GuardianNeed:
    """What is needed at `age` on the activity's first day.

    Under 14 a guardian and a separate consent, from 14 to 17 the guardian's contact and
    declaration where the activity asks for it (`contact_to_18`).
    """
    if age < CHILD_UNTIL:
        return GuardianNeed.CONSENT
    if age < MINOR_UNTIL and contact_to_18:
        return GuardianNeed.CONTACT
    return GuardianNeed.NONE


def check_child(age: int, relation: Relation, *, has_consent: bool) -> None:
    """Refuse to put a child on a list without its guardian (`guardian_relation`, `guardian_consent_missing`).

    PIPL 31: under 14 the guardian agrees, which is whoever looks after the child, not the child or its spouse.
    """
    if age >= CHILD_UNTIL:
        return
    if relation not in {Relation.CHILD, Relation.OTHER}:
        raise DomainError("guardian_relation", N_("未满14岁，请由监护人来登记。"), field="relation")
    if not has_consent:
        raise DomainError("guardian_consent_missing", N_("未满14岁，请监护人勾选同意。"), field="guardian_consent")


def check_guardian(need: GuardianNeed, *, has_contact: bool, has_consent: bool) -> None:
    """Refuse a minor without what `need` asks for (`guardian_missing`, `guardian_consent_missing`).

    `has_contact`: the guardian's name and phone are given; `has_consent`: the guardian ticked the
    box (under 14 the separate consent, from 14 the declaration).
    """
    if need is GuardianNeed.NONE:
        return
    child = need is GuardianNeed.CONSENT
    if not has_contact:
        message = N_("未满14岁，请填监护人姓名和手机。") if child else N_("未满18岁，请填监护人姓名和手机。")
        raise DomainError("guardian_missing", message, field="guardian_name")
    if not has_consent:
        message = N_("未满14岁，请监护人勾选同意。") if child else N_("未满18岁，请监护人勾选声明。")
        raise DomainError("guardian_consent_missing", message, field="guardian_consent")


def check_age_limits(age: int, *, category: str, minimum: int | None, maximum: int | None) -> None:
    """Refuse an age outside a category's limits, both inclusive (`too_young`, `too_old`)."""
    if minimum is not None and age < minimum:
        raise DomainError(
            "too_young",
            N_("%(category)s要满%(minimum)d岁。"),
            field="category",
            category=category,
            minimum=minimum,
        )
    if maximum is not None and age > maximum:
        raise DomainError(
            "too_old",
            N_("%(category)s最大%(maximum)d岁。"),
            field="category",
            category=category,
            maximum=maximum,
        )
