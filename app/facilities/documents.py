"""A photo as it is kept: small, and without what the phone has written into it."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from app.core.errors import DomainError
from app.core.text import N_

MOST_PIXELS: Final = 40_000_000
SIDE: Final = 1_600
FORMATS: Final = ("JPEG", "PNG", "WEBP")


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
