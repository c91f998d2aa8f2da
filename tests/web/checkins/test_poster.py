"""The poster: one's own family, inside the hours, once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from app.activities.models import Activity, Checkpoint
from app.checkins.constants import DeviceKind
from app.checkins.models import CheckIn, Device, Scan
from app.core.clock import now
from app.core.db import db
from app.core.permissions import Role
from app.core.transactions import act
from app.people.constants import ProofLevel, Relation
from app.people.services.persons import link
from app.registrations.constants import Source
from tests.factories.accounts import account, staff
from tests.factories.activities import HOUR, Station, station
from tests.factories.registrations import registered

pytestmark = pytest.mark.usefixtures("ctx", "clock")


@act
def relate(account_id, person_id, proof=ProofLevel.PHONE_CODE):
    link(account_id=account_id, person_id=person_id, relation=Relation.SELF, proof=proof, at=now())


@act
def change(activity_id, **columns):
    """As the settings do: the version goes up with every change."""
    db.session.execute(
        update(Activity).where(Activity.id == activity_id).values(version=Activity.version + 1, **columns)
    )


@pytest.fixture
def walk() -> Station:
    """A walk that begins in half an hour and allows posters; its checkpoints are open from half an hour ago."""
    return station(starts_at=now() + HOUR / 2, window={"poster_enabled": True})


@pytest.fixture
def citizen(client):
    """Somebody signed in."""
    found = account()
    client.login_as(found)
    return found


def address(walk: Station, point: str = "S") -> str:
    code = db.session.execute(
        select(Checkpoint.poster_code).where(
            Checkpoint.activity_id == walk.id, Checkpoint.id == walk.checkpoints[point]
        )
    ).scalar_one()
    return f"/c/{code}"


def enrol(walk: Station, holder, **facts):
    found = registered(walk, source=Source.OFFICE)
    relate(holder.id, found.person_id, **facts)
    return found


def count(model, walk: Station) -> int:
    return db.session.execute(select(func.count()).select_from(model).where(model.activity_id == walk.id)).scalar_one()


def test_a_stranger_signs_in_first_and_comes_back(client, walk):
    page = client.get(address(walk), status=302)
    assert page.location.startswith("/login?next=%2Fc%2F") or page.location.startswith("/login?next=/c/")


def test_an_unknown_code_is_not_found(client, citizen):
    client.get("/c/nothing", status=404)


def test_one_tap_checks_in_and_says_so(client, citizen, walk):
    mine = enrol(walk, citizen)
    page = client.get(address(walk))
    assert page.h1 == "起点"
    done = client.submit(button="签到", status=200)
    assert done.h1 == "通过"
    row = db.session.execute(select(CheckIn).where(CheckIn.activity_id == walk.id)).scalar_one()
    assert (row.person_id, row.checkpoint_id) == (mine.person_id, walk.start)
    kind = db.session.execute(
        select(Device.kind)
        .join(Scan, (Scan.activity_id == Device.activity_id) & (Scan.device_id == Device.id))
        .where(Device.activity_id == walk.id)
    ).scalar_one()
    assert kind == DeviceKind.POSTER
    assert "已签到" in client.get(address(walk)).main


def test_twice_is_one_check_in(client, citizen, walk, clock):
    mine = enrol(walk, citizen)
    sent = {"registration": str(mine.registration_id)}
    client.get(address(walk))
    first = client.post(address(walk), sent, status=200)
    clock.move_to(now() + HOUR / 4)
    second = client.post(address(walk), sent, status=200)
    assert (first.h1, second.h1) == ("通过", "已签过")
    assert (count(CheckIn, walk), count(Scan, walk)) == (1, 1)


@pytest.mark.parametrize("hours", [-1, 10])
def test_outside_the_hours_there_is_no_button_and_nothing_is_recorded(client, citizen, clock, hours):
    walk = station(starts_at=now() + 2 * HOUR, window={"poster_enabled": True})
    mine = enrol(walk, citizen)
    clock.move_to(walk.starts_at + hours * HOUR - HOUR / 60)
    client.login_as(citizen)
    page = client.get(address(walk))
    assert "现在不在签到时间。" in page.main
    assert not page.soup.select("main form")
    answer = client.post(address(walk), {"registration": str(mine.registration_id)}, status=409)
    assert answer.h1 == "现在不在签到时间。"
    assert count(Scan, walk) == 0


@pytest.mark.parametrize("columns", [{"poster_enabled": False}, {"status": "cancelled"}, {"status": "draft"}])
def test_where_no_poster_is_allowed_the_paper_says_so(client, citizen, walk, columns):
    mine = enrol(walk, citizen)
    change(walk.id, **columns)
    assert client.get(address(walk)).h1 == "这里没有开放自助签到。"
    client.post(address(walk), {"registration": str(mine.registration_id)}, status=409)
    assert count(Scan, walk) == 0


def test_somebody_elses_registration_is_not_found(client, citizen, walk):
    other = enrol(walk, account())
    enrol(walk, citizen)
    client.get(address(walk))
    client.post(address(walk), {"registration": str(other.registration_id)}, status=404)
    client.post(address(walk), {"registration": "nonsense"}, status=404)
    assert count(Scan, walk) == 0


def test_of_an_unproven_relative_nothing_is_shown_and_nobody_is_checked_in(client, citizen, walk):
    typed = enrol(walk, citizen, proof=ProofLevel.TYPED)
    assert "您和家人没有报这次活动" in client.get(address(walk)).main
    client.post(address(walk), {"registration": str(typed.registration_id)}, status=404)
    assert count(Scan, walk) == 0


def test_the_office_prints_the_address(client, walk):
    client.login_as(staff(Role.VOLUNTEER_COORDINATOR))
    devices = client.get(f"/office/activities/{walk.code}/devices")
    sheet = f"/office/activities/{walk.code}/poster/S"
    assert sheet in devices.links
    page = client.get(sheet)
    assert page.soup.select_one("[data-testid=poster-address]").get_text().endswith(address(walk))
    assert page.soup.select_one("main svg path")["d"]
    client.get(f"/office/activities/{walk.code}/poster/NONE", status=404)


def test_a_citizen_prints_no_poster(client, citizen, walk):
    client.get(f"/office/activities/{walk.code}/poster/S", status=403)
