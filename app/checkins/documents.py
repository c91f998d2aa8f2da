"""The QR of a join code, as a drawing for the page."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.qr import modules, svg_path


@dataclass(frozen=True, slots=True)
class QrDrawing:
    """A square of `size` modules, quiet zone included, as one SVG path."""

    size: int
    path: str


QUIET = 4
"""Modules of white around the code."""


def qr_svg(text: str) -> QrDrawing:
    """Draw `text` with medium error correction."""
    rows = modules(text)
    return QrDrawing(size=len(rows) + 2 * QUIET, path=svg_path(rows, QUIET))
