"""The schedule: the office fills sessions and puts them off; everybody reads it, on the page and in a calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from app.audit.services import SYSTEM
from app.core.clock import local, now
from app.core.permissions import Role, Scope, ScopeKind
from app.games.constants import EventFormat, GamesStatus, SessionStatus
from app.games.queries.schedule import loose_of, sessions_of, units_in
from app.games.rules.schedule import SessionDraft
from app.games.services.draws import hold_draw
from app.games.services.schedule import add_session, place_units, put_off_session
from tests.factories import games as made

OFFICE = "/office/games/twelfth/schedule"
PAGE = "/games/twelfth/schedule"


class Games:
    """A knockout of four, drawn; `session` puts a session on the 20th, `fill` its two semi-finals."""

    def __init__(self, status: GamesStatus = GamesStatus.RUNNING) -> None:
        self.id = made.make_games(
            code="twelfth", name="第十二届", status=status, starts_on=date(2030, 9, 20), ends_on=date(2030, 9, 22)
        )
        self.event = made.add_event_to(self.id, code="BDM-MS", name="男子单打", format=EventFormat.KNOCKOUT)
        self.teams = [made.add_delegation_to(self.id, code=f"T{n}", name=f"{n}镇") for n in range(4)]
        for n, team in enumerate(self.teams):
            made.enter(self.id, self.event, team, name=f"选手{n}")
        hold_draw(games_id=self.id, event_id=self.event, actor=SYSTEM, seed="1")

    def session(self, name="第一天上午", hour=9):
        starts_at = now().replace(month=9, day=20, hour=hour - 8, minute=0, second=0, microsecond=0)
        draft = SessionDraft(name, "体育馆", starts_at, starts_at + timedelta(hours=3))
        return add_session(games_id=self.id, draft=draft, actor=SYSTEM)

    def fill(self, session_id, courts=("1 号", "2 号")):
        ids = loose_of(self.id, [self.event])[:2]
        place_units(games_id=self.id, session_id=session_id, unit_ids=ids, minutes=30, courts=courts, actor=SYSTEM)
        return ids


@pytest.fixture
def games(ctx, clock):
    return Games()


class TestOffice:
    def test_from_nothing_to_a_filled_session(self, office, games):
        page = office.get(OFFICE)
        assert "还没有单元" in page.main
        assert "男子单打" in page.main
        page = office.submit(
            {"name": "第一天上午", "venue": "体育馆", "starts_at": "2030-09-20T09:00", "ends_at": "2030-09-20T12:00"}
        )
        assert page.flash == ["已加单元。"]
        (session,) = sessions_of(games.id)
        office.get(f"{OFFICE}/{session.id}")
        page = office.submit(
            {"place-events": str(games.event), "place-minutes": "30", "place-courts": "1 号\n2 号"},
            form="form[action$='/units']",
        )
        assert page.flash == ["已排进单元。"]
        rows = [[cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in page.soup.select("tbody tr")]
        assert [row[:2] for row in rows][:3] == [["9:00", "1 号"], ["9:00", "2 号"], ["9:30", "1 号"]]

    def test_a_wrong_session_keeps_what_was_typed(self, office, games):
        office.get(OFFICE)
        typed = {"name": "上午", "venue": "", "starts_at": "2030-09-20T12:00", "ends_at": "2030-09-20T09:00"}
        page = office.submit(typed, status=422)
        assert page.errors
        assert page.soup.select_one("[name=name]")["value"] == "上午"
        page = office.submit({"venue": "馆"}, status=422)
        assert "结束应晚于开始。" in page.errors[0]

    def test_an_overlap_is_shown_and_has_to_be_confirmed(self, office, games):
        first, second = games.session(), games.session("同时")
        games.fill(first, courts=("1 号",))
        ids = {one.id for one in units_in(games.id)}
        office.get(f"{OFFICE}/{second}")
        sent = {"place-events": str(games.event), "place-minutes": "30", "place-courts": "1 号"}
        page = office.submit(sent, form="form[action$='/units']", status=422)
        assert "同时重叠" in " ".join(page.errors)
        told = page.soup.select_one("section[aria-labelledby=clashes]").get_text(" ", strip=True)
        assert "同一块场地" in told, "what is to be confirmed can be read before"
        assert {one.id for one in units_in(games.id)} == ids
        page = office.submit(sent | {"place-confirmed": "y"}, form="form[action$='/units']")
        assert page.flash == ["已排进单元。"]
        assert "同一块场地" in page.main
        assert "同一块场地" in office.get(OFFICE).main

    def test_one_unit_is_moved_and_what_clashes_is_said(self, office, games):
        session_id = games.session()
        one, _other = games.fill(session_id)
        office.get(f"{OFFICE}/units/{one}")
        page = office.submit({"court": "2 号"}, status=422)
        assert "同时重叠" in " ".join(page.errors)
        assert "9:00" in page.soup.select_one("main .x-lines").get_text()
        page = office.submit({"court": "3 号", "starts_at": "2030-09-20T10:15", "minutes": "45"})
        assert page.flash == ["已改时间，公开的赛程同时改了。"]
        (moved,) = [unit for unit in units_in(games.id) if unit.id == one]
        assert (f"{local(moved.starts_at):%H:%M}", moved.court, moved.minutes) == ("10:15", "3 号", 45)

    def test_putting_off_needs_a_reason(self, office, games):
        session_id = games.session()
        games.fill(session_id)
        office.get(f"{OFFICE}/{session_id}")
        page = office.submit({"off-status": "postponed"}, form="form[action$='/status']", status=422)
        assert page.errors
        page = office.submit({"off-reason": "暴雨"}, form="form[action$='/status']")
        assert page.flash == ["已改，公开的赛程同时改了。"]
        assert "推迟" in office.get(PAGE).main

    def test_changed_cleared_and_removed(self, office, games):
        session_id = games.session()
        games.fill(session_id)
        office.get(f"{OFFICE}/{session_id}")
        page = office.submit({"facts-name": "改名"}, form=f"form[action$='{session_id}']")
        assert page.h1.endswith("改名")
        page = office.get(f"{OFFICE}/{session_id}/clear")
        assert "没打的 2 场会失去时间和场地" in page.main
        assert len(units_in(games.id)) == 2
        page = office.submit(form="form[action$='/clear']")
        assert "这个单元还没有场次" in page.main
        page = office.submit(form="form[action$='/remove']")
        assert page.flash == ["已删除单元。"]
        office.get(f"{OFFICE}/{session_id}", status=404)

    def test_a_referee_reads_and_the_manager_of_other_games_sees_nothing(self, somebody, games):
        session_id = games.session()
        page = somebody(Role.REFEREE).get(f"{OFFICE}/{session_id}")
        assert not page.soup.select("main form")
        other = made.make_games()
        somebody(Role.EVENT_MANAGER, Scope(ScopeKind.GAMES, other)).get(OFFICE, status=404)


class TestPublic:
    def test_everybody_reads_days_sessions_and_who_meets(self, client, games):
        games.fill(games.session())
        games.session("下午", hour=14)
        page = client.get(PAGE)
        assert "9月20日 星期五" in page.main
        assert "9:00—12:00 体育馆" in page.main
        assert "选手0" in page.main
        assert "场次排好后放在这里。" in page.main

    def test_of_one_delegation_and_of_one_sport(self, client, games):
        games.fill(games.session())
        assert "选手1" in client.get(f"{PAGE}?delegation=T1").main
        lines = client.get(f"{PAGE}?delegation=T1").soup.select("#schedule li")
        assert len(lines) == 1
        assert "这里还没有赛程" in client.get(f"{PAGE}?sport=nothing").main
        client.get(f"{PAGE}?delegation=nobody", status=404)

    def test_whoever_holds_it_is_sent_it_again_only_after_a_change(self, client, games):
        session_id = games.session()
        games.fill(session_id)
        tag = client.get(PAGE).headers["ETag"]
        client.get(PAGE, headers={"If-None-Match": tag}, status=304)
        put_off_session(
            games_id=games.id, session_id=session_id, status=SessionStatus.CANCELLED, reason="雨", actor=SYSTEM
        )
        assert "取消" in client.get(PAGE, headers={"If-None-Match": tag}).main

    def test_games_without_a_schedule_and_drafts(self, client, ctx, clock):
        made.make_games(code="empty", status=GamesStatus.RUNNING)
        assert "这里还没有赛程" in client.get("/games/empty/schedule").main
        made.make_games(code="hidden", status=GamesStatus.DRAFT)
        for page in ("schedule", "schedule.ics"):
            client.get(f"/games/hidden/{page}", status=404)


class TestCalendar:
    def entries(self, client, query=""):
        answer = client.get(f"{PAGE}.ics{query}")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        return Calendar.from_ical(answer.data).walk("VEVENT")

    def test_each_unit_stands_in_it_with_its_place_and_length(self, client, games):
        one, _other = games.fill(games.session())
        games.session("下午", hour=14)
        entries = self.entries(client)
        assert len(entries) == 3
        (mine,) = [entry for entry in entries if entry["UID"] == f"{one}@xiangyue"]
        assert f"{mine.decoded('DTSTART'):%Y-%m-%d %H:%M %z}" == "2030-09-20 09:00 +0800"
        assert mine.decoded("DTEND") - mine.decoded("DTSTART") == timedelta(minutes=30)
        assert mine["LOCATION"] == "体育馆 1 号"
        assert mine["STATUS"] == "CONFIRMED"

    def test_a_change_raises_the_sequence_and_a_put_off_unit_is_tentative(self, client, games):
        session_id = games.session()
        one, _other = games.fill(session_id)
        (before,) = [entry for entry in self.entries(client) if entry["UID"] == f"{one}@xiangyue"]
        put_off_session(
            games_id=games.id, session_id=session_id, status=SessionStatus.POSTPONED, reason="雨", actor=SYSTEM
        )
        (after,) = [entry for entry in self.entries(client) if entry["UID"] == f"{one}@xiangyue"]
        assert after["SEQUENCE"] > before["SEQUENCE"]
        assert after["STATUS"] == "TENTATIVE"

    def test_of_one_delegation(self, client, games):
        games.fill(games.session())
        assert len(self.entries(client, "?delegation=T1")) == 1
