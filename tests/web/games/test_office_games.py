"""The office's list of editions and the overview of one."""

from app.core.permissions import Role, Scope, ScopeKind
from tests.factories import games as made


class TestList:
    def test_an_office_without_games_is_told_so(self, office):
        assert "还没有运动会" in office.get("/office/games").main

    def test_a_referee_of_one_edition_sees_only_that_one(self, office, somebody):
        mine, other = made.make_games(code="mine", name="第十二届"), made.make_games(code="other", name="第十三届")
        referee = somebody(Role.REFEREE, Scope(ScopeKind.GAMES, mine))
        page = referee.get("/office/games")
        assert "第十二届" in page.main
        assert "第十三届" not in page.main
        referee.get(f"/office/games/{other}", status=404)
        assert "第十二届" in office.get(f"/office/games/{mine}").main

    def test_the_overview_counts_what_is_live(self, office):
        games_id = made.make_games(code="twelfth")
        event_id = made.add_event_to(games_id)
        made.enter(games_id, event_id, name="王德福")
        page = office.get("/office/games/twelfth")
        assert [one.get_text(strip=True) for one in page.soup.select(".x-figure__value")] == [
            "1个",
            "0个",
            "1个",
            "1项",
        ]
