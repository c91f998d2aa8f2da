"""The virtual environment and the packages in it, exactly as the lock files say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tooling.paths import ROOT, VENV, WINDOWS, Trouble, child_environment, say, venv_python
from tooling.stamps import fingerprint, finish, is_fresh

NETWORK_SIGNS = (
    "could not find a version that satisfies",
    "connection refused",
    "connectionerror",
    "connection broken",
    "failed to establish a new connection",
    "max retries exceeded",
    "name or service not known",
    "network is unreachable",
    "no matching distribution found",
    "proxyerror",
    "read timed out",
    "temporary failure in name resolution",
)


def explain(output: str) -> str:
    """One sentence about why pip failed, from what it printed."""
    text = output.lower()
    if "do not match the hashes" in text:
        return (
            "A downloaded package is not the one that the lock file names (its hash differs). Nothing was "
            "installed from it. Check the package index or proxy that pip is set to."
        )
    if "no space left" in text:
        return "The disk is full: free some space and run the same command again."
    if any(sign in text for sign in NETWORK_SIGNS):
        return (
            "The packages could not be fetched. Check the network, the proxy (HTTPS_PROXY) and pip's own "
            "settings (PIP_INDEX_URL, pip.conf), then run the same command again: it goes on where it "
            "stopped."
        )
    return "pip could not install the packages; its own words stand above."


def create_environment() -> None:
    """Make .venv unless it is there and works."""
    python = venv_python()
    if python.exists() and _works(python):
        return
    say("Making the virtual environment .venv")
    made = _run_quietly([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode == 0 and _works(python):
        return
    if _install_venv_package():
        made = _run_quietly([sys.executable, "-m", "venv", "--clear", str(VENV)])
        if made.returncode == 0 and _works(python):
            return
    shutil.rmtree(VENV, ignore_errors=True)
    raise Trouble(
        f"{sys.executable} cannot make a virtual environment.\n{(made.stdout + made.stderr).strip()}\n"
        "On Debian and Ubuntu: apt-get install python3-venv. Elsewhere: install Python from python.org, "
        "which brings it along. Then run the same command again."
    )


def install(lock_name: str) -> None:
    """Install a lock file into .venv with every hash checked; nothing to do when it was done before.

    Raises Trouble with a sentence about the likely cause when pip fails.
    """
    lock = ROOT / lock_name
    stamp = VENV / f".{lock_name}.stamp"
    value = fingerprint([lock], base=ROOT, extra=f"{sys.version_info[:2]} {sys.platform} {venv_python()}")
    if is_fresh(stamp, value):
        return
    count = sum(1 for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line and line[0].isalpha())
    say(f"Installing {count} packages from {lock_name} (a few minutes the first time)")
    command = [str(venv_python()), "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "-r", str(lock)],
        cwd=ROOT,
        env=child_environment(),
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise Trouble(f"{done.stderr.strip()}\n\n{explain(done.stderr)}")
    finish(stamp, value)


def _works(python: Path) -> bool:
    return python.exists() and _run_quietly([str(python), "-m", "pip", "--version"]).returncode == 0


def _install_venv_package() -> bool:
    """Debian keeps venv's other half in a package of its own: fetch it where we may."""
    if WINDOWS or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    return apt_install(["python3-venv"])


def apt_install(packages: list[str]) -> bool:
    """Install system packages; False when that did not work. Only for root with apt-get."""
    say(f"Installing {' '.join(packages)} with apt-get")
    env = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=env, check=False)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False).returncode == 0


def _run_quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    env = child_environment()
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, errors="replace", check=False)
