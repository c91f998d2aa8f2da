"""One-time codes: sent after the commit, kept as a keyed hash, opened once.

A wrong try must be counted although the sign-in is refused, so it is an act of
its own that is committed before the refusal is raised.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.accounts.constants import AccountKind, CodePurpose
from app.accounts.limits import limits
from app.accounts.models import Account, LoginCode
from app.accounts.queries import account_by_phone, codes_since, phone_index
from app.accounts.rules.codes import DIGITS, HOUR, LIFETIME, TRIES, typed_digits, wait_for, wait_for_address
from app.audit.services import ANONYMOUS, SYSTEM, Actor, record
from app.core.behind import queue_behind
from app.core.crypto import blind_index, same
from app.core.db import db
from app.core.errors import Conflict, DomainError, Forbidden, TooMany
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act, in_act
from app.notices.services import queue_text, sender
from app.notices.services.queue import midnight, sent_today
from app.settings.constants import Key
from app.settings.queries import setting

TEXT = "【相约】验证码 {code}，{minutes} 分钟内有效。工作人员不会向您要验证码。"


@dataclass(frozen=True, slots=True)
class SentCode:
    """A code on its way. `reveal`: the code itself, where texts reach nobody (demo and tests)."""

    expires_at: datetime
    reveal: str | None


@dataclass(frozen=True, slots=True)
class _Try:
    code_id: uuid.UUID | None
    refusal: DomainError | None = None


def _hash(phone_key: bytes, purpose: str, code: str) -> bytes:
    return blind_index(f"{phone_key.hex()}:{purpose}:{code}", "login_code")


@act
def request_login_code(
    *, phone: str, address: str, purpose: CodePurpose, at: datetime, actor: Actor = ANONYMOUS
) -> SentCode:
    """Send a code to `phone` (E.164) for a caller at the network `address`.

    The same for phones with and without an account. An earlier code for the same purpose is void.
    Raises TooMany: `code_too_soon`, `code_too_many`, `code_too_many_today`, `code_address`,
    `code_budget`.
    """
    phone_key, address_key = phone_index(phone), blind_index(address, "address")
    queue_behind(phone_key, address_key)
    _check_limits(phone_key, address_key, at)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row = LoginCode(
        id=uuid7(),
        phone_index=phone_key,
        address_index=address_key,
        purpose=purpose.value,
        code_hash=_hash(phone_key, purpose, code),
        created_at=at,
        expires_at=at + LIFETIME,
    )
    db.session.add(row)
    db.session.flush()
    queue_text(phone=phone, text=TEXT.format(code=code, minutes=LIFETIME // timedelta(minutes=1)))
    record(
        actor,
        "accounts.request_login_code",
        subject_kind="login_code",
        subject_id=row.id,
        purpose=purpose.value,
    )
    return SentCode(expires_at=row.expires_at, reveal=code if sender().reveals else None)


def _check_limits(phone_key: bytes, address_key: bytes, at: datetime) -> None:
    held = limits()
    span = max(window for window, _ in held.per_phone)
    most = max(number for _, number in held.per_phone)
    sent = (
        select(LoginCode.created_at)
        .where(LoginCode.phone_index == phone_key, LoginCode.created_at > at - span)
        .order_by(LoginCode.created_at.desc())
        .limit(most)
    )
    wait_for(db.session.execute(sent).scalars().all(), held.per_phone, at)
    nearby = (
        select(LoginCode.created_at)
        .where(LoginCode.address_index == address_key, LoginCode.created_at > at - HOUR)
        .order_by(LoginCode.created_at.desc())
        .limit(held.per_address)
    )
    wait_for_address(db.session.execute(nearby).scalars().all(), held.per_address, at)
    since = midnight(at)
    if codes_since(since) + sent_today(at) >= (setting(Key.SMS_DAILY_BUDGET) or held.daily_budget):
        left = since + timedelta(days=1) - at
        raise TooMany(
            "code_budget",
            N_("今天的短信已发完，请到现场服务台或明天再试。"),
            retry_after=int(left.total_seconds()) + 1,
        )


# --------------------------------------------------------------------------- opening


def check_code(*, phone: str, code: str, purpose: CodePurpose, at: datetime, actor: Actor = ANONYMOUS) -> uuid.UUID:
    """Count one try against the latest code of `phone`; returns the code's id when it is right.

    The code is not used up yet: the act that rests on it calls `use_code`. Never inside an act (a
    refusal there would take the count back): RuntimeError. Raises DomainError `code_wrong`,
    `code_expired` (or none was sent: the answers are equal), `code_tries`.
    """
    if in_act():
        raise RuntimeError("a try is counted in a transaction of its own")
    tried = _count_try(phone=phone, code=code, purpose=purpose, at=at, actor=actor)
    if tried.refusal is not None:
        raise tried.refusal
    if tried.code_id is None:
        raise AssertionError("a try ends in a code or in a refusal")
    return tried.code_id


@act
def _count_try(*, phone: str, code: str, purpose: CodePurpose, at: datetime, actor: Actor) -> _Try:
    phone_key = phone_index(phone)
    code_id = db.session.execute(
        select(LoginCode.id)
        .where(LoginCode.phone_index == phone_key, LoginCode.purpose == purpose.value)
        .order_by(LoginCode.created_at.desc(), LoginCode.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    counted = db.session.execute(
        update(LoginCode)
        .where(
            LoginCode.id == code_id,
            LoginCode.tries < TRIES,
            LoginCode.used_at.is_(None),
            LoginCode.expires_at > at,
            LoginCode.created_at <= at,
        )
        .values(tries=LoginCode.tries + 1)
        .returning(LoginCode.code_hash, LoginCode.tries)
    ).one_or_none()
    refusal = None
    if counted is None:  # read again: on PostgreSQL somebody else's tries may have come in between
        tries = db.session.execute(select(LoginCode.tries).where(LoginCode.id == code_id)).scalar_one_or_none()
        refusal = _no_tries_left() if tries is not None and tries >= TRIES else _expired()
    elif not same(counted.code_hash, _hash(phone_key, purpose, typed_digits(code))):
        refusal = _wrong(TRIES - counted.tries)
    if refusal is not None:
        record(
            actor,
            "accounts.check_code",
            subject_kind="login_code",
            subject_id=code_id,
            outcome=refusal.code,
            purpose=purpose.value,
        )
    return _Try(code_id, refusal)


def _expired() -> DomainError:
    return DomainError("code_expired", N_("验证码已过期，请重新获取。"), field="code")


def _no_tries_left() -> DomainError:
    return DomainError("code_tries", N_("试了 5 次都不对，请重新获取。"), field="code")


def _wrong(left: int) -> DomainError:
    if left <= 0:
        return _no_tries_left()
    return DomainError("code_wrong", N_("验证码不对，还可以试 %(left)d 次。"), field="code", left=left)


@act
def use_code(*, code_id: uuid.UUID, at: datetime) -> None:
    """Use up a code that `check_code` found right, in the act that rests on it. Conflict `code_used`.

    It writes no audit row: the act that calls it does.
    """
    used = db.session.execute(
        update(LoginCode)
        .where(LoginCode.id == code_id, LoginCode.used_at.is_(None))
        .values(used_at=at)
        .returning(LoginCode.id)
    ).one_or_none()
    if used is None:
        raise Conflict("code_used", N_("验证码已用过，请重新获取。"), field="code")


@act
def _accept_code(*, code_id: uuid.UUID, at: datetime, actor: Actor) -> None:
    use_code(code_id=code_id, at=at)
    record(actor, "accounts.verify_code", subject_kind="login_code", subject_id=code_id)


def verify_code(*, phone: str, code: str, purpose: CodePurpose, at: datetime, actor: Actor = ANONYMOUS) -> None:
    """`check_code` and `use_code` in one call, for a proof that no other act rests on."""
    code_id = check_code(phone=phone, code=code, purpose=purpose, at=at, actor=actor)
    _accept_code(code_id=code_id, at=at, actor=actor)


def sign_in_with_code(*, phone: str, code: str, at: datetime, actor: Actor = ANONYMOUS) -> uuid.UUID:
    """The citizen's account of `phone`, made on the first time, against the code sent there.

    Two acts: the try, and the sign-in. Raises what `check_code` raises, and Forbidden
    `account_disabled`.
    """
    code_id = check_code(phone=phone, code=code, purpose=CodePurpose.LOGIN, at=at, actor=actor)
    return _sign_in_citizen(code_id=code_id, phone=phone, at=at)


@act
def _sign_in_citizen(*, code_id: uuid.UUID, phone: str, at: datetime) -> uuid.UUID:
    use_code(code_id=code_id, at=at)
    found = account_by_phone(phone)
    created = found is None
    if found is None:
        found = Account(
            id=uuid7(),
            kind=AccountKind.CITIZEN.value,
            phone=phone,
            phone_index=phone_index(phone),
            created_at=at,
        )
        db.session.add(found)
    elif not found.is_active:
        raise Forbidden("account_disabled", N_("这个账号已停用，请致电咨询。"), field="code")
    found.last_login_at = at
    db.session.flush()
    record(
        Actor("account", found.id),
        "accounts.sign_in_with_code",
        subject_kind="account",
        subject_id=found.id,
        created=created,
    )
    return found.id


@act
def forget_codes(*, before: datetime) -> int:
    """Delete codes that were sent before `before` (a day and more ago: no limit looks further back).

    Returns how many. Called by the nightly retention.
    """
    gone = db.session.execute(delete(LoginCode).where(LoginCode.created_at < before).returning(LoginCode.id)).all()
    if gone:
        record(SYSTEM, "accounts.forget_codes", subject_kind="login_code", subject_id=None, count=len(gone))
    return len(gone)
