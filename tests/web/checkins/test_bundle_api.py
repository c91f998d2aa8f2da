"""`GET /api/v1/activities/ID/bundle`, and batches that bear a digest."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from sqlalchemy import func, select

from app.audit.services import SYSTEM
from app.checkins.models import Scan
from app.checkins.principals import forget_devices
from app.checkins.rules.bundle import decode, unseal
from app.checkins.services.devices import issue_device, revoke_device
from app.core import signing
from app.core.db import db
from tests.factories.walks import enrol, make_walk, person, scan

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def walk():
    return make_walk()


@pytest.fixture
def phone(walk):
    return issue_device(activity_id=walk.id, name="张敏", actor=SYSTEM)


def bearer(phone, **more):
    return {"Authorization": f"Bearer {phone.token}"} | more


def fetch(app, walk, headers):
    return app.test_client().get(f"/api/v1/activities/{walk.id}/bundle", headers=headers)


def test_a_phone_gets_the_list_once_and_then_hears_that_it_still_holds(app, walk, phone):
    enrol(walk)
    got = fetch(app, walk, bearer(phone))
    assert got.status_code == 200
    assert got.content_type == "application/octet-stream"
    found = decode(unseal(got.data, signing.keys().public()))
    assert got.headers["ETag"] == f'"{found.header["number"]}"'
    assert found.header["people"] == 3
    again = fetch(app, walk, bearer(phone, **{"If-None-Match": got.headers["ETag"]}))
    assert (again.status_code, again.data) == (304, b"")


def test_names_and_documents_are_not_in_it(app, walk, phone):
    who = person()
    enrol(walk, who)
    got = fetch(app, walk, bearer(phone)).data
    assert "王德福".encode() not in got
    assert who.document_number is not None
    for said in (who.document_number, who.document_number[:14], who.document_number[-8:], "13812345678"):
        assert said.encode() not in got


def test_it_is_for_the_phones_of_the_activity_only(app, walk, phone):
    elsewhere = make_walk()
    assert fetch(app, walk, {}).status_code == 401
    assert fetch(app, elsewhere, bearer(phone)).status_code in {401, 403, 404}
    revoke_device(activity_id=walk.id, device_id=phone.ref.id, actor=SYSTEM)
    forget_devices()
    assert fetch(app, walk, bearer(phone)).status_code == 401


def digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def post(app, phone, body: bytes, said: str | None):
    headers = bearer(phone, **({"Content-Digest": said} if said else {}))
    return app.test_client().post("/api/v1/scans", data=body, content_type="application/json", headers=headers)


def stored(walk) -> int:
    return db.session.execute(select(func.count()).select_from(Scan).where(Scan.activity_id == walk.id)).scalar_one()


def test_a_batch_that_was_damaged_on_its_way_is_refused_as_a_whole(app, walk, phone):
    one, two, _ = enrol(walk)
    body = json.dumps({"scans": [scan(one, "S", walk=walk), scan(two, "S", walk=walk)]}).encode()
    for damaged, said in ((body.replace(b'"S"', b'"K"', 1), digest(body)), (body, "sha-256=:AAAA:"), (body, "md5=:x:")):
        refused = post(app, phone, damaged, said)
        assert (refused.status_code, refused.json["code"]) == (422, "batch_damaged")
    assert stored(walk) == 0
    assert post(app, phone, body, digest(body)).status_code == 200
    assert stored(walk) == 2


def test_a_phone_of_the_release_before_sends_none_and_is_heard(app, walk, phone):
    (one, *_) = enrol(walk)
    assert post(app, phone, json.dumps({"scans": [scan(one, "S", walk=walk)]}).encode(), None).status_code == 200
    assert stored(walk) == 1
