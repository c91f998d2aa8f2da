"""What programs send, with harm in each field: an answer with a code, never a fault of ours."""

from __future__ import annotations

import contextvars
import copy
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from app.accounts.constants import TokenScope
from tests.factories import people
from tests.support.pages import PageClient
from tests.support.world import World, build_world, is_api, routes

pytestmark = pytest.mark.usefixtures("ctx")
HOSTILE: tuple[Any, ...] = (
    "", "\0", "王\0德福", "长" * 5_000, "'--", "-1", "9" * 400, None, True, -1, 2**70, 1e400, [], ["a"], {}, {"a": {}},
)  # fmt: skip


@pytest.fixture
def world(ctx) -> World:
    return build_world()


def registration(world: World) -> dict[str, Any]:
    raw = people.raw_person()
    return {
        "activity": world.values["activity_ref"],
        "category": "TY",
        "person": {
            "name": raw.name,
            "document": {"type": "resident_id", "number": raw.document_number},
            "phone": raw.phone,
            "sex": "male",
            "birth_date": "1985-03-12",
            "town": "徐庄镇",
            "organisation": "某中学",
        },
        "guardian": {"name": "王建国", "phone": "13800005678", "relation": "parent"},
        "consents": {"notice": 1, "document_number": True, "terms": 1},
        "answers": {"shirt": "L"},
    }


def scans(_world: World) -> dict[str, Any]:
    at = "2030-06-01T08:00:00+08:00"
    scan = {"id": str(uuid.uuid4()), "code": "0000000A", "checkpoint": "S", "scanned_at": at, "offset_ms": 0, "seq": 1}
    return {"scans": [scan | {"shown": "green", "bundle": 1, "headcount": 2}, {"id": str(uuid.uuid4()), "undoes": "x"}]}


def state(_world: World) -> dict[str, Any]:
    return {
        "queue": 3,
        "battery": 50,
        "bundle": 1,
        "checkpoint": "S",
        "clock": "2030-06-01T08:00:00+08:00",
        "name": "一",
    }


def join(_world: World) -> dict[str, Any]:
    return {"code": "abcd", "name": "王志愿"}


BODIES = {"registrations": registration, "scans": scans, "device/state": state, "devices/join": join}


def spoiled(body: Any, value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """`body` with `value` in the place of each of its parts in turn, the whole too."""
    yield at, value
    parts = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, part in parts:
        for where, changed in spoiled(part, value, (*at, name)):
            whole = copy.copy(body)
            whole[name] = changed
            yield where, whole


def fault(client: PageClient, method: str, url: str, token: str, data: str | None = None) -> str:
    """What went wrong; "" for an answer below 500 that a program can read."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        with contextvars.Context().run(client.http.open, url, method=method, data=data, headers=headers) as answer:
            readable = answer.is_json or answer.mimetype == "application/problem+json" or answer.status_code < 400
            return "" if answer.status_code < 500 and readable else answer.status
    except Exception as error:  # noqa: BLE001 - whatever it is, it would be a fault of ours
        return f"{type(error).__name__}: {error}"[:200]


def test_the_bodies_are_those_that_the_doors_read(app):
    doors = {str(rule).removeprefix("/api/v1/") for rule, _ in routes(app) if is_api(rule) and "POST" in rule.methods}
    assert doors == set(BODIES)


@pytest.mark.parametrize("door", BODIES)
def test_harm_in_any_part_of_a_body_is_answered_calmly(client, world, door):
    token = world.key(TokenScope.REGISTRATIONS) if door == "registrations" else world.device_token
    whole, faults = BODIES[door](world), []
    for value in HOSTILE:
        for where, body in spoiled(whole, value):
            found = fault(client, "POST", f"/api/v1/{door}", token, json.dumps(body))
            if found:
                faults.append(f"{where} = {value!r:.30}: {found}")
    assert faults == []


@pytest.mark.parametrize("value", ["%00", "a%00b", "%ff", "'", "-1", "x" * 3_000, "9" * 40, "%F0%9F%98%80"])
def test_a_made_up_question_is_answered_calmly(app, client, world, value):
    asked = "&".join(f"{name}={value}" for name in ("q", "team", "checkpoint", "counts", "have", "since", "point"))
    faults = []
    for rule, _ in routes(app):
        if is_api(rule) and "GET" in rule.methods:
            found = fault(client, "GET", f"{world.url(app, rule)}?{asked}", world.device_token)
            if found:
                faults.append(f"{rule}: {found}")
    assert faults == []
