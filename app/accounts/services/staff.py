"""Staff: accounts made by hand, name and password, locks, first passwords.

Hashing takes about 25 ms and happens before the write transaction, so a function that hashes is a
plain one around its act.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.accounts.constants import GUARDED, AccountKind, AccountState
from app.accounts.hashing import hash_password, is_outdated, new_password, verify_password
from app.accounts.limits import limits
from app.accounts.models import Account, ApiToken
from app.accounts.queries import account_by_login, grants_of
from app.accounts.rules.names import clean_label, clean_login
from app.accounts.rules.passwords import check_password
from app.accounts.services.roles import grant_role
from app.audit.services import ANONYMOUS, SYSTEM, Actor, record
from app.core.db import db
from app.core.errors import Conflict, DomainError, Forbidden, NotFound, Unauthenticated
from app.core.ids import uuid7
from app.core.permissions import OFFICE, Role, Scope
from app.core.text import N_
from app.core.transactions import act, end_read


@dataclass(frozen=True, slots=True)
class NewStaff:
    """An account and the password to hand over: it is shown once and stored nowhere."""

    account_id: uuid.UUID
    password: str


def create_staff(
    *,
    actor: Actor,
    at: datetime,
    login_name: str,
    display_name: str,
    password: str | None = None,
    role: Role | None = None,
    scope: Scope = OFFICE,
    own_password: bool = False,
) -> NewStaff:
    """Make a staff account, with a role if the actor may grant one.

    Without `password` one is made up. Unless it is the owner's own choice (`own_password`) it has
    to be changed at the first login. Raises DomainError for a name, password or role that does not
    do, Conflict `login_name_taken`, Forbidden.
    """
    name = clean_login(login_name)
    chosen = password or new_password()
    check_password(chosen, login_name=name, policy=limits().policy)
    account_id = _create_staff(
        actor=actor,
        at=at,
        login_name=name,
        display_name=clean_label(display_name, field="display_name", longest=40),
        password_hash=hash_password(chosen),
        changed_at=at if own_password else None,
        role=role,
        scope=scope,
    )
    return NewStaff(account_id, chosen)


@act
def _create_staff(
    *,
    actor: Actor,
    at: datetime,
    login_name: str,
    display_name: str,
    password_hash: str,
    changed_at: datetime | None,
    role: Role | None,
    scope: Scope,
) -> uuid.UUID:
    if account_by_login(login_name) is not None:
        raise Conflict("login_name_taken", N_("已有这个登录名，请换一个。"), field="login_name")
    found = Account(
        id=uuid7(),
        kind=AccountKind.STAFF.value,
        login_name=login_name,
        display_name=display_name,
        password_hash=password_hash,
        password_changed_at=changed_at,
        created_at=at,
    )
    db.session.add(found)
    db.session.flush()
    record(actor, "accounts.create_staff", subject_kind="account", subject_id=found.id)
    if role is not None:
        grant_role(actor=actor, at=at, account_id=found.id, role=role, scope=scope)
    return found.id


# --------------------------------------------------------------------------- signing in


def sign_in_staff(*, login_name: str, password: str, at: datetime, actor: Actor = ANONYMOUS) -> uuid.UUID:
    """The staff account of a name and its password.

    One answer for an unknown name, a wrong password and a locked account: Unauthenticated
    `login_refused`. Only who knows the password learns that an account is shut: Forbidden
    `account_disabled`, `account_dormant`.
    """
    found = account_by_login(login_name)
    stored = found.password_hash if found is not None else None
    account_id = found.id if found is not None else None
    end_read()
    right = verify_password(stored, password)
    renewed = hash_password(password) if right and stored is not None and is_outdated(stored) else None
    refusal = _finish_sign_in(account_id=account_id, stored=stored, right=right, renewed=renewed, at=at, actor=actor)
    if refusal is not None:
        raise refusal
    if account_id is None:
        raise AssertionError("nobody signs in without an account")
    return account_id


@act
def _finish_sign_in(
    *,
    account_id: uuid.UUID | None,
    stored: str | None,
    right: bool,
    renewed: str | None,
    at: datetime,
    actor: Actor,
) -> DomainError | None:
    """Count and note the try; the refusal is returned, since raising it would undo the count."""
    found = _locked_row(account_id) if account_id is not None else None
    refusal: DomainError | None = None
    if found is None or found.password_hash != stored:
        refusal = _refused()
    elif found.locked_until is not None and found.locked_until > at:
        refusal = _refused()  # the right password neither: a guesser must not learn it here
    elif not right:
        _count_failure(found, at)
        refusal = _refused()
    elif not found.is_active:
        refusal = Forbidden("account_disabled", N_("账号已停用，请联系系统管理员。"))
    elif at - _last_use(found) > limits().dormant:
        refusal = Forbidden("account_dormant", N_("账号久未使用已停用，请联系系统管理员。"))
    else:
        found.failures, found.locked_until, found.last_login_at = 0, None, at
        found.password_hash = renewed or found.password_hash
    record(
        Actor("account", account_id) if refusal is None else actor,
        "accounts.sign_in_staff",
        subject_kind="account",
        subject_id=account_id,
        outcome="done" if refusal is None else refusal.code,
    )
    db.session.flush()
    return refusal


def _refused() -> Unauthenticated:
    return Unauthenticated("login_refused", N_("登录名或密码不对。连错 5 次要等 15 分钟。"))


def _locked_row(account_id: uuid.UUID) -> Account | None:
    statement = select(Account).where(Account.id == account_id).with_for_update()
    return db.session.execute(statement).scalar_one_or_none()


def _count_failure(found: Account, at: datetime) -> None:
    found.failures += 1
    if found.failures >= limits().failures:
        found.failures, found.locked_until = 0, at + limits().lock


def _last_use(found: Account) -> datetime:
    return max(filter(None, (found.created_at, found.last_login_at, found.password_changed_at)))


# --------------------------------------------------------------------------- passwords


def change_password(*, actor: Actor, at: datetime, account_id: uuid.UUID, current: str, new: str) -> None:
    """The owner's own change; it ends every session of the account, this one too.

    A wrong `current` counts towards the lock. Raises DomainError: `password_wrong`, `password_same`
    and those of the policy, field `current` or `new`.
    """
    found = _staff(account_id)
    stored, login_name = found.password_hash, found.login_name or ""
    end_read()
    check_password(new, login_name=login_name, policy=limits().policy)
    right = verify_password(stored, current)
    if right and new == current:
        raise DomainError("password_same", N_("新密码要和现在的不一样。"), field="new")
    refusal = _finish_change(
        actor=actor,
        at=at,
        account_id=account_id,
        stored=stored,
        new_hash=hash_password(new) if right else None,
    )
    if refusal is not None:
        raise refusal


@act
def _finish_change(
    *, actor: Actor, at: datetime, account_id: uuid.UUID, stored: str | None, new_hash: str | None
) -> DomainError | None:
    found = _locked_row(account_id)
    locked = found is not None and found.locked_until is not None and found.locked_until > at
    refusal: DomainError | None = None
    if found is None or locked or new_hash is None or found.password_hash != stored:
        refusal = DomainError("password_wrong", N_("现在的密码不对。"), field="current")
        if found is not None and not locked and new_hash is None:
            _count_failure(found, at)
    else:
        found.password_hash, found.password_changed_at = new_hash, at
        found.failures, found.locked_until = 0, None
        found.session_epoch += 1
    record(
        actor,
        "accounts.change_password",
        subject_kind="account",
        subject_id=account_id,
        outcome="done" if refusal is None else refusal.code,
    )
    db.session.flush()
    return refusal


def reset_password(*, actor: Actor, at: datetime, account_id: uuid.UUID) -> str:
    """A new first password for a forgotten one, returned once; ends sessions and the lock.

    The accounts of the security administrator and the auditor are reset on the server only
    (`flask staff reset`): whoever sets a password could sign in with it. Raises Forbidden
    `reset_on_server`, NotFound.
    """
    end_read()
    password = new_password()
    _reset_password(actor=actor, at=at, account_id=account_id, password_hash=hash_password(password))
    return password


@act
def _reset_password(*, actor: Actor, at: datetime, account_id: uuid.UUID, password_hash: str) -> None:
    found = _staff(account_id)
    if actor != SYSTEM and any(grant.role in GUARDED for grant in grants_of(account_id, at=at)):
        raise Forbidden("reset_on_server", N_("这个账号的密码只能在服务器上重设。"))
    found.password_hash, found.password_changed_at = password_hash, None
    found.failures, found.locked_until = 0, None
    found.session_epoch += 1
    record(actor, "accounts.reset_password", subject_kind="account", subject_id=account_id)
    db.session.flush()


# --------------------------------------------------------------------------- states


def _staff(account_id: uuid.UUID) -> Account:
    found = db.session.get(Account, account_id)
    if found is None or found.kind != AccountKind.STAFF:
        raise NotFound("account_unknown", N_("没有这个账号。"))
    return found


@act
def disable_account(*, actor: Actor, at: datetime, account_id: uuid.UUID) -> None:
    """Shut an account, its sessions and its tokens. Forbidden for oneself, NotFound."""
    found = db.session.get(Account, account_id)
    if found is None:
        raise NotFound("account_unknown", N_("没有这个账号。"))
    if actor.id == account_id:
        raise Forbidden("own_account", N_("自己的账号要由别人停用。"))
    found.state = AccountState.DISABLED.value
    _end_sessions(found, at)
    record(actor, "accounts.disable_account", subject_kind="account", subject_id=account_id)


@act
def enable_account(*, actor: Actor, at: datetime, account_id: uuid.UUID) -> None:
    """Open an account again. The time without use starts anew today. NotFound."""
    found = db.session.get(Account, account_id)
    if found is None:
        raise NotFound("account_unknown", N_("没有这个账号。"))
    found.state = AccountState.ACTIVE.value
    found.failures, found.locked_until, found.last_login_at = 0, None, at
    record(actor, "accounts.enable_account", subject_kind="account", subject_id=account_id)


@act
def raise_epoch(*, actor: Actor, at: datetime, account_id: uuid.UUID, tokens: bool = True) -> None:
    """End every session of an account on all devices, and its tokens unless told otherwise. NotFound."""
    found = db.session.get(Account, account_id)
    if found is None:
        raise NotFound("account_unknown", N_("没有这个账号。"))
    _end_sessions(found, at, tokens=tokens)
    record(actor, "accounts.raise_epoch", subject_kind="account", subject_id=account_id)


def _end_sessions(found: Account, at: datetime, *, tokens: bool = True) -> None:
    found.session_epoch += 1
    if tokens:
        db.session.execute(
            update(ApiToken).where(ApiToken.account_id == found.id, ApiToken.revoked_at.is_(None)).values(revoked_at=at)
        )
    db.session.flush()


@act
def close_dormant(*, at: datetime, actor: Actor = SYSTEM) -> int:
    """Shut staff accounts that were not used for the set number of days; returns how many.

    Called by the nightly retention: GB/T 22239-2019 level 2 asks for it, sign-in refuses them anyway.
    """
    statement = select(Account).where(
        Account.kind == AccountKind.STAFF,
        Account.state == AccountState.ACTIVE,
        Account.created_at < at - limits().dormant,
    )
    closed = [one for one in db.session.execute(statement).scalars() if at - _last_use(one) > limits().dormant]
    for one in closed:
        one.state = AccountState.DISABLED.value
        _end_sessions(one, at)
    if closed:
        record(
            actor,
            "accounts.close_dormant",
            subject_kind="account",
            subject_id=None,
            accounts=[str(one.id) for one in closed],
        )
    return len(closed)
