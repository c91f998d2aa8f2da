"""A whole installation of its own for browser tests: instance, database, web server, worker."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tooling import network, serving
from tooling.frontend import BUILT
from tooling.paths import ROOT, child_environment

PERSONS_OWN = (
    "DATABASE_URL",
    "SECRET_KEY",
    "DATA_KEYS",
    "PASS_KEYS",
    "HTTPS",
    "TRUSTED_HOSTS",
    "TRUSTED_PROXIES",
    "TEST_DATABASE",
)


@dataclass(frozen=True)
class Site:
    """A running installation: its address, its instance folder, its environment."""

    url: str
    instance: Path
    env: Mapping[str, str]

    def cli(self, *arguments: str) -> str:
        """`flask …` of this installation; what it printed. Fails the test with its words otherwise."""
        return run_flask(self.env, *arguments)


def run_flask(env: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        serving.flask_command(*arguments),
        cwd=ROOT,
        env=dict(env),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"flask {' '.join(arguments)} failed\n{done.stdout}\n{done.stderr}"
    return done.stdout


def environment(instance: Path, **changes: str) -> dict[str, str]:
    """The environment of an installation in `instance`, in mode demo: codes are shown, not sent."""
    traced = f"--config={ROOT / 'tests' / 'browser' / 'traced.py'}"
    env = child_environment(
        INSTANCE_PATH=str(instance), XIANGYUE_MODE="demo", **{"GUNICORN_CMD_ARGS": traced} | changes
    )
    for name in set(PERSONS_OWN) - changes.keys():
        env.pop(name, None)
    return env


@contextmanager
def installation(instance: Path, *, demo: tuple[str, ...] | None = (), **changes: str) -> Iterator[Site]:
    """Migrate, load the demo (`demo` are its options, None loads none), serve on a free port."""
    assert BUILT.exists(), "styles and scripts are not built: run `python3 dev.py setup` first"
    env = environment(instance, **changes)
    run_flask(env, "db", "upgrade")
    if demo is not None:
        run_flask(env, "demo", "load", *demo)
    port = network.free_port()
    running = serving.start_site(env, "127.0.0.1", port)
    try:
        yield Site(f"http://127.0.0.1:{port}", instance, env)
    finally:
        running.stop()
