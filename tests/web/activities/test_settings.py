"""A new station, and its settings: every refusal beside its input, nothing typed is lost."""

from datetime import timedelta

import pytest

from app.activities.queries import activity_by_ref, station
from app.core.permissions import Role
from tests.factories import activities as made
from tests.factories import registrations

FORM = "form.x-form"


def at(walk, part=""):
    return f"/office/activities/{walk.code}{part}"


def value(page, name):
    tag = page.soup.select_one(f"[name='{name}']")
    return tag.get_text() if tag.name == "textarea" else tag["value"]


class TestCreate:
    TYPED = {"name": "凫城站", "code": "fucheng-2030", "place": "凫城镇文化广场"}

    def test_a_draft_with_the_usual_times(self, office):
        page = office.get("/office/activities/new")
        assert value(page, "starts_at") == "2030-06-08T08:00"
        assert value(page, "gate_opens_at") == "2030-06-08T07:00"
        page = office.submit(self.TYPED, form=FORM)
        assert "已建立草稿，接着设组别和签到点。" in page.flash
        assert page.url.endswith("/fucheng-2030/categories")
        made_one = activity_by_ref("fucheng-2030")
        assert (made_one.status, made_one.seal_text) == ("draft", "凫城")
        assert made_one.starts_at.isoformat() == "2030-06-08T00:00:00+00:00"

    @pytest.mark.parametrize(
        ("typed", "field", "words"),
        [
            ({"name": ""}, "name", "这里要填。"),
            ({"code": "凫城"}, "code", "代号只用字母、数字和横线"),
            ({"code": "new"}, "code", "这个代号系统自己要用"),
            ({"place": "x" * 121}, "place", "最多 120 个字。"),
            ({"starts_at": "2030-02-30T08:00"}, "starts_at", "没有这个时间"),
            ({"starts_at": "0001-01-01T08:00"}, "starts_at", "年份不对"),
            ({"starts_at": ""}, "starts_at", "这里要填。"),
            ({"ends_at": "2030-06-08T07:30"}, "ends_at", "结束时间要晚于开始时间。"),
            ({"gate_opens_at": "2030-06-08T08:30"}, "gate_opens_at", "入场时间不能晚于开始时间。"),
            ({"closes_at": "2030-06-09T08:00"}, "closes_at", "报名截止晚于活动结束（6月8日 12:00）。"),
            ({"opens_at": "2030-06-07T08:00"}, "closes_at", "截止时间要晚于开始报名的时间。"),
            ({"seal_text": "凫城站"}, "seal_text", "最多 2 个字。"),
            ({"intro": "a\u202eb"}, "intro", "里面有看不见的字符"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_input(self, office, typed, field, words):
        office.get("/office/activities/new")
        page = office.submit(self.TYPED | typed, form=FORM, status=422)
        assert words in page.soup.select_one(f"#{field}-error").get_text()
        assert page.soup.select_one(f"#{field}")["aria-invalid"] == "true"
        assert f"#{field}" in [link["href"] for link in page.soup.select(".x-summary a")]
        assert activity_by_ref("fucheng-2030") is None

    def test_what_was_typed_stays(self, office):
        walk = made.station()
        office.get("/office/activities/new")
        typed = self.TYPED | {"code": walk.code, "intro": "第一行\n第二行", "starts_at": "2030-06-08T08:15"}
        page = office.submit(typed, form=FORM, status=422)
        assert "这个代号已经用过，请换一个。" in page.errors[0]
        for name in ("name", "code", "place", "starts_at"):
            assert value(page, name) == typed[name]
        assert value(page, "intro").strip() == typed["intro"]

    def test_every_problem_at_once(self, office):
        office.get("/office/activities/new")
        page = office.submit({"name": "", "code": "", "place": ""}, form=FORM, status=422)
        assert "还有 3 处要改" in page.main


class TestBasics:
    def test_saved(self, office):
        walk = made.station()
        office.get(at(walk, "/edit"))
        page = office.submit({"name": "徐庄新站", "intro": "一\n二"}, form=FORM)
        assert page.flash == ["已保存。"]
        assert (page.h1, activity_by_ref(walk.code).intro) == ("徐庄新站 设置", "一\n二")

    def test_somebody_was_quicker_and_nothing_typed_is_lost(self, office, somebody):
        walk = made.station()
        office.get(at(walk, "/edit"))
        other = somebody(Role.EVENT_MANAGER)
        other.get(at(walk, "/edit"))
        other.submit({"service_phone": "0632-1"}, form=FORM)
        page = office.submit({"name": "我的名字"}, form=FORM, status=422)
        assert "这个活动刚被别人改过" in page.main
        assert value(page, "name") == "我的名字"
        assert activity_by_ref(walk.code).service_phone == "0632-1"
        page = office.submit(form=FORM)
        assert page.flash == ["已保存。"]
        assert activity_by_ref(walk.code).name == "我的名字"

    def test_a_slip_of_the_finger_does_not_hide_that_somebody_was_quicker(self, office, somebody):
        walk = made.station()
        office.get(at(walk, "/edit"))
        other = somebody(Role.EVENT_MANAGER)
        other.get(at(walk, "/edit"))
        other.submit({"service_phone": "0632-1"}, form=FORM)
        office.submit({"name": ""}, form=FORM, status=422)
        page = office.submit({"name": "我的名字"}, form=FORM, status=422)
        assert "这个活动刚被别人改过" in page.main
        assert activity_by_ref(walk.code).service_phone == "0632-1"

    @pytest.mark.parametrize("version", ["", "x", "-1", "１", "9" * 30])
    def test_a_form_without_its_version_changes_nothing(self, office, version):
        walk = made.station()
        office.get(at(walk, "/edit"))
        page = office.submit({"name": "又改", "version": version}, form=FORM, status=422)
        assert "这个活动刚被别人改过" in page.main
        assert activity_by_ref(walk.code).name != "又改"

    def test_another_day(self, office):
        walk = made.station()
        office.get(at(walk, "/edit"))
        later = {
            "starts_at": "2030-06-10T08:00",
            "ends_at": "2030-06-10T17:00",
            "gate_opens_at": "2030-06-10T07:00",
        }
        page = office.submit(later | {"move_hours": None}, form=FORM, status=422)
        assert "起点的签到时间会落在活动之外" in page.main
        assert not page.soup.select_one("#move_hours").has_attr("checked")
        office.submit({"move_hours": "y"}, form=FORM)
        found = station(walk.id)
        assert found.activity.starts_at - walk.starts_at == timedelta(days=7)
        assert found.stop(walk.category, walk.start).opens_at == found.activity.gate_opens_at

    def test_a_published_code_stays(self, office):
        walk = made.station()
        office.get(at(walk, "/edit"))
        page = office.submit({"code": "other"}, form=FORM, status=422)
        assert "发布后代号不再改" in page.errors[0]

    def test_a_draft_may_take_another_code(self, office):
        walk = made.station(published=False)
        office.get(at(walk, "/edit"))
        page = office.submit({"code": "other"}, form=FORM)
        assert page.url.endswith("/office/activities/other/edit")


class TestWindow:
    def test_saved(self, office):
        walk = made.station()
        office.get(at(walk, "/window"))
        office.submit(
            {
                "asks": ["shirt", "emergency"],
                "walkin_category": "TZ",
                "poster_enabled": "y",
                "waiting_list": None,
                "walkin_capacity": "１，000",
            },
            form=FORM,
        )
        found = activity_by_ref(walk.code)
        assert set(found.asks) == {"shirt", "emergency"}
        assert found.walkin_category_id == walk.categories["TZ"]
        assert found.poster_enabled
        assert not found.waiting_list

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"closes_at": "2030-05-01T08:00"}, "截止时间要晚于开始报名的时间。"),
            ({"closes_at": "2030-07-01T08:00"}, "报名截止晚于活动结束"),
            ({"walkin_capacity": "-1"}, "请填整数。"),
            ({"walkin_capacity": "很多"}, "请填整数。"),
            ({"walkin_capacity": "1000001"}, "请填 0 到 1,000,000 之间的数。"),
        ],
    )
    def test_bad(self, office, typed, words):
        walk = made.station()
        office.get(at(walk, "/window"))
        page = office.submit(typed, form=FORM, status=422)
        assert words in page.main
        assert value(page, next(iter(typed))) == next(iter(typed.values()))

    @pytest.mark.parametrize("typed", [{"allocation": "auction"}, {"walkin_category": "ZZ"}, {"asks": ["income"]}])
    def test_what_was_not_offered_is_not_taken(self, office, typed):
        walk = made.station()
        before = activity_by_ref(walk.code)
        office.get(at(walk, "/window"))
        page = office.submit(typed, form=FORM, status=422)
        assert page.errors
        assert activity_by_ref(walk.code) == before

    def test_places_are_given_in_one_way(self, office):
        walk = made.station()
        registrations.registered(walk)
        office.get(at(walk, "/window"))
        page = office.submit({"allocation": "draw"}, form=FORM, status=422)
        assert "已有人报名，名额的给法不能再改。" in page.main
