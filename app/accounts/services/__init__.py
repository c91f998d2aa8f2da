"""Every write of accounts, by the thing that is written."""

from __future__ import annotations

from app.accounts.services.codes import (
    SentCode,
    check_code,
    forget_codes,
    request_login_code,
    sign_in_with_code,
    use_code,
    verify_code,
)
from app.accounts.services.keys import IssuedKey, issue_account_token, issue_key, revoke_key
from app.accounts.services.roles import grant_role, revoke_role
from app.accounts.services.staff import (
    NewStaff,
    change_password,
    close_dormant,
    create_staff,
    disable_account,
    enable_account,
    raise_epoch,
    reset_password,
    sign_in_staff,
)

__all__ = [
    "IssuedKey",
    "NewStaff",
    "SentCode",
    "change_password",
    "check_code",
    "close_dormant",
    "create_staff",
    "disable_account",
    "enable_account",
    "forget_codes",
    "grant_role",
    "issue_account_token",
    "issue_key",
    "raise_epoch",
    "request_login_code",
    "reset_password",
    "revoke_key",
    "revoke_role",
    "sign_in_staff",
    "sign_in_with_code",
    "use_code",
    "verify_code",
]
