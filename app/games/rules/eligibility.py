"""Who may be entered: one entry against its event and what is entered already.

Every refusal has a code and a sentence. An athlete is told apart by a `key` that whoever calls
chooses (the person's id, or what identifies somebody who is not stored yet); weights are grams.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.errors import DomainError
from app.core.text import N_
from app.games.constants import AgeBasis, EventForm, EventSex
from app.people.constants import Sex
from app.people.rules.ages import age_on


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What an event asks of its entries; a weight class is from `weight_over` (exclusive) to `weight_up_to`."""

    key: Hashable
    name: str
    sex: EventSex = EventSex.OPEN
    form: EventForm = EventForm.INDIVIDUAL
    age_basis: AgeBasis = AgeBasis.FIRST_DAY
    min_age: int | None = None
    max_age: int | None = None
    weight_over: int | None = None
    weight_up_to: int | None = None
    team_min: int = 1
    team_max: int = 1
    entry_limit: int | None = None
    needs_document: bool = True
    needs_school: bool = False

    @property
    def weighed(self) -> bool:
        """Whether this is a weight class."""
        return self.weight_over is not None or self.weight_up_to is not None


@dataclass(frozen=True, slots=True)
class Athlete:
    """Somebody who is to be entered. `organisation`: the id of their unit or school, if it is known."""

    key: Hashable
    name: str
    sex: Sex | None = None
    birth_date: date | None = None
    has_document: bool = True
    organisation: Hashable | None = None
    weight: int | None = None


@dataclass(slots=True)
class Entered:
    """What is entered in the edition so far; grows as entries are admitted.

    `counts` by (event, delegation), `events` by athlete: event → delegation.
    """

    counts: dict[tuple[Hashable, Hashable], int] = field(default_factory=lambda: defaultdict(int))
    events: dict[Hashable, dict[Hashable, Hashable]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, event: Hashable, delegation: Hashable, athletes: Iterable[Hashable]) -> None:
        """One more entry."""
        self.counts[event, delegation] = self.counts.get((event, delegation), 0) + 1
        for one in athletes:
            self.events.setdefault(one, {})[event] = delegation


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all entries of a delegation: `schools` are those that belong to it."""

    first_day: date
    athlete_limit: int | None = None
    schools: frozenset[Hashable] = frozenset()


def refusals(
    event: EventFacts, delegation: Hashable, athletes: Sequence[Athlete], entered: Entered, rules: Rules
) -> list[DomainError]:
    """Why this entry cannot be, every reason; empty: it can. `index` among a refusal's params is the athlete's.

    Codes: `team_too_small`, `team_too_large`, `person_twice`, `mixed_needs_both`, `entry_limit`,
    and of a single athlete those of `refusals_of`.
    """
    found = _of_team(event, athletes)
    for index, athlete in enumerate(athletes):
        for refusal in refusals_of(event, delegation, athlete, entered, rules):
            refusal.params["index"] = index
            found.append(refusal)
    taken = entered.counts.get((event.key, delegation), 0)
    if event.entry_limit is not None and taken >= event.entry_limit:
        found.append(
            DomainError(
                "entry_limit",
                N_("%(event)s每团最多报 %(limit)s 个，已报满。"),
                field="event",
                event=event.name,
                limit=event.entry_limit,
            )
        )
    return found


def _of_team(event: EventFacts, athletes: Sequence[Athlete]) -> list[DomainError]:
    found = []
    if len(athletes) < event.team_min:
        found.append(
            DomainError(
                "team_too_small",
                N_("%(event)s至少要 %(least)s 人，现在 %(n)s 人。"),
                field="members",
                event=event.name,
                least=event.team_min,
                n=len(athletes),
            )
        )
    if len(athletes) > event.team_max:
        found.append(
            DomainError(
                "team_too_large",
                N_("%(event)s最多 %(most)s 人，现在 %(n)s 人。"),
                field="members",
                event=event.name,
                most=event.team_max,
                n=len(athletes),
            )
        )
    seen: set[Hashable] = set()
    for index, one in enumerate(athletes):
        if one.key in seen:
            found.append(
                DomainError(
                    "person_twice", N_("%(name)s 填了两次，请删去一个。"), field="name", name=one.name, index=index
                )
            )
        seen.add(one.key)
    if event.sex is EventSex.MIXED and {one.sex for one in athletes if one.sex} != set(Sex):
        found.append(DomainError("mixed_needs_both", N_("%(event)s要有男有女。"), field="members", event=event.name))
    return found


def refusals_of(
    event: EventFacts, delegation: Hashable, athlete: Athlete, entered: Entered, rules: Rules
) -> list[DomainError]:
    """Why this athlete cannot be in an entry of this event.

    Codes: `sex_missing`, `sex_wrong`, `birth_date_required`, `too_young`, `too_old`, `document_required`,
    `school_missing`, `weight_missing`, `weight_over`, `weight_under`, `entered_already`,
    `other_delegation`, `athlete_limit`.
    """
    checks = (
        _sex(event, athlete),
        _age(event, athlete, rules.first_day),
        _papers(event, athlete, rules),
        _weight(event, athlete),
        _double(event, delegation, athlete, entered, rules),
    )
    return [one for one in checks if one is not None]


def _sex(event: EventFacts, athlete: Athlete) -> DomainError | None:
    if event.sex is EventSex.OPEN:
        return None
    if athlete.sex is None:
        return DomainError("sex_missing", N_("请填 %(name)s 的性别。"), field="sex", name=athlete.name)
    wanted = {EventSex.MEN: Sex.MALE, EventSex.WOMEN: Sex.FEMALE}.get(event.sex)
    if wanted is None or wanted is athlete.sex:
        return None
    message = N_("%(event)s只收男子。") if wanted is Sex.MALE else N_("%(event)s只收女子。")
    return DomainError("sex_wrong", message, field="sex", event=event.name)


def age_at(birth: date, first_day: date, basis: AgeBasis) -> int:
    """The age that an event counts: in whole years on the first day, or by the year alone."""
    return first_day.year - birth.year if basis is AgeBasis.YEAR else age_on(birth, first_day)


def _age(event: EventFacts, athlete: Athlete, first_day: date) -> DomainError | None:
    if event.min_age is None and event.max_age is None:
        return None
    if athlete.birth_date is None:
        return DomainError("birth_date_required", N_("请填出生日期。"), field="birth_date")
    age = age_at(athlete.birth_date, first_day, event.age_basis)
    words = {"event": event.name, "age": age}
    if event.min_age is not None and age < event.min_age:
        message = N_("%(event)s要满 %(least)s 岁，%(name)s %(age)s 岁。")
        return DomainError("too_young", message, field="birth_date", name=athlete.name, least=event.min_age, **words)
    if event.max_age is not None and age > event.max_age:
        message = N_("%(event)s最大 %(most)s 岁，%(name)s %(age)s 岁。")
        return DomainError("too_old", message, field="birth_date", name=athlete.name, most=event.max_age, **words)
    return None


def _papers(event: EventFacts, athlete: Athlete, rules: Rules) -> DomainError | None:
    if event.needs_document and not athlete.has_document:
        return DomainError(
            "document_required", N_("%(event)s要凭证件报项。"), field="document_number", event=event.name
        )
    if event.needs_school and athlete.organisation not in rules.schools:
        message = N_("%(event)s看学籍，%(name)s 的单位要填本团的学校。")
        return DomainError("school_missing", message, field="organisation", event=event.name, name=athlete.name)
    return None


def _weight(event: EventFacts, athlete: Athlete) -> DomainError | None:
    if not event.weighed:
        return None
    if athlete.weight is None:
        return DomainError("weight_missing", N_("%(event)s分体重级别，请填体重。"), field="weight", event=event.name)
    return weight_refusal(event, athlete.weight)


def weight_refusal(event: EventFacts, weight: int) -> DomainError | None:
    """Why `weight` (grams) is outside the class, if it is: `weight_over`, `weight_under`."""
    words = {"event": event.name, "weight": kilograms(weight)}
    if event.weight_up_to is not None and weight > event.weight_up_to:
        message = N_("%(weight)s kg 超过%(event)s的 %(most)s kg。")
        return DomainError("weight_over", message, field="weight", most=kilograms(event.weight_up_to), **words)
    if event.weight_over is not None and weight <= event.weight_over:
        message = N_("%(weight)s kg 不到%(event)s，要超过 %(least)s kg。")
        return DomainError("weight_under", message, field="weight", least=kilograms(event.weight_over), **words)
    return None


def kilograms(grams: int) -> str:
    """57, 57.4, 57.45: grams as people say a weight."""
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".")


def _double(
    event: EventFacts, delegation: Hashable, athlete: Athlete, entered: Entered, rules: Rules
) -> DomainError | None:
    here = entered.events.get(athlete.key, {})
    if event.key in here:
        message = N_("%(name)s 已报%(event)s。")
        return DomainError("entered_already", message, field="name", name=athlete.name, event=event.name)
    if any(other != delegation for other in here.values()):
        return DomainError("other_delegation", N_("%(name)s 已代表别的代表团报项。"), field="name", name=athlete.name)
    if rules.athlete_limit is not None and len(here) >= rules.athlete_limit:
        message = N_("%(name)s 已报 %(n)s 项，每人最多 %(limit)s 项。")
        return DomainError(
            "athlete_limit", message, field="event", name=athlete.name, n=len(here), limit=rules.athlete_limit
        )
    return None
