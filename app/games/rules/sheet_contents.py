"""What a unit's result may say, by its kind: read strictly, given back in one form, so that equal is equal.

Shapes (ids are entries): a bout `{"winner", "victory", "points_a", "points_b"}`; a match `{"score_a", "score_b",
"sets", "forfeit", "default"}`; a heat `{"entries": [{"id", "gun", "net", "irm", "incomplete_route", "members"}]}`;
performances `{"entries": [{"id", "scores", "adjustment", "deduction", "irm"}]}`; places `{"places": [{"entry",
"place", "irm", "mark"}]}`. What is not said is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import NO_WINNER, Irm, UnitKind, Victory
from app.games.rules.timed import seconds_of

Content = dict[str, Any]
MOST_POINTS: Final = 999
MOST_SETS: Final = 9
_NUMBER: Final = re.compile(r"\d{1,3}(\.\d{1,4})?")
_SIGNED: Final = re.compile(r"[+-]?\d{1,3}(\.\d{1,4})?")
GIVEN_AWAY: Final = frozenset(
    {Victory.VFO, Victory.VIN, Victory.DSQ, Victory.VCA, Victory.VFO2, Victory.VIN2, Victory.DSQ2}
)
"""Victories over somebody who could not or might not go on."""


@dataclass(frozen=True)
class Field:
    """Who is in a unit: the two sides, or everybody of a heat, with the names of the start list."""

    sides: tuple[str, ...]
    names: Mapping[str, str]

    def name(self, one: str) -> str:
        """What refusals call an entry."""
        return self.names.get(one, one)


def content_of(kind: UnitKind, raw: Mapping[str, Any], field: Field) -> Content:
    """The content in its one form. Raises DomainErrors that name the field or the row."""
    readers: Mapping[UnitKind, Callable[[Mapping[str, Any], Field], Content]] = {
        UnitKind.BOUT: _bout,
        UnitKind.MATCH: _match,
        UnitKind.HEAT: _heat,
        UnitKind.PERFORMANCES: _performances,
        UnitKind.PLACES: _places,
    }
    return readers[kind](raw, field)


def is_empty(content: Mapping[str, Any]) -> bool:
    """Whether it says nothing at all."""
    return not any(_said(row) for row in rows_of(content)) if rows_of(content) else not _filled(content)


def rows_of(content: Mapping[str, Any]) -> list[Content]:
    """The rows of a heat, of performances or of places."""
    return list(content.get("entries") or content.get("places") or [])


def _said(row: Mapping[str, Any]) -> bool:
    return any(value not in (None, "", [], {}, False) for key, value in row.items() if key not in {"id", "entry"})


def _filled(content: Mapping[str, Any]) -> bool:
    return any(value not in (None, "", [], {}) for key, value in content.items() if key not in {"entries", "places"})


# --------------------------------------------------------------------------- two sides


def _bout(raw: Mapping[str, Any], field: Field) -> Content:
    victory = _word(raw.get("victory"), Victory, "victory")
    winner = _side(raw.get("winner"), field, "winner")
    if victory in NO_WINNER and winner is not None:
        raise DomainError("winner_missing", N_("双方都输的场次没有胜者。"), field="winner")
    points = {key: _whole(raw.get(key), key) for key in ("points_a", "points_b")}
    return _kept({"winner": winner, "victory": victory.value if victory else None, **points})


def _match(raw: Mapping[str, Any], field: Field) -> Content:
    sets = [_set(one) for one in raw.get("sets") or ()]
    if len(sets) > MOST_SETS:
        raise DomainError("too_many_sets", N_("最多 %(most)s 局。"), field="sets", most=MOST_SETS)
    forfeit = raw.get("forfeit") or None
    if forfeit != "both":
        forfeit = _side(forfeit, field, "forfeit")
    default = _side(raw.get("default"), field, "default")
    if forfeit and default:
        raise DomainError("forfeit_or_default", N_("弃权和中途退出只能选一样。"), field="default")
    scores = {key: _whole(raw.get(key), key) for key in ("score_a", "score_b")}
    won = (sum(a > b for a, b in sets), sum(b > a for a, b in sets))
    if sets and not forfeit and not default:
        _check_sets(sets, won, scores)
        scores = {"score_a": won[0], "score_b": won[1]}
    return _kept({**scores, "sets": [list(one) for one in sets], "forfeit": forfeit, "default": default})


def _check_sets(sets: Sequence[tuple[int, int]], won: tuple[int, int], scores: Mapping[str, int | None]) -> None:
    for n, (a, b) in enumerate(sets, 1):
        if a == b:
            raise DomainError("set_level", N_("第 %(n)s 局比分相同。"), field="sets", n=n)
    if scores["score_a"] is not None and (scores["score_a"], scores["score_b"]) != won:
        raise DomainError(
            "sets_contradict", N_("各局算下来是 %(a)s:%(b)s，与总比分不同。"), field="sets", a=won[0], b=won[1]
        )


def _set(raw: Any) -> tuple[int, int]:
    pair = list(raw) if isinstance(raw, list | tuple) else []
    found = [_whole(one, "sets") for one in pair]
    if len(found) != 2 or found[0] is None or found[1] is None:
        raise DomainError("set_wrong", N_("每局写两个数，例如 11:9。"), field="sets")
    return found[0], found[1]


# --------------------------------------------------------------------------- many


def _heat(raw: Mapping[str, Any], field: Field) -> Content:
    return {"entries": [_timed(row, field) for row in _rows(raw, "entries", "id", field)]}


def _timed(row: Mapping[str, Any], field: Field) -> Content:
    name = field.name(str(row.get("id")))
    times = {key: _time(row.get(key), key, name) for key in ("gun", "net")}
    irm = _word(row.get("irm"), Irm, "irm", name)
    if irm in {Irm.DNS, Irm.WDR} and any(times.values()):
        raise DomainError("time_of_absent", N_("%(name)s 没有出发，却有时间。"), name=name)
    if times["gun"] and times["net"] and (seconds_of(times["net"]) or 0) > (seconds_of(times["gun"]) or 0):
        raise DomainError("net_beyond_gun", N_("%(name)s 的净计时比枪声计时长。"), name=name)
    members = [_timed({**one, "id": row["id"]}, field) for one in row.get("members") or ()]
    return _kept(
        {
            "id": row["id"],
            **times,
            "irm": irm.value if irm else None,
            "incomplete_route": bool(row.get("incomplete_route")) or None,
            "members": [{key: value for key, value in one.items() if key != "id"} for one in members],
        }
    )


def _performances(raw: Mapping[str, Any], field: Field) -> Content:
    return {"entries": [_performance(row, field) for row in _rows(raw, "entries", "id", field)]}


def _performance(row: Mapping[str, Any], field: Field) -> Content:
    name = field.name(str(row.get("id")))
    scores = row.get("scores") or []
    if isinstance(scores, Mapping):
        scores = {panel: [_score(one, name) for one in some] for panel, some in scores.items() if some}
    else:
        scores = [_score(one, name) for one in scores]
    irm = _word(row.get("irm"), Irm, "irm", name)
    return _kept(
        {
            "id": row["id"],
            "scores": scores,
            "adjustment": _decimal(row.get("adjustment"), _SIGNED, name),
            "deduction": _decimal(row.get("deduction"), _NUMBER, name),
            "irm": irm.value if irm else None,
        }
    )


def _places(raw: Mapping[str, Any], field: Field) -> Content:
    rows = [_place(row, field) for row in _rows(raw, "places", "entry", field)]
    check_places([(row["place"], field.name(row["entry"])) for row in rows if "place" in row])
    return {"places": rows}


def _place(row: Mapping[str, Any], field: Field) -> Content:
    name = field.name(str(row.get("entry")))
    place, irm = _whole(row.get("place"), "place", name), _word(row.get("irm"), Irm, "irm", name)
    if place == 0:
        raise DomainError("place_wrong", N_("%(name)s 的名次从 1 起。"), name=name)
    if place is not None and irm is not None:
        raise DomainError("place_and_irm", N_("%(name)s 既有名次又有 %(irm)s。"), name=name, irm=irm.value)
    mark = str(row.get("mark") or "").strip()
    if len(mark) > 60:
        raise DomainError("text_long", N_("%(name)s 的成绩最多 60 个字。"), name=name)
    return _kept({"entry": row["entry"], "place": place, "irm": irm.value if irm else None, "mark": mark or None})


def check_places(places: Iterable[tuple[int, str]]) -> None:
    """Places 1, 2, 2, 4: refuse what skips or contradicts, with the names.

    Raises DomainError `places_contradict`, `places_skip`.
    """
    ordered = sorted(places)
    for n, (place, name) in enumerate(ordered):
        ahead = sum(1 for other, _ in ordered if other < place)
        if place <= ahead:
            raise DomainError(
                "places_contradict",
                N_("%(name)s 第 %(place)s 名，前面却已有 %(ahead)s 个。"),
                name=name,
                place=place,
                ahead=ahead,
            )
        if place > ahead + 1:
            before = ordered[n - 1][0] if n else 0
            raise DomainError(
                "places_skip",
                N_("%(name)s 第 %(place)s 名，前面只有 %(ahead)s 个，名次跳了。"),
                name=name,
                place=place,
                ahead=ahead,
                before=before,
            )


# --------------------------------------------------------------------------- values


def _rows(raw: Mapping[str, Any], key: str, by: str, field: Field) -> list[Mapping[str, Any]]:
    rows = [row for row in raw.get(key) or () if isinstance(row, Mapping)]
    seen: set[str] = set()
    for row in rows:
        one = row.get(by)
        if one not in field.sides:
            raise DomainError("entry_unknown", N_("%(name)s 不在这一场的名单上。"), name=field.name(str(one)))
        if one in seen:
            raise DomainError("entry_twice", N_("%(name)s 出现两次。"), name=field.name(str(one)))
        seen.add(str(one))
    order = {one: n for n, one in enumerate(field.sides)}
    return sorted(rows, key=lambda row: order[row[by]])


def _side(value: Any, field: Field, key: str) -> str | None:
    if not value:
        return None
    if value not in field.sides:
        raise DomainError("not_in_unit", N_("%(name)s 不在这一场里。"), field=key, name=field.name(str(value)))
    return str(value)


def _whole(value: Any, key: str, name: str = "") -> int | None:
    if value is None or value == "":
        return None
    text = str(value).strip()
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or int(text[:9]) > MOST_POINTS:
        message = N_("%(name)s：填 0 到 %(most)s 的整数。") if name else N_("填 0 到 %(most)s 的整数。")
        raise DomainError("not_whole", message, field=key, name=name, most=MOST_POINTS)
    return int(text)


def _word(value: Any, kind: Any, key: str, name: str = "") -> Any:
    if not value:
        return None
    try:
        return kind(str(value).strip().upper())
    except ValueError as error:
        known = ", ".join(one.value for one in kind)
        message = N_("%(name)s：只能是 %(known)s。") if name else N_("只能是 %(known)s。")
        raise DomainError("unknown_word", message, field=key, name=name, known=known) from error


def _time(value: Any, key: str, name: str) -> str | None:
    text = str(value or "").strip()
    if not text:
        return None
    if seconds_of(text) is None:
        raise DomainError("not_a_time", N_("%(name)s：时间写成 2:09:44.3。"), field=key, name=name)
    return text


def _score(value: Any, name: str) -> str | None:
    return _decimal(value, _NUMBER, name)


def _decimal(value: Any, shape: re.Pattern[str], name: str) -> str | None:
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    if not shape.fullmatch(text):
        raise DomainError("not_a_score", N_("%(name)s：分数写成 8.80。"), name=name)
    return text


def _kept(values: Content) -> Content:
    return {key: value for key, value in values.items() if value is not None and value not in ([], {})}


# --------------------------------------------------------------------------- who may not have one


def check_gone(kind: UnitKind, content: Mapping[str, Any], gone: Collection[str], field: Field) -> None:
    """Refuse a result of somebody who is scratched. Raises DomainError `scratched`."""
    for one in field.sides:
        if one in gone and _has_result(kind, content, one):
            raise DomainError("scratched", N_("%(name)s 已退赛，不能有成绩。"), name=field.name(one))


def _has_result(kind: UnitKind, content: Mapping[str, Any], one: str) -> bool:
    if kind is UnitKind.BOUT:
        return content.get("winner") == one or (
            content.get("winner") is not None and content.get("victory") not in {word.value for word in GIVEN_AWAY}
        )
    if kind is UnitKind.MATCH:
        return not content.get("forfeit") and content.get("default") != one and "score_a" in content
    keys = {"gun", "net", "scores", "place"}
    return any(
        one == (row.get("id") or row.get("entry")) and not row.get("irm") and (keys & set(row) or row.get("members"))
        for row in rows_of(content)
    )


def check_whole(kind: UnitKind, content: Mapping[str, Any], field: Field, gone: Collection[str]) -> None:
    """Refuse to confirm what says nothing about somebody. Raises DomainError `result_missing`."""
    if kind is UnitKind.BOUT:
        if not content.get("winner") and content.get("victory") not in {word.value for word in NO_WINNER}:
            raise DomainError("result_missing", N_("先选胜者。"), field="winner")
        if not content.get("victory") and "points_a" not in content and "points_b" not in content:
            raise DomainError("result_missing", N_("先填技术分或取胜方式。"), field="victory")
        return
    if kind is UnitKind.MATCH:
        if not content.get("forfeit") and not content.get("default") and not {"score_a", "score_b"} <= set(content):
            raise DomainError("result_missing", N_("先填双方比分。"), field="score_a")
        return
    said = {str(row.get("id") or row.get("entry")) for row in rows_of(content) if _said(row)}
    missing = [field.name(one) for one in field.sides if one not in said and one not in gone]
    if missing and kind is not UnitKind.PLACES:
        names = ", ".join(missing[:5])
        raise DomainError("result_missing", N_("%(names)s 还没有成绩，没有出场填 DNS。"), names=names)
    if not said:
        raise DomainError("result_missing", N_("还没有填名次。"))
