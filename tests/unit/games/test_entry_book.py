"""秩序册: what stands in it, in both forms, and how it comes about beside the pages."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.ids import uuid7
from app.core.transactions import act
from app.core.wishes import STALE, Stage, forget, take
from app.games import tasks
from app.games.constants import EntryState, EventForm, EventFormat, UnitKind, UnitStatus
from app.games.documents.entry_book import cover_lines, entry_book_pdf
from app.games.documents.entry_book_docx import entry_book_docx
from app.games.models import EntryMember, Games, Session, Unit
from app.games.queries.entry_book import book_of
from app.games.rules.entry_book import BookForm, entry_text
from app.games.rules.programme import DelegationDraft
from app.games.services.entry_books import ask_for_book, book_state, read_book
from app.games.services.programme import add_delegation
from app.games.tasks import FONTS, books_folder, make_books, plainly
from tests.factories import games as made
from tests.factories import people

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _time(clock, ctx):
    """In June, before the games."""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "books"


@pytest.fixture
def edition():
    """Two delegations: a wrestler, a team with a substitute, somebody withdrawn; a session with two bouts."""
    games_id = made.make_games(name="第十二届全民健身运动会", host="区教体局")
    draft = DelegationDraft(code="XZ", name="徐庄镇", leader_name="赵领队", leader_phone="+8613800001234")
    town = add_delegation(games_id=games_id, draft=draft, actor=SYSTEM)
    other = made.add_delegation_to(games_id, name="水泉镇")
    wrestling, dance = (made.add_discipline_to(games_id, name=name) for name in ("摔跤", "广场舞"))
    bouts = made.add_event_to(games_id, wrestling, name="57 公斤")
    team = made.add_event_to(games_id, dance, name="规定套路", form=EventForm.TEAM, format=EventFormat.JUDGED)
    made.enter(games_id, bouts, town, name="王德福")
    made.enter(games_id, bouts, other, name="李秀英")
    made.enter(games_id, bouts, other, name="已撤的", state=EntryState.WITHDRAWN.value)
    join(games_id, made.enter(games_id, team, town, name="徐庄一队"))
    hold(games_id, bouts)
    return games_id


@act
def join(games_id, entry_id):
    for position, (name, substitute) in enumerate((("张建国", False), ("刘桂兰", True)), start=1):
        db.session.add(
            EntryMember(
                games_id=games_id,
                entry_id=entry_id,
                person_id=people.person(),
                name=name,
                substitute=substitute,
                position=position,
            )
        )


@act
def hold(games_id, event_id):
    begins = datetime(2030, 9, 20, 0, 30, tzinfo=UTC)
    session = Session(
        games_id=games_id,
        id=uuid7(),
        name="第一单元",
        venue="体育馆",
        starts_at=begins,
        ends_at=begins + timedelta(hours=3),
    )
    db.session.add(session)
    db.session.flush()
    for number in (1, 2):
        db.session.add(
            Unit(
                games_id=games_id,
                id=uuid7(),
                event_id=event_id,
                kind=UnitKind.BOUT.value,
                number=number,
                field=[],
                session_id=session.id,
                starts_at=begins + timedelta(minutes=10 * number),
            )
        )


def book(edition):
    return book_of(db.session.get(Games, edition), plainly)


def words(data):
    document = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


@act
def put_off(model, games_id, status):
    """The first of them is postponed or called off."""
    db.session.execute(select(model).where(model.games_id == games_id).limit(1)).scalar_one().status = status.value


class TestContent:
    def test_delegations_with_leader_and_people_by_event(self, edition):
        town, other = book(edition).delegations
        assert (town.name, town.leader, town.entries, town.athletes) == ("徐庄镇", "赵领队", 2, 4)
        assert town.events[0] == ("摔跤 57 公斤", ("王德福",))
        assert town.events[1][1][0].endswith("张建国（替补：刘桂兰）")
        assert other.events == (("摔跤 57 公斤", ("李秀英",)),)

    def test_programme_and_schedule(self, edition):
        found = book(edition)
        assert [(part.discipline, part.events) for part in found.programme] == [
            ("摔跤", (("57 公斤", 2, 2),)),
            ("广场舞", (("规定套路", 1, 1),)),
        ]
        (session,) = found.sessions
        assert session.events == ((datetime(2030, 9, 20, 0, 40, tzinfo=UTC), "57 公斤", 2),)

    @pytest.mark.parametrize("status", [UnitStatus.POSTPONED, UnitStatus.CANCELLED])
    def test_what_is_put_off_sends_nobody_there(self, edition, status):
        put_off(Unit, edition, status)
        ((_at, _name, units),) = book(edition).sessions[0].events
        assert units == 1
        put_off(Session, edition, status)
        assert book(edition).sessions == []

    def test_cover(self, edition):
        assert cover_lines(book(edition), plainly) == [
            "主办：区教体局",
            "区全民健身中心",
            "2030年9月20日—9月23日",
            "2 个代表团，5 名运动员，3 项报名",
        ]

    @pytest.mark.parametrize(
        ("name", "members", "team", "text"),
        [
            ("王德福", [("王德福", False)], False, "王德福"),
            ("甲/乙", [("甲", False), ("乙", False)], True, "甲/乙"),
            ("一队", [("甲", False), ("乙", False)], True, "一队：甲、乙"),
            ("一队", [("甲", False), ("乙", True)], True, "一队：甲（替补：乙）"),
            ("一队", [], True, "一队"),
        ],
    )
    def test_an_entry_as_a_line(self, name, members, team, text):
        assert entry_text(name, members, plainly, team=team) == text

    def test_the_number_of_statements_does_not_grow(self, edition, statements):
        taken = []
        for _ in range(2):
            with statements() as seen:
                book(edition)
            taken.append(len(seen))
            for _ in range(10):
                made.enter(edition, made.add_event_to(edition))
        assert taken[0] == taken[1]


class TestForms:
    def test_word_has_every_name_and_no_phone(self, edition):
        told = []
        data = entry_book_docx(book(edition), say=plainly, progress=lambda *far: told.append(far))
        text = "\n".join(words(data))
        for name in (
            "第十二届全民健身运动会",
            "秩序册",
            "领队：赵领队",
            "王德福",
            "李秀英",
            "徐庄一队",
            "第一单元",
            "8:40",
        ):
            assert name in text
        assert "已撤的" not in text
        assert "138" not in text
        assert told == [(1, 2), (2, 2)]

    def test_pdf(self, edition):
        data = entry_book_pdf(book(edition), fonts=ROOT / FONTS, printed_at=now(), say=plainly)
        assert data.startswith(b"%PDF-")
        assert len(data) > 10_000

    def test_an_empty_edition_has_a_book_too(self):
        empty = book(made.make_games())
        assert entry_book_pdf(empty, fonts=ROOT / FONTS, printed_at=now(), say=plainly).startswith(b"%PDF-")
        assert "秩序册" in words(entry_book_docx(empty, say=plainly, progress=lambda *_: None))

    def test_what_a_name_holds_commands_nothing(self):
        games_id = made.make_games(name="#panic() $x$ *节*")
        made.enter(games_id, made.add_event_to(games_id, name="@a #b"), name="<b>_x_")
        data = entry_book_pdf(book(games_id), fonts=ROOT / FONTS, printed_at=now(), say=plainly)
        assert data.startswith(b"%PDF-")


class TestWork:
    def ask(self, edition, folder, form=BookForm.DOCX):
        ask_for_book(games_id=edition, form=form, folder=folder, actor=SYSTEM)

    def test_from_the_wish_to_the_sealed_book(self, edition, folder, monkeypatch):
        monkeypatch.setattr(tasks, "books_folder", lambda: folder)
        assert book_state(folder, edition, BookForm.DOCX).stage is Stage.NONE
        self.ask(edition, folder)
        assert book_state(folder, edition, BookForm.DOCX).stage is Stage.WAITING
        assert read_book(folder, edition, BookForm.DOCX) is None
        assert make_books() == 1
        state = book_state(folder, edition, BookForm.DOCX)
        data = read_book(folder, edition, BookForm.DOCX)
        assert (state.stage, state.size) == (Stage.DONE, len(data))
        assert "王德福" in "\n".join(words(data))
        (sealed,) = folder.glob("*.book")
        assert sealed.stat().st_mode & 0o077 == 0
        assert not sealed.read_bytes().startswith(b"PK")
        assert make_books() == 0

    def test_one_wish_is_taken_up_once(self, edition, folder):
        self.ask(edition, folder)
        self.ask(edition, folder)
        assert take(folder).owner == edition
        assert take(folder) is None
        self.ask(edition, folder)
        assert take(folder) is None

    def test_it_tells_how_far_it_is(self, edition, folder):
        self.ask(edition, folder)
        job = take(folder)
        assert book_state(folder, edition, BookForm.DOCX).stage is Stage.READING
        job.note(Stage.SETTING, 3, 40)
        state = book_state(folder, edition, BookForm.DOCX)
        assert (state.busy, state.done, state.total) == (True, 3, 40)

    def test_what_fails_says_so_and_may_be_asked_again(self, edition, folder, monkeypatch):
        monkeypatch.setattr(tasks, "books_folder", lambda: folder)
        monkeypatch.setattr(tasks, "FONTS", "nowhere")
        self.ask(edition, folder, BookForm.PDF)
        assert make_books() == 0
        assert book_state(folder, edition, BookForm.PDF).stage is Stage.FAILED
        monkeypatch.undo()
        monkeypatch.setattr(tasks, "books_folder", lambda: folder)
        self.ask(edition, folder, BookForm.PDF)
        assert make_books() == 1
        assert read_book(folder, edition, BookForm.PDF).startswith(b"%PDF-")

    def test_one_that_a_dead_worker_left_is_taken_as_failed(self, edition, folder):
        self.ask(edition, folder)
        take(folder)
        (state,) = folder.glob("*.state")
        later = datetime.fromtimestamp(state.stat().st_mtime, UTC) + STALE + timedelta(seconds=1)
        assert book_state(folder, edition, BookForm.DOCX, at=later).stage is Stage.FAILED

    def test_books_are_forgotten(self, edition, folder):
        self.ask(edition, folder)
        take(folder).finish(b"book", at=now())
        written = datetime.fromtimestamp(next(folder.glob("*.book")).stat().st_mtime, UTC)
        assert forget(folder, before=written - timedelta(days=1)) == 0
        assert forget(folder, before=written + timedelta(days=1)) > 0
        assert read_book(folder, edition, BookForm.DOCX) is None

    def test_it_lies_below_the_instance(self, instance):
        assert books_folder() == instance / "books"
