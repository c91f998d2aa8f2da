#!/usr/bin/env python3
"""Everything a person does with this project, on any machine that has Python 3.11 or newer.

    python3 dev.py help

`make NAME` is the same as `python3 dev.py NAME`.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - told in words, since nothing has installed this file
    sys.exit(
        "Xiangyue needs Python 3.11 or newer; this is "
        + sys.version.split()[0]
        + ". Where a newer one is installed: make PYTHON=python3.12 (or python3.12 dev.py NAME)."
    )

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tooling import benches, frontend, lock, packages, serving, suites, translations
from tooling.paths import ROOT, Trouble, child_environment, instance_path, say


def prepare(*, development: bool = False) -> None:
    """What every command needs: packages, translations, styles and scripts. Quick when done before."""
    packages.create_environment()
    packages.install("requirements.txt")
    if development:
        packages.install("requirements-dev.txt")
    translations.compile_catalogues()
    frontend.build()


def setup(_extra: Sequence[str]) -> int:
    """Install and build everything and bring the database up to date."""
    prepare()
    upgraded = subprocess.run(
        serving.flask_command("db", "upgrade"),
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        check=False,
    )
    if upgraded.returncode != 0:
        said = (upgraded.stdout + upgraded.stderr).decode(errors="replace").strip()
        raise Trouble(f"{said}\nThe database below {instance_path()} could not be brought up to date.")
    say("Set up.")
    return 0


def run(_extra: Sequence[str]) -> int:
    """Serve the site at 127.0.0.1:8000 with a demo year (PORT, INSTANCE_PATH, HTTPS=1)."""
    serving.check_wishes()
    setup(())
    return serving.serve()


def test(extra: Sequence[str]) -> int:
    """Run all tests: on SQLite, on PostgreSQL, in the browser (pytest's options after --)."""
    prepare(development=True)
    return suites.test(extra)


def lint(_extra: Sequence[str]) -> int:
    """Check style, format, types and who imports whom."""
    packages.create_environment()
    packages.install("requirements.txt")
    packages.install("requirements-dev.txt")
    return suites.lint()


def bench(extra: Sequence[str]) -> int:
    """Measure, write bench/results.json, fail when a figure falls short (names choose some)."""
    prepare(development=True)
    return benches.bench(extra)


def faults(extra: Sequence[str]) -> int:
    """Break processes, disks and networks under load and check that nothing is lost."""
    prepare(development=True)
    return suites.faults(extra)


def shots(extra: Sequence[str]) -> int:
    """Take the screenshots of README and manual anew."""
    prepare(development=True)
    return suites.pytest_alone("screenshots", suites.SHOTS, extra, with_browser=True)


def lock_packages(_extra: Sequence[str]) -> int:
    """Resolve requirements*.in anew into the lock files with hashes."""
    packages.create_environment()
    packages.install("requirements.txt")
    packages.install("requirements-dev.txt")
    return lock.lock()


def update_translations(_extra: Sequence[str]) -> int:
    """Bring the English catalogue up to the texts of the sources, say how many are to translate."""
    packages.create_environment()
    packages.install("requirements.txt")
    translations.update()
    translations.compile_catalogues()
    return 0


def show_help(_extra: Sequence[str]) -> int:
    """Show this list."""
    width = max(map(len, COMMANDS))
    say("python3 dev.py NAME, or make NAME:\n")
    for name, command in COMMANDS.items():
        say(f"  {name:<{width}}  {command.text}")
    return 0


@dataclass(frozen=True)
class Command:
    """One NAME of `dev.py NAME`."""

    act: Callable[[Sequence[str]], int]

    @property
    def text(self) -> str:
        """Its one line in the list: the first line of its docstring."""
        return (self.act.__doc__ or "").splitlines()[0]


COMMANDS = {
    "setup": Command(setup),
    "run": Command(run),
    "test": Command(test),
    "lint": Command(lint),
    "bench": Command(bench),
    "faults": Command(faults),
    "shots": Command(shots),
    "translations": Command(update_translations),
    "lock": Command(lock_packages),
    "help": Command(show_help),
}


def main(arguments: Sequence[str]) -> int:
    """Run the named command; a message instead of a traceback for what a person has to mend."""
    name, extra = (arguments[0], list(arguments[1:])) if arguments else ("help", [])
    if name in {"-h", "--help"}:
        name = "help"
    if name not in COMMANDS:
        say(f"There is no command {name!r}.\n")
        show_help(())
        return 2
    if extra and extra[0] == "--":
        extra = extra[1:]
    try:
        return COMMANDS[name].act(extra)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
