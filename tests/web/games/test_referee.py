"""A referee's phone: my units, a bout, a match, a heat, a sheet; the head referee's word."""

import io

import pytest

from app.audit.services import SYSTEM
from app.core.permissions import Role, Scope, ScopeKind
from app.games.constants import EventFormat
from app.games.services.referees import assign_referee
from tests.factories import accounts
from tests.factories import games as made


class Venue:
    """An edition with one event, and browsers of those who officiate there."""

    def __init__(self, client, kind, names="甲乙", **facts):
        self.client = client
        self.games = made.make_games(code="twelfth")
        self.event = made.add_event_to(self.games, format=kind, **facts)
        self.entry = {
            name: made.enter(self.games, self.event, name=name, number=str(100 + n), draw=n)
            for n, name in enumerate(names, 1)
        }
        self.unit = made.unit_of(self.games, self.event, *self.entry.values(), court="1 号垫")

    @property
    def url(self):
        return f"/games/twelfth/referee/{self.unit}"

    def referee(self, number=0, panel=""):
        account = accounts.staff(Role.REFEREE, scope=Scope(ScopeKind.GAMES, self.games))
        assign_referee(
            games_id=self.games,
            event_id=self.event,
            unit_ids=[self.unit],
            account_id=account.id,
            number=number,
            panel=panel,
            actor=SYSTEM,
        )
        return self.client.another().login_as(account)

    def id(self, name):
        return str(self.entry[name])


@pytest.fixture
def venue(client, ctx):
    return lambda *args, **facts: Venue(client, *args, **facts)


WRITE = "form[action$='/{}']"


def write_form(place):
    return WRITE.format(place.unit)


class TestUnits:
    def test_only_mine_and_their_state(self, venue):
        place = venue(EventFormat.WRESTLING)
        mine, stranger = (
            place.referee(),
            place.client.another().login_as(accounts.staff(Role.REFEREE, scope=Scope(ScopeKind.GAMES, place.games))),
        )
        page = mine.get("/games/twelfth/referee")
        assert "甲 — 乙" in page.main
        assert "1 号垫" in page.main
        assert "未开始" in page.main
        assert "还没有派给您的场次" in stranger.get("/games/twelfth/referee").main

    def test_referees_of_another_edition_find_nothing(self, venue, somebody):
        place = venue(EventFormat.WRESTLING)
        elsewhere = somebody(Role.REFEREE, Scope(ScopeKind.GAMES, made.make_games()))
        elsewhere.get(place.url, status=404)


class TestBout:
    def test_from_the_start_to_the_head_referee_s_word(self, venue):
        place = venue(EventFormat.WRESTLING)
        phone = place.referee()
        phone.get(place.url)
        assert "进行中" in phone.submit({}, form="form[action$='/begin']").main
        page = phone.submit(
            {"points_a": "5", "points_b": "3", "winner": place.id("甲"), "victory": "VPO1"}, form=write_form(place)
        )
        assert "未确认" in page.main
        assert "甲 胜" in page.main
        page = phone.submit({}, form="form[action$='/confirm']")
        assert "已确认" in page.main

    def test_what_cannot_be_stands_beside_its_input_and_what_was_typed_stays(self, venue):
        place = venue(EventFormat.WRESTLING)
        phone = place.referee()
        phone.get(place.url)
        page = phone.submit(
            {"points_a": "3", "points_b": "5", "winner": place.id("甲"), "victory": "VPO1"},
            form=write_form(place),
            status=422,
        )
        assert "甲 — 乙：胜者的技术分比负者少。" in page.errors[0]
        assert page.soup.select_one("#points_b")["value"] == "5"

    def test_a_stale_page_is_told_so_and_may_decide(self, venue):
        place = venue(EventFormat.WRESTLING)
        one, two = place.referee(), place.referee(1)
        one.get(place.url)
        two.get(place.url)
        said = {"points_a": "5", "points_b": "3", "winner": place.id("甲"), "victory": "VPO1"}
        one.submit(said, form=write_form(place))
        page = two.submit({**said, "points_a": "6"}, form=write_form(place), status=422)
        assert "刚被改过" in page.main
        assert "第 2 版" in two.submit({}, form=write_form(place)).main

    def test_only_the_head_referee_is_asked_to_confirm(self, venue):
        place = venue(EventFormat.WRESTLING)
        head, judge = place.referee(), place.referee(1)
        judge.get(place.url)
        said = {"points_a": "", "points_b": "", "winner": place.id("甲"), "victory": "VFA"}
        page = judge.submit(said, form=write_form(place))
        assert "等裁判长确认" in page.main
        assert not page.soup.select("form[action$='/confirm']")
        judge.post(f"{place.url}/confirm", {"version": "1"}, status=403)
        assert head.get(place.url).soup.select("form[action$='/confirm']")


class TestMatch:
    def test_sets_give_the_score(self, venue):
        place = venue(EventFormat.LEAGUE, rules="ittf-3.7.5")
        phone = place.referee()
        phone.get(place.url)
        page = phone.submit({"sets": "11:9 8-11，11：7"}, form=write_form(place))
        assert "甲 2:1 乙" in page.main

    def test_a_slip_in_the_sets(self, venue):
        place = venue(EventFormat.LEAGUE, rules="ittf-3.7.5")
        phone = place.referee()
        phone.get(place.url)
        assert "每局写两个数" in phone.submit({"sets": "11"}, form=write_form(place), status=422).errors[0]

    def test_a_forfeit(self, venue):
        place = venue(EventFormat.LEAGUE)
        phone = place.referee()
        phone.get(place.url)
        assert "乙 弃权" in phone.submit({"gave": f"forfeit:{place.id('乙')}"}, form=write_form(place)).main


class TestHeat:
    def test_row_by_row(self, venue):
        place = venue(EventFormat.TIMED)
        phone = place.referee()
        phone.get(place.url)
        page = phone.submit({"rows-0-gun": "9:44.2", "rows-1-irm": "DNF"}, form=write_form(place))
        assert "9:44.2" in page.main
        assert "已确认" in phone.submit({}, form="form[action$='/confirm']").main

    def test_pasted_lines(self, venue):
        place = venue(EventFormat.TIMED)
        phone = place.referee()
        phone.get(f"{place.url}/times")
        page = phone.submit({"times": "号码\t时间\n101\t9:44.2\n102\tDNS"})
        assert "9:44.2" in page.main
        assert "DNS" in page.main

    def test_every_slip_is_named_by_line_and_column(self, venue):
        place = venue(EventFormat.TIMED)
        phone = place.referee()
        phone.get(f"{place.url}/times")
        page = phone.submit({"times": "101\t9:44\n101\t9:45\n999\t9:46\n9:47.1\n102\t9:75"}, status=422)
        assert "第 2 行第 1 列：101 号出现两次。" in page.main
        assert "第 3 行第 1 列：这一组没有 999 号。" in page.main
        assert "第 4 行第 1 列：“9:47.1”没有号码" in page.main
        assert "第 5 行第 2 列：“9:75”不是时间" in page.main
        assert "还没有成绩" not in page.main
        assert "已写的成绩" not in phone.get(place.url).main

    def test_a_file(self, venue):
        place = venue(EventFormat.TIMED)
        phone = place.referee()
        phone.get(f"{place.url}/times")
        sent = {
            "version": "0",
            "times": "",
            "file": (io.BytesIO("号码,枪声\n101,9:44\n102,9:45".encode("gb18030")), "a.csv"),
        }
        page = phone.post(f"{place.url}/times", sent, content_type="multipart/form-data")
        assert "9:45" in page.main


class TestPanel:
    def test_each_judge_sees_the_own_sheet_alone(self, venue):
        place = venue(EventFormat.JUDGED)
        head, one, two = place.referee(), place.referee(1), place.referee(2)
        one.get(place.url, follow=True)
        page = one.submit({"rows-0-score": "8.80", "rows-1-score": "9"})
        assert "已交分" in page.main
        page = two.get(place.url, follow=True)
        assert "8.80" not in page.html
        assert "1 号 8.80" in head.get(place.url).main

    def test_a_score_beyond_the_scale(self, venue):
        place = venue(EventFormat.JUDGED)
        judge = place.referee(1)
        judge.get(place.url, follow=True)
        page = judge.submit({"rows-0-score": "10.01"}, status=422)
        assert "甲：分数应在 0.00 与 10.00 之间。" in page.errors[0]

    def test_the_head_judge_brings_them_together_and_they_are_locked(self, venue):
        place = venue(EventFormat.JUDGED)
        head, one, two = place.referee(), place.referee(1), place.referee(2)
        one.get(place.url, follow=True)
        one.submit({"rows-0-score": "8.80", "rows-1-score": "8.60"})
        head.get(place.url)
        head.submit({"rows-0-adjustment": "+0.05"}, form=write_form(place))
        page = head.submit({}, form="form[action$='/confirm']")
        assert "缺一名裁判的分数，不能当 0 分" in page.main
        two.get(place.url, follow=True)
        two.submit({"rows-0-score": "8.90", "rows-1-score": "8.70"})
        head.get(place.url)
        head.submit({"rows-0-adjustment": "+0.05"}, form=write_form(place))
        assert "已确认" in head.submit({}, form="form[action$='/confirm']").main
        page = one.get(f"{place.url}/sheet")
        assert "分数不能再改" in page.main
        page = one.post(f"{place.url}/sheet", {"rows-0-entry": place.id("甲"), "rows-0-score": "9.9"}, status=422)
        assert "裁判长已确认" in page.main

    def test_a_judge_who_changes_a_score_later_makes_the_head_judge_look_again(self, venue):
        place = venue(EventFormat.JUDGED)
        head, one = place.referee(), place.referee(1)
        one.get(place.url, follow=True)
        one.submit({"rows-0-score": "8.80", "rows-1-score": "8.60"})
        head.get(place.url)
        head.submit({}, form=write_form(place))
        one.get(place.url, follow=True)
        one.submit({"rows-0-score": "8.90"})
        assert "裁判又改了分" in head.submit({}, form="form[action$='/confirm']").main

    def test_scores_from_paper(self, venue):
        place = venue(EventFormat.JUDGED)
        head = place.referee()
        head.get(place.url)
        head.submit({"rows-0-scores": "8.8 8.9，8.7", "rows-1-irm": "DNS"}, form=write_form(place))
        assert "已确认" in head.submit({}, form="form[action$='/confirm']").main


def test_places_are_typed_on_one_page(office):
    games = made.make_games(code="twelfth")
    event = made.add_event_to(games, format=EventFormat.PLACES, code="dance")
    for name in "甲乙丙":
        made.enter(games, event, name=name)
    office.get("/office/games/twelfth/events/dance/results")
    page = office.submit({}, form="form[action$='/list']")
    write = f"form[action='{page.url}']"
    page = office.submit({"rows-0-place": "1", "rows-1-place": "3"}, form=write, status=422)
    assert "名次跳了" in page.main
    office.submit({"rows-0-place": "1", "rows-1-place": "2", "rows-2-irm": "DSQ"}, form=write)
    office.submit({}, form="form[action$='/confirm']")
    office.get("/office/games/twelfth/events/dance/results")
    page = office.submit({}, form="form[action$='/official']")
    assert "正式成绩" in page.main


class TestTakenBack:
    def test_a_confirmed_bout_is_a_draft_again_with_the_reason_in_view(self, venue):
        place = venue(EventFormat.WRESTLING)
        phone = place.referee()
        phone.get(place.url)
        said = {"points_a": "", "points_b": "", "winner": place.id("甲"), "victory": "VFA"}
        phone.submit(said, form=write_form(place))
        phone.submit({}, form="form[action$='/confirm']")
        assert "已确认" in phone.submit({}, form="form[action$='/take-back']").main  # not without a reason
        page = phone.submit({"reason": "半决赛更正"}, form="form[action$='/take-back']")
        assert "原因：半决赛更正" in page.main
        assert page.soup.select("form[action$='/confirm']")

    def test_a_judge_does_not_take_it_back(self, venue):
        place = venue(EventFormat.WRESTLING)
        head, judge = place.referee(), place.referee(1)
        head.get(place.url)
        said = {"points_a": "", "points_b": "", "winner": place.id("甲"), "victory": "VFA"}
        head.submit(said, form=write_form(place))
        head.submit({}, form="form[action$='/confirm']")
        judge.post(f"{place.url}/take-back", {"version": "1", "reason": "我要改"}, status=403)
        assert "已确认" in head.get(place.url).main
