"""What an office sets by page: it shows on every page at once, and empty is the environment's again."""

from __future__ import annotations

import pytest

from app.audit.queries import history
from app.core.ids import NIL
from app.core.permissions import Role
from app.settings.constants import Key
from app.settings.queries import setting
from tests.factories import accounts

pytestmark = pytest.mark.usefixtures("ctx", "clock")
URL = "/office/settings"


@pytest.fixture
def admin(client):
    return client.login_as(accounts.staff(Role.SYSTEM_ADMIN))


def test_the_name_and_the_phone_stand_on_every_page(admin, client):
    admin.get(URL)
    page = admin.submit({"office_name": "滕州市体育局", "office_phone": "0632-5500000"})
    assert page.flash == ["已保存。"]
    assert "滕州市体育局" in client.another().get("/games").text
    assert "0632-5500000" in client.another().get("/help").text
    assert "settings.changed" in [one.action for one in history(NIL)]


def test_empty_is_what_the_environment_says(admin, client, app):
    admin.get(URL)
    admin.submit({"office_name": "滕州市体育局", "speed_limit_kmh": "30"})
    assert setting(Key.SPEED_LIMIT_KMH) == 30
    admin.get(URL)
    admin.submit({"office_name": "", "speed_limit_kmh": ""})
    assert app.config["OFFICE_NAME"] in client.another().get("/games").text
    assert setting(Key.SPEED_LIMIT_KMH) is None


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"speed_limit_kmh": "4"}, "速度应在 5 到 200 之间。"),
        ({"speed_limit_kmh": "快"}, "请填整数。"),
        ({"office_name": "长" * 41}, "40"),
    ],
)
def test_what_is_wrong_is_said_and_stays(admin, sent, words):
    admin.get(URL)
    page = admin.submit(sent, status=422)
    assert words in page.errors[0]
    ((name, typed),) = sent.items()
    assert page.soup.select_one(f"[name={name}]")["value"] == typed
    assert setting(Key.OFFICE_NAME) is None


@pytest.mark.parametrize("role", [Role.EVENT_MANAGER, Role.SECURITY_ADMIN, Role.AUDITOR])
def test_it_is_for_the_system_administrator(client, role):
    client.login_as(accounts.staff(role)).get(URL, status=403)
