"""The camera page's decoder beside jsQR: generated frames of passes, both read in one run.

Easy is what a volunteer holds straight before the camera; hard is a small, blurred, pale, turned or glaring one.
Frames are the same in every run.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import qrcode
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from app.passes.constants import PassKind
from app.passes.rules import sign_pass
from bench._site import ROOT
from tooling.figures import Figure, report
from tooling.frontend import npm_command

SIZE = (1280, 720)
EACH = 10
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
GROUND = 150


@dataclass(frozen=True)
class Frame:
    """One picture and the text that stands in it."""

    kind: str
    easy: bool
    text: str
    image: Image.Image


def code_image(text: str, side: int) -> Image.Image:
    """The code as a phone shows it: black on white with its quiet zone."""
    code = qrcode.QRCode(version=6, error_correction=qrcode.ERROR_CORRECT_M, border=4, box_size=8)
    code.add_data(text, optimize=0)
    code.make(fit=False)
    drawn: Any = code.make_image().get_image().convert("L")
    image: Image.Image = drawn.resize((side, side), Image.Resampling.LANCZOS)
    return image


def on_ground(code: Image.Image, draw: random.Random, *, angle: float = 0.0) -> Image.Image:
    """Somewhere near the middle of a camera's picture."""
    turned = code.rotate(angle, expand=True, fillcolor=GROUND, resample=Image.Resampling.BICUBIC)
    seen = Image.new("L", SIZE, GROUND)
    x = (SIZE[0] - turned.width) // 2 + draw.randint(-60, 60)
    y = max(0, (SIZE[1] - turned.height) // 2 + draw.randint(-20, 20))
    seen.paste(turned, (x, y))
    return seen


def noisy(image: Image.Image, amount: int) -> Image.Image:
    """The grain of a cheap sensor."""
    grain = Image.effect_noise(SIZE, amount)
    return ImageChops.add(image, grain, scale=1, offset=-128)


def glare(image: Image.Image, draw: random.Random) -> Image.Image:
    """The sun on the glass: a bright spot with soft edges over a part of the code."""
    spot = Image.new("L", SIZE, 0)
    x, y = SIZE[0] // 2 + draw.randint(-130, 130), SIZE[1] // 2 + draw.randint(-130, 130)
    size = draw.randint(30, 60)
    ImageDraw.Draw(spot).ellipse((x - size, y - size, x + size, y + size), fill=235)
    haze = Image.new("L", SIZE, 60)
    return ImageChops.add(ImageChops.add(image, haze), spot.filter(ImageFilter.GaussianBlur(22)))


def pale(image: Image.Image, draw: random.Random) -> Image.Image:
    """A dim screen in bright light: dark and bright lie close together."""
    span, low = draw.uniform(0.12, 0.25), draw.randint(90, 140)
    return image.point([round(low + level * span) for level in range(256)])


KINDS: dict[str, tuple[bool, Callable[[str, random.Random], Image.Image]]] = {
    "clean": (True, lambda text, draw: on_ground(code_image(text, draw.randint(360, 560)), draw)),
    "turned a little": (
        True,
        lambda text, draw: on_ground(code_image(text, draw.randint(360, 440)), draw, angle=draw.uniform(-20, 20)),
    ),
    "grainy": (True, lambda text, draw: noisy(on_ground(code_image(text, draw.randint(320, 480)), draw), 24)),
    "turned": (
        False,
        lambda text, draw: noisy(
            on_ground(code_image(text, draw.randint(200, 260)), draw, angle=draw.uniform(0, 360)), 20
        ),
    ),
    "blurred": (
        False,
        lambda text, draw: on_ground(code_image(text, draw.randint(260, 400)), draw).filter(
            ImageFilter.GaussianBlur(draw.uniform(2.2, 3.4))
        ),
    ),
    "pale": (False, lambda text, draw: noisy(pale(on_ground(code_image(text, draw.randint(260, 400)), draw), draw), 6)),
    "small": (
        False,
        lambda text, draw: noisy(
            on_ground(code_image(text, draw.randint(105, 140)), draw, angle=draw.uniform(-9, 9)), 8
        ),
    ),
    "glaring": (False, lambda text, draw: glare(on_ground(code_image(text, draw.randint(320, 440)), draw), draw)),
}


def frames() -> Iterator[Frame]:
    """The same 80 in every run."""
    draw = random.Random(2021)
    for kind, (easy, make) in KINDS.items():
        for _ in range(EACH):
            owner = uuid.UUID(int=draw.getrandbits(128))
            text = sign_pass(KEY, kind=PassKind.PERSON, kid=1, pass_id=owner, generation=0)
            yield Frame(kind, easy, text, make(text, draw))


def decoded(shown: list[Frame]) -> list[dict[str, Any]]:
    """What both decoders made of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        about = []
        for number, frame in enumerate(shown):
            file = f"{number}.grey"
            (folder / file).write_bytes(frame.image.tobytes())
            about.append({"file": file, "width": SIZE[0], "height": SIZE[1], "text": frame.text})
        (folder / "frames.json").write_text(json.dumps(about), encoding="utf-8")
        _, env = npm_command()
        command = ["node", "scripts/decode-bench.mjs", str(folder)]
        done = subprocess.run(command, cwd=ROOT / "frontend", env=env, capture_output=True, text=True, check=True)
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def main() -> None:
    """Read them all, say how each kind fared, and report."""
    shown = list(frames())
    answers = decoded(shown)

    def rate(who: str, wanted: Callable[[Frame], bool]) -> float:
        good = [answer[who]["good"] for frame, answer in zip(shown, answers, strict=True) if wanted(frame)]
        return sum(good) / len(good)

    def median(who: str) -> float:
        return statistics.median(answer[who]["ms"] for answer in answers)

    for kind in KINDS:
        here = [rate(who, lambda frame, kind=kind: frame.kind == kind) for who in ("ours", "theirs")]
        print(f"{kind:16} {here[0]:4.0%}   jsQR {here[1]:4.0%}")
    easy, hard = (rate("ours", lambda frame, easy=easy: frame.easy is easy) for easy in (True, False))
    theirs = rate("theirs", lambda frame: not frame.easy)
    print(f"median ms a frame {median('ours'):.1f}   jsQR {median('theirs'):.1f}")
    sys.exit(
        report(
            [
                Figure("easy frames read", easy * 100, "%", 95),
                Figure("hard frames read, beside jsQR", hard * 100, "%", 2.0, theirs * 100),
                Figure("a frame, beside jsQR", median("ours"), "ms", 1.0, median("theirs"), "at_most"),
            ]
        )
    )


if __name__ == "__main__":
    main()
