"""The worker: every step once, the texts beside the others."""

from __future__ import annotations

import pytest

from app.core.clock import now
from app.core.ids import NIL
from app.core.transactions import act
from app.notices.constants import NoticeKind
from app.notices.rules import Tidings
from app.notices.services.inbox import Recipient, tell
from tests.factories.texts import Recording, gateway

pytestmark = pytest.mark.usefixtures("ctx")


def test_run_once_sends_what_waits(runner):
    @act
    def told() -> None:
        until = now().replace(year=now().year + 1, day=1)
        what = Tidings(NIL, "one", NoticeKind.OFFICE, "%(text)s", until, params={"text": "请带伞"})
        tell([(Recipient(None, "+8613812345678"), what)], at=now())

    told()
    sender = Recording()
    with gateway(sender):
        done = runner.invoke(args=["worker", "run", "--once"])
    assert done.exit_code == 0, done.output
    assert sender.words == ["请带伞"]
