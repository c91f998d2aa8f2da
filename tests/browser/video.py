"""What a fake camera sees: pictures of codes as a video that Chromium plays in a loop."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

SIZE = (1280, 720)
FRAMES_A_SECOND = 20


def frame(picture: bytes | Path, *, height: int = 560) -> Image.Image:
    """A picture of a code as a camera would see it: in the middle of a grey surface."""
    source = io.BytesIO(picture) if isinstance(picture, bytes) else picture
    code = Image.open(source).convert("RGB")
    scaled = code.resize((round(code.width * height / code.height), height), Image.Resampling.LANCZOS)
    seen = Image.new("RGB", SIZE, (150, 150, 146))
    seen.paste(scaled, ((SIZE[0] - scaled.width) // 2, (SIZE[1] - scaled.height) // 2))
    return seen


def nothing() -> Image.Image:
    """The camera sees no code."""
    return Image.new("RGB", SIZE, (150, 150, 146))


def write_video(path: Path, shown: Sequence[tuple[Image.Image, float]]) -> Path:
    """A video (.mjpeg: JPEGs one after the other) of pictures, each for so many seconds."""
    assert path.suffix == ".mjpeg", "Chromium tells the format by the name"
    with path.open("wb") as file:
        for picture, seconds in shown:
            encoded = io.BytesIO()
            picture.save(encoded, "JPEG", quality=92)
            file.write(encoded.getvalue() * max(1, round(seconds * FRAMES_A_SECOND)))
    return path
