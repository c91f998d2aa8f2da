"""Series and seasons, against the store."""

import pytest

from app.activities.queries import all_series, season, seasons
from app.activities.services.seasons import (
    SeasonDraft,
    SeriesDraft,
    change_season,
    change_series,
    create_season,
    create_series,
)
from app.audit.services import SYSTEM
from app.core.errors import Conflict, DomainError, NotFound
from app.core.ids import uuid7
from app.core.permissions import Scope, ScopeKind

pytestmark = pytest.mark.usefixtures("ctx")
BRAND = SeriesDraft("walk", "相约星期六·悦跑新山亭", "每年四站")


def year(series_id, number, **changes):
    facts = {"series_id": series_id, "code": f"walk-{number}", "name": f"{number} 赛季", "year": number}
    return SeasonDraft(**(facts | changes))


@pytest.fixture
def series_id(ctx):
    return create_series(draft=BRAND, actor=SYSTEM)


def test_a_series_with_two_seasons(series_id):
    first = create_season(draft=year(series_id, 2021, keepsake="纪念奖牌"), actor=SYSTEM)
    second = create_season(draft=year(series_id, 2022), actor=SYSTEM)
    assert [card.season.id for card in seasons()] == [second, first]
    assert [one.seasons for one in all_series()] == [2]
    stored = season(first)
    assert (stored.season.series_name, stored.season.keepsake, stored.activities) == (BRAND.name, "纪念奖牌", 0)


def test_changes(series_id):
    season_id = create_season(draft=year(series_id, 2021), actor=SYSTEM)
    change_series(series_id=series_id, draft=SeriesDraft("walk", "新名"), actor=SYSTEM)
    change_season(season_id=season_id, draft=year(series_id, 2021, name="又一名"), actor=SYSTEM)
    assert season(season_id).season.series_name == "新名"
    assert season(season_id).season.name == "又一名"


def test_one_season_a_year(series_id):
    create_season(draft=year(series_id, 2021), actor=SYSTEM)
    with pytest.raises(Conflict) as error:
        create_season(draft=year(series_id, 2021, code="other"), actor=SYSTEM)
    assert (error.value.code, error.value.field) == ("year_taken", "year")


def test_codes_belong_to_one(series_id):
    with pytest.raises(Conflict) as error:
        create_series(draft=SeriesDraft("walk", "另一个"), actor=SYSTEM)
    assert error.value.code == "code_taken"
    first = create_season(draft=year(series_id, 2021), actor=SYSTEM)
    create_season(draft=year(series_id, 2022), actor=SYSTEM)
    with pytest.raises(Conflict) as error:
        change_season(season_id=first, draft=year(series_id, 2021, code="walk-2022"), actor=SYSTEM)
    assert (error.value.code, error.value.field) == ("code_taken", "code")
    assert season(first).season.code == "walk-2021"


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (SeriesDraft("", "名"), ("required", "code")),
        (SeriesDraft("a b", "名"), ("code_form", "code")),
        (SeriesDraft("a", ""), ("required", "name")),
        (SeriesDraft("a", "名" * 81), ("too_long", "name")),
    ],
)
def test_bad_series(draft, why):
    with pytest.raises(DomainError) as error:
        create_series(draft=draft, actor=SYSTEM)
    assert (error.value.code, error.value.field) == why
    assert all_series() == ()


def test_what_does_not_exist(series_id):
    with pytest.raises(NotFound):
        change_series(series_id=uuid7(), draft=BRAND, actor=SYSTEM)
    with pytest.raises(NotFound):
        change_season(season_id=uuid7(), draft=year(series_id, 2021), actor=SYSTEM)
    assert season(uuid7()) is None


def test_a_list_within_scopes(series_id):
    first = create_season(draft=year(series_id, 2021), actor=SYSTEM)
    create_season(draft=year(series_id, 2022), actor=SYSTEM)
    mine = {Scope(ScopeKind.SEASON, first), Scope(ScopeKind.ACTIVITY, uuid7())}
    assert [card.season.id for card in seasons(mine)] == [first]
    assert seasons(frozenset()) == ()
