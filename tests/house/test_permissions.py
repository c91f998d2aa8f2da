"""Every role at every door: what the matrix does not give is refused.

The table is generated from MATRIX and from what each route declares; a new
route or role is tested without a line here.
"""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.accounts.constants import TokenScope
from app.core.permissions import MATRIX, Permission, Role, Scope, ScopeKind
from app.games.routes.frame import scopes_of_games
from app.web.access import Access
from tests.factories import accounts
from tests.support.pages import Page, PageClient
from tests.support.world import World, build_world, is_api, routes

pytestmark = pytest.mark.usefixtures("ctx")
DOORS = ("/login", "/office/login")
OPENED = {200, 302, 400, 404, 409, 422}
"""Answers of a view that was reached; refusals at the door are 401, 403 and the way to sign in."""
REFUSED_INSIDE = {"activities.copy": "a copy is a new activity, which needs the right in the season or the office"}
"""Pages of one activity whose act reaches beyond it, and why a right in that activity is not enough."""
OF_ANOTHER_KIND = {"registrations.walk_in_slip": "the world's registration came from the web, not from the gate"}
"""Pages that the world has nothing to show on, and why."""


@pytest.fixture
def world(ctx) -> World:
    return build_world()


def pages(app: Flask) -> list[tuple[Rule, Access]]:
    found = [(rule, access) for rule, access in routes(app) if access.permission and not is_api(rule)]
    assert len(found) > 20
    return found


def calls(app: Flask) -> list[tuple[Rule, Access]]:
    found = [(rule, access) for rule, access in routes(app) if access.permission and is_api(rule)]
    assert found
    return found


def led_to_the_door(page: Page) -> bool:
    return page.status == 302 and page.location.split("?")[0] in DOORS


def ask(client: PageClient, method: str, url: str) -> Page:
    return client.open(url, method="GET") if method == "GET" else client.post(url, {}, follow=False)


def methods(rule: Rule) -> list[str]:
    return sorted(rule.methods & {"GET", "POST"})


# --------------------------------------------------------------------------- pages


def test_nobody_gets_past_the_door(app, client, world):
    for rule, _ in pages(app):
        for method in methods(rule):
            page = ask(client, method, world.url(app, rule))
            assert led_to_the_door(page), f"{method} {rule}: {page.status}"


@pytest.mark.parametrize("role", Role)
def test_a_role_in_the_office_opens_what_the_matrix_gives_it(app, client, world, role):
    client.login_as(accounts.staff(role))
    held = MATRIX[role] | {Permission.OWN}
    for rule, access in pages(app):
        for method in methods(rule):
            if access.permission not in held:
                assert ask(client, method, world.url(app, rule)).status == 403, f"{role} {method} {rule}"
            elif method == "GET":
                page = ask(client, method, world.url(app, rule))
                assert page.status in OPENED, f"{role} {rule}: {page.status}"
                assert not led_to_the_door(page), f"{role} {rule}"


def test_staff_without_a_role_open_nothing_but_their_own(app, client, world):
    client.login_as(accounts.staff())
    for rule, access in pages(app):
        if access.permission is not Permission.OWN:
            for method in methods(rule):
                assert ask(client, method, world.url(app, rule)).status == 403, f"{method} {rule}"


def test_a_citizen_opens_nothing_of_the_office(app, client, world):
    client.login_as(world.citizen)
    for rule, access in pages(app):
        if access.permission is not Permission.OWN:
            for method in methods(rule):
                assert ask(client, method, world.url(app, rule)).status == 403, f"{method} {rule}"


def test_a_citizen_opens_their_own(app, client, world):
    client.login_as(world.citizen)
    for rule, access in pages(app):
        if access.permission is Permission.OWN and "GET" in rule.methods and str(rule).startswith("/my"):
            page = ask(client, "GET", world.url(app, rule))
            assert page.status in {200, 302, 404}, f"{rule}: {page.status}"


def test_what_is_another_s_own_does_not_exist(app, client, world):
    """The same answer as for an id that was never given."""
    stranger = accounts.account()
    client.login_as(stranger)
    for rule, access in pages(app):
        if access.permission is Permission.OWN and "person_id" in rule.arguments:
            for method in methods(rule):
                page = ask(client, method, world.url(app, rule))
                assert page.status == 404, f"{method} {rule}: {page.status}"


@pytest.mark.parametrize("role", [Role.EVENT_MANAGER, Role.VOLUNTEER_COORDINATOR])
def test_a_role_in_one_activity_opens_that_one_alone(app, client, world, role):
    here = activity_of(world)
    client.login_as(accounts.staff(role, scope=here))
    for rule, access in pages(app):
        if access.of != "activity_ref" or access.permission not in MATRIX[role]:
            continue
        for method in methods(rule):
            other = dict(world.values, activity_ref=world.elsewhere.code)
            page = ask(client, method, World(world.citizen, other).url(app, rule))
            assert page.status == 404, f"{role} {method} {rule} of another activity: {page.status}"
        if "GET" in rule.methods:
            page = ask(client, "GET", world.url(app, rule))
            refused, of_another_kind = rule.endpoint in REFUSED_INSIDE, rule.endpoint in OF_ANOTHER_KIND
            expected = {403} if refused else {404} if of_another_kind else {200, 302}
            assert page.status in expected, f"{role} {rule}: {page.status}"


@pytest.mark.parametrize("role", [Role.EVENT_MANAGER, Role.REFEREE])
def test_a_role_in_one_games_opens_that_one_alone(app, client, world, role):
    (here,) = scopes_of_games(world.values["games_ref"])
    client.login_as(accounts.staff(role, scope=here))
    for rule, access in pages(app):
        if access.of != "games_ref" or access.permission not in MATRIX[role]:
            continue
        for method in methods(rule):
            other = dict(world.values, games_ref=world.other_games)
            page = ask(client, method, World(world.citizen, other).url(app, rule))
            assert page.status == 404, f"{role} {method} {rule} of other games: {page.status}"
        if "GET" in rule.methods:
            page = ask(client, "GET", world.url(app, rule))
            assert page.status in OPENED, f"{role} {rule}: {page.status}"


def test_a_role_in_one_activity_opens_no_page_of_the_whole_office(app, client, world):
    client.login_as(accounts.staff(Role.EVENT_MANAGER, scope=activity_of(world)))
    for rule, access in pages(app):
        if access.of is None and not access.anywhere and access.permission is not Permission.OWN:
            for method in methods(rule):
                assert ask(client, method, world.url(app, rule)).status == 403, f"{method} {rule}"


def activity_of(world: World) -> Scope:
    from app.activities.queries.refs import activity_id_of

    return Scope(ScopeKind.ACTIVITY, activity_id_of(world.values["activity_ref"]))


# --------------------------------------------------------------------------- the API


def call(client: PageClient, rule: Rule, url: str, token: str | None) -> Page:
    method = methods(rule)[0]
    return client.api(method, url, {} if method == "POST" else None, token=token)


def test_a_program_without_a_token_is_turned_away(app, client, world):
    for rule, _ in calls(app):
        for token in (None, "xk_made_up", "xa_made_up", "nonsense"):
            answer = call(client, rule, world.url(app, rule), token)
            assert answer.status == 401, f"{rule} with {token}: {answer.status}"
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json["code"]


def test_a_session_is_no_token(app, client, world):
    """No foreign page can make a browser call the API."""
    client.login_as(accounts.staff(Role.EVENT_MANAGER))
    for rule, _ in calls(app):
        assert call(client, rule, world.url(app, rule), None).status == 401, str(rule)


@pytest.mark.parametrize("scope", TokenScope)
def test_a_key_opens_what_names_its_scope(app, client, world, scope):
    token = world.key(scope)
    for rule, access in calls(app):
        answer = call(client, rule, world.url(app, rule), token)
        if access.key == scope.value:
            assert answer.status not in {401, 403}, f"{scope} {rule}: {answer.status}"
        else:
            assert answer.status == 403, f"{scope} {rule}: {answer.status}"


@pytest.mark.parametrize("role", [None, *Role])
def test_an_account_s_token_opens_what_its_role_gives(app, client, world, role):
    token = world.token_of(accounts.staff(role))
    held = (MATRIX[role] if role else frozenset()) | {Permission.OWN}
    for rule, access in calls(app):
        answer = call(client, rule, world.url(app, rule), token)
        if access.permission in held:
            assert answer.status not in {401, 403}, f"{role} {rule}: {answer.status}"
        else:
            assert answer.status == 403, f"{role} {rule}: {answer.status}"


OF_DEVICES = {Permission.SCAN, Permission.CHECKIN_VIEW}
"""What a volunteer's phone may do, within its activity: read codes, and see how many came."""


def test_a_device_s_token_scans_and_does_nothing_else(app, client, world):
    for rule, access in calls(app):
        answer = call(client, rule, world.url(app, rule), world.device_token)
        if access.permission in OF_DEVICES:
            assert answer.status not in {401, 403}, f"{rule}: {answer.status}"
        else:
            assert answer.status == 403, f"{rule}: {answer.status}"


def test_a_device_of_one_activity_is_none_of_another(app, client, world):
    for rule, access in calls(app):
        if access.permission in OF_DEVICES and "activity_ref" in rule.arguments:
            other = dict(world.values, activity_ref=world.elsewhere.code)
            answer = call(client, rule, World(world.citizen, other).url(app, rule), world.device_token)
            assert answer.status in {403, 404}, f"{rule}: {answer.status}"
