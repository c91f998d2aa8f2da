"""The project's own files, as git knows them, and the rooms as the file system shows them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
WRITTEN_BY_TOOLS = {"package-lock.json", "requirements.txt", "requirements-dev.txt"}
SELECT = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git tracks and that is there."""
    out = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    return tuple(path for name in out.decode().split("\0") if name and (path := ROOT / name).is_file())


def named(path: Path) -> str:
    """The path as one writes it: app/web/access.py."""
    return path.relative_to(ROOT).as_posix()


def with_suffix(*suffixes: str, under: str = "") -> list[Path]:
    """Tracked files of these kinds, below a folder."""
    return [path for path in tracked() if path.suffix in suffixes and named(path).startswith(under)]


@cache
def text_of(path: Path) -> str:
    """The file's text, "" for a file that is none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text_of(path), filename=str(path))


def functions(tree: ast.Module) -> Iterator[SELECT]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(tree) if isinstance(node, SELECT))


def imported(tree: ast.Module) -> Iterator[str]:
    """Every module that a file imports, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms() -> list[Path]:
    """The folders of app/ that are packages."""
    return sorted(path.parent for path in APP.glob("*/__init__.py"))


def layer_of(path: Path) -> str:
    """Which of a room's files `path` is or belongs to: routes, services, …"""
    parts = path.relative_to(APP).parts
    return parts[1].removesuffix(".py") if len(parts) > 1 else ""
