"""Templates and style sheets: nothing inline, every text translated, no colour outside the tokens."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support import build
from tests.support.sources import ROOT, named, text_of, with_suffix

EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->", re.DOTALL)
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
LITERAL = re.compile(r"""(?<![\w])_\(\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
INLINE = re.compile(r"""\s(?:style|on[a-z]+)\s*=\s*["'{]""")
SCRIPT = re.compile(r"<script(?![^>]*\b(?:src|type=\"application/(?:ld\+)?json\"))[^>]*>")
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b|\b(?:rgba?|hsla?|oklch)\(")
TOKENS = "frontend/src/styles/_tokens.scss"
VITE = re.compile(r"""vite\(\s*['"]([^'"]+)['"]""")
PARTS_OF_ADDRESSES = re.compile(r"""(?:href|xlink:href)=["']#[^"']*["']|url\(#[\w-]+\)|&#\w+;""")


def templates() -> list[Path]:
    found = with_suffix(".html", under="app/")
    assert found
    return found


def plain(path: Path) -> str:
    """A template without its comments."""
    return COMMENT.sub("", text_of(path))


def test_nothing_is_inline():
    for path in templates():
        text = plain(path)
        assert not INLINE.search(text), f"{named(path)}: {INLINE.findall(text)}"
        assert not SCRIPT.search(text), f"{named(path)}: {SCRIPT.findall(text)}"
        assert "<style" not in text, named(path)


def test_every_text_is_translated():
    """Chinese stands inside _('…') alone."""
    found = {}
    for path in templates():
        outside = LITERAL.sub("", plain(path))
        between = CHINESE.findall(EXPRESSION.sub(" ", outside))
        inside = [
            text
            for expression in EXPRESSION.findall(outside)
            for literal in QUOTED.findall(expression)
            for text in CHINESE.findall(literal)
        ]
        if between or inside:
            found[named(path)] = between + inside
    assert found == {}


def test_colours_stand_in_the_tokens_alone():
    sheets = [path for path in with_suffix(".scss", under="frontend/src/") if named(path) != TOKENS]
    assert sheets
    found = {}
    for path in [*templates(), *with_suffix(".svg", under="app/"), *sheets]:
        text = PARTS_OF_ADDRESSES.sub("", _without_scss_comments(plain(path)))
        if colours := COLOUR.findall(text):
            found[named(path)] = colours
    assert found == {}


def _without_scss_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*$", "", text, flags=re.DOTALL | re.MULTILINE)


def test_templates_ask_for_entries_that_are_built():
    asked = {entry for path in templates() for entry in VITE.findall(text_of(path))}
    assert "src/main.ts" in asked
    assert asked <= set(build.entries())


def test_every_entry_of_the_build_is_there():
    assert [entry for entry in build.entries() if not (ROOT / "frontend" / entry).exists()] == []


def test_templates_mark_nothing_as_safe():
    """What is typed by people is escaped everywhere; the one place that trusts is Python's Markup."""
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+false")
    assert [named(path) for path in templates() if unsafe.search(plain(path))] == []
