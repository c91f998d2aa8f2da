"""Words that an office often sends: chosen, filled with the activity's facts, then edited. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.core.clock import local
from app.core.text import N_
from app.registrations.rules.words import About


@dataclass(frozen=True, slots=True)
class Template:
    """`label` is a msgid. `text` is Chinese, as every text message.

    `{…}` in it is a fact (FACTS), or a blank that the office fills in.
    """

    code: str
    label: str
    text: str


FACTS: Final = ("{时间}", "{地点}", "{电话}")
TEMPLATES: Final[Sequence[Template]] = (
    Template("rain", N_("下雨照常"), "有雨照常举行，{时间}，{地点}见。请带雨衣，路滑慢走。"),
    Template("later", N_("推迟开始"), "推迟到{几点}开始，地点不变：{地点}。报名还在。"),
    Template("bring", N_("带什么"), "{时间}，{地点}见。请带水、帽子和您的码，穿运动鞋。"),
    Template("parking", N_("停车和公交"), "请把车停在{停车的地方}，走到{地点}。建议坐公交。"),
    Template("pickup", N_("领物"), "请在{什么时候}到{在哪里}领物，带好您的码。"),
    Template("guardian", N_("请监护人陪同"), "未成年人请由监护人陪同，{时间}到{地点}签到。"),
    Template("thanks", N_("谢谢参加"), "谢谢参加。完赛证书可在“我的”里下载。有问题请打{电话}。"),
)
"""What the product brings along."""


def fill(text: str, about: About, phone: str) -> str:
    """`text` with the facts of the activity; blanks stay as they are."""
    starts = local(about.starts_at)
    facts = {
        "{时间}": f"{starts.month}月{starts.day}日 {starts.hour}:{starts:%M}",
        "{地点}": about.place,
        "{电话}": phone,
    }
    for name, value in facts.items():
        text = text.replace(name, value)
    return text


def template_of(code: str, templates: Sequence[Template] = TEMPLATES) -> Template | None:
    """The template of a code."""
    named: Mapping[str, Template] = {one.code: one for one in templates}
    return named.get(code)
