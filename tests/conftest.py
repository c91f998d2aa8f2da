"""What every test stands on: one application, a clean store after each test, no network.

See tests/README.md. `TEST_DATABASE=postgresql` runs the same suite on PostgreSQL.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.ctx import AppContext
from flask.testing import FlaskCliRunner
from hypothesis import settings

from tests.support import build, places, sockets, stores
from tests.support.clock import Clock
from tests.support.hot_tables import Watch
from tests.support.pages import PageClient
from tests.support.statements import Recorder, recorded_statements
from tests.support.stores import PostgresStore, SqliteStore, Store
from tooling import translations

STORE = os.environ.get("TEST_DATABASE", "sqlite")
FAULTS = Path(__file__).parent / "faults"
"""Servers of their own, each on the store that is asked for."""
SETTINGS = (
    "DATABASE_URL",
    "SECRET_KEY",
    "DATA_KEYS",
    "PASS_KEYS",
    "HTTPS",
    "TRUSTED_HOSTS",
    "TRUSTED_PROXIES",
)


def pytest_configure(config: pytest.Config) -> None:
    """Boot PostgreSQL and compile the texts once, where the workers start; nothing leaves this machine."""
    if STORE not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"TEST_DATABASE is {STORE!r}, expected sqlite or postgresql")
    if not hasattr(config, "workerinput"):
        translations.compile_catalogues()
        if STORE == "postgresql":
            stores.start_postgres(places.new_folder("postgres"))
    sockets.guard()
    # the same examples in every run, and none is wrong for being slow on a busy machine
    settings.register_profile("house", deadline=None, derandomize=True)
    settings.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Half of the tests know no store (rules, documents, tools): a run of whole folders on PostgreSQL, after that
    on SQLite, leaves them out. A file or a test that is named runs as it is.
    """
    if STORE == "sqlite" or not all(Path(word).is_dir() for word in config.args):
        return
    kept, pure = [], []
    for item in items:
        stored = {"app", "store"} & set(getattr(item, "fixturenames", ())) or FAULTS in item.path.parents
        (kept if stored else pure).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=pure)


@pytest.fixture(scope="session")
def instance() -> Path:
    """The INSTANCE_PATH of this worker."""
    return places.new_folder("instance")


@pytest.fixture(scope="session")
def store(instance: Path) -> Store:
    """The database of this worker."""
    if STORE == "postgresql":
        return PostgresStore(f"xiangyue_{os.environ.get('PYTEST_XDIST_WORKER', 'gw')}")
    return SqliteStore(instance)


@pytest.fixture(scope="session")
def app(instance: Path, store: Store) -> Iterator[Flask]:
    """The application in mode `test`, on a database that the migrations have built."""
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTINGS:
            patch.delenv(name, raising=False)
        patch.setenv("XIANGYUE_MODE", "test")
        patch.setenv("INSTANCE_PATH", str(instance))
        patch.setenv("DATABASE_URL", store.url)
        from app import create_app
        from app.settings import queries

        patch.setattr(queries, "KEPT_SECONDS", 3_600.0)  # a slow machine reads them no more often than a quick one
        application = create_app({"PROPAGATE_EXCEPTIONS": True})
        application.extensions["test_watch"] = Watch()
        application.static_folder = str(build.make_build(instance / "static"))
        store.build(application)
        application.extensions["test_watch"].attach(stores.engine_of(application))
        yield application
        stores.engine_of(application).dispose()
        gc.collect()  # a connection that was never closed speaks up here, inside the run


@pytest.fixture(autouse=True)
def _clean(request: pytest.FixtureRequest) -> Iterator[None]:
    """Take away what the test has written and what the process has remembered."""
    if not {"app", "client", "ctx"} & set(request.fixturenames):
        yield
        return
    application: Flask = request.getfixturevalue("app")
    yield
    request.getfixturevalue("store").restore(application)
    for forget in application.extensions.get("xiangyue_reset", ()):
        forget()
    offences = application.extensions["test_watch"].take()
    assert not offences, "statements on hot tables that do not say which activity:\n" + "\n".join(offences)


@pytest.fixture
def ctx(app: Flask) -> Iterator[AppContext]:
    """An application context for services and queries; the client's requests still have their own."""
    with app.app_context() as context:
        yield context


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A browser without scripts that checks every page it gets.

    What the office has set is known already, as it is in a process that has served a page: so that pages can be
    compared by their statements.
    """
    from app.settings.queries import settings as office_settings

    with app.app_context():
        office_settings()
    return PageClient(app)


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs `flask …` commands."""
    return app.test_cli_runner()


@pytest.fixture
def statements(app: Flask) -> Recorder:
    """`with statements() as seen:` collects the SQL of the block."""
    return recorded_statements


@pytest.fixture
def watch(app: Flask) -> Watch:
    """What the application's statements on hot tables lack; every test ends with none."""
    found: Watch = app.extensions["test_watch"]
    return found


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that stands at a Saturday in June 2030, 8:00 in the office, until the test moves it."""
    with time_machine.travel("2030-06-01T00:00:00+00:00", tick=False) as traveller:
        yield Clock(traveller)
