"""Honours: one nominates, another approves and publishes."""

import pytest

from app.audit.services import SYSTEM, Actor
from app.core.errors import DomainError
from app.core.ids import uuid7
from app.games.constants import HonourState
from app.games.queries.honours import by_title, honours
from app.games.services.honours import approve_honour, nominate_honour, publish_honour, refuse_honour
from tests.factories import games as made

pytestmark = pytest.mark.usefixtures("ctx")
TITLE = "体育道德风尚奖"


@pytest.fixture
def edition():
    games_id = made.make_games()
    return games_id, made.add_delegation_to(games_id, name="西集镇")


@pytest.fixture
def one():
    return Actor("account", uuid7())


@pytest.fixture
def another():
    return Actor("account", uuid7())


def nominate(edition, actor, **facts):
    games_id, delegation_id = edition
    return nominate_honour(games_id=games_id, actor=actor, **{"title": TITLE, "delegation_id": delegation_id, **facts})


def state(games_id):
    return [line.state for line in honours(games_id)]


def test_from_nomination_to_publication(edition, one, another):
    games_id, _ = edition
    honour_id = nominate(edition, one, name="王德福", reason="扶起摔倒的对手")
    assert honours(games_id, [HonourState.PUBLISHED]) == []
    approve_honour(games_id=games_id, honour_id=honour_id, actor=another)
    assert state(games_id) == [HonourState.APPROVED]
    publish_honour(games_id=games_id, honour_id=honour_id, actor=another)
    (line,) = honours(games_id, [HonourState.PUBLISHED])
    assert (line.title, line.name, line.delegation, line.reason) == (TITLE, "王德福", "西集镇", "扶起摔倒的对手")


@pytest.mark.parametrize("step", [approve_honour, publish_honour])
def test_whoever_nominated_takes_no_further_step(edition, one, another, step):
    games_id, _ = edition
    honour_id = nominate(edition, one)
    if step is publish_honour:
        approve_honour(games_id=games_id, honour_id=honour_id, actor=another)
    before = state(games_id)
    with pytest.raises(DomainError) as refused:
        step(games_id=games_id, honour_id=honour_id, actor=one)
    assert refused.value.code == "own_nomination"
    assert state(games_id) == before


def test_nothing_is_published_without_approval(edition, one, another):
    games_id, _ = edition
    honour_id = nominate(edition, one)
    with pytest.raises(DomainError) as refused:
        publish_honour(games_id=games_id, honour_id=honour_id, actor=another)
    assert refused.value.code == "honour_moved"


def test_a_step_that_is_sent_twice_is_taken_once(edition, one, another):
    games_id, _ = edition
    honour_id = nominate(edition, one)
    approve_honour(games_id=games_id, honour_id=honour_id, actor=another)
    approve_honour(games_id=games_id, honour_id=honour_id, actor=Actor("account", uuid7()))
    assert state(games_id) == [HonourState.APPROVED]


def test_who_refuses_ends_it_and_it_may_be_nominated_again(edition, one, another):
    games_id, _ = edition
    honour_id = nominate(edition, one)
    refuse_honour(games_id=games_id, honour_id=honour_id, actor=another)
    with pytest.raises(DomainError):
        approve_honour(games_id=games_id, honour_id=honour_id, actor=another)
    nominate(edition, one)
    assert sorted(state(games_id)) == [HonourState.NOMINATED, HonourState.REFUSED]


def test_the_same_is_not_nominated_twice(edition, one, another):
    nominate(edition, one, name="王德福")
    nominate(edition, one)  # the delegation itself is another
    with pytest.raises(DomainError) as refused:
        nominate(edition, another, name=" 王德福 ")
    assert refused.value.code == "honour_there"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"title": "  "}, "text_missing"),
        ({"title": "奖" * 81}, "text_long"),
        ({"delegation_id": None}, "nobody_named"),
        ({"delegation_id": uuid7()}, "delegation_not_found"),
    ],
)
def test_what_cannot_be_nominated(edition, facts, code):
    with pytest.raises(DomainError) as refused:
        nominate(edition, SYSTEM, **facts)
    assert refused.value.code == code
    assert honours(edition[0]) == []


def test_an_honour_of_another_edition_is_unknown(edition, one, another):
    honour_id = nominate(edition, one)
    with pytest.raises(DomainError) as refused:
        approve_honour(games_id=made.make_games(), honour_id=honour_id, actor=another)
    assert refused.value.code == "honour_not_found"


def test_titles_stand_in_the_order_in_which_they_came_and_delegations_in_theirs(edition, one):
    games_id, first = edition
    second = made.add_delegation_to(games_id, name="城头镇")
    nominate(edition, one, title="优秀组织奖", delegation_id=second)
    nominate(edition, one, title="贡献奖", delegation_id=None, name="李敏")
    nominate(edition, one, title="优秀组织奖", delegation_id=first)
    found = [(title, [line.delegation for line in lines]) for title, lines in by_title(honours(games_id))]
    assert found == [("优秀组织奖", ["西集镇", "城头镇"]), ("贡献奖", [None])]
