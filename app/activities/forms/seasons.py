"""Series, seasons, copies of both kinds; 参加须知 and route."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectField

from app.activities.forms.fields import (
    LinesField,
    OfficeTimeField,
    Pairs,
    RuledForm,
    TrimmedField,
    WholeNumberField,
    choices,
    chosen,
    needed,
)
from app.activities.rules.drafts import Problem, check_code, check_terms, check_text, check_year
from app.core.ids import parse_uuid
from app.core.text import N_
from app.web.texts import lazy


class SeriesForm(RuledForm):
    """A recurring brand."""

    name = TrimmedField(lazy(N_("名称")), [needed()], description=lazy(N_("例如“相约星期六·悦跑新山亭”")))
    code = TrimmedField(lazy(N_("代号")), [needed()], description=lazy(N_("用在网址和表格里，例如 saturday-walk")))
    intro = LinesField(lazy(N_("介绍")))

    def problems(self) -> Iterable[Problem]:
        """The rules of texts and codes."""
        return [
            *check_text("name", self.name.data, 80, required=True),
            *check_code("code", self.code.data, 40),
            *check_text("intro", self.intro.data or "", 5_000, lines=True),
        ]


class SeasonForm(RuledForm):
    """One year of a series."""

    series_id = SelectField(lazy(N_("系列")), [chosen()], coerce=str)
    year = WholeNumberField(lazy(N_("年份")))
    name = TrimmedField(lazy(N_("名称")), [needed()], description=lazy(N_("例如“悦跑新山亭 2021”")))
    code = TrimmedField(lazy(N_("代号")), [needed()], description=lazy(N_("用在网址和表格里，例如 walk-2021")))
    keepsake = TrimmedField(lazy(N_("走完各站的纪念")), description=lazy(N_("例如“纪念奖牌”")))

    def __init__(self, *args: Any, series: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.series_id.choices = choices(series)

    @property
    def chosen_series(self) -> uuid.UUID:
        """The series, one of those offered."""
        return uuid.UUID(self.series_id.data)

    def problems(self) -> Iterable[Problem]:
        """The rules of texts, codes and years."""
        return [
            *check_text("name", self.name.data, 80, required=True),
            *check_code("code", self.code.data, 40),
            *check_year("year", self.year.data),
            *check_text("keepsake", self.keepsake.data or "", 80),
        ]


class StationRowForm(Form):
    """One station of a season that is copied."""

    source_id = HiddenField()
    take = BooleanField(lazy(N_("一起复制")), default=True)
    name = TrimmedField(lazy(N_("名称")))
    code = TrimmedField(lazy(N_("代号")))
    starts_at = OfficeTimeField(lazy(N_("活动开始")), optional=True)

    @property
    def source(self) -> uuid.UUID:
        """Which station; the nil id when the hidden input was tampered with."""
        return parse_uuid(self.source_id.data) or uuid.UUID(int=0)


class SeasonCopyForm(SeasonForm):
    """A season once more, with its stations."""

    stations = FieldList(FormField(StationRowForm), max_entries=200)

    def problems(self) -> Iterable[Problem]:
        """The rules of the season and of each new code."""
        found = [*super().problems()]
        for n, entry in enumerate(self.stations.entries):
            row = entry.form
            if row.take.data:
                found += check_text(f"stations-{n}-name", row.name.data, 80, required=True)
                found += check_code(f"stations-{n}-code", row.code.data, 40)
                if row.starts_at.data is None:
                    found.append(Problem(f"stations-{n}-starts_at", "required", N_("这里要填。")))
        return found


class CopyForm(RuledForm):
    """A station once more, on another day."""

    name = TrimmedField(lazy(N_("名称")), [needed()])
    code = TrimmedField(lazy(N_("代号")), [needed()], description=lazy(N_("新的一站要有新的代号")))
    season_id = SelectField(lazy(N_("赛季")), coerce=str)
    starts_at = OfficeTimeField(lazy(N_("活动开始")), description=lazy(N_("入场、结束、报名和各签到点的时间一起顺延")))

    def __init__(self, *args: Any, seasons: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.season_id.choices = choices(seasons)

    @property
    def chosen_season(self) -> uuid.UUID | None:
        """The season, or None for a station outside any."""
        return parse_uuid(self.season_id.data)

    def problems(self) -> Iterable[Problem]:
        """The rules of text and code."""
        return [
            *check_text("name", self.name.data, 80, required=True),
            *check_code("code", self.code.data, 40),
        ]


class TermsForm(RuledForm):
    """A new version of the 参加须知."""

    text = LinesField(
        lazy(N_("参加须知")),
        [needed()],
        description=lazy(N_("报名的人要同意；每次保存都是新的一版，旧版留存")),
    )

    def problems(self) -> Iterable[Problem]:
        """The rules of a text."""
        return check_terms(self.text.data or "")


class RouteForm(RuledForm):
    """A route as a GPX file."""

    gpx = FileField(
        lazy(N_("GPX 文件")),
        [FileRequired(lazy(N_("请选一个文件。")))],
        description=lazy(N_("手表或手机轨迹软件导出的路线，最大 5 MB")),
    )
