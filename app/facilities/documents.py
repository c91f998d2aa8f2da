"""A photo and a drawn signature as they are kept: small, and without what the phone has written into them."""

from __future__ import annotations

import base64
import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from app.core.errors import DomainError
from app.core.text import N_

MOST_PIXELS: Final = 40_000_000
MOST_SIGNED_PIXELS: Final = 4_000_000
SIGNED_SIDE: Final = 480
SIDE: Final = 1_600
FORMATS: Final = ("JPEG", "PNG", "WEBP")


MOST_SIGNATURE: Final = 300_000
"""Characters of a drawn signature as the page sends it."""


def kept_signature(sent: str) -> bytes | None:
    """A small PNG in black on nothing of what was drawn on the page; None where nothing was drawn.

    `sent` is a `data:image/png;base64,` address. Raises DomainError `signature_unreadable`.
    """
    text = sent.strip()
    if not text:
        return None
    unreadable = DomainError("signature_unreadable", N_("签名没有读出来，请再签一次。"), field="signature")
    head, _comma, body = text.partition(",")
    if head != "data:image/png;base64" or len(text) > MOST_SIGNATURE:
        raise unreadable
    try:
        data = base64.b64decode(body, validate=True)
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            if picture.width * picture.height > MOST_SIGNED_PIXELS:
                raise unreadable
            ink = picture.convert("RGBA").getchannel("A").point(lambda value: 255 if value > 60 else 0)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise unreadable from error
    box = ink.getbbox()
    if box is None:
        return None
    drawn = ink.crop(box)
    drawn.thumbnail((SIGNED_SIDE, SIGNED_SIDE))
    result = Image.new("LA", drawn.size, (0, 0))
    result.putalpha(drawn)
    target = io.BytesIO()
    result.save(target, "PNG", optimize=True)
    return target.getvalue()


def kept_photo(data: bytes) -> bytes:
    """A JPEG of at most SIDE points a side, upright, without place and camera.

    Raises DomainError `photo_unreadable`, `photo_large`: the size is read before anything is unpacked.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise DomainError("photo_large", N_("照片太大，请传 4,000 万像素以内的。"), field="photo")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((SIDE, SIDE))
            target = io.BytesIO()
            upright.save(target, "JPEG", quality=80)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DomainError("photo_unreadable", N_("这张照片读不出来，请传 JPG 或 PNG。"), field="photo") from error
    return target.getvalue()
