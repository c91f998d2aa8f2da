"""Texts as pages show them: messages, days, times, figures (look.md's typography in code)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, cast

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel, get_translations, gettext, lazy_gettext
from jinja2 import pass_context
from jinja2.runtime import Context

from app.core.clock import local
from app.core.errors import DomainError
from app.settings.constants import Key
from app.settings.queries import setting

LANGUAGES = ("zh_Hans_CN", "en")
TAGS = {"zh_Hans_CN": "zh-CN", "en": "en"}
"""How HTML and HTTP name a language (BCP 47)."""
WEEKDAYS = "一二三四五六日"
ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ASKED = {"zh": "zh_Hans_CN", "en": "en"}
"""How an address asks: `?lang=en`."""
MARKED = 20_000
"""Texts kept in one language at most: the product has a tenth of it, and names that pass through `_` end somewhere."""
TEXTS = frozenset({"text/html", "text/plain", "application/problem+json"})


def choose_language() -> str:
    """What the address asks for (the scanner keeps a page of each), else the reader's cookie; Chinese otherwise.

    The header of a browser decides nothing: most readers never chose its language, and a link that
    is shared must look the same. A program has no cookie and sends the header on purpose.
    """
    if not has_request_context():
        return LANGUAGES[0]
    chosen = ASKED.get(request.args.get("lang", "")) or request.cookies.get("lang")
    if chosen in LANGUAGES:
        return chosen
    if _from_program() and request.accept_languages.best_match(("zh", "en"), default="zh") == "en":
        return "en"
    return LANGUAGES[0]


def _from_program() -> bool:
    """Whether the API is called by something other than a page: browsers name where a call comes from."""
    return request.path.startswith("/api/") and "Sec-Fetch-Site" not in request.headers


def language_tag() -> str:
    """The present language as `lang` and Content-Language name it."""
    return TAGS[choose_language()]


def prepare_texts(app: Flask) -> None:
    """Hang translations and filters, and say of each text in which language it is."""
    Babel(app, locale_selector=choose_language, default_translation_directories="translations")
    app.jinja_env.install_gettext_callables(_word, _words, newstyle=True)  # type: ignore[attr-defined]
    in_page = _in_page(cast("Callable[..., str]", app.jinja_env.globals["gettext"]))
    app.jinja_env.globals.update(gettext=in_page, _=in_page)
    app.jinja_env.filters.update(
        day=day,
        day_time=day_time,
        short_day=short_day,
        full_day=full_day,
        month=month,
        weekday=short_weekday,
        clock=clock,
        moment=moment,
        number=number,
        share=share,
        width=width,
        km=km,
        say=say,
        heading=heading,
        hexid=hexid,
    )
    app.after_request(_name_language)


def _catalogue() -> Any:
    """The present language's words, looked for once a request: a page asks for a hundred of them."""
    if "xiangyue_catalogue" not in g:
        g.xiangyue_catalogue = get_translations()
    return g.xiangyue_catalogue


def _in_page(with_values: Callable[..., str]) -> Callable[..., str]:
    """`_()` of templates. A text without places is looked for and marked safe once a process and language:
    a page asks for a hundred of them, and each cost what ten figures of a table do.
    """

    @pass_context
    def gettext_in_page(context: Context, msgid: str, /, **values: object) -> str:
        if values or not context.eval_ctx.autoescape:
            return with_values(context, msgid, **values)
        known: dict[str, str] = _catalogue().__dict__.setdefault("xiangyue_marked", {})
        found = known.get(msgid)
        if found is None:
            found = with_values(context, msgid)
            if len(known) < MARKED:
                known[str(msgid)] = found
        return found

    return gettext_in_page


def _word(msgid: str) -> str:
    return str(_catalogue().ugettext(msgid))


def _words(one: str, many: str, n: int) -> str:
    return str(_catalogue().ungettext(one, many, n))


def _name_language(response: Response) -> Response:
    """Caches must not hand the page of one language, or of 长辈版, to readers of the other."""
    if response.mimetype in TEXTS:
        response.headers.setdefault("Content-Language", language_tag())
        response.vary.add("Cookie")
        if request.path.startswith("/api/"):
            response.vary.update(("Accept-Language", "Sec-Fetch-Site"))
    return response


def say(message: object) -> str:
    """A msgid, or a refusal with its params, in the reader's language."""
    if isinstance(message, DomainError):
        return fill(message.message, message.params)
    return str(gettext(str(message))) if message else ""


def fill(message: str, params: Mapping[str, object]) -> str:
    """A msgid in the reader's language with its places filled: times, days and figures as pages show them."""
    text: str = gettext(message)
    try:
        return text % {key: _shown(value) for key, value in params.items()} if params else text
    except (KeyError, ValueError, TypeError):
        return text


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


def _english(on: date) -> str:
    return f"{on.day} {ENGLISH_MONTHS[on.month - 1]}"


def short_day(value: datetime | date) -> str:
    """9月18日, no spaces inside; 18 Sep."""
    on = _day_of(value)
    return _english(on) if choose_language() == "en" else f"{on.month}月{on.day}日"


def day(value: datetime | date) -> str:
    """9月18日 星期六; Sat 18 Sep."""
    on = _day_of(value)
    if choose_language() == "en":
        return f"{ENGLISH_DAYS[on.weekday()]} {_english(on)}"
    return f"{on.month}月{on.day}日 星期{WEEKDAYS[on.weekday()]}"


def full_day(value: datetime | date) -> str:
    """2021年9月18日: the day with its year, for lists that go back; 18 Sep 2021."""
    on = _day_of(value)
    return f"{_english(on)} {on.year}" if choose_language() == "en" else f"{on.year}年{on.month}月{on.day}日"


def month(value: datetime | date) -> str:
    """9月; Sep."""
    on = _day_of(value)
    return ENGLISH_MONTHS[on.month - 1] if choose_language() == "en" else f"{on.month}月"


def short_weekday(value: datetime | date) -> str:
    """周六; Sat."""
    on = _day_of(value)
    return ENGLISH_DAYS[on.weekday()] if choose_language() == "en" else f"周{WEEKDAYS[on.weekday()]}"


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
    """9月18日 8:30; 18 Sep, 8:30."""
    return f"{short_day(value)}{',' if choose_language() == 'en' else ''} {clock(value)}"


def day_time(value: datetime) -> str:
    """9月18日 星期六 8:30; Sat 18 Sep, 8:30."""
    return f"{day(value)}{',' if choose_language() == 'en' else ''} {clock(value)}"


def heading(text: str) -> str:
    """A sentence as a title or badge: without its full stop."""
    return text.rstrip("。.")


def number(value: float | None) -> str:
    """Thousands with commas: 12,500."""
    return "—" if value is None else f"{value:,}"


def share(part: int, whole: int) -> str:
    """How much of `whole` it is: 66.7%; of nothing: —."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def width(part: float, whole: float) -> float:
    """The same for a bar on its track, in percent: never less than nothing, never more than all."""
    return round(min(max(100 * part / whole, 0.0), 100.0), 1) if whole else 0.0


def km(metres: int | None) -> str:
    """8 km, 4.2 km."""
    return "" if metres is None else f"{metres / 1000:g} km"


def hexid(value: uuid.UUID | str) -> str:
    """An id as URLs carry it."""
    return str(value)


def office_name() -> str:
    """The office that runs this installation: as it was set by page, else in the environment."""
    return str(setting(Key.OFFICE_NAME) or current_app.config["OFFICE_NAME"])


def seal_line() -> str:
    """Who signs what is printed: certificates, records."""
    return str(setting(Key.SEAL_LINE) or office_name())


def map_key() -> str:
    """The office's key for the tiles of 天地图, or nothing: then a map stands on plain ground."""
    return str(setting(Key.MAP_KEY) or "")


def office_phone() -> str:
    """Whom citizens ring up; the same."""
    return str(setting(Key.OFFICE_PHONE) or current_app.config["OFFICE_PHONE"])
