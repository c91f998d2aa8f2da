"""Who the district sent out in 2021, as the work report gives it: 400 students in 18 大项, a display of 300."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.audit.services import SYSTEM
from app.operations.demo.crowd import STUDENTS, make_crowd
from app.operations.demo.rehearsals import load_rehearsals
from app.people.constants import OrganisationKind
from app.people.rules.intake import PersonInput
from app.people.services.organisations import create_unit
from app.squads.constants import MarkOrder, MarkRule, MemberState, SquadKind
from app.squads.queries.squads import members
from app.squads.rules.sheet import PersonRow, ResultRow
from app.squads.services.results import add_results
from app.squads.services.selection import add_people, decide
from app.squads.services.squads import add_group, save_squad
from app.squads.services.trials import rule_marks

DISCIPLINES = (
    "田径", "游泳", "摔跤", "柔道", "举重", "拳击", "跆拳道", "武术", "射击",
    "射箭", "篮球", "足球", "排球", "乒乓球", "羽毛球", "网球", "自行车", "轮滑",
)  # fmt: skip
SECTIONS = ("山", "水", "石", "花", "果", "人")
ATHLETES, PERFORMERS = 400, 300
TIMED = ("田径", "游泳", "自行车", "轮滑")
SCHOOLS = ("山亭区实验中学", "山亭区第十八中学", "山亭区第三十五中学", "西集镇中学", "桑村镇中学", "城头镇中学")
AGREED = date(2021, 3, 5)
TRIED = (date(2021, 3, 20), date(2021, 4, 24))
MEDALS = (34, 31, 38)
"""Gold, silver, bronze: 103 together."""


def load_squads(towns: Mapping[str, uuid.UUID], others: Sequence[uuid.UUID], *, seed: int) -> None:
    """Through the same acts as real life: sheets, the guardians' word, trials, the proposal, the approval, results."""
    facts: dict[str, Any] = {"towns": towns, "others": others, "born_before": date(2021, 1, 1)}
    students = [one.person for one in make_crowd(ATHLETES, seed=seed + 1, ages=STUDENTS, **facts)]
    performers = [one.person for one in make_crowd(PERFORMERS, seed=seed + 2, **facts)]
    rng = random.Random(f"squads:{seed}")
    schools = {name: create_unit(name=name, kind=OrganisationKind.SCHOOL, actor=SYSTEM) for name in SCHOOLS}
    squad_id = save_squad(
        squad_id=None, kind=SquadKind.SQUAD, name="山亭区代表队", event="枣庄市第十届运动会", year=2021, actor=SYSTEM
    )
    _choose(squad_id, DISCIPLINES, students, rng, schools)
    add_results(squad_id=squad_id, rows=_places(random.Random(seed), students), actor=SYSTEM)
    troupe_id = save_squad(
        squad_id=None,
        kind=SquadKind.TROUPE,
        name="山亭区展演队",
        event="枣庄市第十届运动会开幕式大型团体操展演",
        year=2021,
        award="优秀奖",
        actor=SYSTEM,
    )
    _choose(troupe_id, SECTIONS, performers, rng, {})
    load_rehearsals(troupe_id, seed=seed)


def _choose(
    squad_id: uuid.UUID,
    names: Sequence[str],
    people: Sequence[PersonInput],
    rng: random.Random,
    schools: Mapping[str, uuid.UUID],
) -> None:
    groups = {name: add_group(squad_id=squad_id, name=name, quota=None, actor=SYSTEM) for name in names}
    rows = [
        PersonRow(
            number=n + 2,
            name="",
            group=names[n % len(names)],
            person=person,
            organisation=rng.choice(list(schools)) if schools else "",
            guardian=person.guardian_name or "",
            agreed_on=AGREED if person.guardian_name else None,
        )
        for n, person in enumerate(people)
    ]
    for day in TRIED if schools else ():
        rows = [replace(row, mark=_mark(row.group, rng), tried_on=day) for row in rows]
        add_people(squad_id=squad_id, rows=rows, organisations=schools, actor=SYSTEM)
    if not schools:
        add_people(squad_id=squad_id, rows=rows, organisations={}, actor=SYSTEM)
    for name in names:
        if schools and name not in TIMED:
            facts: dict[str, Any] = {"better": MarkOrder.MORE, "counts": MarkRule.BEST, "actor": SYSTEM}
            rule_marks(squad_id=squad_id, group_id=groups[name], **facts)
    ids = [one.member.id for one in members(squad_id)]
    for state in (MemberState.PROPOSED, MemberState.SELECTED):
        decide(squad_id=squad_id, member_ids=ids, to=state, reason="选拔成绩达标", actor=SYSTEM)


def _mark(group: str, rng: random.Random) -> str:
    """A time in seconds where one is taken, else points of the trainers."""
    return f"{rng.uniform(11.8, 14.6):.2f}" if group in TIMED else f"{rng.uniform(7.6, 9.6):.1f}"


def _places(rng: random.Random, people: Sequence[PersonInput]) -> list[ResultRow]:
    places = [place for place, n in enumerate(MEDALS, start=1) for _ in range(n)] + [4, 5, 6, 7, 8] * 12
    rng.shuffle(places)
    return [
        ResultRow(
            number=n + 2,
            name=people[n % ATHLETES].name,
            group=DISCIPLINES[n % len(DISCIPLINES)],
            event=f"第 {n // len(DISCIPLINES) + 1} 项",
            place=place,
        )
        for n, place in enumerate(places)
    ]
