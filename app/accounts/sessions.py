"""The signed cookie: who is in it, how long it lives, how it ends.

Flask-Login keeps `id:epoch` and nothing else: no remember cookie, no binding to the network address
(phones change theirs all day). A raised epoch, an idle half hour or twelve hours end a session of
staff; a citizen's ends 30 days after its last use. The times stand in the cookie itself, so a page
writes nothing to the database, and they are refreshed at most once a minute (a citizen's: once a day).
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, current_app, flash, g, session
from flask_babel import gettext
from flask_login import LoginManager, login_user, logout_user

from app.accounts.constants import AccountKind
from app.accounts.models import Account
from app.accounts.queries import account
from app.core.clock import now
from app.core.crypto import seal, unseal
from app.core.ids import parse_uuid
from app.core.text import N_

USER = "_user_id"
SINCE, SEEN = "since", "seen"
TOUCH = {AccountKind.STAFF: timedelta(minutes=1), AccountKind.CITIZEN: timedelta(days=1)}
AWAITED, AWAITED_AAD = "awaited", "session.awaited"
AWAITED_FOR = timedelta(hours=1)
ENDED = N_("离开太久了，请重新登录。")


def prepare_sessions(app: Flask) -> None:
    """Hang Flask-Login, thinly. The cookie is sent again only when it changes, never with a static file."""
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(load)
    manager.init_app(app, add_context_processor=False)


def begin(found: Account) -> None:
    """Sign `found` in with a session of its own: nothing of the one before stays (no fixation)."""
    session.clear()
    login_user(found)
    session.pop("_id", None)  # a hash of the network address, which nobody compares
    session[SINCE] = session[SEEN] = _seconds(now())
    if found.kind == AccountKind.CITIZEN:
        session.permanent = True
    g.pop("xiangyue_caller", None)


def end() -> None:
    """Sign out on this device."""
    logout_user()
    session.clear()
    g.pop("xiangyue_caller", None)


def load(user_id: str) -> Account | None:
    """Flask-Login's user_loader: the account of `id:epoch`, unless the session is over."""
    text, _, epoch = user_id.partition(":")
    account_id = parse_uuid(text)
    found = account(account_id) if account_id is not None else None
    if found is None or not found.is_active or str(found.session_epoch) != epoch or not _alive(found):
        session.clear()
        flash(gettext(ENDED), "warning")
        return None
    return found


def _alive(found: Account) -> bool:
    since, seen, at = session.get(SINCE), session.get(SEEN), _seconds(now())
    if not isinstance(since, int) or not isinstance(seen, int):
        return False
    if found.kind == AccountKind.STAFF:
        idle, absolute = current_app.config["STAFF_IDLE"], current_app.config["STAFF_ABSOLUTE"]
        if at - seen > idle.total_seconds() or at - since > absolute.total_seconds():
            return False
    elif at - seen > current_app.config["PERMANENT_SESSION_LIFETIME"].total_seconds():
        return False
    if at - seen >= TOUCH[AccountKind(found.kind)].total_seconds():
        session[SEEN] = at
    return True


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


# --------------------------------------------------------------------------- between the two steps


@dataclass(frozen=True, slots=True)
class Awaited:
    """A code that was asked for on this device: `reveal` is the code itself where nothing is sent."""

    phone: str
    reveal: str | None


def await_code(phone: str, until: datetime, reveal: str | None) -> None:
    """Keep the phone between the two steps, sealed: a cookie lies open in the browser's store."""
    body = json.dumps([phone, _seconds(until) + int(AWAITED_FOR.total_seconds()), reveal])
    session[AWAITED] = b64encode(seal(body, AWAITED_AAD)).decode("ascii")


def awaited() -> Awaited | None:
    """What `await_code` kept, for an hour; None when nothing is awaited."""
    kept = session.get(AWAITED)
    if not isinstance(kept, str):
        return None
    try:
        phone, until, reveal = json.loads(unseal(b64decode(kept), AWAITED_AAD))
    except ValueError:  # another installation's cookie, or a key that is gone
        return None
    return Awaited(phone, reveal) if _seconds(now()) <= until else None
