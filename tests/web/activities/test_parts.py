"""The parts of a station: groups, checkpoints, 参加须知, route, numbers."""

import io

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.activities.queries import activity_by_ref, bib_blocks, station, terms_history
from app.activities.rules.route import MAX_BYTES
from tests.factories import activities as made
from tests.factories import registrations

FORM = "form.x-form"
GPX = (
    b'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>'
    b'<trkpt lat="35.0" lon="117.4"><ele>100</ele></trkpt>'
    b'<trkpt lat="35.05" lon="117.42"><ele>160</ele></trkpt></trkseg></trk></gpx>'
)


def at(walk, part=""):
    return f"/office/activities/{walk.code}{part}"


def value(page, name):
    tag = page.soup.select_one(f"[name='{name}']")
    return tag.get_text() if tag.name == "textarea" else tag["value"]


class TestCategories:
    NEW = {"name": "亲子组", "code": "QZ", "capacity": "30", "distance_m": "4.2", "max_age": "60"}

    def test_one_more(self, office):
        walk = made.station()
        office.get(at(walk, "/categories"))
        page = office.get(at(walk, "/categories/new"))
        assert [tag["value"] for tag in page.soup.select("[name=like]")] == [
            str(walk.category),
            str(walk.categories["TZ"]),
            "",
        ]
        page = office.submit(self.NEW, form=FORM)
        found = next(one for one in station(walk.id).categories if one.code == "QZ")
        assert (found.distance_m, found.capacity, found.max_age, found.position) == (4_200, 30, 60, 3)
        assert len(station(walk.id).way(found.id)) == 4
        assert "4.2 km" in page.main

    def test_a_published_station_takes_none_without_a_way(self, office):
        walk = made.station()
        office.get(at(walk, "/categories/new"))
        page = office.submit(self.NEW | {"like": ""}, form=FORM, status=422)
        assert "亲子组还没有签到点。" in page.main
        assert value(page, "distance_m") == "4.2"

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"code": "TZ"}, "这个代号已经用过"),
            ({"name": ""}, "这里要填。"),
            ({"capacity": ""}, "这里要填。"),
            ({"capacity": "1.5"}, "请填整数。"),
            ({"distance_m": "远"}, "请填公里数，例如 4.2。"),
            ({"distance_m": "nan"}, "请填公里数，例如 4.2。"),
            ({"distance_m": "1e999999999"}, "请填公里数，例如 4.2。"),
            ({"distance_m": "0.0001"}, "请填公里数，例如 4.2。"),
            ({"min_age": "60", "max_age": "16"}, "最大年龄不能小于最小年龄。"),
            ({"max_age": "200"}, "请填 0 到 120 之间的数。"),
            ({"finish_rule": "at_least", "finish_k": ""}, "请填要签过几个点。"),
            ({"finish_rule": "at_least", "finish_k": "9"}, "体验组一路只有 3 个签到点，签不满 9 个。"),
        ],
    )
    def test_bad(self, office, typed, words):
        walk = made.station()
        before = station(walk.id)
        office.get(at(walk, f"/categories/{walk.category}"))
        page = office.submit(typed, form=FORM, status=422)
        assert words in page.main
        assert station(walk.id) == before

    def test_capacity_is_locked_once_somebody_signed_up(self, office):
        walk = made.station()
        registrations.registered(walk)
        page = office.get(at(walk, f"/categories/{walk.category}"))
        assert page.soup.select_one("#capacity").has_attr("readonly")
        page = office.submit({"capacity": "0"}, form=FORM, status=422)
        assert "已有 1 人占用名额，不能少于这个数。" in page.main
        page = office.submit({"capacity": "500"}, form=FORM, status=422)
        assert "已有人报名，请到“报名”里改名额" in page.main

    def test_removed_after_being_asked(self, office):
        walk = made.station()
        page = office.get(at(walk, f"/categories/{walk.categories['TZ']}"))
        ask = at(walk, f"/categories/{walk.categories['TZ']}/remove")
        assert ask in page.links
        assert "删除挑战组？" in office.get(ask).main
        assert len(station(walk.id).categories) == 2
        assert "已删除。" in office.submit().flash
        assert len(station(walk.id).categories) == 1
        office.get(ask, status=404)

    def test_one_in_use_stays(self, office):
        walk = made.station()
        registrations.registered(walk)
        office.get(at(walk, f"/categories/{walk.category}/remove"))
        assert office.submit().flash == ["这个组别已有人报名，不能删除。"]


class TestCheckpoints:
    def test_one_more_that_one_group_passes(self, office):
        walk = made.station()
        page = office.get(at(walk, "/checkpoints/new"))
        assert [tag["value"] for tag in page.soup.select("[name$=-category]")] == ["TY", "TZ"]
        office.submit(
            {
                "name": "8 km 签到点",
                "code": "K8",
                "place": "3",
                "stops-0-here": None,
                "stops-1-place": "3",
                "stops-1-distance_m": "8",
                "stops-1-opens_at": "2030-06-03T09:00",
                "stops-1-cutoff_at": "2030-06-03T12:00",
            },
            form=FORM,
        )
        found = station(walk.id)
        point = next(one for one in found.checkpoints if one.code == "K8")
        assert found.stop(walk.category, point.id) is None
        stop = found.stop(walk.categories["TZ"], point.id)
        assert (stop.position, stop.distance_m) == (3, 8_000)
        page = office.get(at(walk, "/checkpoints"))
        assert "9:00—12:00 8 km" in page.main

    @pytest.mark.parametrize(
        ("typed", "field", "words"),
        [
            ({"stops-1-cutoff_at": "2030-06-03T06:00"}, "stops-1-cutoff_at", "截止时间要晚于开放时间。"),
            ({"stops-1-cutoff_at": "2030-06-03T18:00"}, "stops-1-cutoff_at", "截止晚于活动结束（6月3日 17:00）。"),
            ({"stops-1-opens_at": "2030-06-03T06:00"}, "stops-1-opens_at", "早于入场时间（6月3日 7:00）。"),
            ({"stops-1-opens_at": "2030-06-03T25:00"}, "stops-1-opens_at", "没有这个时间"),
            ({"stops-1-distance_m": "-1"}, "stops-1-distance_m", "请填公里数"),
            ({"stops-1-category": "ZZ"}, "", "没有这个组别"),
            ({"code": "S"}, "code", "这个代号已经用过"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_input(self, office, typed, field, words):
        walk = made.station()
        before = station(walk.id)
        office.get(at(walk, f"/checkpoints/{walk.checkpoints['K4']}"))
        page = office.submit({"stops-0-here": None} | typed, form=FORM, status=422)
        place = page.soup.select_one(f"[id='{field}-error']") if field else page.soup.select_one(".x-summary")
        assert words in place.get_text()
        assert station(walk.id) == before
        assert not page.soup.select_one("[name='stops-0-here']").has_attr("checked")

    def test_removed_after_being_asked(self, office):
        walk = made.station()
        office.get(at(walk, f"/checkpoints/{walk.checkpoints['K12']}/remove"))
        assert "已删除。" in office.submit().flash
        assert "K12" not in {one.code for one in station(walk.id).checkpoints}

    def test_without_groups_the_page_says_what_comes_first(self, office):
        office.get("/office/activities/new")
        office.submit({"name": "凫城站", "code": "fucheng", "place": "文化广场"}, form=FORM)
        page = office.get("/office/activities/fucheng/checkpoints/new")
        assert "先添加组别" in page.main


class TestTerms:
    def test_a_new_version_leaves_the_old_one(self, office):
        walk = made.station()
        office.get(at(walk, "/terms"))
        page = office.submit({"text": "第二版"}, form=FORM)
        assert "以前的版本" in page.main
        assert [one.text for one in terms_history(walk.id)][0] == "第二版"
        page = office.submit({"text": "  "}, form=FORM, status=422)
        assert "这里要填。" in page.errors[0]

    def test_what_is_written_is_shown_as_it_is(self, office):
        walk = made.station()
        office.get(at(walk, "/terms"))
        office.submit({"text": "<script>alert(1)</script>"}, form=FORM)
        page = office.submit({"text": "第三版"}, form=FORM)
        assert "<script>alert" in page.main
        assert not page.soup.select("main script")


class TestRoute:
    def upload(self, office, walk, data, status=None):
        office.get(at(walk, "/route"))
        sent = {
            "version": str(activity_by_ref(walk.code).version),
            "csrf_token": office.csrf_token(),
            "gpx": FileStorage(io.BytesIO(data), "way.gpx"),
        }
        boundary, body = encode_multipart(sent)
        kind = f'multipart/form-data; boundary="{boundary}"'
        return office.open(at(walk, "/route"), method="POST", data=body, content_type=kind, status=status, follow=True)

    def test_drawn_at_once(self, office):
        walk = made.station()
        page = self.upload(office, walk, GPX, 200)
        assert page.flash == ["路线已保存，请核对画得对不对。"]
        assert page.soup.select_one("svg.x-route__map path.x-route__line")["d"].startswith("M")
        assert page.soup.select_one("svg.x-route__height")
        assert "全长 5.9 km" in page.main
        assert "全长 5.9 km" in office.get(at(walk)).main
        file = office.get(at(walk, "/route.gpx"))
        assert file.data == GPX
        assert "attachment" in file.headers["Content-Disposition"]

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "这个文件读不出来"),
            (b"\x89PNG\r\n", "这个文件读不出来"),
            (b"<gpx></gpx>", "文件里没有轨迹"),
            (b"<kml></kml>", "这个文件读不出来"),
            (b'<!DOCTYPE g [<!ENTITY a "b">]><gpx>&a;</gpx>', "这个文件读不出来"),
            (b"<gpx>" + b" " * MAX_BYTES + b"</gpx>", "文件太大，最大 5 MB。"),
        ],
        ids=["empty", "picture", "no track", "other xml", "entities", "too large"],
    )
    def test_bad_files(self, office, data, words):
        walk = made.station()
        page = self.upload(office, walk, data, 422)
        assert words in page.main
        assert activity_by_ref(walk.code).route is None

    def test_no_file(self, office):
        walk = made.station()
        office.get(at(walk, "/route"))
        page = office.submit(form=FORM, status=422)
        assert "请选一个文件。" in page.errors[0]

    def test_taken_away(self, office):
        walk = made.station()
        self.upload(office, walk, GPX)
        page = office.submit(form="form[action$='/route/clear']")
        assert page.flash == ["已删除路线。"]
        assert "还没有路线" in page.main
        office.get(at(walk, "/route.gpx"), status=404)


class TestBibs:
    def test_kept_and_given_up(self, office):
        walk = made.station()
        office.get(at(walk, "/bibs"))
        page = office.submit({"prefix": "c", "first": "1", "last": "300", "category": "TZ"}, form=FORM)
        assert "C0001—C0300" in page.main
        block = next(one for one in bib_blocks(walk.id) if one.prefix == "C")
        page = office.submit(form=f"form[action$='{block.id}/release']")
        assert page.flash == ["已删除这段号码。"]
        assert [one.prefix for one in bib_blocks(walk.id)] == ["A", "B"]

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"prefix": "A", "first": "5", "last": "9"}, "与已有号段 A1—9999 重叠。"),
            ({"prefix": "9", "first": "5", "last": "9"}, "字头用大写字母"),
            ({"first": "9", "last": "5"}, "末号不能小于首号。"),
            ({"first": "", "last": "5"}, "这里要填。"),
            ({"first": "1", "last": "5", "organisation": "没有的单位"}, "没有找到这个单位。"),
            ({"first": "1", "last": "5", "organisation": "\u202e"}, "里面有看不见的字符"),
        ],
    )
    def test_bad(self, office, typed, words):
        walk = made.station()
        office.get(at(walk, "/bibs"))
        page = office.submit(typed, form=FORM, status=422)
        assert words in page.main
        assert len(bib_blocks(walk.id)) == 2

    def test_a_run_in_use_has_no_button(self, office):
        walk = made.station()
        registrations.registered(walk)
        page = office.get(at(walk, "/bibs"))
        used, unused = bib_blocks(walk.id)
        assert not page.soup.select(f"form[action$='{used.id}/release']")
        assert page.soup.select(f"form[action$='{unused.id}/release']")
        version = str(activity_by_ref(walk.code).version)
        page = office.post(at(walk, f"/bibs/{used.id}/release"), {"version": version})
        assert page.flash == ["这段号码已经发出 1 个，不能删除。"]
