"""The page on which the entry book is asked for, waited for and taken along."""

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.core.db import db
from app.core.permissions import Role
from app.games.tasks import make_books
from tests.factories import games as made

AT = "/office/games/twelfth/book"


@pytest.fixture
def edition(ctx):
    games_id = made.make_games(code="twelfth")
    made.enter(games_id, made.add_event_to(games_id), name="王德福")
    return games_id


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF-"), ("docx", b"PK")])
def test_asked_for_waited_for_taken_along(office, edition, form, begins):
    assert AT in office.get("/office/games/twelfth/entries").links
    office.get(f"{AT}.{form}", status=404)
    office.get(AT)
    page = office.submit(form=f"form[action$='/{form}']")
    assert page.flash == ["已开始生成，可以离开本页。"]
    assert page.soup.select_one("#books")["hx-trigger"] == "every 2s"
    assert "排队等候" in page.main
    assert make_books() == 1
    page = office.get(AT)
    assert not page.soup.select_one("#books").has_attr("hx-trigger")
    assert f"{AT}.{form}" in page.links
    answer = office.get(f"{AT}.{form}")
    assert answer.data.startswith(begins)
    assert answer.headers["Cache-Control"] == "no-store"
    taken = (
        select(func.count())
        .select_from(AuditEntry)
        .where(AuditEntry.action.in_(["games.book_asked", "games.entries_exported"]), AuditEntry.scope_id == edition)
    )
    assert db.session.execute(taken).scalar_one() == 2


def test_a_referee_sees_but_does_not_ask(somebody, edition):
    page = somebody(Role.REFEREE).get(AT)
    assert not page.soup.select("main form")
    somebody(Role.REFEREE).post(f"{AT}/pdf", status=403)


def test_other_forms_are_not_there(office, edition):
    office.get(f"{AT}.odt", status=404)
