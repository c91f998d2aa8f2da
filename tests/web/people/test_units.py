"""The office adds schools, units and clubs."""

from __future__ import annotations

import pytest

from app.core.permissions import Role
from app.people.queries.organisations import units
from tests.factories import people, sessions

pytestmark = pytest.mark.usefixtures("clock")


def add(client, **sent):
    client.get("/office/organisations")
    return client.submit({"name": "徐庄镇中心小学", "kind": "school"} | sent)


@pytest.fixture
def desk(client, ctx):
    town = people.organisation()
    sessions.official(client)
    return town


def test_an_empty_list_says_what_it_is_for(client, desk):
    assert "还没有单位" in client.get("/office/organisations").main


def test_a_school_below_its_town(client, desk):
    page = add(client, parent=str(desk))
    assert page.flash == ["已添加徐庄镇中心小学。"]
    assert [(one.name, one.parent) for one in units()] == [("徐庄镇中心小学", "徐庄镇")]


def test_a_class_below_its_school(client, desk):
    add(client, parent=str(desk))
    (school,) = units()
    add(client, name="三年级一班", kind="unit", parent=str(school.id))
    assert {(one.name, one.parent) for one in units()} == {
        ("徐庄镇中心小学", "徐庄镇"),
        ("三年级一班", "徐庄镇中心小学"),
    }


@pytest.mark.parametrize(
    ("sent", "says"),
    [({"name": ""}, "请填名称。"), ({"kind": None}, "请选学校、单位或社团俱乐部。"), ({}, "已有同名的单位。")],
)
def test_mistakes_are_told(client, desk, sent, says):
    if not sent:
        add(client)
    page = add(client, **sent)
    assert page.status in {409, 422}
    assert any(says in error for error in page.errors)
    assert len(units()) == (0 if sent else 1)


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_it_is_the_event_managers_own(client, desk, role):
    sessions.official(client, role)
    assert client.open("/office/organisations", method="GET").status == 403
