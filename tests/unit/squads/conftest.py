"""A squad with one 大项, where a test has no need of its own."""

from __future__ import annotations

import uuid

import pytest

from tests.factories import squads as made


@pytest.fixture
def squad_id(ctx) -> uuid.UUID:
    """A squad with one group."""
    squad_id = made.make_squad()
    made.add_group_to(squad_id)
    return squad_id
