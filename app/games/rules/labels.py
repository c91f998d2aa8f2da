"""What rule sets and their settings are called on pages and in the 规程."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.core.text import N_
from app.games.constants import Clock, Few

RULES: Final[Mapping[str, str]] = {
    "fiba-d": N_("篮球：胜 2 负 1 弃权 0，先比相互之间的成绩"),
    "football-3-1-0": N_("足球：胜 3 平 1 负 0"),
    "ittf-3.7.5": N_("乒乓球：胜 2 负 1，再比局和分的胜负比"),
    "badminton-group": N_("羽毛球：先比胜场，再比净胜局"),
    "fivb-2024": N_("排球：先比胜场，再比积分、局和分"),
    "air-volleyball": N_("气排球：胜 2 负 1 弃权 0，再比局和分"),
    "uww-2026-01": N_("国际式摔跤 2026 版"),
    "uww-2026-01-h2h": N_("国际式摔跤 2026 版，剩两人相同时看相互胜负"),
    "judged-panel": N_("打分：去掉最高最低取平均"),
    "taolu-traditional": N_("传统武术套路：打分，同分再比"),
    "taolu-quality-performance": N_("武术套路：动作质量和演练水平分开打分"),
    "judged-levels": N_("打分评等级，不排名次"),
    "timed-gun": N_("按发令时间"),
    "timed-net": N_("按净时间"),
    "hill-climb-team": N_("登山团体：按最后一名计时队员"),
    "medals-olympic": N_("金牌优先，依次比银牌、铜牌"),
    "zonghe-8": N_("录取前 8 名：9-7-6-5-4-3-2-1"),
    "zonghe-12": N_("录取前 12 名：13-11-10-9-8-7-6-5-4-3-2-1"),
}
STYLES: Final[Mapping[str, str]] = {
    "FS": N_("自由式"),
    "GR": N_("古典式"),
    "WW": N_("女子自由式"),
    "CN": N_("中国式"),
}
FEW: Final[Mapping[str, str]] = {
    Few.AWARD.value: N_("直接给奖"),
    Few.MERGE.value: N_("并到邻近的级别"),
    Few.CANCEL.value: N_("取消这个级别"),
}
CLOCKS: Final[Mapping[str, str]] = {Clock.GUN.value: N_("发令时间"), Clock.NET.value: N_("净时间")}
RESOLUTIONS: Final[Mapping[str, str]] = {
    "1": N_("1 秒"),
    "0.1": N_("0.1 秒"),
    "0.01": N_("0.01 秒"),
    "0.001": N_("0.001 秒"),
}
THIRD: Final[Mapping[str, str]] = {"match": N_("打一场决出第三名"), "shared": N_("两个并列第三名")}


def rules_label(name: str) -> str:
    """A rule set as a msgid; its own name where it has no other."""
    return RULES.get(name, name)
