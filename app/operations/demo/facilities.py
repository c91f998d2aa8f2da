"""Places and equipment of 2021 as the work report gives them; names of villages are made up."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from app.activities.rules.route import route_of
from app.audit.services import SYSTEM
from app.facilities.constants import GrantState, PlaceKind, ReportKind
from app.facilities.queries.equipment import sets_of
from app.facilities.rules.drafts import PlaceDraft
from app.facilities.services.equipment import apply_for_sets, distribute, report_set, step_grant
from app.facilities.services.places import add_title, save_place, save_year, set_place_route
from app.operations.demo.ways import gpx_of

GREENWAYS = (
    ("环岩马湖", 23_000, "370406108", (35.183, 117.352)),
    ("环翼云湖", 16_000, "370406103", (35.046, 117.417)),
    ("龙河", 11_000, "370406001", (35.093, 117.452)),
)
"""Where they lie is about right, the lines are made up."""
GROUNDS = (
    ("区全民健身中心", PlaceKind.VENUE, 52_000, "370406001", date(2021, 8, 8), 150_000_000),
    ("学校体育场地", PlaceKind.GROUND, 684_000, None, date(2015, 1, 1), None),
    ("镇村健身广场", PlaceKind.GROUND, 312_000, None, date(2016, 1, 1), None),
    ("公园体育场地", PlaceKind.GROUND, 142_000, None, date(2018, 1, 1), None),
)
"""Together 1,190,000 ㎡."""
VILLAGES = ("东山口", "西沟", "南泉", "北岭", "石嘴", "柳树行", "大青石", "前崖", "后峪", "水门")
DOUBLE_TEN = ("370406106", "370406107", "370406109", "370406104")


def load_facilities(towns: Mapping[str, uuid.UUID]) -> None:
    """Through the same acts as real life; `towns`: code → id of the 镇街."""
    for name, length, town, centre in GREENWAYS:
        draft = PlaceDraft(PlaceKind.GREENWAY, name, date(2019, 5, 1), town_id=towns.get(town), length_m=length)
        way_id = save_place(place_id=None, draft=draft, actor=SYSTEM)
        set_place_route(place_id=way_id, route=route_of(gpx_of(name, centre, length)), actor=SYSTEM)
    for name, kind, area, code, opened, cost in GROUNDS:
        town_id = towns.get(code) if code else None
        draft = PlaceDraft(kind, name, opened, town_id=town_id, area_m2=area, investment=cost)
        save_place(place_id=None, draft=draft, actor=SYSTEM)
    line = PlaceDraft(PlaceKind.LINE, "环翼云湖体育旅游线路", date(2020, 10, 1), length_m=18_000)
    line_id = save_place(place_id=None, draft=line, actor=SYSTEM)
    set_place_route(place_id=line_id, route=route_of(gpx_of(line.name, (35.012, 117.372), 18_000)), actor=SYSTEM)
    add_title(place_id=line_id, title="山东体育旅游精品线路", year=2021, actor=SYSTEM)
    for year, people, source, target, aim in (
        (2021, 457_692, "区统计公报", None, ""),
        (2022, None, "", 270, "全民健身实施计划"),
    ):
        save_year(
            year=year, population=people, population_source=source, target_cm=target, target_source=aim, actor=SYSTEM
        )
    _equipment(towns)


def _equipment(towns: Mapping[str, uuid.UUID]) -> None:
    grant_id = apply_for_sets(name="双十镇自然村健身器材", sets=20, applied_on=date(2021, 4, 12), actor=SYSTEM)
    for state, on in ((GrantState.APPROVED, date(2021, 5, 20)), (GrantState.ARRIVED, date(2021, 8, 26))):
        step_grant(grant_id=grant_id, to=state, on=on, actor=SYSTEM)
    for n, one in enumerate(sets_of(grant_id)):
        distribute(
            set_id=one.id,
            town_id=towns[DOUBLE_TEN[n % len(DOUBLE_TEN)]],
            village=f"{VILLAGES[n % len(VILLAGES)]}{'一' if n < len(VILLAGES) else '二'}村",
            receiver="村委会",
            on=date(2021, 9, 6 + n // 4),
            photo=None,
            actor=SYSTEM,
        )
        if n == 0:
            report_set(set_id=one.id, kind=ReportKind.FAULT, text="漫步机有一个脚踏松了", actor=SYSTEM)
