"""Signs that no keyboard has: left out of what is typed, and no part of an address."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import FileStorage, MultiDict

from app.web.security import PlainFields

CONTROLS = "\0\x01\x08\x0b\x0c\x1f\x7f\x85\ufffe"


def test_what_cannot_be_seen_is_left_out_of_names_and_values():
    fields = PlainFields([(f"na{CONTROLS}me", f"王{CONTROLS}德福"), ("name", "李秀英")])
    assert fields.getlist("name") == ["王德福", "李秀英"]


@pytest.mark.parametrize("text", ["一\t二", "一\r\n二", "é", "👨‍👩‍👧", "\u202e", " ", ""])
def test_everything_else_stays_as_it_was_typed(text):
    assert PlainFields({"words": text})["words"] == text


def test_files_are_left_alone():
    file = FileStorage(filename="名单.xlsx")
    assert PlainFields([("file", file)])["file"] is file


@pytest.mark.parametrize("empty", [None, [], {}, MultiDict()])
def test_nothing_is_nothing(empty):
    assert list(PlainFields(empty)) == []


def test_a_form_and_a_question_arrive_without_them_and_no_address_has_any(visit):
    page = visit.get("/probe/page?words=%00\u738b%0B\u5fb7\u798f")
    assert "王德福" in page.main
    assert visit.submit({"name": "王\0德\x0b福"}).json == {"name": "王德福"}
    visit.get("/activities/%00", status=404)
