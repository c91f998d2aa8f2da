"""What every page has to pass in a real browser: accessible, no sideways scrolling, larger text."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

OVERFLOWING = """() => {
  const seen = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= seen) return [];
  const wide = [...document.body.querySelectorAll('*')].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width > 0 && (box.right > seen + 1 || box.left < -1);
  });
  const names = wide.map((e) => {
    const box = e.getBoundingClientRect();
    const classes = e.getAttribute('class') ?? '';
    const name = `${e.tagName.toLowerCase()}.${classes}`;
    return `${name} [${Math.round(box.left)}, ${Math.round(box.right)}]`;
  });
  return [`the page is ${document.documentElement.scrollWidth} wide in ${seen}`, ...names.slice(0, 8)];
}"""

LARGER_TEXT = """(factor) => {
  const all = [document.documentElement, ...document.querySelectorAll('body, body *')];
  const sizes = all.map((e) => parseFloat(getComputedStyle(e).fontSize));
  all.forEach((e, n) => e.style?.setProperty('font-size', `${sizes[n] * factor}px`, 'important'));
}"""


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 A and AA that axe can find."""
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": list(WCAG)},
        "resultTypes": ["violations"],
    }
    results = Axe().run(page, options=options)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"
    assert results.response["passes"], f"axe found nothing to look at on {page.url}"


def assert_no_sideways_scroll(page: Page, width: int = 320, text: float = 1.0) -> None:
    """The page fits into `width` CSS pixels, with its text `text` times as large as it is (150 %: 1.5).

    The page keeps the larger text and gets its old size of window back.
    """
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 720})
    if text != 1.0:
        page.evaluate(LARGER_TEXT, text)
    offenders = page.evaluate(OVERFLOWING)
    if before:
        page.set_viewport_size(before)
    assert offenders == [], f"{page.url} scrolls sideways at {width} px, text × {text}:\n" + "\n".join(offenders)
