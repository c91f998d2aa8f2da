"""The code as a picture: SVG for pages, PNG for a phone's album. Facts in, bytes out."""

from __future__ import annotations

import io
from typing import Final

from markupsafe import Markup
from PIL import Image, ImageDraw, ImageFont

from app.core.qr import QUIET, SIDE, modules, svg_path
from app.passes.rules import format_short_code

PIXELS: Final = 20
"""Pixels of a module in the PNG: 980 wide, sharp on every phone."""


def code_svg(text: str, label: str) -> Markup:
    """The code as inline SVG with its quiet zone; `label` is read to who cannot see it."""
    return Markup(
        '<svg viewBox="0 0 {0} {0}" width="{0}" height="{0}" role="img" aria-label="{1}" '
        'shape-rendering="crispEdges"><path d="{2}"/></svg>'
    ).format(SIDE + 2 * QUIET, label, svg_path(modules(text), QUIET))


def code_png(text: str, short_code: str) -> bytes:
    """The code on white with the characters to type below it: reads from an album, too."""
    side, foot = SIDE + 2 * QUIET, 6
    small = Image.new("1", (side, side + foot), 1)
    for y, row in enumerate(modules(text), start=QUIET):
        for x, cell in enumerate(row, start=QUIET):
            if cell == "1":
                small.putpixel((x, y), 0)
    picture = small.resize((side * PIXELS, (side + foot) * PIXELS), Image.Resampling.NEAREST)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=4 * PIXELS)
    pen.text((side * PIXELS // 2, side * PIXELS), format_short_code(short_code), fill=0, font=font, anchor="mm")
    target = io.BytesIO()
    picture.save(target, "PNG", optimize=True)
    return target.getvalue()
