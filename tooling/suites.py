"""What checks the code: tests in their order, lint, benches; each runs to its end and all are told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tooling import browser, frontend
from tooling.paths import FRONTEND, ROOT, WINDOWS, Trouble, child_environment, say, venv_python

NOTHING_COLLECTED = 5
SERVER_FOLDERS = ("tests/unit", "tests/web", "tests/house", "tests/tooling", "tests/faults")
QUICK = ("-m", "not slow")
"""What is slow runs in `faults`, and whenever its folder or file is named."""
CORES = ("-n", str(min(os.cpu_count() or 1, 8)))
"""Whole suites are shared among the cores; each worker has a store, or a served site, of its own."""
WORKERS, BY_FILE = (*CORES, "--dist", "worksteal"), (*CORES, "--dist", "loadfile")
BROWSER_FOLDER = "tests/browser"
FAULT_FOLDERS, FAULTY = ("tests/faults", "tests/unit"), "faults or slow"
SHOTS = "tests/browser/shots"
CLOSING_LINE = re.compile(r"(\d+ (passed|failed|errors?|skipped|deselected)|no tests ran).* in \d")


@dataclass(frozen=True)
class Suite:
    """One run of pytest: its title, the folders or files, and what its environment adds."""

    title: str
    places: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = ()


def plan(extra: Sequence[str]) -> list[Suite]:
    """The runs of `test`. Places named in `extra` narrow the suites that they belong to.

    `extra` may mix options for pytest and places (`tests/web/test_x.py::test_y`); places outside
    tests/browser run on both databases, those inside in the browser.
    """
    named = [word for word in extra if not word.startswith("-") and (ROOT / word.split("::")[0]).exists()]
    in_browser = tuple(word for word in named if Path(word.split("::")[0]).as_posix().startswith(BROWSER_FOLDER))
    on_server = tuple(word for word in named if word not in in_browser)
    if not named:
        in_browser, on_server = (BROWSER_FOLDER,), SERVER_FOLDERS
    pictures = any(place.startswith(SHOTS) for place in in_browser)
    ignored = (*(() if pictures else (f"--ignore={SHOTS}",)), *(() if named else BY_FILE))
    suites = []
    if on_server:
        part = () if named else (*QUICK, *WORKERS)
        suites.append(Suite("on SQLite", on_server, (("TEST_DATABASE", "sqlite"),), part))
        suites.append(Suite("on PostgreSQL", on_server, (("TEST_DATABASE", "postgresql"),), part))
    if in_browser:
        suites.append(Suite("in the browser", in_browser, options=ignored))
    return [suite for suite in suites if any((ROOT / place.split("::")[0]).exists() for place in suite.places)]


def options_of(extra: Sequence[str]) -> list[str]:
    """What of `extra` is not a place: it goes to every run."""
    return [word for word in extra if word.startswith("-") or not (ROOT / word.split("::")[0]).exists()]


def test(extra: Sequence[str]) -> int:
    """Scripts, then every suite of `plan`; all run, their closing lines are repeated at the end."""
    suites = plan(extra)
    chromium = browser.find_or_install() if any(suite.title == "in the browser" for suite in suites) else ""
    outcomes: list[tuple[str, int, str]] = []
    if not extra and any((FRONTEND / "tests").rglob("*.ts")):
        say("\nTests of the scripts")
        code = frontend.run_npm("test", "--silent")
        outcomes.append(("of the scripts", code, "passed" if code == 0 else f"failed ({code})"))
    for suite in suites:
        say(f"\nTests {suite.title}")
        code, closing = run_pytest(suite, options_of(extra), chromium)
        outcomes.append((suite.title, code, closing))
    return conclude(outcomes, narrowed=bool(extra))


def conclude(outcomes: Sequence[tuple[str, int, str]], *, narrowed: bool) -> int:
    """Repeat each suite's closing line, return the exit code of all.

    A suite in which nothing was collected is fine when the person chose a part (`-k`), unless it
    was so in every suite: then the choice was a mistake.
    """
    say("\nAll suites")
    for title, _code, closing in outcomes:
        say(f"  {title:<16}{closing}")
    codes = [code for _, code, _ in outcomes]
    empty = [code for code in codes if code == NOTHING_COLLECTED]
    if narrowed and len(empty) < len(codes):
        codes = [code for code in codes if code != NOTHING_COLLECTED]
    return next((code for code in codes if code != 0), 0 if codes else NOTHING_COLLECTED)


def run_pytest(suite: Suite, options: Sequence[str], chromium: str = "") -> tuple[int, str]:
    """One run, shown as it goes; its exit code and its closing line.

    The person's own database and instance are out of its reach.
    """
    with tempfile.TemporaryDirectory(prefix="xiangyue-test-") as folder:
        env = child_environment(INSTANCE_PATH=str(Path(folder, "instance")), **dict(suite.env))
        for name in ("DATABASE_URL", "HTTPS", "XIANGYUE_MODE", "SECRET_KEY", "DATA_KEYS", "PASS_KEYS"):
            env.pop(name, None)
        return _show(suite, options, env, chromium)


def _show(suite: Suite, options: Sequence[str], env: dict[str, str], chromium: str) -> tuple[int, str]:
    if chromium:
        env["CHROMIUM"] = chromium
    places = [place for place in suite.places if (ROOT / place.split("::")[0]).exists()]
    command = [str(venv_python()), "-m", "pytest", *places, *suite.options, *options]
    if sys.stdout.isatty():
        command.append("--color=yes")
    program = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE)
    if program.stdout is None:
        raise Trouble("pytest has no output")
    tail = b""
    while chunk := os.read(program.stdout.fileno(), 65536):
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        tail = (tail + chunk)[-65536:]
    code = program.wait()
    return code, closing_line(tail.decode(errors="replace")) or f"ended with exit code {code}"


def closing_line(output: str) -> str:
    """The last word of pytest (`12 passed in 3.4s`) without its decoration; empty when it got to none."""
    for line in reversed(output.splitlines()):
        plain = re.sub(r"\x1b\[[0-9;]*m", "", line).strip("= \r")
        if CLOSING_LINE.search(plain):
            return plain
    return ""


def pytest_alone(title: str, folder: str, extra: Sequence[str], *, with_browser: bool = False) -> int:
    """One folder that is no part of `test`: screenshots."""
    if not (ROOT / folder).is_dir():
        raise Trouble(f"There is no {folder} here.")
    chromium = browser.find_or_install() if with_browser else ""
    code, _closing = run_pytest(Suite(title, (folder,)), extra, chromium)
    return code


def faults(extra: Sequence[str]) -> int:
    """Every fault on both databases, and whatever else is slow; the places can be narrowed by `extra`."""
    named = tuple(word for word in extra if not word.startswith("-") and (ROOT / word.split("::")[0]).exists())
    outcomes: list[tuple[str, int, str]] = []
    for store, title in (("sqlite", "on SQLite"), ("postgresql", "on PostgreSQL")):
        say(f"\nFaults {title}")
        suite = Suite(title, named or FAULT_FOLDERS, (("TEST_DATABASE", store),), () if named else ("-m", FAULTY))
        code, closing = run_pytest(suite, options_of(extra))
        outcomes.append((title, code, closing))
    return conclude(outcomes, narrowed=bool(extra))


def lint() -> int:
    """Style, types, import contracts, types of the scripts; all run, so that all is told at once."""
    scripts = venv_python().parent
    suffix = ".exe" if WINDOWS else ""
    checks = [
        ("style", [str(scripts / f"ruff{suffix}"), "check", "."]),
        ("format", [str(scripts / f"ruff{suffix}"), "format", "--check", "--output-format", "concise", "."]),
        ("types", [str(venv_python()), "-m", "mypy"]),
        ("import contracts", [str(scripts / f"lint-imports{suffix}"), "--no-logo"]),
    ]
    broken = []
    for title, command in checks:
        say(f"\nLint: {title}")
        if subprocess.run(command, cwd=ROOT, env=child_environment(), check=False).returncode != 0:
            broken.append(title)
    say("\nLint: types of the scripts")
    frontend.install_node_packages()
    if frontend.run_npm("run", "check", "--silent") != 0:
        broken.append("types of the scripts")
    say(f"\nLint found something in: {', '.join(broken)}" if broken else "\nLint: nothing to say")
    return 1 if broken else 0
