"""A citizen sees what is kept, takes it along and deletes it, each by themselves."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from app.accounts.models import Account
from app.core.clock import now
from app.core.db import db
from app.core.permissions import Role
from app.core.transactions import act
from app.people.constants import ProofLevel, Relation
from app.people.models import Person
from app.people.services.persons import link
from app.privacy.queries.holdings import ERASED
from tests.factories import accounts, people
from tests.factories.privacy import CANARY, known_everywhere

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def known():
    return known_everywhere()


@pytest.fixture
def citizen(client, known):
    return client.login_as(db.session.get(Account, known.account))


def code_on(page):
    return re.search(r"验证码是 (\d{3} ?\d{3})", page.main).group(1)


@act
def tie(account_id, person_id, relation, proof=ProofLevel.CREATED):
    link(account_id=account_id, person_id=person_id, relation=relation, proof=proof, at=now())


class TestExport:
    def test_one_archive_for_people_and_for_programs(self, citizen):
        page = citizen.get("/my/data")
        assert "金丝雀" in page.main
        answer = citizen.submit({}, form="form[action='/my/data/export']")
        assert answer.headers["Cache-Control"] == "private, no-store"
        file = zipfile.ZipFile(io.BytesIO(answer.data))
        assert sorted(file.namelist()) == ["data.json", "data.xlsx"]
        told = json.loads(file.read("data.json"))
        rows = {one["title"]: one["rows"] for one in told["sections"]}
        assert rows["个人信息"][0]["监护人姓名"] == CANARY
        assert len(rows["个人信息"][0]["证件号码"]) == 18
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read("data.xlsx")))
        assert book.sheet_names == list(rows)

    def test_one_of_them_alone(self, citizen, known):
        citizen.get("/my/data")
        answer = citizen.submit({}, form=f"form[action$='{known.person}/export']")
        assert "data.json" in zipfile.ZipFile(io.BytesIO(answer.data)).namelist()

    def test_nobody_else_s(self, client, known):
        other = client.login_as(accounts.account())
        other.get("/my/data")
        other.post(f"/my/data/{known.person}/export", status=404)
        other.get(f"/my/data/{known.person}/delete", status=404)


class TestDeletion:
    def test_a_relative_is_deleted_after_a_code(self, citizen, known):
        child = people.person(birth=date(2024, 1, 1))
        tie(known.account, child, Relation.CHILD)
        page = citizen.get(f"/my/data/{child}/delete")
        assert "不能恢复" in page.main
        page = citizen.submit({}, form="form[action$='/delete']")
        page = citizen.submit({"code": code_on(page)}, form="form[action$='/delete/code']")
        assert page.flash[0].startswith("已删除")
        assert db.session.get(Person, child, populate_existing=True).name == ERASED
        assert db.session.get(Person, known.person, populate_existing=True).name != ERASED

    def test_closing_the_account_signs_out_and_the_phone_can_begin_anew(self, citizen, known):
        citizen.get("/my/data")
        page = citizen.get("/my/data/close")
        page = citizen.submit({}, form="form[action='/my/data/close']")
        page = citizen.submit({"code": code_on(page)}, form="form[action='/my/data/close/code']")
        assert page.flash == ["账号已注销，资料已删除。"]
        assert db.session.get(Account, known.account, populate_existing=True).phone is None
        assert citizen.get("/my/data", status=302).location.startswith("/login")

    @pytest.mark.parametrize("code", ["", "000000", "12", "字" * 6])
    def test_a_wrong_code_deletes_nothing(self, citizen, known, code):
        citizen.get("/my/data/close")
        page = citizen.submit({}, form="form[action='/my/data/close']")
        if code_on(page).replace(" ", "") == code:
            code = "111111"
        page = citizen.submit({"code": code}, form="form[action='/my/data/close/code']", status=422)
        assert page.errors
        assert db.session.get(Person, known.person, populate_existing=True).name != ERASED

    def test_a_code_for_signing_in_deletes_nothing(self, citizen, known):
        from app.accounts.constants import CodePurpose
        from app.accounts.services.codes import request_login_code
        from tests.factories.privacy import PHONE

        sent = request_login_code(phone=PHONE, address="x", purpose=CodePurpose.LOGIN, at=now())
        citizen.get("/my/data/close")
        answer = citizen.post("/my/data/close/code", {"code": sent.reveal}, status=422)
        assert answer.errors
        assert db.session.get(Person, known.person, populate_existing=True).name != ERASED

    def test_codes_have_their_limits_here_too(self, citizen):
        citizen.get("/my/data/close")
        citizen.submit({}, form="form[action='/my/data/close']")
        citizen.get("/my/data/close")
        page = citizen.submit({}, form="form[action='/my/data/close']", status=429)
        assert page.flash

    def test_an_adult_with_an_account_of_their_own_is_not_deleted_by_another(self, citizen, known):
        spouse, own = people.person(), accounts.account()
        tie(known.account, spouse, Relation.SPOUSE, ProofLevel.OFFICE)
        tie(own.id, spouse, Relation.SELF, ProofLevel.OFFICE)
        citizen.get(f"/my/data/{spouse}/delete")
        page = citizen.submit({}, form="form[action$='/delete']", status=409)
        assert page.flash == ["这位家人有自己的账号，要由本人删除。"]

    def test_an_account_of_the_office_is_closed_by_the_office(self, client):
        staff = client.login_as(accounts.staff(Role.EVENT_MANAGER))
        assert "注销账号" not in staff.get("/my/data").main
        staff.get("/my/data/close")
        assert staff.submit({}, form="form[action='/my/data/close']", status=409).flash == [
            "工作账号由系统管理员停用。"
        ]


def test_it_is_for_whoever_has_signed_in(client):
    assert client.get("/my/data", status=302).location.startswith("/login")
