"""What every page must keep, checked on each page that any test receives."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

import html5lib
from bs4 import BeautifulSoup, Tag

OWN_HOSTS = {"", "localhost", "127.0.0.1"}
LOADS = {"src", "href", "action", "formaction", "poster", "data", "srcset"}
NEEDS_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
UNKNOWN_TO_HTML5LIB = {
    # html5lib 1.1 is older than these parts of HTML and takes them for mistakes.
    "non-void-element-with-trailing-slash",
}
SCRIPT_ADDRESS = re.compile(r"^\s*(javascript|vbscript|data:text/html)", re.IGNORECASE)


def faults_of_page(html: str, headers: dict[str, str]) -> list[str]:
    """Everything that is wrong with a page, as sentences; empty when nothing is."""
    soup = BeautifulSoup(html, "html5lib")
    found = _syntax(html)
    for check in (_document, _ids, _forms, _labels, _inline, _addresses):
        found += check(soup)
    return found + _policy(headers)


def _syntax(html: str) -> list[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(html)
    lines = html.splitlines()
    return [
        f"invalid HTML, line {position[0]}: {code} {details or ''} | {lines[position[0] - 1].strip()[:120]}"
        for position, code, details in parser.errors
        if code not in UNKNOWN_TO_HTML5LIB
    ]


def _document(soup: BeautifulSoup) -> list[str]:
    found = []
    title = soup.title.get_text(strip=True) if soup.title else ""
    if not title:
        found.append("the title is empty")
    root = soup.find("html")
    if not isinstance(root, Tag) or not root.get("lang"):
        found.append("<html> has no lang")
    mains = soup.find_all("main")
    if len(mains) != 1:
        found.append(f"{len(mains)} <main> elements instead of one")
    headings = soup.find_all("h1")
    if len(headings) > 1:
        found.append(f"{len(headings)} <h1> elements")
    return found


def _ids(soup: BeautifulSoup) -> list[str]:
    counts = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    found = [f"id {name!r} stands {n} times" for name, n in counts.items() if n > 1]
    for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
        for tag in soup.find_all(attrs={attribute: True}):
            value = tag[attribute]
            names = value if isinstance(value, list) else str(value).split()
            found += [f"{attribute}={name!r} points at nothing" for name in names if name not in counts]
    return found


def _forms(soup: BeautifulSoup) -> list[str]:
    found = []
    for form in soup.find_all("form"):
        name = form.get("id") or form.get("action") or "a form"
        method = str(form.get("method", "")).lower()
        if method not in {"get", "post"}:
            found.append(f"{name}: no method")
        if not form.get("action"):
            found.append(f"{name}: no action")
        token = form.find("input", attrs={"name": "csrf_token"})
        if method == "post" and (token is None or not token.get("value")):
            found.append(f"{name}: a form that posts has no csrf_token")
        if method == "get" and token is not None:
            found.append(f"{name}: the csrf_token would stand in the address")
    return found


def _labels(soup: BeautifulSoup) -> list[str]:
    named = {str(label["for"]) for label in soup.find_all("label", attrs={"for": True})}
    found = []
    for tag in soup.find_all(["input", "select", "textarea"]):
        if tag.name == "input" and str(tag.get("type", "text")).lower() in NEEDS_NO_LABEL:
            continue
        labelled = tag.get("id") in named or tag.get("aria-label") or tag.get("aria-labelledby")
        if not labelled and tag.find_parent("label") is None:
            found.append(f"<{tag.name} name={tag.get('name')!r}> has no label")
    for tag in soup.find_all(["a", "button"]):
        words = tag.get_text(strip=True) or tag.get("aria-label") or tag.get("aria-labelledby")
        pictures = [image.get("alt") for image in tag.find_all("img")]
        if not words and not any(pictures):
            found.append(f"<{tag.name} href={tag.get('href')!r}> has no words")
    found += [f"<img src={tag.get('src')!r}> has no alt" for tag in soup.find_all("img") if tag.get("alt") is None]
    return found


def _inline(soup: BeautifulSoup) -> list[str]:
    found = []
    for tag in soup.find_all(True):
        found += [
            f"<{tag.name}> has an inline {name}: the CSP forbids it"
            for name in tag.attrs
            if name == "style" or name.startswith("on")
        ]
    if soup.find("style"):
        found.append("an inline <style>: the CSP forbids it")
    for script in soup.find_all("script"):
        if not script.get("src") and script.get("type") not in {"application/json", "application/ld+json"}:
            found.append("an inline <script>: the CSP forbids it")
    return found


def _addresses(soup: BeautifulSoup) -> list[str]:
    found = []
    for tag in soup.find_all(True):
        for name in LOADS & set(tag.attrs):
            address = str(tag[name])
            if SCRIPT_ADDRESS.match(address):
                found.append(f"<{tag.name} {name}> is a script")
            parts = urlsplit(address)
            if parts.scheme in {"", "http", "https"} and (parts.hostname or "") not in OWN_HOSTS:
                found.append(f"<{tag.name} {name}> leads to a third party: {address}")
    return found


def _policy(headers: dict[str, str]) -> list[str]:
    policy = headers.get("Content-Security-Policy", "")
    if not policy:
        return ["no Content-Security-Policy"]
    found = []
    if "'unsafe-inline'" in policy or "'unsafe-eval'" in policy:
        found.append("the Content-Security-Policy allows inline code")
    found += [f"the policy says nothing of {name}" for name in ("default-src", "frame-ancestors") if name not in policy]
    return found
