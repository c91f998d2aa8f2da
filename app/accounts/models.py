"""Logins, their roles, one-time codes and API tokens."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.core.ids import NIL
from app.core.types import PERSONAL, PUBLIC, Sealed


class Account(Model):
    """One login. Flask-Login's four attributes are written by hand: no web framework here."""

    __tablename__ = "account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    state: Mapped[str] = mapped_column(String(20), default="active", info=PUBLIC)
    #: staff only; NFC, lower case
    login_name: Mapped[str | None] = mapped_column(String(60), unique=True, info=PERSONAL)
    password_hash: Mapped[str | None] = mapped_column(String(200), info=PUBLIC)
    display_name: Mapped[str | None] = mapped_column(Sealed("account.display_name"), info=PERSONAL)
    phone: Mapped[str | None] = mapped_column(Sealed("account.phone"), info=PERSONAL)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), unique=True)
    #: raised to end every session of this account
    session_epoch: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column()
    password_changed_at: Mapped[datetime | None] = mapped_column()
    last_login_at: Mapped[datetime | None] = mapped_column()
    created_at: Mapped[datetime] = mapped_column()

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether this account may be signed in."""
        return self.state == "active"

    def get_id(self) -> str:
        """The text that the session keeps: id and epoch."""
        return f"{self.id}:{self.session_epoch}"


class RoleGrant(Model):
    """A role of an account within a scope."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("account_id", "role", "scope_kind", "scope_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"))
    role: Mapped[str] = mapped_column(String(40), info=PUBLIC)
    scope_kind: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    scope_id: Mapped[uuid.UUID] = mapped_column(default=NIL)
    granted_by: Mapped[uuid.UUID | None] = mapped_column()
    granted_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column()


class LoginCode(Model):
    """A one-time code that was sent; only its keyed hash is here."""

    __tablename__ = "login_code"
    __table_args__ = (Index("ix_login_code_phone", "phone_index", "created_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    phone_index: Mapped[bytes] = mapped_column(LargeBinary(16))
    address_index: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    purpose: Mapped[str] = mapped_column(String(20), info=PUBLIC)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(16))
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime] = mapped_column()
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column()


class ApiToken(Model):
    """A bearer key: of a scope for other software, or of one account."""

    __tablename__ = "api_token"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    scope: Mapped[str | None] = mapped_column(String(20), info=PUBLIC)
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(80), info=PUBLIC)
    created_at: Mapped[datetime] = mapped_column()
    expires_at: Mapped[datetime | None] = mapped_column()
    revoked_at: Mapped[datetime | None] = mapped_column()
