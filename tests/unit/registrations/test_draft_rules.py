"""What of a draft may be kept, and what it becomes."""

from __future__ import annotations

import json
import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.people.constants import DocumentType, Relation
from app.people.rules.intake import PersonInput
from app.registrations.rules.drafts import (
    LONGEST,
    MOST_PEOPLE,
    DraftBody,
    Typed,
    candidates,
    check_number_of_people,
    with_guardian,
)
from tests.factories.people import document

TODAY = date(2030, 6, 1)
PERSON = PersonInput(
    name="王德福",
    document_type=DocumentType.RESIDENT_ID,
    document_number=document(n=1),
    sex="male",
    birth_date=date(1985, 3, 12),
    phone="+8613800005678",
)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=LONGEST)
TYPED = st.builds(Typed, name=TEXT, document_number=TEXT, phone=TEXT, town=TEXT, relation=TEXT)
BODIES = st.builds(
    DraftBody,
    category=TEXT,
    chosen=st.lists(TEXT, max_size=MOST_PEOPLE).map(tuple),
    typed=st.lists(TYPED, max_size=MOST_PEOPLE).map(tuple),
    open=st.none() | TYPED,
    notice=st.none() | st.integers(1, 99),
    document_consent=st.booleans(),
    ready=st.booleans(),
    more=st.dictionaries(TEXT, TEXT, max_size=5),
)


@given(BODIES)
def test_what_is_sealed_comes_back_as_it_was(body):
    assert DraftBody.from_json(body.to_json()) == body


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '{"typed": 7, "open": [], "more": "x", "notice": "1"}', '{"typed": [7, null]}'],
)
def test_what_another_release_kept_otherwise_is_left_out(text):
    assert DraftBody.from_json(text) == DraftBody()


def test_unknown_fields_are_left_out():
    text = json.dumps({"open": {"name": "王德福", "shoe_size": "43"}, "notice": 1, "hat": True})
    assert DraftBody.from_json(text) == DraftBody(open=Typed(name="王德福"), notice=1)


FULL = DraftBody(
    category="c",
    chosen=("p",),
    typed=(Typed(name="王德福", document_number="370499"),),
    open=Typed(name="李秀英", document_number="370498"),
    notice=1,
    document_consent=True,
    ready=True,
    more={"p0-health": "高血压", "p0-consent_health": "y", "p1-health": "哮喘", "p0-shirt": "L"},
)


def test_with_both_boxes_everything_stays_but_unticked_health():
    kept = FULL.keepable()
    assert kept.typed == FULL.typed
    assert kept.open == FULL.open
    assert kept.more == {"p0-health": "高血压", "p0-consent_health": "y", "p0-shirt": "L"}


def test_without_the_second_box_no_document_number_stays():
    kept = DraftBody.from_json(FULL.to_json().replace('"document_consent": true', '"document_consent": false'))
    assert "3704" not in kept.keepable().to_json()
    assert "王德福" in kept.keepable().to_json()


def test_without_the_notice_nothing_about_anybody_stays():
    kept = DraftBody.from_json(FULL.to_json().replace('"notice": 1', '"notice": null')).keepable()
    assert kept == DraftBody(category="c", chosen=("p",))


def test_the_tapped_come_first_then_the_typed():
    listed = {uuid.UUID(int=1): (PERSON, Relation.PARENT)}
    body = DraftBody(
        chosen=(str(uuid.UUID(int=1)), str(uuid.UUID(int=2)), "nonsense"),
        typed=(
            Typed(name="李秀英", document_number=document(n=2), relation="spouse"),
            Typed(name="", document_number="1"),
            Typed(name="赵磊", document_number=document(n=3), relation="emperor"),
        ),
    )
    found = candidates(body, listed, TODAY)
    assert [(one.person.name, one.relation, one.typed) for one in found] == [
        ("王德福", "parent", None),
        ("李秀英", "spouse", 0),
        ("赵磊", "other", 2),
    ]


def test_a_guardian_is_read_like_everybody():
    person, errors = with_guardian(PERSON, "张 玉兰", "139 0000 1234", "parent")
    assert errors == []
    assert (person.guardian_name, person.guardian_phone, person.guardian_relation) == (
        "张玉兰",
        "+8613900001234",
        "parent",
    )


def test_a_guardian_s_mistakes_name_their_fields():
    person, errors = with_guardian(PERSON, "7", "123", "child")
    assert [error.field for error in errors] == ["guardian_name", "guardian_phone"]
    assert person.guardian_relation is None


def test_no_guardian_typed_is_no_mistake_yet():
    person, errors = with_guardian(PERSON, " ", "", "parent")
    assert (person.guardian_name, person.guardian_phone, errors) == (None, None, [])


@pytest.mark.parametrize(("people", "code"), [(0, "nobody_chosen"), (MOST_PEOPLE + 1, "too_many_people")])
def test_nobody_and_a_crowd_are_refused(people, code):
    with pytest.raises(DomainError) as refused:
        check_number_of_people(people)
    assert refused.value.code == code


@pytest.mark.parametrize("people", [1, MOST_PEOPLE])
def test_a_family_is_fine(people):
    assert check_number_of_people(people) is None


@pytest.mark.parametrize(
    ("typed", "empty"),
    [
        (Typed(), True),
        (Typed(phone="13800005678"), True),
        (Typed(name=" "), True),
        (Typed(name="王"), False),
        (Typed(document_number="3"), False),
    ],
)
def test_what_names_nobody_is_empty(typed, empty):
    assert typed.is_empty is empty
