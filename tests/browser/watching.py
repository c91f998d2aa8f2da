"""What no page may do unnoticed: log an error, break, ask another host, get a 5xx."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

FAILED_LOAD = "Failed to load resource"


class PageWatch:
    """Collects troubles of every page of a test; `open_page` fails the test when any is left."""

    def __init__(self, home: str) -> None:
        self.home = urlsplit(home).netloc
        self._troubles: list[tuple[str, str]] = []  # text, address it belongs to
        self._allowed: list[re.Pattern[str]] = []
        self._refused_documents: set[str] = set()

    def allow(self, pattern: str) -> None:
        """This test provokes it: troubles that match the regular expression do not count."""
        self._allowed.append(re.compile(pattern))

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)

    def troubles(self) -> list[str]:
        """What is left after what is allowed. A form answered by 4xx is no trouble: the page says so."""
        found = []
        for text, address in self._troubles:
            if text.startswith(f"console: {FAILED_LOAD}") and address in self._refused_documents:
                continue
            line = f"{text} ({address})"
            if not any(pattern.search(line) for pattern in self._allowed):
                found.append(line)
        return found

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._troubles.append((f"console: {message.text}", message.location.get("url", "")))

    def _error(self, error: WebError) -> None:
        where = error.page.url if error.page else ""
        self._troubles.append((f"script error: {error.error}", where))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != self.home:
            self._troubles.append(("asked another host", request.url))

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._troubles.append((f"status {response.status}", response.url))
        elif response.status >= 400 and response.request.is_navigation_request():
            self._refused_documents.add(response.url)
