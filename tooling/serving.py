"""The served site: web server and worker, started and stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tooling import network
from tooling.paths import ROOT, WINDOWS, Trouble, child_environment, instance_path, say, venv_python

START_SECONDS = 90
STOP_SECONDS = 15
STOPPING = (signal.SIGINT, signal.SIGTERM) if WINDOWS else (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def flask_command(*arguments: str) -> list[str]:
    """`flask …` of this application, by the interpreter of .venv."""
    return [str(venv_python()), "-m", "flask", "--app", "wsgi", *arguments]


def web_command(host: str, port: int, *, certificate: Path | None = None) -> list[str]:
    """The web server: gunicorn with 2 workers of 8 threads, waitress where gunicorn does not run."""
    if WINDOWS:
        return [str(venv_python()), "-m", "waitress", f"--listen={host}:{port}", "--threads=16", "wsgi:app"]
    command = [str(venv_python()), "-m", "gunicorn", "--bind", f"{host}:{port}", "--worker-class", "gthread"]
    command += ["--workers", "2", "--threads", "8", "--timeout", "60", "--graceful-timeout", "10"]
    command += ["--log-level", "warning", "--no-control-socket"]
    if certificate:
        command += [
            "--certfile",
            str(certificate / "https-cert.pem"),
            "--keyfile",
            str(certificate / "https-key.pem"),
        ]
    return [*command, "wsgi:app"]


def worker_command() -> list[str]:
    """The worker that drains the outbox and does the periodic work."""
    return flask_command("worker", "run")


@dataclass
class Running:
    """Programs that belong together: when one ends, so do the others."""

    env: Mapping[str, str]
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: list[str]) -> None:
        """Start one; in a group of its own, so that Ctrl-C reaches us alone and we stop it in order."""
        self.programs[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(self.env),
            start_new_session=not WINDOWS,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )

    def ended(self) -> str | None:
        """The name of one that has ended, if any."""
        return next((name for name, program in self.programs.items() if program.poll() is not None), None)

    def stop(self) -> None:
        """Ask all to finish what they are at; after a while, end them."""
        for program in self.programs.values():
            _signal(program, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for program in self.programs.values():
            try:
                program.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(program, getattr(signal, "SIGKILL", signal.SIGTERM))
                program.wait()


def start_site(env: Mapping[str, str], host: str, port: int, *, certificate: Path | None = None) -> Running:
    """Web and worker, returned once /healthz answers; Trouble (and nothing left running) otherwise."""
    running = Running(env)
    try:
        running.start("web server", web_command(host, port, certificate=certificate))
        running.start("worker", worker_command())
        _await(running, port, https=certificate is not None)
    except BaseException:
        running.stop()
        raise
    return running


@dataclass(frozen=True)
class Wishes:
    """What the person asked for in the environment: PORT, HTTPS."""

    port: int
    https: bool

    @property
    def host(self) -> str:
        """Only this machine, unless https is on: then a phone must reach it."""
        return "0.0.0.0" if self.https else "127.0.0.1"  # noqa: S104 - asked for by HTTPS=1


def check_wishes() -> Wishes:
    """Read PORT and HTTPS; Trouble when the port is no number or taken, before any long work."""
    wishes = Wishes(network.port_from(os.environ.get("PORT")), os.environ.get("HTTPS", "") in {"1", "true", "yes"})
    if wishes.https and WINDOWS:
        raise Trouble("HTTPS=1 needs gunicorn, which does not run on Windows: use WSL, or a proxy with https.")
    network.require_free(wishes.host, wishes.port)
    return wishes


def serve() -> int:
    """The whole of `run` after the set-up: demo data, site, addresses, wait. Returns the exit code."""
    wishes, instance = check_wishes(), instance_path()
    near = network.lan_addresses() if wishes.https else []
    if wishes.https:
        command = [
            str(venv_python()),
            "-m",
            "tooling.certificate",
            str(instance),
            "localhost",
            "127.0.0.1",
            *near,
        ]
        subprocess.run(command, cwd=ROOT, env=child_environment(), check=True)
    loaded = subprocess.run(flask_command("demo", "load", "--if-empty"), cwd=ROOT, env=child_environment(), check=False)
    if loaded.returncode != 0:
        raise Trouble("The demo data could not be loaded; the reason stands above.")
    code = _setup_code()
    asked: list[int] = []
    _on_stop(asked)
    try:
        running = start_site(
            child_environment(), wishes.host, wishes.port, certificate=instance if wishes.https else None
        )
    except KeyboardInterrupt:
        return 0
    try:
        scheme = "https" if wishes.https else "http"
        bases = [f"{scheme}://{name}:{wishes.port}" for name in ["127.0.0.1", *near]]
        say(welcome(bases, instance, code))
        while not running.ended():
            time.sleep(0.3)
        say(f"\nThe {running.ended()} ended by itself; stopping the rest.")
        return 1
    except KeyboardInterrupt:
        say("\nStopping")
        return 0
    finally:
        for number in STOPPING:  # a second Ctrl-C does not cut the stopping short
            signal.signal(number, signal.SIG_IGN)
        running.stop()


def _setup_code() -> str:
    """The code of the first page; nothing where the installation has staff already."""
    asked = subprocess.run(
        flask_command("setup-code"), cwd=ROOT, env=child_environment(), capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() if asked.returncode == 0 else ""


def welcome(bases: list[str], instance: Path, code: str = "") -> str:
    """The addresses for the three audiences, how to begin, and the generated accounts where there are any."""
    lines = ["", "Xiangyue 相约 is running. Ctrl-C stops it.", ""]
    if code:
        lines += [f"Nobody is an administrator yet: open {bases[0]}/setup and type {code}", ""]
    for base in bases:
        lines += [f"  citizens    {base}/", f"  office      {base}/office", f"  volunteers  {base}/scan", ""]
    if len(bases) > 1:
        lines += ["  The certificate is self-signed: the browser warns once; go on to the page.", ""]
    accounts = instance / "demo-accounts.txt"
    if accounts.exists():
        lines += [f"Accounts, made for this installation alone ({accounts}):", ""]
        lines += ["  " + line for line in accounts.read_text(encoding="utf-8").splitlines()]
    return "\n".join(lines) + "\n"


def _await(running: Running, port: int, *, https: bool) -> None:
    """Return once the site answers; Trouble when a program ends first or it takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not network.answers(port, https=https):
        dead = running.ended()
        if dead:
            raise Trouble(f"The {dead} ended while starting; its own words stand above.")
        if time.monotonic() > deadline:
            raise Trouble(f"The site did not answer /healthz within {START_SECONDS} seconds.")
        time.sleep(0.2)


def _on_stop(asked: list[int]) -> None:
    """Every way of asking us to stop becomes one KeyboardInterrupt."""

    def stop(number: int, _frame: FrameType | None) -> None:
        if not asked:
            asked.append(number)
            raise KeyboardInterrupt

    for number in STOPPING:
        signal.signal(number, stop)


def _signal(program: subprocess.Popen[bytes], number: int) -> None:
    if program.poll() is not None:
        return
    if WINDOWS:
        program.terminate()
        return
    try:
        os.killpg(program.pid, number)
    except ProcessLookupError:
        return  # it ended just now
