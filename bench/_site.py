"""A server under load: the real application, or a trivial view under the same server and client."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORKERS, THREADS = 2, 8


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def environment(instance: Path, database: str | None) -> dict[str, str]:
    """The child's environment: a demo of its own under `instance`."""
    env = {key: value for key, value in os.environ.items() if key not in {"SECRET_KEY", "DATA_KEYS", "PASS_KEYS"}}
    env |= {"XIANGYUE_MODE": "demo", "INSTANCE_PATH": str(instance), "PYTHONPATH": str(ROOT)}
    env.pop("DATABASE_URL", None)
    if database:
        env["DATABASE_URL"] = database
    return env


def flask(env: Mapping[str, str], *arguments: str) -> str:
    """Run a command of the application and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT,
        env=dict(env),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"flask {' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
    return done.stdout


@contextmanager
def serve(env: Mapping[str, str], module: str) -> Iterator[int]:
    """gunicorn with 2 workers of 8 threads on a free port, until the block ends."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--keep-alive", "30", "--log-level", "error"]
    server = subprocess.Popen([*command, module], cwd=ROOT, env=dict(env), start_new_session=True)
    try:
        _await(port, server)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")
