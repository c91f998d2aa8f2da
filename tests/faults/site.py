"""A server as it is run, on the database of the test: gunicorn with two workers, in a session of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tooling.network import free_port
from tooling.paths import ROOT


class Site:
    """A running server: its port, its processes."""

    def __init__(self, env: dict[str, str], module: str) -> None:
        self.port, self._env, self._module = free_port(), env, module
        self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread"]
        command += ["--workers", "2", "--threads", "8", "--timeout", "60", "--log-level", "critical", self._module]
        command += ["--no-control-socket"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self._env, start_new_session=True)
        self.wait()

    def wait(self) -> None:
        """Until it answers."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    @property
    def workers(self) -> list[int]:
        """Process ids of the workers."""
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def kill_worker(self) -> bool:
        """kill -9 of one worker; False when there is none at this moment."""
        for pid in self.workers[:1]:
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def kill_workers(self) -> None:
        """kill -9 of all of them."""
        for pid in self.workers:
            os.kill(pid, signal.SIGKILL)

    def kill_master(self) -> None:
        """kill -9 of the master; its workers notice and end."""
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        """As systemd does: a fresh one on the same port, once the orphans are gone."""
        self.end()
        self._start()

    def end(self) -> None:
        """End every process of this server's session."""
        for pid in _session(self.process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()


def _session(leader: int) -> list[int]:
    """Processes whose session this server leads."""
    found = []
    for pid in psutil.pids():
        try:
            if os.getsid(pid) == leader:
                found.append(pid)
        except (ProcessLookupError, PermissionError):
            continue
    return found


@contextmanager
def serve(instance: Path, *, broken: str = "", **changes: str) -> Iterator[Site]:
    """The server on the database of the environment. `broken`: a fault of tests/faults/broken.py is put in."""
    env = dict(os.environ) | {"XIANGYUE_MODE": "demo", "INSTANCE_PATH": str(instance), "PYTHONPATH": str(ROOT)}
    env |= {"BROKEN": broken} | changes
    site = Site(env, "tests.faults.broken:app" if broken else "wsgi:app")
    try:
        yield site
    finally:
        site.end()
