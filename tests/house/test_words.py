"""The words of the interface: polite, exact, set as Chinese is set."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

from tests.support.sources import named, text_of, tree_of, with_suffix

IN_TEMPLATES = re.compile(r"""(?<![\w])_\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
MARKS = {"N_", "_", "gettext", "lazy_gettext", "lazy"}
UNWANTED = {
    "请勿": "say what to do",
    "非法": "no blame",
    "操作失败": "say what is, then what to do",
    "同步失败": "no technical words",
    "Token": "no technical words",
    "token": "no technical words",
    "！": "no exclamation marks",
    "!": "no exclamation marks",
    "你": "citizens are 您",
}
HAN = "\u3400-\u9fff"
HALF_WIDTH_MARKS = re.compile(rf"[{HAN}][,;:?]|[,;:?][{HAN}]|[{HAN}]\.(?!\w)|[{HAN}]\(|\([{HAN}]")
GLUED = re.compile(rf"[{HAN}][A-Za-z]{{2,}}|[A-Za-z]{{2,}}[{HAN}]")
SPACE_BEFORE_PERCENT = re.compile(r"\d %")
PLACE = re.compile(r"%\((\w+)\)[sd]")


@cache
def msgids() -> tuple[tuple[str, str], ...]:
    """(where, text) of every text of the interface."""
    found = [
        (named(path), ast.literal_eval(literal))
        for path in with_suffix(".html", under="app/")
        for literal in IN_TEMPLATES.findall(text_of(path))
    ]
    found += [
        (f"{named(path)}:{line}", text)
        for path in with_suffix(".py", under="app/")
        for line, text in marked(tree_of(path))
    ]
    assert len(found) > 100
    return tuple(found)


def marked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0]
        if name in MARKS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield node.lineno, first.value


def test_unwanted_words_stand_nowhere():
    found = [f"{where}: {text} ({why})" for where, text in msgids() for w, why in UNWANTED.items() if w in text]
    assert found == []


def test_marks_are_full_width_between_chinese():
    assert [f"{where}: {text}" for where, text in msgids() if HALF_WIDTH_MARKS.search(text)] == []


def test_a_space_stands_between_chinese_and_latin_words():
    found = []
    for where, text in msgids():
        if GLUED.search(PLACE.sub("0", text)):
            found.append(f"{where}: {text}")
    assert found == []


def test_no_space_before_percent():
    assert [f"{where}: {text}" for where, text in msgids() if SPACE_BEFORE_PERCENT.search(text)] == []


def test_places_in_texts_are_named():
    """`%s` cannot change its order in another language."""
    assert [f"{where}: {text}" for where, text in msgids() if re.search(r"%[sd]|\{\w*\}", text)] == []
