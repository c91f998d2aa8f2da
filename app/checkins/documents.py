"""The QR of a join code, as a drawing for the page."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode


@dataclass(frozen=True, slots=True)
class QrDrawing:
    """A square of `size` modules, quiet zone included, as one SVG path."""

    size: int
    path: str


def qr_svg(text: str) -> QrDrawing:
    """Draw `text` with medium error correction."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    matrix = code.get_matrix()
    path = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            end = x
            while end < len(row) and row[end]:
                end += 1
            path.append(f"M{x} {y}h{end - x}v1H{x}z")
            x = end
    return QrDrawing(size=len(matrix), path="".join(path))
