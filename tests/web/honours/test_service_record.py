"""The record of a year as a PDF: of oneself and one's family, of the office for those without an account; checked by all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.accounts.models import Account
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.permissions import Role
from app.volunteers.services.signing import correct
from tests.factories import accounts, walks
from tests.factories import volunteers as made

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def walk():
    return walks.make_walk(starts_at=now() + timedelta(days=1))


def served(walk, **person):
    """Somebody who served 100 minutes; (account, person)."""
    shift_id = made.add_shift(walk, min_age=14)
    account_id, person_id = made.assigned(walk, shift_id, **person)
    correct(
        activity_id=walk.id, shift_id=shift_id, service_id=made.service_of(shift_id, person_id).id, minutes=100,
        reason="补记", actor=SYSTEM,
    )  # fmt: skip
    return account_id, person_id


def as_citizen(client, account_id):
    return client.another().login_as(db.session.get(Account, account_id))


def number_of(answer):
    return answer.headers["Content-Disposition"].rpartition("=")[2].removesuffix(".pdf")


def test_from_the_printed_page_to_the_paper_and_its_check(client, walk):
    account_id, _person = served(walk, name="周国庆")
    citizen = as_citizen(client, account_id)
    page = citizen.get(f"/my/volunteer/record?year={walk.starts_at.year}")
    answer = citizen.get(page.soup.select_one("main a[href$='.pdf']")["href"])
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "private, no-store"
    public = client.another()
    public.get("/certificates")
    page = public.submit({"certificate": number_of(answer).lower().replace("-", " ")}, form="main form")
    page = public.get(page.location) if page.status == 302 else page
    assert "有效" in page.main
    assert "1 次，100 分钟，合 1.7 小时" in page.main
    assert "周国庆" not in page.html
    assert "周**" in page.main


def test_nobody_else_s_and_no_year_without_service(client, walk):
    account_id, person_id = served(walk)
    year = walk.starts_at.year
    other, _person = made.somebody()
    as_citizen(client, other).get(f"/my/volunteer/record/{person_id}/{year}.pdf", status=404)
    for wrong in (year - 1, 1, 99_999_999):
        as_citizen(client, account_id).get(f"/my/volunteer/record/{person_id}/{wrong}.pdf", status=404)


def test_the_office_prints_for_adults_alone(client, walk):
    year = walk.starts_at.year
    _account, grown = served(walk)
    _account, young = served(walk, guardian=True, birth=date(2014, 1, 1))
    office = client.login_as(accounts.staff(Role.VOLUNTEER_COORDINATOR))
    page = office.get(f"/office/volunteers?year={year}")
    links = [one["href"] for one in page.soup.select("main a[href$='.pdf']")]
    assert links == [f"/office/volunteers/{grown}/{year}.pdf"]
    assert office.get(links[0]).data.startswith(b"%PDF-")
    office.get(f"/office/volunteers/{young}/{year}.pdf", status=409)
    office.get(f"/office/volunteers/{uuid7()}/{year}.pdf", status=404)
    client.login_as(accounts.staff(Role.REFEREE)).get(links[0], status=403)
