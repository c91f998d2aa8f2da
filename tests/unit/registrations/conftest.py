"""What the tests of who is told share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.notices.services.queue import limits, use_limits
from tests.factories.texts import Recording, gateway


@pytest.fixture
def no_limits():
    """These tests are about who is told what; the limits have tests of their own."""
    before = limits()
    use_limits(replace(before, per_phone=()))
    yield
    use_limits(before)


@pytest.fixture
def sent():
    sender = Recording()
    with gateway(sender):
        yield sender
