"""Bearer tokens: keys of other software (`xk_…`), and an account's own (`xa_…`)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts.constants import TokenScope
from app.accounts.models import Account, ApiToken
from app.accounts.rules.names import clean_label
from app.audit.services import Actor, record
from app.core.crypto import new_token, sha256
from app.core.db import db
from app.core.errors import NotFound
from app.core.ids import uuid7
from app.core.text import N_
from app.core.transactions import act

ACCOUNT_TOKEN_LIFE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new token: only its hash is stored, so it is shown once."""

    key_id: uuid.UUID
    token: str


@act
def issue_key(
    *, actor: Actor, at: datetime, scope: TokenScope, label: str, expires_at: datetime | None = None
) -> IssuedKey:
    """A key of `scope` for other software. DomainError for a label that does not do."""
    return _issue(actor, at, prefix="xk", scope=scope.value, account_id=None, label=label, expires_at=expires_at)


@act
def issue_account_token(
    *, actor: Actor, at: datetime, account_id: uuid.UUID, label: str, expires_at: datetime | None = None
) -> IssuedKey:
    """A token that calls the API as its account, for 90 days unless `expires_at` says else. NotFound."""
    found = db.session.get(Account, account_id)
    if found is None or not found.is_active:
        raise NotFound("account_unknown", N_("没有这个账号。"))
    until = expires_at or at + ACCOUNT_TOKEN_LIFE
    return _issue(actor, at, prefix="xa", scope=None, account_id=account_id, label=label, expires_at=until)


def _issue(
    actor: Actor,
    at: datetime,
    *,
    prefix: str,
    scope: str | None,
    account_id: uuid.UUID | None,
    label: str,
    expires_at: datetime | None,
) -> IssuedKey:
    token = new_token(prefix)
    row = ApiToken(
        id=uuid7(),
        token_hash=sha256(token),
        scope=scope,
        account_id=account_id,
        label=clean_label(label, field="label", longest=80),
        created_at=at,
        expires_at=expires_at,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "accounts.issue_token", subject_kind="api_token", subject_id=row.id, scope=scope or "account")
    return IssuedKey(row.id, token)


@act
def revoke_key(*, actor: Actor, at: datetime, key_id: uuid.UUID) -> None:
    """End a token at once; a second time changes nothing. NotFound."""
    row = db.session.get(ApiToken, key_id)
    if row is None:
        raise NotFound("key_unknown", N_("没有这个密钥。"))
    if row.revoked_at is None:
        row.revoked_at = at
        record(actor, "accounts.revoke_key", subject_kind="api_token", subject_id=key_id)
    db.session.flush()
