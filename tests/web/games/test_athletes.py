"""Pages of athletes and of records."""

from datetime import date

import pytest

from app.audit.services import SYSTEM
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act
from app.games.constants import EventForm, EventFormat, GamesStatus
from app.games.models import EntryMember
from app.games.queries.games import event_by_ref
from app.games.queries.tables import places_of_event
from app.games.rules.programme import ResultRow
from app.games.services.imports import import_results
from app.games.services.publishing import reopen_result
from tests.factories import games as made
from tests.factories import people


def edition(year, rows):
    games_id = made.make_games(
        code=f"s{year}", starts_on=date(year, 9, 1), ends_on=date(year, 9, 2), status=GamesStatus.RUNNING
    )
    sport = made.add_discipline_to(games_id, code="ATH", name="跑步")
    for code, name in (("100", "100 米"), ("400", "400 米")):
        made.add_event_to(games_id, sport, code=code, name=name, format=EventFormat.TIMED)
    for code, name in (("xj", "西集镇"), ("ct", "城头镇")):
        made.add_delegation_to(games_id, code=code, name=name)
    import_results(games_id=games_id, rows=rows, create_missing=False, actor=SYSTEM)
    return games_id


@pytest.fixture
def games_id(ctx):
    return edition(
        2029,
        [
            ResultRow(2, "ATH", "100", 1, "xj", "王德福", "11.52"),
            ResultRow(3, "ATH", "100", 2, "ct", "王德福", "11.60"),
            ResultRow(4, "ATH", "400", 3, "xj", "王德福", "55.00"),
        ],
    )


def entry(games_id, code, rank):
    event = event_by_ref(games_id, code)
    return next(one.entry_id for one in places_of_event(games_id, event.id) if one.rank == rank)


def rows(page):
    return [row.select_one("th").get_text(" ", strip=True) for row in page.soup.select("tbody tr")]


def test_from_the_event_to_all_that_an_athlete_has_done(client, games_id):
    page = client.get("/games/s2029/events/100")
    (link,) = {link for link in page.links if str(entry(games_id, "100", 1)) in link}
    page = client.get(link)
    assert (page.h1, rows(page)) == ("王德福", ["跑步 100 米", "跑步 400 米"])
    other = client.get(f"/games/s2029/athletes/{entry(games_id, '100', 2)}")
    assert rows(other) == ["跑步 100 米"]  # another one of that name, of another delegation
    assert link in client.get("/games/s2029/delegations/xj").links


def test_what_is_not_shown_stands_nowhere(client, games_id):
    address = f"/games/s2029/athletes/{entry(games_id, '100', 1)}"
    event = event_by_ref(games_id, "100")
    reopen_result(games_id=games_id, event_id=event.id, reason="误报", actor=SYSTEM)
    page = client.get(address)
    assert rows(page) == ["跑步 400 米"]
    assert "还要参加" in page.main


def test_who_stands_in_no_public_list_has_no_page(client, games_id):
    event_id = made.add_event_to(games_id, form=EventForm.INDIVIDUAL)
    hidden = made.enter(games_id, event_id, name="张志强")
    client.get(f"/games/s2029/athletes/{hidden}", status=404)
    client.get(f"/games/s2029/athletes/{uuid7()}", status=404)
    client.get("/games/s2029/athletes/x", status=404)


def test_a_team_and_its_members(client, games_id):
    sport = event_by_ref(games_id, "100").discipline_id
    relay = made.add_event_to(games_id, sport, code="relay", name="接力", format=EventFormat.TIMED, form=EventForm.TEAM)
    dash = made.add_event_to(games_id, sport, code="200", name="200 米", format=EventFormat.TIMED)
    person = people.person()
    delegation = made.add_delegation_to(games_id, code="xz", name="徐庄镇")
    team = made.enter(games_id, relay, delegation, name="徐庄镇队", person_id=person)
    made.enter(games_id, dash, delegation, name="赵磊", person_id=person)

    @act
    def name_them():
        second = EntryMember(games_id=games_id, entry_id=team, person_id=people.person(), name="孙静", position=1)
        db.session.add(second)
        first = db.session.get(EntryMember, (games_id, team, person))
        first.name = "赵磊"

    name_them()
    found = [
        ResultRow(2, "ATH", "relay", 1, "xz", "徐庄镇队", "47.00"),
        ResultRow(3, "ATH", "200", 1, "xz", "赵磊", "24.00"),
    ]
    import_results(games_id=games_id, rows=found, create_missing=False, actor=SYSTEM)
    page = client.get(f"/games/s2029/athletes/{team}")
    assert rows(page) == ["跑步 接力"]
    assert "孙静" in page.main
    one = client.get(f"/games/s2029/athletes/{team}/1")
    assert (one.h1, sorted(rows(one))) == ("赵磊", ["跑步 200 米", "跑步 接力 徐庄镇队"])
    client.get(f"/games/s2029/athletes/{team}/3", status=404)
    client.get(f"/games/s2029/athletes/{team}/0", status=404)


def test_a_new_record_is_marked_wherever_its_mark_stands(client, games_id):
    assert "破纪录" not in client.get("/games/s2029/records").main
    later = edition(2030, [ResultRow(2, "ATH", "100", 1, "ct", "李敏", "11.40")])
    page = client.get("/games/s2030/records")
    assert "破纪录" in page.main
    assert "原 11.52" in page.main
    for address in ("/games/s2030/events/100", f"/games/s2030/athletes/{entry(later, '100', 1)}"):
        assert "破纪录" in client.get(address).main
    assert "破纪录" not in client.get("/games/s2029/events/100").main


def test_a_games_without_marks_has_an_empty_page_of_records(client, ctx):
    made.make_games(code="empty")
    assert "还没有纪录" in client.get("/games/empty/records").main
