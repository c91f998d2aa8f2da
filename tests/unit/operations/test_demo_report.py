"""The demo's 2021 states what the district's own work report does (rules.md §1), each figure from its room."""

from __future__ import annotations

import io
from decimal import Decimal

import docx
import pytest

from app.audit.services import SYSTEM
from app.operations.demo.facilities import load_facilities
from app.operations.demo.games import load_games
from app.operations.demo.squads import load_squads
from app.operations.demo.year import _places
from app.people.services.organisations import seed_places
from app.reports.queries.annual import annual_report
from app.reports.rules.annual import figures
from app.reports.tasks import word


@pytest.fixture
def year(app, ctx):
    seed_places(actor=SYSTEM)
    towns, others = _places()
    load_games()
    load_facilities(towns)
    load_squads(towns, others, seed=1)
    return annual_report(2021)


def test_figure_by_figure(year):
    found = {one.key: one.value for one in figures(year)}
    expected = {
        "games_delegations": 10,
        "hosted_n": 1,
        "athletes": 400,
        "squad_disciplines": 18,
        "medals": 103,
        "troupe_people": 300,
        "ground_wan": 119,
        "per_capita": Decimal("2.6"),
        "target": Decimal("2.7"),
        "missing_m2": 45_769,
        "greenway_km": 50,
        "sets_applied": 20,
        "sets_distributed": 20,
    }
    assert {key: found[key] for key in expected} == expected
    assert found["games_events"] >= 80
    assert [one.name for one in year.hosted] == ["枣庄市第十届运动会摔跤比赛"]


def test_sentence_by_sentence(app, year):
    with app.test_request_context():
        document = docx.Document(io.BytesIO(word(year, figures(year))))
    text = "\n".join(one.text for one in document.paragraphs)
    for part in (
        "举办山亭区第十一届全民健身运动会",
        "承办枣庄市第十届运动会摔跤比赛",
        "选拔 400 名运动员参加枣庄市第十届运动会 18 个大项的比赛，获得奖牌 103 枚",
        "组织 300 人参加枣庄市第十届运动会开幕式大型团体操展演，集中排练 3 次，获优秀奖。",
        "区全民健身中心投入使用，投资 15,000 万元。",
        "申请健身器材 20 套，发放到村 20 套。",
        "建成绿道环岩马湖、环翼云湖、龙河，共 50 km。",
        "环翼云湖体育旅游线路入选山东体育旅游精品线路。",
        "全区体育场地 119 万㎡，按 2021年人口 457,692 人计，人均 2.6 ㎡。2022年目标人均 2.7 ㎡，还需 45,769 ㎡。",
    ):
        assert part in text
