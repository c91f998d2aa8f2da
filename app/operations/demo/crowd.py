"""A generated crowd: who they are, where they live, who comes with whom."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.people.constants import DocumentType, Sex
from app.people.rules.documents import valid_resident_id
from app.people.rules.intake import PersonInput

AREA = "370499"
"""Never allotted: no document made here can be anybody's."""
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
MALE = "伟强磊军勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆德福国庆建民志远宏亮东海永胜玉山林森少波启航"
FEMALE = "芳娜敏静丽艳娟霞秀英玲桂兰红梅春燕雪琴月娥玉珍淑华慧颖倩婷欣怡佳琪雅文诗涵思雨梦瑶晓彤"
RARE = ("𫖯", "㛃")
TOWN_WEIGHTS = {
    "370406001": 22,
    "370406101": 8,
    "370406102": 10,
    "370406103": 9,
    "370406104": 7,
    "370406105": 10,
    "370406106": 8,
    "370406107": 7,
    "370406108": 7,
    "370406109": 5,
}
"""Codes of the ten 镇街 of 370406 and how many come from each, in a hundred; the rest from elsewhere."""
AGES = ((9, 13, 3), (14, 17, 4), (18, 34, 16), (35, 44, 15), (45, 59, 28), (60, 69, 23), (70, 84, 11))
"""From, to, weight: a walk of this district is older than its people."""
STUDENTS = ((12, 14, 9), (15, 17, 11))
"""The same of those who are sent to the games of the city's schools."""


@dataclass(frozen=True, slots=True)
class Walker:
    """A person and how eager they are (chance to register for a station)."""

    person: PersonInput
    keen: float


def make_crowd(
    size: int,
    *,
    seed: int,
    towns: Mapping[str, uuid.UUID],
    others: Sequence[uuid.UUID],
    born_before: date,
    ages: Sequence[tuple[int, int, int]] = AGES,
) -> list[Walker]:
    """`size` different people, the same for the same seed. `towns` by code, `others`: districts and 区外."""
    rng = random.Random(f"crowd:{seed}")
    used: set[str] = set()
    return [_walker(rng, index, towns, others, born_before, used, ages) for index in range(size)]


def _walker(
    rng: random.Random,
    index: int,
    towns: Mapping[str, uuid.UUID],
    others: Sequence[uuid.UUID],
    day: date,
    used: set[str],
    ages: Sequence[tuple[int, int, int]],
) -> Walker:
    low, high, _ = rng.choices(ages, weights=[weight for *_, weight in ages])[0]
    birth = _birthday(rng, rng.randint(low, high), day)
    sex = Sex.FEMALE if rng.random() < 0.56 else Sex.MALE
    number = _number(rng, birth, sex, used)
    child = low < 18
    phone = f"+86199{index:08d}"
    parent = rng.choice(SURNAMES) + rng.choice(FEMALE)
    local = rng.random() < 0.93
    town = (
        towns[rng.choices(list(TOWN_WEIGHTS), weights=list(TOWN_WEIGHTS.values()))[0]] if local else rng.choice(others)
    )
    return Walker(
        person=PersonInput(
            name=_name(rng, sex, index),
            document_type=DocumentType.RESIDENT_ID,
            document_number=number,
            sex=sex.value,
            birth_date=birth,
            phone=None if child else phone,
            town_id=town,
            guardian_name=parent if child else None,
            guardian_phone=phone if child else None,
            guardian_relation="parent" if child else None,
        ),
        keen=min(0.98, max(0.3, rng.gauss(0.74, 0.16))),
    )


def _birthday(rng: random.Random, age: int, day: date) -> date:
    return date(day.year - age, 1, 1) - timedelta(days=rng.randint(1, 360))


def _number(rng: random.Random, birth: date, sex: Sex, used: set[str]) -> str:
    while True:  # 500 numbers a day and sex, ten thousands of days: soon a free one
        sequence = rng.randint(0, 499) * 2 + (1 if sex is Sex.MALE else 0)
        number = valid_resident_id(AREA, birth, sequence)
        if number not in used:
            used.add(number)
            return number


def _name(rng: random.Random, sex: Sex, index: int) -> str:
    letters = MALE if sex is Sex.MALE else FEMALE
    given = rng.choice(letters) + (rng.choice(letters) if rng.random() < 0.72 else "")
    if index % 2_500 == 7:
        given = rng.choice(RARE)
    return rng.choice(SURNAMES) + given
