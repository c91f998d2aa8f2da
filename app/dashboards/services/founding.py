"""The first act of an installation: what the office is called, and the two who may open it to others.

No account exists before; there is no default one. GB/T 22239-2019 level 2 keeps the administrator of the
system and the one of security apart, so both are made at once, by two names.
"""

from __future__ import annotations

from datetime import datetime

from app.accounts.queries import is_founded
from app.accounts.rules.names import fold_login
from app.accounts.services import NewStaff, create_staff
from app.audit.services import SYSTEM, record
from app.core.behind import queue_behind
from app.core.crypto import sha256
from app.core.errors import Conflict, DomainError, NotFound
from app.core.permissions import Role
from app.core.text import N_
from app.core.transactions import act
from app.dashboards.rules.founding import Founding
from app.people.services.consents import notice_text, publish_notice
from app.people.services.organisations import seed_places
from app.settings.constants import Key
from app.settings.services import save_settings

_KEY = sha256("dashboards.found_office")


def found_office(founding: Founding, *, at: datetime) -> NewStaff:
    """Make the office: name and phone, both administrators, the 镇街, the privacy notice. All of it or nothing.

    Returns the security administrator's account with the password to hand over. Raises NotFound `founded` when
    the installation has staff already, Conflict `one_person` for one login name twice, and as `create_staff`
    (fields `admin_login`, `password`, `security_login`).
    """
    if fold_login(founding.admin_login) == fold_login(founding.security_login):
        raise Conflict("one_person", N_("两位管理员要用不同的登录名。"), field="security_login")
    return _found(founding=founding, at=at)


@act
def _found(*, founding: Founding, at: datetime) -> NewStaff:
    queue_behind(_KEY)
    if is_founded():
        raise already_founded()
    save_settings(values={Key.OFFICE_NAME: founding.office_name, Key.OFFICE_PHONE: founding.office_phone}, actor=SYSTEM)
    seed_places(actor=SYSTEM)
    publish_notice(text=notice_text(founding.office_name, founding.office_phone), actor=SYSTEM, at=at)
    # hashing within the act: nobody else writes to a store in which there is nobody yet
    chosen = founding.password
    _staff("admin", founding.admin_login, founding.admin_name, Role.SYSTEM_ADMIN, at=at, password=chosen)
    security = _staff("security", founding.security_login, founding.security_name, Role.SECURITY_ADMIN, at=at)
    record(SYSTEM, "office.founded", subject_kind="settings", subject_id=None)
    return security


def already_founded() -> NotFound:
    """What a stranger hears who looks for this page later."""
    return NotFound("founded", N_("这里已经设置好了，请登录。"))


def _staff(
    field: str, login_name: str, display_name: str, role: Role, *, at: datetime, password: str | None = None
) -> NewStaff:
    """An administrator; a refusal names the input of the first page."""
    places = {"login_name": f"{field}_login", "display_name": f"{field}_name", "new": "password"}
    try:
        return create_staff(
            actor=SYSTEM,
            at=at,
            login_name=login_name,
            display_name=display_name,
            password=password,
            role=role,
            own_password=password is not None,
        )
    except DomainError as error:
        error.field = places.get(error.field or "", error.field)
        raise
