"""What every page has to pass in a real browser.

Accessible, no sideways scrolling, larger text, targets for a finger, text that can be read, nothing
below the fixed bar.
"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

OVERFLOWING = """() => {
  const seen = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= seen) return [];
  const framed = (e) => e.parentElement?.closest('.x-table-wrap, svg');
  const wide = [...document.body.querySelectorAll('*')].filter((e) => {
    const box = e.getBoundingClientRect();
    if (framed(e)) return false;
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

AXE = Axe()
RUN_AXE = """options => axe.run(document, options).then(
  ({ violations, passes, url, testEngine }) => ({ violations, passes: passes.length, url, testEngine })
)"""
"""Without what was in order, which is most of what axe tells and takes as long to bring over as to find."""

LARGER_TEXT = """(factor) => {
  const all = [document.documentElement, ...document.querySelectorAll('body, body *')];
  const sizes = all.map((e) => parseFloat(getComputedStyle(e).fontSize));
  all.forEach((e, n) => e.style?.setProperty?.('font-size', `${sizes[n] * factor}px`, 'important'));
}"""


SMALL_TARGETS = """(least) => {
  const own = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const box = (e) => (/^(radio|checkbox)$/.test(e.type ?? '') && e.closest('label') || e).getBoundingClientRect();
  const inSentence = (e) => {
    if (e.tagName !== 'A' || getComputedStyle(e).display !== 'inline') return false;
    let block = e.parentElement;
    while (getComputedStyle(block).display === 'inline') block = block.parentElement;
    const copy = block.cloneNode(true);
    copy.querySelectorAll('a').forEach((link) => link.remove());
    return /[\\p{L}\\p{N}]/u.test(copy.textContent);
  };
  const small = [...document.querySelectorAll(own)].filter((e) => {
    const { width, height, bottom } = box(e);
    const seen = e.checkVisibility({ visibilityProperty: true }) && width > 1 && bottom > -scrollY;
    return seen && height < least - 0.5 && !inSentence(e);
  });
  return small.map((e) => `${e.outerHTML.slice(0, 160)} is ${box(e).height} px high, not ${least}`);
}"""

SMALL_TEXT = """(least) => {
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || !e.checkVisibility({ visibilityProperty: true })) continue;
    range.selectNodeContents(node);
    const { width, height } = range.getBoundingClientRect();
    if (width < 2 || height < 2 || e.closest('.visually-hidden')) continue;
    const scale = e instanceof SVGElement ? Math.abs(e.getScreenCTM().d) : 1;
    const size = parseFloat(getComputedStyle(e).fontSize) * scale;
    if (size < least - 0.15) found.add(`“${node.data.trim().slice(0, 20)}” in .${e.className.baseVal ?? e.className}`
      + ` is ${size.toFixed(1)} px, not ${least}`);
  }
  return [...found];
}"""

BELOW_THE_BAR = """() => {
  scrollTo(0, document.documentElement.scrollHeight);
  const bar = document.querySelector('.x-bottom, .x-act')?.getBoundingClientRect();
  const last = document.querySelector('main').getBoundingClientRect().bottom;
  return bar && last > bar.top ? [`the last line ends at ${last}, below the bar's ${bar.top}`] : [];
}"""

OVER_THE_HEADING = """() => {
  const boxOf = (e) => {
    const range = document.createRange();
    range.selectNodeContents(e);
    return range.getBoundingClientRect();
  };
  const heading = document.querySelector('main h1');
  if (!heading) return [];
  const { top, left, right } = boxOf(heading);
  return [...document.querySelectorAll('.x-crumbs li > *')].map((e) => [e, boxOf(e)])
    .filter(([, box]) => box.bottom > top + 4 && box.top < top && box.right > left && box.left < right)
    .map(([e]) => `“${e.textContent}” lies over the heading`);
}"""

LEAST = {"standard": (48, 14), "elder": (60, 20)}
"""How high targets are and how large text is, in pixels."""


def faults_of_look(page: Page, mode: str) -> list[str]:
    """What is too small for this mode, or hidden by the fixed bar."""
    target, text = LEAST[mode]
    faults = page.evaluate(SMALL_TARGETS, target) + page.evaluate(SMALL_TEXT, text) + page.evaluate(BELOW_THE_BAR)
    faults += page.evaluate(OVER_THE_HEADING)
    page.evaluate("scrollTo(0, 0)")
    return [str(fault) for fault in faults]


def faults_of_width(page: Page, width: int, text: float = 1.0) -> list[str]:
    """What makes the page scroll sideways; the page keeps the larger text."""
    try:
        assert_no_sideways_scroll(page, width, text)
    except AssertionError as fault:
        return [str(fault)]
    return []


def faults_of_access(page: Page, *, enhanced: bool = False) -> list[str]:
    """What axe finds, a line each."""
    try:
        assert_accessible(page, enhanced=enhanced)
    except AssertionError as fault:
        return [str(fault)]
    return []


def assert_accessible(page: Page, *, enhanced: bool = False) -> None:
    """No violation of WCAG 2.2 A and AA that axe can find; `enhanced`: contrast of 7 to 1 too."""
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": list(WCAG)},
        "rules": {"color-contrast-enhanced": {"enabled": enhanced}},
        "resultTypes": ["violations"],
    }
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    results = AxeResults(page.evaluate(RUN_AXE, options))
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
