"""What an English page says in Chinese: nothing but the names that people have given."""

from __future__ import annotations

import re

from bs4 import NavigableString

from tests.support.pages import Page

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
SHOWN = ("aria-label", "title", "alt", "placeholder", "data-busy", "data-label", "data-copied")


def chinese_on(page: Page, *names: str) -> list[str]:
    """The texts and labels with Chinese that is none of `names`; a part marked as Chinese may be so."""
    assert page.soup.html is not None
    assert page.soup.html["lang"] == "en"
    said = [str(text) for text in page.soup.find_all(string=True) if _is_read(text)]
    for tag in page.soup.find_all(True):
        if not tag.find_parent(lang="zh-CN") and tag.get("lang") != "zh-CN":
            said += [str(tag[name]) for name in SHOWN if tag.has_attr(name)]
    for name in sorted(names, key=len, reverse=True):
        said = [text.replace(name, "") for text in said]
    return [" ".join(text.split()) for text in said if CHINESE.search(text)]


def _is_read(text: NavigableString) -> bool:
    return (
        type(text) is NavigableString
        and text.find_parent(["script", "style"]) is None
        and text.find_parent(lang="zh-CN") is None
    )
