"""Who may call a view: default deny, the right answer to the wrong caller."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core.permissions import Permission, Role
from app.web.access import Access, public, requires
from tests.web.web.conftest import OURS, THEIRS, Door, Visitor


def come(role: Role | None = None, **facts: object) -> None:
    Door.visitor = Visitor(role, **facts)  # type: ignore[arg-type]


# --------------------------------------------------------------------------- nobody


def test_whoever_is_not_signed_in_is_led_to_the_staff_s_door(visit):
    page = visit.get("/office/probe?year=2021", status=302)
    assert page.location.startswith("/")
    assert "next=/office/probe?year%3D2021" in page.location or "next=%2Foffice%2Fprobe" in page.location


def test_a_citizen_s_page_leads_to_the_citizen_s_door(visit):
    office = visit.get("/office/probe", status=302).location.split("?")[0]
    mine = visit.get("/my/probe", status=302).location.split("?")[0]
    assert office != mine


def test_a_program_is_told_so(visit):
    answer = visit.get("/api/v1/probe/keys", status=401)
    assert answer.json["code"] == "unauthenticated"


# --------------------------------------------------------------------------- somebody


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_its_permissions_say(visit, role):
    from app.core.permissions import MATRIX

    come(role)
    expected = 200 if Permission.ACTIVITY_VIEW in MATRIX[role] else 403
    assert visit.open("/office/probe").status == expected


def test_without_a_role_nothing_opens(visit):
    come(None)
    page = visit.get("/office/probe", status=403)
    assert "权限" in page.main
    assert visit.get("/my/probe", status=403).main


@pytest.mark.parametrize(
    ("scope", "asked", "expected"), [(OURS, 1, 200), (OURS, 2, 404), (THEIRS, 1, 404), (THEIRS, 2, 200)]
)
def test_what_lies_in_another_s_scope_does_not_exist(visit, scope, asked, expected):
    come(Role.EVENT_MANAGER, scope=scope)
    assert visit.open(f"/office/probe/{asked}/edit").status == expected


def test_the_answers_to_another_s_and_to_nobody_s_are_the_same(visit):
    come(Role.EVENT_MANAGER, scope=OURS)
    theirs = visit.get("/office/probe/2/edit", status=404)
    nobodys = visit.get("/office/nowhere", status=404)
    assert (theirs.title, theirs.main) == (nobodys.title, nobodys.main)


def test_a_grant_somewhere_does_not_open_the_office_s_page(visit):
    come(Role.EVENT_MANAGER, scope=OURS)
    visit.get("/office/probe", status=403)
    visit.get("/office/probe/deep", status=200)


def test_who_lacks_the_permission_everywhere_is_told_so(visit):
    come(Role.AUDITOR)
    visit.get("/office/probe/1/edit", status=403)
    visit.get("/office/probe/deep", status=403)


def test_a_key_opens_what_names_its_scope_alone(visit):
    come(Role.EVENT_MANAGER, key_scope="read", account_id=None)
    visit.get("/api/v1/probe/keys", status=200)
    assert visit.get("/api/v1/probe/no-keys", status=403).json["code"] == "forbidden"
    come(Role.EVENT_MANAGER, key_scope="results", account_id=None)
    visit.get("/api/v1/probe/keys", status=403)


def test_what_belongs_to_an_account_needs_one(visit):
    come(Role.CITIZEN, account_id=None)
    visit.get("/my/probe", status=403)
    come(Role.CITIZEN)
    assert visit.get("/my/probe").json["actor"] == "account"


def test_who_calls_is_found_once_a_request(visit):
    come(Role.EVENT_MANAGER)
    visit.get("/office/probe/1/edit", status=200)
    assert Door.asked == 1


# --------------------------------------------------------------------------- the declarations


def test_a_view_bears_its_declaration():
    @public("because")
    def open_to_all() -> str:
        return ""

    @requires(Permission.DRAW, of="activity_id")
    def guarded() -> str:
        """Words."""
        return ""

    assert open_to_all.access == Access(public="because")
    assert guarded.access == Access(permission=Permission.DRAW, of="activity_id")
    assert (guarded.__name__, guarded.__doc__) == ("guarded", "Words.")


def test_scopes_that_nobody_registered_open_nothing(site: Flask, visit, monkeypatch):
    monkeypatch.delitem(site.extensions["xiangyue_scopes"], "activity_id")
    come(Role.EVENT_MANAGER, scope=OURS)
    assert visit.open("/office/probe/1/edit").status == 500
