"""A year's service on paper: one number for one person and year, hours as they stand, a code that leads to its page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.services import SYSTEM
from app.core.clock import local, now
from app.core.db import db
from app.core.errors import Conflict, NotFound
from app.core.transactions import act
from app.games.tasks import plainly
from app.honours import tasks
from app.honours.documents import service_record as document
from app.honours.documents.service_record import Paper, Row, service_record_pdf
from app.honours.models import ServiceRecord
from app.honours.queries.service_records import record_of, served_with
from app.honours.services import service_records
from app.honours.services.service_records import issue_record, withdraw_records_of
from app.volunteers.services.signing import correct
from tests.factories import volunteers as made
from tests.factories import walks
from tests.factories.merges import merge

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@pytest.fixture
def walk():
    return walks.make_walk(starts_at=now() + timedelta(days=1))


def settle(walk, shift_id, person_id, minutes):
    service_id = made.service_of(shift_id, person_id).id
    correct(activity_id=walk.id, shift_id=shift_id, service_id=service_id, minutes=minutes, reason="补记", actor=SYSTEM)


@pytest.fixture
def served(walk):
    """Somebody who served 100 minutes; (shift, person)."""
    shift_id = made.add_shift(walk)
    _account, person_id = made.assigned(walk, shift_id)
    settle(walk, shift_id, person_id, 100)
    return shift_id, person_id


def issued(person_id, year):
    return issue_record(person_id=person_id, year=year, actor=SYSTEM)


class TestNumbers:
    def test_the_first_time_gives_one_and_then_it_stays(self, walk, served):
        first, again = (issued(served[1], walk.starts_at.year) for _ in range(2))
        assert first.record.number == again.record.number
        assert re.fullmatch(r"\d{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", first.record.number)
        assert (first.minutes, first.shifts, first.holds) == (100, 1, True)

    def test_the_page_has_the_hours_as_they_stand(self, walk, served):
        number = issued(served[1], walk.starts_at.year).record.number
        settle(walk, *served, 40)
        assert served_with(number).minutes == 40
        settle(walk, *served, 0)
        assert not served_with(number).holds
        assert served_with("2030-ABCD-2345") is None

    def test_who_did_not_serve_that_year_gets_none(self, walk, served):
        with pytest.raises(NotFound):
            issued(served[1], walk.starts_at.year - 1)
        with pytest.raises(NotFound):
            issued(made.offered(walk, served[0])[1], walk.starts_at.year)

    def test_activities_one_by_one_with_every_shift(self, walk, served):
        _shift, person_id = served
        later = made.add_shift(walk, starts_at=walk.starts_at + timedelta(hours=4), post="补给")
        other = walks.make_walk(starts_at=walk.starts_at + timedelta(days=1))
        elsewhere = made.add_shift(other)
        for one, where, minutes in ((walk, later, 30), (other, elsewhere, 65)):
            made.put(one, where, person_id)
            settle(one, where, person_id, minutes)
        record = issued(person_id, walk.starts_at.year)
        assert [(len(line.posts), line.minutes) for line in record.lines] == [(2, 130), (1, 65)]
        assert (record.shifts, record.minutes) == (3, 195)

    def test_who_was_merged_keeps_number_and_hours(self, walk):
        a, b = walks.enrol(walk, walks.person(name="周国庆"), walks.person(name="周国庆"))
        shift_id = made.add_shift(walk)
        made.put(walk, shift_id, a.person_id)
        settle(walk, shift_id, a.person_id, 100)
        number = issued(a.person_id, walk.starts_at.year).record.number
        merge(a, b)
        again = issued(b.person_id, walk.starts_at.year)
        assert (again.record.number, again.minutes) == (number, 100)

    def test_of_who_was_deleted_the_number_is_void(self, walk, served):
        year = walk.starts_at.year
        number = issued(served[1], year).record.number
        act(lambda: withdraw_records_of([served[1]], at=now()))()
        assert not served_with(number).holds
        with pytest.raises(Conflict):
            issued(served[1], year)
        assert record_of(served[1], year).withdrawn_at is not None

    def test_a_number_that_is_taken_is_drawn_again(self, walk, served, monkeypatch):
        person, year = made.assigned(walk, served[0])[1], walk.starts_at.year
        settle(walk, served[0], person, 50)
        taken = issued(served[1], year).record.number
        numbers = iter([taken, "2030-K7Q4-9XDM"])
        monkeypatch.setattr(service_records, "new_number", lambda _year: next(numbers))
        assert issued(person, year).record.number == "2030-K7Q4-9XDM"
        assert len(db.session.execute(select(ServiceRecord.id)).all()) == 2


class TestPaper:
    def paper(self, n=1, **facts):
        start = local(now())
        row = Row("西集站", [("路口引导", start, start + timedelta(hours=3))] * 2, 300, "5.0")
        usual = {
            "number": "2030-K7Q4-9XDM",
            "name": "王德福",
            "year": 2030,
            "rows": [row] * n,
            "minutes": 300 * n,
            "hours": f"{5.0 * n}",
            "address": "https://yuepao.example/certificates/2030-K7Q4-9XDM",
        }
        return Paper(**(usual | facts))

    def made(self, paper, **more):
        usual = {"office": "区教体局", "fonts": tasks.fonts(), "printed_at": now(), "say": plainly}
        return service_record_pdf(paper, **(usual | more))

    def test_a_page_and_as_many_as_it_takes(self):
        assert self.made(self.paper()).startswith(b"%PDF-")
        assert len(self.made(self.paper(60))) > len(self.made(self.paper()))

    @pytest.mark.parametrize("name", ["#panic()", "*_$`@<>", '"\\', "𠮷" * 60])
    def test_names_are_never_markup(self, name):
        row = Row(name, [(name, now(), now())], 1, "0.0")
        assert self.made(self.paper(name=name, rows=[row])).startswith(b"%PDF-")

    def test_it_says_number_name_office_hours_and_sum(self, monkeypatch):
        told = {}
        monkeypatch.setattr(document, "pdf_of", lambda _template, data, **_more: told.update(data) or b"")
        self.made(self.paper(2))
        assert told["number"].endswith("2030-K7Q4-9XDM")
        assert (told["name"], told["office"]) == ("王德福", "区教体局")
        assert told["rows"][0][2:] == ["2", "300", "5.0"]
        assert told["total"][2:] == ["4", "600", "10.0"]
