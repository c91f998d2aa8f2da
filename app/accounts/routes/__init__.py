"""The pages of accounts, by who opens them."""

from __future__ import annotations

from app.accounts.routes import citizen, keys, members, roles, staff_login
from app.accounts.routes.frame import blueprint

__all__ = ["blueprint", "citizen", "keys", "members", "roles", "staff_login"]
