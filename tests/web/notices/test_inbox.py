"""The inbox in the site: each notice stands there, new until it was opened."""

from __future__ import annotations

import pytest

from app.accounts.models import Account
from app.core.clock import now
from app.core.ids import NIL, uuid7
from app.core.transactions import act
from app.notices.constants import NoticeKind, Place
from app.notices.queries import unread
from app.notices.rules import Param, Tidings
from app.notices.services.inbox import Recipient, tell
from tests.factories import accounts

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def citizen() -> Account:
    return accounts.account()


@act
def told(
    account: Account, message: str = "%(who)s候补报上了。", place: Place = Place.MINE, ref: str = "", **params: Param
) -> None:
    what = Tidings(
        scope_id=NIL,
        key=str(uuid7()),
        kind=NoticeKind.PROMOTED,
        message=message,
        until=now(),
        params={"who": "王德福"} | params,
        place=place,
        ref=ref,
    )
    tell([(Recipient(account.id, None), what)], at=now())


def test_one_s_own_page_says_how_many_are_new_until_they_were_opened(client, citizen):
    told(citizen)
    told(citizen)
    client.login_as(citizen)
    assert "2 条新通知" in client.get("/my").text
    page = client.get("/my/notices")
    assert page.text.count("王德福候补报上了。") == 2
    assert page.text.count("新通知") == 2
    assert "新通知" not in client.get("/my").text
    assert "新通知" not in client.get("/my/notices").text
    assert unread(citizen.id) == 0


def test_an_empty_inbox_says_what_will_stand_there(client, citizen):
    client.login_as(citizen)
    page = client.get("/my/notices")
    assert "还没有通知" in page.text


def test_another_s_notices_are_not_here(client, citizen):
    told(citizen)
    client.login_as(accounts.account())
    assert "王德福" not in client.get("/my/notices").text
    assert unread(citizen.id) == 1


def test_a_notice_leads_to_what_it_is_about(client, citizen):
    registration, person = uuid7(), uuid7()
    told(citizen, place=Place.REGISTRATION, ref=str(registration))
    told(citizen, place=Place.CODE, ref=str(person))
    told(citizen, place=Place.FAMILY)
    told(citizen, place=Place.ACTIVITY, ref="XZ2021")
    client.login_as(citizen)
    links = {link["href"] for link in client.get("/my/notices").soup.find_all("a", class_="x-cell")}
    assert links == {
        f"/my/registrations/{registration}",
        f"/my/code?person={person}",
        "/my/family",
        "/activities/XZ2021",
    }


def test_times_read_as_the_reader_s_pages_show_them(client, citizen):
    told(citizen, "%(who)s %(when)s见。", when=now())
    client.login_as(citizen)
    assert "王德福 6月1日 8:00见。" in client.get("/my/notices").text


def test_markup_in_what_was_told_is_text(client, citizen):
    told(citizen, "%(text)s", text="<b>伞</b> 100%")
    client.login_as(citizen)
    assert "<b>伞</b> 100%" in client.get("/my/notices").text


def test_a_long_inbox_has_pages(client, citizen):
    for _ in range(21):
        told(citizen)
    client.login_as(citizen)
    page = client.get("/my/notices")
    assert "第 1 / 2 页" in page.text
    assert unread(citizen.id) == 1
    client.get("/my/notices?page=2")
    assert unread(citizen.id) == 0
    client.get("/my/notices?page=x")
    client.get("/my/notices?page=99999")


def test_without_signing_in_there_is_no_inbox(client):
    assert client.get("/my/notices", status=302, follow=False).location.startswith("/login")
