"""What an ordinary reader makes of a picture of a code.

The reader is the one that the phones' page is built from (ZXing), not OpenCV's: that one misses three or four clean passes in
a hundred, so a test that draws a code from random numbers would fail now and then without anything being wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import zxingcpp

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PIL import Image


def codes(picture: npt.NDArray[np.uint8] | Image.Image) -> list[Any]:
    """All QR codes in a picture, each with ``text`` and ``position`` (its corners in pixels)."""
    return zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode, text_mode=zxingcpp.TextMode.Plain)


def code(picture: npt.NDArray[np.uint8] | Image.Image) -> str:
    """The text of the one code in a picture; empty when there is none or more than one."""
    seen = codes(picture)
    return str(seen[0].text) if len(seen) == 1 else ""
