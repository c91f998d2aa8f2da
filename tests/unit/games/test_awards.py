"""What a ceremony needs and how an award is worded."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.services import SYSTEM
from app.core.db import db
from app.core.transactions import act
from app.games.constants import EventForm, EventFormat
from app.games.documents.certificates import certificate_of, prize_of
from app.games.models import EntryMember
from app.games.queries.awards import awards
from app.games.queries.games import delegation_by_ref, event_by_ref
from app.games.rules.awards import Award, gold_first, medals_needed
from app.games.rules.programme import ResultRow
from app.games.services.imports import import_results
from tests.factories import games as made
from tests.factories import people

GOLD = Award(
    event_code="climb",
    event="男子组",
    discipline="登山",
    delegation="西集镇",
    delegation_code="xj",
    name="王德福",
    members=("王德福",),
    rank=1,
    shared=False,
    medal=1,
    level="",
    mark="",
    position=0,
    decided_on=None,
    alone=True,
)


def say(message, **params):
    return message % params if params else message


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "第一名"),
        ({"rank": 8}, "第八名"),
        ({"rank": 12}, "第 12 名"),
        ({"rank": 3, "shared": True}, "并列第三名"),
        ({"rank": None, "level": "一等奖"}, "一等奖"),
        ({"rank": 2, "level": "二等奖"}, "二等奖"),
    ],
)
def test_the_words_of_a_prize(facts, words):
    assert prize_of(replace(GOLD, **facts), say=say) == words


def test_a_team_s_certificate_names_all_its_members():
    team = replace(GOLD, name="西集镇一队", members=("王德福", "李秀英"), alone=False)
    found = certificate_of(team, games="第十二届", games_code="s12", day="", say=say)
    assert (found.who, found.members) == ("西集镇一队", ("王德福", "李秀英"))
    assert certificate_of(GOLD, games="第十二届", games_code="s12", day="", say=say).members == ()


@pytest.mark.parametrize(
    ("facts", "needed"),
    [
        ({}, 1),
        ({"members": ()}, 1),
        ({"members": (), "alone": False}, None),
        ({"members": ("甲", "乙", "丙"), "alone": False}, 3),
        ({"medal": None}, 0),
    ],
)
def test_a_medal_for_each_member(facts, needed):
    assert replace(GOLD, **facts).medals == needed


@given(st.lists(st.tuples(st.sampled_from([1, 2, 3, None]), st.integers(1, 9)), max_size=12))
def test_gold_is_called_before_silver_and_nobody_is_lost(drawn):
    some = [
        replace(GOLD, medal=medal, rank=rank, position=n, members=("x",) * rank)
        for n, (medal, rank) in enumerate(drawn)
    ]
    called = [one for *_, lines in gold_first(some) for one in lines]
    assert sorted(called, key=lambda one: one.position) == some
    order = [one.medal or 9 for one in called]
    assert order == sorted(order)
    assert sum(medals_needed(some).values()) == sum(len(one.members) for one in some if one.medal)


@pytest.fixture
def relay(ctx):
    """A team event of which the members of the winners are known: two and a substitute."""
    games_id = made.make_games()
    event_id = made.add_event_to(games_id, format=EventFormat.PLACES, form=EventForm.TEAM, name="接力", code="relay")
    delegation_id = made.add_delegation_to(games_id, code="xj", name="西集镇")
    entry_id = made.enter(games_id, event_id, delegation_id, name="西集镇")

    @act
    def more():
        for position, substitute in ((1, False), (2, True)):
            db.session.add(
                EntryMember(
                    games_id=games_id,
                    entry_id=entry_id,
                    person_id=people.person(),
                    name=f"队员{position}",
                    substitute=substitute,
                    position=position,
                )
            )

    more()
    sport = event_by_ref(games_id, "relay")
    rows = [
        ResultRow(2, _discipline(sport), "relay", 1, "xj", "西集镇"),
        ResultRow(3, _discipline(sport), "relay", 2, "ct"),
    ]
    import_results(games_id=games_id, rows=rows, create_missing=True, actor=SYSTEM)
    return games_id


def _discipline(event):
    from app.games.models import Discipline

    return db.session.get_one(Discipline, (event.games_id, event.discipline_id)).code


def test_substitutes_have_no_medal(relay):
    first, second = awards(relay)
    assert first.members == ("西集镇", "队员1")
    assert (first.medals, second.medals) == (2, None)
    assert delegation_by_ref(relay, "xj").name == "西集镇"


def test_awards_take_two_statements_however_many_there_are(relay, statements):
    with statements() as seen:
        assert len(awards(relay)) == 2
    assert len(seen) == 2
