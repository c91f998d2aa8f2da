"""Reading accounts, roles and keys."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from app.accounts.constants import AccountKind, AccountState
from app.accounts.models import Account, ApiToken, LoginCode, RoleGrant
from app.accounts.rules.names import fold_login
from app.audit.queries import acts_on
from app.core.clock import MICROSECOND, local
from app.core.crypto import blind_index, sha256
from app.core.db import db, table
from app.core.keyed import execute
from app.core.permissions import MATRIX, OFFICE, Grant, Permission, Role, Scope, ScopeKind, allows
from app.core.text import mask_phone

PAGE = 50


@dataclass(frozen=True, slots=True)
class HeldRole:
    """One grant as a page shows it."""

    id: uuid.UUID
    account_id: uuid.UUID
    role: Role
    scope: Scope
    granted_at: datetime
    expires_at: datetime | None

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds, by the office's clock."""
        return local(self.expires_at - MICROSECOND).date() if self.expires_at is not None else None


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of staff with the roles held today."""

    id: uuid.UUID
    login_name: str
    display_name: str
    active: bool
    created_at: datetime
    last_login_at: datetime | None
    locked_until: datetime | None
    roles: tuple[HeldRole, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An API key without its secret."""

    id: uuid.UUID
    label: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def phone_index(phone: str) -> bytes:
    """The keyed index of a phone in E.164, the same for accounts, codes and persons."""
    return blind_index(phone, "phone")


def account(account_id: uuid.UUID) -> Account | None:
    """One account."""
    return db.session.get(Account, account_id)


def account_by_phone(phone: str) -> Account | None:
    """The account of a phone in E.164."""
    statement = select(Account).where(Account.phone_index == phone_index(phone))
    return db.session.execute(statement).scalar_one_or_none()


class _Found:
    office = False


def is_founded() -> bool:
    """Whether there is any account of staff; asked of the store until there is one, since it never goes again."""
    if not _Found.office:
        there = select(Account.id).where(Account.kind == AccountKind.STAFF.value).limit(1)
        _Found.office = db.session.execute(there).first() is not None
    return _Found.office


def forget_founding() -> None:
    """Ask the store anew: it is another one."""
    _Found.office = False


def account_by_login(login_name: str) -> Account | None:
    """The staff account of a login name as typed."""
    statement = select(Account).where(Account.login_name == fold_login(login_name))
    return db.session.execute(statement).scalar_one_or_none()


def shown_name(found: Account) -> str:
    """What an account is called on pages: its name, else the masked phone."""
    if found.display_name:
        return found.display_name
    return mask_phone(found.phone) if found.phone else ""


def names_of(account_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Id → what the account is called, for lists of who did what."""
    if not account_ids:
        return {}
    rows = db.session.execute(select(Account).where(Account.id.in_(set(account_ids)))).scalars()
    return {row.id: shown_name(row) for row in rows}


def phones_of(account_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str | None]:
    """Id → phone (E.164), of those accounts that may be signed in; for texts to them."""
    if not account_ids:
        return {}
    rows = db.session.execute(
        select(Account.id, Account.phone).where(
            Account.id.in_(set(account_ids)), Account.state == AccountState.ACTIVE.value
        )
    )
    return {row.id: row.phone for row in rows}


@dataclass(frozen=True, slots=True)
class SignIn:
    """A try to sign in to an account: when, and whether it was let in."""

    at: datetime
    done: bool


def sign_ins(account_id: uuid.UUID, most: int = 10) -> list[SignIn]:
    """The newest tries to sign in, those that were refused too: whoever sees one that was not theirs acts."""
    actions = ("accounts.sign_in_staff", "accounts.sign_in_with_code")
    rows = acts_on(account_id, actions, subject_kind="account", limit=most)
    return [SignIn(at, outcome == "done") for at, _action, outcome in rows]


def citizens_with(phones: Collection[str]) -> dict[str, uuid.UUID]:
    """Phone (E.164) → the citizen's account that has proven it, of those that may be signed in."""
    by_index = {phone_index(one): one for one in phones}
    if not by_index:
        return {}
    rows = db.session.execute(
        select(Account.id, Account.phone_index).where(
            Account.phone_index.in_(list(by_index)), Account.state == AccountState.ACTIVE.value
        )
    )
    return {by_index[row.phone_index]: row.id for row in rows if row.phone_index in by_index}


# --------------------------------------------------------------------------- codes


def codes_since(since: datetime) -> int:
    """How many one-time codes were sent from `since` on."""
    statement = select(func.count()).select_from(LoginCode).where(LoginCode.created_at >= since)
    return db.session.execute(statement).scalar_one()


def codes_to(phone: bytes, since: datetime) -> Sequence[datetime]:
    """When codes were sent to the phone of this index after `since`, newest first."""
    return (
        db.session.execute(
            select(LoginCode.created_at)
            .where(LoginCode.phone_index == phone, LoginCode.created_at > since)
            .order_by(LoginCode.created_at.desc())
        )
        .scalars()
        .all()
    )


# --------------------------------------------------------------------------- roles


_r = table(RoleGrant).c
_GRANTS = select(_r.role, _r.scope_kind, _r.scope_id).where(
    _r.account_id == bindparam("account"), (_r.expires_at.is_(None)) | (_r.expires_at > bindparam("at"))
)


def grants_of(account_id: uuid.UUID, *, at: datetime) -> tuple[Grant, ...]:
    """The grants of an account that hold at `at`."""
    rows = execute(_GRANTS, {"account": account_id, "at": at})
    return tuple(Grant(Role(row.role), Scope(ScopeKind(row.scope_kind), row.scope_id)) for row in rows)


def may(account_id: uuid.UUID, permission: Permission, *, at: datetime) -> bool:
    """Whether an account holds `permission` for the whole office."""
    found = account(account_id)
    return found is not None and found.is_active and allows(grants_of(account_id, at=at), permission, ())


def holders_of(permission: Permission, *, at: datetime) -> list[tuple[uuid.UUID, str]]:
    """Id and name of every active account that holds `permission` for the whole office, by name."""
    roles = [role.value for role, held in MATRIX.items() if permission in held]
    statement = (
        select(Account)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.state == AccountState.ACTIVE,
            RoleGrant.role.in_(roles),
            RoleGrant.scope_kind == OFFICE.kind,
            RoleGrant.scope_id == OFFICE.id,
            (RoleGrant.expires_at.is_(None)) | (RoleGrant.expires_at > at),
        )
        .distinct()
    )
    return sorted(
        ((one.id, shown_name(one)) for one in db.session.execute(statement).scalars()), key=lambda one: one[1]
    )


def held_roles(account_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[HeldRole, ...]]:
    """Every grant of some accounts, expired ones too, in one statement."""
    statement = select(RoleGrant).where(RoleGrant.account_id.in_(set(account_ids))).order_by(RoleGrant.granted_at)
    found: dict[uuid.UUID, list[HeldRole]] = {}
    for row in db.session.execute(statement).scalars():
        found.setdefault(row.account_id, []).append(
            HeldRole(
                id=row.id,
                account_id=row.account_id,
                role=Role(row.role),
                scope=Scope(ScopeKind(row.scope_kind), row.scope_id),
                granted_at=row.granted_at,
                expires_at=row.expires_at,
            )
        )
    return {account_id: tuple(rows) for account_id, rows in found.items()}


# --------------------------------------------------------------------------- staff


def staff_count() -> int:
    """How many staff accounts there are, disabled ones too."""
    statement = select(func.count()).select_from(Account).where(Account.kind == AccountKind.STAFF)
    return db.session.execute(statement).scalar_one()


def staff_rows(*, page: int = 1) -> list[StaffRow]:
    """One page of staff, active ones first, by login name; two statements whatever their number."""
    statement = (
        select(Account)
        .where(Account.kind == AccountKind.STAFF)
        .order_by(Account.state, Account.login_name)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    found = db.session.execute(statement).scalars().all()
    roles = held_roles([one.id for one in found])
    return [_staff_row(one, roles.get(one.id, ())) for one in found]


def staff_row(account_id: uuid.UUID) -> StaffRow | None:
    """One member of staff; None for a citizen's account too."""
    found = account(account_id)
    if found is None or found.kind != AccountKind.STAFF:
        return None
    return _staff_row(found, held_roles([account_id]).get(account_id, ()))


def _staff_row(one: Account, roles: tuple[HeldRole, ...]) -> StaffRow:
    return StaffRow(
        id=one.id,
        login_name=one.login_name or "",
        display_name=shown_name(one),
        active=one.is_active,
        created_at=one.created_at,
        last_login_at=one.last_login_at,
        locked_until=one.locked_until,
        roles=roles,
    )


# --------------------------------------------------------------------------- keys


_t = table(ApiToken).c
_LIVE = select(_t.id, _t.account_id, _t.scope, _t.label).where(
    _t.token_hash == bindparam("hash"),
    _t.revoked_at.is_(None),
    _t.expires_at.is_(None) | (_t.expires_at > bindparam("at")),
)


def live_token(token: str, *, at: datetime) -> Any:
    """(id, account_id, scope, label) of a bearer token that is neither revoked nor expired, or None."""
    return execute(_LIVE, {"hash": sha256(token), "at": at}).one_or_none()


def api_keys() -> Sequence[KeyRow]:
    """Every key of other software, newest first; the tokens of accounts are their owners' own."""
    statement = select(ApiToken).where(ApiToken.scope.is_not(None)).order_by(ApiToken.id.desc())
    return [
        KeyRow(
            id=row.id,
            label=row.label,
            scope=row.scope or "",
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )
        for row in db.session.execute(statement).scalars()
    ]
