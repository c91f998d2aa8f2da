"""Many at once: guessing in parallel gains nothing, and what is single stays single."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from app.accounts import services
from app.accounts.constants import CodePurpose
from app.accounts.hashing import hash_password
from app.accounts.models import Account, LoginCode, RoleGrant
from app.audit.services import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.permissions import Role
from tests.factories.accounts import staff
from tests.support.threads import at_once

PHONE = "+8613812345678"
PASSWORD = "Dong-7xy-Ling"


def ask(phone: str = PHONE) -> str:
    services.request_login_code(phone=phone, address="192.0.2.7", purpose=CodePurpose.LOGIN, at=now())
    return "sent"


def sign_in(code: str) -> str:
    services.sign_in_with_code(phone=PHONE, code=code, at=now())
    return "in"


def test_no_more_than_five_guesses_count_however_many_come_at_once(app, ctx, sent, clock):
    ask()
    right = sent.code(PHONE)
    wrong = "000000" if right != "000000" else "111111"
    answers = Counter(at_once(app, [lambda: sign_in(wrong)] * 12))
    assert answers == {"code_wrong": 4, "code_tries": 8}
    db.session.rollback()
    assert db.session.execute(select(LoginCode.tries)).scalar_one() == 5
    assert at_once(app, [lambda: sign_in(right)]) == ["code_tries"]


def test_a_right_code_sent_twice_at_once_signs_in_once(app, ctx, sent, clock):
    ask()
    right = sent.code(PHONE)
    answers = Counter(at_once(app, [lambda: sign_in(right)] * 4))
    assert answers["in"] == 1
    assert set(answers) <= {"in", "code_used", "code_expired"}
    db.session.rollback()
    assert db.session.execute(select(func.count()).select_from(Account)).scalar_one() == 1


def test_one_message_however_many_ask_at_once(app, ctx, sent, clock):
    answers = Counter(at_once(app, [ask] * 8))
    assert answers == {"sent": 1, "code_too_soon": 7}
    assert len(sent.texts) == 1


def test_guessing_passwords_at_once_locks_after_five(app, ctx, clock):
    holder = staff(password_hash=hash_password(PASSWORD))
    name = holder.login_name or ""

    def guess(password: str) -> str:
        services.sign_in_staff(login_name=name, password=password, at=now())
        return "in"

    assert at_once(app, [lambda: guess("Wrong-77-Wrong")] * 5) == ["login_refused"] * 5
    assert at_once(app, [lambda: guess(PASSWORD)]) == ["login_refused"]
    db.session.rollback()
    assert db.session.execute(select(Account.locked_until)).scalar_one() is not None


def test_roles_that_are_apart_cannot_meet_by_being_granted_at_once(app, ctx, clock):
    holder = staff()

    def grant(role: Role) -> str:
        services.grant_role(actor=SYSTEM, at=now(), account_id=holder.id, role=role)
        return "granted"

    roles = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
    answers = Counter(at_once(app, [lambda role=role: grant(role) for role in roles]))
    assert answers == {"granted": 1, "roles_apart": 2}
    db.session.rollback()
    assert db.session.execute(select(func.count()).select_from(RoleGrant)).scalar_one() == 1
