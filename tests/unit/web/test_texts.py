"""Days, times and figures as Chinese typography sets them, and in English."""

from __future__ import annotations

from datetime import date

import pytest
from flask import render_template_string

from app.core.clock import office_time
from app.core.errors import DomainError
from app.web import texts

AT = office_time(2021, 9, 18, 8, 30)


@pytest.fixture
def reader(app):
    """Ask as a reader with these cookies."""

    def ask(question, *, mode: str = "", lang: str = ""):
        cookies = f"mode={mode}; lang={lang}"
        with app.test_request_context(headers={"Cookie": cookies}):
            return question()

    return ask


@pytest.mark.parametrize(
    ("question", "chinese", "english"),
    [
        (lambda: texts.day(AT), "9月18日 星期六", "Sat 18 Sep"),
        (lambda: texts.day(date(2021, 9, 19)), "9月19日 星期日", "Sun 19 Sep"),
        (lambda: texts.short_day(AT), "9月18日", "18 Sep"),
        (lambda: texts.clock(AT), "8:30", "8:30"),
        (lambda: texts.moment(AT), "9月18日 8:30", "18 Sep, 8:30"),
        (lambda: texts.clock(office_time(2021, 9, 18, 0, 5)), "0:05", "0:05"),
        (lambda: texts.number(12_500), "12,500", "12,500"),
        (lambda: texts.number(None), "—", "—"),
        (lambda: texts.number(0), "0", "0"),
        (lambda: texts.share(2, 3), "66.7%", "66.7%"),
        (lambda: texts.share(0, 0), "—", "—"),
        (lambda: texts.width(1, 3), 33.3, 33.3),
        (lambda: texts.width(5, 3), 100.0, 100.0),
        (lambda: texts.width(-1, 3), 0.0, 0.0),
        (lambda: texts.width(1, 0), 0.0, 0.0),
        (lambda: texts.km(8_000), "8 km", "8 km"),
        (lambda: texts.km(4_250), "4.25 km", "4.25 km"),
        (lambda: texts.km(None), "", ""),
    ],
)
def test_what_is_shown(reader, question, chinese, english):
    assert reader(question) == chinese
    assert reader(question, lang="en") == english


@pytest.mark.parametrize(
    ("template", "chinese", "english"),
    [
        ("{{ _('到场') }}", "到场", "Attended"),
        ("{{ _('%(age)s 岁以上', age='70') }}", "70 岁以上", "70 and over"),
        ("{{ _('%(age)s 岁以上', age='<b>') }}", "&lt;b&gt; 岁以上", "&lt;b&gt; and over"),
        ("{{ _('没有这句 100%% <b>') }}", "没有这句 100% <b>", "没有这句 100% <b>"),
    ],
)
def test_a_text_of_a_page_is_the_same_the_first_time_and_the_second(app, template, chinese, english):
    for lang, expected in (("zh_Hans_CN", chinese), ("en", english)) * 2:
        with app.test_request_context(headers={"Cookie": f"lang={lang}"}):
            assert render_template_string(template) == expected


def test_a_text_without_escaping_stays_plain(app):
    with app.test_request_context():
        page = app.jinja_env.from_string("{% autoescape false %}{{ _('没有这句 <i>') is escaped }}{% endautoescape %}")
        assert page.render() == "False"
        assert app.jinja_env.from_string("{{ _('没有这句 <i>') is escaped }}").render() == "True"


def test_texts_that_pass_through_are_not_kept_without_end(app, monkeypatch):
    monkeypatch.setattr(texts, "MARKED", 0)
    with app.test_request_context():
        assert [render_template_string("{{ _(name) }}", name=f"名字{n % 2}") for n in range(4)] == [
            "名字0",
            "名字1",
            "名字0",
            "名字1",
        ]


def test_the_day_is_the_office_s(reader):
    assert reader(lambda: texts.day(office_time(2021, 9, 18, 0, 0))) == "9月18日 星期六"
    assert reader(lambda: texts.day(office_time(2021, 9, 18, 23, 59))) == "9月18日 星期六"


@pytest.mark.parametrize(
    ("hour", "minute", "spoken"),
    [
        (0, 0, "凌晨 0 点"),
        (4, 59, "凌晨 4 点 59 分"),
        (5, 0, "早上 5 点"),
        (8, 0, "早上 8 点"),
        (8, 30, "早上 8 点半"),
        (9, 0, "上午 9 点"),
        (12, 0, "中午 12 点"),
        (13, 0, "下午 1 点"),
        (17, 45, "下午 5 点 45 分"),
        (18, 0, "晚上 6 点"),
        (23, 59, "晚上 11 点 59 分"),
    ],
)
def test_elders_read_times_in_words(reader, hour, minute, spoken):
    at = office_time(2021, 9, 18, hour, minute)
    assert reader(lambda: texts.clock(at), mode="elder") == spoken
    assert reader(lambda: texts.clock(at), mode="elder", lang="en") == f"{hour}:{minute:02}"


@pytest.mark.parametrize(
    ("message", "params", "said"),
    [
        ("余 %(n)s", {"n": 12_500}, "余 12,500"),
        ("%(year)d年2月没有29日。", {"year": 2021}, "2021年2月没有29日。"),
        ("%(n)d 秒", {"n": 30}, "30 秒"),
        ("%(on)s开始", {"on": date(2021, 9, 18)}, "9月18日开始"),
        ("%(at)s开始", {"at": AT}, "9月18日 8:30开始"),
        ("%(yes)s", {"yes": True}, "True"),
        ("%(name)s已满", {"name": "体验组"}, "体验组已满"),
        ("%(gone)s", {"name": "体验组"}, "%(gone)s"),
        ("100%", {}, "100%"),
    ],
)
def test_a_refusal_is_filled(reader, message, params, said):
    assert reader(lambda: texts.say(DomainError("code", message, **params))) == said


def test_plain_messages(reader):
    assert reader(lambda: texts.say("请先登录。")) == "请先登录。"
    assert reader(lambda: texts.say("")) == reader(lambda: texts.say(None)) == ""
