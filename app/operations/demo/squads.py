"""Who the district sent out in 2021, as the work report gives it: 400 students in 18 大项, a display of 300."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from app.audit.services import SYSTEM
from app.operations.demo.crowd import make_crowd
from app.people.rules.intake import PersonInput
from app.squads.constants import MemberState, SquadKind
from app.squads.queries.squads import members
from app.squads.rules.sheet import PersonRow, ResultRow
from app.squads.services.results import add_results
from app.squads.services.selection import add_people, decide
from app.squads.services.squads import add_group, save_squad

DISCIPLINES = (
    "田径", "游泳", "摔跤", "柔道", "举重", "拳击", "跆拳道", "武术", "射击",
    "射箭", "篮球", "足球", "排球", "乒乓球", "羽毛球", "网球", "自行车", "轮滑",
)  # fmt: skip
SECTIONS = ("山", "水", "石", "花", "果", "人")
ATHLETES, PERFORMERS = 400, 300
MEDALS = (34, 31, 38)
"""Gold, silver, bronze: 103 together."""


def load_squads(towns: Mapping[str, uuid.UUID], others: Sequence[uuid.UUID], *, seed: int) -> None:
    """Through the same acts as real life: sheets, the guardians' word, the proposal, the approval, results."""
    crowd = make_crowd(ATHLETES + PERFORMERS, seed=seed + 1, towns=towns, others=others, born_before=date(2021, 1, 1))
    people = [walker.person for walker in crowd]
    squad_id = save_squad(
        squad_id=None, kind=SquadKind.SQUAD, name="山亭区代表队", event="枣庄市第十届运动会", year=2021, actor=SYSTEM
    )
    _choose(squad_id, DISCIPLINES, people[:ATHLETES])
    add_results(squad_id=squad_id, rows=_places(random.Random(seed), people), actor=SYSTEM)
    troupe_id = save_squad(
        squad_id=None,
        kind=SquadKind.TROUPE,
        name="山亭区展演队",
        event="枣庄市第十届运动会开幕式大型团体操展演",
        year=2021,
        award="优秀奖",
        actor=SYSTEM,
    )
    _choose(troupe_id, SECTIONS, people[ATHLETES:])


def _choose(squad_id: uuid.UUID, names: Sequence[str], people: Sequence[PersonInput]) -> None:
    for name in names:
        add_group(squad_id=squad_id, name=name, quota=None, actor=SYSTEM)
    rows = [
        PersonRow(
            number=n + 2,
            name="",
            group=names[n % len(names)],
            person=person,
            guardian="家长",
            agreed_on=date(2021, 3, 5),
        )
        for n, person in enumerate(people)
    ]
    add_people(squad_id=squad_id, rows=rows, organisations={}, actor=SYSTEM)
    ids = [one.member.id for one in members(squad_id)]
    for state in (MemberState.PROPOSED, MemberState.SELECTED):
        decide(squad_id=squad_id, member_ids=ids, to=state, reason="选拔成绩达标", actor=SYSTEM)


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
