"""An event: who may enter, how it is decided, what it counts for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, RadioField, SelectField

from app.activities.forms.fields import (
    LinesField,
    RuledForm,
    TrimmedField,
    WholeNumberField,
    choices,
    choices_of,
    chosen,
    needed,
)
from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import AgeBasis, EventFormat, EventSex
from app.games.constants import EventForm as EntryForm
from app.games.forms.fields import KilogramField
from app.games.rules.labels import CLOCKS, FEW, RESOLUTIONS, STYLES, THIRD, rules_label
from app.games.rules.programme import EventDraft, rules_for
from app.games.rules.settings import drops_of, levels_of, levels_text, merged
from app.web.texts import lazy

OF_THE_RULES = ("", lazy(N_("按规则")))
"""No choice of the office's own: the number of the rule set."""
WITH_RULES = (EventFormat.WRESTLING, EventFormat.LEAGUE, EventFormat.JUDGED, EventFormat.TIMED)


def _offered(labels: Mapping[str, str]) -> list[Any]:
    return choices([OF_THE_RULES, *((value, lazy(label)) for value, label in labels.items())])


def _rules(label: str, kind: EventFormat) -> SelectField:
    return SelectField(
        lazy(label), coerce=str, choices=choices((name, lazy(rules_label(name))) for name in rules_for(kind))
    )


def _number(label: str, **more: Any) -> WholeNumberField:
    return WholeNumberField(lazy(label), optional=True, **more)


class EventFields(RuledForm):
    """What stands in the programme of an event. Inputs of another format are not read."""

    name = TrimmedField(lazy(N_("名称")), [needed()], description=lazy(N_("例如“男子自由式 57 kg”")))
    code = TrimmedField(lazy(N_("代号")), description=lazy(N_("不填就自动编")))
    sex = RadioField(lazy(N_("性别")), [chosen()], choices=choices_of(EventSex), default=EventSex.OPEN.value)
    form = RadioField(lazy(N_("形式")), [chosen()], choices=choices_of(EntryForm), default=EntryForm.INDIVIDUAL.value)
    team_min = _number(N_("每队最少几人"))
    team_max = _number(N_("每队最多几人"))
    age_basis = RadioField(
        lazy(N_("年龄怎么算")), [chosen()], choices=choices_of(AgeBasis), default=AgeBasis.FIRST_DAY.value
    )
    min_age = _number(N_("最小年龄"))
    max_age = _number(N_("最大年龄"))
    weight_over = KilogramField(lazy(N_("体重大于（kg）")))
    weight_up_to = KilogramField(lazy(N_("体重不超过（kg）")))
    entry_limit = _number(N_("每个代表团限报几项"), description=lazy(N_("不填就是不限")))
    needs_document = BooleanField(lazy(N_("报项时要填证件号")), default=True)
    needs_school = BooleanField(lazy(N_("要有代表团所属学校的学籍")))
    format = RadioField(lazy(N_("赛制")), [chosen()], choices=choices_of(EventFormat), default=EventFormat.PLACES.value)
    multiplier = TrimmedField(
        lazy(N_("奖牌和得分按几倍算")), default="1", description=lazy(N_("例如大球 4 倍填 4，折半填 1/2"))
    )
    counts_medals = BooleanField(lazy(N_("计入奖牌榜")), default=True)
    counts_points = BooleanField(lazy(N_("计入团体总分")), default=True)
    note = LinesField(lazy(N_("备注")))


class EventForm(EventFields):
    """The same with the rule set of its format and what the event changes in it."""

    rules_wrestling = _rules(N_("摔跤规则"), EventFormat.WRESTLING)
    style = SelectField(lazy(N_("跤种")), coerce=str, choices=_offered(STYLES))
    few = SelectField(lazy(N_("人数不足时")), coerce=str, choices=_offered(FEW))
    few_up_to = _number(N_("几人以下算不足"), description=lazy(N_("例如 2 就是 1 人和 2 人都算")))
    rules_league = _rules(N_("循环赛规则"), EventFormat.LEAGUE)
    win = _number(N_("胜一场得几分"))
    draw = _number(N_("平一场得几分"))
    loss = _number(N_("负一场得几分"))
    forfeit_score = _number(N_("弃权按几比 0 算"))
    legs = _number(N_("每两队打几场"))
    third = SelectField(lazy(N_("第三名")), coerce=str, choices=_offered(THIRD))
    groups = _number(N_("先分几个小组"), description=lazy(N_("不填就直接淘汰")))
    advance = _number(N_("每组出线几名"))
    rules_judged = _rules(N_("打分规则"), EventFormat.JUDGED)
    judges = _number(N_("几名裁判"), description=lazy(N_("填了就要到齐才能出成绩")))
    drop_low = _number(N_("去掉几个最低分"))
    drop_high = _number(N_("去掉几个最高分"))
    most = _number(N_("满分"))
    decimals = _number(N_("保留几位小数"))
    levels = LinesField(
        lazy(N_("评哪几个等级")),
        description=lazy(N_("每行一个，例如“一等奖 2 名”“三等奖 8.50 分”“优秀奖 其余”，也可写百分比")),
    )
    rules_timed = _rules(N_("计时规则"), EventFormat.TIMED)
    rank_by = SelectField(lazy(N_("按哪个时间排")), coerce=str, choices=_offered(CLOCKS))
    resolution = SelectField(lazy(N_("成绩进位到")), coerce=str, choices=_offered(RESOLUTIONS))
    cutoff = TrimmedField(lazy(N_("关门时间")), description=lazy(N_("例如 3:30:00，超过不排名")))
    counted = _number(N_("每队计几人的时间"))
    ties_by_printed = BooleanField(lazy(N_("进位后相同就并列")))

    def __init__(self, *args: Any, stored: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored = stored or {}

    @property
    def kind(self) -> EventFormat:
        """How it is decided."""
        return EventFormat(self.format.data)

    def draft(self) -> EventDraft:
        """What was typed. Raises DomainError for levels that cannot be read."""
        form = EntryForm(self.form.data)
        least, most = {EntryForm.INDIVIDUAL: (1, 1), EntryForm.PAIR: (2, 2)}.get(
            form, (self.team_min.data or 0, self.team_max.data or self.team_min.data or 0)
        )
        return EventDraft(
            code=self.code.data,
            name=self.name.data,
            format=self.kind,
            sex=EventSex(self.sex.data),
            form=form,
            age_basis=AgeBasis(self.age_basis.data),
            min_age=self.min_age.data,
            max_age=self.max_age.data,
            weight_over=self.weight_over.data,
            weight_up_to=self.weight_up_to.data,
            team_min=least,
            team_max=most,
            entry_limit=self.entry_limit.data,
            needs_document=bool(self.needs_document.data),
            needs_school=bool(self.needs_school.data),
            rules=self._chosen_rules(),
            settings=merged(self.kind, self._stored, self._typed()),
            multiplier=self.multiplier.data or "1",
            counts_medals=bool(self.counts_medals.data),
            counts_points=bool(self.counts_points.data),
            note=self.note.data or "",
        )

    def _chosen_rules(self) -> str | None:
        if self.kind is EventFormat.KNOCKOUT:
            return self.rules_league.data if self.groups.data else None
        return self[f"rules_{self.kind.value}"].data if self.kind in WITH_RULES else None

    def _typed(self) -> dict[str, Any]:
        """The settings of every format; an empty input leaves the number to the rule set."""
        plain = ("few_up_to", "win", "draw", "loss", "forfeit_score", "legs", "groups", "advance", "judges", "most")
        words = ("style", "few", "third", "rank_by", "resolution", "cutoff")
        typed: dict[str, Any] = {name: self[name].data for name in (*plain, "decimals", "counted")}
        typed |= {name: self[name].data or None for name in words}
        levels = self.levels.data or ""
        return typed | {
            "drops": drops_of(self.drop_low.data, self.drop_high.data) or self._many_drops(),
            "levels": levels_of(levels) if levels and self.kind is EventFormat.JUDGED else None,
            "ties_by_printed": True if self.ties_by_printed.data else None,
        }

    def _many_drops(self) -> Any:
        """Drops that go by the number of judges: more than the two inputs can show, so they are kept."""
        drops = self._stored.get("drops") or []
        return drops if len(drops) > 1 else None

    def refuse(self, error: DomainError) -> None:
        """Beside the input of the format that is chosen."""
        if error.field == "rules":
            family = EventFormat.LEAGUE if self.kind is EventFormat.KNOCKOUT else self.kind
            error.field = f"rules_{family.value}"
        elif error.field == "drops":
            error.field = "drop_low"
        super().refuse(error)


def settings_data(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Stored settings as the inputs of the form show them."""
    shown = {key: value for key, value in settings.items() if key not in {"drops", "levels"}}
    drops = settings.get("drops") or []
    if len(drops) == 1:
        shown |= {"drop_low": drops[0].get("low"), "drop_high": drops[0].get("high")}
    return shown | {"levels": levels_text(settings.get("levels") or [])}
