"""The office keeps places and equipment; everybody sees them and reports a fault by the code on the set."""

from __future__ import annotations

import base64
import io
import json
from datetime import date

import pytest
from PIL import Image
from python_calamine import CalamineWorkbook
from werkzeug.datastructures import FileStorage

from app.activities.rules.route import route_of
from app.audit.queries import history
from app.audit.services import SYSTEM
from app.core.ids import NIL
from app.core.permissions import Role
from app.facilities.constants import GrantState, PlaceKind, ReportKind
from app.facilities.queries.equipment import equipment_set, grants, reports, sets_of
from app.facilities.queries.places import places, titles_by_place
from app.facilities.queries.year import facility_figures
from app.facilities.services.equipment import A_DAY, report_set
from app.facilities.services.places import add_title, set_place_route
from tests.factories import accounts, people
from tests.factories import facilities as made
from tests.support.world import GPX

pytestmark = pytest.mark.usefixtures("ctx", "clock")
GROUND = {"kind": "ground", "name": "文化广场", "area_m2": "12,000", "opened_on": "2021-05-01"}


@pytest.fixture
def office(client):
    return client.login_as(accounts.staff(Role.EVENT_MANAGER))


def file_rows(answer):
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()


class TestPlaces:
    def test_added_changed_and_seen_by_everybody(self, office, client):
        assert "还没有场馆场地" in office.get("/office/facilities").main
        office.get("/office/facilities/new")
        page = office.submit(GROUND)
        assert page.flash == ["已保存。"]
        assert "12,000 ㎡" in page.main
        (one,) = places()
        office.get(f"/office/facilities/{one.id}")
        office.submit({"name": "人民广场"}, form=f"form[action$='{one.id}']")
        assert "人民广场" in client.another().get("/facilities").main

    def test_what_is_wrong_stands_beside_its_input_and_stays(self, office):
        office.get("/office/facilities/new")
        page = office.submit(GROUND | {"area_m2": "", "closed_on": "2020-01-01"}, status=422)
        assert "请写面积，单位平方米。" in page.errors[0]
        assert page.soup.select_one("[name=name]")["value"] == "文化广场"

    def test_a_closed_place_is_not_for_everybody(self, office):
        made.add_place(name="旧广场", closed_on=date(2025, 1, 1))
        assert "旧广场" in office.get("/office/facilities").main
        assert "旧广场" not in office.get("/facilities").main

    @pytest.mark.parametrize(
        ("facts", "seen"),
        [
            ({"closed_on": date(2030, 6, 2)}, True),
            ({"closed_on": date(2030, 6, 1)}, False),
            ({"opened_on": date(2030, 6, 1)}, True),
            ({"opened_on": date(2030, 6, 2)}, False),
        ],
    )
    def test_everybody_sees_what_is_open_today(self, client, facts, seen):
        made.add_place(name="新广场", **facts)
        assert ("新广场" in client.get("/facilities").main) is seen

    def test_a_target_has_a_source_too(self, office):
        office.get("/office/facilities/years")
        page = office.submit({"year": "2030", "target": "2.7"}, status=422)
        assert "请写明出处" in page.errors[0]
        assert page.soup.select_one("[name=target]")["value"] == "2.7"

    def test_the_lists_leave_as_files(self, office):
        made.add_place(name="文化广场", area_m2=12_000)
        made.hand_over(made.arrived(sets=2))
        place = file_rows(office.get("/office/facilities.xlsx"))[1]
        assert place[1:5:3] == ["文化广场", 12_000]
        first, second = file_rows(office.get("/office/equipment.xlsx"))[1:]
        assert (first[1], first[4], second[1], second[4]) == (1, "东山口村", 2, "")
        assert [one.details["rows"] for one in history(NIL) if one.action == "facilities.exported"] == [2, 1]

    def test_the_way_of_a_greenway_is_drawn(self, office):
        place_id = made.add_place(PlaceKind.GREENWAY, name="龙河")
        office.get(f"/office/facilities/{place_id}")
        page = office.submit({"gpx": FileStorage(io.BytesIO(GPX), "way.gpx")}, form="form[action$='/way']")
        assert page.flash == ["已画出路线。"]
        assert office.get("/facilities").soup.select(".x-route__line")
        page = office.get(f"/office/facilities/{place_id}")
        assert json.loads(office.get(page.soup.select_one("[data-map]")["data-map"]).data)["features"]
        office.get(f"/office/facilities/{place_id}")
        page = office.submit(form="form[action$='/clear']")
        assert "还没有路线" in page.main

    def test_all_lines_stand_on_one_map_with_their_titles(self, client):
        assert not client.get("/facilities").soup.select("[data-map]"), "an empty map helps nobody"
        made.add_place(PlaceKind.GREENWAY, name="没画的绿道")
        gone = made.add_place(PlaceKind.GREENWAY, name="旧绿道", closed_on=date(2021, 1, 1))
        line = made.add_place(PlaceKind.LINE, name="<b>环翼云湖</b>", length_m=18_000)
        for place_id in (gone, line):
            set_place_route(place_id=place_id, route=route_of(GPX), actor=SYSTEM)
        add_title(place_id=line, title="山东体育旅游精品线路", year=2021, actor=SYSTEM)
        (door,) = client.get("/facilities").soup.select("[data-map]")
        found, start = json.loads(client.get(door["data-map"]).data)["features"]
        assert start["properties"] == {"kind": "end", "label": "1", "name": "<b>环翼云湖</b>"}
        assert found["properties"] == {
            "kind": "line",
            "name": "<b>环翼云湖</b>",
            "detail": "18 km，山东体育旅游精品线路 2021",
        }

    def test_titles_come_one_beside_the_other(self, office, client):
        place_id = made.add_place(PlaceKind.LINE, name="环翼云湖")
        for title, year in (("精品线路", "2021"), ("国家级精品线路", "2029")):
            office.get(f"/office/facilities/{place_id}")
            office.submit({"award-title": title, "award-year": year}, form="form[action$='/titles']")
        page = office.submit({"award-title": "", "award-year": "x"}, form="form[action$='/titles']", status=422)
        assert page.errors
        assert page.soup.select_one("form[action$='/titles'] [name=award-year]")["value"] == "x"
        seen = client.another().get("/facilities").main
        assert "精品线路 2021" in seen
        assert "国家级精品线路 2029" in seen
        page = office.get(f"/office/facilities/{place_id}")
        office.submit({}, form=f"form[action$='{titles_by_place()[place_id][0].id}/remove']")
        assert len(titles_by_place()[place_id]) == 1

    def test_a_broken_way_is_refused_in_words(self, office):
        place_id = made.add_place(PlaceKind.GREENWAY)
        office.get(f"/office/facilities/{place_id}")
        sent = {"gpx": FileStorage(io.BytesIO(b"<gpx"), "way.gpx")}
        assert office.submit(sent, form="form[action$='/way']", status=422).errors

    def test_population_and_target_with_their_sources(self, office):
        made.add_place(area_m2=1_190_000)
        office.get("/office/facilities/years")
        page = office.submit({"year": "2030", "population": "457,692"}, status=422)
        assert "请写明出处" in page.errors[0]
        office.submit({"population_source": "区统计公报", "target": "2.7", "target_source": "实施计划"})
        assert facility_figures(2030).target_year == 2030
        page = office.get("/office/facilities")
        assert "2.6" in page.main
        assert "45,769" in page.main

    def test_who_may_not_edit_reads(self, client):
        for role in (Role.AUDITOR, Role.REFEREE):
            client.login_as(accounts.staff(role)).get("/office/facilities", status=403)


class TestEquipment:
    def test_from_the_application_to_the_village(self, office):
        town = people.organisation()
        assert "还没有申请" in office.get("/office/equipment").main
        office.submit({"name": "自然村器材", "sets": "2", "applied_on": "2030-05-01"}, form="form[action$='/new']")
        (line,) = grants()
        for state in ("approved", "arrived"):
            office.get(f"/office/equipment/{line.grant.id}")
            office.submit({"to": state, "on": "2030-05-20"}, form="form[action$='/step']")
        first, _second = sets_of(line.grant.id)
        office.get(f"/office/equipment/sets/{first.id}")
        page = office.submit(
            {
                "to-town": str(town), "to-village": "东山口村", "to-receiver": "孙守义", "to-on": "2030-05-25",
                "to-photo": FileStorage(io.BytesIO(made.picture()), "a.jpg"),
            },
            form="form[action$='/hand-over']",
        )  # fmt: skip
        assert page.flash == ["已记下发放。"]
        assert office.get(f"/office/equipment/sets/{first.id}/photo.jpg").headers["Content-Type"] == "image/jpeg"
        assert facility_figures(2030).sets_distributed == 1
        labels = office.get(f"/office/equipment/{line.grant.id}/labels")
        assert len(labels.soup.select(".x-labels svg")) == 2

    def test_signed_with_a_finger_seen_again_and_printed(self, office, client):
        grant_id = made.arrived()
        set_id = sets_of(grant_id)[0].id
        assert "还没有发放" in office.get(f"/office/equipment/{grant_id}/receipts").main
        office.get(f"/office/equipment/sets/{set_id}/signature.png", status=404)
        office.get(f"/office/equipment/sets/{set_id}")
        ink = io.BytesIO()
        Image.new("RGBA", (60, 20), (0, 0, 0, 255)).save(ink, "PNG")
        drawn = "data:image/png;base64," + base64.b64encode(ink.getvalue()).decode()
        sent = {
            "to-town": str(people.organisation()), "to-village": "", "to-receiver": "孙守义", "to-on": "2030-05-25",
            "to-signature": drawn,
        }  # fmt: skip
        page = office.submit(sent, form="form[action$='/hand-over']", status=422)
        assert page.soup.select_one("[name=to-signature]")["value"] == drawn  # the pad shows it again
        page = office.submit({"to-village": "东村"}, form="form[action$='/hand-over']")
        assert page.soup.select_one("[name=to-signature]")["value"] == ""
        assert page.soup.select_one("img.x-signed")["alt"] == "孙守义的签名"
        picture = office.get(f"/office/equipment/sets/{set_id}/signature.png")
        assert (picture.headers["Content-Type"], picture.data[:4]) == ("image/png", b"\x89PNG")
        paper = office.get(f"/office/equipment/{grant_id}/receipts")
        assert "孙守义" in paper.main
        assert len(paper.soup.select("img.x-signed")) == 1
        client.another().get(f"/office/equipment/sets/{set_id}/signature.png", status=302)

    @pytest.mark.parametrize("drawn", ["no", "data:image/png;base64,bm8="])
    def test_a_signature_that_is_none_keeps_what_was_typed(self, office, drawn):
        set_id = sets_of(made.arrived())[0].id
        office.get(f"/office/equipment/sets/{set_id}")
        sent = {
            "to-town": str(people.organisation()), "to-village": "东村", "to-receiver": "孙", "to-on": "2030-05-25",
            "to-signature": drawn,
        }  # fmt: skip
        page = office.submit(sent, form="form[action$='/hand-over']", status=422)
        assert "请再签一次" in page.errors[0]
        assert page.soup.select_one("[name=to-village]")["value"] == "东村"

    def test_a_photo_that_is_none_keeps_what_was_typed(self, office):
        set_id = sets_of(made.arrived())[0].id
        office.get(f"/office/equipment/sets/{set_id}")
        sent = {
            "to-town": str(people.organisation()), "to-village": "东村", "to-receiver": "孙", "to-on": "2030-05-25",
            "to-photo": FileStorage(io.BytesIO(b"no"), "a.jpg"),
        }  # fmt: skip
        page = office.submit(sent, form="form[action$='/hand-over']", status=422)
        assert "读不出来" in page.errors[0]
        assert page.soup.select_one("[name=to-village]")["value"] == "东村"
        assert equipment_set(set_id).distributed_on is None
        office.get(f"/office/equipment/sets/{set_id}/photo.jpg", status=404)

    def test_a_step_out_of_order(self, office):
        grant_id = made.apply()
        office.get(f"/office/equipment/{grant_id}")
        page = office.submit({"to": "arrived", "on": "2030-05-20"}, form="form[action$='/step']", status=422)
        assert page.errors
        assert grants()[0].state is GrantState.APPLIED

    def test_a_citizen_reports_and_the_office_settles(self, office, client):
        set_id = made.hand_over(made.arrived())
        code = equipment_set(set_id).code
        citizen = client.another()
        page = citizen.get(f"/equipment/{code.lower()}")
        assert "东山口村" in page.main
        assert "孙守义" not in page.html
        page = citizen.submit({"text": "", "phone": ""}, status=422)
        assert page.errors
        page = citizen.submit({"text": "脚踏松了", "phone": "123"}, status=422)
        assert page.soup.select_one("[name=text]").get_text(strip=True) == "脚踏松了"
        assert citizen.submit({"phone": "138 0013 8000"}).flash == ["已报修，谢谢。"]
        assert "脚踏松了" in office.get("/office/equipment").main
        (line,) = reports(set_id=set_id)
        office.get(f"/office/equipment/sets/{set_id}")
        prefix = f"r{line.report.id.hex}"
        page = office.submit(
            {f"{prefix}-to": "done", f"{prefix}-answer": "已修"}, form=f"form[action$='{line.report.id}']"
        )
        assert page.flash == ["已记下处理。"]

    def test_a_refused_step_keeps_what_was_typed(self, office):
        set_id = made.hand_over(made.arrived())
        report_id = report_set(set_id=set_id, kind=ReportKind.FAULT, text="脚踏松了", actor=SYSTEM)
        office.get(f"/office/equipment/sets/{set_id}")
        prefix = f"r{report_id.hex}"
        sent = {f"{prefix}-to": "nothing", f"{prefix}-answer": "已派人去修"}
        page = office.submit(sent, form=f"form[action$='{report_id}']", status=422)
        assert page.errors
        assert page.soup.select_one(f"[name={prefix}-answer]")["value"] == "已派人去修"
        assert page.soup.select_one("details.x-fold[open]")

    def test_a_number_is_masked_until_somebody_asks_for_it(self, office):
        set_id = made.hand_over(made.arrived())
        facts = {"set_id": set_id, "kind": ReportKind.FAULT, "text": "坏", "actor": SYSTEM}
        report_id = report_set(phone="+8613800138000", **facts)
        page = office.get(f"/office/equipment/sets/{set_id}")
        assert "13800138000" not in page.html
        page = office.submit({}, form=f"form[action$='{report_id}/phone']")
        assert "+8613800138000" in page.main
        assert page.headers["Cache-Control"] == "no-store"
        assert [one.subject_id for one in history(NIL) if one.action == "facilities.phone_shown"] == [report_id]
        silent = report_set(**facts)
        office.post(f"/office/equipment/sets/{set_id}/reports/{silent}/phone", status=404)

    def test_a_round_is_fine_or_has_found_something(self, office):
        set_id = made.hand_over(made.arrived())
        office.get(f"/office/equipment/sets/{set_id}")
        sent = {"round-fine": "y", "round-text": "螺丝松了"}
        page = office.submit(sent, form="form[action$='/round']", status=422)
        assert "只能填一样" in page.errors[0]
        assert "螺丝松了" in page.soup.select_one("[name=round-text]").get_text()
        assert reports(set_id=set_id) == []

    def test_a_round_is_seen_on_the_public_page(self, office):
        set_id = made.hand_over(made.arrived())
        office.get(f"/office/equipment/sets/{set_id}")
        office.submit({"round-fine": "y"}, form="form[action$='/round']")
        assert "2030年6月1日巡查过" in office.get(f"/equipment/{equipment_set(set_id).code}").main

    @pytest.mark.parametrize("code", ["NOTHING1", "x", "a" * 200])
    def test_a_code_of_no_set(self, client, code):
        client.get(f"/equipment/{code}", status=404)

    def test_too_many_reports_are_told_so_and_nothing_is_lost_of_what_was_typed(self, client):
        code = equipment_set(made.hand_over(made.arrived())).code
        for n in range(A_DAY):
            client.get(f"/equipment/{code}")
            client.submit({"text": f"坏 {n}"})
        client.get(f"/equipment/{code}")
        page = client.submit({"text": "再坏"}, status=422)
        assert "今天已经有多人报修" in page.main
        assert "再坏" in page.main
