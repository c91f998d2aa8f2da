"""Every page that a person can reach: found by following links, as each kind of person."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from urllib.parse import urlsplit

from jinja2 import Environment, meta
from playwright.sync_api import BrowserContext

from tooling.paths import ROOT

HREF = re.compile(r'href="(/[^"#]*)')
EACH = 2
"""Addresses that look alike and are asked for: a station to come, say, and one more."""
FRAMES = {
    "web/public.html": "a frame for pages to come",
    "checkins/board_live.html": "what the board renews of itself: the same parts as on that page",
    "dashboards/figures.html": "what the attendance page renews of itself: the same parts as on that page",
}
"""Templates that are no page, and why."""


def pages_of_the_project() -> set[str]:
    """The templates that stand for themselves: no other one extends, includes or imports them."""
    parse, found, used = Environment(autoescape=True).parse, set(), set()
    for path in ROOT.glob("app/*/templates/**/*.html"):
        found.add(path.relative_to(next(one for one in path.parents if one.name == "templates")).as_posix())
        used |= {name for name in meta.find_referenced_templates(parse(path.read_text(encoding="utf-8"))) if name}
    assert len(found) > 80
    return found - used - set(FRAMES)


@dataclass(frozen=True)
class Stop:
    """An address, and what answers there."""

    url: str
    endpoint: str
    templates: tuple[str, ...]


@dataclass
class Tour:
    """A walk along all links from some first addresses."""

    context: BrowserContext
    starts: tuple[str, ...]
    seen: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def stops(self) -> list[Stop]:
        """One stop for each set of templates, the first address that was found."""
        first: dict[tuple[str, ...], Stop] = {}
        for stop in self._walk():
            first.setdefault(stop.templates, stop)
        return list(first.values())

    def _walk(self) -> Iterator[Stop]:
        waiting, known = deque(self.starts), set(self.starts)
        while waiting:
            url = waiting.popleft()
            answer = self.context.request.get(url)
            endpoint, kind = answer.headers.get("x-endpoint", ""), answer.headers.get("content-type", "")
            visited = self.seen.setdefault(endpoint, [])
            visited.append(url)
            if not kind.startswith("text/html") or answer.status >= 400:
                continue
            assert answer.status == 200, f"{url}: {answer.status}"
            yield Stop(url, endpoint, tuple(answer.headers["x-templates"].split()))
            for href in HREF.findall(answer.text()):
                target = unescape(href)
                shape = _shape(target)
                if target in known or shape.startswith("/static/"):
                    continue
                known.add(target)
                if self._count(shape) < EACH:
                    waiting.append(target)

    def _count(self, shape: str) -> int:
        """How many addresses of this shape were asked for already; this one is now one of them."""
        shapes = self.seen.setdefault(f"shape {shape}", [])
        shapes.append("")
        return len(shapes) - 1


def _shape(url: str) -> str:
    """An address without what names one station or person: the links of a list look alike."""
    parts = urlsplit(url)
    path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", parts.path)
    path = re.sub(r"/activities/(?!new\b)[^/]+", "/activities/*", path)
    path = re.sub(r"/(annual|year)/\d+", r"/\1/*", path)
    path = re.sub(r"/(enter/\*|weigh-in|library|screen)/[A-Z][A-Z0-9-]*", r"/\1/*", path)
    return path + ("?" if parts.query else "")
