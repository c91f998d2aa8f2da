"""The family of the demo's citizen: a mother, her father and her child, with a history of their own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.core.clock import now
from app.operations.demo.crowd import Walker, make_crowd
from app.people.constants import Relation

CITIZEN_PHONE = "13800138000"
RELATIONS = (Relation.SELF, Relation.PARENT, Relation.CHILD)
GROWN_UP = 2
"""The first two walked all of 2021; the child joined later."""


def family_of(seed: int, *, towns: Mapping[str, uuid.UUID], others: Sequence[uuid.UUID]) -> list[Walker]:
    """Three people who are not of the crowd of this seed, in the order of RELATIONS."""
    pool = make_crowd(400, seed=seed + 1, towns=towns, others=others, born_before=now().date())
    ages = {id(one): now().year - one.person.birth_date.year for one in pool if one.person.birth_date}
    mother = next(one for one in pool if one.person.sex == "female" and 34 <= ages[id(one)] <= 45)
    father = next(one for one in pool if one.person.sex == "male" and 62 <= ages[id(one)] <= 69)
    child = next(one for one in pool if one.person.guardian_name and 9 <= ages[id(one)] <= 13)
    phone, home = f"+86{CITIZEN_PHONE}", mother.person.town_id
    return [
        replace(mother, person=replace(mother.person, name="张玉兰", phone=phone)),
        replace(father, person=replace(father.person, name="王德福", phone=phone, town_id=home)),
        replace(
            child,
            person=replace(child.person, name="王一诺", town_id=home, guardian_name="张玉兰", guardian_phone=phone),
        ),
    ]
