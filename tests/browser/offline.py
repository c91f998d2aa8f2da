"""A small walk in an installation of its own, whose server can be killed; and a phone that can be killed too."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.served import environment, run_flask
from tooling import browser as browsers
from tooling import network, serving
from tooling.paths import ROOT, venv_python

#: types a text as a scan gun does, and waits until the phone has spoken; returns verdict and milliseconds
READ = """async (text) => {
  const verdict = document.getElementById('sc-verdict');
  verdict.removeAttribute('data-verdict');
  const press = (key) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  for (const sign of text) press(sign);
  const began = performance.now();
  press('Enter');
  while (!verdict.dataset.verdict) {
    if (performance.now() - began > 30000) throw new Error('no verdict');
    await new Promise((done) => requestAnimationFrame(done));
  }
  return [verdict.dataset.verdict, performance.now() - began];
}"""
GUN = """(text) => {
  const press = (key) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
  for (const sign of text) press(sign);
  press('Enter');
}"""
ROWS = """async () => {
  const open = indexedDB.open('xiangyue-scanner');
  const db = await new Promise((done, fail) => { open.onsuccess = () => done(open.result); open.onerror = fail; });
  const all = db.transaction('scans').objectStore('scans').getAll();
  const rows = await new Promise((done, fail) => { all.onsuccess = () => done(all.result); all.onerror = fail; });
  db.close();
  return rows;
}"""


@dataclass
class Field:
    """An activity in progress: its server, a device's token, everybody's code."""

    env: Mapping[str, str]
    instance: Path
    port: int
    walk: dict[str, Any]
    running: serving.Running | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def texts(self) -> list[str]:
        return self.walk["texts"]

    def start(self) -> None:
        self.running = serving.start_site(self.env, "127.0.0.1", self.port)

    def kill(self) -> None:
        """As a power cut does: no chance to finish anything."""
        assert self.running is not None
        for program in self.running.programs.values():
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()
        self.running = None

    def ask(self, *arguments: str, instance: Path | None = None, stdin: str = "") -> Any:
        """Run `tests/browser/field.py` on the store; what it printed."""
        env = dict(self.env) | ({"INSTANCE_PATH": str(instance)} if instance else {})
        done = subprocess.run(
            [str(venv_python()), "-m", "tests.browser.field", *arguments],
            cwd=ROOT,
            env=env,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def device(self) -> str:
        """A token for one more phone."""
        if self.walk["tokens"]:
            return self.walk["tokens"].pop()
        return self.ask("device", self.walk["activity"])

    def facts(self) -> dict[str, Any]:
        """Scans and check-ins as the server has them."""
        return self.ask("facts", self.walk["activity"])

    def reference(self, rows: Sequence[Mapping[str, Any]], folder: Path) -> dict[str, Any]:
        """What a server makes of these rows that gets them all at once, in their order, on a copy from before."""
        return self.ask(
            "replay", self.walk["activity"], instance=folder, stdin=json.dumps([one["item"] for one in rows])
        )


@contextlib.contextmanager
def field(instance: Path, people: int) -> Iterator[Field]:
    """Migrate, make a walk with so many people, serve it."""
    env = environment(instance)
    run_flask(env, "db", "upgrade")
    one = Field(env, instance, network.free_port(), {})
    one.walk = one.ask("walk", str(people))
    one.start()
    try:
        yield one
    finally:
        if one.running is not None:
            one.running.stop()


def copy_of(instance: Path, folder: Path) -> Path:
    """The installation's files as they are; nothing writes meanwhile."""
    shutil.copytree(instance, folder)
    return folder


class Phone:
    """A Chromium with a profile that outlives it."""

    def __init__(self, playwright: Playwright, chromium: str, profile: Path, url: str) -> None:
        self._start = (playwright, chromium, profile, url)
        self.context: BrowserContext | None = None

    def open(self, *, offline: bool = False, camera: Path | None = None, **wishes: Any) -> Page:
        playwright, chromium, profile, url = self._start
        self.context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium,
            args=[*browsers.ARGUMENTS, *(_seeing(camera) if camera else ())],
            base_url=url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": 375, "height": 812},
            offline=offline,
            **wishes,
        )
        self.context.set_default_timeout(20_000)
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def kill(self) -> None:
        """As when the battery is empty: every process of this profile ends at once."""
        profile = str(self._start[2])
        mine = [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and profile in _command(entry / "cmdline")
        ]
        for pid in mine:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        # Closing only tidies up on this side; whether the other side still answers is a matter of luck.
        with contextlib.suppress(PlaywrightError):
            self.close()
        time.sleep(0.5)

    def close(self) -> None:
        if self.context is not None:
            try:
                self.context.close()
            finally:
                self.context = None


def _seeing(video: Path) -> tuple[str, ...]:
    """What makes a video of tests.browser.video the phone's camera."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    )


def _command(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def stand(page: Page, token: str, checkpoint: str = "S") -> None:
    """Become a device at a checkpoint, with its list and the page kept for later."""
    page.goto(f"/scan#token={token}")
    choose(page, checkpoint)
    page.evaluate("async () => { await navigator.serviceWorker?.ready; }")


def choose(page: Page, checkpoint: str) -> None:
    """Take a checkpoint. The list may be there before the choice is kept: a gun's burst until then reads nothing."""
    page.locator(f"[data-checkpoint={checkpoint}]").click()
    expect(page.locator("#scanner")).to_have_attribute("data-screen", "ready")
    expect(page.locator("#sc-list")).to_have_attribute("data-state", "fresh")


def read(page: Page, text: str) -> tuple[str, float]:
    """Scan one text the way a gun types it; the verdict shown and after how many ms."""
    verdict, ms = page.evaluate(READ, text)
    return verdict, ms


def unsent(page: Page) -> int:
    return int(page.get_by_test_id("unsent").get_attribute("data-count") or -1)


def eventually(page: Page, check: Callable[[], bool]) -> None:
    """`check` holds within ten seconds: for what the page does after what can be seen of it."""
    for _ in range(50):
        if check():
            return
        page.wait_for_timeout(200)
    assert check()


#: ms; a phone that has met a dead server several times rests for a minute, and then one request may hang for 20 s
SENT_WITHIN = 150_000


def all_sent(page: Page, timeout: float = SENT_WITHIN) -> None:
    expect(page.get_by_test_id("unsent")).to_have_attribute("data-count", "0", timeout=timeout)
