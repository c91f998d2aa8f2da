"""The inbox: a text may be blocked on its way, this page is not."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.routing import BuildError

from app.core.clock import now
from app.core.errors import Busy
from app.core.permissions import Permission
from app.core.transactions import end_read
from app.notices.queries import Letter, inbox
from app.notices.services.inbox import mark_read
from app.web.access import requires, the_account
from app.web.paging import page_number, pager
from app.web.texts import fill

blueprint = Blueprint("notices", __name__, template_folder="templates")


def _address(letter: Letter) -> str:
    """Where a notice leads; what has no page any more leads to one's own things."""
    endpoint, argument = letter.place.endpoint
    filled: dict[str, Any] = {argument: letter.ref} if argument and letter.ref else {}
    try:
        return url_for(endpoint, **filled)
    except BuildError:
        return url_for("portal.mine")


@blueprint.get("/my/notices", endpoint="mine")
@requires(Permission.OWN)
def mine_page() -> str:
    """What this account was told, newest first. What is shown counts as read from the next visit on."""
    account_id = the_account()
    found = inbox(account_id, page_number())
    unseen = [one.id for one in found.letters if one.new]
    if unseen:
        try:
            mark_read(account_id=account_id, ids=unseen, at=now())
        except Busy:  # reading goes on; they stay new
            end_read()
    return render_template(
        "notices/mine.html",
        letters=[(one, fill(one.message, one.params), _address(one)) for one in found.letters],
        total=found.total,
        pager=pager(found.number, found.pages, found.total, lambda n: url_for("notices.mine", page=n)),
    )
