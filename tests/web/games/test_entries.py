"""The office's pages of entries, the weigh-in, and the public's start list."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.permissions import Role
from app.core.spreadsheets import read_table
from app.games.constants import EntryState, EventFormat, GamesStatus
from app.games.models import Entry
from app.games.services.entry_changes import withdraw
from app.games.services.programme import set_games_status
from tests.factories import games as made

FORM = "main form.x-form"
AREA = "/office/games/twelfth/entries"


@pytest.fixture
def edition(ctx):
    return made.make_games(code="twelfth")


@pytest.fixture
def event(edition):
    return made.add_event_to(
        edition, name="自由式 57 公斤", code="FS57", weight_over=55_000, weight_up_to=57_000, entry_limit=2
    )


@pytest.fixture
def team(edition):
    return made.add_delegation_to(edition, name="徐庄镇代表团")


@pytest.fixture
def entry(edition, event, team):
    return made.enter(edition, event, team, name="王德福")


def stored(edition, entry_id):
    db.session.expire_all()
    return db.session.get(Entry, (edition, entry_id))


class TestCounts:
    def test_by_event_and_by_delegation(self, office, edition, event, team, entry):
        other = made.enter(edition, event, team)
        withdraw(games_id=edition, entry_id=other, actor=SYSTEM)
        page = office.get(AREA)
        cells = [tag.get_text(strip=True) for tag in page.soup.select("main tbody tr")[0].select("th, td.x-num")]
        assert cells == ["自由式 57 公斤", "1", "1", "1"]
        page = office.get(f"{AREA}?by=delegation")
        cells = [tag.get_text(strip=True) for tag in page.soup.select("main tbody tr")[0].select("th, td.x-num")]
        assert cells == ["徐庄镇代表团", "1", "1", "1"]

    def test_an_empty_edition(self, office, edition):
        assert "还没有项目" in office.get(AREA).main
        assert "还没有代表团" in office.get(f"{AREA}?by=delegation").main

    def test_a_referee_sees_but_enters_nobody(self, somebody, edition, entry):
        page = somebody(Role.REFEREE).get(AREA)
        assert "代为报项" not in page.main
        somebody(Role.REFEREE).get(f"{AREA}/{entry}", status=403)


class TestList:
    def test_filtered_by_event_delegation_and_state(self, office, edition, event, team, entry):
        made.enter(edition, made.add_event_to(edition), name="李秀英")
        assert {"王德福", "李秀英"} <= set(office.get(f"{AREA}/list").main.split())
        for chosen in (f"event={event}", f"delegation={team}"):
            page = office.get(f"{AREA}/list?{chosen}")
            assert "王德福" in page.main
            assert "李秀英" not in page.main
        assert "没有符合条件的报项" in office.get(f"{AREA}/list?state=scratched").main

    def test_what_makes_no_sense_asks_for_nothing(self, office, entry):
        assert "王德福" in office.get(f"{AREA}/list?event=x&state=y&page=0").main

    def test_page_by_page(self, office, edition, event, monkeypatch):
        monkeypatch.setattr("app.games.routes.entries.PAGE", 2)
        for n in range(5):
            made.enter(edition, event, name=f"运动员{n}")
        page = office.get(f"{AREA}/list?event={event}&page=3")
        assert len(page.soup.select("main tbody tr")) == 1
        assert "第 3 / 3 页，共 5 条" in page.main
        assert any(f"event={event}&page=2" in one for one in page.links)

    def test_the_file_has_what_is_filtered_and_is_noted(self, office, edition, event, entry):
        made.enter(edition, made.add_event_to(edition), name="李秀英")
        data = office.get(f"{AREA}.xlsx?event={event}").data
        rows = read_table(data, max_rows=10).rows
        assert [row.cells[3:5] for row in rows[1:]] == [("王德福", "王德福")]
        acts = (
            select(func.count())
            .select_from(AuditEntry)
            .where(AuditEntry.action == "games.entries_exported", AuditEntry.scope_id == edition)
        )
        assert db.session.execute(acts).scalar_one() == 1


class TestDecisions:
    def test_scratched_with_a_reason_and_put_back(self, office, edition, entry):
        page = office.get(f"{AREA}/{entry}")
        page = office.submit({"decision": "医生不许参赛"}, form=FORM)
        assert page.flash == ["已退赛。"]
        assert (stored(edition, entry).state, stored(edition, entry).reason) == (EntryState.SCRATCHED, "医生不许参赛")
        page = office.submit({"decision": "复查可以参赛"}, form=FORM)
        assert page.flash == ["已恢复。"]
        assert stored(edition, entry).state == EntryState.ENTERED

    def test_not_without_a_reason(self, office, edition, entry):
        office.get(f"{AREA}/{entry}")
        page = office.submit({"decision": ""}, form=FORM, status=422)
        assert "这里要填。" in page.main
        assert stored(edition, entry).state == EntryState.ENTERED

    def test_who_is_not_there(self, office, edition):
        office.get(f"{AREA}/f47ac10b-58cc-4372-a567-0e02b2c3d479", status=404)


class TestWeighIn:
    AT = "/office/games/twelfth/weigh-in/FS57"

    def test_a_referee_writes_weights_and_sees_who_misses_the_class(self, somebody, office, edition, event, entry):
        heavy = made.enter(edition, event, name="李重")
        referee = somebody(Role.REFEREE)
        assert self.AT in referee.get(AREA).links
        referee.get(self.AT)
        page = referee.submit({f"weight-{entry}": "56.9", f"weight-{heavy}": "57.05"}, form=FORM)
        assert page.flash == ["已保存，1 人不合格。"]
        assert "57.05 kg 超过自由式 57 公斤的 57 kg。" in page.main
        assert (stored(edition, entry).weight, stored(edition, heavy).weight) == (56_900, 57_050)
        assert stored(edition, heavy).state == EntryState.ENTERED
        address = f"{AREA}/{heavy}?why=weight"
        assert address not in page.links
        assert address in office.get(self.AT).links
        office.get(address)
        office.submit(form=FORM)
        assert stored(edition, heavy).reason == "称重不合格"
        assert "李重" not in office.get(self.AT).main

    @pytest.mark.parametrize("text", ["重", "5", "57,1", "-3"])
    def test_a_slip_keeps_what_was_typed_and_stores_nothing(self, office, edition, event, entry, text):
        other = made.enter(edition, event)
        office.get(self.AT)
        page = office.submit({f"weight-{entry}": text, f"weight-{other}": "56"}, form=FORM, status=422)
        assert page.soup.select_one(f"#weight-{entry}")["value"] == text
        assert page.soup.select_one(f"#weight-{other}")["value"] == "56"
        assert stored(edition, other).weight is None

    def test_an_event_without_classes(self, office, edition):
        made.add_event_to(edition, code="RUN", format=EventFormat.TIMED)
        assert "这个小项不分体重级别" in office.get("/office/games/twelfth/weigh-in/RUN").main


class TestStartList:
    AT = "/games/twelfth/events/FS57/entries"

    def test_shown_once_entries_are_closed(self, client, edition, entry):
        assert "名单还没有公布" in client.get(self.AT).main
        set_games_status(games_id=edition, status=GamesStatus.RUNNING, actor=SYSTEM)
        page = client.get(self.AT)
        assert "王德福" in page.main
        assert "徐庄镇代表团" in page.main
        assert self.AT in client.get("/games/twelfth/events/FS57").links

    def test_not_before_entries_open(self, client, ctx):
        games_id = made.make_games(code="early", entries_open_at=now() + timedelta(days=1))
        made.enter(games_id, made.add_event_to(games_id, code="A"))
        assert "名单还没有公布" in client.get("/games/early/events/A/entries").main

    def test_who_is_withdrawn_is_gone_and_who_is_scratched_is_marked(self, client, edition, event, team, entry):
        gone = made.enter(edition, event, team, name="李秀英", state=EntryState.WITHDRAWN.value)
        assert gone
        made.enter(edition, event, name="赵退赛", state=EntryState.SCRATCHED.value, reason="受伤")
        set_games_status(games_id=edition, status=GamesStatus.RUNNING, actor=SYSTEM)
        page = client.get(self.AT)
        assert "李秀英" not in page.main
        assert "赵退赛 退赛" in page.main
        assert "受伤" not in page.main

    def test_a_draft_is_seen_by_nobody_outside(self, client, ctx):
        games_id = made.make_games(code="draft", status=GamesStatus.DRAFT)
        made.add_event_to(games_id, code="A")
        client.get("/games/draft/events/A/entries", status=404)
