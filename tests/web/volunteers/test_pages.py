"""Volunteers' pages: the office fills shifts, a citizen offers, signs in by the poster and prints the record."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from app.accounts.models import Account
from app.audit.queries import history
from app.core.clock import now
from app.core.db import db
from app.core.ids import NIL, uuid7
from app.core.permissions import Role, Scope, ScopeKind
from app.core.transactions import act
from app.passes.services import ensure_passes
from app.volunteers.constants import ServiceState
from app.volunteers.queries.shifts import own_services, services_in, shifts_of
from tests.factories import accounts, people, walks
from tests.factories import volunteers as made

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def walk():
    return walks.make_walk(starts_at=now() + timedelta(days=7))


@pytest.fixture
def office(client):
    return client.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))


@pytest.fixture
def area(walk):
    return f"/office/activities/{walk.code}/volunteers"


def as_citizen(client, account_id):
    return client.another().login_as(db.session.get(Account, account_id))


@act
def code_of(person_id):
    return ensure_passes([person_id], at=now())[person_id]


def to_start(clock, walk):
    clock.shift(seconds=(walk.starts_at - now()).total_seconds())


class TestOffice:
    def test_a_shift_is_added_with_what_the_activity_suggests(self, office, walk, area):
        page = office.get(area)
        assert "还没有班次" in page.main
        page = office.submit({"shift-post": "补给", "shift-needed": "3"}, form=f"form[action='{area}']")
        assert page.flash == ["已加班次。"]
        (line,) = shifts_of(walk.id)
        assert (line.shift.post, line.shift.needed, line.shift.min_age) == ("补给", 3, 18)

    def test_a_wrong_one_keeps_what_was_typed(self, office, area):
        office.get(area)
        sent = {"shift-post": "补给", "shift-needed": "0"}
        page = office.submit(sent, form=f"form[action='{area}']", status=422)
        assert "人数请填 1 到 500。" in page.errors[0]
        assert page.soup.select_one("[name=shift-post]")["value"] == "补给"

    def test_offers_are_assigned_or_refused(self, office, walk, area):
        shift_id = made.add_shift(walk)
        _account, person = made.offered(walk, shift_id)
        _account, other = made.offered(walk, shift_id)
        office.get(f"{area}/{shift_id}")
        ids = [str(made.service_of(shift_id, one).id) for one in (person, other)]
        sent = {"decide-people": ids[0], "decide-to": "assigned"}
        assert office.submit(sent, form="#decide").flash == ["已改 1 人。"]
        page = office.submit({"decide-people": ids[1], "decide-to": "refused"}, form="#decide", status=422)
        assert page.errors
        office.submit({"decide-reason": "人满了"}, form="#decide")
        assert [line.state for line in services_in(shift_id)] == [ServiceState.ASSIGNED, ServiceState.REFUSED]

    def test_minors_by_the_surname_and_phones_masked(self, office, walk, area):
        shift_id = made.add_shift(walk, min_age=14)
        made.offered(walk, shift_id, guardian=True, birth=now().date().replace(year=2014, day=1))
        (line,) = services_in(shift_id)
        page = office.get(f"{area}/{shift_id}")
        assert line.name not in page.html
        assert line.phone not in page.html

    def test_added_and_signed_by_the_code(self, office, walk, area, clock):
        shift_id, person = made.add_shift(walk), people.person()
        office.get(f"{area}/{shift_id}")
        page = office.submit({"add-named": "nobody"}, form="form[action$='/add']", status=422)
        assert "没有认出这个码" in page.errors[0]
        page = office.submit({"add-named": code_of(person).short_code}, form="form[action$='/add']")
        assert page.flash == ["已加到班次。"]
        to_start(clock, walk)
        for words in ("已签到。", "已签退。"):
            office.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))  # a session of staff ends after a while
            office.get(f"{area}/{shift_id}")
            page = office.submit({"sign-named": code_of(person).text}, form="form[action$='/sign']")
            assert page.flash == [words]
            clock.shift(minutes=20)
        page = office.submit({"sign-named": code_of(person).text}, form="form[action$='/sign']", status=422)
        assert "已经签退" in page.errors[0]

    def test_changed_closed_and_corrected(self, office, walk, area, clock):
        shift_id = made.add_shift(walk)
        _account, person = made.assigned(walk, shift_id)
        office.get(f"{area}/{shift_id}")
        page = office.submit({"shift-place": "终点"}, form=f"form[action$='{shift_id}']")
        assert page.flash == ["已保存。"]
        to_start(clock, walk)
        office.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))
        office.get(f"{area}/{shift_id}")
        office.submit({"sign-named": code_of(person).text}, form="form[action$='/sign']")
        clock.shift(hours=4)
        office.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))
        office.get(f"{area}/{shift_id}")
        page = office.post(f"{area}/{shift_id}/close")
        assert page.flash == ["已结班，没签退的按班次结束算。"]
        service = made.service_of(shift_id, person)
        page = office.get(f"{area}/{shift_id}/people/{service.id}")
        assert office.submit({"minutes": "90", "reason": ""}, status=422).errors
        assert office.submit({"reason": "提前走"}).flash == ["已更正时长。"]
        assert made.service_of(shift_id, person).minutes == 90

    def test_called_off_after_a_second_look(self, office, walk, area):
        shift_id = made.add_shift(walk)
        made.assigned(walk, shift_id)
        page = office.get(f"{area}/{shift_id}/cancel")
        assert "已安排 1 人" in page.main
        page = office.submit(form="form[action$='/cancel']")
        assert page.flash == ["已取消班次，志愿者会收到通知。"]
        assert "这个班次已经取消。" in page.main

    def test_everybody_is_told(self, office, walk, area):
        made.assigned(walk, made.add_shift(walk))
        office.get(area)
        page = office.submit({"tell-text": "改在北门集合"}, form="form[action$='/tell']")
        assert page.flash == ["已通知 1 名志愿者。"]

    def test_the_poster_leads_to_the_shift(self, office, walk, area):
        shift_id = made.add_shift(walk)
        page = office.get(f"{area}/{shift_id}/poster")
        assert page.soup.select_one("svg.x-qr")
        assert shifts_of(walk.id)[0].shift.code in page.main

    def test_hours_of_a_year_and_their_file(self, office, client, walk, area, clock):
        shift_id = made.add_shift(walk)
        _account, person = made.assigned(walk, shift_id)
        year = walk.starts_at.year
        assert "还没有服务记录" in client.login_as(accounts.staff(Role.EVENT_MANAGER)).get("/office/volunteers").main
        client.get(f"{area}/{shift_id}/people/{made.service_of(shift_id, person).id}")
        client.submit({"minutes": "100", "reason": "补记"})
        assert "1.7" in client.get(f"/office/volunteers?year={year}").main
        answer = client.get(f"/office/volunteers.xlsx?year={year}")
        row = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()[1]
        assert row[1:] == [1, 100, 1.7]
        assert [one.details["rows"] for one in history(NIL) if one.action == "volunteers.exported"] == [1]
        client.get("/office/volunteers?year=999999")

    def test_it_is_not_for_everybody(self, client, walk, area):
        for role in (Role.REFEREE, Role.AUDITOR):
            client.login_as(accounts.staff(role)).get(area, status=403)
        elsewhere = accounts.staff(Role.VOLUNTEER_COORDINATOR, scope=Scope(ScopeKind.ACTIVITY, walks.make_walk().id))
        client.login_as(elsewhere).get(area, status=404)

    def test_a_shift_of_another_activity(self, office, walk, area):
        office.get(f"{area}/{made.add_shift(walks.make_walk(starts_at=walk.starts_at))}", status=404)
        office.get(f"{area}/{uuid7()}", status=404)


class TestCitizen:
    def test_from_the_activity_to_the_offer(self, client, walk):
        shift_id = made.add_shift(walk)
        account_id, person = made.somebody()
        citizen = as_citizen(client, account_id)
        page = citizen.get(f"/activities/{walk.code}")
        page = citizen.get(page.soup.select_one("a[href$='/volunteer']")["href"])
        assert "路口引导" in page.main
        page = citizen.submit({"shifts": []}, status=422)
        assert page.errors
        page = citizen.submit({"shifts": str(shift_id)})
        assert page.flash == ["已报名，安排好会通知您。"]
        assert "待安排" in page.main
        assert [one.state for one in own_services([person])] == [ServiceState.APPLIED]
        page = citizen.submit(form="form[action$='/withdraw']")
        assert page.flash == ["已退出这个班次。"]

    def test_a_clash_keeps_what_was_ticked(self, client, walk):
        first, second = made.add_shift(walk), made.add_shift(walk, post="补给")
        account_id, _person = made.somebody()
        citizen = as_citizen(client, account_id)
        citizen.get(f"/activities/{walk.code}/volunteer")
        page = citizen.submit({"shifts": [str(first), str(second)]}, status=422)
        assert "时间重叠" in " ".join(page.errors)
        assert len(page.soup.select("[name=shifts][checked]")) == 2

    def test_nobody_is_looked_for_and_nobody_is_entered(self, client, walk):
        account = accounts.account()
        citizen = as_citizen(client, account.id)
        assert "当志愿者" not in citizen.get(f"/activities/{walk.code}").main
        assert "现在不招志愿者" in citizen.get(f"/activities/{walk.code}/volunteer").main
        made.add_shift(walk)
        assert "先登记本人" in citizen.get(f"/activities/{walk.code}/volunteer").main
        assert "还没有参加志愿服务" in citizen.get("/my/volunteer").main

    def test_a_draft_has_no_shifts_for_anybody(self, client, ctx):
        hidden = walks.make_walk(status="draft")
        account_id, _person = made.somebody()
        as_citizen(client, account_id).get(f"/activities/{hidden.code}/volunteer", status=404)

    def test_signed_in_and_out_before_the_poster(self, client, walk, clock):
        shift_id = made.add_shift(walk)
        account_id, person = made.assigned(walk, shift_id)
        to_start(clock, walk)
        citizen = as_citizen(client, account_id)
        address = f"/volunteer/{shifts_of(walk.id)[0].shift.code}"
        citizen.get(address)
        assert citizen.submit({}, button="签到").flash == ["已签到。"]
        clock.shift(hours=2)
        citizen.get(address)
        assert citizen.submit({}, button="签退").flash == ["已签退。"]
        assert made.service_of(shift_id, person).minutes == 120
        assert "已签退" in citizen.get(address).main
        assert "120 分钟" in citizen.get(address).main

    def test_the_poster_is_for_those_on_the_shift(self, client, walk, clock):
        shift_id = made.add_shift(walk)
        _account, person = made.assigned(walk, shift_id)
        other, _person = made.somebody()
        citizen = as_citizen(client, other)
        address = f"/volunteer/{shifts_of(walk.id)[0].shift.code}"
        assert "您和家人不在这个班次里" in citizen.get(address).main
        service = made.service_of(shift_id, person)
        citizen.post(address, {"service": str(service.id)}, status=404)
        for code in ("NOTHING", "x" * 300):
            citizen.get(f"/volunteer/{code}", status=404)

    def test_the_record_of_a_year(self, client, office, walk, area, clock):
        shift_id = made.add_shift(walk)
        account_id, person = made.assigned(walk, shift_id)
        office.get(f"{area}/{shift_id}/people/{made.service_of(shift_id, person).id}")
        office.submit({"minutes": "100", "reason": "补记"})
        clock.shift(days=8)
        citizen = as_citizen(client, account_id)
        page = citizen.get("/my/volunteer")
        assert "累计 1.7 小时" in page.main
        page = citizen.get(page.soup.select_one("main a[href*='record']")["href"])
        assert "共 1 次，1.7 小时" in page.main
        assert "还没有服务记录" in citizen.get("/my/volunteer/record?year=2001").main

    def test_somebody_else_s_service(self, client, walk):
        shift_id = made.add_shift(walk)
        _account, person = made.offered(walk, shift_id)
        other, _person = made.somebody()
        service = made.service_of(shift_id, person)
        as_citizen(client, other).post(f"/my/volunteer/{service.id}/withdraw", status=404)
