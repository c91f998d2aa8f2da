"""Finding a Chromium for the browser tests, or getting one where the machine allows it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tooling.packages import apt_install
from tooling.paths import WINDOWS, Trouble, say, venv_python

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
PLACES = (
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS_PLACES = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""How tests start it: as root too, and silent towards the network."""
HOW_TO_GET_ONE = """No Chromium or Chrome was found for the browser tests.
Any one of these is enough; then run the same command again:
  Debian:          sudo apt-get install chromium
  Fedora:          sudo dnf install chromium
  macOS, Windows:  install Google Chrome
  anywhere:        {python} -m playwright install --with-deps chromium
  it stands in a place of its own:  CHROMIUM=/path/to/chrome make test"""


def candidates(environ: Mapping[str, str], *, which: Callable[[str], str | None] = shutil.which) -> Iterator[str]:
    """Places where a browser may be, best first: on PATH, in its usual folders, Playwright's own."""
    for name in NAMES:
        found = which(name)
        if found:
            yield found
    yield from PLACES
    for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
        if environ.get(variable):
            yield from (str(Path(environ[variable], place)) for place in WINDOWS_PLACES)
    cache = _playwright_folder(environ)
    patterns = (
        "chromium-*/chrome-*/chrome",
        "chromium-*/chrome-*/chrome.exe",
        "chromium-*/chrome-*/*.app/Contents/MacOS/*",
    )
    for pattern in patterns:
        yield from (str(path) for path in sorted(cache.glob(pattern), reverse=True))


def find(environ: Mapping[str, str] | None = None) -> str | None:
    """The browser to use, or None. CHROMIUM names it outright.

    Raises Trouble when CHROMIUM points at nothing that starts: silently taking another would test
    something else than the person asked for.
    """
    env = os.environ if environ is None else environ
    named = env.get("CHROMIUM")
    if named:
        if starts(named):
            return named
        raise Trouble(f"CHROMIUM is {named}, but that does not start as a browser.")
    return next((path for path in candidates(env) if starts(path)), None)


def starts(path: str) -> bool:
    """Whether this is a browser that starts here; a packaged stub or one without its libraries is not."""
    if not Path(path).is_file():
        return False
    if WINDOWS:  # there `--version` would open a window
        return True
    try:
        asked = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def find_or_install() -> str:
    """A browser; installed from the system's packages (root) or by Playwright if there is none.

    Raises Trouble that says exactly what to do.
    """
    found = find()
    if found:
        return found
    if not WINDOWS and os.geteuid() == 0 and shutil.which("apt-get"):
        apt_install(["chromium", "fonts-noto-cjk"])
        found = find()
    if not found:
        say("Trying Playwright's own Chromium")
        subprocess.run([str(venv_python()), "-m", "playwright", "install", "chromium"], check=False)
        found = find()
    if not found:
        raise Trouble(HOW_TO_GET_ONE.format(python=venv_python()))
    return found


def _playwright_folder(environ: Mapping[str, str]) -> Path:
    if environ.get("PLAYWRIGHT_BROWSERS_PATH", "0") != "0":
        return Path(environ["PLAYWRIGHT_BROWSERS_PATH"])
    home = Path(environ.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "ms-playwright"
    if WINDOWS:
        return Path(environ.get("LOCALAPPDATA", str(home))) / "ms-playwright"
    return Path(environ.get("XDG_CACHE_HOME") or home / ".cache") / "ms-playwright"
