"""The first act of an installation: both administrators, the office's name, the notice; once, whole, by one."""

from __future__ import annotations

from functools import partial

import pytest

from app.accounts.queries import account_by_login, grants_of, is_founded
from app.core.clock import now
from app.core.errors import Conflict, DomainError, NotFound
from app.core.permissions import Role
from app.dashboards.rules.founding import Founding, is_setup_code, setup_code
from app.dashboards.services.founding import found_office
from app.people.queries.organisations import towns
from app.settings.constants import Key
from app.settings.queries import setting
from tests.factories import accounts
from tests.support.threads import at_once

SECRET = "one of two hundred and fifty-six bits"
pytestmark = pytest.mark.usefixtures("ctx")


def typed(**changes: str) -> Founding:
    values = {
        "office_name": "滕州市体育局",
        "office_phone": "0632-5500000",
        "admin_login": "zhao",
        "admin_name": "赵主任",
        "password": "Saturday-walk-26",
        "security_login": "qian",
        "security_name": "钱主任",
    }
    return Founding(**(values | changes))


class TestTheCode:
    def test_it_follows_from_the_secret_key(self):
        assert setup_code(SECRET) == setup_code(SECRET) != setup_code(SECRET + "!")
        assert len(setup_code(SECRET).replace("-", "")) == 16

    @pytest.mark.parametrize("change", [str, str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}\n"])
    def test_it_may_be_typed_in_any_shape(self, change):
        assert is_setup_code(change(setup_code(SECRET)), SECRET)

    @pytest.mark.parametrize("wrong", ["", "AAAA-AAAA-AAAA-AAAA", "密码", "\x00", "A" * 10_000])
    def test_nothing_else_does(self, wrong):
        assert not is_setup_code(wrong, SECRET)


class TestFounding:
    def test_both_administrators_stand_apart(self):
        made = found_office(typed(), at=now())
        admin, security = account_by_login("zhao"), account_by_login("qian")
        assert security.id == made.account_id
        assert [one.role for one in grants_of(admin.id, at=now())] == [Role.SYSTEM_ADMIN]
        assert [one.role for one in grants_of(security.id, at=now())] == [Role.SECURITY_ADMIN]
        assert admin.password_changed_at is not None
        assert security.password_changed_at is None, "a password that somebody else has seen is changed first"

    def test_the_office_is_called_so_and_has_its_towns(self):
        found_office(typed(), at=now())
        assert setting(Key.OFFICE_NAME) == "滕州市体育局"
        assert "山城街道" in {one.name for one in towns()}

    def test_once_only(self):
        found_office(typed(), at=now())
        with pytest.raises(NotFound):
            found_office(typed(admin_login="sun", security_login="li"), at=now())

    def test_not_where_there_is_staff(self):
        accounts.staff(Role.EVENT_MANAGER)
        with pytest.raises(NotFound):
            found_office(typed(), at=now())

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"security_login": "ＺＨＡＯ"}, "security_login"),
            ({"admin_login": "?"}, "admin_login"),
            ({"password": "12345678"}, "password"),
            ({"password": "Zhao-zhao-2026"}, "password"),
            ({"security_login": "-"}, "security_login"),
            ({"security_name": "\u202e"}, "security_name"),
        ],
    )
    def test_what_is_refused_leaves_nothing(self, changes, field):
        with pytest.raises((DomainError, Conflict)) as refused:
            found_office(typed(**changes), at=now())
        assert refused.value.field == field
        assert not is_founded()
        assert setting(Key.OFFICE_NAME) is None

    def test_of_several_at_once_one_is_first(self, app):
        def found(n: int) -> str:
            found_office(typed(admin_login=f"zhao{n}", security_login=f"qian{n}"), at=now())
            return "first"

        answers = at_once(app, [partial(found, n) for n in range(4)])
        assert sorted(answers) == ["first", "founded", "founded", "founded"]
