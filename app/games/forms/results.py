"""What a referee types of one unit. Choices and rows follow from who is in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import FieldList, Form, FormField, HiddenField, RadioField, SelectField

from app.activities.forms.fields import LinesField, OfficeTimeField, Pairs, RuledForm, TrimmedField, choices
from app.core.errors import DomainError
from app.core.text import N_, fold_width
from app.games.constants import Irm, Victory
from app.games.rules.sheet_scores import split_scores
from app.web.texts import fill, lazy

VICTORIES = (
    (Victory.VPO, N_("得分胜")),
    (Victory.VPO1, N_("得分胜，负方有分")),
    (Victory.VSU, N_("技术优势")),
    (Victory.VSU1, N_("技术优势，负方有分")),
    (Victory.VFA, N_("双肩着地")),
    (Victory.VIN, N_("对方受伤")),
    (Victory.VCA, N_("对方三次警告")),
    (Victory.VFO, N_("对方弃权")),
    (Victory.DSQ, N_("对方取消资格")),
    (Victory.VIN2, N_("双方受伤")),
    (Victory.VFO2, N_("双方弃权")),
    (Victory.DSQ2, N_("双方取消资格")),
)
"""UWW's victories in the words of the mat."""
MARKS = (Irm.DNS, Irm.DNF, Irm.DSQ, Irm.OTL)
BOTH = "both"
_SET = re.compile(r"(\d{1,3})\s*[:\-—~]\s*(\d{1,3})")
_PART = re.compile(r"[\s,;、]+")


class ResultForm(RuledForm):
    """What every result has: the version that the page showed, and why a confirmed one is changed."""

    reason = TrimmedField(lazy(N_("更正原因")))

    def content(self) -> dict[str, Any]:
        """The content of the unit."""
        raise NotImplementedError

    def show(self, content: Mapping[str, Any]) -> None:
        """Fill in what is stored."""
        raise NotImplementedError


class BoutForm(ResultForm):
    """A wrestling bout."""

    points_a = TrimmedField(lazy(N_("红方技术分")))
    points_b = TrimmedField(lazy(N_("蓝方技术分")))
    winner = RadioField(lazy(N_("胜者")), coerce=str, validate_choice=False)
    victory = RadioField(lazy(N_("取胜方式")), coerce=str, validate_choice=False)

    def __init__(self, *args: Any, sides: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.winner.choices = choices([*sides, ("", lazy(N_("没有胜者")))])
        self.victory.choices = choices((word.value, lazy(text)) for word, text in VICTORIES)

    def content(self) -> dict[str, Any]:
        """The content of the unit."""
        return {
            "winner": self.winner.data or None,
            "victory": self.victory.data or None,
            "points_a": fold_width(self.points_a.data or ""),
            "points_b": fold_width(self.points_b.data or ""),
        }

    def show(self, content: Mapping[str, Any]) -> None:
        """Fill in what is stored."""
        self.winner.data = content.get("winner") or ("" if content else None)
        self.victory.data = content.get("victory")
        self.points_a.data, self.points_b.data = _text(content.get("points_a")), _text(content.get("points_b"))


class MatchForm(ResultForm):
    """A match with scores, and sets where the sport has them."""

    score_a = TrimmedField(lazy(N_("甲方得分")))
    score_b = TrimmedField(lazy(N_("乙方得分")))
    sets = TrimmedField(lazy(N_("各局比分")), description=lazy(N_("例如 11:9 8:11 11:7，没有局分不填")))
    gave = SelectField(lazy(N_("弃权")), coerce=str)

    def __init__(self, *args: Any, sides: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = [
            ("", lazy(N_("打完了"))),
            *((f"forfeit:{one}", fill(N_("%(name)s 弃权"), {"name": name})) for one, name in sides),
            ("forfeit:both", lazy(N_("双方弃权"))),
            *((f"default:{one}", fill(N_("%(name)s 中途退出"), {"name": name})) for one, name in sides),
        ]
        self.gave.choices = choices(given)

    def content(self) -> dict[str, Any]:
        """The content of the unit."""
        how, _, who = str(self.gave.data or "").partition(":")
        return {
            "score_a": fold_width(self.score_a.data or ""),
            "score_b": fold_width(self.score_b.data or ""),
            "sets": sets_of(self.sets.data or ""),
            **({how: who} if how else {}),
        }

    def show(self, content: Mapping[str, Any]) -> None:
        """Fill in what is stored."""
        self.score_a.data, self.score_b.data = _text(content.get("score_a")), _text(content.get("score_b"))
        self.sets.data = " ".join(f"{a}:{b}" for a, b in content.get("sets", ()))
        self.gave.data = next((f"{how}:{content[how]}" for how in ("forfeit", "default") if content.get(how)), "")


def sets_of(text: str) -> list[list[str]]:
    """`11:9 8-11` → pairs. Raises DomainError `set_wrong`."""
    folded = fold_width(text).replace("：", ":").strip()
    found = []
    for one in _PART.split(re.sub(r"\s*([:\-—~])\s*", r"\1", folded)):
        if not one:
            continue
        pair = _SET.fullmatch(one)
        if pair is None:
            raise DomainError("set_wrong", N_("每局写两个数，例如 11:9。"), field="sets")
        found.append([pair[1], pair[2]])
    return found


class _Row(Form):
    """One entry's line."""

    entry = HiddenField()
    irm = SelectField(lazy(N_("标记")), coerce=str, validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.irm.choices = choices([("", "–"), *((one.value, one.value) for one in MARKS)])


class TimeRow(_Row):
    """Times of one entry."""

    gun = TrimmedField(lazy(N_("枪声时间")))
    net = TrimmedField(lazy(N_("净时间")))


class ScoreRow(_Row):
    """Scores of one entry, taken on paper, and what the head judge adds."""

    scores = TrimmedField(lazy(N_("各裁判的分")))
    adjustment = TrimmedField(lazy(N_("加减分")))
    deduction = TrimmedField(lazy(N_("扣分")))


class PlaceRow(_Row):
    """The place of one entry."""

    place = TrimmedField(lazy(N_("名次")))
    mark = TrimmedField(lazy(N_("成绩")))


class RowsForm(ResultForm):
    """A result with one row an entry; `key` names it in the content."""

    key, by = "entries", "id"

    def content(self) -> dict[str, Any]:
        """The rows that say something."""
        rows = [self._read(one) for one in self.rows]
        return {self.key: [row for row in rows if any(value for key, value in row.items() if key != self.by)]}

    def show(self, content: Mapping[str, Any]) -> None:
        """Fill in what is stored."""
        held = {row[self.by]: row for row in content.get(self.key, ())}
        for one in self.rows:
            self._fill(one.form, held.get(one.form.entry.data, {}))

    def marks(self) -> dict[str, dict[str, str]]:
        """What the head judge adds, by entry."""
        return {
            one.form.entry.data: {
                name: fold_width(getattr(one.form, name).data or "") for name in ("adjustment", "deduction", "irm")
            }
            for one in self.rows
        }

    def use_rows(self, entries: Sequence[str]) -> None:
        """One row for each entry, in this order, where nothing was sent."""
        while self.rows.entries:
            self.rows.pop_entry()
        for one in entries:
            self.rows.append_entry({"entry": one})

    def refuse(self, error: DomainError) -> None:
        """A refusal about `score-ID` stands beside that row."""
        name, _, one = str(error.field or "").partition("-")
        for row in self.rows:
            if one and row.form.entry.data == one and hasattr(row.form, name):
                error.field = getattr(row.form, name).name
        super().refuse(error)

    def _read(self, row: Any) -> dict[str, Any]:
        found = {self.by: row.form.entry.data, "irm": row.form.irm.data or None}
        for name in self.names:
            found[name] = fold_width(getattr(row.form, name).data or "")
        return found

    def _fill(self, form: Any, held: Mapping[str, Any]) -> None:
        for name in ("irm", *self.names):
            getattr(form, name).data = _text(held.get(name))

    names: Sequence[str] = ()
    rows: Any


class HeatForm(RowsForm):
    """The times of a heat, row by row."""

    names = ("gun", "net")
    rows = FieldList(FormField(TimeRow), label=lazy(N_("成绩")))


class PlacesForm(RowsForm):
    """A list of places."""

    key, by = "places", "entry"
    names = ("place", "mark")
    rows = FieldList(FormField(PlaceRow), label=lazy(N_("名次")))


class PanelForm(RowsForm):
    """What the head judge writes; `scores` only where the judges have no sheets of their own."""

    names = ("scores", "adjustment", "deduction")
    rows = FieldList(FormField(ScoreRow), label=lazy(N_("评分")))

    def _read(self, row: Any) -> dict[str, Any]:
        found = super()._read(row)
        found["scores"] = split_scores(str(found["scores"]))
        return found

    def _fill(self, form: Any, held: Mapping[str, Any]) -> None:
        super()._fill(form, held)
        scores = held.get("scores") or []
        form.scores.data = " ".join(one or "–" for one in scores) if isinstance(scores, list) else ""


class SheetRow(Form):
    """One judge's score of one entry."""

    entry = HiddenField()
    score = TrimmedField(lazy(N_("分数")))


class SheetForm(RuledForm):
    """A judge's own sheet."""

    rows = FieldList(FormField(SheetRow), label=lazy(N_("评分")))

    def use_rows(self, entries: Sequence[str], scores: Mapping[str, str]) -> None:
        """One row for each entry with what this judge has given."""
        while self.rows.entries:
            self.rows.pop_entry()
        for one in entries:
            self.rows.append_entry({"entry": one, "score": scores.get(one, "")})

    def scores(self) -> dict[str, str]:
        """What was typed, by entry."""
        return {one.form.entry.data: one.form.score.data or "" for one in self.rows}

    def refuse(self, error: DomainError) -> None:
        """A refusal about `score-ID` stands beside that row."""
        one = str(error.field or "").removeprefix("score-")
        for row in self.rows:
            if row.form.entry.data == one:
                error.field = row.form.score.name
        super().refuse(error)


class TimesForm(ResultForm):
    """Lines or a file from the timing desk."""

    times = LinesField(
        lazy(N_("成绩单")), description=lazy(N_("一行一个：号码、时间；没有成绩写 DNS、DNF、DSQ 或 OTL"))
    )
    file = FileField(lazy(N_("CSV 文件")))


class CheckinTimesForm(ResultForm):
    """Times out of the check-ins of an activity."""

    started_at = OfficeTimeField(lazy(N_("发令时间")), optional=True)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
