"""requirements*.in → requirements*.txt: every version pinned with its hashes, for every machine."""

from __future__ import annotations

import re
import subprocess

from tooling.paths import ROOT, Trouble, child_environment, say, venv_python

PAIRS = (("requirements.in", "requirements.txt"), ("requirements-dev.in", "requirements-dev.txt"))
PINNED = re.compile(r"^[A-Za-z0-9][\w.\-]*(\[[\w,\-]+\])?==\S+( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def faults(text: str) -> list[str]:
    """What is wrong with a lock file: a place to fetch from, a line without a pin, a pin without a hash.

    Where packages come from is the machine's own setting, never the lock's.
    """
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            if "://" in line:
                found.append(f"line {number} names an address: {line.strip()}")
            continue
        if "://" in line or line.lstrip().startswith(("--index", "--extra-index", "--find-links", "-i ", "-f ")):
            found.append(f"line {number} names a place to fetch from: {line.strip()}")
        elif PINNED.match(line):
            following = lines[number] if number < len(lines) else ""
            if not HASH.match(following):
                found.append(f"line {number} has no hash: {line.strip()}")
        elif not HASH.match(line):
            found.append(f"line {number} is no pinned version: {line.strip()}")
    return found


def lock() -> int:
    """Resolve both files anew. The package index is the person's own (UV_DEFAULT_INDEX, else pip's)."""
    env = child_environment(UV_CUSTOM_COMPILE_COMMAND="make lock")
    index = env.get("PIP_INDEX_URL") or _pip_setting("global.index-url")
    if index and not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & env.keys():
        env["UV_DEFAULT_INDEX"] = index
    for source, target in PAIRS:
        say(f"Resolving {source}")
        command = [str(venv_python()), "-m", "uv", "pip", "compile", "--quiet", "--system-certs"]
        command += ["--universal", "--python-version", "3.11", "--generate-hashes"]
        command += ["--no-emit-index-url", "--no-emit-find-links"]
        done = subprocess.run([*command, source, "-o", target], cwd=ROOT, env=env, check=False)
        if done.returncode != 0:
            raise Trouble(f"{source} could not be resolved; uv's own words stand above.")
        wrong = faults((ROOT / target).read_text(encoding="utf-8"))
        if wrong:
            raise Trouble(f"{target} is not fit to commit:\n" + "\n".join(wrong))
    say("Locked. Run `make test` before committing.")
    return 0


def _pip_setting(name: str) -> str:
    command = [str(venv_python()), "-m", "pip", "config", "get", name]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
