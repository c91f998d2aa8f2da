"""未成年人网络保护条例 36: of a minor the staff see the surname; more only by the approval of another, which is noted."""

from __future__ import annotations

import contextvars
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.activities.queries.refs import activity_id_of
from app.audit.models import AuditEntry
from app.audit.services import SYSTEM
from app.core.db import db
from app.core.permissions import Role
from app.games.models import Event
from app.squads.services.selection import add_people
from tests.factories import accounts, activities, games, people, registrations, squads
from tests.support.pages import PageClient
from tests.support.world import World, build_world, is_api, routes, tie

pytestmark = pytest.mark.usefixtures("clock")
GIVEN = "幼苗"
BORN = date(2019, 2, 3)
NUMBER, PHONE = people.document(BORN, n=33), "13812340933"
STAFF = (Role.EVENT_MANAGER, Role.VOLUNTEER_COORDINATOR, Role.REFEREE)


@pytest.fixture
def world(ctx) -> World:
    """One of everything, and one child in all of it."""
    world = build_world()
    values = world.values
    station = activities.Station(
        id=activity_id_of(values["activity_ref"]),
        code=values["activity_ref"],
        starts_at=None,
        categories={"TY": values["category_id"]},
        checkpoints={"S": values["checkpoint_id"]},
    )
    child = people.child(birth=BORN, name=f"司{GIVEN}", document_number=NUMBER, phone=PHONE)
    outcome = registrations.registered(station, child)
    tie(world.citizen.id, outcome.person_id)
    delegation, event = values["delegation_id"], values["event_ref"]
    games_id, event_id = db.session.execute(select(Event.games_id, Event.id).where(Event.code == event)).one()
    entry = games.enter(games_id, event_id, delegation, name=child.name, person_id=outcome.person_id)
    row = replace(squads.row(44, born=BORN), name=child.name, person=people.person_input(child))
    add_people(squad_id=values["squad_id"], rows=[row], organisations={}, actor=SYSTEM)
    values |= {"person_id": outcome.person_id, "registration_id": outcome.registration_id, "entry_id": entry}
    return world


def told(app: Flask, client: PageClient, world: World) -> Iterator[tuple[str, str]]:
    """Endpoint and text of everything that this reader may open: pages, files, what archives hold."""
    for rule, _ in routes(app):
        if "GET" not in rule.methods or is_api(rule):
            continue
        with contextvars.Context().run(client.http.get, world.url(app, rule)) as answer:
            if answer.status_code != 200:
                continue
            data = answer.get_data()
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                data = b"\n".join(packed.read(name) for name in packed.namelist())
        yield rule.endpoint, data.decode("utf-8", "replace")


@pytest.mark.parametrize("role", STAFF)
def test_no_page_and_no_file_of_the_staff_tells_more_than_the_surname(app, client, world, role):
    """In games somebody competes under their name, which the delegation has declared the guardian's consent for."""
    client.login_as(accounts.staff(role))
    named, numbers, surname = set(), set(), set()
    for endpoint, text in told(app, client, world):
        if GIVEN in text and not endpoint.startswith("games."):
            named.add(endpoint)
        if any(secret in text for secret in (NUMBER, PHONE, PHONE[3:7] + PHONE[7:])):
            numbers.add(endpoint)
        if "司*" in text:
            surname.add(endpoint)
    assert named == set()
    assert numbers == set()
    assert "registrations.office_list" in surname or role is not Role.EVENT_MANAGER, "the child is on the lists"


def test_an_adult_of_the_same_lists_is_named(app, client, world):
    """The control: the lists do show names, and the search finds them."""
    client.login_as(accounts.staff(Role.EVENT_MANAGER))
    page = client.get(f"/office/activities/{world.values['activity_ref']}/registrations")
    shown = [row.get_text(" ") for row in page.soup.select("tbody tr")]
    assert len(shown) > 1
    assert sum("司*" in one for one in shown) == 1


@pytest.mark.parametrize("approver", ["nobody", "oneself", "a citizen", "somebody without the right"])
def test_without_the_approval_of_another_in_charge_nothing_is_shown_and_nothing_noted(client, world, approver):
    manager = accounts.staff(Role.EVENT_MANAGER)
    chosen = {
        "nobody": None,
        "oneself": manager,
        "a citizen": world.citizen,
        "somebody without the right": accounts.staff(Role.VOLUNTEER_COORDINATOR),
    }[approver]
    client.login_as(manager)
    for url in disclosing(world):
        page = client.post(url, {"reason": "emergency", "approver": str(chosen.id) if chosen else ""}, follow=False)
        assert NUMBER not in page.html, url
        assert GIVEN not in page.html, url
    assert noted() == []


def test_with_it_the_trail_names_who_approved(client, world):
    manager, in_charge = accounts.staff(Role.EVENT_MANAGER), accounts.staff(Role.EVENT_MANAGER)
    client.login_as(manager)
    for url in disclosing(world):
        page = client.post(url, {"reason": "emergency", "approver": str(in_charge.id)}, follow=False)
        assert NUMBER in page.html, url
    assert noted() == [(manager.id, str(in_charge.id), "emergency")] * 2


def disclosing(world: World) -> tuple[str, str]:
    """Where the office may look at everything that is known of the child: as registered, as a person."""
    values = world.values
    return (
        f"/office/activities/{values['activity_ref']}/registrations/{values['registration_id']}/show",
        f"/office/persons/{values['person_id']}/show",
    )


def noted() -> list[tuple[object, ...]]:
    db.session.rollback()
    rows = db.session.execute(select(AuditEntry).where(AuditEntry.action.like("%.disclosed"))).scalars()
    return [(row.actor_id, row.details["approver"], row.details["reason"]) for row in rows]
