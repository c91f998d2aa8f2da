"""Texts as pages show them: messages, days, times, figures (look.md's typography in code)."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, gettext, lazy_gettext

from app.core.clock import local
from app.core.errors import DomainError

LANGUAGES = ("zh_Hans_CN", "en")
WEEKDAYS = "一二三四五六日"
ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def choose_language() -> str:
    """The cookie's choice; Chinese otherwise. The browser's header decides nothing here:
    most phones of the district are Chinese, and a shared link must look the same.
    """
    if has_request_context() and request.cookies.get("lang") == "en":
        return "en"
    return "zh_Hans_CN"


def prepare_texts(app: Flask) -> None:
    """Hang translations and filters."""
    Babel(app, locale_selector=choose_language, default_translation_directories="translations")
    app.jinja_env.filters.update(
        day=day, short_day=short_day, clock=clock, moment=moment, number=number, km=km, say=say, hexid=hexid
    )


def say(message: object) -> str:
    """A msgid, or a refusal with its params, in the reader's language."""
    if isinstance(message, DomainError):
        text: str = gettext(message.message)
        try:
            return text % {key: _shown(value) for key, value in message.params.items()} if message.params else text
        except (KeyError, ValueError, TypeError):
            return text
    return str(gettext(str(message))) if message else ""


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return short_day(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _Figure(value)
    return value


class _Figure(int):
    """A whole number in a sentence: `%(n)s` shows it with thousands commas, `%(year)d` without."""

    def __str__(self) -> str:
        return number(int(self))


def lazy(msgid: str) -> Any:
    """A msgid of constants (through `N_`) for labels of forms, translated when shown."""
    return lazy_gettext(msgid)


def _day_of(value: datetime | date) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def short_day(value: datetime | date) -> str:
    """9月18日, no spaces inside."""
    on = _day_of(value)
    return f"{on.day} {on:%b}" if choose_language() == "en" else f"{on.month}月{on.day}日"


def day(value: datetime | date) -> str:
    """9月18日 星期六."""
    on = _day_of(value)
    if choose_language() == "en":
        return f"{ENGLISH_DAYS[on.weekday()]}, {on.day} {on:%b} {on.year}"
    return f"{on.month}月{on.day}日 星期{WEEKDAYS[on.weekday()]}"


def clock(value: datetime) -> str:
    """8:30 in 24 hours; 早上 8 点半 in the elder mode."""
    at = local(value)
    if has_request_context() and request.cookies.get("mode") == "elder" and choose_language() != "en":
        return _spoken(at.hour, at.minute)
    return f"{at.hour}:{at:%M}"


def _spoken(hour: int, minute: int) -> str:
    part = "凌晨" if hour < 5 else "早上" if hour < 9 else "上午" if hour < 12 else "中午" if hour == 12 else ""
    part = part or ("下午" if hour < 18 else "晚上")
    shown = hour if hour <= 12 else hour - 12
    rest = "" if minute == 0 else "半" if minute == 30 else f" {minute} 分"
    return f"{part} {shown} 点{rest}"


def moment(value: datetime) -> str:
    """9月18日 8:30."""
    return f"{short_day(value)} {clock(value)}"


def number(value: float | None) -> str:
    """Thousands with commas: 12,500."""
    return "—" if value is None else f"{value:,}"


def km(metres: int | None) -> str:
    """8 km, 4.2 km."""
    return "" if metres is None else f"{metres / 1000:g} km"


def hexid(value: uuid.UUID | str) -> str:
    """An id as URLs carry it."""
    return str(value)


def office_name() -> str:
    """The office that runs this installation."""
    return str(current_app.config["OFFICE_NAME"])
