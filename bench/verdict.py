"""How soon the scanner speaks without a network on a phone six times slower, beside its one durable write alone.

A verdict is shown only after its scan is stored with strict durability, so that write is the floor:
the same rows put into a store of their own, by the same page under the same throttling.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.browser.offline import READ, Phone, field, stand
from tooling import browser
from tooling.figures import Figure, report

PEOPLE, SCANS, SLOWER = 200, 60, 6
BARE = """async (text) => {
  const open = indexedDB.open('bare', 1);
  open.onupgradeneeded = () => open.result.createObjectStore('rows', {autoIncrement: true});
  const db = await new Promise((done, fail) => { open.onsuccess = () => done(open.result); open.onerror = fail; });
  const began = performance.now();
  const act = db.transaction('rows', 'readwrite', {durability: 'strict'});
  act.objectStore('rows').add({text, at: Date.now()});
  await new Promise((done, fail) => { act.oncomplete = done; act.onerror = fail; });
  const took = performance.now() - began;
  db.close();
  return took;
}"""


def measure(page: Page, session: CDPSession, texts: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds until the phone has spoken, and of the bare write, in turn; the first of each warms up."""
    spoken, written = [], []
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    for text in texts:
        answer: Any = page.evaluate(READ, text)
        if answer[0] != "accepted":
            raise SystemExit(f"the phone said {answer[0]}")
        spoken.append(float(answer[1]))
        written.append(float(page.evaluate(BARE, text)))
    return spoken[1:], written[1:]


def main() -> None:
    """Serve a walk, take its list to a phone, switch the network off, scan."""
    chromium = browser.find_or_install()
    with (
        tempfile.TemporaryDirectory(prefix="xiangyue-verdict-") as folder,
        field(Path(folder, "site"), PEOPLE) as hill,
        sync_playwright() as playwright,
    ):
        phone = Phone(playwright, chromium, Path(folder, "profile"), hill.url)
        page = phone.open()
        stand(page, hill.device())
        assert phone.context is not None
        phone.context.set_offline(True)
        spoken, written = measure(page, phone.context.new_cdp_session(page), hill.texts[: SCANS + 1])
        phone.close()
    figure = statistics.median(spoken)
    print(
        f"a durable write alone {statistics.median(written):.1f} ms; slowest of {SCANS} verdicts {max(spoken):.0f} ms"
    )
    sys.exit(report([Figure("an offline verdict, CPU slowed six times", figure, "ms", 100, None, "at_most")]))


if __name__ == "__main__":
    main()
