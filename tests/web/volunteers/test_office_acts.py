"""The office's further acts: moving, finding by name, consent, closing sign-up, the camera, the list as a file."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from app.audit.queries import history
from app.core.clock import now
from app.core.ids import uuid7
from app.core.permissions import Role
from app.core.transactions import act
from app.passes.services import ensure_passes
from app.volunteers.constants import ServiceState
from app.volunteers.queries.shifts import services_in, shift_of
from tests.factories import accounts, people, walks
from tests.factories import volunteers as made

pytestmark = pytest.mark.usefixtures("ctx", "clock")
YOUNG = date(2014, 1, 1)


@pytest.fixture
def walk():
    return walks.make_walk(starts_at=now() + timedelta(days=7))


@pytest.fixture
def office(client):
    return client.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))


@pytest.fixture
def area(walk):
    return f"/office/activities/{walk.code}/volunteers"


@act
def code_of(person_id):
    return ensure_passes([person_id], at=now())[person_id]


class TestConsent:
    def test_a_minor_by_code_only_with_the_box_ticked(self, office, walk, area):
        shift_id, young = made.add_shift(walk, min_age=14), people.person(birth=YOUNG)
        office.get(f"{area}/{shift_id}")
        code = code_of(young).short_code
        page = office.submit({"add-named": code}, form="form[action$='/add']", status=422)
        assert "监护人同意" in " ".join(page.errors)
        assert page.soup.select_one("[name=add-named]")["value"] == code, "what was typed stays"
        assert services_in(shift_id) == []
        page = office.submit({"add-guardian": "y"}, form="form[action$='/add']")
        assert page.flash == ["已加到班次。"]


class TestMoving:
    def test_those_ticked_go_to_another_shift(self, office, walk, area):
        here, there = made.add_shift(walk), made.add_shift(walk, post="补给")
        _account, person = made.assigned(walk, here)
        office.get(f"{area}/{here}")
        sent = {"decide-people": str(made.service_of(here, person).id), "decide-target": str(there)}
        page = office.submit(sent, form="#decide", button="把选中的人换过去")
        assert page.flash == ["已换班 1 人，对方会收到通知。"]
        assert [line.state for line in services_in(there)] == [ServiceState.ASSIGNED]

    def test_nowhere_and_a_full_one_keep_what_was_ticked(self, office, walk, area):
        here, full = made.add_shift(walk), made.add_shift(walk, post="补给", needed=1)
        _account, person = made.assigned(walk, here)
        made.assigned(walk, full)
        office.get(f"{area}/{here}")
        ticked = str(made.service_of(here, person).id)
        page = office.submit({"decide-people": ticked}, form="#decide", button="把选中的人换过去", status=422)
        assert "请选换到哪个班次。" in " ".join(page.errors)
        page = office.submit({"decide-target": str(full)}, form="#decide", button="把选中的人换过去", status=422)
        assert "只要 1 人" in page.main
        assert page.soup.select_one("[name=decide-people][checked]")["value"] == ticked

    def test_a_shift_that_is_none_of_the_choices(self, office, walk, area):
        here = made.add_shift(walk)
        made.assigned(walk, here)
        made.add_shift(walk, post="补给")
        office.get(f"{area}/{here}")
        office.post(f"{area}/{here}/move", {"decide-target": str(uuid7()), "decide-to": "assigned"}, status=422)


class TestFinding:
    def test_by_name_and_put_on(self, office, walk, area):
        walks.enrol(walk, walks.person(name="周国庆"))
        shift_id = made.add_shift(walk)
        office.get(f"{area}/{shift_id}")
        page = office.submit({"find-words": "zgq"}, form="form[action*='/find']")
        assert "周国庆" in page.main
        page = office.submit({}, form="form[action*='/add-found']")
        assert page.flash == ["已加到班次，对方会收到通知。"]
        assert [line.name for line in services_in(shift_id)] == ["周国庆"]
        (noted,) = [one for one in history(walk.id) if one.action == "volunteers.searched"]
        assert noted.details == {"found": 1}

    def test_a_minor_is_masked_and_asks_for_consent(self, office, walk, area):
        shift_id = made.add_shift(walk, min_age=14)
        made.offered(walk, made.add_shift(walk, min_age=14), guardian=True, birth=YOUNG, name="周小满")
        office.get(f"{area}/{shift_id}")
        page = office.submit({"find-words": "周小满"}, form="form[action*='/find']")
        assert "周小满" not in page.soup.select_one("#find ul").get_text()
        page = office.submit({}, form="form[action*='/add-found']", status=422)
        assert "监护人同意" in page.main
        assert page.soup.select_one("#find ul li"), "who was found is still there"

    @pytest.mark.parametrize("words", ["没有这个人", "<script>", "=1+1", "x" * 500])
    def test_nobody(self, office, walk, area, words):
        shift_id = made.add_shift(walk)
        office.get(f"{area}/{shift_id}")
        assert "没有找到" in office.submit({"find-words": words}, form="form[action*='/find']").main

    def test_nothing_typed_and_a_made_up_person(self, office, walk, area):
        shift_id = made.add_shift(walk)
        office.get(f"{area}/{shift_id}")
        assert office.submit({"find-words": " "}, form="form[action*='/find']", status=422).errors
        for person in ("", "x", str(uuid7()), str(people.person())):
            status = 404 if len(person) == 36 else 422
            office.post(f"{area}/{shift_id}/add-found", {"find-words": "王", "find-person": person}, status=status)
        assert services_in(shift_id) == []


class TestClosing:
    def test_no_more_offers_and_again(self, office, client, walk, area):
        shift_id = made.add_shift(walk)
        office.get(f"{area}/{shift_id}")
        page = office.submit({}, form="form[action$='/offers']", button="停止招人")
        assert page.flash == ["已停止招人，已报名的还在名单里。"]
        assert "不再招人" in office.get(area).main
        assert shift_of(walk.id, shift_id).offers_closed_at is not None
        office.get(f"{area}/{shift_id}")
        page = office.submit({}, form="form[action$='/offers']", button="继续招人")
        assert page.flash == ["又开始招人了。"]

    def test_the_way_to_a_phone_that_scans_is_for_whoever_may_let_one_join(self, office, walk, area):
        shift_id = made.add_shift(walk)
        assert office.get(f"{area}/{shift_id}").soup.select_one("main a[href$='/devices']")


class TestCamera:
    @pytest.fixture
    def here(self, office, walk, clock):
        shift_id = made.add_shift(walk)
        _account, person = made.assigned(walk, shift_id)
        clock.shift(seconds=(walk.starts_at - now()).total_seconds())
        office.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))
        return person

    def test_the_page_without_a_script_signs_in_and_out(self, office, area, here, clock):
        page = office.get(f"{area}/camera")
        assert page.soup.select_one("script[src*='volunteers']")
        page = office.submit({"sign-named": code_of(here).short_code}, form="#camera-form")
        assert "已签到" in page.main
        page = office.submit({"sign-named": code_of(here).text}, form="#camera-form", status=422)
        assert page.soup.select_one("[data-tone=repeat]")
        clock.shift(minutes=20)
        page = office.submit({"sign-named": code_of(here).text}, form="#camera-form")
        assert "已签退" in page.main
        assert "20 分钟" in page.main

    def test_what_the_script_takes_from_the_answer(self, office, area, here):
        office.get(f"{area}/camera")
        answer = office.post(f"{area}/camera", {"sign-named": code_of(here).text})
        assert len(answer.soup.select(".x-cam__verdict[data-tone=accepted]")) == 1
        assert answer.headers["Cache-Control"] == "private, no-store"

    @pytest.mark.parametrize("named", ["", "nobody", "x" * 5_000, "<b>"])
    def test_a_code_of_nobody(self, office, area, here, named):
        office.get(f"{area}/camera")
        page = office.submit({"sign-named": named}, form="#camera-form", status=422)
        assert page.soup.select_one("[data-tone=refused]")

    def test_somebody_without_a_shift(self, office, area, here):
        office.get(f"{area}/camera")
        page = office.submit({"sign-named": code_of(people.person()).text}, form="#camera-form", status=422)
        assert "没有安排班次" in page.main


class TestFiles:
    def test_everybody_with_hours_masked_as_on_the_page(self, office, walk, area):
        shift_id = made.add_shift(walk, min_age=14)
        made.assigned(walk, shift_id, name="周国庆")
        made.offered(walk, shift_id, guardian=True, birth=YOUNG, name="王小满")
        answer = office.get(f"{area}.xlsx")
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
        assert rows[0][:5] == ["岗位", "地点", "开始", "结束", "姓名"]
        assert [row[4] for row in rows[1:]][0] == "周国庆"
        assert "小满" not in str(rows)
        assert all("****" in row[5] for row in rows[1:] if row[5])
        plain = office.get(f"{area}.csv").data.decode("utf-8-sig")
        assert plain.splitlines()[0].startswith("岗位,地点")
        left = [one.details["form"] for one in history(walk.id) if one.action == "volunteers.listed"]
        assert sorted(left) == ["csv", "xlsx"]

    def test_an_activity_without_volunteers(self, office, area):
        assert len(office.get(f"{area}.csv").data.decode("utf-8-sig").splitlines()) == 1

    def test_not_for_everybody(self, client, area):
        for role in (Role.REFEREE, Role.AUDITOR):
            client.login_as(accounts.staff(role)).get(f"{area}.xlsx", status=403)
            client.get(f"{area}/camera", status=403)
