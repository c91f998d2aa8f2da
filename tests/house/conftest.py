"""What the house tests share: a store of their own to tear down and build again."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support import places, stores
from tests.support.stores import PostgresStore, SqliteStore, Store


@pytest.fixture
def spare(app: Flask, store: Store) -> Iterator[Flask]:
    """A second application on an empty database of the same kind, not migrated yet."""
    from app import create_app

    other: Store
    if store.name == "postgresql":
        other = PostgresStore(f"xiangyue_spare_{os.environ.get('PYTEST_XDIST_WORKER', 'gw')}")
    else:
        other = SqliteStore(places.new_folder("spare"))
    url = other.url.replace("postgresql://", "postgresql+psycopg://")
    application = create_app({**app.config, "SQLALCHEMY_DATABASE_URI": url})
    yield application
    stores.engine_of(application).dispose()
