"""Pages of what comes after an activity: for the office, the citizen, everybody."""

from __future__ import annotations

import io
import json

import pytest
from werkzeug.datastructures import FileStorage

from app.accounts.models import Account
from app.core import wishes
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.permissions import Role
from app.core.transactions import act
from app.honours import tasks
from app.honours.queries.news import news_of
from app.honours.queries.prizes import draws_of
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from tests.factories import accounts, activities, facilities, walks
from tests.factories import honours as made

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def walk():
    return walks.make_walk(ways=made.WAY)


@pytest.fixture
def office(client):
    return client.login_as(accounts.staff(Role.EVENT_MANAGER))


@pytest.fixture
def area(walk):
    return f"/office/activities/{walk.code}/after"


@act
def tie(account_id, person_id):
    link(account_id=account_id, person_id=person_id, relation=Relation.SELF, proof=ProofLevel.OFFICE, at=now())


def citizen_of(client, person_id):
    account = accounts.account()
    tie(account.id, person_id)
    return client.another().login_as(db.session.get(Account, account.id))


class TestCertificates:
    @pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF-"), ("png", b"\x89PNG")])
    def test_one_s_own_as_paper_and_as_picture(self, client, walk, form, begins):
        (one,) = made.finished(walk, walks.person())
        citizen = citizen_of(client, one.person_id)
        page = citizen.get(f"/my/registrations/{one.registration_id}")
        address = page.soup.select_one(f"a[href$='.{form}']")["href"]
        answer = citizen.get(address)
        assert answer.data.startswith(begins)
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_nobody_else_s_and_none_without_the_finish(self, client, walk):
        (one,) = made.finished(walk, walks.person())
        other = citizen_of(client, made.came(walk, walks.person(name="李秀英"))[0].person_id)
        other.get(f"/my/certificates/{walk.code}/{one.person_id}.pdf", status=404)
        (mine,) = walks.enrol(walk, walks.person(name="周国庆"))
        citizen_of(client, mine.person_id).get(f"/my/certificates/{walk.code}/{mine.person_id}.pdf", status=404)
        citizen_of(client, mine.person_id).get(f"/my/certificates/nothing/{mine.person_id}.pdf", status=404)

    def test_everybody_checks_a_number_and_sees_a_masked_name(self, client, office, walk, area):
        (one,) = made.finished(walk, walks.person())
        answer = citizen_of(client, one.person_id).get(f"/my/certificates/{walk.code}/{one.person_id}.png")
        number = answer.headers["Content-Disposition"].rpartition("=")[2].removesuffix(".png")
        public = client.another()
        public.get("/certificates")
        page = public.submit({"certificate": number.lower().replace("-", " ")}, form="main form")
        assert "有效" in page.main
        assert "王**" in page.main
        assert "王德福" not in page.html
        office.get(area)
        sent = {"back-number": number, "back-reason": "mistaken"}
        assert office.submit(sent, form="form[action$='/withdraw']").flash == ["证书已作废。"]
        assert "已作废" in public.get(f"/certificates/{number}").main
        citizen_of(client, one.person_id).get(f"/my/certificates/{walk.code}/{one.person_id}.pdf", status=409)

    @pytest.mark.parametrize("number", ["2030-ABCD-2345", "x", "x" * 300])
    def test_a_number_that_was_never_given(self, client, number):
        client.get(f"/certificates/{number}", status=404)

    def test_a_typed_number_that_is_none(self, client):
        assert "编号不对" in client.get("/certificates?certificate=hello").main

    def test_all_of_them_in_the_background(self, office, walk, area, tmp_path, monkeypatch):
        folder = tmp_path / "c"
        for module in ("app.honours.tasks", "app.honours.routes.office"):
            monkeypatch.setattr(f"{module}.folder", lambda: folder)
        office.get(f"{area}/certificates.zip", status=302)
        made.finished(walk, walks.person())
        office.get(area)
        page = office.submit(form="form[action$='/certificates']")
        assert "排队等候" in page.main
        assert tasks.make_certificates() == 1
        assert "已生成" in office.get(area).main
        assert office.get(f"{area}/certificates.zip").data.startswith(b"PK")
        assert wishes.state_of(folder, walk.id, "certificates").size > 1_000

    def test_a_wrong_number_keeps_what_was_typed(self, office, walk, area):
        (one,) = made.finished(walk, walks.person())
        from app.audit.services import SYSTEM
        from app.honours.services.certificates import issue_own

        issue_own(activity_id=walk.id, person_id=one.person_id, actor=SYSTEM)
        office.get(area)
        sent = {"back-number": "2030-ABCD-2345", "back-reason": "mistaken"}
        page = office.submit(sent, form="form[action$='/withdraw']", status=422)
        assert "没有找到这张证书" in page.errors[0]
        assert page.soup.select_one("[name=back-number]")["value"] == "2030-ABCD-2345"


class TestPrizes:
    def test_sealed_drawn_collected_and_checked_by_everybody(self, office, client, walk, area):
        made.came(walk, *(walks.person(name=f"王{n}") for n in "一二三"))
        office.get(area)
        sent = {"seal-name": "水壶", "seal-prizes": "9", "seal-seed_from": "双色球"}
        page = office.submit(sent, form="form[action$='/draws']", status=422)
        assert "签到的只有 3 人" in page.errors[0]
        office.submit({"seal-prizes": "1"}, form="form[action$='/draws']")
        (line,) = draws_of(walk.id)
        public = client.another()
        assert line.draw.commitment.hex() in public.get(f"/activities/{walk.code}/draws").main
        office.get(area)
        prefix = f"d{line.draw.id.hex}"
        assert office.submit({f"{prefix}-seed": ""}, form=f"form[action$='{line.draw.id}']", status=422).errors
        office.submit({f"{prefix}-seed": "01 05"}, form=f"form[action$='{line.draw.id}']")
        told = json.loads(public.get(f"/activities/{walk.code}/draws/{line.draw.id}.json").data)
        assert len(told["winners"]) == 1
        assert told["winners"][0] in public.get(f"/activities/{walk.code}/draws").main
        assert "抽奖" in public.get(f"/activities/{walk.code}").main
        office.get(area)
        assert office.submit(form="form[action$='/prizes/1']").flash == ["已记下领奖。"]
        public.get(f"/activities/{walk.code}/draws/{uuid7()}.json", status=404)

    def test_the_winner_reads_it_under_mine(self, office, client, walk, area):
        (one,) = made.came(walk, walks.person())
        office.get(area)
        sent = {"seal-name": "水壶", "seal-prizes": "1", "seal-seed_from": "双色球"}
        office.submit(sent, form="form[action$='/draws']")
        (line,) = draws_of(walk.id)
        office.submit({f"d{line.draw.id.hex}-seed": "1"}, form=f"form[action$='{line.draw.id}']")
        assert "抽中水壶" in citizen_of(client, one.person_id).get("/my").main

    def test_a_draft_shows_nothing(self, client):
        hidden = walks.make_walk(status="draft")
        for what in ("draws", "news"):
            client.get(f"/activities/{hidden.code}/{what}", status=404)


class TestNews:
    def test_from_the_draft_to_everybody(self, office, client, walk, area):
        office.get(area)
        assert office.submit({"news-title": ""}, form="form[action$='/news']", status=422).errors
        page = office.submit({"news-title": "圆满结束", "news-text": "好。\n<b>坏</b>"}, form="form[action$='/news']")
        (line,) = news_of(walk.id, public=False)
        sent = {"photo-photo": FileStorage(io.BytesIO(facilities.picture()), "a.jpg"), "photo-words": "队伍"}
        assert office.submit(sent, form="form[action$='/photos']").flash == ["已加照片。"]
        (line,) = news_of(walk.id, public=False)
        photo = f"/news/photos/{line.photos[0].id}.jpg"
        public = client.another()
        public.get(photo, status=404)
        assert office.get(photo).headers["Content-Type"] == "image/jpeg"
        office.get(f"{area}/news/{line.news.id}")
        assert office.submit(form="form[action$='/publish']").flash == ["已公开。"]
        page = public.get(f"/activities/{walk.code}/news")
        assert page.soup.select_one("img")["alt"] == "队伍"
        assert not page.soup.select("article b")
        assert public.get(photo).data.startswith(b"\xff\xd8")
        office.get(f"{area}/news/{line.news.id}")
        assert office.submit(form="form[action$='/publish']").flash == ["已撤下。"]
        public.get(photo, status=404)
        office.get(f"{area}/news/{line.news.id}/remove")
        assert office.submit(form="form[action$='/remove']").flash == ["已删除。"]

    def test_a_photo_that_is_none_keeps_the_words(self, office, walk, area):
        office.get(area)
        office.submit({"news-title": "x", "news-text": "y"}, form="form[action$='/news']")
        sent = {"photo-photo": FileStorage(io.BytesIO(b"no"), "a.jpg"), "photo-words": "队伍"}
        page = office.submit(sent, form="form[action$='/photos']", status=422)
        assert "读不出来" in page.errors[0]
        assert page.soup.select_one("[name=photo-words]")["value"] == "队伍"

    def test_news_of_another_activity(self, office, walk, area):
        office.get(f"{area}/news/{uuid7()}", status=404)
        office.get(f"/news/photos/{uuid7()}.jpg", status=404)


class TestKeepsakesAndMilestones:
    def test_the_keepsake_is_handed_out_once(self, office, client):
        season = activities.season()
        who = walks.person()
        for _ in range(2):
            (one,) = made.finished(walks.make_walk(ways=made.WAY, season_id=season), who)
        page = office.get(f"/office/seasons/{season}/keepsakes")
        assert "走完各站 1 人，已领 0 人" in page.main
        form = f"form[action$='{one.person_id}']"
        assert office.submit(form=form, button="已领").flash == ["已记下领取。"]
        assert office.submit(form=form, button="改回没领").flash == ["已改回没有领。"]
        office.get(f"/office/seasons/{uuid7()}/keepsakes", status=404)

    def test_who_passed_a_milestone(self, office, client):
        assert "还没有人达到" in office.get("/office/milestones").main
        who = walks.person()
        for _ in range(10):
            (one,) = made.came(walks.make_walk(ways=made.WAY), who)
        page = office.get("/office/milestones")
        assert "第 10 次" in page.main
        assert "王德福" in page.main
        assert "里程碑" in citizen_of(client, one.person_id).get("/my").main
        office.get("/office/milestones?year=99999999")

    def test_it_is_not_for_everybody(self, client, walk, area):
        for role in (Role.REFEREE, Role.AUDITOR, Role.VOLUNTEER_COORDINATOR):
            client.login_as(accounts.staff(role)).get(area, status=403)


def test_the_replay_on_the_command_line(app, walk, office, area, runner, tmp_path):
    made.came(walk, *(walks.person(name=f"王{n}") for n in "一二三"))
    office.get(area)
    sent = {"seal-name": "水壶", "seal-prizes": "2", "seal-seed_from": "双色球"}
    office.submit(sent, form="form[action$='/draws']")
    (line,) = draws_of(walk.id)
    office.submit({f"d{line.draw.id.hex}-seed": "1"}, form=f"form[action$='{line.draw.id}']")
    told = json.loads(office.get(f"/activities/{walk.code}/draws/{line.draw.id}.json").data)
    path = tmp_path / "draw.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    done = runner.invoke(args=["honours", "replay", str(path)])
    assert "agrees with the file" in done.output
    told["winners"].reverse()
    path.write_text(json.dumps(told), encoding="utf-8")
    assert runner.invoke(args=["honours", "replay", str(path)]).exit_code == 1
    path.write_text("{", encoding="utf-8")
    assert runner.invoke(args=["honours", "replay", str(path)]).exit_code == 1
