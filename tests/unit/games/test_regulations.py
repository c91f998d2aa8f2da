"""The 规程 says what the data say: every rule that an office can change has its sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.games.constants import AgeBasis, EventFormat, EventSex
from app.games.rules.regulations import EventFacts, Facts, chapters, numeral
from app.games.rules.settings import Standards

EVENT = EventFacts(
    name="男子自由式 65 kg",
    sex=EventSex.MEN,
    min_age=None,
    max_age=None,
    age_basis=AgeBasis.FIRST_DAY,
    weight_over=57_000,
    weight_up_to=65_000,
    team_min=1,
    team_max=1,
    entry_limit=2,
    needs_document=True,
    needs_school=False,
    format=EventFormat.WRESTLING,
    rules="uww-2026-01",
    settings={"style": "FS"},
    multiplier="1",
    counts_medals=True,
    counts_points=True,
)
FACTS = Facts(
    name="第十二届",
    when="2030年9月20日",
    place="体育馆",
    host="区教体局",
    window="",
    athlete_limit=None,
    standards=Standards("9-7-6-5-4-3-2-1"),
    delegations=("徐庄镇", "水泉镇"),
    disciplines=(("摔跤", (EVENT,)),),
    paragraphs=(),
)


def say(message, **params):
    return message % params if params else message


def text(facts):
    return "\n".join("\n".join((one.heading, *one.lines)) for one in chapters(facts, say))


def of(**changes):
    return replace(FACTS, disciplines=(("摔跤", (replace(EVENT, **changes),)),))


@pytest.mark.parametrize(("n", "words"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (47, "四十七")])
def test_chapters_are_counted_as_chinese_counts(n, words):
    assert numeral(n) == words


def test_a_chapter_that_nobody_filled_is_left_out_and_the_rest_counted_on():
    headings = [one.heading for one in chapters(replace(FACTS, host="", delegations=()), say)]
    assert headings[:2] == ["一、时间和地点", "二、竞赛项目"]


def test_the_office_s_own_paragraphs_come_last_line_by_line():
    last = chapters(replace(FACTS, paragraphs=(("附则", "第一行\n\n第二行"),)), say)[-1]
    assert last.heading.endswith("、附则")
    assert last.lines == ("第一行", "第二行")


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({}, ("男子自由式 65 kg", "男子 57—65 kg", "个人", "2", "计")),
        ({"weight_over": 40_999}, ("男子自由式 65 kg", "男子 41—65 kg", "个人", "2", "计")),
        ({"weight_over": None}, ("男子自由式 65 kg", "男子 65 kg 及以下", "个人", "2", "计")),
        ({"weight_up_to": None}, ("男子自由式 65 kg", "男子 57 kg 以上", "个人", "2", "计")),
        (
            {"min_age": 18, "max_age": 39, "weight_over": None, "weight_up_to": None},
            ("男子自由式 65 kg", "男子 18—39 岁", "个人", "2", "计"),
        ),
        (
            {"team_min": 8, "team_max": 12, "entry_limit": None, "multiplier": "4"},
            ("男子自由式 65 kg", "男子 57—65 kg", "8—12 人", "不限", "×4"),
        ),
        (
            {"counts_medals": False, "counts_points": False},
            ("男子自由式 65 kg", "男子 57—65 kg", "个人", "2", "不计"),
        ),
        ({"counts_points": False}, ("男子自由式 65 kg", "男子 57—65 kg", "个人", "2", "只计奖牌")),
    ],
)
def test_who_may_enter_and_what_it_counts_for(changes, row):
    table = next(table for one in chapters(of(**changes), say) for table in one.tables)
    assert table.rows[1] == row


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (replace(FACTS, window="8月1日 8:00—9月1日 18:00"), "报项时间：8月1日 8:00—9月1日 18:00。"),
        (replace(FACTS, athlete_limit=2), "每人限报 2 项。"),
        (of(min_age=18), "年龄按开幕当日周岁计算。"),
        (of(min_age=18, age_basis=AgeBasis.YEAR), "年龄按出生年份计算。"),
        (of(needs_school=True), "男子自由式 65 kg的运动员要有代表团所属学校的学籍。"),
        (FACTS, "摔跤：自由式，国际式摔跤 2026 版。"),
        (FACTS, "各小项录取前 8 名，依次得 9、7、6、5、4、3、2、1 分"),
        (replace(FACTS, standards=replace(FACTS.standards, minus_k=1)), "减 1 名录取。"),
        (
            replace(FACTS, standards=replace(FACTS.standards, minus_k=1, follow_minus_k=False)),
            "减名录取时奖牌不减。",
        ),
        (replace(FACTS, standards=replace(FACTS.standards, minimum_entries=3)), "少于 3 项报项的小项不设奖"),
        (replace(FACTS, standards=replace(FACTS.standards, minimum_delegations=4)), "少于 4 个代表团的小项不设奖"),
        (of(multiplier="2"), "摔跤 男子自由式 65 kg按 2 倍"),
        (
            of(
                format=EventFormat.JUDGED,
                rules="judged-levels",
                settings={"levels": [{"name": "一等奖", "share": "0.2"}, {"name": "优秀奖", "threshold": "0"}]},
            ),
            "一等奖 20%、优秀奖 其余",
        ),
    ],
)
def test_every_number_has_its_sentence(facts, sentence):
    assert sentence in text(facts)


def test_what_is_not_asked_is_not_said():
    plain = text(of(needs_document=False))
    for words in ("证件", "学籍", "年龄按", "限报", "减", "不设奖", "倍"):
        assert words not in plain, words
